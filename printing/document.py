"""What a paper says, without where it says it.

A statement builds a Document from records; the layouts place it on a roll or on pages. Cells know
what they are (text, amount, month, mark), so that each layout can decide what aligns, what may
wrap and what never does. Text is gated here, once, when the document is built.
"""

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Final, Literal

from archive.records import RecordKind
from archive.values import Month
from printing.text import gate

Reveal = Literal["screen", "receipt", "report"]
"""How much of the holder is shown: nothing whole on a screen, the name on a receipt, all on A4."""
Nature = Literal["statement", "certificate", "notice"]
"""What this very paper is: what the issuer calls a certificate (证明); what stands in its
place where nothing can be certified, or nothing is to be signed; or any other."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value in the head of a statement."""

    label: str
    value: str = field(repr=False)
    sensitive: bool = False
    """Whether the value tells who the holder is."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "value", gate(self.value, self.label))


@dataclass(frozen=True, slots=True)
class Mark:
    """Something worth knowing about a row, in one character and in words."""

    short: str
    label: str


@dataclass(frozen=True, slots=True)
class TextCell:
    """Words; may wrap where there is room below."""

    text: str = field(repr=False)
    brief: str = field(default="", repr=False)
    """The same in fewer characters, for narrow paper; empty: the text itself."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", gate(self.text, "cell"))
        object.__setattr__(self, "brief", gate(self.brief or self.text, "cell"))


@dataclass(frozen=True, slots=True)
class AmountCell:
    """Yuan with two decimal places; aligned by its point and never broken."""

    value: Decimal = field(repr=False)

    @property
    def text(self) -> str:
        """As printed: 12,345.60."""
        return f"{self.value:,.2f}"


@dataclass(frozen=True, slots=True)
class CountCell:
    """A whole number."""

    value: int

    @property
    def text(self) -> str:
        """As printed."""
        return str(self.value)


@dataclass(frozen=True, slots=True)
class MonthCell:
    """A month; rows of the same month follow each other and print it once."""

    month: Month

    @property
    def text(self) -> str:
        """As printed: 2025-10."""
        return self.month.label


@dataclass(frozen=True, slots=True)
class MarkCell:
    """The marks of a row, none for an ordinary one."""

    marks: tuple[Mark, ...]

    @property
    def text(self) -> str:
        """In words."""
        return " ".join(mark.label for mark in self.marks)

    @property
    def short(self) -> str:
        """In one character each."""
        return "".join(mark.short for mark in self.marks)


@dataclass(frozen=True, slots=True)
class PartyCell:
    """Who stands behind a run of rows (the employer): a number of the table of parties, a name."""

    number: int
    name: str = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", gate(self.name, "party"))

    @property
    def text(self) -> str:
        """As printed: number and name."""
        return f"{self.number} {self.name}"


Cell = TextCell | AmountCell | CountCell | MonthCell | MarkCell | PartyCell


class Kind(Enum):
    """What a column holds."""

    TEXT = "text"
    AMOUNT = "amount"
    COUNT = "count"
    MONTH = "month"
    MARK = "mark"
    PARTY = "party"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    heading: str
    kind: Kind
    short: str = ""
    """A shorter heading for narrow paper; empty: the heading itself."""
    derived: bool = False
    """Whether it follows from the other columns or from what is published (a rate), so that narrow
    paper may leave it out."""
    listed: bool = False
    """Of what is derived: whether a table that has become a list, which has room, still says it."""

    @property
    def narrow(self) -> str:
        """The heading for narrow paper."""
        return self.short or self.heading

    @property
    def in_lists(self) -> bool:
        """Whether narrow paper says it where the table is a list."""
        return self.listed or not self.derived


