"""Connections to one database file: a single writer, and readers that cannot write."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from archive.errors import (
    StoreDamagedError,
    StoreError,
    StoreFullError,
    StoreLockedError,
    StoreUnavailableError,
)
from archive.sqlite.files import Opened, opening

_LOCKED: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_STEPS: Final = 10_000
"""So many steps of SQLite's machine lie between two looks at the time; some milliseconds."""
_CACHE_KIB: Final = 256
"""What a connection keeps of the file in memory. SQLite's usual 2,000 fill as slowly as the audit
trail grows, over thousands of visits, like a leak. The system's own cache has the rest."""


class Connections:
    """Hands out connections; every sqlite3 error leaves it as a `StoreError`.

    WAL mode, so that readers never wait for the writer. A commit is on disk when it returns
    (`synchronous=FULL`). One thread writes at a time; a reader belongs to one thread while it is
    borrowed.
    """

    def __init__(self, path: Path, busy_seconds: float, *, create: bool) -> None:
        self.path = path
        self._busy_seconds = busy_seconds
        self._readers: list[sqlite3.Connection] = []
        self._readers_lock = threading.Lock()
        self._writer_lock = threading.RLock()
        self._closed = False
        with self.translated(), opening(path, create=create):
            self._writer = self._open_writer()
            self._opened = Opened(path)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """The writer inside a transaction: committed at the end, rolled back on any error.

        BEGIN IMMEDIATE takes the write lock at once: a transaction that begins by reading and
        writes later is refused without waiting when another process wrote in between.
        """
        with self.translated(), self._writer_lock:
            self._refuse_closed()
            self._opened.refuse_lost()
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A reader on one snapshot; one that met an error is thrown away, not lent again."""
        with self.translated():
            self._opened.refuse_lost()
            reader = self._borrow()
            try:
                reader.execute("BEGIN")
                yield reader
                reader.execute("COMMIT")
            except BaseException:
                reader.close()
                raise
            with self._readers_lock:
                if not self._closed:
                    self._readers.append(reader)
                    return
            reader.close()

    def check(self, seconds: float, monotonic: Callable[[], float]) -> bool:
        """Look for pages that contradict each other; whether there was time for all of them.

        Raises StoreDamagedError. A changed value inside of a sound page is not seen.
        """
        until = monotonic() + seconds
        with self.read() as reader:
            reader.set_progress_handler(lambda: monotonic() > until, _STEPS)
            try:
                found = reader.execute("PRAGMA quick_check(1)").fetchone()[0]
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                    raise
                return False
            finally:
                reader.set_progress_handler(None, 0)
        if found != "ok":
            raise StoreDamagedError(self.path, "its pages contradict each other")
        return True

    @property
    def lost(self) -> bool:
        """Whether another file is in the place of the one that was opened, or none."""
        return self._opened.lost

    def close(self) -> None:
        """Close all connections that are not lent; those close when they come back."""
        with self._writer_lock, self._readers_lock:
            if self._closed:
                return
            self._closed = True
            for connection in (*self._readers, self._writer):
                connection.close()
            self._readers.clear()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turn what sqlite3 and the file system raise into the archive's errors."""
        try:
            yield
        except sqlite3.Error as error:
            raise _translate(error, self.path) from None
        except UnicodeDecodeError:  # sqlite3 quotes what it could not read
            raise StoreDamagedError(self.path, "a text that is no text") from None
        except OSError as error:
            raise StoreUnavailableError(self.path, error.strerror or "") from error

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StoreUnavailableError(self.path, "closed")

    def _borrow(self) -> sqlite3.Connection:
        with self._readers_lock:
            self._refuse_closed()
            if self._readers:
                return self._readers.pop()
        return self._connect("ro")

    def _open_writer(self) -> sqlite3.Connection:
        connection = self._connect("rw")
        try:
            connection.execute("PRAGMA journal_mode = wal")
            connection.execute("PRAGMA synchronous = full")
            connection.execute("PRAGMA recursive_triggers = on")
        except BaseException:
            connection.close()
            raise
        return connection

    def _connect(self, mode: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.resolve().as_uri()}?mode={mode}",
            uri=True,
            timeout=self._busy_seconds,
            isolation_level=None,
            check_same_thread=False,
        )
        # Sorting must not leave a citizen's rows in a file under /tmp.
        connection.execute("PRAGMA temp_store = memory")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        # A page whose cells reach beyond it is damage, told when it is read.
        connection.execute("PRAGMA cell_size_check = on")
        return connection


def _translate(error: sqlite3.Error, path: Path) -> StoreError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in _LOCKED:
        return StoreLockedError(path)
    if code in _DAMAGED:
        return StoreDamagedError(path)
    if code == sqlite3.SQLITE_FULL:
        return StoreFullError(path)
    if code == sqlite3.SQLITE_ERROR and str(error).startswith("no such "):
        return StoreDamagedError(path, "a table or a column is missing")  # all SQL is our own
    if isinstance(error, sqlite3.OperationalError) and not hasattr(error, "sqlite_errorcode"):
        return StoreDamagedError(path, "a text that is no text")  # sqlite3 says it without a code
    return StoreUnavailableError(path, getattr(error, "sqlite_errorname", type(error).__name__))
