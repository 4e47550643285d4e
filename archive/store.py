"""What every store of the archive does, on SQLite or on PostgreSQL."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, Generic, Protocol, Self, TypeVar, cast

from archive.model import AuditEvent, CardRecord, Contribution, Person
from archive.reasons import Reason
from archive.records import Cell, RecordKind
from archive.stored import Stored
from archive.values import Month

Record = TypeVar("Record")
"""One of the values of `archive.model`."""


@dataclass(frozen=True, slots=True)
class AsOf:
    """Up to which day data are complete, and how far they can be trusted to be."""

    day: dt.date
    source: str
    """Who gave the data; empty: not stated."""
    whole: bool
    """Whether nothing is known to be lacking; docs/records.md has the rule."""
    never: tuple[RecordKind, ...] = ()
    """Kinds that were never delivered: that there is no row of them says nothing."""

    def stale(self, today: dt.date, days: int) -> bool:
        """Whether the data are older than so many days."""
        return (today - self.day).days > days

    def together(self, *others: "AsOf") -> "AsOf":
        """What can be said of an answer made of several kinds: the earliest day, and the gaps."""
        every = (self, *others)
        return AsOf(
            min(one.day for one in every),
            self.source,
            whole=all(one.whole for one in every),
            never=tuple(dict.fromkeys(kind for one in every for kind in one.never)),
        )


@dataclass(frozen=True, eq=False)
class Answer(Generic[Record]):
    """What a store holds of a kind for one person, with the date of its data."""

    stored: Sequence[Stored] = field(repr=False)
    decode: Callable[[Sequence[Stored]], tuple[Record, ...]] = field(repr=False)
    as_of: AsOf

    @classmethod
    def given(cls, rows: tuple[Record, ...], as_of: AsOf) -> Self:
        """An answer whose records are there already."""
        return cls(cast("Sequence[Stored]", rows), lambda _: rows, as_of)

    @cached_property
    def rows(self) -> tuple[Record, ...]:
        """The records, in the order of the key.

        They become values when they are first looked at: for forty years of contributions that
        takes several times as long as to read them.
        """
        return self.decode(self.stored)

    def __len__(self) -> int:
        return len(self.stored)

    def __eq__(self, other: object) -> bool:
        """Two answers are the same when they say the same, however they are stored."""
        if not isinstance(other, Answer):
            return NotImplemented
        return (self.rows, self.as_of) == (other.rows, other.as_of)

    def __hash__(self) -> int:
        return hash((self.rows, self.as_of))


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the audit trail as it was written."""

    sequence: int
    """From 1, without gaps."""
    at: dt.datetime
    """What the clock said."""
    behind: int
    """Seconds by which the clock was behind the latest time of the trail; 0: it was not."""
    kind: str
    kiosk: str
    organisation: str
    subject: str = field(repr=False)
    """Keyed hash of the card's identification code; empty when there was no card."""
    statement: str
    count: int
    result: str
    operator: str
    reference: str
    previous: str
    """Hash of the row before; 64 zeros for the first."""
    hash: str


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows of the trail are meant; what is None or empty is not asked about."""

    since: dt.datetime | None = None
    until: dt.datetime | None = None
    """Rows before this moment."""
    kind: str = ""
    statement: str = ""
    result: str = ""
    reference: str = ""
    subject: str = field(default="", repr=False)
    """As `Store.audit_subject` makes it of a card."""


ALL_ROWS: Final = AuditFilter()


@dataclass(frozen=True, slots=True)
class AuditFinding:
    """A place at which the trail is not what was written."""

    code: str
    """`changed`, `gap`, `truncated` or `head`."""
    sequence: int
    """The first row concerned."""


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """The result of walking the whole trail."""

    rows: int
    head: str
    """Hash of the last row; 64 zeros for an empty trail."""
    findings: tuple[AuditFinding, ...]

    @property
    def intact(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


class Store(Protocol):
    """Reads of one person's records, and the audit trail. Usable from several threads.

    Every method raises a `StoreError` when the database is locked, damaged or out of reach, and
    what answers with data raises `StoreEmptyError` while nothing says as of which day they hold.
    """

    def person(self, person_id: str) -> Person | None:
        """The person with this AAC001."""
        ...

    def person_by_number(self, number: str) -> Person | None:
        """The person with this social security number (AAC002)."""
        ...

    def card(self, identification_code: str) -> CardRecord | None:
        """The card with this identification code, whatever its status."""
        ...

    def find(self, record: type[Record], number: str) -> Record | None:
        """The card order, case or transfer with this number, whoever it belongs to."""
        ...

    def of(self, record: type[Record], person_id: str) -> Answer[Record]:
        """All rows of a kind for a person, in the order of the key; one range read."""
        ...

    def contributions(
        self, person_id: str, first: Month, last: Month, line: str | None = None
    ) -> Answer[Contribution]:
        """Months `first` to `last` inclusive, by line, then month; one range read."""
        ...

    def first_contribution(self, person_id: str) -> Month | None:
        """The earliest month of which a contribution of any line is recorded."""
        ...

    def known(self, record: type[Record], ids: Iterable[str]) -> dict[str, Record]:
        """Those employers, agencies or notices that are known, by their number."""
        ...

    def all(self, record: type[Record]) -> tuple[Record, ...]:
        """Every row of a small kind that belongs to nobody: guides, agencies, notices."""
        ...

    def as_of(self, kind: RecordKind | None = None) -> AsOf:
        """How far the data of a kind go; of all kinds together without one."""
        ...

    def append_audit(self, event: AuditEvent, most: int | None = None) -> AuditRow:
        """Write the event; it is on disk before this returns.

        With `most`, a print of the event's statement by its card is refused (PrintLimitError)
        where so many count in this month of China already; counting and writing are one step.
        """
        ...

    def check_limit(self, event: AuditEvent, most: int) -> None:
        """Raise PrintLimitError where `append_audit` would now; nothing is written."""
        ...

    def audit_rows(self, after: int = 0, wanted: AuditFilter = ALL_ROWS) -> Iterator[AuditRow]:
        """The rows that are wanted from the one after that sequence on, oldest first."""
        ...

    def audit_subject(self, identification_code: str | None, number: str = "") -> str:
        """By what the trail knows a card, or the number of who has none: a keyed hash."""
        ...

    def prune_audit(self, kiosk: str, keep_days: int) -> int:
        """Take away the rows that are older than so many days; how many there were.

        Raises AuditTamperedError, and takes nothing away, where those rows are not intact.
        """
        ...

    @property
    def lost(self) -> bool:
        """Whether the file that was opened has been replaced or removed: it must be opened anew."""
        ...

    def past(self, keep: dt.timedelta) -> dt.datetime | None:
        """What happened before this is older than `keep`; None: the clock may have leapt.

        Counted to the last row of the trail at most: a clock that runs ahead makes nothing old.
        """
        ...

    def latest(self) -> dt.datetime | None:
        """The latest time of the trail since somebody last looked at the clock."""
        ...

    def copies(self, identification_code: str, statement: str) -> int:
        """How many papers of a statement were asked for with this card, by the trail.

        Without those of which it is proven that nothing was printed.
        """
        ...

    def verify_audit(self) -> AuditCheck:
        """Walk the whole trail and tell every change, gap or truncation."""
        ...

    def close(self) -> None:
        """Give up all connections; further calls raise StoreUnavailableError."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row of a batch that was not loaded."""

    place: int
    """Where it stood in the batch."""
    code: str
    """The element at fault."""
    reason: Reason


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a batch did to the store."""

    changed: int
    """Rows inserted or altered; the rest was there already, to the letter."""
    refused: tuple[Refusal, ...]
    """Rows that refer to nobody, or whose number belongs to somebody else."""


class Loader(Protocol):
    """The side of a store that an import writes to."""

    def load(self, kind: RecordKind, columns: Sequence[Sequence[Cell]]) -> Loaded:
        """Insert or update rows, given column by column, as one transaction."""
        ...
