"""What a kiosk does with its store when it starts, and once a day."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from archive.errors import AuditTamperedError, StoreDamagedError, StoreUnavailableError
from kiosk.composition import simulated
from kiosk.config import load
from kiosk.daemon import lost
from kiosk.demo.data import settings_for
from kiosk.retention import Retention
from printing.errors import JournalError
from tests.kiosk.conftest import Kiosk

pytestmark = pytest.mark.slow

PAGE = 4096


def test_a_kiosk_does_not_start_on_damaged_pages(records: Path, tmp_path: Path) -> None:
    for name in ("records.db", "records.db.audit-key"):
        shutil.copy(records / name, tmp_path / name)
    shutil.copytree(records / "data", tmp_path / "data")
    data = bytearray((tmp_path / "records.db").read_bytes())
    for page in range(len(data) // PAGE // 2, len(data) // PAGE):
        data[page * PAGE + 3 : page * PAGE + 7] = b"\xff\xff\xff\xff"
    (tmp_path / "records.db").write_bytes(data)
    with pytest.raises(StoreDamagedError):
        simulated(settings_for(tmp_path, load()), tmp_path, real_time=False, in_process=True)


def test_rows_whose_time_is_over_go_at_the_start_and_then_once_a_day(
    kiosk: Kiosk, mocker: MockerFixture
) -> None:
    machine = kiosk.machine
    at = [datetime(2026, 11, 22, 8, tzinfo=UTC)]
    object.__setattr__(machine, "now", lambda: at[0])
    pruned = mocker.patch.object(machine.store, "prune_audit", return_value=0)
    retention = Retention(machine)
    for hours, times in ((0, 1), (7, 1), (2, 2), (22, 2), (1, 3)):
        at[0] += timedelta(hours=hours)
        retention.daily()
        assert pruned.call_count == times
    pruned.assert_called_with("01", machine.settings.audit.keep_days)


def test_a_trail_that_cannot_be_pruned_does_not_keep_a_kiosk_from_serving(
    kiosk: Kiosk, mocker: MockerFixture, caplog: pytest.LogCaptureFixture
) -> None:
    mocker.patch.object(kiosk.machine.store, "prune_audit", side_effect=AuditTamperedError("x"))
    Retention(kiosk.machine).daily()
    assert [record.msg for record in caplog.records] == ["audit.not_pruned"]


@pytest.mark.parametrize(
    ("part", "reason"), [("store", StoreUnavailableError), ("journal", JournalError)]
)
def test_a_daemon_under_which_a_file_was_replaced_ends_for_a_new_one(
    kiosk: Kiosk, mocker: MockerFixture, part: str, reason: type[Exception]
) -> None:
    assert lost(kiosk.machine) is None
    owner = type(getattr(kiosk.machine, part))
    mocker.patch.object(owner, "lost", new_callable=mocker.PropertyMock, return_value=True)
    assert isinstance(lost(kiosk.machine), reason)
