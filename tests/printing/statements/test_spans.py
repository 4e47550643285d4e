import pytest

from archive.values import Month
from printing.statements.spans import LONGEST, usual_spans, year_window, years

OCTOBER = Month(2026, 10)
LONG_AGO = Month(1980, 1)


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        (
            "months",
            [
                "2025-11 至 2026-10",
                "2024-11 至 2026-10",
                "2023-11 至 2026-10",
                "2026-01 至 2026-10",
                "2025-01 至 2025-12",
                "1986-11 至 2026-10",
            ],
        ),
        ("two_years", ["2024-11 至 2026-10", "2025-11 至 2026-10"]),
        ("", []),
    ],
)
def test_the_usual_choices_end_with_the_data(kind: str, labels: list[str]) -> None:
    assert [span.window.label for span in usual_spans(kind, OCTOBER, LONG_AGO)] == labels  # type: ignore[arg-type]


def test_a_yearly_statement_offers_whole_years_only() -> None:
    assert usual_spans("year", OCTOBER, LONG_AGO)[0].window.label == "2025-01 至 2025-12"
    assert usual_spans("year", Month(2026, 12), LONG_AGO)[0].window.label == "2026-01 至 2026-12"


def test_any_two_years_are_forty_years_at_most_and_never_beyond_the_data() -> None:
    assert (years(OCTOBER, LONG_AGO)[0], years(OCTOBER, LONG_AGO)[-1]) == (2026, 1987)
    assert years(OCTOBER, LONG_AGO, 2024) == (2026, 2025, 2024)
    longest = year_window(years(OCTOBER, LONG_AGO)[-1], 2026, OCTOBER)
    assert longest.last == OCTOBER
    assert longest.months <= LONGEST


@pytest.mark.parametrize(
    ("since", "labels"),
    [
        (Month(2026, 5), ["2025-11 至 2026-10", "2026-01 至 2026-10", "2026-05 至 2026-10"]),
        (
            Month(2025, 3),
            [
                "2025-11 至 2026-10",
                "2024-11 至 2026-10",
                "2026-01 至 2026-10",
                "2025-01 至 2025-12",
                "2025-03 至 2026-10",
            ],
        ),
        (None, ["2025-11 至 2026-10", "2026-01 至 2026-10", "2026-10 至 2026-10"]),
    ],
)
def test_nothing_is_offered_that_ends_before_the_first_record(
    since: Month | None, labels: list[str]
) -> None:
    assert [span.window.label for span in usual_spans("months", OCTOBER, since)] == labels


def test_years_begin_with_the_first_record_and_there_is_always_one() -> None:
    assert years(OCTOBER, Month(2024, 7)) == (2026, 2025, 2024)
    assert years(OCTOBER, None) == (2026,)
    offered = usual_spans("year", OCTOBER, Month(2024, 7))
    assert [span.zh for span in offered] == ["2025", "2024"]
    assert [span.zh for span in usual_spans("year", OCTOBER, OCTOBER)] == ["2025"]
