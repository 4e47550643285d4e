"""One file, a documented default for each setting, a wrong one refused with its name."""

import tomllib
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from kiosk.checks import check
from kiosk.config import Settings, documented, load
from kiosk.errors import SettingError


def write(folder: Path, text: str) -> Path:
    path = folder / "kiosk.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_without_a_file_every_setting_has_its_default() -> None:
    assert load() == Settings()


def test_the_documented_file_reads_back_as_the_same_settings(tmp_path: Path) -> None:
    settings = load(None, web={"port": 9000})
    assert load(write(tmp_path, documented(settings))) == settings


def test_every_setting_says_what_it_is() -> None:
    for line in documented(Settings()).splitlines():
        if " = " in line and not line.startswith("#"):
            assert line.partition("  # ")[2] not in ("", "None"), line


@pytest.mark.parametrize(
    ("text", "name", "allowed"),
    [
        ("[web]\nport = 99999\n", "web.port", "65535"),
        ('[web]\nhost = "0.0.0.0"\n', "web.host", "127.0.0.1"),
        ('[web]\nport = "many"\n', "web.port", "integer"),
        ("[card]\nreeder = 'x'\n", "card.reeder", "reader"),
        ("[visit]\nmenu = { end = 60, warn = 60 }\n", "visit.menu", "warn must be below end"),
        ("[visit]\nmenu = { ende = 60 }\n", "visit.menu.ende", "known: end, warn"),
        ("card = 3\n", "card", "table"),
        ("[statement]\nverify_url = 'https://核验.example/'\n", "statement.verify_url", "https"),
        ("[nonsense]\n", "nonsense", "visit"),
        ("[audit]\nkeep_days = 183\n", "audit.keep_days", "184"),
        ("[limits]\ncontributions = -1\n", "limits.contributions", "0"),
        ("[limits]\ncontribution = 3\n", "limits.contribution", "contributions"),
        ("[limits]\ninsured = 1001\n", "limits.insured", "1000"),
        ("[limits]\nguide = 3\n", "limits.guide", "contributions, insured"),
        ("limits = 3\n", "limits", "dictionary"),
        ("[log]\nlevel = 'LOUD'\n", "log.level", "DEBUG"),
        ("[statement]\nverify_url = 'http://x/'\n", "statement.verify_url", "https"),
        ("[store]\nrecords = 'mysql://db/records'\n", "store.records", "postgresql://"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_name_and_what_is_allowed(
    tmp_path: Path, text: str, name: str, allowed: str
) -> None:
    with pytest.raises(SettingError) as refused:
        load(write(tmp_path, text), card={"reader": "x"} if text.startswith("card") else {})
    assert refused.value.name == name
    assert allowed in refused.value.allowed
    assert refused.value.value in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://kiosk:s3cret@db/records",
        "postgres://:s3cret@[::1]/records",
        "postgresql://kiosk@db/records?sslmode=require&password=s3cret",
        "postgresql://kiosk:s3cret@[db/records",
    ],
)
def test_a_password_in_the_file_is_refused_and_not_repeated(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingError, match="no password") as refused:
        load(write(tmp_path, f"[store]\nrecords = '{url}'\n"))
    assert refused.value.name == "store.records"
    assert "s3cret" not in str(refused.value)


def test_records_are_a_file_or_a_database_and_what_goes_with_them_lies_beside(
    tmp_path: Path,
) -> None:
    file = load(None, store={"records": "/data/records.db"}).store
    assert (file.records, file.beside("rejects")) == (
        Path("/data/records.db"),
        Path("/data/records.db.rejects"),
    )
    url = "postgresql://kiosk@db/records?sslmode=verify-full"
    settings = load(None, store={"records": url, "journal": "/data/journal.db"})
    assert settings.store.records == url
    assert settings.store.beside("audit-key") == Path("/data/records.audit-key")
    assert load(write(tmp_path, documented(settings))) == settings


def test_a_file_that_is_no_toml_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="line 1"):
        load(write(tmp_path, "web = = 1\n"))


def test_a_file_that_is_not_there_is_refused_when_it_was_asked_for(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="must exist"):
        load(tmp_path / "absent.toml")


def test_no_variable_of_the_environment_changes_a_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WEB", '{"port": 1}')
    monkeypatch.setenv("LOG__LEVEL", "DEBUG")
    assert load() == Settings()


def test_the_default_file_is_valid_toml_with_every_section() -> None:
    assert set(tomllib.loads(documented(Settings()))) == set(Settings.model_fields)


def test_a_configuration_can_be_checked_by_a_user_to_whom_the_records_folder_is_closed(
    tmp_path: Path, mocker: MockerFixture
) -> None:
    settings = load(None, store={"records": tmp_path / "closed/records.db"})
    real = Path.is_dir

    def is_dir(path: Path) -> bool:
        if path.parent.name == "closed":
            raise PermissionError
        return real(path)

    mocker.patch.object(Path, "is_dir", is_dir)
    check(settings)
