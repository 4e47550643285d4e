"""Copies of what a kiosk would lose with its disk: made while it serves, whole, and restored."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pytest_mock import MockerFixture
from typer.testing import CliRunner

from archive.model import AuditEvent, AuditKind
from archive.sqlite.store import SqliteStore
from kiosk import backup
from kiosk.backup import MANIFEST, Kept, kept, last_made, make, restore
from kiosk.cli import app
from kiosk.composition import audit_key_of, only_one
from kiosk.config import Settings, load
from kiosk.console.accounts import Accounts
from kiosk.errors import AlreadyRunningError, BackupError, WrongUserError
from printing.journal import Journal, Order
from tests.kiosk.console.conftest import FAST

NOW = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)
ORDER = Order("contributions", "20261122-03-000417", "receipt", "front", "ab" * 32, 7, 24)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "kiosk.toml"
    path.write_text(
        f'[technician]\naccounts = "{tmp_path}/technicians.json"\n'
        f'[store]\nrecords = "{tmp_path}/records.db"\njournal = "{tmp_path}/journal.db"\n',
        "utf-8",
    )
    return path


@pytest.fixture
def settings(config: Path) -> Settings:
    return load(config)


def trace(settings: Settings, result: str) -> None:
    assert isinstance(settings.store.records, Path)
    with SqliteStore(settings.store.records, lambda: NOW) as store:
        store.append_audit(
            AuditEvent(
                kind=AuditKind.STAFF_ACTION,
                kiosk=settings.kiosk.id,
                result=result,
                operator="li.wei",
            )
        )


def traces(settings: Settings) -> list[str]:
    assert isinstance(settings.store.records, Path)
    with SqliteStore(settings.store.records, lambda: NOW) as store:
        assert store.verify_audit().intact
        return [row.result for row in store.audit_rows()]


def jobs(settings: Settings) -> int:
    with Journal(settings.store.journal, lambda: NOW) as journal:
        return len(journal.jobs())


def queue(settings: Settings) -> None:
    with Journal(settings.store.journal, lambda: NOW) as journal:
        journal.queue(ORDER)


def files_of(settings: Settings) -> tuple[Kept, ...]:
    return kept(settings, audit_key_of(settings.store))


def test_what_was_there_when_the_backup_was_made_is_there_again(
    settings: Settings, tmp_path: Path
) -> None:
    trace(settings, "one")
    queue(settings)
    made = make(files_of(settings), tmp_path / "backups", NOW, keep=3)
    trace(settings, "two")
    queue(settings)
    restore(files_of(settings), made, NOW)
    assert traces(settings) == ["one"]
    assert jobs(settings) == 1
    left = sqlite3.connect(f"{settings.store.records}.before-20261122T183000Z")
    assert left.execute("SELECT count(*) FROM audit").fetchone() == (2,)
    left.close()


def test_a_backup_holds_what_is_not_yet_checkpointed_and_nobody_else_reads_it(
    settings: Settings, tmp_path: Path
) -> None:
    trace(settings, "one")
    assert isinstance(settings.store.records, Path)
    with SqliteStore(settings.store.records, lambda: NOW) as store:
        event = AuditEvent(kind=AuditKind.STAFF_ACTION, kiosk="03", result="two", operator="li.wei")
        store.append_audit(event)  # still in the write-ahead log
        made = make(files_of(settings), tmp_path / "backups", NOW, keep=3)
    copy = sqlite3.connect(made / "records.db")
    assert copy.execute("SELECT count(*) FROM audit").fetchone() == (2,)
    copy.close()
    assert made.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in made.iterdir()} == {0o600}


def test_a_technician_can_log_in_after_a_restore(settings: Settings, tmp_path: Path) -> None:
    accounts = Accounts(settings.technician.accounts, FAST)
    accounts.set("li.wei", "李伟", "correct horse battery")
    made = make(files_of(settings), tmp_path / "backups", NOW, keep=1)
    settings.technician.accounts.unlink()
    restore(files_of(settings), made, NOW)
    assert accounts.check("li.wei", "correct horse battery")


def test_root_does_not_restore_into_the_folder_of_another_user(
    config: Path, settings: Settings, tmp_path: Path, mocker: MockerFixture
) -> None:
    """What it makes there, a lock for one, the daemon could not open."""
    trace(settings, "one")
    made = make(files_of(settings), tmp_path / "backups", NOW, keep=1)
    trace(settings, "two")
    there = set(tmp_path.iterdir())
    mocker.patch("os.geteuid", return_value=0)
    mocker.patch("kiosk.service_user.owner_of", return_value=1000)
    arguments = ["backup", "restore", str(made), "--by", "li.wei", "--config", str(config)]
    refused = CliRunner().invoke(app, arguments)
    assert isinstance(refused.exception, WrongUserError)
    assert set(tmp_path.iterdir()) == there


def test_only_the_last_backups_are_kept(settings: Settings, tmp_path: Path) -> None:
    trace(settings, "one")
    for day in range(5):
        make(files_of(settings), tmp_path / "backups", NOW + timedelta(days=day), keep=2)
    names = sorted(path.name for path in (tmp_path / "backups").iterdir())
    assert names == ["kiosk-20261125T183000Z", "kiosk-20261126T183000Z"]


@pytest.fixture
def disk(mocker: MockerFixture, tmp_path: Path) -> Callable[[int], None]:
    """Says how much of the backups' disk is free beside what is in them now; the rest is real."""

    def lies(folder: Path) -> int:
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

    def free(size: int) -> None:
        folder = tmp_path / "backups"
        whole = size + lies(folder)
        mocker.patch(
            "shutil.disk_usage", side_effect=lambda _: SimpleNamespace(free=whole - lies(folder))
        )

    return free


