"""The archive in one PostgreSQL database."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Final

from archive.postgres.connections import Connections
from archive.postgres.dialect import DIALECT
from archive.postgres.schema import prepare, steps_applied
from archive.sql.keys import check_keys, find_key
from archive.sql.store import SqlStore
from archive.vault import PlainVault, Vault

WAIT_SECONDS: Final = 5.0
"""How long a call waits for a lock or a connection before it is `StoreLockedError`."""
STATEMENT_SECONDS: Final = 30.0
"""How long one statement may take: far beyond a citizen's page."""


class PostgresStore(SqlStore):
    """`Store` and `Loader` on PostgreSQL; see `archive.store` for what the methods promise.

    `url` is a libpq connection URL. The database itself is made by its administrator; the tables
    are made where there are none, unless `create=False`: see `SqliteStore`. The audit key lies in
    a file of this machine: machines that share a database share the key and the one trail.
    """

    def __init__(
        self,
        url: str,
        now: Callable[[], dt.datetime],
        *,
        audit_key: Path,
        vault: Vault | None = None,
        password: str = "",
        create: bool = True,
        wait_seconds: float = WAIT_SECONDS,
        statement_seconds: float = STATEMENT_SECONDS,
    ) -> None:
        vault = vault or PlainVault()
        connections = Connections(
            url, password=password, wait_seconds=wait_seconds, statement_seconds=statement_seconds
        )
        name = connections.name
        try:
            there = steps_applied(connections) > 0
            key = find_key(audit_key, name, there=there, create=create)
            migrated_from = prepare(connections, key, vault.key_id)
            check_keys(connections, name, key, audit_key, vault)
        except BaseException:
            connections.close()
            raise
        super().__init__(connections, name, vault, key, now, DIALECT, migrated_from)
