import datetime as dt
import pickle
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import InvalidValueError
from archive.values import (
    Month,
    format_date,
    from_fen,
    money,
    parse_date,
    parse_fen,
)

months = st.builds(Month, st.integers(1960, 2090), st.integers(1, 12))


@given(months)
def test_a_month_reads_back_what_it_writes(month: Month) -> None:
    assert Month.parse(str(month)) == month
    assert Month.from_int(int(month)) == month
    assert Month.of(month.first_day) == month


@given(months, st.integers(-100, 100))
def test_going_forth_and_back_by_as_many_months_ends_where_it_began(month: Month, n: int) -> None:
    assert month.plus(n).plus(-n) == month
    assert month.until(month.plus(n)) == n


@given(months, months)
def test_months_are_ordered_as_their_numbers_are(one: Month, other: Month) -> None:
    assert (one < other) == (int(one) < int(other)) == (str(one) < str(other))


@given(months, st.integers(0, 60))
def test_a_range_holds_every_month_once_and_both_ends(first: Month, n: int) -> None:
    found = list(Month.range(first, first.plus(n)))
    assert (found[0], found[-1], len(found)) == (first, first.plus(n), n + 1)
    assert found == sorted(set(found))


def test_a_range_that_ends_before_it_begins_is_empty() -> None:
    assert list(Month.range(Month(2025, 2), Month(2025, 1))) == []


def test_the_month_after_december_is_january_of_the_next_year() -> None:
    assert Month(2025, 12).plus(1) == Month(2026, 1)
    assert Month(2026, 1).plus(-1).label == "2025-12"


@pytest.mark.parametrize(
    "text", ["", "2025", "202500", "202513", "2025-1", "2025１0", "²02510", "190012", " 202510"]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError):
        Month.parse(text)


@given(st.integers(-(10**15), 10**15))
def test_fen_become_yuan_and_fen_again(fen: int) -> None:
    yuan = from_fen(fen)
    assert yuan.as_tuple().exponent == -2
    assert money(str(yuan)) == yuan
    assert parse_fen(str(yuan)) == fen


@given(st.text(max_size=12))
def test_any_text_is_an_amount_of_two_places_or_is_refused(text: str) -> None:
    try:
        fen = parse_fen(text)
    except InvalidValueError:
        return
    assert from_fen(fen) == Decimal(text)
    assert text[-3] == "."


@pytest.mark.parametrize(
    "text", ["", "1", "1.2", "1.234", "1,000.00", ".50", "1e2.00", "１.００", "--1.00", "+1.00"]
)
def test_an_amount_not_written_with_two_places_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError):
        parse_fen(text)


@given(st.dates(dt.date(1000, 1, 1)))
def test_a_date_reads_back_what_it_writes(day: dt.date) -> None:
    assert parse_date(format_date(day)) == day


@pytest.mark.parametrize("text", ["20250229", "2025-2-1", "20251301", "0", "２０２５０１０１"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(InvalidValueError):
        parse_date(text)


def test_a_month_is_a_value_that_cannot_be_changed() -> None:
    month = Month(2025, 10)
    with pytest.raises(AttributeError):
        month.year = 2026  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(month)) == month
    assert len({month, Month.parse("202510")}) == 1
