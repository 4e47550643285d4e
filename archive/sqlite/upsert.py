"""Inserting rows or bringing them up to date, so that loading the same row again is nothing."""

import sqlite3
from collections.abc import Sequence

from archive.records import Cell, RecordSpec
from archive.store import Loaded


def upsert(
    writer: sqlite3.Connection, spec: RecordSpec, batch: Sequence[tuple[Cell, ...]]
) -> Loaded:
    """Write a batch inside the caller's transaction; rows that clash are left out and told."""
    statement = _statement(spec)
    before = writer.total_changes
    writer.execute("SAVEPOINT batch")
    refused: tuple[int, ...] = ()
    try:
        writer.executemany(statement, batch)
    except sqlite3.IntegrityError as error:
        _raise_unless_unique(error)
        # Some row's unique number belongs to another record: find it row by row.
        writer.execute("ROLLBACK TO batch")
        before = writer.total_changes
        refused = tuple(_one_by_one(writer, statement, batch))
    writer.execute("RELEASE batch")
    return Loaded(writer.total_changes - before, refused)


def _one_by_one(
    writer: sqlite3.Connection, statement: str, batch: Sequence[tuple[Cell, ...]]
) -> list[int]:
    refused = []
    for place, row in enumerate(batch):
        try:
            writer.execute(statement, row)
        except sqlite3.IntegrityError as error:
            _raise_unless_unique(error)
            refused.append(place)
    return refused


def _raise_unless_unique(error: sqlite3.IntegrityError) -> None:
    if error.sqlite_errorcode != sqlite3.SQLITE_CONSTRAINT_UNIQUE:
        raise error


def _statement(spec: RecordSpec) -> str:
    """An upsert that touches nothing where every cell is equal already."""
    columns = ", ".join(spec.fields)
    values = ", ".join("?" * len(spec.fields))
    key, rest = ", ".join(spec.fields[: spec.key]), spec.fields[spec.key :]
    if not key:
        key, columns, values = "one", f"one, {columns}", f"1, {values}"
    sets = ", ".join(f"{name} = excluded.{name}" for name in rest)
    old = ", ".join(f"{spec.kind.value}.{name}" for name in rest)
    new = ", ".join(f"excluded.{name}" for name in rest)
    return (
        f"INSERT INTO {spec.kind.value} ({columns}) VALUES ({values}) "  # noqa: S608 - own words
        f"ON CONFLICT ({key}) DO UPDATE SET {sets} WHERE ({old}) IS NOT ({new})"
    )
