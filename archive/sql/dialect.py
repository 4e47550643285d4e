"""What differs between the databases once a store is open: handed to the shared code as values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from archive.records import RecordKind
from archive.sql.schema import upsert
from archive.sql.session import Session
from archive.stored import Stored, StoredColumn

NewKeys = Callable[[Session, Sequence[int]], Sequence[int]]
"""Numbers for new persons, from the pointers of their AAC001."""
WriteRows = Callable[[Session, RecordKind, str, Sequence[Stored]], int]
"""Inserts rows of a kind into a table or brings them up to date; tells how many it changed."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as the database describes it."""

    columns: tuple[StoredColumn, ...]
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dialect:
    """The ways of one kind of database."""

    steps: int
    """How many migrations this release knows."""
    new_keys: NewKeys
    write_rows: WriteRows
    table: Callable[[Session, str], Table]
    """How a table is now."""
    damage: Callable[[Session], Sequence[str]]
    """What the database itself finds wrong in its pages and indexes."""


def row_by_row(session: Session, kind: RecordKind, table: str, rows: Sequence[Stored]) -> int:
    """`WriteRows` with one statement for each row."""
    return session.executemany(upsert(kind, table), rows).rowcount
