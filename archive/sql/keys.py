"""The keys of a store that is being opened: found, or made for a new one, and checked."""

from pathlib import Path

from archive.audit import AuditKey
from archive.errors import AuditKeyError, StoreKeyError, StoreNotMadeError
from archive.sql.session import Database
from archive.sql.trail import read_head
from archive.vault import Vault


def find_key(path: Path, store: Path | str, *, there: bool, create: bool) -> AuditKey:
    """The audit key: that of a store which is `there` already is never made anew."""
    if there:
        return AuditKey.load(path)
    if not create:
        raise StoreNotMadeError(store, "no archive in it")
    return AuditKey.load_or_create(path)


def check_keys(
    database: Database, store: Path | str, key: AuditKey, key_path: Path, vault: Vault
) -> None:
    """Refuse a trail that was begun, or columns that were sealed, with another key."""
    with database.read() as reader:
        head = read_head(reader)
        sealed = reader.execute("SELECT value FROM facts WHERE name = 'vault'").fetchone()
    if head is not None and head.key_id != key.key_id:
        raise AuditKeyError(key_path, "not the key of this trail")
    if sealed is None or sealed[0] != vault.key_id:
        raise StoreKeyError(store, "sealed with another key, or not at all")
