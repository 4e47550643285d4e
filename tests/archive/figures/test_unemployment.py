"""Months and amount of unemployment benefit: the published rule, and what is not known."""

from dataclasses import replace
from decimal import Decimal

import pytest

from archive.figures.figure import Figure, Missing, Unknown
from archive.figures.records import PersonRecords
from archive.figures.unemployment import unemployment
from archive.model import Benefit, UnemploymentGrant, YearsOfInsurance
from archive.values import Month
from tests.archive.figures.people import (
    BASIS,
    ID,
    PERSON,
    by_name,
    day,
    every_month,
    month,
    records,
)

END = Month(2026, 10)


def found(of: PersonRecords) -> dict[str, Figure[object]]:
    return by_name(unemployment(of, BASIS))


def months(of: PersonRecords) -> object:
    return found(of)["unemployment.months"].value


def amount(of: PersonRecords) -> object:
    return found(of)["unemployment.amount"].value


def paid_for(count: int) -> PersonRecords:
    first = END.plus(1 - count)
    return records(contributions=every_month(str(first), str(END), line="210", own="10.00"))


def grant(since: str, left: int | None) -> UnemploymentGrant:
    return UnemploymentGrant(
        person_id=ID,
        granted_from=month(since),
        granted_to=month(since).plus(5),
        granted_months=6,
        monthly_amount=Decimal("2052.00"),
        months_left=left,
    )


@pytest.mark.parametrize(
    ("contributed", "benefit"),
    [(11, 0), (12, 1), (36, 3), (48, 4), (54, 5), (60, 6), (120, 16), (168, 24), (240, 24)],
)
def test_the_examples_of_the_rule(contributed: int, benefit: int) -> None:
    assert months(paid_for(contributed)) == benefit


def test_deemed_months_count_where_the_agency_has_granted_them() -> None:
    plain = paid_for(12)
    granted = YearsOfInsurance(person_id=ID, line="210", paid_months=12, deemed_months=36)
    of = records(contributions=plain.contributions, years=(granted,))
    assert months(of) == 4
    assert "未计入" in found(plain)["unemployment.months"].notes[0].zh
    assert "未计入" not in found(of)["unemployment.months"].notes[0].zh


def test_after_a_grant_the_count_begins_anew_and_what_was_left_is_added() -> None:
    rows = every_month("201501", "202612", line="210")
    assert months(records(contributions=rows, grants=(grant("202001", 3),))) == 4 + 6 + 3
    assert months(records(contributions=rows, grants=(grant("201501", 20),))) == 24
    deemed = YearsOfInsurance(person_id=ID, line="210", paid_months=60, deemed_months=36)
    after = records(contributions=rows, grants=(grant("202001", 3),), years=(deemed,))
    assert months(after) == 4 + 6 + 3
    assert months(records(contributions=rows, grants=(grant("202001", None),))) == Unknown(
        Missing.EARLIER_GRANT
    )


def test_without_a_contribution_nothing_is_known() -> None:
    pension_only = records(contributions=every_month("202001", "202610"))
    assert months(pension_only) == Unknown(Missing.NO_RECORD)
    assert amount(pension_only) == Unknown(Missing.REGION)


@pytest.mark.parametrize(
    ("retired", "state", "draws"),
    [
        ("2026-10-15", None, True),
        ("2026-11-15", None, False),
        (None, "1", True),
        (None, "2", True),
        (None, "3", False),
    ],
)
def test_who_is_retired_or_has_a_pension_is_told_neither_months_nor_amount(
    retired: str | None, state: str | None, *, draws: bool
) -> None:
    pension = Benefit(
        person_id=ID, benefit="pension", first_month=END, line="110", state=state or ""
    )
    of = replace(
        paid_for(12),
        person=replace(PERSON, retired_on=day(retired) if retired else None),
        benefits=(pension,) if state else (),
    )
    told = Unknown(Missing.DRAWS_PENSION)
    assert [value == told for value in (months(of), amount(of))] == [draws, draws]


def test_the_amount_is_nine_tenths_of_the_citys_minimum_wage() -> None:
    assert amount(paid_for(12)) == Decimal("2223.00")


def test_a_city_without_an_entry_has_no_amount() -> None:
    rows = every_month("202601", "202610", line="210", region="990201")
    assert amount(records(contributions=rows)) == Unknown(Missing.MINIMUM_WAGE)


def test_before_the_rule_nothing_is_said() -> None:
    of = records("2022-05-31", contributions=every_month("202001", "202205", line="210"))
    assert months(of) == Unknown(Missing.RULE)
    assert amount(of) == Unknown(Missing.RULE)
    assert "—" in found(of)["unemployment.months"].rule.how_zh


def test_the_rule_in_words_says_the_numbers_of_the_table_and_marks_examples() -> None:
    figures = found(paid_for(12))
    assert "前 48 个月" in figures["unemployment.months"].rule.how_zh
    assert "90%" in figures["unemployment.amount"].rule.how_zh
    assert [source.example for source in figures["unemployment.amount"].sources] == [
        False,
        False,
        True,
    ]
