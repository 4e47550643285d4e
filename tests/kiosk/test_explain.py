"""`kiosk explain`: masked, traced, never by a number on the command line; and its document."""

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from archive.demo_data import write_demo_data
from archive.errors import FigureUnknownError, IdentityNumberError, TableError
from archive.figures.catalogue import CATALOGUE
from archive.identity_number import check_digit
from archive.importer import import_files
from archive.model import AuditKind
from archive.sqlite.store import SqliteStore
from archive.store import AuditRow
from archive.tables.shelf import Tables
from kiosk.checks import check
from kiosk.cli import app
from kiosk.composition import utc_now
from kiosk.config import load
from kiosk.errors import HolderUnknownError
from kiosk.sections.records import Rules

DOCUMENT = Path(__file__).parents[2] / "docs/figures.md"
NOBODY = "99010119500101001" + check_digit("99010119500101001")
MISTYPED = NOBODY[:-1] + ("1" if NOBODY[-1] != "1" else "2")

Explain = Callable[..., Result]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with records of six persons and a configuration."""
    folder = tmp_path_factory.mktemp("explain")
    data = write_demo_data(folder / "data", persons=6, seed=3)
    with SqliteStore(folder / "records.db", utc_now) as store:
        import_files(store, data.files, rejects=folder / "rejects.csv")
    (folder / "kiosk.toml").write_text(
        f'[store]\nrecords = "{folder}/records.db"\njournal = "{folder}/journal.db"\n', "utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def person(places: Path) -> dict[str, str]:
    with (places / "data/persons.csv").open(encoding="utf-8") as file:
        return next(csv.DictReader(file))


@pytest.fixture
def explain(places: Path) -> Explain:
    def run(*arguments: str, number: str = "") -> Result:
        options = ["--config", str(places / "kiosk.toml")]
        return CliRunner().invoke(app, ["explain", *arguments, *options], input=f"{number}\n")

    return run


def deliver(folder: Path, day: str, *files: str) -> str:
    """A store with one person and these files, and a configuration; the person's number."""
    number = "99010119600101001" + check_digit("99010119600101001")
    person = f"AAC001,AAC002,AAC003,AAC004,AAC005,AAC006\n1,{number},示例,1,01,19600101\n"
    texts = (person, f"record_kind,as_of,source\n,{day},示例\n", *files)
    paths = [folder / f"{at}.csv" for at in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, "utf-8")
    with SqliteStore(folder / "records.db", utc_now) as store:
        import_files(store, paths, rejects=folder / "rejects.csv")
    (folder / "kiosk.toml").write_text(
        f'[store]\nrecords = "{folder}/records.db"\njournal = "{folder}/journal.db"\n', "utf-8"
    )
    return number


def looked(folder: Path, number: str, *arguments: str) -> str:
    options = ["--by", "clerk", "--config", str(folder / "kiosk.toml")]
    return CliRunner().invoke(app, ["explain", *arguments, *options], input=f"{number}\n").stdout


CASES = "AAC001,case_number,task_code,task_name,accepted_on,case_state\n"


def test_of_kinds_never_delivered_or_partial_it_never_says_that_there_is_nothing(
    tmp_path: Path,
) -> None:
    number = deliver(tmp_path, f"{utc_now():%Y%m%d}", CASES + "1,A1,T,示例,x,1\n")
    shown = looked(tmp_path, number, "dossier-transfers", "cases")
    assert "Nothing is recorded" not in shown
    head, transfers, cases = shown.split("\n\n")
    assert head.count("没有收到以下数据：") == head.count("Never delivered, so not known: ") == 1
    assert "缴费、" in head
    assert "以下数据可能不完整：办件。 May not be all: cases." in head
    assert "不详，没有收到：档案转递。 Not known; never delivered: dossier transfers." in transfers
    assert "可能不完整：办件。 None found; may not be all: cases." in cases
    told = json.loads(looked(tmp_path, number, "cases", "--json"))
    assert (told["whole"], told["stale"]) == (False, False)
    assert {"contributions", "dossier_transfers"} <= set(told["never"])
    assert "cases" not in told["never"]


