"""The ways of PostgreSQL."""

from collections.abc import Sequence
from typing import Final

from archive.postgres.bulk import copy_rows
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
_AMCHECK: Final = "SELECT 1 FROM pg_extension WHERE extname = 'amcheck'"
_INDEXES: Final = """
    SELECT c.relname, bt_index_check(c.oid) FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid
    WHERE c.relnamespace = current_schema()::regnamespace"""
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
    """What the extension amcheck raises leaves as StoreDamagedError; without it nothing is told."""
    if session.execute(_AMCHECK).fetchone():
        session.execute(_INDEXES).fetchall()
    return []


DIALECT: Final = Dialect(len(STEPS), _same_numbers, copy_rows, _table, _damage)
