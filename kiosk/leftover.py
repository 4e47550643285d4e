"""Paper of an earlier job that may still hang in the receipt printer is voided before any other."""

from contextlib import suppress
from typing import Final

from devices.printer.blocks import Block
from devices.printer.models import PrinterModel
from devices.printer.state import Ready
from kiosk.issuing import new_serial
from kiosk.machine import Machine
from printing import job
from printing.encode.escpos import void_blocks
from printing.encode.raster import void_raster
from printing.errors import EndNotWrittenError, JournalError
from printing.fonts import FontChain
from printing.glyphs import Pen

GOOD: Final = ("confirmed", "sent")
"""Ends of a job with which a holder can go."""

RECEIPT: Final = "receipt"
"""The journal's name of the kiosk's own receipt printer."""


def may_hang(machine: Machine) -> bool:
    """Whether the last receipt's end is unknown, so that a piece of it may still be attached.

    A job that left no paper, a void mark that failed among them, says nothing of what hangs.
    Asked while no job is under way: one that is `sending` has an end that cannot be written yet.
    """
    with suppress(JournalError):
        machine.journal.catch_up()
    last = machine.journal.last_on_paper(RECEIPT)
    return last is not None and last.state in ("unknown", "sending")


def void_leftover(machine: Machine) -> str | None:
    """Mark and cut what hangs in the printer: a job of its own. Why not, or None when done.

    JournalError where it cannot be written down first.
    """
    state = machine.receipt.status()
    if not isinstance(state, Ready):
        return state.code
    void = void_mark(machine.receipt_model, machine.fonts)
    ticket = job.Ticket("void", new_serial(machine), RECEIPT, 0)
    try:
        printed = job.print_receipt(machine.journal, machine.receipt, void, ticket, void=void)
    except EndNotWrittenError:  # of the mark: no word for the holder whose paper comes next
        return JournalError.code
    result = printed.result
    return None if result.outcome in GOOD else result.reason or "printer.not_voided"


def void_mark(model: PrinterModel, fonts: FontChain) -> tuple[Block, ...]:
    """What marks a paper of that printer as void, and cuts it."""
    if model.rom == "none":
        return void_raster(columns=model.columns, cut=model.cut, pen=Pen(fonts))
    return void_blocks(cut=model.cut)
