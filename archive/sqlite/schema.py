"""Bringing a database file to this release's schema, or refusing it."""

import sqlite3
from pathlib import Path
from typing import Final

from archive.audit import GENESIS, AuditHead, AuditKey
from archive.errors import SchemaVersionError, StoreDamagedError
from archive.sql.trail import write_first_head
from archive.sqlite.connections import Connections

APPLICATION_ID: Final = 0x48414C4C
"""`HALL` in the file's header: this is an archive, not just any database."""
FIRST_VERSION: Final = 10
"""The schema of the first step; files of trials before it are not brought up to date."""
SCHEMA_VERSION: Final = 11
"""That of the last step; known here so that an up-to-date file opens without sqlite-utils."""
STEPS: Final = SCHEMA_VERSION - FIRST_VERSION + 1


def holds_archive(connections: Connections) -> bool:
    """Whether the file is an archive already, of this release or an earlier one."""
    with connections.read() as reader:
        return _version(reader, connections.path) > 0


def prepare(connections: Connections, key: AuditKey, vault_id: str) -> int:
    """Make or migrate the schema, in one transaction together with the trail's first head.

    Returns how many steps were there before.
    """
    with connections.read() as reader:
        found = _version(reader, connections.path)
    if found == SCHEMA_VERSION:
        return STEPS
    with connections.write() as writer:
        found = _version(writer, connections.path)
        if found < SCHEMA_VERSION:
            _migrate(writer, key, vault_id, fresh=found == 0)
    return max(0, found - FIRST_VERSION + 1)


def _version(connection: sqlite3.Connection, path: Path) -> int:
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    empty = connection.execute("SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)").fetchone()[0]
    if not empty and owner != APPLICATION_ID:
        raise StoreDamagedError(path, "a database of something else")
    if found > SCHEMA_VERSION or 0 < found < FIRST_VERSION:
        raise SchemaVersionError(path, found, SCHEMA_VERSION)
    return found


def _migrate(writer: sqlite3.Connection, key: AuditKey, vault_id: str, *, fresh: bool) -> None:
    from sqlite_utils import Database

    from archive.sqlite.migrations import migrations

    migrations.apply(Database(writer))
    if fresh:
        write_first_head(writer, AuditHead.sealed(key, 0, GENESIS))
        writer.execute("INSERT INTO facts VALUES ('vault', ?)", (vault_id,))
    writer.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    writer.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
