"""The audit trail in tables: appending, reading, verifying."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from archive.audit import FIELDS, AuditHead, AuditKey, cells_of, next_row, subject, verify
from archive.errors import AuditTamperedError, StoreDamagedError
from archive.model import AuditEvent
from archive.sql.session import Database, Session
from archive.store import AuditCheck, AuditRow

INSERT: Final = "INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
SELECT: Final = """
    SELECT sequence, at, kind, kiosk, organisation, subject, statement, count, result, operator,
           reference, previous, hash
    FROM audit WHERE sequence > ? ORDER BY sequence LIMIT ?"""
_BEFORE_ALL: Final = -(2**63)
COPIES: Final = """
SELECT count(*) FROM audit asked
WHERE subject = ? AND statement = ? AND kind = 'paper.requested' AND NOT EXISTS (
    SELECT 1 FROM audit ended
    WHERE ended.subject = asked.subject AND ended.statement = asked.statement
      AND ended.kind = 'paper.outcome' AND ended.reference = asked.reference
      AND ended.result = 'failed')
"""
_NO_LIMIT: Final = 2**62
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

    def copies(self, identification_code: str, statement: str) -> int:
        """Papers asked for with this card, without those that were proven not to be printed."""
        with self._database.read() as session:
            (count,) = session.execute(
                COPIES, (subject(self._key, identification_code), statement)
            ).fetchall()[0]
        return int(count)

    def verify(self) -> AuditCheck:
        """Walk all rows in one snapshot: another thread may append meanwhile."""
        with self._database.read() as session:
            head = read_head(session)
            trail = session.execute(SELECT, (_BEFORE_ALL, _NO_LIMIT))
            return verify(map(_cells, trail), head, self._key)

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
        session.execute(
            "UPDATE audit_head SET count = ?, hash = ?, seal = ?",
            (head.count, head.hash, head.seal),
        )

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


def _cells(row: tuple[Any, ...]) -> dict[str, object]:
    return dict(zip((*FIELDS, "hash"), row, strict=True))
