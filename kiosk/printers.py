"""A printer on a port, for the technician: which it is, how it is, its handshake."""

import time
from collections.abc import Callable, Iterator

from devices.printer.factory import open_printer
from devices.printer.handshake import HandshakeTest
from devices.printer.handshake_verdict import HandshakeVerdict
from devices.printer.link import LineSettings, OnTraffic, SerialLink
from devices.printer.models import (
    PrinterModel,
    load_model,
    page_model_names,
    receipt_model_names,
)
from devices.printer.models.page import load_page_model
from devices.printer.pages.escpk import EscpkPrinter
from devices.printer.pages.ipp import IppPrinter
from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.printer import SerialPrinter
from devices.printer.result import never
from devices.printer.state import Absent, PrinterState, Unknown
from kiosk.composition import ghostscript, receipt_model
from kiosk.config import Settings
from kiosk.errors import OptionError

AnyPrinter = SerialPrinter | EscpkPrinter | PjlPrinter | IppPrinter

PAGE_PORTS = ("tcp://", "ipp://", "/dev/usb/lp", "/dev/lp")
"""Where no receipt printer is."""


def models() -> Iterator[tuple[str, str]]:
    """Name and title of every model profile."""
    for name in receipt_model_names():
        yield name, load_model(name).title
    for name in page_model_names():
        yield name, load_page_model(name).title


def is_receipt(model: str) -> bool:
    """Whether that model prints receipts."""
    return model in receipt_model_names()


def printer_at(
    settings: Settings, port: str, model: str, on_traffic: OnTraffic | None = None
) -> AnyPrinter:
    """The printer at a port; with neither named, the configuration's receipt printer."""
    expect_both(port, model)
    hold = settings.receipt.hold_seconds
    if model and not is_receipt(model):
        return open_printer(
            port,
            model,
            monotonic=time.monotonic,
            hold_seconds=hold,
            on_traffic=on_traffic,
            ghostscript=ghostscript(settings.report),
        )
    return SerialPrinter(
        port or settings.receipt.port,
        chosen_model(settings, model),
        monotonic=time.monotonic,
        hold_seconds=hold,
        on_traffic=on_traffic,
    )


def expect_both(port: str, model: str) -> None:
    """Only a serial receipt printer can do with the configuration's port or model: OptionError."""
    if model and not is_receipt(model):
        if model not in page_model_names():
            raise OptionError("--model", model, "a model of `kiosk printer models`")
        if not port:
            raise OptionError("--port", "(none)", f"the port of the {model}")
    elif port.startswith(PAGE_PORTS):
        raise OptionError("--model", model or "(none)", "a model of `kiosk printer models`")


def chosen_model(settings: Settings, model: str) -> PrinterModel:
    """The receipt printer's model, with the port's own speed and flow control where set."""
    if not model:
        return receipt_model(settings)
    if not is_receipt(model):
        raise OptionError("--model", model, f"one of {', '.join(receipt_model_names())}")
    receipt = settings.receipt.model_copy(update={"model": model})
    return receipt_model(settings.model_copy(update={"receipt": receipt}))


def settled(printer: AnyPrinter) -> PrinterState:
    """The state; a first silence, or a port that just went, is asked about again."""
    state = printer.status()
    return printer.status() if isinstance(state, Unknown | Absent) else state


def pages_said(printer: PjlPrinter) -> str:
    """How a laser printer's pages are made, and what kept the last ones from PCL XL."""
    if printer.xl_fault:
        return f"raster, since PCL XL failed: {printer.xl_fault}"
    return {
        "xl": "PCL XL (Ghostscript)",
        "xl_off": "raster; PCL XL needs the program gs, and report.pcl = auto or xl",
        "raster": "raster",
    }[printer.pages]


def handshake(
    settings: Settings,
    port: str,
    model: str,
    ask_for_open_cover: Callable[[], bool],
    cancelled: Callable[[], bool] = never,
) -> HandshakeVerdict:
    """Find out how the printer on a serial port really stops the host."""
    place = port or settings.receipt.port

    def open_link(line: LineSettings) -> SerialLink:
        return SerialLink(place, line, time.monotonic)

    return HandshakeTest(
        open_link,
        chosen_model(settings, model),
        time.monotonic,
        ask_for_open_cover=ask_for_open_cover,
        cancelled=cancelled,
    ).run()
