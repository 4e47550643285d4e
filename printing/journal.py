"""The durable list of print jobs and what is known about their paper.

A job stands here before its first byte goes out, and every change of what is known is on disk
before it is acted upon. A job is its serial and a digest. Of a person, only the masked name of a
sealed paper is kept, for the verify page; no record, no number and no seal code. Transitions are
only ever added. What is `unknown` stays so until a person decides.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, Self, get_args

from archive.sqlite.files import opening
from printing.errors import JobStateError, JobUnknownError, JournalError, JournalVersionError
from printing.seal import code_hash

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

_MIGRATIONS: Final = (
    (
        """CREATE TABLE jobs (
            id INTEGER PRIMARY KEY,
            statement TEXT NOT NULL, serial TEXT NOT NULL, medium TEXT NOT NULL,
            printer TEXT NOT NULL, digest TEXT NOT NULL, generation INTEGER NOT NULL,
            blocks INTEGER NOT NULL, state TEXT NOT NULL
        ) STRICT""",
        "CREATE INDEX jobs_by_state ON jobs (state)",
        """CREATE TABLE transitions (
            job_id INTEGER NOT NULL REFERENCES jobs (id), sequence INTEGER NOT NULL,
            state TEXT NOT NULL, at TEXT NOT NULL, evidence TEXT NOT NULL, reason TEXT,
            bytes_sent INTEGER NOT NULL, blocks_sent INTEGER NOT NULL,
            blocks_confirmed INTEGER NOT NULL, decided_by TEXT,
            PRIMARY KEY (job_id, sequence)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TRIGGER transitions_stay BEFORE UPDATE ON transitions
           BEGIN SELECT RAISE(ABORT, 'transitions are only added'); END""",
        """CREATE TRIGGER transitions_are_kept BEFORE DELETE ON transitions
           BEGIN SELECT RAISE(ABORT, 'transitions are only added'); END""",
        """CREATE TABLE seals (
            code_hash TEXT PRIMARY KEY, statement TEXT NOT NULL, issued_at TEXT NOT NULL,
            kiosk TEXT NOT NULL, digest TEXT NOT NULL, expires_at TEXT NOT NULL,
            masked_name TEXT NOT NULL
        ) STRICT, WITHOUT ROWID""",
    ),
    # One code stands on each paper of a statement, and each paper has its own digest.
    (
        "ALTER TABLE seals RENAME TO seals_of_one_paper",
        """CREATE TABLE seals (
            code_hash TEXT NOT NULL, statement TEXT NOT NULL, issued_at TEXT NOT NULL,
            kiosk TEXT NOT NULL, digest TEXT NOT NULL, expires_at TEXT NOT NULL,
            masked_name TEXT NOT NULL,
            PRIMARY KEY (code_hash, digest)
        ) STRICT, WITHOUT ROWID""",
        "INSERT INTO seals SELECT * FROM seals_of_one_paper",
        "DROP TABLE seals_of_one_paper",
    ),
)
"""What brings a journal of version n to n + 1, in order."""
_VERSION: Final = len(_MIGRATIONS)
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


@dataclass(frozen=True, slots=True)
class SealRecord:
    """What the verify page may tell about a sealed paper; the code itself is not kept."""

    code: str = field(repr=False)
    statement: str
    issued_at: datetime
    kiosk: str
    digest: str
    """`Document.digest()` of this very paper: receipt and report of a statement differ."""
    expires_at: datetime
    masked_name: str = field(repr=False)


class Journal:
    """The journal in its file. Usable from several threads; each change is on disk on return.

    A new file is made where there is none, readable by its owner only. Whoever only looks says
    `create=False`: an empty journal in place of a lost one would say that no job is unknown.
    Without the file that is JournalError, and nothing was made.
    """

    def __init__(self, path: Path, now: Callable[[], datetime], *, create: bool = True) -> None:
        self._path = path
        self._now = now
        self._lock = threading.Lock()
        with self._guarded(), opening(path, create=create):
            self._database = sqlite3.connect(
                path, timeout=5.0, isolation_level=None, check_same_thread=False
            )
            self._configure()
        try:
            self._prepare(create=create)
        except BaseException:
            self._database.close()
            raise

    def queue(self, order: Order) -> int:
        """Write a job down before anything of it is sent; returns its number."""
        with self._writing() as database:
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
            self._add(job_id, "queued", _NOTHING, None)
        return job_id

    def record(self, job_id: int, state: State, observed: Observed = _NOTHING) -> None:
        """Move a job to `state`; JobStateError where that cannot follow from what is known."""
        with self._writing():
            found = self._state(job_id)
            if state not in _NEXT[found]:
                raise JobStateError(job_id, found, state)
            self._add(job_id, state, observed, None)

    def resolve(self, job_id: int, by: str, outcome: Verdict) -> None:
        """Record what a person found out about a job of unknown fate; `by` is their login."""
        with self._writing():
            found = self._state(job_id)
            if found != "unknown" or outcome not in get_args(Verdict):
                raise JobStateError(job_id, found, outcome)
            self._add(job_id, outcome, Observed(evidence="person"), by)

    def recover(self) -> tuple[Job, ...]:
        """Settle what a stop of the program left open, and return those jobs.

        Queued jobs are cancelled: nothing was sent, and the visit they belong to is over. What was
        being sent is unknown. Call this once, when the daemon starts and before it prints; not
        from a tool that only looks.
        """
        with self._writing() as database:
            rows = database.execute(
                "SELECT id, state FROM jobs WHERE state IN ('queued', 'sending') ORDER BY id"
            ).fetchall()
            for job_id, state in rows:
                settled: State = "cancelled" if state == "queued" else "unknown"
                self._add(job_id, settled, Observed(reason=RESTART), None)
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
        with self._guarded():
            rows = self._database.execute(
                "SELECT at, state FROM transitions WHERE job_id = ? ORDER BY sequence", (job_id,)
            ).fetchall()
        return tuple((datetime.fromisoformat(at), state) for at, state in rows)

    def record_seal(self, seal: SealRecord) -> None:
        """Keep what is needed to verify a paper; before the paper is printed.

        Once for each paper that carries the code; the same paper printed again adds nothing.
        """
        with self._writing() as database:
            database.execute(
                "INSERT INTO seals VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (
                    code_hash(seal.code),
                    seal.statement,
                    _stored(seal.issued_at),
                    seal.kiosk,
                    seal.digest,
                    _stored(seal.expires_at),
                    seal.masked_name,
                ),
            )

    def seals(self, code: str) -> tuple[SealRecord, ...]:
        """The papers with this code, by digest; none if it is not known or has expired."""
        with self._guarded():
            rows = self._database.execute(
                "SELECT statement, issued_at, kiosk, digest, expires_at, masked_name FROM seals"
                " WHERE code_hash = ? AND expires_at > ? ORDER BY digest",
                (code_hash(code), _stored(self._now())),
            ).fetchall()
        return tuple(_seal(code, row) for row in rows)

    def close(self) -> None:
        """Close the file."""
        with self._guarded():
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _configure(self) -> None:
        try:
            self._database.execute("PRAGMA journal_mode = WAL")
            # Each commit reaches the disk: a power cut must not forget that paper may be out.
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute("PRAGMA foreign_keys = ON")
        except BaseException:
            self._database.close()
            raise

    def _prepare(self, *, create: bool) -> None:
        with self._guarded():
            found = self._version()
        if found == 0 and not create:
            raise JournalError(str(self._path), "no journal in it")
        if found < _VERSION:
            self._migrate()

    def _migrate(self) -> None:
        with self._writing() as database:
            # Asked again under the lock: another program may have started at the same moment.
            for statements in _MIGRATIONS[self._version() :]:
                for statement in statements:
                    database.execute(statement)
            database.execute(f"PRAGMA user_version = {_VERSION}")

    def _version(self) -> int:
        found = int(self._database.execute("PRAGMA user_version").fetchone()[0])
        if found > _VERSION:
            raise JournalVersionError(str(self._path), found, _VERSION)
        return found

    def _state(self, job_id: int) -> str:
        row = self._database.execute("SELECT state FROM jobs WHERE id = ?", (job_id,)).fetchone()
        if row is None:
            raise JobUnknownError(job_id)
        return str(row[0])

    def _add(self, job_id: int, state: State, observed: Observed, by: str | None) -> None:
        self._database.execute(
            "INSERT INTO transitions SELECT ?, 1 + coalesce(max(sequence), 0), ?, ?, ?, ?, ?, ?, ?,"
            " ? FROM transitions WHERE job_id = ?",
            (
                job_id,
                state,
                _stored(self._now()),
                observed.evidence,
                observed.reason,
                observed.bytes_sent,
                observed.blocks_sent,
                observed.blocks_confirmed,
                by,
                job_id,
            ),
        )
        self._database.execute("UPDATE jobs SET state = ? WHERE id = ?", (state, job_id))

    def _select(self, condition: str, *values: int) -> tuple[Job, ...]:
        with self._guarded():
            rows = self._database.execute(f"{_JOB} {condition}", values).fetchall()
        return tuple(_job(row) for row in rows)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """One thread at a time; what the database says becomes this package's error."""
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                raise JournalError(str(self._path), str(error)) from error
            except OSError as error:
                raise JournalError(str(self._path), error.strerror or "") from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._guarded():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise


def _stored(moment: datetime) -> str:
    """UTC with microseconds always, so that text sorts as time does."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _job(row: tuple[object, ...]) -> Job:
    job_id, *order, state, at, evidence, reason, sent, blocks_sent, confirmed, by = row
    observed = Observed(evidence, reason, sent, blocks_sent, confirmed)  # type: ignore[arg-type]
    moment = datetime.fromisoformat(str(at))
    return Job(job_id, Order(*order), state, moment, observed, by)  # type: ignore[arg-type]


def _seal(code: str, row: tuple[str, ...]) -> SealRecord:
    statement, issued_at, kiosk, digest, expires_at, masked_name = row
    issued, expires = datetime.fromisoformat(issued_at), datetime.fromisoformat(expires_at)
    return SealRecord(code, statement, issued, kiosk, digest, expires, masked_name)
