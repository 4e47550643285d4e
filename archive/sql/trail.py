"""The audit trail in tables: appending, reading, verifying, pruning."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from archive.audit import (
    FIELDS,
    AuditHead,
    AuditKey,
    behind,
    cells_of,
    next_row,
    stored_time,
    subject,
    verify,
    verify_part,
)
from archive.errors import AuditTamperedError, StoreDamagedError
from archive.model import AuditEvent, AuditKind
from archive.sql.clock import latest_time, leapt
from archive.sql.filling import Gate
from archive.sql.limits import papers, refuse_over_limit
from archive.sql.session import Database, Session
from archive.store import AuditCheck, AuditFilter, AuditRow

_CELLS: Final = (*FIELDS, "hash")
_SELECT: Final = f"SELECT {', '.join(_CELLS)} FROM audit WHERE"  # noqa: S608 - own words
_MARKS: Final = ", ".join("?" * len(_CELLS))
INSERT: Final = f"INSERT INTO audit ({', '.join(_CELLS)}) VALUES ({_MARKS})"  # noqa: S608 - own words
_MOVE_HEAD: Final = """
    UPDATE audit_head SET count = ?, hash = ?, pruned = ?, pruned_hash = ?, seal = ?"""
_BEFORE_ALL: Final = -(2**63)
_PAGE: Final = 1000
_MOST_PRUNED: Final = 2000
"""In one transaction."""


class AuditTables:
    """The trail of one store, under one key."""

    def __init__(
        self,
        database: Database,
        key: AuditKey,
        now: Callable[[], dt.datetime],
        name: Path | str,
        gate: Gate,
    ) -> None:
        self._database = database
        self.key = key
        self._now = now
        self._name = name
        self._gate = gate

    def append(self, event: AuditEvent, most: int | None) -> AuditRow:
        """Write the event behind the last one; committed when this returns.

        With `most`, it is a print that may be one too many: PrintLimitError.
        """
        with self._database.write() as session:
            self._gate.passed(session)
            row = self._next(session, event)
            if most is not None:
                refuse_over_limit(session, row, most)
            self._write(session, row)
        return row

    def check_limit(self, event: AuditEvent, most: int) -> None:
        """Refuse what `append` would refuse now; nothing is written."""
        with self._database.read() as session:
            refuse_over_limit(session, self._next(session, event), most)

    def _next(self, session: Session, event: AuditEvent) -> AuditRow:
        now, latest = self._now(), latest_time(session, self._name)
        return next_row(event, self.head(session), now, behind(now, latest), self.key)

    def rows(self, after: int, wanted: AuditFilter) -> Iterator[AuditRow]:
        """The wanted rows from behind that sequence on, oldest first."""
        where, values = _condition(wanted)
        query = f"{_SELECT} sequence > ?{where} ORDER BY sequence LIMIT {_PAGE}"
        while True:
            with self._database.read() as session:
                page = session.execute(query, (after, *values)).fetchall()
            for row in page:
                yield self._row(row)
            if len(page) < _PAGE:
                return
            after = page[-1][0]

    def copies(self, identification_code: str, statement: str) -> int:
        """Papers asked for with this card, without those that were proven not to be printed."""
        with self._database.read() as session:
            return papers(session, subject(self.key, identification_code), statement)

    def verify(self) -> AuditCheck:
        """Walk all rows in one snapshot: another thread may append meanwhile."""
        with self._database.read() as session:
            head = read_head(session)
            rows = (_cells(row) for page in pages(session, _BEFORE_ALL) for row in page)
            return verify(rows, head, self.key)

    def continue_with(self, session: Session, rows: Sequence[tuple[Any, ...]]) -> None:
        """Append rows of a trail under the same key as they are: where it is copied to."""
        old = self.head(session)
        heads = [
            AuditHead.sealed(self.key, row[0], row[-1], old.pruned, old.pruned_hash) for row in rows
        ]
        session.executemany(INSERT, rows)
        session.executemany(_MOVE_HEAD, [_moved(head) for head in heads])

    def begin_behind(self, session: Session, origin: AuditHead) -> None:
        """Let an empty trail begin where the one that it is copied from was pruned."""
        pruned = origin.pruned, origin.pruned_hash
        session.execute(_MOVE_HEAD, _moved(AuditHead.sealed(self.key, *pruned, *pruned)))

    def prune(self, kiosk: str, keep: dt.timedelta) -> int:
        """Take the oldest rows away once their time is over; how many there were.

        Rows that are not intact stay, as evidence. So few go at a time that nobody waits long for
        the writer.
        """
        before = self.past(keep)
        if before is None:
            return 0
        taken = 0
        while count := self._prune_some(kiosk, before):
            taken += count
        return taken

    def past(self, keep: dt.timedelta) -> dt.datetime | None:
        """What happened before this is older than `keep`; None: that cannot be told.

        Time is counted to the last row at most, and nobody can tell where rows leave out so long a
        time that the clock may have leapt: a clock that runs ahead makes nothing old.
        """
        now, latest = self._now(), self.latest()
        until = min(now, latest or now)
        with self._database.read() as session:
            doubtful = latest is not None and leapt(session, until, until - keep)
        return None if doubtful else until - keep

    def _prune_some(self, kiosk: str, before: dt.datetime) -> int:
        with self._database.write() as session:
            self._gate.passed(session)
            head, now = self.head(session), self._now()
            latest = latest_time(session, self._name)
            kept = _first_kept(session, before)
            last = min(head.count if kept is None else kept - 1, head.pruned + _MOST_PRUNED)
            if last <= head.pruned:
                return 0
            query = f"{_SELECT} sequence <= ? ORDER BY sequence"
            old = map(_cells, session.execute(query, (last,)))
            check, end = verify_part(old, head.pruned, head.pruned_hash, self.key)
            if check.findings or end != last:
                raise AuditTamperedError(self._name)
            event = AuditEvent(kind=AuditKind.TRAIL_PRUNED, kiosk=kiosk, count=check.rows)
            row = next_row(event, head, now, behind(now, latest), self.key)
            self._write(session, row)
            sealed = AuditHead.sealed(self.key, row.sequence, row.hash, last, check.head)
            session.execute(_MOVE_HEAD, _moved(sealed))
            session.execute("DELETE FROM audit WHERE sequence <= ?", (last,))
        return check.rows

    def latest(self) -> dt.datetime | None:
        """The latest time of the trail since the clock was last settled."""
        with self._database.read() as session:
            return latest_time(session, self._name)

    def head(self, session: Session) -> AuditHead:
        """The head, if nobody has touched it: continuing would seal what somebody did."""
        head = read_head(session)
        if head is None or not head.holds(self.key):
            raise AuditTamperedError(self._name)
        return head

    def _write(self, session: Session, row: AuditRow) -> None:
        """Write a row and move the head forward to it."""
        session.execute(INSERT, (*cells_of(row).values(), row.hash))
        old = self.head(session)
        head = AuditHead.sealed(self.key, row.sequence, row.hash, old.pruned, old.pruned_hash)
        session.execute(_MOVE_HEAD, _moved(head))

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
    query = f"{_SELECT} sequence > ? ORDER BY sequence LIMIT {_PAGE}"
    while page := session.execute(query, (after,)).fetchall():
        yield page
        after = page[-1][0]


def _moved(head: AuditHead) -> tuple[int, str, int, str, str]:
    return head.count, head.hash, head.pruned, head.pruned_hash, head.seal


def _first_kept(session: Session, before: dt.datetime) -> int | None:
    """The first row that is not older; rows behind it stay, whatever their clock said.

    Written so that the rows are walked from the oldest on, and not their index by time.
    """
    query = "SELECT sequence FROM audit WHERE at || '' >= ? ORDER BY sequence LIMIT 1"
    row = session.execute(query, (stored_time(before),)).fetchone()
    return None if row is None else int(row[0])


def _condition(wanted: AuditFilter) -> tuple[str, tuple[str, ...]]:
    """What the filter adds to a WHERE clause, and its values."""
    tests = {
        "at >= ?": stored_time(wanted.since) if wanted.since else "",
        "at < ?": stored_time(wanted.until) if wanted.until else "",
        "kind = ?": wanted.kind,
        "statement = ?": wanted.statement,
        "result = ?": wanted.result,
        "reference <> '' AND reference = ?": wanted.reference,
        "subject <> '' AND subject = ?": wanted.subject,
    }
    asked = {test: value for test, value in tests.items() if value}
    return "".join(f" AND {test}" for test in asked), tuple(asked.values())


def _cells(row: tuple[Any, ...]) -> dict[str, object]:
    return dict(zip(_CELLS, row, strict=True))
