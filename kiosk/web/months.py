"""The screens on which a holder chooses the months of a statement: large plain choices."""

from collections.abc import Mapping
from dataclasses import dataclass

from archive.values import Month
from printing.statements import Statement, statement
from printing.statements.issue import Window
from printing.statements.material import Material
from printing.statements.spans import Span, usual_spans, year_window, years


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what it says, the call it makes and the body of that."""

    zh: str
    en: str
    call: str
    body: Mapping[str, object]


def months_screen(
    name: str, first_year: int | None, material: Material | None
) -> Mapping[str, object]:
    """What the template needs; `material` is what was read, None once the visit has ended."""
    entry = statement(name)
    return {
        "statement": entry,
        "choices": _choices(entry, first_year, material) if material else (),
        "question": _question(entry, first_year),
        "by_year": first_year is not None or entry.spans == "year",
        "own_years": first_year is None and entry.spans == "months",
    }


def _choices(entry: Statement, first_year: int | None, material: Material) -> tuple[Choice, ...]:
    """Nothing before the first record: there is nothing to see."""
    last, since = Month.of(material.day), material.recorded_since
    if first_year is None:
        return tuple(map(_span, usual_spans(entry.spans, last, since)))
    if not first_year:
        return tuple(_year(year, "months/ask", {"first_year": year}) for year in years(last, since))
    return tuple(
        _year(year, "months", _body(year_window(first_year, year, last)))
        for year in years(last, since, first_year)
    )


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