@dataclass(frozen=True, slots=True)
class Row:
    """One cell for each column; None where there is nothing to say."""

    cells: tuple[Cell | None, ...]
    detail: bool = False
    """Whether it explains the row above (what was due where less was paid)."""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that belong together (a year) and their subtotal."""

    label: str
    rows: tuple[Row, ...]
    subtotal: Row | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its heading, in groups, and what it adds up to."""

    heading: str
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    total: Row | None = None
    unit: str = ""
    """The unit of all amounts, once in the heading."""
    legend: str = ""
    empty: str = field(default="", repr=False)
    """The sentence that stands for a table without rows."""
    absent: tuple[RecordKind, ...] = ()
    """The kinds of records of which that sentence says that there is none."""
    wide_only: bool = False
    """Whether narrow paper leaves it out because another table says the same there."""
    narrow_only: bool = False
    """Whether pages leave it out because another table says the same there."""
    blanks: tuple[str, ...] = ()
    """What is filled in by hand: each name stands before room to write in."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "heading", gate(self.heading, "heading"))
        object.__setattr__(self, "empty", gate(self.empty, self.heading))

    def places(self) -> tuple[int, ...]:
        """The columns that say something: all, except marks where no row has one."""
        return tuple(
            place
            for place, column in enumerate(self.columns)
            if column.kind is not Kind.MARK
            or any(cell and cell.text for cell in (row.cells[place] for row in self.rows()))
        )

    def narrowed(self, *, kept: Collection[int] = ()) -> "Table":
        """Under short headings but for those `kept`, which may spare it from becoming a list."""
        columns = tuple(
            column if place in kept else replace(column, heading=column.narrow)
            for place, column in enumerate(self.columns)
        )
        return replace(self, columns=columns)

    def without(self, *places: int) -> "Table":
        """The same rows without these columns."""
        kept = [at for at in range(len(self.columns)) if at not in places]

        def cut(row: Row) -> Row:
            return replace(row, cells=tuple(row.cells[at] for at in kept))

        groups = (
            Group(one.label, tuple(map(cut, one.rows)), one.subtotal and cut(one.subtotal))
            for one in self.groups
        )
        columns = tuple(self.columns[at] for at in kept)
        total = self.total and cut(self.total)
        return replace(self, columns=columns, groups=tuple(groups), total=total)

    def rows(self) -> Iterator[Row]:
        """Every row, subtotals and total included, in the order of the paper."""
        for group in self.groups:
            yield from group.rows
            if group.subtotal:
                yield group.subtotal
        if self.total:
            yield self.total

    def amounts(self) -> Iterator[AmountCell]:
        """Every amount of the table."""
        for row in self.rows():
            yield from (cell for cell in row.cells if isinstance(cell, AmountCell))


@dataclass(frozen=True, slots=True)
class Seal:
    """What lets a stranger check the paper: an opaque code and where to ask."""

    code: str = field(repr=False)
    url: str = field(repr=False)
    """The whole content of the QR symbol: the issuer's page and the code, nothing else."""
    hint: str


UNSEALED: Final = Seal("", "", "")
"""On a paper that nobody has to verify: one for the kiosk's own technicians."""


@dataclass(frozen=True, slots=True)
class Foot:
    """What stands at the end of every page."""

    serial: str
    copy: str
    printed: str
    kiosk: str
    at: datetime | None = None
    """The same moment as `printed`, aware, for a file's metadata; None: the file has no date."""


@dataclass(frozen=True, slots=True)
class Document:
    """A statement, ready for any paper."""

    statement: str
    """Name in the registry of statements."""
    title: str
    subtitle: str
    agency: str
    facts: tuple[Fact, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    seal: Seal
    foot: Foot
    reveal: Reveal
    title_en: str = ""
    """The second title of a paper in English, which is what makes it one; empty: a Chinese one."""
    nature: Nature = "statement"

    @property
    def sealed(self) -> bool:
        """Whether a stranger can check this paper."""
        return self.seal != UNSEALED

    @property
    def titles(self) -> tuple[str, ...]:
        """The title, and below it the English one of an English paper."""
        return (self.title, self.title_en) if self.title_en else (self.title,)

    def digest(self) -> str:
        """SHA-256, in hexadecimal, over all that this very paper says.

        Over the fields below as JSON in ASCII, keys sorted, no spaces: the same on every machine
        and in every run. Receipt and report of a statement have each a digest of their own. The
        layout is no part of it, nor is the seal, whose code may stand on both.
        """
        said = {
            "statement": self.statement,
            "reveal": self.reveal,
            "title": [*self.titles, self.subtitle, self.agency],
            "facts": [[fact.label, fact.value] for fact in self.facts],
            "tables": [_said(table) for table in self.tables],
            "notes": self.notes,
            "foot": [self.foot.serial, self.foot.copy, self.foot.printed, self.foot.kiosk],
        }
        canonical = json.dumps(said, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
        return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _said(table: Table) -> list[object]:
    return [
        [table.heading, table.unit, table.legend, table.empty, *table.blanks],
        [column.heading for column in table.columns],
        [group.label for group in table.groups],
        [[cell.text if cell else None for cell in row.cells] for row in table.rows()],
    ]
