"""The durable list of print jobs and what is known about their paper.

A job stands here before its first byte goes out, with a row for each of its blocks, and every
change of what is known is on disk before it is acted upon. A job is its serial and a digest. Of a
person, only the masked name of a sealed paper is kept, for the verify page; no record, no number
and no seal code. Transitions are only ever added. What is `unknown` stays so until a person
decides.
"""

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal, Self, get_args

from printing.errors import JobStateError, JobUnknownError, JournalError
from printing.journal_file import JOBS, JournalFile, stored
from printing.seals import Seals, tell_seals

State = Literal["queued", "sending", "sent", "confirmed", "unknown", "failed", "cancelled"]
Medium = Literal["receipt", "report"]
Verdict = Literal["confirmed", "failed", "cancelled"]
"""What a person may find about a job of unknown fate: the paper is there; it is not, or only a part
was and is destroyed; or what is there is marked void."""

BlockState = Literal["queued", "sent", "confirmed", "unknown", "void", "unsent"]
"""`sent`: the system took all of it, the paper is not proven. `void`: what came out of it carries
the void mark. `unsent`: nothing of it left. The others mean what they mean for a job."""

_NEXT: Final[dict[str, frozenset[str]]] = {
    "queued": frozenset({"sending", "failed", "cancelled"}),
    "sending": frozenset({"sent", "confirmed", "unknown", "failed", "cancelled"}),
    "sent": frozenset({"confirmed", "unknown"}),
    "unknown": frozenset(),
    "confirmed": frozenset(),
    "failed": frozenset(),
    "cancelled": frozenset(),
}
_ALL: Final = (1, 1 << 31)
RESTART: Final = "journal.restart"
"""The reason of what becomes of open jobs when the program starts again."""


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
class BlockRecord:
    """A part of a job, and what is known of its paper."""

    number: int
    """From 1."""
    label: str
    state: BlockState
    evidence: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Job:
    """A job and the last that is known about it.

    Its time and counts are those of the printing, also when a person has settled it since.
    """

    id: int
    order: Order
    state: State
    at: datetime
    observed: Observed
    decided_by: str | None
    settled_at: datetime | None = None
    """When that person did."""


