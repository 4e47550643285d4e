"""Where the store of a test is: a file or a database, and what others may do to it."""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest

from archive.postgres.store import PostgresStore
from archive.sql.store import SqlStore
from archive.sqlite.store import SqliteStore

NOW = dt.datetime(2026, 11, 22, 9, 30, tzinfo=dt.UTC)
BACKENDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)]
"""Both kinds of store; between two edits the first is enough."""
WAIT = 0.05
"""Seconds that a store of these tests waits for a lock."""


def now() -> dt.datetime:
    return NOW


class Place(Protocol):
    key: Path
    """The file of the audit key."""

    def open(self, **options: Any) -> SqlStore: ...

    def run(self, *statements: str) -> None:
        """What somebody with the database can do: triggers are out of the way."""

    def held(self) -> Any:
        """Another process writes meanwhile."""


class SqlitePlace:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.key = path.with_name(path.name + ".audit-key")

    def open(self, *, wait: float = WAIT, **options: Any) -> SqlStore:
        return SqliteStore(self.path, **{"now": now, "busy_seconds": wait, **options})

    def run(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection, connection:
            query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for (name,) in connection.execute(query).fetchall():
                connection.execute(f"DROP TRIGGER {name}")
            for statement in statements:
                connection.execute(statement)

    @contextmanager
    def held(self) -> Iterator[None]:
        with closing(sqlite3.connect(self.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield


class PostgresPlace:
    def __init__(self, url: str, key: Path) -> None:
        self.url = url
        self.key = key

    def open(self, *, wait: float = WAIT, **options: Any) -> SqlStore:
        given = {"now": now, "wait_seconds": wait, "audit_key": self.key, **options}
        return PostgresStore(self.url, **given)

    def run(self, *statements: str) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in statements:
                connection.execute(statement)

    @contextmanager
    def held(self) -> Iterator[None]:
        with PostgresStore(self.url, now, audit_key=self.key) as other, other.database.write():
            yield
