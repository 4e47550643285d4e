"""`kiosk regions ask`: where a person's file lies, in this region and in others."""

import re
import shutil
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from archive.demo_data import write_demo_data
from archive.importer import import_files
from archive.model import ArchiveIndex
from archive.sqlite.store import SqliteStore
from kiosk import composition
from kiosk.cli import app
from kiosk.config import load
from kiosk.errors import SettingError


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Two regions with the same person, and that person's number."""
    folder = tmp_path_factory.mktemp("regions")
    demo = write_demo_data(folder / "data", persons=6, seed=3)
    for name in ("own.db", "other.db"):
        with SqliteStore(folder / name, lambda: datetime.now(UTC)) as store:
            import_files(store, demo.files, rejects=folder / "rejects.csv")
    text = demo.cards[0].read_text("utf-8")
    return folder, text.split('social_security_number = "')[1][:18]


def ask(folder: Path, tables: str, number: str) -> Result:
    config = folder / "kiosk.toml"
    config.write_text(f'[store]\nrecords = "{folder}/own.db"\n{tables}', "utf-8")
    words = ["regions", "ask", "--by", "lin", "--config", str(config)]
    return CliRunner().invoke(app, words, input=number + "\n")


def table(name: str, **settings: str) -> str:
    lines = "".join(f'{key} = "{value}"\n' for key, value in settings.items())
    return f'[[regions]]\nname = "{name}"\ncode = "990202"\n{lines}'


def test_the_answers_of_all_regions_are_told_and_the_look_is_in_the_audit(
    data: tuple[Path, str],
) -> None:
    folder, number = data
    told = ask(folder, table("邻市", records=f"{folder}/other.db"), number)
    assert told.exit_code == 0, told.output
    lines = told.stdout.splitlines()
    assert re.fullmatch(
        r"示例市 990101  1 份 files  \d\.\d s  数据截至 data as of 2026-10-31 示例数据.*", lines[0]
    )
    assert lines[2].startswith("邻市 990202  1 份 files  ")
    assert lines[-1] == "合计 total: 2 / 2 个地区答复 regions answered"
    assert lines[1] == lines[3]
    assert "in_stock" in lines[1]
    assert number not in told.output
    with SqliteStore(folder / "own.db", lambda: datetime.now(UTC)) as store:
        *_, before, row = store.audit_rows()
    assert (before.result, before.subject) == ("asked", row.subject)
    assert before.subject, "the trail knows whose files were asked for"
    assert (row.statement, row.count, row.operator) == ("archive_index", 2, "lin")


@pytest.mark.slow
def test_a_region_that_does_not_answer_is_named_and_the_rest_is_told(
    data: tuple[Path, str],
) -> None:
    folder, number = data
    tables = table("远市", url="http://127.0.0.1:1/x", token="/nonexistent")
    told = ask(folder, tables, number)
    assert told.exit_code == 37
    assert "in_stock" in told.stdout
    *_, silent, total = told.stdout.splitlines()
    assert re.match(r"远市 990202  没有答复 no answer  \d\.\d s  credential: 缺少凭据", silent)
    assert total.startswith("合计 total: 1 / 2 ")


@pytest.mark.parametrize(
    ("tables", "name"),
    [
        (table("邻市"), "regions.0"),
        (table("邻市", url="http://region.example/"), "regions.0.url"),
        (table("邻市", url="https://r.example/", records="x.db"), "regions.0"),
        (table("邻市", urll="https://r.example/"), "regions.0.urll"),
        ('[[regions]]\nname = "邻市"\ncode = "99"\nrecords = "x"\n', "regions.0.code"),
    ],
)
def test_a_wrong_region_is_refused_by_name(tmp_path: Path, tables: str, name: str) -> None:
    (tmp_path / "kiosk.toml").write_text(tables, "utf-8")
    with pytest.raises(SettingError) as error:
        load(tmp_path / "kiosk.toml")
    assert error.value.name == name


def test_the_documented_file_holds_the_regions(tmp_path: Path) -> None:
    from kiosk.config import documented

    path = tmp_path / "kiosk.toml"
    path.write_text(
        table("邻市", records="other.db") + table("远市", url="https://r.example/", token="t"),
        "utf-8",
    )
    settings = load(path)
    assert len(settings.regions) == 2
    path.write_text(documented(settings), "utf-8")
    assert load(path) == settings


def test_a_neighbour_whose_copy_is_not_there_is_named_and_the_others_answer(
    data: tuple[Path, str],
) -> None:
    folder, number = data
    told = ask(folder, table("邻市", records=f"{folder}/away.db"), number)
    assert told.stdout.splitlines()[-1] == "合计 total: 1 / 2 个地区答复 regions answered"
    assert "邻市 990202" in told.output
    assert not (folder / "away.db").exists()


def test_a_neighbour_whose_copy_is_refreshed_is_asked_in_the_fresh_one(
    data: tuple[Path, str], tmp_path: Path
) -> None:
    """As each night, under a daemon that runs for months."""
    folder, number = data
    copy = Path(shutil.copy(folder / "other.db", tmp_path / "copy.db"))
    shutil.copy(folder / "other.db.audit-key", tmp_path / "copy.db.audit-key")
    (tmp_path / "kiosk.toml").write_text(table("邻市", records=str(copy)), "utf-8")

    def holds() -> list[int]:
        return [len(found.answer.rows) for found in regions.ask(ArchiveIndex, number).found]

    with SqliteStore(folder / "own.db", lambda: datetime.now(UTC)) as own, ExitStack() as parts:
        regions = composition.regions(load(tmp_path / "kiosk.toml"), own, parts)
        assert holds() == [1, 1]
        copy.unlink()
        assert holds() == [1]
        shutil.copy(folder / "other.db", copy)
        assert holds() == [1, 1]
