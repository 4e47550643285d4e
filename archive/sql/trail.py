"""The audit trail in tables: appending, reading, verifying."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from archive.audit import FIELDS, AuditHead, AuditKey, cells_of, next_row, verify
from archive.errors import AuditTamperedError, StoreDamagedError
from archive.model import AuditEvent
from archive.sql.session import Database, Session
from archive.store import AuditCheck, AuditRow

INSERT: Final = "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
SELECT: Final = """
    SELECT sequence, at, kind, kiosk, organisation, subject, statement, count, result, operator,
           reference, previous, hash
    FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?"""
_MOVE_HEAD: Final = "UPDATE audit_head SET count = ?, hash = ?, seal = ?"
_BEFORE_ALL: Final = -(2**63)
_PAGE: Final = 1000


class AuditTables:
    """The trail of one store, under one key."""

    def __init__(
        self, database: Database, key: AuditKey, now: Callable[[], dt.datetime], name: Path | str
    ) -> None:
        self._database = database
        self._key = key
        self._now = now
        self._name = name

    @property
    def key_id(self) -> str:
        """Tells whether two trails are under the same key."""
        return self._key.key_id

    def append(self, event: AuditEvent) -> AuditRow:
        """Write the event behind the last one; committed when this returns."""
        with self._database.write() as session:
            row = next_row(event, self.head(session), self._now(), self._key)
            session.execute(INSERT, (*cells_of(row).values(), row.hash))
            self.write_head(session, row.sequence, row.hash)
        return row

    def rows(self, after: int) -> Iterator[AuditRow]:
        """The rows from behind that sequence on, oldest first."""
        while True:
            with self._database.read() as session:
                page = session.execute(SELECT, (after, _PAGE)).fetchall()
            for row in page:
                yield self._row(row)
            if len(page) < _PAGE:
                return
            after = page[-1][0]

    def verify(self) -> AuditCheck:
        """Walk all rows in one snapshot: another thread may append meanwhile."""
        with self._database.read() as session:
            head = read_head(session)
            rows = (_cells(row) for page in pages(session, _BEFORE_ALL) for row in page)
            return verify(rows, head, self._key)

    def continue_with(self, session: Session, rows: Sequence[tuple[Any, ...]]) -> None:
        """Append rows of a trail under the same key as they are: where it is copied to."""
        old = self.head(session)
        heads = [
            AuditHead.sealed(self._key, row[0], row[-1], old.pruned, old.pruned_hash)
            for row in rows
        ]
        session.executemany(INSERT, rows)
        session.executemany(_MOVE_HEAD, [(head.count, head.hash, head.seal) for head in heads])

    def begin_behind(self, session: Session, origin: AuditHead) -> None:
        """Let an empty trail begin where the one that it is copied from was pruned."""
        head = AuditHead.sealed(
            self._key, origin.pruned, origin.pruned_hash, origin.pruned, origin.pruned_hash
        )
        session.execute(
            "UPDATE audit_head SET count = ?, hash = ?, pruned = ?, pruned_hash = ?, seal = ?",
            (head.count, head.hash, head.pruned, head.pruned_hash, head.seal),
        )

    def head(self, session: Session) -> AuditHead:
        """The head, if nobody has touched it: continuing would seal what somebody did."""
        head = read_head(session)
        if head is None or not head.holds(self._key):
            raise AuditTamperedError(self._name)
        return head

    def write_head(self, session: Session, count: int, last_hash: str) -> None:
        """Move the head forward to the row just written."""
        old = self.head(session)
        head = AuditHead.sealed(self._key, count, last_hash, old.pruned, old.pruned_hash)
        session.execute(_MOVE_HEAD, (head.count, head.hash, head.seal))

    def _row(self, row: tuple[Any, ...]) -> AuditRow:
        sequence, at, *rest = row
        try:
            return AuditRow(sequence, dt.datetime.fromisoformat(at), *rest)
        except ValueError:
            raise StoreDamagedError(self._name, f"audit row {sequence}") from None


def read_head(session: Session) -> AuditHead | None:
    """The head as it stands; None where there is none."""
    query = "SELECT count, hash, pruned, pruned_hash, key_id, seal FROM audit_head"
    row = session.execute(query).fetchone()
    return None if row is None else AuditHead(*row)


def write_first_head(session: Session, head: AuditHead) -> None:
    """The head of an empty trail."""
    session.execute(
        "INSERT INTO audit_head VALUES (1, ?, ?, ?, ?, ?, ?)",
        (head.count, head.hash, head.pruned, head.pruned_hash, head.key_id, head.seal),
    )


def pages(session: Session, after: int) -> Iterator[list[tuple[Any, ...]]]:
    """The rows from behind that sequence on, some at a time: a trail is longer than memory."""
    while page := session.execute(SELECT, (after, _PAGE)).fetchall():
        yield page
        after = page[-1][0]


def _cells(row: tuple[Any, ...]) -> dict[str, object]:
    return dict(zip((*FIELDS, "hash"), row, strict=True))