def test_a_kiosk_that_writes_all_the_while_does_not_keep_its_backup_from_its_end(
    settings: Settings, tmp_path: Path, mocker: MockerFixture
) -> None:
    """Each time the copy gives way another process writes a row, as while records are imported."""
    trace(settings, "one")
    assert isinstance(settings.store.records, Path)
    with closing(sqlite3.connect(settings.store.records, isolation_level=None)) as writer:
        writer.execute("CREATE TABLE much (x)")
        for _ in range(5):
            writer.execute("INSERT INTO much VALUES (zeroblob(10000000))")
        steps = []

        class Source(sqlite3.Connection):
            def backup(self, target: sqlite3.Connection, **how: Any) -> None:
                def between(_status: int, left: int, _pages: int) -> None:
                    steps.append(left)
                    assert len(steps) < 100, "the copy begins anew again and again"
                    writer.execute("INSERT INTO much VALUES (1)")

                super().backup(target, **how, progress=between)

        mocker.patch("sqlite3.connect", partial(sqlite3.connect, factory=Source))
        made = make(files_of(settings), tmp_path / "backups", NOW, keep=3)
    assert (made / MANIFEST).exists()
    assert steps[-1] == 0


@pytest.mark.parametrize(("room", "stay"), [(0, 3), (1, 2), (2, 1)])
def test_on_a_full_disk_the_oldest_backups_make_room_for_the_next(
    settings: Settings, tmp_path: Path, disk: Callable[[int], None], room: int, stay: int
) -> None:
    """`room`: how many of the three there have to go."""
    trace(settings, "one")
    folder = tmp_path / "backups"
    old = [make(files_of(settings), folder, NOW + timedelta(days=day), keep=14) for day in range(3)]
    one = sum(path.stat().st_size for path in old[0].iterdir())
    disk(backup._SPARE_BYTES + one * (1 - room) + 1000)
    made = make(files_of(settings), folder, NOW + timedelta(days=3), keep=14)
    assert sorted(folder.iterdir()) == [*old[3 - stay :], made]


def test_where_no_room_can_be_made_all_backups_stay_and_no_part_of_one(
    settings: Settings, tmp_path: Path, disk: Callable[[int], None]
) -> None:
    trace(settings, "one")
    folder = tmp_path / "backups"
    old = [make(files_of(settings), folder, NOW + timedelta(days=day), keep=14) for day in range(3)]
    disk(1000)
    with pytest.raises(BackupError) as full:
        make(files_of(settings), folder, NOW + timedelta(days=3), keep=14)
    assert "full" in full.value.reason
    assert sorted(folder.iterdir()) == old


