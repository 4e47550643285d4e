"""Which months a holder may choose for a statement, as plain choices for a screen."""

from dataclasses import dataclass
from typing import Final, Literal

from archive.values import Month
from printing.statements.issue import Window

LONGEST: Final = 480
"""Months: forty years, a working life."""
_YEARS: Final = LONGEST // 12


@dataclass(frozen=True, slots=True)
class Span:
    """A choice with its name in both languages."""

    zh: str
    en: str
    window: Window


def usual_spans(
    kind: Literal["", "months", "two_years", "year"], last: Month, since: Month | None
) -> tuple[Span, ...]:
    """The choices of a kind of `Statement.spans`; `last` is the month of the data's date.

    `since` is the first month of which anything is recorded: none ends before it, and of those that
    all reach it one is enough.
    """
    since = min(since or last, last)
    match kind:
        case "months":
            ending = [_ending(last, months) for months in (12, 24, 36)]
            reaching = sum(span.window.first > since for span in ending)
            own_years = (
                Span("今年", "This year", year_window(last.year, last.year, last)),
                Span("去年", "Last year", year_window(last.year - 1, last.year - 1, last)),
            )
            return (
                *ending[: reaching + 1],
                *(span for span in own_years if span.window.last >= since),
                Span("全部年份", "All years", Window(max(since, last.plus(1 - LONGEST)), last)),
            )
        case "two_years":
            return tuple(_ending(last, months) for months in (24, 12))
        case "year":
            whole = last if last.number == 12 else Month(last.year - 1, 12)
            return tuple(
                Span(str(year), str(year), year_window(year, year, last))
                for year in years(whole, since)
            )
        case "":
            return ()


def years(last: Month, since: Month | None, first: int = 0) -> tuple[int, ...]:
    """The years that may be chosen, the latest first; not those before `since` or `first`."""
    earliest = max(first, last.year - _YEARS + 1, (since or last).year)
    return tuple(range(last.year, min(earliest, last.year) - 1, -1))


def year_window(first: int, last: int, newest: Month) -> Window:
    """Whole years, up to the month of the data at most."""
    return Window(Month(first, 1), min(Month(last, 12), newest))


def _ending(last: Month, months: int) -> Span:
    return Span(f"最近 {months} 个月", f"Last {months} months", Window.ending(last, months))
