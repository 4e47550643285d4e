"""`kiosk audit`: who looked at what and printed how often, asked from the command line."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from archive.model import AuditEvent, AuditKind
from archive.sqlite.store import SqliteStore
from kiosk.cli import app

CARD = "990101D1560000050000000126472510"
Kiosk = Any


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration whose store has a small trail: a look and a print by one card, an import."""
    times = iter(
        datetime(2026, 11, day, hour, tzinfo=UTC)
        for day, hour in ((1, 15), (1, 17), (1, 17), (3, 1))
    )
    with SqliteStore(tmp_path / "records.db", lambda: next(times)) as store:
        for kind, result in (
            (AuditKind.RECORDS_READ, "ok"),
            (AuditKind.PAPER_REQUESTED, ""),
            (AuditKind.PAPER_OUTCOME, "confirmed"),
        ):
            event = AuditEvent(
                kind=kind,
                kiosk="01",
                identification_code=CARD,
                statement="contributions",
                count=1,
                result=result,
                reference="" if kind is AuditKind.RECORDS_READ else "20261102-01-000001",
            )
            store.append_audit(event)
        store.append_audit(AuditEvent(kind=AuditKind.RECORDS_IMPORTED, kiosk="01", count=9))
    path = tmp_path / "kiosk.toml"
    path.write_text(f'[store]\nrecords = "{tmp_path}/records.db"\n', "utf-8")
    return path


def run(config: Path, *arguments: object, stdin: str = "") -> Result:
    words = ["audit", *map(str, arguments), "--config", str(config)]
    return CliRunner().invoke(app, words, input=stdin)


def kinds(result: Result) -> list[str]:
    assert result.exit_code == 0, result.output
    return [json.loads(line)["kind"] for line in result.stdout.splitlines()]


def test_rows_are_shown_by_days_of_china_kind_result_and_reference(config: Path) -> None:
    chinese, head, *rows = run(config, "show").stdout.splitlines()
    assert chinese.split()[:2] == ["行", "时间（北京时间）"]
    assert len(rows) == 4
    assert "time (Asia/Shanghai)" in head
    for title, cell in (
        ("time", "2026-11-01 23:00:00"),
        ("kind", "records.read"),
        ("result", "ok"),
    ):
        assert rows[0].index(cell) == head.index(title), "a column stands under its name"
    look, paper, outcome = "records.read", "paper.requested", "paper.outcome"
    day = ("--from", "2026-11-02", "--to", "2026-11-02", "--json")
    assert kinds(run(config, "show", *day)) == [paper, outcome], "17:00 UTC is the next day"
    assert kinds(run(config, "show", "--kind", look, "--json")) == [look]
    assert kinds(run(config, "show", "--result", "confirmed", "--json")) == [outcome]
    serial = ("--reference", "20261102-01-000001")
    assert kinds(run(config, "show", *serial, "--json")) == [paper, outcome]


def test_rows_of_a_card_are_asked_for_by_a_code_that_is_on_no_command_line(config: Path) -> None:
    shown = run(config, "show", "--card", "--json", stdin=CARD.lower() + "\n")
    assert len(kinds(shown)) == 3
    assert CARD not in shown.output
    assert not run(config, "show", "--card", "--json", stdin="9" * 32 + "\n").stdout
    refused = run(config, "show", "--card", stdin="11010519491231002X\n")
    assert refused.exit_code != 0
    assert "110105" not in refused.output
    assert getattr(refused.exception, "code", "") == "value.invalid"


def test_prints_are_counted_by_day_and_small_figures_are_told_for_a_kiosk_only(
    config: Path,
) -> None:
    _, head, row = run(config, "show", "--counts").stdout.splitlines()
    assert head.split() == ["day", "kiosk", "statement", "prints", "(Asia/Shanghai)"]
    assert row.split() == ["2026-11-02", "contributions", "<5"]
    (one,) = run(config, "show", "--counts", "--by-kiosk", "--json").stdout.splitlines()
    assert json.loads(one) == {
        "day": "2026-11-02",
        "kiosk": "01",
        "statement": "contributions",
        "prints": 1,
    }


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_an_export_is_checked_by_itself_and_against_the_store(
    config: Path, tmp_path: Path, form: str
) -> None:
    out = tmp_path / "export"
    done = run(config, "export", out, "--format", form, "--from", "2026-11-02")
    assert "已导出 3 行，从第 2 行到第 4 行。3 rows, 2 to 4, head " in done.stdout
    assert out.stat().st_mode & 0o077 == 0, "it is its owner's"
    assert (
        run(config, "verify", "--export", out).stdout == "查询登记共 3 行，完整。3 rows, intact\n"
    )
    assert run(config, "verify", "--holds", out).stdout == "查询登记共 4 行，完整。4 rows, intact\n"
    assert run(config, "export", out).exit_code != 0, "nothing is overwritten"
    out.write_text(out.read_text("utf-8").replace("confirmed", "failed"), "utf-8")
    spoiled = run(config, "verify", "--export", out)
    assert spoiled.exit_code == 35
    place, count = spoiled.stdout.splitlines()
    assert place == "第 3 行 row 3: 内容被改动，或导出之后被改写 changed"
    assert count.startswith("查询登记共 3 行，不完整")
    assert "3 rows, NOT intact" in count


def test_where_no_clock_was_wrong_nothing_is_settled_and_no_row_is_left(config: Path) -> None:
    assert run(config, "prune").stdout.endswith(" 行。0 rows older than 1096 days taken away\n")
    done = run(config, "settle-clock", "--by", "lin")
    assert (done.exit_code, "nothing to settle" in done.stdout) == (0, True)
    assert kinds(run(config, "show", "--kind", "clock.settled", "--json")) == []
    assert "4 rows, intact" in run(config, "verify").stdout


def test_a_clock_behind_the_trail_is_told_when_the_trail_is_verified(
    config: Path, tmp_path: Path
) -> None:
    def later() -> datetime:
        return datetime(2090, 1, 1, tzinfo=UTC)

    with SqliteStore(tmp_path / "records.db", later) as store:
        store.append_audit(AuditEvent(kind=AuditKind.VISIT_BEGUN, kiosk="01"))
    told = run(config, "verify")
    assert told.exit_code == 0
    assert "clock.back" in told.stdout
    assert run(config, "settle-clock", "--by", "lin").stdout.startswith("第 6 行 row 6：")
    assert "lin" in run(config, "show", "--kind", "clock.settled").stdout
    assert "clock.back" not in run(config, "verify").stdout


def test_a_hall_that_was_closed_for_months_has_its_old_rows_taken_away_once_somebody_says_so(
    tmp_path: Path,
) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text(f'[store]\nrecords = "{tmp_path}/records.db"\n', "utf-8")
    days = (*range(1300, 400, -50), *range(300, 0, -50))  # closed for a summer
    times = iter(datetime.now(UTC) - timedelta(days=day) for day in days)
    with SqliteStore(tmp_path / "records.db", lambda: next(times)) as store:
        for _ in days:
            store.append_audit(AuditEvent(kind=AuditKind.VISIT_BEGUN, kiosk="01"))
    told = run(config, "prune").stdout
    assert "settle-clock" in told
    assert "Nothing was taken away" in told
    assert "The silence in the trail was real" in run(config, "settle-clock", "--by", "lin").stdout
    assert "nothing to settle" in run(config, "settle-clock", "--by", "lin").stdout
    assert re.search(r"[1-9]\d* rows older than 1096 days", run(config, "prune").stdout)
    assert "intact" in run(config, "verify").stdout
