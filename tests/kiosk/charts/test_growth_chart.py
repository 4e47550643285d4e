"""The account's growth: heights in proportion, and what is not known is never drawn as nothing."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from archive.figures.account import AccountLine, Amount
from archive.figures.figure import Missing, Unknown
from kiosk.charts.growth import WIDTH, growth_chart

NO_RATE = Unknown(Missing.INTEREST_RATE)
yuan = st.integers(0, 10**9).map(lambda fen: Decimal(fen) / 100)


def year(
    number: int, closing: Amount, interest: Amount = Decimal(0), **other: Amount
) -> AccountLine:
    return AccountLine(
        year=number,
        opening=other.get("opening", Decimal(0)),
        opening_recorded=False,
        principal=other.get("principal", Decimal(0)),
        interest=interest,
        percent=None,
        paid_out=Decimal(0),
        closing=closing,
        months_so_far=12,
    )


@given(st.lists(yuan, min_size=1, max_size=40))
def test_columns_stand_side_by_side_and_higher_amounts_are_not_lower(own: list[Decimal]) -> None:
    chart = growth_chart("110", [year(1987 + at, amount) for at, amount in enumerate(own)])
    if chart is None:
        assert max(own) == 0
        return
    edges = [edge for one in chart.columns for edge in (one.x, one.x + one.width)]
    assert edges == sorted(edges)
    assert edges[-1] <= WIDTH
    for one, other in zip(chart.columns, chart.columns[1:], strict=False):
        assert one.closing is not None
        assert other.closing is not None
        assert (one.closing <= other.closing) or (one.top <= other.top)
    assert chart.columns[-1].labelled
    assert chart.lines[-1].amount * chart.unit >= max(own)
    assert chart.lines[-1].amount < 1_000_000


@given(st.lists(yuan, min_size=1, max_size=40))
def test_the_drawing_is_filled_and_no_label_is_cut_off(own: list[Decimal]) -> None:
    chart = growth_chart("110", [year(1987 + at, amount) for at, amount in enumerate(own)])
    if chart is None:
        return
    half = 28  # of four digits, 24 px high
    for one in chart.columns:
        assert not one.labelled or one.x + one.width // 2 + half <= WIDTH
    if max(own) >= 100:  # below, lines stand at whole yuan
        assert max(own) * 5 >= chart.lines[-1].amount * chart.unit * 4
    amounts = [line.amount for line in chart.lines]
    assert {two - one for one, two in pairwise(amounts)} == {amounts[1]}


def test_interest_stands_on_top_of_what_was_there() -> None:
    chart = growth_chart("110", [year(2024, Decimal(100), Decimal(25))])
    assert chart is not None
    (column,) = chart.columns
    assert chart.floor - column.interest_top == round((chart.floor - column.top) * 0.75)


def test_a_year_without_a_rate_is_drawn_as_what_was_there_before_interest() -> None:
    before = year(2025, NO_RATE, NO_RATE, opening=Decimal(900), principal=Decimal(100))
    chart = growth_chart("110", [year(2024, Decimal(900)), before])
    assert chart is not None
    assert [one.state for one in chart.columns] == ["known", "before"]
    assert chart.columns[1].before_interest == Decimal(1000)
    assert chart.columns[1].top < chart.columns[0].top


def test_a_year_of_which_nothing_is_known_is_not_an_empty_account() -> None:
    dark = year(2025, NO_RATE, NO_RATE, opening=NO_RATE)
    chart = growth_chart("110", [year(2024, Decimal(900)), dark])
    assert chart is not None
    assert chart.columns[1].state == "unknown"
    assert growth_chart("110", [dark]) is None
    assert growth_chart("110", []) is None
