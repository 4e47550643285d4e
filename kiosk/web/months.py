"""The screens on which a holder chooses the months of a statement: large plain choices."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from archive.values import Month
from printing.statements import Statement, statement
from printing.statements.issue import Window
from printing.statements.spans import Span, usual_spans, year_window, years


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what it says, the call it makes and the body of that."""

    zh: str
    en: str
    call: str
    body: Mapping[str, object]


def months_screen(name: str, first_year: int | None, day: date | None) -> Mapping[str, object]:
    """What the template needs; `day` is the date of the data, None once the visit has ended."""
    entry = statement(name)
    last = Month.of(day) if day else None
    choices: tuple[Choice, ...] = ()
    if last is not None and first_year is None:
        choices = tuple(_span(span) for span in usual_spans(entry.spans, last))
    elif last is not None and first_year == 0:
        choices = tuple(_year(year, "months/ask", {"first_year": year}) for year in years(last))
    elif last is not None and first_year:
        choices = tuple(
            _year(year, "months", _body(year_window(first_year, year, last)))
            for year in years(last, first_year)
        )
    return {
        "statement": entry,
        "choices": choices,
        "question": _question(entry, first_year),
        "by_year": first_year is not None or entry.spans == "year",
        "own_years": first_year is None and entry.spans == "months",
    }


def _question(entry: Statement, first_year: int | None) -> str:
    """The key of what is asked."""
    if first_year is None:
        return "months.year" if entry.spans == "year" else "months.span"
    return "months.last_year" if first_year else "months.first_year"


def _year(year: int, call: str, body: Mapping[str, object]) -> Choice:
    return Choice(str(year), str(year), call, body)


def _span(span: Span) -> Choice:
    return Choice(span.zh, span.en, "months", _body(span.window))


def _body(window: Window) -> Mapping[str, object]:
    return {"first": str(window.first), "last": str(window.last)}
