"""The archive in one SQLite file."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Final

from archive.sql.keys import check_keys, find_key
from archive.sql.store import SqlStore
from archive.sqlite.connections import Connections
from archive.sqlite.dialect import DIALECT
from archive.sqlite.schema import holds_archive, prepare
from archive.vault import PlainVault, Vault

BUSY_SECONDS: Final = 5.0
"""How long a write waits for another process before it is `StoreLockedError`."""


class SqliteStore(SqlStore):
    """`Store` and `Loader` on SQLite; see `archive.store` for what the methods promise.

    The audit key lies beside the database (`NAME.audit-key`) unless another place is given. It
    belongs to the machine: a trail begun with one key is not continued with another.

    A new database and its key are made where there are none: that is for the import and the
    demonstration. Whoever serves or checks what is there (`run`, `print`, `audit verify`) says
    `create=False`: an empty store in place of a lost one would look like an intact trail.
    Without the file that is StoreUnavailableError, without the key AuditKeyError; both carry the
    path, and nothing was made. The key of a trail that has begun is never made anew. A store that
    was sealed opens with the vault of the same key only: StoreKeyError.
    """

    def __init__(
        self,
        path: Path,
        now: Callable[[], dt.datetime],
        *,
        audit_key: Path | None = None,
        vault: Vault | None = None,
        create: bool = True,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        self.path = path
        vault = vault or PlainVault()
        connections = Connections(path, busy_seconds, create=create)
        try:
            key_path = audit_key or path.with_name(path.name + ".audit-key")
            key = find_key(key_path, path, there=holds_archive(connections), create=create)
            migrated_from = prepare(connections, key, vault.key_id)
            check_keys(connections, path, key, key_path, vault)
        except BaseException:
            connections.close()
            raise
        super().__init__(connections, path, vault, key, now, DIALECT, migrated_from)
        self._connections = connections

    @property
    def lost(self) -> bool:
        """Whether another file is in the place of the one that was opened, or none."""
        return self._connections.lost

    def check(self, seconds: float, monotonic: Callable[[], float]) -> bool:
        """Look for damaged pages for so long; whether all were looked at. StoreDamagedError."""
        return self._connections.check(seconds, monotonic)
