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
def upsert(kind: RecordKind) -> str:
    """Insert a row or bring it up to date; a row that is there to the letter is left alone."""
    target = kind.value
    names = [column.name for column in stored_columns(kind)]
    key = key_columns(kind)
    rest = [name for name in names if name not in key]
    insert = (
        f"INSERT INTO {target} ({', '.join(names)}) "  # noqa: S608 - own words
        f"VALUES ({', '.join('?' * len(names))}) ON CONFLICT ({', '.join(key)}) DO "
    )
    if not rest:
        return insert + "NOTHING"
    sets = ", ".join(f"{name} = excluded.{name}" for name in rest)
    old = ", ".join(f"{target}.{name}" for name in rest)
    new = ", ".join(f"excluded.{name}" for name in rest)
    return f"{insert}UPDATE SET {sets} WHERE ({old}) IS DISTINCT FROM ({new})"


@cache
def insert_new(kind: RecordKind, table: str) -> str:
    """Insert a row into a table of the kind's columns unless its key is there."""
    names = [column.name for column in stored_columns(kind)]
    return (
        f"INSERT INTO {table} ({', '.join(names)}) "  # noqa: S608 - own words
        f"VALUES ({', '.join('?' * len(names))}) ON CONFLICT ({order(kind)}) DO NOTHING"
    )


@cache
def insert_new_from(kind: RecordKind, source: str, table: str) -> str:
    """The same for all rows of another table."""
    # SQL takes the ON of ON CONFLICT for a join's unless something stands between.
    return (
        f"INSERT INTO {table} ({columns(kind)}) SELECT {columns(kind)} FROM {source} "  # noqa: S608
        f"WHERE true ON CONFLICT ({order(kind)}) DO NOTHING"
    )


@cache
def upsert_from(kind: RecordKind, table: str, where: str) -> str:
    """Bring the rows of another table of the kind's columns into the kind's own."""
    values = ", ".join("?" * len(stored_columns(kind)))
    chosen = f"SELECT {columns(kind)} FROM {table} WHERE {where}"  # noqa: S608 - own words
    return upsert(kind).replace(f"VALUES ({values})", chosen)


@cache
def same_key(kind: RecordKind, one: str, other: str) -> str:
    """Whether two rows have the same key."""
    return " AND ".join(f"{one}.{name} = {other}.{name}" for name in key_columns(kind))


@cache
def by_key(kind: RecordKind) -> str:
    """The condition that finds a row by its key."""
    return " AND ".join(f"{name} = ?" for name in key_columns(kind))
