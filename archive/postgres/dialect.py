"""The ways of PostgreSQL."""

from collections.abc import Sequence
from typing import Final

from psycopg import errors

from archive.postgres.bulk import insert_rows, upsert_rows
from archive.postgres.citus import spread_like
from archive.postgres.connections import GATE
from archive.postgres.schema import STEPS
from archive.sql.dialect import Dialect, Table
from archive.sql.session import Session
from archive.stored import StoredColumn

_COLUMNS: Final = """
    SELECT column_name, data_type, is_nullable = 'YES' FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = ? ORDER BY ordinal_position"""
_KEY: Final = """
    SELECT a.attname FROM pg_index i CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k(number, place)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
    WHERE i.indrelid = to_regclass(?) AND i.indisprimary ORDER BY k.place"""
_AMCHECK: Final = """
    SELECT 1 FROM pg_proc WHERE proname = 'bt_index_check' AND pg_function_is_visible(oid)"""
_INDEXES: Final = """
    SELECT c.relname FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
    WHERE c.relnamespace = current_schema()::regnamespace ORDER BY c.relname"""
_TYPES: Final = {"bigint": "INTEGER", "text": "TEXT"}


def _same_numbers(_: Session, pointers: Sequence[int]) -> Sequence[int]:
    """A person's number is the hash of AAC001: no sequence, which one node would have to keep."""
    return pointers


def _table(session: Session, name: str) -> Table:
    columns = tuple(
        StoredColumn(column, _TYPES.get(type_, type_), null=null)
        for column, type_, null in session.execute(_COLUMNS, (name,))
    )
    return Table(columns, tuple(column for (column,) in session.execute(_KEY, (name,))))


def _damage(session: Session) -> Sequence[str]:
    """Indexes in which the extension amcheck finds faults; without it nothing is told."""
    if session.execute(_AMCHECK).fetchone() is None:
        return []
    indexes = [name for (name,) in session.execute(_INDEXES).fetchall()]
    return [name for name in indexes if not _is_whole(session, name)]


def _is_whole(session: Session, index: str) -> bool:
    session.execute("SAVEPOINT checked")
    try:
        session.execute("SELECT bt_index_check(?::regclass, true)", (index,))
    except (errors.IndexCorrupted, errors.DataCorrupted):
        session.execute("ROLLBACK TO SAVEPOINT checked")
        return False
    session.execute("RELEASE SAVEPOINT checked")
    return True


def _make_table(session: Session, model: str, name: str) -> None:
    """The same columns and key, and on a cluster in the same places."""
    session.execute(f"CREATE TABLE IF NOT EXISTS {name} (LIKE {model} INCLUDING ALL)")
    spread_like(session, model, name)


def _hold_readers(session: Session) -> None:
    """Waits until those under way have ended; they are short, and the wait is bounded."""
    session.execute(f"LOCK TABLE {GATE} IN ACCESS EXCLUSIVE MODE")


DIALECT: Final = Dialect(
    steps=len(STEPS),
    new_keys=_same_numbers,
    upsert_rows=upsert_rows,
    insert_rows=insert_rows,
    make_table=_make_table,
    hold_readers=_hold_readers,
    table=_table,
    damage=_damage,
)
