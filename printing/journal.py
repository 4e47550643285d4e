"""The durable list of print jobs and what is known about their paper.

A job stands here before its first byte goes out, and every change of what is known is on disk
before it is acted upon. A job is its serial and a digest. Of a person, only the masked name of a
sealed paper is kept, for the verify page; no record, no number and no seal code. Transitions are
only ever added. What is `unknown` stays so until a person decides.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, Self, get_args

from printing.errors import JobStateError, JobUnknownError
from printing.journal_file import JournalFile, stored
from printing.seals import Seals

State = Literal["queued", "sending", "sent", "confirmed", "unknown", "failed", "cancelled"]
Medium = Literal["receipt", "report"]
Verdict = Literal["confirmed", "failed", "cancelled"]
"""What a person may find about a job of unknown fate: the paper is there, is not, or was voided."""

_NEXT: Final[dict[str, frozenset[str]]] = {
    "queued": frozenset({"sending", "failed", "cancelled"}),
    "sending": frozenset({"sent", "confirmed", "unknown", "failed", "cancelled"}),
    "sent": frozenset({"confirmed", "unknown"}),
    "unknown": frozenset(),
    "confirmed": frozenset(),
    "failed": frozenset(),
    "cancelled": frozenset(),
}
RESTART: Final = "journal.restart"
"""The reason of what becomes of open jobs when the program starts again."""

_JOB: Final = """
SELECT j.id, j.statement, j.serial, j.medium, j.printer, j.digest, j.generation, j.blocks,
       j.state, t.at, t.evidence, t.reason, t.bytes_sent, t.blocks_sent, t.blocks_confirmed,
       t.decided_by
FROM jobs j JOIN transitions t ON t.job_id = j.id
WHERE t.sequence = (SELECT max(sequence) FROM transitions WHERE job_id = j.id)
"""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be printed: everything about a job that never changes."""

    statement: str
    serial: str
    medium: Medium
    printer: str
    digest: str
    """SHA-256 of the bytes for the paper, in hexadecimal."""
    generation: int
    """Of the card in whose visit it was asked for."""
    blocks: int


@dataclass(frozen=True, slots=True)
class Observed:
    """What a change of state rests on."""

    evidence: str = "none"
    """`marker`, `drained`, `person` or `none`."""
    reason: str | None = None
    bytes_sent: int = 0
    blocks_sent: int = 0
    blocks_confirmed: int = 0


_NOTHING: Final = Observed()


@dataclass(frozen=True, slots=True)
class Job:
    """A job and the last that is known about it."""

    id: int
    order: Order
    state: State
    at: datetime
    observed: Observed
    decided_by: str | None


