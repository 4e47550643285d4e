"""From the holder's records to a statement on either paper: compose, encode, journal, print."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from archive.masking import mask_name
from devices.printer.blocks import Block
from devices.printer.models import PrinterModel, load_model
from devices.printer.result import Progress
from devices.printer.state import Ready
from kiosk.identify import HolderRecords
from kiosk.machine import Machine
from printing import job
from printing.document import Document, Reveal
from printing.encode.escpos import encode_escpos, void_bytes
from printing.encode.pdf import render_pdf
from printing.glyphs import Glyphs
from printing.job import PrintedJob
from printing.journal import SealRecord
from printing.layout.roll import Line, Qr, Roll, layout_roll
from printing.seal import new_code
from printing.statements.contributions import contribution_statement
from printing.statements.issue import CHINA, IssueFacts, Window

DOTS_PER_CM: Final = 80
"""203 dpi."""
LINE_DOTS: Final = 30
QR_DOTS: Final = 220
FEED_DOTS: Final = 210
"""Three lines, and the way from the head to the blade."""


@dataclass(slots=True)
class Statement:
    """One statement for one holder, for the screen and for either paper."""

    name: str
    serial: str
    seal: SealRecord = field(repr=False)
    screen: Roll = field(repr=False)
    """The receipt with the holder masked, for the screen."""
    roll: Roll = field(repr=False)
    report: Document = field(repr=False)
    receipt_cm: int
    blocks: tuple[Block, ...] = field(default=(), repr=False)
    """The receipt's bytes, once it was encoded."""
    pdf: bytes = field(default=b"", repr=False)
    """The A4 pages, once they were rendered."""


def compose(machine: Machine, name: str, records: HolderRecords) -> Statement:
    """Lay the statement out for the screen, the roll and A4."""
    issue = _issue(machine)
    columns = _model(machine).columns

    def document(reveal: Reveal) -> Document:
        return contribution_statement(
            records.person,
            records.contributions,
            records.employers,
            Window(records.first, records.last),
            records.as_of,
            issue,
            reveal,
        )

    receipt = document("receipt")
    roll = layout_roll(receipt, columns)
    return Statement(
        name=name,
        serial=issue.serial,
        seal=_seal(issue, name, receipt, records),
        screen=layout_roll(document("screen"), columns),
        roll=roll,
        report=document("report"),
        receipt_cm=_centimetres(roll),
    )


def encode(machine: Machine, statement: Statement) -> None:
    """Make the receipt's bytes; a character that no font draws is refused here, before paper."""
    model = _model(machine)
    statement.blocks = encode_escpos(
        statement.roll,
        rom=model.rom,
        columns=model.columns,
        cut=model.cut,
        qr=model.qr,
        glyphs=Glyphs(machine.fonts),
    )


def render(machine: Machine, statement: Statement) -> None:
    """Make the A4 pages; apart from `encode`, since a receipt need not wait for them."""
    statement.pdf = render_pdf(statement.report, machine.fonts)


def print_receipt(
    machine: Machine,
    statement: Statement,
    generation: int,
    on_progress: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> PrintedJob:
    """Print the receipt; the job is in the journal before its first byte."""
    if not statement.blocks:
        encode(machine, statement)
    machine.journal.record_seal(statement.seal)
    return job.print_receipt(
        machine.journal,
        machine.receipt,
        statement.blocks,
        _ticket(statement, "receipt", generation),
        void=void_bytes(cut=_model(machine).cut),
        on_progress=on_progress,
        cancelled=cancelled,
    )


def void_leftover(machine: Machine) -> bool:
    """Mark and cut what a job of unknown end may have left hanging in the printer.

    Whether that was done; a printer that is not ready yet has to be asked again.
    """
    if not isinstance(machine.receipt.status(), Ready):
        return False
    void = void_bytes(cut=_model(machine).cut)
    result = machine.receipt.print_blocks((Block(void, "void"),), void=void)
    return result.outcome in ("confirmed", "sent")


def may_hang(machine: Machine) -> bool:
    """Whether the last receipt's end is unknown, so that a piece of it may still be attached."""
    receipts = (job for job in machine.journal.jobs() if job.order.medium == "receipt")
    last = next(receipts, None)
    return last is not None and last.state == "unknown"


def print_report(
    machine: Machine,
    statement: Statement,
    generation: int,
    cancelled: Callable[[], bool] = lambda: False,
) -> PrintedJob:
    """Hand the A4 pages to the report printer; the job is in the journal before."""
    if not statement.pdf:
        render(machine, statement)
    machine.journal.record_seal(statement.seal)
    return job.print_report(
        machine.journal,
        machine.report,
        statement.pdf,
        _ticket(statement, "report", generation),
        cancelled=cancelled,
    )


def _ticket(statement: Statement, printer: str, generation: int) -> job.Ticket:
    return job.Ticket(statement.name, statement.serial, printer, generation)


def _model(machine: Machine) -> PrinterModel:
    return load_model(machine.settings.receipt.model)


def _issue(machine: Machine) -> IssueFacts:
    settings = machine.settings
    now = machine.now()
    return IssueFacts(
        serial=f"{now.astimezone(CHINA):%Y%m%d}-{settings.kiosk.id}-{machine.rng.randrange(10**6):06}",
        issued_at=now,
        kiosk=f"{settings.kiosk.hall} {settings.kiosk.id} 号机",
        agency=settings.kiosk.agency,
        copy=1,
        code=new_code(machine.rng),
        verify_url=settings.statement.verify_url,
        verify_days=settings.statement.verify_days,
    )


def _seal(issue: IssueFacts, name: str, receipt: Document, records: HolderRecords) -> SealRecord:
    return SealRecord(
        code=issue.code,
        statement=name,
        issued_at=issue.issued_at,
        kiosk=issue.kiosk,
        digest=receipt.digest(),
        expires_at=issue.issued_at + timedelta(days=issue.verify_days),
        masked_name=mask_name(records.person.name),
    )


def _centimetres(roll: Roll) -> int:
    """How much paper the roll takes, rounded up."""
    dots = FEED_DOTS
    for line in roll.lines:
        match line:
            case Line():
                dots += LINE_DOTS * line.size
            case Qr():
                dots += QR_DOTS
            case _:
                dots += LINE_DOTS
    return -(-dots // DOTS_PER_CM)
