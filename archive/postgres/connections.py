"""Connections to one PostgreSQL database: a single writer, and readers that cannot write."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from archive.errors import StoreError, StoreLockedError, StoreUnavailableError
from archive.postgres.faults import translate
from archive.postgres.session import Connection, PostgresSession, adapt

MOST_READERS: Final = 8
"""So many read at once; who comes later waits."""
_LOCK: Final = 0x48414C4C
"""`HALL`: who holds this advisory lock of the database writes to the archive."""
GATE: Final = "schema_steps"
"""The table that readers hold while they read: who changes which tables there are waits for it."""
_BEGIN_FIRST_READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_BEGIN_READ: Final = f"{_BEGIN_FIRST_READ}; LOCK TABLE {GATE} IN ACCESS SHARE MODE"
_BEGIN_WRITE: Final = f"BEGIN; SELECT pg_advisory_xact_lock({_LOCK})"
_CONNECT_SECONDS: Final = 5
_SILENCE_MILLISECONDS: Final = 10_000
"""A server that acknowledges nothing for so long is gone: its host lost power, or the cable."""


class Connections:
    """Hands out sessions; every psycopg error leaves it as a `StoreError`.

    One thread of one process writes at a time, as on SQLite: the writer takes an advisory lock of
    the database before it reads anything. A commit is on disk when it returns. A connection that
    broke is replaced at the next call, so that the store heals when the server is back.

    The names of tables are not part of a snapshot: a reader whose snapshot is older than a table
    that took another's place would find the new one by its name, and no row in it. So readers
    pass a gate first. LOCK needs no snapshot; the one that follows is newer than every exchange
    of tables, and none comes while it lives. The gate is a table that lies on one node even in a
    cluster, and one lock for all tables: no reader can forget one.
    """

    def __init__(
        self, url: str, *, password: str = "", wait_seconds: float, statement_seconds: float
    ) -> None:
        self.name = database_name(url)
        self._conninfo = _conninfo(url, password, wait_seconds, statement_seconds)
        self._wait = wait_seconds
        self._readers: list[Connection] = []
        self._readers_lock = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST_READERS)
        self._writer_lock = threading.Lock()
        self._closed = False
        with self.translated():
            self._writer = self._connect()

    @contextmanager
    def write(self) -> Iterator[PostgresSession]:
        """The writer inside a transaction: committed at the end, rolled back on any error."""
        with self.translated(), self._locked(self._writer_lock.acquire, self._writer_lock.release):
            self._refuse_closed()
            self._writer = self._begun(self._writer, _BEGIN_WRITE)
            try:
                yield PostgresSession(self._writer)
                self._commit(self._writer)
            except BaseException:
                with suppress(psycopg.Error):
                    self._writer.execute("ROLLBACK")
                raise

    def read(self) -> AbstractContextManager[PostgresSession]:
        """A reader on one snapshot; one that met an error is thrown away, not lent again."""
        return self._read(_BEGIN_READ)

    def first_read(self) -> AbstractContextManager[PostgresSession]:
        """A reader of a database that may be no archive yet, and then has no gate."""
        return self._read(_BEGIN_FIRST_READ)

    @contextmanager
    def _read(self, begin: str) -> Iterator[PostgresSession]:
        with self.translated(), self._locked(self._places.acquire, self._places.release):
            reader = self._borrow()
            try:
                reader = self._begun(reader, begin)
                yield PostgresSession(reader)
                self._commit(reader)
            except BaseException:
                reader.close()
                raise
            with self._readers_lock:
                if not self._closed:
                    self._readers.append(reader)
                    return
            reader.close()

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
        """Turn what psycopg raises into the archive's errors; its texts may quote a row."""
        try:
            yield
        except psycopg.Error as error:
            raise translate(error, self.name) from None

    @contextmanager
    def _locked(self, acquire: Callable[..., bool], release: Callable[[], None]) -> Iterator[None]:
        if not acquire(timeout=self._wait):
            raise StoreLockedError(self.name)
        try:
            yield
        finally:
            release()

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StoreUnavailableError(self.name, "closed")

    def _borrow(self) -> Connection:
        with self._readers_lock:
            self._refuse_closed()
            if self._readers:
                return self._readers.pop()
        return self._connect()

    def _begun(self, connection: Connection, begin: str) -> Connection:
        """The connection, or a new one in its place, with a transaction begun."""
        try:
            connection.execute(begin)
        except psycopg.OperationalError as error:
            if not (connection.closed or _ends_connection(error)):
                with suppress(psycopg.Error):
                    connection.execute("ROLLBACK")
                raise
            connection.close()
            connection = self._connect()
            connection.execute(begin)
        return connection

    def _commit(self, connection: Connection) -> None:
        """COMMIT after a statement that failed is a rollback which reports success."""
        if connection.execute("COMMIT").statusmessage != "COMMIT":
            raise StoreError(self.name, "a statement of the transaction had failed")

    def _connect(self) -> Connection:
        return adapt(psycopg.connect(self._conninfo, autocommit=True))


def database_name(url: str) -> str:
    """What errors and people call the database: neither host nor user is needed to know it."""
    try:
        return f"postgresql:{conninfo_to_dict(url).get('dbname', '')}"
    except psycopg.Error:
        raise StoreUnavailableError("postgresql:", "not a connection URL") from None


def _conninfo(url: str, password: str, wait_seconds: float, statement_seconds: float) -> str:
    given = conninfo_to_dict(url)
    limits = {
        "lock_timeout": round(wait_seconds * 1000),
        "statement_timeout": round(statement_seconds * 1000),
        "synchronous_commit": "on",
    }
    options = " ".join(f"-c {name}={value}" for name, value in limits.items())
    ours: dict[str, str | int] = {
        "application_name": "hall-kiosk",
        "client_encoding": "UTF8",
        "connect_timeout": _CONNECT_SECONDS,
        "tcp_user_timeout": _SILENCE_MILLISECONDS,
        "options": f"{given.get('options') or ''} {options}".strip(),
    }
    if password:
        ours["password"] = password
    return make_conninfo(url, **ours)


def _ends_connection(error: psycopg.Error) -> bool:
    """Whether the server said with this error that it closes the connection."""
    return error.sqlstate is None or error.sqlstate[:2] == "08" or error.sqlstate[:4] == "57P0"