class Journal:
    """The journal in its file. Usable from several threads; each change is on disk on return.

    `create=False` is for whoever only looks, see `JournalFile`.
    """

    def __init__(self, path: Path, now: Callable[[], datetime], *, create: bool = True) -> None:
        self._file = JournalFile(path, create=create)
        self._now = now
        self.seals = Seals(self._file, now)
        """What is known about sealed papers; in the same file."""

    def queue(self, order: Order) -> int:
        """Write a job down before anything of it is sent; returns its number."""
        with self._file.writing() as database:
            cursor = database.execute(
                "INSERT INTO jobs (statement, serial, medium, printer, digest, generation, blocks,"
                " state) VALUES (?, ?, ?, ?, ?, ?, ?, 'queued')",
                (
                    order.statement,
                    order.serial,
                    order.medium,
                    order.printer,
                    order.digest,
                    order.generation,
                    order.blocks,
                ),
            )
            job_id = int(cursor.lastrowid or 0)
            self._add(database, job_id, "queued", _NOTHING)
        return job_id

    def record(self, job_id: int, state: State, observed: Observed = _NOTHING) -> None:
        """Move a job to `state`; JobStateError where that cannot follow from what is known."""
        with self._file.writing() as database:
            found = self._state(database, job_id)
            if state not in _NEXT[found]:
                raise JobStateError(job_id, found, state)
            self._add(database, job_id, state, observed)

    def resolve(self, job_id: int, by: str, outcome: Verdict) -> None:
        """Record what a person found out about a job of unknown fate; `by` is their login."""
        with self._file.writing() as database:
            found = self._state(database, job_id)
            if found != "unknown" or outcome not in get_args(Verdict):
                raise JobStateError(job_id, found, outcome)
            self._add(database, job_id, outcome, Observed(evidence="person"), by)

    def recover(self) -> tuple[Job, ...]:
        """Settle what a stop of the program left open, and return those jobs.

        Queued jobs are cancelled: nothing was sent, and the visit they belong to is over. What was
        being sent is unknown. Call this once, when the daemon starts and before it prints; not
        from a tool that only looks.
        """
        with self._file.writing() as database:
            rows = database.execute(
                "SELECT id, state FROM jobs WHERE state IN ('queued', 'sending') ORDER BY id"
            ).fetchall()
            for job_id, state in rows:
                settled: State = "cancelled" if state == "queued" else "unknown"
                self._add(database, job_id, settled, Observed(reason=RESTART))
        return tuple(self.job(job_id) for job_id, _ in rows)

    def job(self, job_id: int) -> Job:
        """One job; JobUnknownError if there is none of this number."""
        found = self._select("AND j.id = ?", job_id)
        if not found:
            raise JobUnknownError(job_id)
        return found[0]

    def jobs(self, limit: int = 100) -> tuple[Job, ...]:
        """The last jobs, the newest first."""
        return self._select("ORDER BY j.id DESC LIMIT ?", limit)

    def unknown_jobs(self) -> tuple[Job, ...]:
        """Jobs whose paper nobody knows about, the oldest first; staff has to look."""
        return self._select("AND j.state = 'unknown' ORDER BY j.id")

    def history(self, job_id: int) -> tuple[tuple[datetime, State], ...]:
        """Every state of a job and when it was reached."""
        with self._file.reading() as database:
            rows = database.execute(
                "SELECT at, state FROM transitions WHERE job_id = ? ORDER BY sequence", (job_id,)
            ).fetchall()
        return tuple((datetime.fromisoformat(at), state) for at, state in rows)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @staticmethod
    def _state(database: sqlite3.Connection, job_id: int) -> str:
        row = database.execute("SELECT state FROM jobs WHERE id = ?", (job_id,)).fetchone()
        if row is None:
            raise JobUnknownError(job_id)
        return str(row[0])

    def _add(
        self,
        database: sqlite3.Connection,
        job_id: int,
        state: State,
        observed: Observed,
        by: str | None = None,
    ) -> None:
        database.execute(
            "INSERT INTO transitions SELECT ?, 1 + coalesce(max(sequence), 0), ?, ?, ?, ?, ?, ?, ?,"
            " ? FROM transitions WHERE job_id = ?",
            (
                job_id,
                state,
                stored(self._now()),
                observed.evidence,
                observed.reason,
                observed.bytes_sent,
                observed.blocks_sent,
                observed.blocks_confirmed,
                by,
                job_id,
            ),
        )
        database.execute("UPDATE jobs SET state = ? WHERE id = ?", (state, job_id))

    def _select(self, condition: str, *values: int) -> tuple[Job, ...]:
        with self._file.reading() as database:
            rows = database.execute(f"{_JOB} {condition}", values).fetchall()
        return tuple(_job(row) for row in rows)


def _job(row: tuple[object, ...]) -> Job:
    job_id, *order, state, at, evidence, reason, sent, blocks_sent, confirmed, by = row
    observed = Observed(evidence, reason, sent, blocks_sent, confirmed)  # type: ignore[arg-type]
    moment = datetime.fromisoformat(str(at))
    return Job(job_id, Order(*order), state, moment, observed, by)  # type: ignore[arg-type]
