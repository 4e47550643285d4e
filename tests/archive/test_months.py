import datetime as dt
from decimal import Decimal

import pytest

from archive.model import Contribution
from archive.months import PAID, MonthState, month_states
from archive.values import Month

MAY = Month(2026, 5)


def row(
    kind: str = "10",
    status: str = "1",
    paid: str = "300.00",
    *,
    line: str = "110",
    month: Month = MAY,
    settled: Month = MAY,
) -> Contribution:
    """A third of what was paid is the person's own."""
    own = (Decimal(paid) / 3).quantize(Decimal("0.01"))
    return Contribution(
        person_id="9901000123",
        line=line,
        month=month,
        kind=kind,
        settled=settled,
        employer_id="E1",
        base=Decimal("1250.00"),
        employer_due=Decimal("200.00"),
        employee_due=Decimal("100.00"),
        employer_paid=Decimal(paid) - own,
        employee_paid=own,
        to_account=Decimal("0.00"),
        posted_on=dt.date(2026, 5, 20),
        status=status,
    )


SHORT = row(status="0", paid="90.00")


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([row()], "full"),
        ([row(kind="31")], "back"),
        ([row(kind="40")], "back"),
        ([row(kind="104")], "back"),
        ([SHORT], "short"),
        ([row(status="2", paid="0.00")], "interrupted"),
        ([row(status="2", paid="0.00"), row(kind="31", status="3", paid="0.00")], "short"),
        ([row(status="2", paid="0.00"), row(kind="31")], "back"),
        ([row(status="3", paid="0.00")], "short"),
        ([row(status="9")], "short"),
        ([row(kind="31", status="0", paid="90.00")], "short"),
        ([SHORT, row(kind="31", paid="210.00")], "back"),
        ([row(), row(kind="34", paid="15.00")], "full"),
        ([row(), row(kind="34", status="0", paid="15.00")], "full"),
        ([row(kind="20", paid="-300.00")], "none"),
        ([row(kind="20", paid="300.00")], "none"),
    ],
)
def test_a_month_is_what_its_records_say_together(
    rows: list[Contribution], state: MonthState
) -> None:
    assert month_states(rows, "110") == {MAY: state}
    assert month_states(reversed(rows), "110") == {MAY: state}


@pytest.mark.parametrize("sign", ["-", ""])
def test_a_month_whose_money_went_back_is_not_paid(sign: str) -> None:
    assert month_states([row(), row("20", paid=f"{sign}300.00")], "110") == {MAY: "none"}
    twice = [row(), row(kind="31", paid="300.00"), row("20", paid=f"{sign}600.00")]
    assert month_states(twice, "110") == {MAY: "none"}
    assert month_states([SHORT, row("20", paid=f"{sign}90.00")], "110") == {MAY: "none"}


@pytest.mark.parametrize("sign", ["-", ""])
def test_a_month_that_was_paid_twice_and_refunded_once_stays_paid(sign: str) -> None:
    twice = [row(), row(settled=MAY.plus(1)), row("20", paid=f"{sign}300.00")]
    assert month_states(twice, "110") == {MAY: "full"}


def test_an_empty_refund_takes_nothing_back() -> None:
    free = row(paid="0.00")
    assert month_states([free, row("20", paid="0.00")], "110") == {MAY: "full"}


def test_each_month_of_the_line_is_told_once_and_no_other_line() -> None:
    june = MAY.plus(1)
    rows = [row(), row(kind="31"), row(month=june, status="0"), row(month=MAY.plus(2), line="210")]
    assert month_states(rows, "110") == {MAY: "full", june: "short"}
    assert month_states(rows, "210") == {MAY.plus(2): "full"}
    assert month_states(rows, "410") == {}


def test_full_and_back_paid_months_count_as_paid() -> None:
    assert {"full", "back"} == PAID
