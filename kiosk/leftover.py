"""Paper of an earlier job that may still lie in a printer is voided before any other."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from devices.printer.blocks import Block
from devices.printer.models import PrinterModel
from devices.printer.models.page import EscpkModel
from devices.printer.pages.ipp import IppPrinter
from devices.printer.pages.job import NOT_VOIDED
from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.pages.void_mark import void_rest
from devices.printer.report import FolderPrinter, ReportPrinter
from devices.printer.state import NeedsAttention, PrinterState, Ready, TellsNothing
from kiosk.issuing import new_serial
from kiosk.machine import Machine, PinPrinter
from printing import job
from printing.encode.escpk import void_page
from printing.encode.escpos import void_blocks
from printing.encode.raster import void_raster
from printing.encode.void_sheet import laser_void, pdf_void
from printing.encode.void_words import numbered
from printing.errors import EndNotWrittenError, JournalError
from printing.fonts import FontChain
from printing.glyphs import Pen
from printing.journal import Journal

GOOD: Final = ("confirmed", "sent")
"""Ends of a job with which a holder can go."""

RECEIPT: Final = "receipt"
"""The journal's name of the kiosk's own receipt printer."""

REPORT: Final = "report"
"""The journal's name of the kiosk's own report printer."""


def may_hang(machine: Machine) -> bool:
    """Whether the last receipt's end is unknown, so that a piece of it may still be attached.

    A job that left no paper, a void mark that failed among them, says nothing of what hangs.
    Asked while no job is under way: one that is `sending` has an end that cannot be written yet.
    """
    with suppress(JournalError):
        machine.journal.catch_up()
    try:
        last = machine.journal.last_on_paper(RECEIPT)
    except JournalError:  # nobody knows: what wants to print first is refused by the same journal
        return True
    return last is not None and last.state in ("unknown", "sending")


def void_leftover(machine: Machine) -> str | None:
    """Mark and cut what hangs in the printer: a job of its own. Why not, or None when done.

    JournalError where it cannot be written down first.
    """
    state = machine.receipt.status()
    if not isinstance(state, Ready):
        return state.code
    ticket = job.Ticket(job.VOID, new_serial(machine), RECEIPT, 0)
    serial = job.serial_to_void(machine.journal, ticket)
    void = void_mark(machine.receipt_model, machine.fonts, serial)
    try:
        printed = job.print_receipt(machine.journal, machine.receipt, void, ticket, void=void)
    except EndNotWrittenError:  # of the mark: no word for the holder whose paper comes next
        return JournalError.code
    result = printed.result
    return None if result.outcome in GOOD else result.reason or NOT_VOIDED


def rows_may_come(machine: Machine) -> bool:
    """Whether rows of the last receipt may come out by themselves (worker only).

    So long as its end is unknown and the printer's memory is not proven empty: it cannot be
    cleared, or does not say that it is, as one that is switched off or unplugged. It ends with a
    proven void mark, which comes out behind them, or with a person's word for the job.
    """
    return may_hang(machine) and not machine.receipt.clear()


def rows_may_lie(machine: Machine, state: PrinterState) -> bool:
    """The same by a look alone, for who asks how things stand and must change nothing.

    A printer that answers and can be cleared is taken for one that will be before anybody comes.
    """
    answers = isinstance(state, Ready | NeedsAttention)
    return may_hang(machine) and not (answers and machine.receipt_model.clear)


def expect_left(report: ReportPrinter | PjlPrinter | PinPrinter, journal: Journal) -> None:
    """Tell a report printer what a process that was killed may have left of its jobs there."""
    match report:
        case FolderPrinter():
            report.expect(job.names_left(journal, REPORT))
        case IppPrinter():
            report.expect(job.names_open(journal, REPORT))
        case _:
            pass


def sheet_may_lie(machine: Machine) -> bool:
    """Whether the last report may have left a sheet half printed, or pages without their end.

    Never in a folder or behind a one-way cable: there nothing tells what lies there. At a queue
    also where a job may still come out, until it has ended there.
    """
    match machine.report:
        case PinPrinter() | IppPrinter():
            pass
        case PjlPrinter() as laser if laser.tells_pages:
            pass
        case _:
            return False
    try:
        if isinstance(machine.report, IppPrinter):
            machine.report.only(job.names_open(machine.journal, REPORT))
            if machine.report.may_come:
                return True
        return job.half_printed(machine.journal, REPORT)
    except JournalError:  # nobody knows: it is asked again before anything is printed
        return True


def void_sheet(machine: Machine, cancelled: Callable[[], bool]) -> bool:
    """Mark and eject what the last report left: a job of its own. Whether that is done with.

    It is tried once each time the printer is seen ready, so that none spends sheet after sheet:
    where the mark is not proven by one that still is, or no port tells that it is, the next report
    begins with it. `cancelled` turns true when somebody comes, who is not to wait for it.
    """
    match machine.report:
        case PinPrinter(printer, model):
            state, void = printer.status(), pin_voids(model)
        case PjlPrinter() as printer:
            state, void = printer.status(), laser_voids(machine.fonts)
        case IppPrinter() as queue:
            if not isinstance(queue.status(), Ready):
                return False
            void_behind(machine, cancelled)
            return not (cancelled() or queue.may_come)
        case _:
            return True
    if not isinstance(state, Ready):
        return isinstance(state, TellsNothing)
    ticket = job.Ticket(job.VOID, new_serial(machine), REPORT, 0)
    done = job.print_pages(
        machine.journal, printer, (), ticket, void=void, cancelled=cancelled
    ).result
    if done.outcome == "cancelled":
        return False
    return done.outcome in GOOD or isinstance(printer.status(), Ready | TellsNothing)


def void_behind(machine: Machine, cancelled: Callable[[], bool] = lambda: False) -> str | None:
    """Void what the last report left of a queue's printer: a job of its own, once for a report.

    Why not, or None when done, or when there is nothing to void or no queue. JournalError where it
    cannot be written down first.
    """
    queue = machine.report
    if not (isinstance(queue, IppPrinter) and job.half_printed(machine.journal, REPORT)):
        return None
    ticket = job.Ticket(job.VOID, new_serial(machine), REPORT, 0)
    void = pdf_void(machine.fonts, job.serial_to_void(machine.journal, ticket))
    try:
        printed = job.print_report(machine.journal, queue, void, ticket, cancelled=cancelled)
    except EndNotWrittenError:  # of the sheet: no word for the holder whose paper comes next
        return JournalError.code
    result = printed.result
    return None if result.outcome in GOOD else result.reason or NOT_VOIDED


def records_left(machine: Machine) -> tuple[str, ...]:
    """Reports in the folder of a print service that takes none: their visits are over.

    In a demo nobody takes any, and who tries it looks at them.
    """
    folder = machine.report
    if not isinstance(folder, FolderPrinter) or machine.settings.card.virtual_readers:
        return ()
    try:
        return folder.records_left()
    except OSError:  # the next report finds that out too, and says so
        return ()


def withdraw_records(machine: Machine) -> Iterator[str]:
    """Put a sheet that says so in the place of each of these: their serial numbers.

    What handed them over ends as unknown: a service that may not remove a file can have printed it.
    """
    for name in records_left(machine):
        assert isinstance(machine.report, FolderPrinter)
        serial = job.doubt_report(machine.journal, Path(name).stem, REPORT)
        machine.report.withdraw(name, pdf_void(machine.fonts, serial))
        yield serial


def void_mark(model: PrinterModel, fonts: FontChain, serial: str) -> tuple[Block, ...]:
    """What marks the paper of that number as void, and cuts it."""
    if model.rom == "none":
        return void_raster(serial, columns=model.columns, cut=model.cut, pen=Pen(fonts))
    return void_blocks(serial, columns=model.columns, cut=model.cut)


def pin_voids(model: EscpkModel) -> job.Voids:
    """How pages of a 24-pin printer are marked as void."""
    return job.Voids(partial(void_page, model), lambda serial: void_rest(numbered(serial)))


def laser_voids(fonts: FontChain) -> job.Voids:
    """How pages of a laser printer are marked as void: by one of its own in any case."""
    page = partial(laser_void, fonts)
    return job.Voids(page, page)