@pytest.mark.parametrize("name", ["records.db", "audit-key", MANIFEST])
@pytest.mark.parametrize("harm", ["changed", "missing"])
def test_a_backup_that_is_not_whole_changes_nothing(
    settings: Settings, tmp_path: Path, name: str, harm: str
) -> None:
    trace(settings, "one")
    made = make(files_of(settings), tmp_path / "backups", NOW, keep=1)
    if harm == "missing":
        (made / name).unlink()
    else:
        data = bytearray((made / name).read_bytes())
        data[len(data) // 2] ^= 1
        (made / name).write_bytes(data)
    trace(settings, "two")
    with pytest.raises(BackupError):
        restore(files_of(settings), made, NOW)
    assert traces(settings) == ["one", "two"]


def test_a_damaged_file_is_not_copied_over_good_backups(settings: Settings, tmp_path: Path) -> None:
    trace(settings, "one")
    assert isinstance(settings.store.records, Path)
    good = make(files_of(settings), tmp_path / "backups", NOW, keep=1)
    data = bytearray(settings.store.records.read_bytes())
    data[4096:8192] = b"\xff" * 4096
    settings.store.records.write_bytes(data)
    with pytest.raises(BackupError):
        make(files_of(settings), tmp_path / "backups", NOW + timedelta(days=1), keep=1)
    assert list((tmp_path / "backups").iterdir()) == [good]


def test_what_a_night_without_power_left_is_gone_after_the_next(
    settings: Settings, tmp_path: Path
) -> None:
    trace(settings, "one")
    left = tmp_path / "backups/.kiosk-20261121T183000Z.part"
    left.mkdir(parents=True)
    (left / "records.db").write_bytes(b"half")
    made = make(files_of(settings), tmp_path / "backups", NOW, keep=3)
    assert list((tmp_path / "backups").iterdir()) == [made]


def test_a_backup_is_not_thrown_away_for_those_of_a_clock_that_was_ahead(
    settings: Settings, tmp_path: Path
) -> None:
    trace(settings, "one")
    for day in range(2):
        make(files_of(settings), tmp_path / "backups", NOW + timedelta(days=3650 + day), keep=2)
    made = make(files_of(settings), tmp_path / "backups", NOW, keep=2)
    assert len(list((tmp_path / "backups").iterdir())) == 2
    restore(files_of(settings), made, NOW)
    assert traces(settings) == ["one"]


def test_the_daemon_knows_when_a_backup_was_made_last(
    config: Path, settings: Settings, tmp_path: Path
) -> None:
    trace(settings, "one")
    assert last_made(settings) is None
    folder = tmp_path / "backups"
    made = CliRunner().invoke(app, ["backup", "make", str(folder), "--config", str(config)])
    told = last_made(settings)
    assert told is not None
    assert made.stdout.strip() == str(folder / f"kiosk-{told:%Y%m%dT%H%M%SZ}")


def test_the_key_of_sealed_columns_is_in_no_backup(config: Path, tmp_path: Path) -> None:
    key = tmp_path / "records-key"
    key.write_bytes(bytes(range(32)))
    config.write_text(config.read_text("utf-8") + f'key = "{key}"\n', "utf-8")
    settings = load(config)
    CliRunner().invoke(app, ["store", "migrate", "--config", str(config)])
    made = make(files_of(settings), tmp_path / "backups", NOW, keep=1)
    assert set(json.loads((made / MANIFEST).read_text("utf-8"))["sha256"]) == {
        "records.db",
        "audit-key",
    }
    assert all(bytes(range(32)) not in path.read_bytes() for path in made.iterdir())


def test_the_commands_make_and_restore_and_the_trail_says_who(
    config: Path, settings: Settings, tmp_path: Path
) -> None:
    trace(settings, "one")
    runner, folder = CliRunner(), tmp_path / "backups"
    made = runner.invoke(app, ["backup", "make", str(folder), "--config", str(config)])
    assert made.exit_code == 0
    backup = made.stdout.strip()
    done = runner.invoke(
        app, ["backup", "restore", backup, "--by", "li.wei", "--config", str(config)]
    )
    assert done.exit_code == 0
    assert traces(settings) == ["one", "backup.restored"]
    *restored, then = done.stdout.splitlines()
    assert [line.rpartition(": ")[2] for line in restored] == list(
        map(str, (one.place for one in files_of(settings) if one.place.exists()))
    )
    assert "systemctl start kiosk" in then


def test_a_command_without_what_it_needs_says_what_that_is() -> None:
    for arguments, words in (
        (["backup", "restore"], ("the kiosk must be stopped", "One backup", "Login of who")),
        (["jobs", "settle"], ("Number of the job", "What the paper shows")),
    ):
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 2
        assert all(word in done.output for word in words), done.output


def test_rows_that_a_restore_takes_out_of_the_trail_are_counted_in_it(
    config: Path, settings: Settings, tmp_path: Path
) -> None:
    trace(settings, "one")
    made = make(files_of(settings), tmp_path / "backups", NOW, keep=1)
    trace(settings, "two")
    assert isinstance(settings.store.records, Path)
    with SqliteStore(settings.store.records, lambda: NOW) as store:
        replaced = store.verify_audit()
    arguments = ["backup", "restore", str(made), "--by", "li.wei", "--config", str(config)]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    with SqliteStore(settings.store.records, lambda: NOW) as store:
        *_, row = store.audit_rows()
    assert (row.count, row.reference) == (2, replaced.head[:32])


def test_nothing_is_restored_under_a_running_kiosk(
    config: Path, settings: Settings, tmp_path: Path
) -> None:
    trace(settings, "one")
    made = make(files_of(settings), tmp_path / "backups", NOW, keep=1)
    arguments = ["backup", "restore", str(made), "--by", "li.wei", "--config", str(config)]
    with only_one(settings.store.journal):
        refused = CliRunner().invoke(app, arguments)
    assert isinstance(refused.exception, AlreadyRunningError)
    assert traces(settings) == ["one"]
