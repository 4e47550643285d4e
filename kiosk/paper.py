"""From a composed statement to either paper: encode, journal, print."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Final

from archive.errors import PrintLimitError
from archive.model import AuditKind
from devices.printer.blocks import Block
from devices.printer.models.page import EscpkModel
from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.pieces import unasked_bytes
from devices.printer.result import Outcome, Progress
from devices.printer.state import Ready, Unknown
from kiosk.composed import Statement
from kiosk.errors import OptionError, PrinterNotReadyError
from kiosk.issuing import seal_record, signed
from kiosk.leftover import laser_voids, may_hang, pin_voids, void_behind, void_leftover, void_mark
from kiosk.logs import event as log
from kiosk.machine import Machine, PinPrinter
from printing import job
from printing.document import Document
from printing.encode.escpk import encode_escpk
from printing.encode.escpk_form import encode_form, void_form
from printing.encode.escpos import continued_bytes, encode_escpos
from printing.encode.pdf import draw_pdf, lay_out_pdf
from printing.encode.raster import encode_raster
from printing.errors import EndNotWrittenError, JournalError
from printing.forms import load_form
from printing.glyphs import Glyphs, Pen
from printing.job import PrintedJob
from printing.journal import Medium
from printing.layout.form import layout_form
from printing.layout.pin_page import layout_pin_pages
from printing.layout.pin_sheet import PinPage
from printing.layout.roll import Roll
from printing.layout.sheet import Sheets

TOO_LONG: Final = "print.roll_too_short"
"""Why a long receipt is not begun on the end of a roll."""


def encode(machine: Machine, statement: Statement) -> None:
    """Make the receipt's bytes; a character that no font draws is refused here, before paper."""
    statement.blocks = blocks_of(machine, statement.roll)


def blocks_of(machine: Machine, roll: Roll) -> tuple[Block, ...]:
    """What the receipt printer is sent for a roll; GlyphMissingError as in `encode`."""
    model = machine.receipt_model
    if model.rom == "none":
        pen = Pen(machine.fonts)
        return encode_raster(
            roll, columns=model.columns, cut=model.cut, pen=pen, most=unasked_bytes(model)
        )
    return encode_escpos(
        roll,
        rom=model.rom,
        columns=model.columns,
        cut=model.cut,
        qr=model.qr,
        glyphs=Glyphs(machine.fonts),
        most=unasked_bytes(model),
    )


def render(machine: Machine, statement: Statement) -> None:
    """Draw the A4 pages: only when they are printed, as it takes far longer than to count them."""
    sheets = _sheets(machine, statement)
    statement.pdf = draw_pdf(statement.report, sheets, machine.fonts)


def _sheets(machine: Machine, statement: Statement) -> Sheets:
    """The A4 pages, laid out once."""
    if statement.sheets is None:
        statement.sheets = lay_out_pdf(statement.report, machine.fonts, statement.size)
    return statement.sheets


def report_pages(machine: Machine, statement: Statement) -> int:
    """How many pages all copies of the report have on the printer that there is."""
    if isinstance(machine.report, PinPrinter):
        pages = len(_pin_pages(statement, machine.report.model))
    else:
        pages = len(_sheets(machine, statement).pages)
    return pages * len(statement.copies)


def _pin_pages(statement: Statement, model: EscpkModel) -> tuple[PinPage, ...]:
    """The pages of a 24-pin printer, laid out once."""
    if not statement.pin_pages:
        statement.pin_pages = layout_pin_pages(statement.report, model, statement.size)
    return statement.pin_pages


def finished(machine: Machine, statement: Statement) -> bytes:
    """The report as it is handed out: signed, where a key is configured. Raises SignError.

    Signed once: a second time would give another file than the one whose digest the seal keeps.
    """
    if not statement.pdf:
        render(machine, statement)
    if not statement.file:
        statement.file = signed(machine, statement.pdf)
    return statement.file


