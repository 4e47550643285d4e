"""The archive in one SQLite file."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from archive.audit import AuditKey
from archive.errors import AuditKeyError, StoreKeyError, StoreUnavailableError
from archive.sql.session import Session
from archive.sql.store import SqlStore
from archive.sql.trail import read_head
from archive.sqlite.connections import Connections
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
            key = _find_key(connections, key_path, create=create)
            prepare(connections, key, vault.key_id)
            _check_keys(connections, key, key_path, vault)
        except BaseException:
            connections.close()
            raise
        super().__init__(connections, path, vault, key, now, _next_numbers, _make_table)


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


def _find_key(connections: Connections, key_path: Path, *, create: bool) -> AuditKey:
    if holds_archive(connections):
        return AuditKey.load(key_path)
    if not create:
        raise StoreUnavailableError(connections.path, "no archive in it")
    return AuditKey.load_or_create(key_path)


def _check_keys(connections: Connections, key: AuditKey, key_path: Path, vault: Vault) -> None:
    with connections.read() as reader:
        head = read_head(reader)
        sealed = reader.execute("SELECT value FROM facts WHERE name = 'vault'").fetchone()
    if head is not None and head.key_id != key.key_id:
        raise AuditKeyError(key_path, "not the key of this trail")
    if sealed is None or sealed[0] != vault.key_id:
        raise StoreKeyError(connections.path, "sealed with another key, or not at all")