class Journal:
    """The journal in its file. Usable from several threads; each change is on disk on return.

    `create=False` is for whoever only looks, see `JournalFile`.
    """

    def __init__(self, path: Path, now: Callable[[], datetime], *, create: bool = True) -> None:
        self._file = JournalFile(path, create=create)
        self._now = now
        self._owed: dict[int, tuple[State, Observed]] = {}
        self.seals = Seals(self._file, now)
        """What is known about sealed papers; in the same file."""

    def queue(self, order: Order, labels: Sequence[str] = ()) -> int:
        """Write a job down before anything of it is sent; returns its number.

        `labels` name its blocks, as far as they have names.
        """
        self.catch_up()
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
            named = [*labels, *[""] * (order.blocks - len(labels))]
            at = stored(self._now())
            database.executemany(
                "INSERT INTO blocks VALUES (?, ?, ?, 'queued', 'none', ?)",
                [(job_id, number, label, at) for number, label in enumerate(named, 1)],
            )
        return job_id

    def note(self, job_id: int, sent: int, confirmed: int, evidence: str) -> None:
        """Keep how many blocks the system took, and how many are proven by `evidence`.

        JobStateError for a job that is not being sent.
        """
        with self._file.writing() as database:
            if (found := self._state(database, job_id)) != "sending":
                raise JobStateError(job_id, found, "sending")
            self._mark(database, job_id, (confirmed + 1, sent), "sent")
            self._mark(database, job_id, (1, confirmed), "confirmed", evidence)

    def record(self, job_id: int, state: State, observed: Observed = _NOTHING) -> None:
        """Move a job to `state`; JobStateError where that cannot follow from what is known."""
        with self._file.writing() as database:
            found = self._state(database, job_id)
            if state not in _NEXT[found]:
                raise JobStateError(job_id, found, state)
            self._add(database, job_id, state, observed)
            self._end_blocks(database, job_id, state, observed)

    def conclude(self, job_id: int, state: State, observed: Observed) -> None:
        """Record the end of a job. JournalError where it cannot be written now.

        It is not lost then: it is written before the next job, or by `catch_up`.
        """
        self._owed[job_id] = state, observed
        self.catch_up()

    def catch_up(self) -> None:
        """Write the ends that could not be written when they were observed."""
        while self._owed:
            job_id, end = self._owed.popitem()
            try:
                self.record(job_id, *end)
            except JournalError:
                self._owed[job_id] = end
                raise

    @property
    def lost(self) -> bool:
        """Whether the file that was opened has been replaced or removed."""
        return self._file.lost

    @property
    def behind(self) -> bool:
        """Whether the end of a job has still to be written."""
        return bool(self._owed)

    def resolve(self, job_id: int, by: str, outcome: Verdict, reason: str | None = None) -> None:
        """Record what a person found out about a job of unknown fate; `by` is their login.

        `reason` tells what they saw where the outcome alone does not.
        """
        with self._file.writing() as database:
            found = self._state(database, job_id)
            if found != "unknown" or outcome not in get_args(Verdict):
                raise JobStateError(job_id, found, outcome)
            self._add(database, job_id, outcome, Observed("person", reason), by)

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
                if state == "queued":
                    self._mark(database, job_id, _ALL, "unsent")
                else:
                    self._doubt(database, job_id)
        return tuple(self.job(job_id) for job_id, _ in rows)

    def job(self, job_id: int) -> Job:
        """One job; JobUnknownError if there is none of this number."""
        found = self._select("AND j.id = ?", job_id)
        if not found:
            raise JobUnknownError(job_id)
        return found[0]

    def jobs(self, limit: int = 100, serial: str = "") -> tuple[Job, ...]:
        """The last jobs, the newest first; of one serial where it is given."""
        return self._select("AND ? IN ('', j.serial) ORDER BY j.id DESC LIMIT ?", serial, limit)

    def last_on_paper(self, printer: str) -> Job | None:
        """The newest job that may have left something on paper in that printer.

        What failed, or was cancelled before its first byte, says nothing of what lies there.
        """
        found = self._select(
            "AND j.printer = ? AND j.state NOT IN ('queued', 'failed')"
            " AND NOT (j.state = 'cancelled' AND t.bytes_sent = 0) ORDER BY j.id DESC LIMIT 1",
            printer,
        )
        return found[0] if found else None

    def unknown_jobs(self) -> tuple[Job, ...]:
        """Jobs whose paper nobody knows about, the oldest first; staff has to look."""
        return self._select("AND j.state = 'unknown' ORDER BY j.id")

    def knows(self, serial: str) -> bool:
        """Whether a job or a seal has this serial."""
        with self._file.reading() as database:
            (found,) = database.execute(
                "SELECT EXISTS (SELECT 1 FROM jobs WHERE serial = ?)"
                " OR EXISTS (SELECT 1 FROM seals WHERE serial = ?)",
                (serial, serial),
            ).fetchone()
        return bool(found)

    def blocks(self, job_id: int) -> tuple[BlockRecord, ...]:
        """The blocks of a job, in order."""
        with self._file.reading() as database:
            rows = database.execute(
                "SELECT number, label, state, evidence, at FROM blocks WHERE job_id = ?"
                " ORDER BY number",
                (job_id,),
            ).fetchall()
        return tuple(
            BlockRecord(number, label, state, evidence, datetime.fromisoformat(at))
            for number, label, state, evidence, at in rows
        )

    def history(self, job_id: int) -> tuple[tuple[datetime, State], ...]:
        """Every state of a job and when it was reached."""
        with self._file.reading() as database:
            rows = database.execute(
                "SELECT at, state FROM transitions WHERE job_id = ? ORDER BY sequence", (job_id,)
            ).fetchall()
        return tuple((datetime.fromisoformat(at), state) for at, state in rows)

    def purge(self, before: datetime) -> int:
        """Delete jobs that ended before then; returns how many.

        What is unknown stays, however old it is: a person has to decide about it first.
        """
        with self._file.writing() as database:
            database.execute("PRAGMA defer_foreign_keys = ON")  # the job goes before its rows
            jobs = database.execute(
                "DELETE FROM jobs WHERE state IN ('sent', 'confirmed', 'failed', 'cancelled')"
                " AND (SELECT max(at) FROM transitions WHERE job_id = id) <= ? RETURNING id",
                (stored(before),),
            ).fetchall()
            for table in ("transitions", "blocks"):
                database.executemany(f"DELETE FROM {table} WHERE job_id = ?", jobs)  # noqa: S608 - of the two names above
        if jobs:
            self._file.wipe()
        return len(jobs)

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

    def _mark(
        self,
        database: sqlite3.Connection,
        job_id: int,
        numbers: tuple[int, int],
        state: BlockState,
        evidence: str = "none",
    ) -> None:
        """Set the blocks from one number to another to a state, unless they are in it."""
        database.execute(
            "UPDATE blocks SET state = ?, evidence = ?, at = ?"
            " WHERE job_id = ? AND number BETWEEN ? AND ? AND state <> ?",
            (state, evidence, stored(self._now()), job_id, *numbers, state),
        )

    def _end_blocks(
        self, database: sqlite3.Connection, job_id: int, state: State, observed: Observed
    ) -> None:
        """Say of each block what the end of its job tells of it.

        Of the one behind those that were taken whole, a part may be out too.
        """
        proven, begun = observed.blocks_confirmed, observed.blocks_sent + 1
        match state:
            case "sent" | "confirmed":
                self._mark(database, job_id, _ALL, state, observed.evidence)
            case "failed":
                self._mark(database, job_id, _ALL, "unsent")
            case "unknown" if not observed.bytes_sent:
                self._doubt(database, job_id)
            case "unknown":
                self._mark(database, job_id, (1, proven), "confirmed", observed.evidence)
                self._mark(database, job_id, (proven + 1, begun), "unknown")
                self._mark(database, job_id, (begun + 1, _ALL[1]), "unsent")
            case "cancelled":
                out = begun if observed.bytes_sent else 0
                self._mark(database, job_id, (1, out), "void", observed.evidence)
                self._mark(database, job_id, (out + 1, _ALL[1]), "unsent")

    def _doubt(self, database: sqlite3.Connection, job_id: int) -> None:
        """Whoever sent a job did not come to its end: only what was proven before is known."""
        (proven,) = database.execute(
            "SELECT count(*) FROM blocks WHERE job_id = ? AND state = 'confirmed'", (job_id,)
        ).fetchone()
        self._mark(database, job_id, (proven + 1, _ALL[1]), "unknown")

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
            (job_id, state, stored(self._now()), *astuple(observed), by, job_id),
        )
        database.execute("UPDATE jobs SET state = ? WHERE id = ?", (state, job_id))
        tell_seals(database, job_id)

    def _select(self, condition: str, *values: int | str) -> tuple[Job, ...]:
        with self._file.reading() as database:
            rows = database.execute(f"{JOBS} {condition}", values).fetchall()
        return tuple(_job(row) for row in rows)


def _job(row: tuple[object, ...]) -> Job:
    job_id, *order, state, at, evidence, reason, sent, blocks_sent, confirmed, by, settled = row
    observed = Observed(evidence, reason, sent, blocks_sent, confirmed)  # type: ignore[arg-type]
    moment = datetime.fromisoformat(str(at))
    decided = datetime.fromisoformat(str(settled)) if settled else None
    return Job(job_id, Order(*order), state, moment, observed, by, decided)  # type: ignore[arg-type]
