"""The ways of SQLite."""

from collections.abc import Sequence
from typing import Final

from archive.sql.dialect import Dialect, Table, row_by_row
from archive.sql.session import Session
from archive.sqlite.schema import STEPS
from archive.stored import StoredColumn


def _next_numbers(session: Session, pointers: Sequence[int]) -> Sequence[int]:
    """Small numbers one after the other: they take a third of the space of a hash in every row.

    There is one writer, so nobody else takes the same.
    """
    row = session.execute("SELECT COALESCE(MAX(person), 0) FROM pointers").fetchone()
    first = (row[0] if row else 0) + 1
    return range(first, first + len(pointers))


def _table(session: Session, name: str) -> Table:
    query = 'SELECT name, type, "notnull", pk FROM pragma_table_info(?)'
    found = session.execute(query, (name,)).fetchall()
    columns = (StoredColumn(column, type_, null=not full) for column, type_, full, _ in found)
    key = sorted((place, column) for column, _, _, place in found if place)
    return Table(tuple(columns), tuple(column for _, column in key))


def _damage(session: Session) -> Sequence[str]:
    found = session.execute("PRAGMA integrity_check").fetchall()
    return [str(line) for (line,) in found if line != "ok"]


DIALECT: Final = Dialect(STEPS, _next_numbers, row_by_row, _table, _damage)
