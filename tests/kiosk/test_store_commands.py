"""`kiosk store`, on a file and on PostgreSQL, as a technician runs it."""

import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from archive.demo_data import write_demo_data
from archive.errors import StoreAwayError, StoreCopyError, StoreKeyError, StoreNotMadeError
from archive.records import RecordKind
from kiosk.cli import app
from kiosk.composition import open_records
from kiosk.config import Settings, load
from kiosk.errors import NoClusterError, PathError, SettingError, StoreUnsoundError
from kiosk.faults import fault_of
from tests.archive.every_kind import fill
from tests.archive.places import BACKENDS, SqlitePlace
from tests.archive.postgres.server import PrivateServer
from tests.postgres import server

__all__ = ["server"]

Configure = Callable[..., Path]


@pytest.fixture
def configure(tmp_path: Path) -> Configure:
    """Writes a configuration file whose records are there."""

    def write(records: str | Path, **more: str) -> Path:
        path = tmp_path / "kiosk.toml"
        lines = [f'{name} = "{value}"' for name, value in more.items()]
        text = ["[store]", f'records = "{records}"', f'journal = "{tmp_path}/journal.db"', *lines]
        path.write_text("\n".join(text) + "\n", "utf-8")
        return path

    return write


@pytest.fixture(params=BACKENDS)
def records(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where records may be: nothing is there yet."""
    if request.param == "sqlite":
        return str(tmp_path / "records.db")
    started: PrivateServer = request.getfixturevalue("server")
    return started.new_schema()


def kiosk(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_migrating_says_from_which_step_to_which(configure: Configure, records: str) -> None:
    config = configure(records)
    made = kiosk("store", "migrate", "--config", config)
    assert made.exit_code == 0, made.exception
    assert made.stdout.endswith(": step 0 -> 2\n")
    assert kiosk("store", "migrate", "--config", config).stdout.endswith(": step 2 -> 2\n")


@pytest.mark.slow
def test_an_import_and_a_check_work_on_either_store(
    configure: Configure, records: str, tmp_path: Path
) -> None:
    config = configure(records)
    demo = write_demo_data(tmp_path / "data", persons=6, seed=1)
    imported = kiosk("import", *demo.files, "--config", config)
    assert imported.exit_code == 0, imported.exception
    sound = kiosk("store", "check", "--config", config)
    assert sound.exit_code == 0, sound.exception
    assert "sound" in sound.stdout
    verified = kiosk("audit", "verify", "--config", config)
    assert "1 rows, intact" in verified.stdout


def test_a_check_names_what_it_found_and_fails(configure: Configure, tmp_path: Path) -> None:
    config = configure(tmp_path / "records.db")
    with open_records(load(config), create=True) as store:
        fill(store)
    SqlitePlace(tmp_path / "records.db").run("DELETE FROM employers WHERE employer_id = 'E1'")
    ended = kiosk("store", "check", "--config", config)
    assert "employer  payers  1\n" in ended.stdout
    assert isinstance(ended.exception, StoreUnsoundError)
    assert fault_of(ended.exception).exit_code == 32


@pytest.mark.slow
def test_a_copy_goes_to_the_other_store_sealed_and_back(
    configure: Configure, tmp_path: Path, server: PrivateServer
) -> None:
    config = configure(tmp_path / "records.db")
    with open_records(load(config), create=True) as store:
        fill(store)
    kiosk("store", "key", "--out", tmp_path / "seal")
    url = server.new_schema()
    there = kiosk(
        "store", "copy", url, "--by", "lin", "--to-key", tmp_path / "seal", "--config", config
    )
    assert there.exit_code == 0, there.exception
    assert "row by row" in there.stdout
    assert sum(line.split()[1] == "12" for line in there.stdout.splitlines()[:-1]) == len(
        RecordKind
    )
    sealed = configure(url, key=str(tmp_path / "seal"))
    back = kiosk(
        *("store", "copy", tmp_path / "back.db", "--by", "wu", "--to-key", ""), "--config", sealed
    )
    assert back.exit_code == 0, back.exception
    assert back.stdout == there.stdout
    assert (tmp_path / "back.db.audit-key").read_bytes() == (
        tmp_path / "records.db.audit-key"
    ).read_bytes()
    with open_records(load(configure(tmp_path / "back.db")), create=False) as copied:
        assert [row.operator for row in copied.audit_rows()] == ["lin", "wu"]
    assert (
        "2 rows, intact"
        in kiosk("audit", "verify", "--config", configure(tmp_path / "back.db")).stdout
    )


def test_a_copy_into_a_store_in_use_is_refused(configure: Configure, tmp_path: Path) -> None:
    config = configure(tmp_path / "records.db")
    with open_records(load(config), create=True) as store:
        fill(store)
    ended = kiosk("store", "copy", tmp_path / "records.db", "--by", "lin", "--config", config)
    assert isinstance(ended.exception, StoreCopyError)


def test_a_file_is_on_no_cluster(configure: Configure, records: str) -> None:
    config = configure(records)
    kiosk("store", "migrate", "--config", config)
    ended = kiosk("store", "distribute", "--config", config)
    assert isinstance(ended.exception, NoClusterError)


def test_a_key_is_made_once_and_is_its_owners(tmp_path: Path) -> None:
    key = tmp_path / "records-key"
    made = kiosk("store", "key", "--out", key)
    assert made.exit_code == 0
    assert (stat.S_IMODE(key.stat().st_mode), len(key.read_bytes())) == (0o600, 32)
    before = key.read_bytes()
    assert isinstance(kiosk("store", "key", "--out", key).exception, PathError)
    assert key.read_bytes() == before


def test_the_key_comes_from_the_credential_store_where_none_is_configured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings.model_validate({"store": {"records": str(tmp_path / "records.db")}})
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    (tmp_path / "credentials").mkdir()
    with open_records(settings, create=True) as plain:
        assert plain.vault.key_id == "plain"
    (tmp_path / "credentials/records-key").write_bytes(b"k" * 32)
    with pytest.raises(StoreKeyError):
        open_records(settings, create=False)
    (tmp_path / "records.db").unlink()
    with open_records(settings, create=True) as sealed:
        assert sealed.vault.key_id != "plain"


def test_a_key_of_the_wrong_length_is_refused(configure: Configure, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"short")
    config = configure(tmp_path / "records.db", key=str(tmp_path / "key"))
    ended = kiosk("store", "migrate", "--config", config)
    assert isinstance(ended.exception, StoreKeyError)
    assert not (tmp_path / "records.db").exists()


def test_the_password_of_the_database_comes_from_the_credential_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    (tmp_path / "records-password").write_text("s3cret\n")
    given: dict[str, object] = {}

    def connect(url: str, *arguments: object, **options: object) -> None:
        given.update(options)
        raise NoClusterError

    monkeypatch.setattr("archive.postgres.store.PostgresStore", connect)
    settings = Settings.model_validate({"store": {"records": "postgresql:///records"}})
    with pytest.raises(NoClusterError):
        open_records(settings, create=False)
    assert given["password"] == "s3cret"


def test_a_database_without_its_library_is_a_wrong_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "archive.postgres.store", None)
    settings = Settings.model_validate({"store": {"records": "postgresql:///records"}})
    with pytest.raises(SettingError, match="extra `postgres`"):
        open_records(settings, create=False)


def test_a_database_that_is_away_is_told_by_its_name_only(
    configure: Configure, tmp_path: Path
) -> None:
    config = configure(f"postgresql://kiosk@/records?host={tmp_path}")
    ended = kiosk("store", "check", "--config", config)
    assert isinstance(ended.exception, StoreAwayError)
    told = fault_of(ended.exception)
    assert (told.code, told.exit_code) == ("store.away", 32)
    assert "postgresql:records" in told.cause
    assert "file" not in told.cause + told.step, "no file is missing"


def test_a_database_that_was_never_migrated_says_so_and_what_makes_the_tables(
    configure: Configure, server: PrivateServer
) -> None:
    ended = kiosk("store", "check", "--config", configure(server.new_schema()))
    assert isinstance(ended.exception, StoreNotMadeError)
    told = fault_of(ended.exception)
    assert told.code == "store.not_made"
    assert "kiosk store migrate" in told.step
