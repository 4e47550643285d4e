"""What differs between the databases once a store is open: handed to the shared code as values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from archive.records import RecordKind
from archive.sql.schema import insert_new, upsert
from archive.sql.session import Session
from archive.stored import Stored, StoredColumn

NewKeys = Callable[[Session, Sequence[int]], Sequence[int]]
"""Numbers for new persons, from the pointers of their AAC001."""
UpsertRows = Callable[[Session, RecordKind, Sequence[Stored]], int]
"""Inserts rows of a kind or brings them up to date; tells how many it changed."""
InsertRows = Callable[[Session, RecordKind, str, Sequence[Stored]], int]
"""Inserts rows into a table of a kind's columns unless their key is there; tells how many."""
HoldReaders = Callable[[Session], None]
"""Lets no reader be between its first look and its last, until this transaction ends."""
MakeTable = Callable[[Session, str, str], None]
"""Makes an empty table with the columns and key of another, unless it is there."""


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
    upsert_rows: UpsertRows
    insert_rows: InsertRows
    make_table: MakeTable
    hold_readers: HoldReaders
    table: Callable[[Session, str], Table]
    """How a table is now."""
    damage: Callable[[Session], Sequence[str]]
    """What the database itself finds wrong in its pages and indexes."""


def upsert_one_by_one(session: Session, kind: RecordKind, rows: Sequence[Stored]) -> int:
    """`UpsertRows` with one statement for each row."""
    return session.executemany(upsert(kind), rows).rowcount


def insert_one_by_one(
    session: Session, kind: RecordKind, table: str, rows: Sequence[Stored]
) -> int:
    """`InsertRows` with one statement for each row."""
    return session.executemany(insert_new(kind, table), rows).rowcount
