"""The archive in one SQLite file."""

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, Self

from archive.audit import FIELDS, AuditHead, AuditKey, cells_of, next_row, verify
from archive.errors import (
    AuditKeyError,
    AuditTamperedError,
    StoreDamagedError,
    StoreEmptyError,
    StoreUnavailableError,
)
from archive.model import (
    ArchiveIndex,
    AuditEvent,
    CardRecord,
    Contribution,
    Employer,
    Person,
    Registration,
)
from archive.records import SPECS, Cell, RecordKind
from archive.sqlite import rows
from archive.sqlite.connections import Connections
from archive.sqlite.schema import holds_archive, prepare
from archive.sqlite.upsert import upsert
from archive.store import AuditCheck, AuditRow, Loaded
from archive.values import Month

BUSY_SECONDS: Final = 5.0
"""How long a write waits for another process before it is `StoreLockedError`."""

_AUDIT_INSERT: Final = "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_AUDIT_SELECT: Final = """
    SELECT sequence, at, kind, kiosk, organisation, subject, statement, count, result, operator,
           reference, previous, hash
    FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?"""
_BEFORE_ALL: Final = -(2**63)
_NO_LIMIT: Final = -1
_AUDIT_PAGE: Final = 1000


class SqliteStore:
    """`Store` and `Loader` on SQLite; see `archive.store` for what the methods promise.

    The audit key lies beside the database (`NAME.audit-key`) unless another place is given. It
    belongs to the machine: a trail begun with one key is not continued with another.

    A new database and its key are made where there are none: that is for the import and the
    demonstration. Whoever serves or checks what is there (`run`, `print`, `audit verify`) says
    `create=False`: an empty store in place of a lost one would look like an intact trail.
    Without the file that is StoreUnavailableError, without the key AuditKeyError; both carry the
    path, and nothing was made. The key of a trail that has begun is never made anew.
    """

    def __init__(
        self,
        path: Path,
        now: Callable[[], dt.datetime],
        *,
        audit_key: Path | None = None,
        create: bool = True,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        self.path = path
        self._now = now
        self._connections = Connections(path, busy_seconds, create=create)
        try:
            key_path = audit_key or path.with_name(path.name + ".audit-key")
            self._key = self._find_key(key_path, create=create)
            prepare(self._connections, self._key)
            self._check_key(key_path)
        except BaseException:
            self._connections.close()
            raise

    def person(self, person_id: str) -> Person | None:
        """The person with this AAC001."""
        found = self._rows(RecordKind.PERSONS, "person_id = ?", (person_id,))
        return rows.person(found[0]) if found else None

    def person_by_number(self, number: str) -> Person | None:
        """The person with this social security number (AAC002)."""
        where = "social_security_number = ?"
        found = self._rows(RecordKind.PERSONS, where, (number.upper(),))
        return rows.person(found[0]) if found else None

    def card(self, identification_code: str) -> CardRecord | None:
        """The card with this identification code, whatever its status."""
        where = "identification_code = ?"
        found = self._rows(RecordKind.CARDS, where, (identification_code.upper(),))
        return rows.card(found[0]) if found else None

    def registrations(self, person_id: str) -> tuple[Registration, ...]:
        """By line, then by start."""
        where = "person_id = ? ORDER BY line, started, employer_id"
        found = self._rows(RecordKind.REGISTRATIONS, where, (person_id,))
        return tuple(map(rows.registration, found))

    def contributions(
        self, person_id: str, first: Month, last: Month, line: str | None = None
    ) -> tuple[Contribution, ...]:
        """Months `first` to `last` inclusive, by line, then month; one range read."""
        where, values = "person_id = ?", [person_id]
        if line is not None:
            where, values = "person_id = ? AND line = ?", [person_id, line]
        found = self._rows(
            RecordKind.CONTRIBUTIONS,
            f"{where} AND month BETWEEN ? AND ? ORDER BY line, month, kind, settled, employer_id",
            (*values, int(first), int(last)),
        )
        return tuple(map(rows.contribution, found))

    def employers(self, ids: Iterable[str]) -> dict[str, Employer]:
        """Those of the employers that are known, by AAB001."""
        wanted = sorted(set(ids))
        marks = ", ".join("?" * len(wanted))
        found = self._rows(RecordKind.EMPLOYERS, f"employer_id IN ({marks})", wanted)
        return {row[0]: rows.employer(row) for row in found}

    def archive_index(self, person_id: str) -> tuple[ArchiveIndex, ...]:
        """The person's files, the one last received first."""
        where = "person_id = ? ORDER BY received_on DESC NULLS LAST, dossier_number"
        found = self._rows(RecordKind.ARCHIVE_INDEX, where, (person_id,))
        return tuple(map(rows.archive_index, found))

    def as_of(self) -> dt.date:
        """The day up to which the data are complete; StoreEmptyError before the first import."""
        with self._connections.read() as reader:
            found = reader.execute("SELECT as_of FROM meta").fetchone()
        if found is None:
            raise StoreEmptyError(self.path)
        return rows.day(found[0])

    def load(self, kind: RecordKind, batch: Sequence[tuple[Cell, ...]]) -> Loaded:
        """Insert or update rows, cells in the order of the kind's columns, as one transaction."""
        with self._connections.write() as writer:
            return upsert(writer, SPECS[kind], batch)

    def knows_person(self, person_id: str) -> bool:
        """Whether a person with this AAC001 has been loaded."""
        return self._exists("SELECT 1 FROM persons WHERE person_id = ?", person_id)

    def knows_employer(self, employer_id: str) -> bool:
        """Whether an employer with this AAB001 has been loaded."""
        return self._exists("SELECT 1 FROM employers WHERE employer_id = ?", employer_id)

    def append_audit(self, event: AuditEvent) -> AuditRow:
        """Write the event; it is on disk before this returns."""
        with self._connections.write() as writer:
            row = next_row(event, self._head(writer), self._now(), self._key)
            writer.execute(_AUDIT_INSERT, (*cells_of(row).values(), row.hash))
            head = AuditHead.sealed(self._key, row.sequence, row.hash)
            writer.execute(
                "UPDATE audit_head SET count = ?, hash = ?, key_id = ?, seal = ?",
                (head.count, head.hash, head.key_id, head.seal),
            )
        return row

    def audit_rows(self, after: int = 0) -> Iterator[AuditRow]:
        """The trail from the row after that sequence on, oldest first."""
        while True:
            with self._connections.read() as reader:
                page = reader.execute(_AUDIT_SELECT, (after, _AUDIT_PAGE)).fetchall()
            for row in page:
                yield self._audit_row(row)
            if len(page) < _AUDIT_PAGE:
                return
            after = page[-1][0]

    def verify_audit(self) -> AuditCheck:
        """Walk the whole trail and tell every change, gap or truncation."""
        with self._connections.read() as reader:
            # One snapshot for rows and head: another thread may append meanwhile.
            reader.execute("BEGIN")
            try:
                head = _read_head(reader)
                trail = reader.execute(_AUDIT_SELECT, (_BEFORE_ALL, _NO_LIMIT))
                return verify(map(_audit_cells, trail), head, self._key)
            finally:
                reader.execute("ROLLBACK")

    def close(self) -> None:
        """Give up all connections; further calls raise StoreUnavailableError."""
        self._connections.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _rows(self, kind: RecordKind, where: str, values: Sequence[Cell]) -> list[rows.Row]:
        query = f"SELECT {rows.columns(kind)} FROM {kind.value} WHERE {where}"  # noqa: S608 - own words
        with self._connections.read() as reader:
            return reader.execute(query, values).fetchall()

    def _exists(self, query: str, value: str) -> bool:
        with self._connections.read() as reader:
            return reader.execute(query, (value,)).fetchone() is not None

    def _head(self, connection: sqlite3.Connection) -> AuditHead:
        head = _read_head(connection)
        if head is None or not head.holds(self._key):
            # Continuing would seal what somebody did to the trail.
            raise AuditTamperedError(self.path)
        return head

    def _find_key(self, key_path: Path, *, create: bool) -> AuditKey:
        if holds_archive(self._connections):
            return AuditKey.load(key_path)
        if not create:
            raise StoreUnavailableError(self.path, "no archive in it")
        return AuditKey.load_or_create(key_path)

    def _check_key(self, key_path: Path) -> None:
        with self._connections.read() as reader:
            head = _read_head(reader)
        if head is not None and head.key_id != self._key.key_id:
            raise AuditKeyError(key_path, "not the key of this trail")

    def _audit_row(self, row: rows.Row) -> AuditRow:
        sequence, at, *rest = row
        try:
            return AuditRow(sequence, dt.datetime.fromisoformat(at), *rest)
        except ValueError:
            raise StoreDamagedError(self.path, f"audit row {sequence}") from None


def _audit_cells(row: rows.Row) -> dict[str, Cell]:
    return dict(zip((*FIELDS, "hash"), row, strict=True))


def _read_head(connection: sqlite3.Connection) -> AuditHead | None:
    row = connection.execute("SELECT count, hash, key_id, seal FROM audit_head").fetchone()
    return None if row is None else AuditHead(*row)
