"""Contribution months, against rules by hand and an independent slow count."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.figures.figure import Missing, Unknown
from archive.figures.months import contribution_months
from archive.figures.records import PersonRecords
from archive.model import Contribution, YearsOfInsurance
from archive.values import Month
from tests.archive.figures.people import (
    ID,
    PERSON,
    by_name,
    day,
    every_month,
    insured,
    month,
    paid,
    records,
)


def counts(of: PersonRecords, line: str = "110") -> dict[str, object]:
    found = by_name(contribution_months(of, line))
    return {
        name: found[f"months.{name}:{line}"].value
        for name in ("paid", "deemed", "interrupted", "total")
    }


def years(deemed: int = 0, paid_months: int = 0, **more: object) -> YearsOfInsurance:
    return replace(
        YearsOfInsurance(person_id=ID, line="110", paid_months=paid_months, deemed_months=deemed),
        **more,  # type: ignore[arg-type]
    )


def test_each_month_counts_once_whatever_number_of_rows_or_employers() -> None:
    twice = (*every_month("202601", "202606"), paid(month("202603"), employer="E2"))
    both = (*twice, paid(month("202603"), "10.00", kind="34"))
    found = counts(records(contributions=both, registrations=(insured("202601"),)))
    assert found["paid"] == 6
    assert found["interrupted"] == 4  # July to October, the month of the data


def test_deemed_months_are_the_agencys_and_without_them_the_total_is_not_known() -> None:
    rows = every_month("202601", "202610")
    unknown = Unknown(Missing.DEEMED_MONTHS)
    assert counts(records(contributions=rows)) == {
        "paid": 10,
        "deemed": unknown,
        "interrupted": 0,
        "total": unknown,
    }
    granted = counts(records(contributions=rows, years=(years(deemed=26, paid_months=10),)))
    assert (granted["deemed"], granted["total"]) == (26, 36)


def test_a_line_without_contributions_is_not_known_and_never_nought() -> None:
    found = counts(records(registrations=(insured("202601"),)))
    assert found["paid"] == Unknown(Missing.NO_RECORD)
    assert found["total"] == Unknown(Missing.NO_RECORD)
    assert found["interrupted"] == Unknown(Missing.NO_RECORD)
    assert counts(records(), "210")["interrupted"] == Unknown(Missing.NO_RECORD)


def test_the_gap_begins_with_the_first_insured_month_and_the_end_is_stated() -> None:
    of = records(contributions=(paid(month("202603")),), registrations=(insured("202601"),))
    figure = by_name(contribution_months(of, "110"))["months.interrupted:110"]
    assert figure.value == 9
    assert "2026-01" in figure.notes[0].zh
    assert "2026-10" in figure.notes[0].en


@pytest.mark.parametrize("stop", ["retired_on", "died_on"])
def test_after_retirement_or_death_nothing_is_interrupted(stop: str) -> None:
    gone = replace(PERSON, **{stop: day("2026-06-15")})  # type: ignore[arg-type]
    of = records(person=gone, contributions=every_month("202601", "202604"))
    assert counts(of)["interrupted"] == 1  # May


def test_a_month_paid_in_advance_counts_as_paid() -> None:
    of = records(contributions=every_month("202609", "202612"))
    assert counts(of)["paid"] == 4
    assert counts(of)["interrupted"] == 0


def test_what_the_agency_counts_differently_is_flagged_up_to_its_own_month() -> None:
    rows = (*every_month("202601", "202604"), *every_month("202606", "202610"))
    same = years(2, 5, counted_to=month("202606"), interrupted_months=1, total_months=7)
    figures = contribution_months(records(contributions=rows, years=(same,)), "110")
    assert not any(figure.differences for figure in figures)
    other = replace(same, paid_months=6, interrupted_months=0, total_months=8)
    figures = contribution_months(records(contributions=rows, years=(other,)), "110")
    assert [(d.what, d.computed, d.recorded) for f in figures for d in f.differences] == [
        ("AAE201", "5", "6"),
        ("EAE027", "1", "0"),
        ("EAC047", "7", "8"),
    ]


def test_a_figure_names_its_rows_by_kind_and_key_and_never_the_person() -> None:
    figure = contribution_months(records(contributions=(paid(month("202603")),)), "110")[0]
    (row,) = figure.rows
    assert row.kind == "contributions"
    assert {part.code: part.value for part in row.key} == {
        "AAE140": "110",
        "AAE003": "202603",
        "AAA115": "10",
        "AAE002": "202603",
        "AAB001": "E1",
    }
    assert ID not in repr(figure)
    assert figure.rule.zh == "实际缴费月数"
    assert figure.sources[0].article == "AAE201"


START = Month(2024, 1)
ROWS = st.builds(
    paid,
    st.integers(0, 30).map(START.plus),
    st.sampled_from(["0.00", "100.00", "400.00"]),
    line=st.sampled_from(["110", "110", "210"]),
    kind=st.sampled_from(["10", "10", "20", "31", "40"]),
    status=st.sampled_from(["0", "1", "1", "2", "3"]),
    employer=st.sampled_from(["", "E1", "E2"]),
)


def slow(rows: list[Contribution], end: Month) -> tuple[int, int]:
    """Month after month, with sums of fen instead of the rule's states."""
    full = gap = 0
    begun = False
    for offset in range(60):
        at = START.plus(offset)
        own = [row for row in rows if row.line == "110" and row.month == at]
        begun = begun or bool(own)
        came = sum(
            int((row.employer_paid + row.employee_paid) * 100) for row in own if row.kind != "20"
        )
        back = sum(
            int((row.employer_paid + row.employee_paid) * 100) for row in own if row.kind == "20"
        )
        arrived = any(row.status == "1" and row.kind != "20" for row in own)
        good = arrived and (back == 0 or came > back)
        full += good
        gap += begun and not good and at <= end
    return full, gap


@given(st.lists(ROWS, max_size=40), st.integers(-2, 40))
def test_months_are_those_of_a_slow_count(rows: list[Contribution], length: int) -> None:
    end = START.plus(length)
    of = records(f"{end.label}-15", contributions=tuple(rows))
    found = counts(of)
    if not any(row.line == "110" for row in rows):
        assert found["paid"] == Unknown(Missing.NO_RECORD)
        return
    assert (found["paid"], found["interrupted"]) == slow(rows, end)


@given(st.lists(ROWS, max_size=30), st.randoms())
def test_the_order_of_the_rows_changes_nothing(rows: list[Contribution], rng: object) -> None:
    mixed = list(rows)
    rng.shuffle(mixed)  # type: ignore[attr-defined]
    assert counts(records(contributions=tuple(rows))) == counts(records(contributions=tuple(mixed)))


def test_money_is_not_what_makes_a_month() -> None:
    assert Decimal("0.00") == paid(month("202603"), "0.00").employee_paid
    assert counts(records(contributions=(paid(month("202603"), "0.00"),)))["paid"] == 1
