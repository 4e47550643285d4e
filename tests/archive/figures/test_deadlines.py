"""Terms in working days: the clock of file transfers and of cases."""

import datetime as dt
from dataclasses import replace

import pytest

from archive.figures.deadlines import (
    Clock,
    Met,
    Missed,
    Overdue,
    Running,
    case_clocks,
    clock,
    dossier_clocks,
)
from archive.figures.figure import Missing, Unknown
from archive.model import Case, DossierTransfer
from tests.archive.figures.people import BASIS, ID, TABLES, day, records

DUE = day("2026-10-15")
"""15 working days after Friday, 18 September 2026."""
CALENDAR = Unknown(Missing.CALENDAR)
CASE = Case(
    person_id=ID,
    case_number="B990001",
    task_code="T1",
    task_name="示例事项",
    accepted_on=day("2026-09-18"),
    state="1",
    legal_days=15,
    promised_days=None,
)


@pytest.mark.parametrize(
    ("accepted", "term", "finished", "today", "state"),
    [
        ("2026-09-18", 15, None, "2026-09-18", Running(DUE, 15)),
        ("2026-09-18", 15, None, "2026-10-08", Running(DUE, 6)),
        ("2026-09-18", 15, None, "2026-10-15", Running(DUE, 0)),
        ("2026-09-18", 15, None, "2026-10-16", Overdue(DUE, 1)),
        ("2026-09-18", 15, None, "2026-10-18", Overdue(DUE, 1)),
        ("2026-09-18", 15, "2026-10-15", "2026-11-01", Met(DUE, DUE)),
        ("2026-09-18", 15, "2026-10-19", "2026-11-01", Missed(DUE, day("2026-10-19"), 2)),
        ("2026-12-25", 15, None, "2026-12-28", CALENDAR),
        ("2026-12-18", 9, None, "2027-01-05", Overdue(day("2026-12-31"), CALENDAR)),
        ("2024-06-03", 15, "2024-06-10", "2026-11-01", CALENDAR),
        ("2026-09-18", None, None, "2026-10-16", Unknown(Missing.TERM)),
    ],
)
def test_a_term_runs_is_met_or_late_and_without_a_calendar_not_known(
    accepted: str, term: int | None, finished: str | None, today: str, state: Clock
) -> None:
    end = day(finished) if finished else None
    assert clock(day(accepted), term, end, TABLES.working_days, day(today)) == state


def test_a_case_is_late_by_the_day_of_the_data_and_not_by_today() -> None:
    assert BASIS.today > DUE
    on_the_last, after = (
        case_clocks(records(as_of, cases=(CASE,)), BASIS)[0].value
        for as_of in ("2026-10-15", "2026-10-16")
    )
    assert (on_the_last, after) == (Running(DUE, 0), Overdue(DUE, 1))


def test_a_personnel_file_leaves_within_fifteen_working_days() -> None:
    row = DossierTransfer(
        person_id=ID, dossier_number="D990001", direction="out", accepted_on=day("2026-09-18")
    )
    (figure,) = dossier_clocks(records("2026-10-16", dossier_transfers=(row,)), BASIS)
    assert figure.value == Overdue(DUE, 1)
    assert "15 个工作日" in figure.rule.how_zh
    assert [source.title[:4] for source in figure.sources] == ["民法典", "流动人员", "国务院办"]
    assert "D990001" not in repr(figure)


def test_a_case_has_its_legal_and_its_promised_day() -> None:
    legal, promised = case_clocks(records("2026-10-08", cases=(CASE,)), BASIS)
    assert legal.value == Running(DUE, 6)
    assert promised.value == Unknown(Missing.TERM)


@pytest.mark.parametrize(
    ("state", "finished", "counted"),
    [
        ("4", dt.date(2026, 10, 9), True),
        ("4", None, False),
        ("5", dt.date(2026, 10, 9), False),
        ("6", None, False),
        ("2", None, True),
    ],
)
def test_what_ended_otherwise_or_on_an_unknown_day_has_no_term(
    state: str, finished: dt.date | None, counted: bool
) -> None:
    case = replace(CASE, state=state, finished_on=finished)
    for figure in case_clocks(records("2026-10-31", cases=(case,)), BASIS):
        assert (figure.value != Unknown(Missing.ENDED)) == counted
