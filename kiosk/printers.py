"""A printer on a port, for the technician: which it is, its test page, its handshake."""

import time
from collections.abc import Callable, Iterator, Sequence

from devices.printer.blocks import Block
from devices.printer.factory import open_printer
from devices.printer.handshake import HandshakeTest, HandshakeVerdict
from devices.printer.link import LineSettings, OnTraffic, SerialLink
from devices.printer.models import (
    PrinterModel,
    load_model,
    page_model_names,
    receipt_model_names,
)
from devices.printer.models.page import EscpkModel, PclModel, load_page_model
from devices.printer.pages.escpk import EscpkPrinter
from devices.printer.pages.ipp import IppPrinter
from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.pages.test_page import test_blocks as page_test_blocks
from devices.printer.printer import SerialPrinter
from devices.printer.result import PrintResult, Progress
from devices.printer.state import Absent, PrinterState, Unknown
from devices.printer.test_page import test_blocks as receipt_test_blocks
from kiosk.composition import ghostscript, receipt_model
from kiosk.config import Settings
from kiosk.errors import OptionError
from kiosk.paper import void_mark
from printing.document import Document, Fact, Foot, Seal
from printing.encode.pdf import render_pdf
from printing.fonts import FontChain

AnyPrinter = SerialPrinter | EscpkPrinter | PjlPrinter | IppPrinter

SAMPLES = (
    ("数字", "0123456789 1,234,567.89"),
    ("常用字", "社会保障 养老 失业 工伤 生育"),
    ("生僻字", "镕喆堃玥珺祎垚犇 䶮㛃"),
    ("Latin", "The quick brown fox jumps over the lazy dog"),
)
"""What has to come out right; nobody's record."""
PAGE_PORTS = ("tcp://", "ipp://", "/dev/usb/lp", "/dev/lp")
"""Where no receipt printer is."""
PAGE_VOID = b"\r\nVOID\r\n\f"
"""ASCII prints on every page printer, whatever font it is in."""


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
    _expect_both(port, model)
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


def _expect_both(port: str, model: str) -> None:
    """Only a serial receipt printer can do with the configuration's port or model."""
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


def print_test_page(
    printer: AnyPrinter,
    settings: Settings,
    model: str,
    now_text: str,
    on_progress: Callable[[Progress], None],
) -> PrintResult:
    """Print the self-test page of that kind of printer; nothing on it is anybody's."""
    if isinstance(printer, IppPrinter) or (
        isinstance(printer, PjlPrinter) and printer.pages == "xl"
    ):
        return printer.print_pdf(sample_pdf(settings, now_text), "kiosk-test-page")
    blocks: Sequence[Block]
    if isinstance(printer, SerialPrinter):
        receipt = chosen_model(settings, model)
        blocks = receipt_test_blocks(receipt, now_text)
        void = void_mark(receipt, FontChain.of(settings.statement.fonts))
    else:
        page = load_page_model(model)
        assert isinstance(page, EscpkModel | PclModel)
        blocks, void = page_test_blocks(page, now_text), PAGE_VOID
    return printer.print_blocks(blocks, void=void, on_progress=on_progress)


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
    settings: Settings, port: str, model: str, ask_for_open_cover: Callable[[], bool]
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
    ).run()


def sample_pdf(settings: Settings, now_text: str) -> bytes:
    """One A4 page in the look of a statement, with samples instead of records."""
    document = Document(
        statement="test-page",
        title="打印机自检",
        subtitle="PRINTER TEST PAGE",
        agency=settings.kiosk.agency,
        facts=tuple(Fact(label, value) for label, value in SAMPLES),
        tables=(),
        notes=("表线应平直，字迹应清晰，二维码应能扫出 TEST 0123456789。",),
        seal=Seal("TEST", "TEST 0123456789", "仅供检查打印质量"),
        foot=Foot("流水号 TEST", "第 1 份", f"打印时间 {now_text}", settings.kiosk.id),
        reveal="report",
    )
    return render_pdf(document, FontChain.of(settings.statement.fonts))
