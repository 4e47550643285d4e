"""Technicians' papers on either printer: journalled like all paper, without card or seal."""

from typing import Final

from devices.printer.test_page import test_blocks
from kiosk.diag.papers import readiness, startup
from kiosk.diag.run import examine
from kiosk.errors import PrinterNotReadyError
from kiosk.machine import Machine
from kiosk.paper import blocks_of, may_hang, new_serial, void_leftover, void_mark
from kiosk.printers import sample_pdf
from kiosk.visit.state import Medium
from printing import job
from printing.document import Document
from printing.encode.pdf import render_pdf
from printing.job import PrintedJob
from printing.layout.roll import layout_roll
from printing.statements.issue import CHINA

PAPERS: Final = {
    "startup": ("终端启动单", "Start-up ticket"),
    "self-test": ("打印机自检页", "Self-test page"),
    "readiness": ("终端就绪检查报告", "Readiness report"),
}
"""Their titles by name."""


def print_paper(machine: Machine, name: str, medium: Medium) -> PrintedJob:
    """Print one of `PAPERS`; what an earlier holder's job left hanging is voided first.

    Raises PrinterNotReadyError while that cannot be done.
    """
    serial = new_serial(machine)
    ticket = job.Ticket(name, serial, medium, 0)
    if medium == "report":
        return job.print_report(
            machine.journal, machine.report, _pdf(machine, name, serial), ticket
        )
    if may_hang(machine) and (reason := void_leftover(machine)):
        raise PrinterNotReadyError(reason)
    model = machine.receipt_model
    if name == "self-test":
        blocks = test_blocks(model, _now_text(machine))
    else:
        roll = layout_roll(document(machine, name, serial, medium), model.columns)
        blocks = blocks_of(machine, roll)
    void = void_mark(model, machine.fonts)
    return job.print_receipt(machine.journal, machine.receipt, blocks, ticket, void=void)


def document(machine: Machine, name: str, serial: str, medium: Medium) -> Document:
    """The start-up ticket, or the readiness report with what is found now."""
    if name == "startup":
        return startup(machine, serial, medium)
    return readiness(machine, examine(machine), serial, medium)


def _pdf(machine: Machine, name: str, serial: str) -> bytes:
    if name == "self-test":
        return sample_pdf(machine.settings, _now_text(machine))
    return render_pdf(document(machine, name, serial, "report"), machine.fonts)


def _now_text(machine: Machine) -> str:
    return f"{machine.now().astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
