"""Technicians' papers on either printer: audited and journalled like all paper, without a card."""

from collections.abc import Callable
from typing import Final

from archive.model import AuditKind
from devices.printer.models.page import PclModel, load_page_model
from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.pages.test_page import test_blocks as page_test_blocks
from devices.printer.result import Progress
from devices.printer.test_page import test_blocks
from kiosk.diag.met import head, met
from kiosk.diag.papers import head_lines, readiness, self_test, startup
from kiosk.diag.run import examine
from kiosk.errors import KioskError, PrinterNotReadyError
from kiosk.issuing import new_serial
from kiosk.leftover import (
    RECEIPT,
    laser_voids,
    may_hang,
    pin_voids,
    void_behind,
    void_leftover,
    void_mark,
)
from kiosk.machine import Machine, PinPrinter
from kiosk.paper import blocks_of
from kiosk.visit.state import Medium
from printing import job
from printing.document import Document
from printing.encode.escpk import encode_escpk
from printing.encode.pdf import render_pdf
from printing.errors import PrintingError
from printing.fonts import FontChain
from printing.glyphs import Glyphs
from printing.job import PrintedJob
from printing.layout.pin_page import layout_pin_pages
from printing.layout.roll import layout_roll
from printing.statements import STATEMENTS

PAPERS: Final = {
    "startup": ("终端启动单", "Start-up ticket"),
    "self-test": ("打印机自检页", "Self-test page"),
    "readiness": ("终端就绪检查报告", "Readiness report"),
}
"""Their titles by name."""
_OR: Final = {"zh": "或", "en": " or "}
_VOID_TITLES: Final = ("作废标记", "Void mark")
SELF_TEST: Final = "self-test"
_LASER_COLUMNS: Final = 70

OnProgress = Callable[[Progress], None]


def titles_of(name: str) -> tuple[str, str]:
    """What the paper of a job is called, Chinese and English; a name of an older release: itself.

    `name` is the journal's: of a statement, of a technicians' paper or of a void mark.
    """
    if name == job.VOID:
        return _VOID_TITLES
    if name in PAPERS:
        return PAPERS[name]
    known = STATEMENTS.get(name)
    if known is None:
        return name, ""
    if not known.notice:
        return known.title["zh"], known.title["en"]
    # The journal keeps the statement, not which of its two papers it was: the seal does.
    zh, en = (f"{known.title[one]}{link}{known.notice[one]}" for one, link in _OR.items())
    return zh, en


def print_paper(
    machine: Machine,
    name: str,
    medium: Medium,
    operator: str,
    *,
    place: str = "",
    on_progress: OnProgress = lambda _: None,
) -> PrintedJob:
    """Print one of `PAPERS`, asked for by the member of staff with this login.

    `place` names a printer that is not the configuration's. What an earlier holder's job left
    hanging in the kiosk's own is voided first; PrinterNotReadyError while that cannot be done.
    """
    ticket = job.Ticket(name, new_serial(machine), place or medium, 0)
    kind, reference = AuditKind.STAFF_ACTION, ticket.serial
    machine.trail.must(
        kind, None, statement=name, result="asked", reference=reference, operator=operator
    )
    ended = "failed"
    try:
        printed = _printed(machine, name, medium, ticket, on_progress)
        ended = printed.result.outcome
    except (KioskError, PrintingError) as error:
        ended = error.code
        raise
    finally:
        machine.trail.should(
            kind, None, statement=name, result=ended, reference=reference, operator=operator
        )
    return printed


def _printed(
    machine: Machine, name: str, medium: Medium, ticket: job.Ticket, on_progress: OnProgress
) -> PrintedJob:
    if medium == "report":
        return _print_report(machine, name, ticket, on_progress)
    own = ticket.printer == RECEIPT
    if own and may_hang(machine) and (reason := void_leftover(machine)):
        raise PrinterNotReadyError(reason)
    model = machine.receipt_model
    if name == SELF_TEST:
        hanzi = model.rom != "none"
        blocks = test_blocks(model, *_head_lines(machine, ticket, model.columns, hanzi=hanzi))
    else:
        roll = layout_roll(document(machine, name, ticket.serial, medium), model.columns)
        blocks = blocks_of(machine, roll)
    void = void_mark(model, machine.fonts, ticket.serial)
    return job.print_receipt(
        machine.journal, machine.receipt, blocks, ticket, void=void, on_progress=on_progress
    )


def _print_report(
    machine: Machine, name: str, ticket: job.Ticket, on_progress: OnProgress
) -> PrintedJob:
    journal = machine.journal
    match machine.report:
        case PinPrinter(printer, model):
            pages = (
                page_test_blocks(model, *_head_lines(machine, ticket, model.columns, hanzi=True))
                if name == SELF_TEST
                else encode_escpk(
                    layout_pin_pages(document(machine, name, ticket.serial, "report"), model),
                    model,
                    Glyphs(machine.fonts),
                )
            )
            void = pin_voids(model)
            return job.print_pages(
                journal, printer, pages, ticket, void=void, on_progress=on_progress
            )
        case PjlPrinter() as laser:
            if name == SELF_TEST and laser.pages != "xl":
                of = load_page_model(machine.settings.report.model)
                assert isinstance(of, PclModel)
                lines = _head_lines(machine, ticket, _LASER_COLUMNS, hanzi=False)
                pages = page_test_blocks(of, *lines)
            else:
                pages = laser.make_pages(_drawn(machine, name, ticket))
            void = laser_voids(machine.fonts)
            return job.print_pages(
                journal, laser, pages, ticket, void=void, on_progress=on_progress
            )
        case printer:
            if reason := void_behind(machine):
                raise PrinterNotReadyError(reason)
            return job.print_report(journal, printer, _drawn(machine, name, ticket), ticket)


def _drawn(machine: Machine, name: str, ticket: job.Ticket) -> bytes:
    return drawn(document(machine, name, ticket.serial, "report"), machine.fonts)


def drawn(paper: Document, fonts: FontChain) -> bytes:
    """A technicians' paper as PDF: bytes and answers of devices are read in equal widths."""
    return render_pdf(paper, fonts.monospaced())


def document(machine: Machine, name: str, serial: str, medium: Medium) -> Document:
    """One of `PAPERS` with what is met or found now."""
    of = head(machine, serial, medium)
    match name:
        case "startup":
            return startup(of, met(machine))
        case "readiness":
            return readiness(of, examine(machine))
        case _:
            return self_test(of)


def _head_lines(
    machine: Machine, ticket: job.Ticket, columns: int, *, hanzi: bool
) -> tuple[str, ...]:
    return head_lines(head(machine, ticket.serial, "report"), columns, hanzi=hanzi)
