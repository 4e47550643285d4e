"""The kinds of rows that files bring and stores keep, and their columns."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from archive.elements import Element, element

Cell = str | int | None
"""What a store keeps in a cell: text, fen or YYYYMM or YYYYMMDD as a number, or nothing."""


class RecordKind(Enum):
    """A kind of row. The order is that of loading: a row refers only to kinds before it."""

    EMPLOYERS = "employers"
    PERSONS = "persons"
    CARDS = "cards"
    REGISTRATIONS = "registrations"
    CONTRIBUTIONS = "contributions"
    ARCHIVE_INDEX = "archive_index"
    META = "meta"


@dataclass(frozen=True, slots=True)
class Column:
    """An element as a column of a kind of row."""

    element: Element
    required: bool
    """Whether the heading must be there."""
    filled: bool
    """Whether each row must hold a value."""


@dataclass(frozen=True, slots=True)
class RecordSpec:
    """The columns of a kind of row, the key first."""

    kind: RecordKind
    columns: tuple[Column, ...]
    key: int
    """How many of the first columns are the primary key."""
    telling: str
    """The element by whose presence a file of this kind is recognised."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The columns' names in the store."""
        return tuple(column.element.field for column in self.columns)

    def place(self, code: str) -> int:
        """Where the column of an element stands."""
        return next(i for i, column in enumerate(self.columns) if column.element.code == code)


def _spec(kind: RecordKind, telling: str, key: str, required: str, optional: str) -> RecordSpec:
    columns = (
        *_columns(key.split(), required=True),
        *_columns(required.split(), required=True),
        *_columns(optional.split(), required=False),
    )
    return RecordSpec(kind, columns, len(key.split()), telling)


def _columns(codes: Iterable[str], *, required: bool) -> Iterable[Column]:
    """A code with a question mark asks for the heading, but not for a value in each row."""
    for code in codes:
        yield Column(element(code.rstrip("?")), required, required and not code.endswith("?"))


# The order of recognition: a file of contributions also holds what tells the kinds below it.
SPECS: Final = {
    spec.kind: spec
    for spec in (
        _spec(RecordKind.META, "as_of", "", "as_of", "source"),
        _spec(
            RecordKind.CONTRIBUTIONS,
            "AAE003",
            "AAC001 AAE140 AAE003 AAA115 AAE002 AAB001?",
            "AAE180 AAE020 AAE022 AAE080 AAE082 AAE078",
            "AAE021 EAD131 AAB301",
        ),
        _spec(
            RecordKind.REGISTRATIONS,
            "AAC031",
            "AAC001 AAE140 AAE030 AAB001?",
            "AAC008 AAC031 AAC049 AAC030",
            "AAE031 AAB301",
        ),
        _spec(
            RecordKind.ARCHIVE_INDEX,
            "a0100A",
            "AAC001 a0100A",
            "archive_agency isInware isLent personType",
            "shelvesNo received_date oldArchiveUnit lackMaterials",
        ),
        _spec(
            RecordKind.CARDS,
            "AAZ501",
            "AAZ501",
            "AAZ500 AAC001 AAB301 AAZ502 AAZ503 card_expires",
            "",
        ),
        _spec(
            RecordKind.PERSONS,
            "AAC002",
            "AAC001",
            "AAC002 AAC003 AAC004 AAC005 AAC006",
            "AAC007 AIC162 AAB301",
        ),
        _spec(RecordKind.EMPLOYERS, "AAB004", "AAB001", "AAB004", "BAB010 AAB034 AAB301"),
    )
}