def test_only_of_data_that_are_whole_it_says_that_nothing_is_recorded(
    tmp_path: Path,
) -> None:
    other = CASES + "2,A1,T,示例,20260105,1\n"
    person = "AAC001,AAC002,AAC003,AAC004,AAC005,AAC006\n"
    second = "99010119600101002" + check_digit("99010119600101002")
    number = deliver(
        tmp_path, f"{utc_now():%Y%m%d}", f"{person}2,{second},示例,2,01,19600101\n", other
    )
    assert "Nothing is recorded" in looked(tmp_path, number, "cases")


def test_old_data_are_called_old_with_the_words_of_the_statements(tmp_path: Path) -> None:
    number = deliver(tmp_path, "20240105")
    shown = looked(tmp_path, number, "cases")
    assert "数据截至2024年1月5日，已超过 " in shown
    assert "recent changes may be missing." in shown
    assert json.loads(looked(tmp_path, number, "cases", "--json"))["stale"] is True


def trail(places: Path) -> list[AuditRow]:
    with SqliteStore(places / "records.db", utc_now, create=False) as store:
        return list(store.audit_rows())


def test_without_an_argument_the_figures_are_listed(explain: Explain) -> None:
    listed = explain()
    assert listed.exit_code == 0
    assert [line.split()[0] for line in listed.stdout.splitlines()] == list(CATALOGUE)


def test_names_and_numbers_are_masked_unless_told_to_reveal(
    explain: Explain, person: dict[str, str]
) -> None:
    number, name = person["AAC002"], person["AAC003"]
    masked = explain(*CATALOGUE, "--by", "clerk", number=number)
    assert masked.exit_code == 0, masked.exception
    as_json = explain(*CATALOGUE, "--by", "clerk", "--json", number=number)
    for shown in (masked.stdout, as_json.stdout):
        assert not any(secret in shown for secret in (name, number, number[6:14], person["AAC001"]))
    whole = json.loads(
        explain("months", "--by", "clerk", "--json", "--reveal", number=number).stdout
    )
    assert whole["person"] == {"name": name, "social_security_number": number}


def test_value_rows_rule_source_and_the_date_of_the_data_are_told(
    explain: Explain, person: dict[str, str]
) -> None:
    shown = explain("account", "--by", "clerk", number=person["AAC002"]).stdout
    for part in ("数据截至", "月积数法", "GB/T 40217-2021", "记账利率", "缴费 contributions: "):
        assert part in shown
    assert [line for line in shown.splitlines() if line.startswith("  法规 law: ")] == [
        "  法规 law: 社会保险法第十四条 Social Insurance Law, Art. 14（2011-07-01）",
        "  法规 law: GB/T 40217-2021 表 6 GB/T 40217-2021, table 6",
    ]
    assert "AccountLine(" not in shown
    assert max(map(len, shown.splitlines())) < 500
    rows = next(line for line in shown.splitlines() if line.startswith("  记录 rows: "))
    assert len(shown.splitlines()) < 70 < int(rows.rpartition(" ")[2]), "counted by year"
    years = re.findall(r"    (20[0-9]{2} +[0-9]+(?:   20[0-9]{2} +[0-9]+)*)$", shown, re.M)
    assert sum(int(n) for line in years for n in re.findall(r"20[0-9]{2} +([0-9]+)", line)) > 70
    each = explain("account", "--by", "clerk", "--rows", number=person["AAC002"]).stdout
    assert len(each.splitlines()) > int(rows.rpartition(" ")[2])
    assert re.search("AAE140 险种 +AAE003", each)
    told = json.loads(explain("account", "--by", "clerk", "--json", number=person["AAC002"]).stdout)
    assert told["whole"] is True
    (figure,) = told["figures"]
    assert set(figure) == {
        *("figure", "title", "value", "unit", "rule", "sources", "notes", "differences", "rows")
    }
    assert [(source["title"], source["article"]) for source in figure["sources"]][:2] == [
        ("社会保险法", "第十四条"),
        ("GB/T 40217-2021", "表 6"),
    ]
    last = figure["value"][-1]
    assert (last["year"], last["percent"], last["interest"]["why"]) == (2026, None, "interest_rate")


