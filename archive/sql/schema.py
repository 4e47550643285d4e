"""Reading and writing by the table of kinds: the statements, the same for every store."""

from functools import cache

from archive.records import RecordKind
from archive.stored import key_columns, stored_columns


@cache
def columns(kind: RecordKind) -> str:
    """The columns of a table as a SELECT names them."""
    return ", ".join(column.name for column in stored_columns(kind))


@cache
def select(kind: RecordKind) -> str:
    """All columns of a table; the caller adds the rest."""
    return f"SELECT {columns(kind)} FROM {kind.value}"  # noqa: S608 - own words


@cache
def order(kind: RecordKind) -> str:
    """The order of the primary key."""
    return ", ".join(key_columns(kind))


@cache
def upsert(kind: RecordKind, table: str = "") -> str:
    """Insert a row or bring it up to date; a row that is there to the letter is left alone."""
    values = ", ".join("?" * len(stored_columns(kind)))
    return _upsert(kind, table, f"VALUES ({values})")


@cache
def upsert_from(kind: RecordKind, source: str, table: str = "") -> str:
    """The same for all rows of another table, which has no key twice."""
    # SQL takes the ON of ON CONFLICT for a join's unless something stands between.
    return _upsert(kind, table, f"SELECT {columns(kind)} FROM {source} WHERE true")  # noqa: S608


def _upsert(kind: RecordKind, table: str, rows: str) -> str:
    target = table or kind.value
    names = [column.name for column in stored_columns(kind)]
    key = key_columns(kind)
    rest = [name for name in names if name not in key]
    insert = f"INSERT INTO {target} ({', '.join(names)}) {rows} ON CONFLICT ({', '.join(key)}) DO "
    if not rest:
        return insert + "NOTHING"
    sets = ", ".join(f"{name} = excluded.{name}" for name in rest)
    old = ", ".join(f"{target}.{name}" for name in rest)
    new = ", ".join(f"excluded.{name}" for name in rest)
    return f"{insert}UPDATE SET {sets} WHERE ({old}) IS DISTINCT FROM ({new})"
