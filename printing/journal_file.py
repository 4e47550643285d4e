"""The journal's file: a SQLite database that is on disk whenever a change has returned."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from archive.sqlite.files import Opened, opening
from printing.errors import JournalError, JournalVersionError

MIGRATIONS: Final = (
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
    # Codes grew to 135 random bits: no older one can be typed any more. A seal now knows its
    # paper's bytes, is counted when it is looked up, and can be revoked.
    (
        "DROP TABLE seals",
        """CREATE TABLE seals (
            code_hash TEXT NOT NULL, digest TEXT NOT NULL, statement TEXT NOT NULL,
            serial TEXT NOT NULL, issued_at TEXT NOT NULL, kiosk TEXT NOT NULL,
            expires_at TEXT NOT NULL, masked_name TEXT NOT NULL, paper_digest TEXT NOT NULL,
            look_ups INTEGER NOT NULL DEFAULT 0, revoked_at TEXT, revoked_by TEXT,
            PRIMARY KEY (code_hash, digest)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX seals_by_end ON seals (expires_at)",
    ),
    # A row for each block of a job; and what has ended may go when its time is over, the job
    # first: a transition or block whose job is there cannot be deleted.
    (
        """CREATE TABLE blocks (
            job_id INTEGER NOT NULL REFERENCES jobs (id), number INTEGER NOT NULL,
            label TEXT NOT NULL, state TEXT NOT NULL, evidence TEXT NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (job_id, number)
        ) STRICT, WITHOUT ROWID""",
        "DROP TRIGGER transitions_are_kept",
        """CREATE TRIGGER transitions_are_kept BEFORE DELETE ON transitions
           WHEN EXISTS (SELECT 1 FROM jobs WHERE id = OLD.job_id)
           BEGIN SELECT RAISE(ABORT, 'transitions are only added'); END""",
        """CREATE TRIGGER blocks_are_kept BEFORE DELETE ON blocks
           WHEN EXISTS (SELECT 1 FROM jobs WHERE id = OLD.job_id)
           BEGIN SELECT RAISE(ABORT, 'a job keeps its blocks'); END""",
        """CREATE TRIGGER open_jobs_are_kept BEFORE DELETE ON jobs
           WHEN OLD.state IN ('queued', 'sending', 'unknown')
           BEGIN SELECT RAISE(ABORT, 'the end of this job is not known'); END""",
    ),
    # A seal knows what became of its paper. A serial belongs to one code: of two papers with the
    # same serial nobody could say which one is meant.
    (
        """ALTER TABLE seals ADD COLUMN paper TEXT NOT NULL DEFAULT 'open'
           CHECK (paper IN ('open', 'out', 'void'))""",
        "CREATE INDEX seals_by_serial ON seals (serial)",
        "CREATE INDEX jobs_by_serial ON jobs (serial)",
        """UPDATE seals SET paper = (
            SELECT CASE WHEN max(j.state IN ('sent', 'confirmed')) THEN 'out'
                        WHEN max(j.state NOT IN ('failed', 'cancelled')) THEN 'open'
                        ELSE 'void' END
            FROM jobs j WHERE j.serial = seals.serial AND j.digest = seals.paper_digest
        ) WHERE (serial, paper_digest) IN (SELECT serial, digest FROM jobs)""",
        """CREATE TRIGGER serials_are_one_papers BEFORE INSERT ON seals
           WHEN EXISTS (SELECT 1 FROM seals
                        WHERE serial = NEW.serial AND code_hash <> NEW.code_hash)
           BEGIN SELECT RAISE(ABORT, 'the serial belongs to another code'); END""",
    ),
    # A seal knows what its paper calls itself: of one statement some papers are certificates and
    # others say why none is issued. Of older seals nobody can tell.
    (
        "ALTER TABLE seals ADD COLUMN title TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE seals ADD COLUMN certificate INTEGER CHECK (certificate IN (0, 1))",
    ),
)
"""What brings a journal of version n to n + 1, in order."""
_VERSION: Final = len(MIGRATIONS)
WITNESS: Final = "person.asked"
"""The reason of a job that was `sent` and that somebody was asked about."""
JOBS: Final = f"""
SELECT j.id, j.statement, j.serial, j.medium, j.printer, j.digest, j.generation, j.blocks,
       j.state, p.at, t.evidence, t.reason, p.bytes_sent, p.blocks_sent, p.blocks_confirmed,
       t.decided_by, CASE WHEN t.decided_by IS NOT NULL THEN t.at END
FROM jobs j JOIN transitions t ON t.job_id = j.id JOIN transitions p ON p.job_id = j.id
WHERE t.sequence = (SELECT max(sequence) FROM transitions WHERE job_id = j.id)
  AND p.sequence = (SELECT max(sequence) FROM transitions WHERE job_id = j.id
                    AND decided_by IS NULL AND reason IS NOT '{WITNESS}')
"""  # noqa: S608 - of the constant above
"""`t`: the last that is known. `p`: the last of the printing itself, which no person changes."""
_CACHE_KIB: Final = 128
"""What is kept of the file in memory: SQLite's usual 2,000 would fill over thousands of jobs."""


class JournalFile:
    """The database, for one thread at a time; what SQLite says becomes this package's error.

    A new file is made where there is none, readable by its owner only. Whoever only looks says
    `create=False`: an empty journal in place of a lost one would say that no job is unknown.
    Without the file that is JournalError, and nothing was made.
    """

    def __init__(self, path: Path, *, create: bool) -> None:
        self._path = path
        self._lock = threading.Lock()
        with self._guarded(), opening(path, create=create):
            self._database = sqlite3.connect(
                path, timeout=5.0, isolation_level=None, check_same_thread=False
            )
            self._configure()
            self._opened = Opened(path)
        try:
            self._prepare(create=create)
        except BaseException:
            self._database.close()
            raise

    def close(self) -> None:
        """Close the file."""
        with self._guarded():
            self._database.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The database, to look only."""
        with self._guarded():
            self._opened.refuse_lost()
            yield self._database

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The database in a transaction, which is on disk when this has returned."""
        with self._guarded():
            self._opened.refuse_lost()
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    @property
    def lost(self) -> bool:
        """Whether another file is in the place of the one that was opened, or none."""
        return self._opened.lost

    def wipe(self) -> None:
        """Leave no trace of deleted rows in the write-ahead log either."""
        with self._guarded():
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _configure(self) -> None:
        try:
            self._database.execute("PRAGMA journal_mode = WAL")
            # Each commit reaches the disk: a power cut must not forget that paper may be out.
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute("PRAGMA foreign_keys = ON")
            self._database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
            # What is deleted is overwritten with zeros: a masked name must not outlive its seal.
            self._database.execute("PRAGMA secure_delete = ON")
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
        with self.writing() as database:
            # Asked again under the lock: another program may have started at the same moment.
            for statements in MIGRATIONS[self._version() :]:
                for statement in statements:
                    database.execute(statement)
            database.execute(f"PRAGMA user_version = {_VERSION}")

    def _version(self) -> int:
        found = int(self._database.execute("PRAGMA user_version").fetchone()[0])
        if found > _VERSION:
            raise JournalVersionError(str(self._path), found, _VERSION)
        return found

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                raise JournalError(str(self._path), str(error)) from error
            except OSError as error:
                raise JournalError(str(self._path), error.strerror or "") from error


def stored(moment: datetime) -> str:
    """UTC with microseconds always, so that text sorts as time does."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
