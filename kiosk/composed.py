"""A statement for one holder as the kiosk has it: composed once, laid out when it is needed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial

from archive.codes import Language
from devices.printer.blocks import Block
from devices.printer.models.page import PagePaper
from devices.printer.models.receipt import PrinterModel
from kiosk.identify import HolderRecords
from kiosk.issuing import copy_of, issue_facts
from kiosk.machine import Machine
from kiosk.report_watch import report_paper
from printing.document import Document, Reveal
from printing.english.document import written
from printing.layout.estimate import receipt_cm
from printing.layout.pin_sheet import PinPage
from printing.layout.roll import Roll, layout_roll
from printing.layout.sheet import Sheets
from printing.layout.size import Size
from printing.statements import statement as statement_named
from printing.statements.issue import IssueFacts


@dataclass
class Statement:
    """One statement for one holder, for the screen and for either paper.

    Documents and layouts are made once each, when they are needed: the screen waits for no paper.
    """

    name: str
    issue: IssueFacts
    holder: HolderRecords = field(repr=False)
    size: Size
    document: Callable[[Reveal], Document] = field(repr=False)
    model: PrinterModel
    """Of the receipt printer."""
    report_paper: PagePaper
    blocks: tuple[Block, ...] = field(default=(), repr=False)
    """The receipt's bytes, once it was encoded."""
    sheets: Sheets | None = field(default=None, repr=False)
    """The A4 pages, once they were laid out."""
    pdf: bytes = field(default=b"", repr=False)
    """The A4 pages, once they were rendered."""
    pin_pages: tuple[PinPage, ...] = field(default=(), repr=False)
    """The report's pages for a 24-pin printer, once they were laid out."""
    pages: tuple[Block, ...] = field(default=(), repr=False)
    """Their bytes, once they were encoded."""
    file: bytes = field(default=b"", repr=False)
    """The report as it is handed out, once it was."""
    drawn: dict[Language, str] = field(default_factory=dict, repr=False)
    """The receipt's lines as HTML, once they were shown with words of that language."""
    others: "tuple[Statement, ...]" = field(default=(), repr=False)
    """The further copies of the order, where several are needed."""

    @property
    def copies(self) -> "tuple[Statement, ...]":
        """Every copy of the order, this one first."""
        return (self, *self.others)

    @cached_property
    def shown(self) -> Document:
        """With the holder masked, for the screen."""
        return self.document("screen")

    @cached_property
    def receipt(self) -> Document:
        """What the receipt says."""
        return self.document("receipt")

    @cached_property
    def report(self) -> Document:
        """What the report says."""
        return self.document("report")

    @cached_property
    def roll(self) -> Roll:
        """The receipt, laid out."""
        return layout_roll(self.receipt, self.model.columns, self.size)

    @cached_property
    def screen(self) -> Roll:
        """The receipt with the holder masked, as the screen shows it while it is printed."""
        return layout_roll(self.shown, self.model.columns, self.size)

    @property
    def receipt_cm(self) -> int:
        """Of all copies: the end of a roll must do for all."""
        return receipt_cm(self.roll, self.model) * len(self.copies)


def compose(
    machine: Machine,
    name: str,
    records: HolderRecords,
    size: Size = "normal",
    language: Language = "zh",
) -> Statement:
    """The statement for the screen, the roll and A4, in as many copies as are needed.

    Each copy has a serial and a code of its own: of two papers each can be verified and counted.
    """

    def made(issue: IssueFacts, reveal: Reveal) -> Document:
        return written(entry.build(records.material, issue, reveal), language)

    entry = statement_named(name)
    issue = issue_facts(machine, name, records)
    count = entry.copies(records.material)
    parts = range(1, count + 1)
    issues = [issue] if count == 1 else [copy_of(machine, issue, part) for part in parts]
    first, *others = (
        Statement(
            name=name,
            issue=own,
            holder=records,
            size=size,
            document=partial(made, own),
            model=machine.receipt_model,
            report_paper=report_paper(machine),
        )
        for own in issues
    )
    first.others = tuple(others)
    return first
