"""`kiosk guide` on the demonstration's store."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from archive.demo_data import write_demo_data
from archive.importer import import_files
from archive.sqlite.store import SqliteStore
from kiosk.cli import app
from kiosk.composition import utc_now
from kiosk.errors import GuideUnknownError


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guides")
    files = write_demo_data(folder / "data", 1, 7).files
    with SqliteStore(folder / "records.db", utc_now) as store:
        import_files(store, files, rejects=folder / "rejects.csv")
    path = folder / "kiosk.toml"
    path.write_text(f'[store]\nrecords = "{folder / "records.db"}"\n', "utf-8")
    return path


def run(config: Path, *words: str) -> str:
    ended = CliRunner().invoke(app, ["guide", *words, "--config", str(config)])
    if ended.exception is not None:
        raise ended.exception
    return ended.stdout


def test_search_lists_codes_and_names_the_best_first(config: Path) -> None:
    lines = run(config, "search", "sbk", "bl", "--limit", "2").splitlines()
    assert lines[0] == "990100-KA-002     社会保障卡补领换领"


def test_search_says_that_there_is_more_and_that_there_is_nothing(config: Path) -> None:
    assert "more; see --limit" in run(config, "search", "社会", "--limit", "1")
    assert run(config, "search", "不存在的事项") == "没有找到相关事项。No service was found.\n"


def test_show_has_all_elements_the_materials_notices_and_what_comes(config: Path) -> None:
    shown = run(config, "show", "990100-KA-002")
    for words in (
        "办理依据",
        "乘车线路",
        "材料清单",
        "1. 居民身份证",
        "不再要求提供",
        "2027-01-01",
    ):
        assert words in shown
    assert "未公布" in run(config, "show", "990100-SB-014")


def test_a_service_that_is_not_in_force_is_an_error_that_says_what_to_do(config: Path) -> None:
    with pytest.raises(GuideUnknownError):
        run(config, "show", "990100-SB-016")
