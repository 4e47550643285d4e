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


def usual_spans(kind: Literal["", "months", "two_years", "year"], last: Month) -> tuple[Span, ...]:
    """The choices of a kind of `Statement.spans`; `last` is the month of the data's date."""
    match kind:
        case "months":
            return (
                *(_ending(last, months) for months in (12, 24, 36)),
                Span("今年", "This year", year_window(last.year, last.year, last)),
                Span("去年", "Last year", year_window(last.year - 1, last.year - 1, last)),
                Span("全部年份", "All years", Window.ending(last, LONGEST)),
            )
        case "two_years":
            return tuple(_ending(last, months) for months in (24, 12))
        case "year":
            whole = last.year if last.number == 12 else last.year - 1
            return tuple(
                Span(str(year), str(year), year_window(year, year, last))
                for year in range(whole, whole - _YEARS, -1)
            )
        case "":
            return ()


def years(last: Month, first: int = 0) -> tuple[int, ...]:
    """The years that may be chosen, the latest first; not those before `first`."""
    return tuple(range(last.year, max(first, last.year - _YEARS + 1) - 1, -1))


def year_window(first: int, last: int, newest: Month) -> Window:
    """Whole years, up to the month of the data at most."""
    return Window(Month(first, 1), min(Month(last, 12), newest))


def _ending(last: Month, months: int) -> Span:
    return Span(f"最近 {months} 个月", f"Last {months} months", Window.ending(last, months))
