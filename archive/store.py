"""What every store of the archive does; SQLite is the first one."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self

from archive.model import (
    ArchiveIndex,
    AuditEvent,
    CardRecord,
    Contribution,
    Employer,
    Person,
    Registration,
)
from archive.records import Cell, RecordKind
from archive.values import Month


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the audit trail as it was written."""

    sequence: int
    """From 1, without gaps."""
    at: dt.datetime
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

    Every method raises a `StoreError` when the database is locked, damaged or out of reach.
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

    def registrations(self, person_id: str) -> tuple[Registration, ...]:
        """By line, then by start."""
        ...

    def contributions(
        self, person_id: str, first: Month, last: Month, line: str | None = None
    ) -> tuple[Contribution, ...]:
        """Months `first` to `last` inclusive, by line, then month; one range read."""
        ...

    def employers(self, ids: Iterable[str]) -> dict[str, Employer]:
        """Those of the employers that are known, by AAB001."""
        ...

    def archive_index(self, person_id: str) -> tuple[ArchiveIndex, ...]:
        """The person's files, the one last received first."""
        ...

    def as_of(self) -> dt.date:
        """The day up to which the data are complete; StoreEmptyError before the first import."""
        ...

    def append_audit(self, event: AuditEvent) -> AuditRow:
        """Write the event; it is on disk before this returns."""
        ...

    def audit_rows(self, after: int = 0) -> Iterator[AuditRow]:
        """The trail from the row after that sequence on, oldest first."""
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
class Loaded:
    """What a batch did to the store."""

    changed: int
    """Rows inserted or altered; the rest was there already, to the letter."""
    refused: tuple[int, ...]
    """Places in the batch whose unique number belongs to another record."""


class Loader(Protocol):
    """The side of a store that an import writes to."""

    def load(self, kind: RecordKind, rows: Sequence[tuple[Cell, ...]]) -> Loaded:
        """Insert or update rows, cells in the order of the kind's columns, as one transaction."""
        ...

    def knows_person(self, person_id: str) -> bool:
        """Whether a person with this AAC001 has been loaded."""
        ...

    def knows_employer(self, employer_id: str) -> bool:
        """Whether an employer with this AAB001 has been loaded."""
        ...
