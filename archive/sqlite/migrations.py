"""The schema of the SQLite store, one small function for each step.

The SQL of the steps lies in `archive/sql`. Tables are without rowid: a row lies in its primary
key, so that the rows of a person are neighbours on the disk. A release adds steps at the end and
changes none.
"""

import sqlite3
from collections.abc import Iterator
from importlib import resources
from typing import Final

from sqlite_utils import Database, Migrations

migrations: Final = Migrations("archive")

_TABLE_END: Final = "\n);"
_STRICT: Final = "\n) STRICT, WITHOUT ROWID;"


@migrations()
def m0001_records(db: Database) -> None:
    """Persons and what is recorded for each; guides, agencies, employers."""
    _run(db, "0001_records.sql")


@migrations()
def m0002_audit(db: Database) -> None:
    """The audit trail and its head."""
    _run(db, "0002_audit.sqlite.sql")


def _run(db: Database, name: str) -> None:
    text = resources.files("archive.sql").joinpath(name).read_text("utf-8")
    for statement in _statements(text.replace(_TABLE_END, _STRICT)):
        db.execute(statement)


def _statements(text: str) -> Iterator[str]:
    """One statement after the other; a trigger has semicolons inside."""
    statement = ""
    for line in text.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