def test_a_look_leaves_a_row_for_each_figure_with_login_and_card(
    explain: Explain, places: Path, person: dict[str, str]
) -> None:
    before = len(trail(places))
    explain("months", "rates", "--by", "li.na", number=person["AAC002"])
    rows = trail(places)[before:]
    assert [(row.kind, row.statement, row.operator, row.result) for row in rows] == [
        (AuditKind.RECORDS_READ.value, f"explain:{name}", "li.na", "ok")
        for name in ("months", "rates")
    ]
    assert all(row.subject and row.count > 0 for row in rows)


def test_a_look_at_nobody_is_refused_and_leaves_a_row(explain: Explain, places: Path) -> None:
    before = len(trail(places))
    refused = explain("months", "--by", "clerk", number=NOBODY)
    assert isinstance(refused.exception, HolderUnknownError)
    (row,) = trail(places)[before:]
    assert (row.result, row.count) == ("holder.unknown", 0)
    with SqliteStore(places / "records.db", utc_now, create=False) as store:
        assert row.subject == store.audit_subject(None, NOBODY)
    assert row.subject, "the trail knows which number was asked for, as a keyed hash"


def test_no_look_without_a_login(explain: Explain, places: Path, person: dict[str, str]) -> None:
    before = len(trail(places))
    assert explain("months", number=person["AAC002"]).exit_code == 2
    for login in ("", "a b"):
        assert explain("months", "--by", login, number=person["AAC002"]).exit_code == 2
    assert len(trail(places)) == before


def test_a_number_on_the_command_line_is_refused_and_not_repeated(
    explain: Explain, person: dict[str, str]
) -> None:
    number = person["AAC002"]
    for arguments in (("months", number), (number,)):
        refused = explain(*arguments, "--by", "clerk", number=number)
        assert isinstance(refused.exception, FigureUnknownError)
        assert number not in refused.output + str(refused.exception)


def test_a_number_that_is_none_is_refused(explain: Explain, places: Path) -> None:
    before = len(trail(places))
    refused = explain("months", "--by", "clerk", number=MISTYPED)
    assert isinstance(refused.exception, IdentityNumberError)
    assert len(trail(places)) == before


def test_a_wrong_table_stops_the_kiosk_at_its_start(tmp_path: Path) -> None:
    table = tmp_path / "wages.toml"
    table.write_text("[source]\n", "utf-8")
    with pytest.raises(TableError) as refused:
        check(load(None, rules={"minimum_wages": str(table)}))
    assert (refused.value.file, refused.value.name) == ("wages.toml", "source.title")


def test_every_table_can_be_replaced_by_a_setting_of_its_name() -> None:
    assert {*Tables.__slots__, "days_apart"} == set(Rules.model_fields)


def test_the_document_names_every_figure_and_every_setting() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert re.findall(r"^\| `([a-z-]+)` \|", text, re.M) == list(CATALOGUE)
    settings = set(re.findall(r"`rules\.([a-z_]+)`", text))
    assert settings == set(Rules.model_fields)


@pytest.mark.slow
def test_every_command_of_the_document_does_what_it_shows(
    places: Path, person: dict[str, str]
) -> None:
    (places / "number.txt").write_text(person["AAC002"] + "\n", "utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```", DOCUMENT.read_text("utf-8"), re.M | re.S)
    assert len(blocks) == 2
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "KIOSK_CONFIG": str(places / "kiosk.toml"),
    }
    done = subprocess.run(
        ["bash", "-euc", "".join(blocks)],
        cwd=places,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "EXAMPLE DATA" in done.stdout
