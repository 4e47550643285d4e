import pytest

from archive.values import Month
from printing.statements.spans import LONGEST, usual_spans, year_window, years

OCTOBER = Month(2026, 10)


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
    assert [span.window.label for span in usual_spans(kind, OCTOBER)] == labels  # type: ignore[arg-type]


def test_a_yearly_statement_offers_whole_years_only() -> None:
    assert usual_spans("year", OCTOBER)[0].window.label == "2025-01 至 2025-12"
    assert usual_spans("year", Month(2026, 12))[0].window.label == "2026-01 至 2026-12"


def test_any_two_years_are_forty_years_at_most_and_never_beyond_the_data() -> None:
    assert (years(OCTOBER)[0], years(OCTOBER)[-1]) == (2026, 1987)
    assert years(OCTOBER, 2024) == (2026, 2025, 2024)
    longest = year_window(years(OCTOBER)[-1], 2026, OCTOBER)
    assert longest.last == OCTOBER
    assert longest.months <= LONGEST
