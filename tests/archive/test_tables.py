"""Dated tables: what is shipped, what is refused, and the days that are worked."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import TableError
from archive.tables.interest import InterestTable
from archive.tables.minimum_wages import MinimumWageTable
from archive.tables.reading import Table, read_table
from archive.tables.shelf import load_tables
from archive.tables.unemployment import UnemploymentRule, UnemploymentTable
from archive.tables.working_days import WorkingDays
from archive.values import Month

SHIPPED = load_tables()
DAYS = SHIPPED.working_days
SOURCE = '[source]\ntitle = "x"\ndate = 2026-01-01\n'
ACCOUNT = '[account]\nlines = ["110"]\npercent_of_base = "8"\ncredited = "due"\nrounding = "down"\n'


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def rule() -> UnemploymentRule:
    found = SHIPPED.unemployment.rule(Month(2022, 6))
    assert found
    return found


def test_the_interest_rates_are_the_published_ones() -> None:
    published = ["8.31", "7.12", "8.29", "7.61", "6.04", "6.69", "6.12", "3.97", "2.62", "1.50"]
    rates = [SHIPPED.interest.rate(year) for year in range(2016, 2026)]
    assert rates == [Decimal(rate) for rate in published]


@pytest.mark.parametrize("year", [2015, 2026])
def test_a_year_without_a_published_rate_has_none(year: int) -> None:
    assert SHIPPED.interest.rate(year) is None


@pytest.mark.parametrize(
    ("contributed", "months"),
    [
        (0, 0),
        (11, 0),
        (12, 1),
        (23, 1),
        (47, 3),
        (48, 4),
        (53, 4),
        (54, 5),
        (60, 6),
        (120, 16),
        (167, 23),
        (168, 24),
        (400, 24),
    ],
)
def test_unemployment_gives_a_month_a_year_then_a_month_a_half_year(
    contributed: int, months: int
) -> None:
    assert rule().months(contributed) == months


@given(st.integers(0, 600))
def test_more_contributions_never_give_less(contributed: int) -> None:
    assert rule().months(contributed) <= rule().months(contributed + 1) <= 24


def test_before_the_first_rule_there_is_none() -> None:
    assert SHIPPED.unemployment.rule(Month(2022, 5)) is None


def test_a_wage_is_known_for_its_city_only_and_from_its_month_on() -> None:
    wages = SHIPPED.minimum_wages
    assert wages.wage("990101", Month(2025, 2)) == Decimal("2280.00")
    assert wages.wage("990101", Month(2025, 3)) == Decimal("2470.00")
    assert wages.wage("990101", Month(2021, 11)) is None
    assert wages.wage("990201", Month(2026, 1)) is None
    assert wages.wage("", Month(2026, 1)) is None


def test_a_county_may_have_a_wage_of_its_own(tmp_path: Path) -> None:
    entries = [("9901", "202503", "2470.00"), ("990102", "202501", "2000.00")]
    text = SOURCE + "".join(
        f'[[wages]]\narea = "{area}"\nfrom = "{since}"\namount = "{amount}"\n'
        for area, since, amount in entries
    )
    wages = read_table(MinimumWageTable, "minimum_wages.toml", write(tmp_path, text))
    assert wages.wage("990102", Month(2026, 1)) == Decimal("2000.00")
    assert wages.wage("990101", Month(2026, 1)) == Decimal("2470.00")


@pytest.mark.parametrize(
    ("text", "worked"),
    [
        ("2025-01-27", True),
        ("2025-01-28", False),
        ("2025-02-04", False),
        ("2025-02-05", True),
        ("2025-02-08", True),
        ("2025-10-11", True),
        ("2025-10-12", False),
        ("2026-01-04", True),
        ("2026-02-14", True),
        ("2026-02-23", False),
        ("2026-02-28", True),
        ("2026-05-09", True),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2024-12-31", None),
        ("2027-01-04", None),
    ],
)
def test_a_day_is_worked_as_the_state_council_arranged(text: str, worked: bool | None) -> None:
    assert DAYS.is_worked(day(text)) is worked


def test_the_published_years_have_so_many_working_days() -> None:
    assert DAYS.between(day("2025-01-01"), day("2025-12-31")) == 248
    assert DAYS.between(day("2026-01-01"), day("2026-12-31")) == 248


def test_fifteen_working_days_over_the_national_holiday() -> None:
    """From Friday, 18 September: Sunday the 20th is worked, the 25th to the 27th are not."""
    assert DAYS.add(day("2026-09-18"), 15) == day("2026-10-15")
    assert DAYS.between(day("2026-09-18"), day("2026-10-15")) == 15


def test_a_term_that_ends_in_a_year_without_a_table_is_not_known() -> None:
    assert DAYS.add(day("2026-12-25"), 4) == day("2026-12-31")
    assert DAYS.add(day("2026-12-25"), 5) is None
    assert DAYS.between(day("2026-12-25"), day("2027-01-04")) is None
    assert DAYS.add(day("2030-01-01"), 1) is None


@given(st.dates(day("2025-01-01"), day("2026-11-30")), st.integers(0, 20))
def test_adding_and_counting_working_days_agree(start: dt.date, days: int) -> None:
    end = DAYS.add(start, days)
    if end is None:
        return
    assert DAYS.between(start, end) == days
    assert days == 0 or DAYS.is_worked(end)


@given(st.dates(day("2025-01-01"), day("2026-12-30")), st.integers(1, 300))
def test_working_days_are_weekdays_less_holidays_plus_moved_ones(
    start: dt.date, length: int
) -> None:
    """The slow way: every day looked up in plain lists."""
    end = min(start + dt.timedelta(days=length), day("2026-12-31"))
    off = [d for year in DAYS.years.values() for d in sorted(year.days_off)]
    moved = [d for year in DAYS.years.values() for d in year.worked]
    every = [start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1)]
    weekdays = [d for d in every if d.isoweekday() not in (6, 7) and d not in off]
    assert DAYS.between(start, end) == len(weekdays) + len([d for d in moved if d in every])


def write(folder: Path, text: str) -> Path:
    path = folder / "table.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize(
    ("kind", "text", "name", "value", "allowed"),
    [
        (InterestTable, ACCOUNT + '[percent]\n2016 = "8.31"\n', "source", "table", "required"),
        (InterestTable, SOURCE + ACCOUNT + "[percent]\n2016 = 8.31\n", "percent.2016", "8.31", '"'),
        (InterestTable, SOURCE + ACCOUNT + '[percent]\n2016 = "x"\n', "percent.2016", "x", "deci"),
        (
            InterestTable,
            SOURCE + ACCOUNT + '[percent]\n2016 = "-1"\n',
            "percent.2016",
            "-1",
            "greater",
        ),
        (
            InterestTable,
            SOURCE + ACCOUNT.replace("down", "up") + "[percent]\n",
            "account.rounding",
            "up",
            "half_even",
        ),
        (InterestTable, SOURCE + ACCOUNT + "[percent]\n[other]\n", "other", "table", "not perm"),
        (
            WorkingDays,
            SOURCE + '[years.2025]\nnotice = "x"\nholidays = [[2026-01-01, 2026-01-01]]\n'
            "worked = []\n",
            "(the file)",
            "table",
            "2025",
        ),
        (
            WorkingDays,
            SOURCE + '[years.2025]\nnotice = "x"\nholidays = [[2025-01-02, 2025-01-01]]\n'
            "worked = []\n",
            "years.2025",
            "table",
            "first day",
        ),
        (
            WorkingDays,
            SOURCE + '[years.2025]\nnotice = "x"\nholidays = [[2025-01-01, 2025-01-01]]\n'
            "worked = [2025-01-02]\n",
            "years.2025",
            "table",
            "Saturdays",
        ),
        (
            MinimumWageTable,
            SOURCE + '[[wages]]\narea = "99"\nfrom = "202501"\namount = "1.00"\n',
            "wages.0.area",
            "99",
            "pattern",
        ),
        (
            MinimumWageTable,
            SOURCE + '[[wages]]\narea = "9901"\nfrom = "202513"\namount = "1.00"\n',
            "wages.0.from",
            "202513",
            "month",
        ),
        (UnemploymentTable, "rules = []\n" + SOURCE, "rules", "table", "at least 1"),
        (UnemploymentTable, "rules = [\n", "(the file)", "—", "TOML"),
    ],
)
def test_a_wrong_table_is_refused_with_name_value_and_what_is_allowed(
    tmp_path: Path, kind: type[Table], text: str, name: str, value: str, allowed: str
) -> None:
    with pytest.raises(TableError) as refused:
        read_table(kind, "shipped.toml", write(tmp_path, text))
    assert refused.value.file == "table.toml"
    assert refused.value.name == name
    assert value in refused.value.value
    assert allowed in refused.value.allowed


def test_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="readable"):
        load_tables({"interest": tmp_path / "absent.toml"})


def test_one_table_may_be_replaced_and_the_others_stay(tmp_path: Path) -> None:
    path = write(tmp_path, SOURCE + "[working_days]\ndossier_transfer = 10\n")
    replaced = load_tables({"deadlines": path})
    assert replaced.deadlines.working_days.dossier_transfer == 10
    assert replaced.interest == SHIPPED.interest


def test_tables_without_a_published_source_are_marked_as_examples() -> None:
    assert SHIPPED.examples == ("minimum_wages", "rates")
