import pytest

from archive.errors import RatesError
from archive.tables.rates import Rate, example_rates
from archive.values import Month, parse_fen


def test_the_base_of_july_2025_lies_between_the_published_bounds() -> None:
    bounds = example_rates().base_range("110", Month(2025, 7))
    assert bounds.clamp(parse_fen("1000.00")) == parse_fen("4775.00")
    assert bounds.clamp(parse_fen("99999.00")) == parse_fen("27549.00")
    assert bounds.clamp(parse_fen("8000.00")) == parse_fen("8000.00")


def test_bounds_change_in_july_and_rates_when_they_say() -> None:
    rates = example_rates()
    assert rates.base_range("110", Month(2025, 6)) != rates.base_range("110", Month(2025, 7))
    assert rates.rate("110", Month(2024, 12)) == Rate(employer=1500, employee=800)
    assert rates.rate("110", Month(2025, 1)) == Rate(employer=1600, employee=800)


def test_only_the_employer_pays_for_work_injury_and_by_its_industry() -> None:
    rates = example_rates()
    assert rates.rate("410", Month(2026, 1), 1) == Rate(employer=20, employee=0)
    assert rates.rate("410", Month(2026, 1), 3).employer > 20


def test_half_a_fen_is_rounded_up() -> None:
    assert Rate(employer=1600, employee=800).due(606_078) == (96_972, 48_486)
    assert Rate(employer=5, employee=0).due(1000) == (1, 0)


def test_a_month_before_all_tables_is_named() -> None:
    with pytest.raises(RatesError) as caught:
        example_rates().rate("110", Month(1995, 1))
    assert caught.value.place == "110 199501"