def print_receipt(
    machine: Machine,
    statement: Statement,
    generation: int,
    on_progress: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> PrintedJob:
    """Print the receipt; audit row, seal and journal are on disk before its first byte.

    What an earlier job left hanging in the printer is voided first; while that cannot be done,
    nothing is printed, or one holder's paper would come out with another's.
    """
    if may_hang(machine) and (reason := void_leftover(machine)):
        raise PrinterNotReadyError(reason)
    if receipt_fault(machine, statement.receipt_cm) == TOO_LONG:
        raise PrinterNotReadyError(TOO_LONG)
    if not statement.blocks:
        encode(machine, statement)
    sent = b"".join(block.data for block in statement.blocks)
    with _taken_back(machine, statement):
        _announce(machine, statement, statement.receipt, sent)
        printed = job.print_receipt(
            machine.journal,
            machine.receipt,
            statement.blocks,
            _ticket(statement, "receipt", generation),
            void=void_mark(machine.receipt_model, machine.fonts, statement.issue.serial),
            continued=None if machine.receipt_model.rom == "none" else continued_bytes,
            on_progress=on_progress,
            cancelled=cancelled,
        )
    _trace(machine, statement, printed.result.outcome, printed.result.reason)
    return printed


def print_report(
    machine: Machine,
    statement: Statement,
    generation: int,
    on_progress: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> PrintedJob:
    """Hand the pages to the report printer; all rows are on disk before.

    One that takes a whole PDF tells no progress. A laser printer's pages are drawn before anything
    is written down, so that the journal has a row for each. What an earlier job left of a queue's
    printer is voided first, by a job of its own.
    """
    if isinstance(machine.report, PinPrinter):
        model = machine.report.model
        if not statement.pages:
            laid_out = _pin_pages(statement, model)
            statement.pages = encode_escpk(laid_out, model, Glyphs(machine.fonts))
        void = pin_voids(model)
        return _print_pins(machine, statement, generation, void, on_progress, cancelled)
    if reason := void_behind(machine, cancelled):
        raise PrinterNotReadyError(reason)
    file, ticket = finished(machine, statement), _ticket(statement, "report", generation)
    send: Callable[[], PrintedJob]
    match machine.report:
        case PjlPrinter() as laser:
            pages = laser.make_pages(file, cancelled=cancelled)
            send = partial(
                job.print_pages,
                machine.journal,
                laser,
                pages,
                ticket,
                void=laser_voids(machine.fonts),
                document=file,
                on_progress=on_progress,
                cancelled=cancelled,
            )
        case printer:
            send = partial(
                job.print_report, machine.journal, printer, file, ticket, cancelled=cancelled
            )
    with _taken_back(machine, statement):
        _announce(machine, statement, statement.report, file)
        printed = send()
    _trace(machine, statement, printed.result.outcome, printed.result.reason)
    return printed


def print_form(machine: Machine, statement: Statement, generation: int) -> PrintedJob:
    """Fill the pre-printed form of this statement, which lies in the 24-pin printer."""
    pins, form = form_printer(machine), load_form(statement.name)
    stamps = layout_form(statement.report, form)
    statement.pages = encode_form(stamps, form, pins.model, Glyphs(machine.fonts))
    void = replace(pin_voids(pins.model), page=partial(void_form, form, pins.model))
    return _print_pins(machine, statement, generation, void)


def form_printer(machine: Machine) -> PinPrinter:
    """The printer that takes forms; raises OptionError where the report printer is none."""
    if not isinstance(machine.report, PinPrinter):
        raise OptionError("--form", machine.settings.report.model, "a 24-pin report printer")
    return machine.report


def _print_pins(
    machine: Machine,
    statement: Statement,
    generation: int,
    void: job.Voids,
    on_progress: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> PrintedJob:
    pins = form_printer(machine)
    sent = b"".join(page.data for page in statement.pages)
    with _taken_back(machine, statement):
        _announce(machine, statement, statement.report, sent)
        printed = job.print_pages(
            machine.journal,
            pins.printer,
            statement.pages,
            _ticket(statement, "report", generation),
            void=void,
            on_progress=on_progress,
            cancelled=cancelled,
        )
    _trace(machine, statement, printed.result.outcome, printed.result.reason)
    return printed


def confirms(machine: Machine, medium: Medium) -> bool:
    """Whether that printer says which blocks, or pages, are on paper."""
    if medium == "receipt":
        return machine.receipt_model.marker
    return isinstance(machine.report, PjlPrinter) and machine.report.tells_pages


def receipt_fault(machine: Machine, cm: int) -> str:
    """Code of what keeps a receipt of that length from being printed now; empty if nothing does.

    A first silence is no fault: a job asks again before it gives up.
    """
    match machine.receipt.status():
        case Ready("near_end") if cm > machine.settings.receipt.low_paper_cm:
            return TOO_LONG
        case Ready() | Unknown():
            return ""
        case stopped:
            return stopped.code


def print_limit(machine: Machine, statement: Statement) -> PrintLimitError | None:
    """What a print of this statement would be refused with now, on either paper."""
    most = machine.settings.limits.most(statement.name)
    return machine.trail.limit(statement.holder.identity, statement.name, most)


def _announce(machine: Machine, statement: Statement, document: Document, paper: bytes) -> None:
    """What must be on disk before any paper: who asked for it, and how it can be verified.

    An order of several copies is one request: its limit counts it once, and a later copy that
    fails takes nothing back, as its reference is another.
    """
    if statement.issue.part <= 1:
        machine.trail.must(
            AuditKind.PAPER_REQUESTED,
            statement.holder.identity,
            statement=statement.name,
            count=len(statement.copies),
            reference=statement.issue.serial,
            most=machine.settings.limits.most(statement.name),
        )
    try:
        person = statement.holder.material.person
        machine.journal.seals.record(seal_record(statement.issue, document, person, paper))
    except JournalError as error:
        error.nothing_sent = True
        raise


@contextmanager
def _taken_back(machine: Machine, statement: Statement) -> Iterator[None]:
    """Where the journal keeps a job from its first byte, its request counts for no limit.

    The row is a further one; without it, on a full disk, the request counts. A job whose end the
    journal cannot take leaves its row in the trail as any other.
    """
    try:
        yield
    except EndNotWrittenError as error:
        _trace(machine, statement, error.result.outcome, error.result.reason)
        raise
    except JournalError as error:
        if error.nothing_sent:
            _trace(machine, statement, "failed")
        raise


def _trace(
    machine: Machine, statement: Statement, outcome: Outcome, reason: str | None = None
) -> None:
    """The end of a job in the trail; one that nobody knows stands in the log too."""
    if outcome == "unknown":
        log(logging.WARNING, "paper.unknown", serial=statement.issue.serial, reason=reason)
    machine.trail.should(
        AuditKind.PAPER_OUTCOME,
        statement.holder.identity,
        statement=statement.name,
        result=outcome,
        reference=statement.issue.serial,
    )


def _ticket(statement: Statement, printer: str, generation: int) -> job.Ticket:
    return job.Ticket(statement.name, statement.issue.serial, printer, generation)
