"""A document on a pre-printed form: each value at its own place, nothing else on the paper.

Places come from a table (`printing/forms/`), in tenths of a millimetre. What does not fit its
place is refused, never cut: on a form it would run into the next field.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from devices.printer.models.table import Table as Settings
from printing.document import Document, Kind, Table
from printing.errors import LayoutError
from printing.layout.pin_sheet import LINE_DOTS
from printing.layout.words import words_of
from printing.qr import modules
from printing.text import width, wrap

_DOTS: Final = 180 / 254
"""In a tenth of a millimetre."""
_STEP: Final = 3
"""A place across the paper is a multiple of so many dots: ESC $ counts in 1/60 inch."""
_HALF_DOTS: Final = 12
_QUIET: Final = 4
"""Modules that stay white around a symbol (ISO/IEC 18004, 6.3.8)."""
_LEAST_MODULE: Final = 3
"""Dots, 0.42 mm: pins of 0.2 mm blur what is smaller."""
_FOOT: Final = ("serial", "copy", "printed", "kiosk")
_PAGE: Final = "page"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Text with the upper left corner of its first cell at (x, y), in 1/180 inch."""

    x: int
    y: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A QR symbol with its upper left corner at (x, y), in 1/180 inch."""

    x: int
    y: int
    modules: tuple[tuple[bool, ...], ...] = field(repr=False)
    module_dots: int
    """Side of a module, in 1/180 inch."""


FormItem = Stamp | Symbol


@dataclass(frozen=True, slots=True)
class FormField:
    """Where one value stands."""

    value: str
    """The label of a fact, or `agency`, `serial`, `copy`, `printed`, `kiosk`, `code`, `page`."""
    x: int
    y: int
    columns: int
    """Half-width characters of 12 dots that have room."""
    lines: int


@dataclass(frozen=True, slots=True)
class FormSymbol:
    """Where the QR symbol of the seal has room: a white square, its quiet zone in it."""

    x: int
    y: int
    side: int
    """Dots of 1/180 inch."""


@dataclass(frozen=True, slots=True)
class FormColumn:
    """Where a column of a table stands."""

    heading: str
    x: int
    columns: int


@dataclass(frozen=True, slots=True)
class FormTable:
    """Where the rows of a table stand."""

    heading: str
    y: int
    step: int
    """Dots from row to row."""
    most: int
    """Rows on one form; more go to a further one."""
    columns: tuple[FormColumn, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A form: how long it is, and what stands where."""

    page_lines: int
    """Lines of 1/6 inch from one form to the next."""
    fields: tuple[FormField, ...]
    tables: tuple[FormTable, ...]
    symbols: tuple[FormSymbol, ...] = ()


def parse_form(settings: Settings) -> Form:
    """The form that a table describes; raises PrinterConfigError naming what is wrong."""
    form = Form(
        settings.number("page_lines", 1),
        tuple(map(_field, settings.rows("field"))),
        tuple(map(_table, settings.rows("table"))),
        tuple(map(_symbol, settings.rows("qr"))),
    )
    settings.expect_nothing_else()
    return form


def _field(row: Settings) -> FormField:
    made = FormField(row.text("value"), _x(row), _y(row), _columns(row), row.number("lines", 1))
    row.expect_nothing_else()
    return made


def _table(row: Settings) -> FormTable:
    made = FormTable(
        row.text("heading"),
        _y(row),
        round(row.number("step", 43) * _DOTS),
        row.number("most", 1),
        tuple(map(_column, row.rows("column"))),
    )
    row.expect_nothing_else()
    return made


def _symbol(row: Settings) -> FormSymbol:
    made = FormSymbol(_x(row), _y(row), int(row.number("side", 1) * _DOTS))
    row.expect_nothing_else()
    return made


def _column(row: Settings) -> FormColumn:
    made = FormColumn(row.text("heading"), _x(row), _columns(row))
    row.expect_nothing_else()
    return made


def _x(row: Settings) -> int:
    return _STEP * round(row.number("x", 0) * _DOTS / _STEP)


def _y(row: Settings) -> int:
    return round(row.number("y", 0) * _DOTS)


def _columns(row: Settings) -> int:
    return int(row.number("width", 17) * _DOTS) // _HALF_DOTS


def layout_form(document: Document, form: Form) -> tuple[tuple[FormItem, ...], ...]:
    """What stands on each form; every one has fields and seal, a long table goes on on the next.

    Raises LayoutError where a value has no room, or the document lacks what the form wants.
    """
    tables = [(place, _wanted(document, place)) for place in form.tables]
    count = max([1, *(-(-len(list(table.rows())) // place.most) for place, table in tables)])
    symbols = tuple(_drawn(document, place) for place in form.symbols)
    return tuple(
        (
            *_fields(
                document, form, words_of(document).page.format(number=number + 1, count=count)
            ),
            *symbols,
            *(stamp for place, table in tables for stamp in _rows(table, place, number)),
        )
        for number in range(count)
    )


def _fields(document: Document, form: Form, page: str) -> Iterator[Stamp]:
    for place in form.fields:
        yield from _value(page if place.value == _PAGE else _text(document, place.value), place)


def _wanted(document: Document, place: FormTable) -> Table:
    table = next((t for t in document.tables if t.heading == place.heading), None)
    if table is None:
        raise LayoutError(place.heading, place.most, 0)
    return table


def _value(text: str, place: FormField) -> Iterator[Stamp]:
    lines = wrap(text, place.columns)
    if len(lines) > place.lines:
        raise LayoutError(place.value, len(lines) * place.columns, place.lines * place.columns)
    for number, line in enumerate(lines):
        yield Stamp(place.x, place.y + number * LINE_DOTS, line)


def _drawn(document: Document, place: FormSymbol) -> Symbol:
    """As large as the place allows; modules smaller than `_LEAST_MODULE` are refused."""
    symbol = modules(document.seal.url)
    across = len(symbol) + 2 * _QUIET
    dots = place.side // across
    if dots < _LEAST_MODULE:
        raise LayoutError("qr", across * _LEAST_MODULE, place.side)
    margin = (place.side - len(symbol) * dots) // 2
    x = _STEP * round((place.x + margin) / _STEP)
    return Symbol(x, place.y + margin, symbol, dots)


def _text(document: Document, value: str) -> str:
    if value == "agency":
        return document.agency
    if value == "code":
        return document.seal.code
    if value in _FOOT:
        return str(getattr(document.foot, value))
    facts = {fact.label: fact.value for fact in document.facts}
    if value not in facts:
        raise LayoutError(value, 1, 0)
    return facts[value]


def _rows(table: Table, place: FormTable, number: int) -> Iterator[Stamp]:
    """The rows of one form; the sentence of a table without rows in place of the first."""
    if not table.groups and number == 0:
        yield Stamp(place.columns[0].x, place.y, table.empty)
    headings = [column.heading for column in table.columns]
    rows = list(table.rows())[number * place.most : (number + 1) * place.most]
    for at, row in enumerate(rows):
        for column in place.columns:
            at_column = headings.index(column.heading)
            if cell := row.cells[at_column]:
                figures = table.columns[at_column].kind in (Kind.AMOUNT, Kind.COUNT)
                yield _cell(cell.text, column, place.y + at * place.step, at_end=figures)


def _cell(text: str, column: FormColumn, y: int, *, at_end: bool) -> Stamp:
    """Figures end at the right edge of their place."""
    spare = column.columns - width(text)
    if spare < 0:
        raise LayoutError(column.heading, width(text), column.columns)
    return Stamp(column.x + (spare * _HALF_DOTS if at_end else 0), y, text)
