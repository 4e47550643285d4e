"""The personal account to the fen: golden years by hand, and a slow reference in fractions."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.figures.account import AccountLine, credit, personal_account
from archive.figures.figure import Figure, Missing, Unknown
from archive.figures.records import PersonRecords
from archive.model import (
    AccountYear,
    Benefit,
    BenefitPayment,
    Contribution,
    Transfer,
)
from archive.tables.interest import InterestTable
from archive.values import Month, from_fen
from tests.archive.figures.people import (
    ID,
    TABLES,
    day,
    every_month,
    insured,
    month,
    paid,
    records,
)

INTEREST = TABLES.interest


def account(of: PersonRecords, rules: InterestTable = INTEREST) -> Figure[object]:
    return personal_account(of, rules, "110")


def lines(of: PersonRecords, rules: InterestTable = INTEREST) -> dict[int, AccountLine]:
    value = account(of, rules).value
    assert isinstance(value, tuple)
    return {line.year: line for line in value}


def yuan(text: str) -> Decimal:
    return Decimal(text)


def pension(at: str, own: str | None) -> BenefitPayment:
    return BenefitPayment(
        person_id=ID,
        benefit="pension",
        month=month(at),
        item="A1",
        amount=yuan("3000.00"),
        from_account=yuan(own) if own else None,
    )


def recorded(year: int, opening: str, principal: str, interest: str, closing: str) -> AccountYear:
    return AccountYear(
        person_id=ID,
        line="110",
        year=year,
        opening=yuan(opening),
        principal=yuan(principal),
        interest=yuan(interest),
        paid_out=yuan("0.00"),
        closing=yuan(closing),
    )


PENSION = Benefit(
    person_id=ID, benefit="pension", first_month=month("202401"), line="110", state="1"
)


def test_three_years_by_hand() -> None:
    """2023: 12 x 400.00, sum of (13-m)/12 is 6.5, 2,600 x 3.97 % = 103.22.

    2024: 4,903.22 x 2.62 % = 128.464364, with 450.00 from July on: (400 x 57 + 450 x 21) / 12
    = 2,687.50, x 2.62 % = 70.4125; together 198.876864. 2025: 10,202.10 x 1.5 % = 153.0315.
    """
    rows = (
        *every_month("202301", "202406"),
        *every_month("202407", "202412", own="450.00", base="5625.00"),
    )
    found = lines(records("2025-12-31", contributions=rows, registrations=(insured("202301"),)))
    assert [
        (line.opening, line.principal, line.interest, line.paid_out, line.closing)
        for line in found.values()
    ] == [
        tuple(map(yuan, ("0.00", "4800.00", "103.22", "0.00", "4903.22"))),
        tuple(map(yuan, ("4903.22", "5100.00", "198.88", "0.00", "10202.10"))),
        tuple(map(yuan, ("10202.10", "0.00", "153.03", "0.00", "10355.13"))),
    ]
    assert [line.months_so_far for line in found.values()] == [12, 24, 24]


def test_half_a_fen_of_a_year_is_rounded_up_once() -> None:
    """1.00 in January 2025 at 1.50 % gives 1.5 fen exactly: 2 fen, though 0.0015 a day is less."""
    of = records(
        "2025-12-31",
        contributions=(paid(month("202501"), "1.00"),),
        registrations=(insured("202501"),),
    )
    assert lines(of)[2025].interest == yuan("0.02")
    for rounding, interest in (("down", "0.01"), ("half_even", "0.02")):
        rules = INTEREST.model_copy(
            update={"account": INTEREST.account.model_copy(update={"rounding": rounding})}
        )
        assert lines(of, rules)[2025].interest == yuan(interest)


def test_a_year_without_a_published_rate_is_shown_without_interest_and_says_so() -> None:
    rows = every_month("202601", "202610")
    found = lines(records(contributions=rows, registrations=(insured("202601"),)))[2026]
    assert found.percent is None
    assert found.interest == Unknown(Missing.INTEREST_RATE)
    assert found.closing == Unknown(Missing.INTEREST_RATE)
    assert found.before_interest == yuan("4000.00")


def test_a_year_that_is_not_over_bears_no_interest_yet() -> None:
    rows = every_month("202501", "202506")
    of = records("2025-06-30", contributions=rows, registrations=(insured("202501"),))
    assert lines(of)[2025].interest == Unknown(Missing.YEAR_NOT_OVER)


def test_years_before_the_first_rate_leave_the_account_unknown_until_the_agency_says() -> None:
    rows = every_month("201501", "201612")
    since = (insured("201501"),)
    alone = lines(records("2016-12-31", contributions=rows, registrations=since))
    assert alone[2015].closing == Unknown(Missing.INTEREST_RATE)
    assert alone[2016].opening == Unknown(Missing.INTEREST_RATE)
    assert alone[2016].interest == Unknown(Missing.INTEREST_RATE)
    agency = recorded(2015, "0.00", "4800.00", "78.00", "4878.00")
    helped = lines(
        records("2016-12-31", contributions=rows, registrations=since, accounts=(agency,))
    )
    assert (helped[2016].opening, helped[2016].opening_recorded) == (yuan("4878.00"), True)
    # 4,878.00 x 8.31 % + 2,600.00 x 8.31 % = 621.4218
    assert helped[2016].interest == yuan("621.42")


def test_a_first_year_opens_with_nought_only_when_insurance_began_in_it() -> None:
    rows = every_month("202301", "202312")
    earlier = lines(records("2023-12-31", contributions=rows, registrations=(insured("201903"),)))
    assert earlier[2023].opening == Unknown(Missing.OPENING)
    nothing_known = lines(records("2023-12-31", contributions=rows))
    assert nothing_known[2023].opening == Unknown(Missing.OPENING)


def test_what_is_paid_out_lowers_the_closing() -> None:
    of = records(
        "2024-12-31",
        contributions=every_month("202301", "202312"),
        registrations=(insured("202301"),),
        benefits=(PENSION,),
        payments=(pension("202401", "35.00"), pension("202402", "35.00")),
    )
    found = lines(of)[2024]
    assert found.paid_out == yuan("70.00")
    assert found.interest == yuan("128.46")
    assert found.closing == yuan("4961.68")


def test_a_pension_that_does_not_say_its_part_from_the_account_is_not_known() -> None:
    of = records(
        "2024-12-31",
        contributions=every_month("202301", "202312"),
        registrations=(insured("202301"),),
        benefits=(PENSION,),
        payments=(pension("202401", "35.00"), pension("202402", None)),
    )
    assert lines(of)[2024].closing == Unknown(Missing.PAID_OUT)


def test_a_year_with_a_transfer_is_the_agencys_to_book() -> None:
    moved = Transfer(
        person_id=ID,
        transfer_number="T1",
        direction="1",
        line="110",
        state="1",
        accepted_on=day("2023-03-01"),
        finished_on=day("2023-05-01"),
        account_amount=yuan("20000.00"),
    )
    of = records(
        "2024-12-31",
        contributions=every_month("202301", "202412"),
        registrations=(insured("202301"),),
        transfers=(moved,),
        accounts=(recorded(2023, "0.00", "24800.00", "900.00", "25700.00"),),
    )
    found = lines(of)
    assert found[2023].closing == Unknown(Missing.TRANSFER)
    assert found[2024].opening == yuan("25700.00")
    sent_back = replace(of, transfers=(replace(moved, state="6"),))
    assert lines(sent_back)[2023].closing == yuan("4903.22"), "nothing has moved"


def test_differences_to_the_agencys_own_rows_are_flagged_by_year_and_column() -> None:
    of = records(
        "2023-12-31",
        contributions=every_month("202301", "202312"),
        registrations=(insured("202301"),),
        accounts=(recorded(2023, "0.00", "4800.00", "103.20", "4903.20"),),
    )
    assert [(d.what, d.computed, d.recorded) for d in account(of).differences] == [
        ("2023 ZZB002", "103.22", "103.20"),
        ("2023 ZZB005", "4903.22", "4903.20"),
    ]
    assert "4903" not in repr(account(of))


def test_who_pays_alone_is_credited_eight_hundredths_of_the_base() -> None:
    rules = INTEREST.account
    alone = paid(month("202301"), "1000.00", employer="", base="5000.00")
    assert credit(alone, rules) == yuan("400.00")
    half = paid(month("202301"), "500.00", employer="", base="5000.00", due="1000.00")
    assert credit(half, rules) == yuan("200.00")


def test_before_2006_the_employers_part_is_credited_as_well() -> None:
    old = paid(month("200501"), "80.00", base="1000.00", to_account="30.00")
    assert credit(old, INTEREST.account) == yuan("110.00")


@pytest.mark.parametrize("sign", ["-", ""])
def test_a_refund_takes_away_with_a_minus_or_without(sign: str) -> None:
    back = paid(month("202301"), f"{sign}400.00", kind="20", base="5000.00")
    assert credit(back, INTEREST.account) == yuan("-400.00")


def test_a_back_payment_bears_interest_from_its_settlement_on() -> None:
    late = paid(month("202301"), "1200.00", kind="31", settled=month("202312"), base="15000.00")
    of = records("2023-12-31", contributions=(late,), registrations=(insured("202301"),))
    assert lines(of)[2023].interest == yuan("3.97")  # 1,200.00 x 1/12 x 3.97 %
    due = INTEREST.account.model_copy(update={"credited": "due"})
    by_month = lines(of, INTEREST.model_copy(update={"account": due}))
    assert by_month[2023].interest == yuan("47.64")


def test_without_any_record_the_account_is_not_known() -> None:
    assert account(records()).value == Unknown(Missing.NO_RECORD)


def slow(of: PersonRecords) -> list[tuple[int, int, int, int]]:
    """Year, principal, interest, closing in fen: every month carried forward by itself."""
    years = []
    balance = Fraction(0)
    first = min(row.settled.year for row in of.contributions)
    for year in range(first, of.as_of.day.year + 1):
        rate = Fraction(str(INTEREST.percent[year])) / 100
        interest = balance * rate
        principal = Fraction(0)
        for number in range(1, 13):
            for row in of.contributions:
                if (row.settled.year, row.settled.number) == (year, number):
                    sign = -1 if row.kind == "20" else 1
                    amount = sign * abs(Fraction(str(row.employee_paid)) * 100)
                    principal += amount
                    for _ in range(number, 13):
                        interest += amount * rate / 12
        # half up, away from nought, as money is rounded
        whole = int(abs(interest) + Fraction(1, 2)) * (1 if interest >= 0 else -1)
        balance += principal + whole
        years.append((year, int(principal), whole, int(balance)))
    return years


def whole(rows: list[Contribution]) -> PersonRecords:
    """Insured since the first of the rows."""
    since = insured(str(min(row.month for row in rows)))
    return records("2025-12-31", contributions=tuple(rows), registrations=(since,))


ROWS = st.builds(
    paid,
    st.integers(0, 47).map(Month(2021, 1).plus),
    st.integers(0, 400_000).map(lambda fen: str(from_fen(fen))),
    base=st.just("50000.00"),
    kind=st.sampled_from(["10", "10", "10", "31", "20"]),
    settled=st.integers(0, 47).map(Month(2021, 1).plus),
)


@pytest.mark.slow
@given(st.lists(ROWS, min_size=1, max_size=25))
def test_the_account_is_that_of_a_slow_reference_to_the_fen(rows: list[Contribution]) -> None:
    of = whole(rows)
    fast = [
        tuple(
            int(part * 100) if isinstance(part, Decimal) else part
            for part in (line.year, line.principal, line.interest, line.closing)
        )
        for line in lines(of).values()
    ]
    assert fast == slow(of)


@given(st.lists(ROWS, min_size=1, max_size=25))
def test_a_year_closes_with_what_it_opened_and_all_that_came_and_went(
    rows: list[Contribution],
) -> None:
    of = whole(rows)
    before = yuan("0.00")
    for line in lines(of).values():
        assert line.opening == before
        assert isinstance(line.interest, Decimal)
        assert isinstance(line.paid_out, Decimal)
        assert isinstance(line.principal, Decimal)
        assert line.closing == before + line.principal + line.interest - line.paid_out
        assert isinstance(line.closing, Decimal)
        before = line.closing


def test_the_sources_name_law_and_table() -> None:
    figure = account(records(contributions=every_month("202301", "202312")))
    law, standard, table = figure.sources
    assert (law.title, law.article) == ("社会保险法", "第十四条")
    assert (standard.title, standard.article) == ("GB/T 40217-2021", "表 6")
    assert "记账利率" in table.title
    assert "8%" in figure.rule.how_zh
    assert not table.example
