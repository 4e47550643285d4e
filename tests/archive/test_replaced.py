"""A file that is replaced or removed under the store: nothing is read or written in the old one."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.errors import StoreUnavailableError
from archive.model import AuditEvent, AuditKind
from archive.sqlite.store import SqliteStore
from printing.errors import JournalError
from printing.journal import Journal, Order

NOW = datetime(2026, 11, 27, 1, tzinfo=UTC)
ROW = AuditEvent(kind=AuditKind.VISIT_BEGUN, kiosk="01")
ORDER = Order("insured", "20261127-01-000001", "receipt", "receipt", "0" * 64, 1, 2)


def restored(path: Path) -> None:
    """As an operator puts a copy back: beside it, then in its place, without the side files."""
    shutil.copy(path, path.with_suffix(".restore"))
    path.with_suffix(".restore").replace(path)
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


LOSSES = pytest.mark.parametrize("lose", [restored, Path.unlink])


@LOSSES
def test_no_look_is_traced_in_a_file_that_nobody_will_see(
    tmp_path: Path, lose: Callable[[Path], None]
) -> None:
    path = tmp_path / "records.db"
    with SqliteStore(path, lambda: NOW) as store:
        store.append_audit(ROW)
        before = store.lost
        lose(path)
        assert (before, store.lost) == (False, True)
        with pytest.raises(StoreUnavailableError, match="another file is in its place"):
            store.append_audit(ROW)
        with pytest.raises(StoreUnavailableError):
            store.person("1")


@LOSSES
def test_no_job_begins_in_a_journal_that_nobody_will_see(
    tmp_path: Path, lose: Callable[[Path], None]
) -> None:
    path = tmp_path / "journal.db"
    with Journal(path, lambda: NOW) as journal:
        journal.queue(ORDER)
        before = journal.lost
        lose(path)
        assert (before, journal.lost) == (False, True)
        with pytest.raises(JournalError, match="another file is in its place"):
            journal.queue(ORDER)
        with pytest.raises(JournalError):
            journal.jobs()
