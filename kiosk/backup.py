"""A copy of what would be lost with the disk, made while the kiosk serves, and its way back.

The key that personal columns are sealed with is not in it: a copy that is stolen yields no name.
"""

import hashlib
import json
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from kiosk.config import Settings
from kiosk.errors import BackupError, usable

MANIFEST: Final = "manifest.json"
STAMP: Final = "backup-made"
"""Beside the journal, as new as the last backup: the daemon need not know where backups lie."""
_PREFIX: Final = "kiosk-"
_PART: Final = ".part"
_SPARE_BYTES: Final = 16_000_000
"""Left free beside a copy: where no other disk is mounted, the trail and the journal grow there."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a kiosk as it stands in a backup."""

    name: str
    place: Path
    """Where the kiosk has it."""
    database: bool


def kept(settings: Settings, audit_key: Path) -> tuple[Kept, ...]:
    """What is copied; records in PostgreSQL have their own backup there."""
    files = [
        Kept("journal.db", settings.store.journal, database=True),
        Kept("audit-key", audit_key, database=False),
        Kept("technicians.json", settings.technician.accounts, database=False),
    ]
    if isinstance(settings.store.records, Path):
        files.insert(0, Kept("records.db", settings.store.records, database=True))
    return tuple(files)


def make(files: tuple[Kept, ...], folder: Path, now: datetime, *, keep: int) -> Path:
    """Copy the files into a new folder of `folder`, whole or not at all; older ones than the last
    `keep` go, and what a backup that failed has left. Files that are not there yet are passed over.

    Where the disk has no room for it the oldest go first, the newest never. Raises BackupError,
    with all of them there, where even that would not do.
    """
    made = folder / f"{_PREFIX}{now:%Y%m%dT%H%M%SZ}"
    part = folder / f".{made.name}{_PART}"
    with usable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(f".{_PREFIX}*{_PART}"):  # of a night without power, or a full disk
            shutil.rmtree(left)
        _make_room(files, folder, _oldest_first(folder, made)[:-1])
        part.mkdir(mode=0o700)
        try:
            digests = {one.name: _copy(one, part / one.name) for one in files if one.place.exists()}
            _write(part / MANIFEST, json.dumps({"made_at": now.isoformat(), "sha256": digests}))
            part.rename(made)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        sync(folder)
        for old in _oldest_first(folder, made)[:-keep]:
            shutil.rmtree(old)
    return made


def _make_room(files: tuple[Kept, ...], folder: Path, spared: list[Path]) -> None:
    """Throw away as many of `spared`, oldest first, as the copy needs; none if all are too few."""
    ends = ("", "-wal")  # what is not checkpointed yet is copied too
    places = [_beside(one.place, end) for one in files for end in ends]
    lacking = sum(map(_size, places)) + _SPARE_BYTES - shutil.disk_usage(folder).free
    going = []
    for old in spared:
        if lacking <= 0:
            break
        going.append(old)
        lacking -= sum(map(_size, old.iterdir()))
    if lacking > 0:
        raise BackupError(folder, f"the disk is full: {lacking // 1_000_000 + 1} MB are lacking")
    for old in going:
        shutil.rmtree(old)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _oldest_first(folder: Path, made: Path) -> list[Path]:
    """Those there, `made` last: a name from after it was given by a clock that was wrong."""
    there = folder.glob(f"{_PREFIX}*")
    return sorted(there, key=lambda one: (one.name <= made.name, one.name))


def stamp(settings: Settings, now: datetime) -> None:
    """Tell the daemon that a backup was made."""
    place = settings.store.journal.with_name(STAMP)
    with usable(place):
        _write(place, now.isoformat())


def last_made(settings: Settings) -> datetime | None:
    """When a backup of this kiosk was made last; None where nothing tells it."""
    try:
        return datetime.fromisoformat(settings.store.journal.with_name(STAMP).read_text("ascii"))
    except (OSError, ValueError):
        return None


def restore(files: tuple[Kept, ...], backup: Path, now: datetime) -> tuple[Path, ...]:
    """Put a backup's files where the kiosk has them; those there get `.before-` and the time.

    Nobody may use them meanwhile. Raises BackupError, before anything is changed, for a backup
    that is not whole.
    """
    there = tuple(one for one in files if one.name in _checked(backup))
    with usable(backup):
        for one in there:
            _bring(backup / one.name, _beside(one.place, ".restore"))
        for one in there:
            for end in ("-wal", "-shm", ""):
                old = _beside(one.place, end)
                if old.exists():
                    old.replace(_beside(old, f".before-{now:%Y%m%dT%H%M%SZ}"))
            _beside(one.place, ".restore").replace(one.place)
            sync(one.place.parent)
    return tuple(one.place for one in there)


def _checked(backup: Path) -> dict[str, str]:
    try:
        digests: dict[str, str] = json.loads((backup / MANIFEST).read_text("utf-8"))["sha256"]
        for name, digest in digests.items():
            if _digest(backup / name) != digest:
                raise BackupError(backup, f"{name} is not as it was written")
    except (OSError, ValueError, KeyError) as error:
        raise BackupError(backup, type(error).__name__) from None
    return digests


def _copy(one: Kept, target: Path) -> str:
    if not one.database:
        _write(target, one.place.read_bytes())
        return _digest(target)
    os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with (
            closing(sqlite3.connect(f"{one.place.resolve().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            # In one step. Between two of them another connection may write, and then SQLite begins
            # anew: beside a kiosk that serves it never came to its end. Nobody waits for it: in
            # WAL mode who reads keeps no writer off, the log only grows until the copy is made.
            source.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
            if copy.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise BackupError(one.place, "damaged")
    except sqlite3.Error as error:
        raise BackupError(one.place, error.sqlite_errorname) from None
    sync(target)
    return _digest(target)


def _bring(source: Path, target: Path) -> None:
    _write(target, b"")
    with source.open("rb") as file, target.open("wb") as out:
        shutil.copyfileobj(file, out)
    sync(target)


def _write(path: Path, content: str | bytes) -> None:
    data = content.encode() if isinstance(content, str) else content
    with os.fdopen(os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Have a file, or the names in a folder, on disk whatever happens. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _beside(path: Path, end: str) -> Path:
    return path.with_name(path.name + end)
