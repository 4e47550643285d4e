"""Stores whose writers are killed: the file or the database, and how a child opens it."""

import datetime as dt
import shutil
import sqlite3
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psycopg

from archive.postgres.store import PostgresStore
from archive.sql.store import SqlStore
from archive.sqlite.store import SqliteStore

STORES = ("sqlite", "postgres")


@dataclass(frozen=True, slots=True)
class Where:
    """Where a store is, in words that a child can be told."""

    at: str
    """A file, or a connection URL."""
    key: str

    def open(self, *, create: bool = True) -> SqlStore:
        """The store, by the clock of the machine."""
        key = Path(self.key)
        if self.at.startswith("postgresql:"):
            return PostgresStore(self.at, _now, audit_key=key, create=create)
        return SqliteStore(Path(self.at), _now, audit_key=key, create=create)


class Template(Protocol):
    """An older store, and copies of it."""

    where: Where

    def fresh(self, name: str) -> Where:
        """A copy of that name, in place of an earlier one."""

    def rows(self, where: Where, query: str) -> list[tuple[Any, ...]]:
        """What a query says there."""

    def tables(self, where: Where) -> list[str]:
        """The names of all tables there."""


class SqliteTemplate:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.where = Where(str(folder / "base.db"), str(folder / "base.key"))

    def fresh(self, name: str) -> Where:
        for old in self._folder.glob(f"{name}.db*"):
            old.unlink()
        shutil.copyfile(self.where.at, self._folder / f"{name}.db")
        return Where(str(self._folder / f"{name}.db"), self.where.key)

    def rows(self, where: Where, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(where.at)) as connection:
            return connection.execute(query).fetchall()

    def tables(self, where: Where) -> list[str]:
        names = self.rows(where, "SELECT name FROM sqlite_master WHERE type = 'table'")
        return [name for (name,) in names]


class Databases(Protocol):
    """A server, as far as it is needed here."""

    def new_database(self) -> str:
        """The URL of an empty database."""

    def copied_database(self, url: str, name: str) -> str:
        """The URL of a copy of that name, in place of an earlier one."""


class PostgresTemplate:
    def __init__(self, folder: Path, server: Databases) -> None:
        self._server = server
        self.where = Where(server.new_database(), str(folder / "base.key"))

    def fresh(self, name: str) -> Where:
        return Where(self._server.copied_database(self.where.at, name), self.where.key)

    def rows(self, where: Where, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(where.at) as connection:
            return connection.execute(query.encode()).fetchall()

    def tables(self, where: Where) -> list[str]:
        names = self.rows(where, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return [name for (name,) in names]


@contextmanager
def template(kind: str, folder: Path) -> Iterator[Template]:
    """A template of that kind, with a server of its own where it needs one."""
    if kind == "sqlite":
        yield SqliteTemplate(folder)
        return
    from tests.archive.postgres.server import PrivateServer, server_binaries

    binaries = server_binaries()
    assert binaries is not None, "PostgreSQL's server is not installed"
    server = PrivateServer(binaries)
    try:
        yield PostgresTemplate(folder, server)
    finally:
        server.close()


@contextmanager
def asked_for(arguments: Sequence[str], kills: int) -> Iterator[tuple[str, int, Path]]:
    """Which kinds of store, and how many kills, the command line asks for; and a folder."""
    parser = ArgumentParser()
    parser.add_argument("kills", nargs="?", type=int, default=kills)
    parser.add_argument("--store", choices=STORES, default="sqlite")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        yield given.store, given.kills, Path(folder)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
