"""Bringing a PostgreSQL database to this release's schema, or refusing it.

The SQL of the steps lies in `archive/sql`; a step that was applied stands in `schema_steps`.
"""

import re
from importlib import resources
from typing import Final

from archive.audit import GENESIS, AuditHead, AuditKey
from archive.errors import SchemaVersionError, StoreDamagedError, StoreUnavailableError
from archive.postgres.connections import Connections
from archive.postgres.session import PostgresSession
from archive.sql.session import Session
from archive.sql.trail import write_first_head

STEPS: Final = ("0001_records.sql", "0002_audit.postgres.sql")
"""A release adds steps at the end and changes none."""
# In the order of their bytes, as SQLite keeps texts, whatever the database's own collation is.
_TYPES: Final = {"INTEGER": "BIGINT", "TEXT": 'TEXT COLLATE "C"'}
_TABLE_OF_STEPS: Final = """
    CREATE TABLE IF NOT EXISTS schema_steps (
        step BIGINT NOT NULL,
        name TEXT COLLATE "C" NOT NULL,
        PRIMARY KEY (step)
    )"""
_OTHER_TABLES: Final = """
    SELECT EXISTS (SELECT 1 FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p'))"""


def steps_applied(connections: Connections) -> int:
    """How many steps the database has; 0: it is no archive yet."""
    with connections.first_read() as reader:
        return _applied(reader, connections.name)


def prepare(connections: Connections, key: AuditKey, vault_id: str) -> int:
    """Make or migrate the schema, in one transaction together with the trail's first head.

    A step may have to go through all rows: whatever a statement may take, it may take longer.
    Returns how many steps were there before.
    """
    if steps_applied(connections) == len(STEPS):
        return len(STEPS)
    with connections.write() as writer:
        writer.execute("SET LOCAL statement_timeout = 0")
        found = _applied(writer, connections.name)
        writer.script(_TABLE_OF_STEPS)
        for step, name in enumerate(STEPS[found:], start=found + 1):
            writer.script(_sql(name))
            writer.execute("INSERT INTO schema_steps VALUES (?, ?)", (step, name))
        if found == 0:
            write_first_head(writer, AuditHead.sealed(key, 0, GENESIS))
            writer.execute("INSERT INTO facts VALUES ('vault', ?)", (vault_id,))
    return found


def _applied(session: PostgresSession, name: str) -> int:
    if _value(session, "SHOW server_encoding") != "UTF8":
        raise StoreUnavailableError(name, "the database's encoding must be UTF8")
    if _value(session, "SELECT to_regclass('schema_steps')::text") is None:
        if _value(session, _OTHER_TABLES):
            raise StoreDamagedError(name, "a database of something else")
        return 0
    found = int(str(_value(session, "SELECT COALESCE(MAX(step), 0) FROM schema_steps")))
    if found > len(STEPS):
        raise SchemaVersionError(name, found, len(STEPS))
    return found


def _value(session: Session, query: str) -> object:
    row = session.execute(query).fetchone()
    return row[0] if row else None


def _sql(name: str) -> str:
    text = resources.files("archive.sql").joinpath(name).read_text("utf-8")
    return re.sub(r"\b(INTEGER|TEXT)\b", lambda found: _TYPES[found[0]], text)
