"""The ways of SQLite."""

from collections.abc import Sequence
from typing import Final

from archive.sql.dialect import Dialect, Table, insert_one_by_one, upsert_one_by_one
from archive.sql.session import Session
from archive.sqlite.schema import STEPS
from archive.stored import StoredColumn


def _next_numbers(session: Session, pointers: Sequence[int]) -> Sequence[int]:
    """Small numbers one after the other: they take a third of the space of a hash in every row.

    There is one writer, so nobody else takes the same; a number is never given twice.
    """
    row = session.execute("SELECT value FROM facts WHERE name = 'last_person'").fetchone()
    first = (int(row[0]) if row else 0) + 1
    session.execute(
        "INSERT INTO facts VALUES ('last_person', ?) "
        "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (str(first + len(pointers) - 1),),
    )
    return range(first, first + len(pointers))


def _make_table(session: Session, model: str, name: str) -> None:
    """The same columns, key and storage."""
    row = session.execute("SELECT sql FROM sqlite_master WHERE name = ?", (model,)).fetchone()
    assert row is not None, model
    session.execute(f"CREATE TABLE IF NOT EXISTS {name} {row[0][row[0].index('(') :]}")


def _table(session: Session, name: str) -> Table:
    query = 'SELECT name, type, "notnull", pk FROM pragma_table_info(?)'
    found = session.execute(query, (name,)).fetchall()
    columns = (StoredColumn(column, type_, null=not full) for column, type_, full, _ in found)
    key = sorted((place, column) for column, _, _, place in found if place)
    return Table(tuple(columns), tuple(column for _, column in key))


def _damage(session: Session) -> Sequence[str]:
    found = session.execute("PRAGMA integrity_check").fetchall()
    return [str(line) for (line,) in found if line != "ok"]


DIALECT: Final = Dialect(
    steps=STEPS,
    new_keys=_next_numbers,
    upsert_rows=upsert_one_by_one,
    insert_rows=insert_one_by_one,
    make_table=_make_table,
    hold_readers=lambda session: None,  # the names of tables are part of a snapshot
    table=_table,
    damage=_damage,
)
