"""The self-test page on the printer at any port: by the kiosk's journal and audit trail too."""

import os
from collections.abc import Callable
from dataclasses import replace

from devices.printer.link import OnTraffic
from devices.printer.pages.escpk import EscpkPrinter
from devices.printer.printer import SerialPrinter
from devices.printer.result import Progress
from kiosk.composition import real
from kiosk.config import Settings
from kiosk.diag.printing import SELF_TEST, print_paper
from kiosk.machine import Machine, PinPrinter
from kiosk.printers import AnyPrinter, expect_both, is_receipt, printer_at
from kiosk.sections.devices import Report
from kiosk.sections.signing import Sign
from kiosk.visit.state import Medium
from printing.job import PrintedJob


def print_self_test(
    settings: Settings,
    port: str,
    model: str,
    operator: str,
    on_progress: Callable[[Progress], None],
    on_traffic: OnTraffic | None = None,
    *,
    tell: Callable[[AnyPrinter], None] = lambda _: None,
) -> PrintedJob:
    """Print the self-test page on the printer at a port, by the kiosk's one way to paper.

    `tell` is called with the printer as the paper has left it.
    """
    medium: Medium = "report" if model and not is_receipt(model) else "receipt"
    own = settings.report.port if medium == "report" else settings.receipt.port
    place = "" if not port or os.path.realpath(port) == os.path.realpath(own) else port
    with (
        real(for_self_test(settings, port, model)) as machine,
        printer_at(settings, port, model, on_traffic) as printer,
    ):
        printed = print_paper(
            _with_printer(machine, printer),
            SELF_TEST,
            medium,
            operator,
            place=place,
            on_progress=on_progress,
        )
        tell(printer)
        return printed


def for_self_test(settings: Settings, port: str, model: str) -> Settings:
    """The configuration with the printer at that port in its place; neither named: itself.

    The page is not signed, and the report printer's settings have no part in a receipt printer's
    test, whatever is wrong with them: a technician has to be able to begin somewhere.
    """
    expect_both(port, model)
    chosen = settings.model_copy(update={"sign": Sign()})
    if model and not is_receipt(model):
        report = settings.report.model_copy(update={"port": port, "model": model})
        return chosen.model_copy(update={"report": report})
    named = {"port": port or settings.receipt.port, "model": model or settings.receipt.model}
    receipt = settings.receipt.model_copy(update=named)
    unused = Report(folder=settings.store.journal.parent)
    return chosen.model_copy(update={"receipt": receipt, "report": unused})


def _with_printer(machine: Machine, printer: AnyPrinter) -> Machine:
    """The machine with this printer in the place of its own."""
    match printer:
        case SerialPrinter():
            return replace(machine, receipt=printer)
        case EscpkPrinter():
            return replace(machine, report=PinPrinter(printer, printer.model))
        case _:
            return replace(machine, report=printer)
