"""A table as lines of text, in the first of three forms that fits the paper.

in line     2026-10 养老   6,420.00  1,027.20    513.60 补
stacked     2026-10                     补
            养老    6,420.00 1,027.20   513.60
as a list   2026-10 养老
              缴费基数            12,345,678.90
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil

from archive.values import Month
from printing.document import (
    AmountCell,
    Cell,
    Column,
    CountCell,
    Kind,
    MarkCell,
    MonthCell,
    PartyCell,
    Row,
    Table,
    TextCell,
)
from printing.errors import LayoutError
from printing.layout.page_rows import of_symbols
from printing.layout.words import named
from printing.text import longest_word, pad, width, wrap

_RIGHT = frozenset({Kind.AMOUNT, Kind.COUNT, Kind.MARK})
_GAP = 1


@dataclass(frozen=True, slots=True)
class TableLine:
    """One line of a table; without text, a blank one."""

    text: str = field(repr=False)
    bold: bool = False
    narrow: bool = False
    """Whether it takes up to twice the columns, for the sake of a number."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """Which columns stand side by side, how wide each is, and what their headings say."""

    places: tuple[int, ...]
    widths: tuple[int, ...]
    headings: tuple[str, ...]
    right: tuple[bool, ...]
    middle: tuple[bool, ...]

    def line(self, texts: Sequence[str]) -> str | None:
        """One text for each column, each at its edge; None if they do not fit on a line.

        A text that needs more room than its column pushes those before it to the left.
        """
        placed: list[tuple[int, int, str]] = []
        limit = sum(self.widths) + _GAP * len(self.widths)
        edge = limit
        columns = zip(texts, self.widths, self.right, self.middle, strict=True)
        for text, room, right, middle in reversed(list(columns)):
            edge -= room + _GAP
            if text:
                taken = width(text)
                spare = room - taken
                start = edge + (spare if right else max(0, spare) // 2 if middle else 0)
                limit = min(start, limit - _GAP - taken)
                placed.append((limit, taken, text))
        if limit < 0:
            return None
        line, end = "", 0
        for start, taken, text in reversed(placed):
            line += " " * (start - end) + text
            end = start + taken
        return line


class _Needs:
    """How wide the cells of each column are, each column measured once and when it is asked for."""

    def __init__(self, table: Table) -> None:
        self._rows = list(table.rows())
        self._known: dict[int, list[int]] = {}

    def of(self, place: int, share: float) -> int:
        """The width that holds a share of a column's cells."""
        if place not in self._known:
            self._known[place] = sorted(_need(row, place) for row in self._rows)
        widths = self._known[place]
        return widths[ceil(len(widths) * share) - 1]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A table in the first form that fits so many columns."""

    table: Table
    columns: int
    grid: _Grid | None
    """The columns that stand side by side; None: it is a list."""
    stacked: bool

    @classmethod
    def to(cls, table: Table, columns: int) -> "Fitted":
        """The form for so many columns."""
        return cls(table, columns, *_form(table, columns))

    @property
    def spells_marks(self) -> bool:
        """Whether marks of rows stand below them in words, so that no legend is due."""
        marks = any(column.kind is Kind.MARK for column in self.table.columns)
        return marks and self.grid is not None and self.stacked

    def lines(self, *, large: bool = False) -> Iterator[TableLine]:
        """The table from its headings to its total, in lines of at most its columns.

        In `large` print, where columns are twice as wide, a number that they would break may have
        a line of narrow ones.
        """
        if self.grid is not None:
            yield TableLine(self.grid.line(self.grid.headings) or "")
        yield from _Writer(self, large=large).lines()


def _form(table: Table, columns: int) -> tuple[_Grid | None, bool]:
    """The first form that fits: the columns that stand side by side, and if they are stacked."""
    places, needs = _used(table), _Needs(table)
    grid = _grid(table, places, columns, needs)
    if grid is None:
        places = tuple(p for p in places if not table.columns[p].derived)
        grid = _grid(table, places, columns, needs)
    if grid is not None:
        return grid, False
    aside = (Kind.MONTH, Kind.MARK)
    places = tuple(p for p in places if table.columns[p].kind not in aside)
    # Rather than one wide row putting the whole table into a list, it alone stands out.
    grid = _grid(table, places, columns, needs)
    if grid is None and _has_amounts(table):
        grid = _grid(table, places, columns, needs, share=0.8)
    return grid, True


def _used(table: Table) -> tuple[int, ...]:
    """The columns that have a place of their own: not the party, and no marks if there are none."""
    return tuple(p for p in table.places() if table.columns[p].kind is not Kind.PARTY)


def _grid(
    table: Table, places: tuple[int, ...], columns: int, needs: _Needs, *, share: float = 1.0
) -> _Grid | None:
    """The widths of these columns, or None if they do not fit side by side.

    With a `share` below 1 a column is made for so many of its cells, the narrowest.
    """
    used = [table.columns[place] for place in places]
    wanted = [needs.of(place, share) for place in places]
    for headings in ([c.heading for c in used], [c.narrow for c in used]):
        shown = ["" if c.kind is Kind.MARK else h for c, h in zip(used, headings, strict=True)]
        widths = [max(pair) for pair in zip(wanted, map(width, shown), strict=True)]
        spare = columns - sum(widths) - _GAP * (len(widths) - 1)
        if spare >= 0:
            right = tuple(column.kind in _RIGHT for column in used)
            widths = _spread(widths, used, spare)
            middle = tuple(of_symbols(table, place) for place in places)
            return _Grid(places, tuple(widths), tuple(shown), right, middle)
    return None


def _need(row: Row, place: int) -> int:
    """The width that a row's cell asks of its column; the label of a sum may run on instead."""
    cell = row.cells[place]
    labels_sum = place == 0 and isinstance(cell, TextCell) and None in row.cells[1:]
    return 0 if labels_sum else width(_text(cell))


def _has_amounts(table: Table) -> bool:
    return any(column.kind is Kind.AMOUNT for column in table.columns)


def _spread(widths: list[int], columns: Sequence[Column], spare: int) -> list[int]:
    """Share what is left of the line among the figures, so that the last one ends at its edge."""
    figures = [i for i, c in enumerate(columns) if c.kind in (Kind.AMOUNT, Kind.COUNT)]
    for turn in range(spare if figures else 0):
        widths[figures[len(figures) - 1 - turn % len(figures)]] += 1
    return widths


def _text(cell: Cell | None) -> str:
    match cell:
        case None:
            return ""
        case TextCell():
            return cell.brief
        case MarkCell():
            return cell.short
        case AmountCell() | CountCell() | MonthCell() | PartyCell():
            return cell.text


class _Writer:
    """Goes through the rows and remembers which month and party it has already named."""

    def __init__(self, fitted: Fitted, *, large: bool) -> None:
        self._table = fitted.table
        self._grid = fitted.grid
        self._columns = fitted.columns
        self._stacked = fitted.stacked
        self._large = large
        self._parties = [
            place for place, column in enumerate(fitted.table.columns) if column.kind is Kind.PARTY
        ]
        self._month: Month | None = None
        self._party: PartyCell | None = None

    def lines(self) -> Iterator[TableLine]:
        last = len(self._table.groups) - 1
        for number, group in enumerate(self._table.groups):
            for row in group.rows:
                yield from self._row(row)
            if group.subtotal:
                yield from self._sum(group.subtotal)
                if number < last or self._table.total:
                    yield TableLine("")
        if self._table.total:
            yield from self._sum(self._table.total)

    def _row(self, row: Row) -> Iterator[TableLine]:
        yield from self._caption(row)
        month = next((c.month for c in row.cells if isinstance(c, MonthCell)), None)
        named = month is None or month == self._month
        self._month = month or self._month
        if self._grid is None:
            yield from self._as_list(row)
            return
        if self._stacked and month and not named:
            yield TableLine(month.label)
        texts = [
            "" if named and isinstance(row.cells[place], MonthCell) else _text(row.cells[place])
            for place in self._grid.places
        ]
        if line := self._grid.line(texts):
            yield TableLine(line)
        else:
            yield from self._as_list(row, named=True)
        if self._stacked:
            marks = "".join(cell.text for cell in row.cells if isinstance(cell, MarkCell))
            if marks:
                yield TableLine(f"  （{marks}）")

    def _caption(self, row: Row) -> Iterator[TableLine]:
        """Name the party where it changes."""
        for place in self._parties:
            cell = row.cells[place]
            if isinstance(cell, PartyCell) and cell != self._party:
                self._party, self._month = cell, None
                label = named(self._table.columns[place].heading)
                first, *more = wrap(cell.name, self._columns - width(label))
                yield TableLine(label + first)
                yield from (TableLine(" " * width(label) + part) for part in more)

    def _sum(self, row: Row) -> Iterator[TableLine]:
        self._party = self._month = None
        if self._grid is None:
            yield from self._as_list(row, bold=True)
            return
        label = next(_text(cell) for cell in row.cells if isinstance(cell, TextCell))
        texts = [_text(row.cells[place]) for place in self._grid.places]
        texts[0] = label
        if line := self._grid.line(texts):
            yield TableLine(line, bold=True)
        else:
            yield from self._as_list(row, bold=True)

    def _as_list(self, row: Row, *, named: bool = False, bold: bool = False) -> Iterator[TableLine]:
        """The words first, then each figure at the right; long words get a line for each column.

        What follows from the other columns is left out, unless it is for lists.
        """
        aside = (Kind.AMOUNT, Kind.COUNT, Kind.PARTY, *((Kind.MONTH, Kind.MARK) if named else ()))
        words = [
            (column, _text(cell))
            for column, cell in zip(self._table.columns, row.cells, strict=True)
            if cell is not None and column.kind not in aside and column.in_lists
        ]
        title = " ".join(text for _, text in words if text)
        if not _has_amounts(self._table) or width(title) > self._columns or len(words) > 2:
            yield from self._named(words)
        else:
            yield TableLine(title, bold or not named)
        for column, cell in zip(self._table.columns, row.cells, strict=True):
            if cell is None or not column.in_lists:
                continue
            if column.kind in (Kind.AMOUNT, Kind.COUNT):
                yield from self._figure(f"  {column.heading}", _text(cell), bold=bold)

    def _figure(self, label: str, text: str, *, bold: bool) -> Iterator[TableLine]:
        """A figure at the right edge, below its label where both are too wide."""
        narrow = self._large and width(text) > self._columns
        columns = 2 * self._columns if narrow else self._columns
        if width(text) > columns:
            raise LayoutError(label.strip(), width(text), columns)
        if narrow or width(label) + _GAP + width(text) > columns:
            yield from (TableLine(part, bold) for part in _hanging(label, self._columns))
            label = ""
        room = columns - width(label)
        yield TableLine(label + pad(text, room, right=True), bold, narrow)

    def _named(self, words: Sequence[tuple[Column, str]]) -> Iterator[TableLine]:
        """The first column's words as a title, the others with their headings."""
        if len(self._table.columns) == 2 and len(words) == 2:
            # A name and what it says: the headings would only repeat themselves.
            (_, name), (_, text) = words
            yield from self._paragraph(named(name), text)
            return
        for number, (column, text) in enumerate(words):
            if number == 0:
                yield from (TableLine(part, bold=True) for part in wrap(text, self._columns))
            else:
                yield from self._paragraph(f"  {named(column.heading)}", text)

    def _paragraph(self, name: str, text: str) -> Iterator[TableLine]:
        if not self._large or longest_word(text) <= self._columns - 4:
            yield from (TableLine(part) for part in _hanging(name + text, self._columns))
            return
        yield from (TableLine(part) for part in _hanging(name, self._columns))
        for part in wrap(text, 2 * self._columns - 4):
            yield TableLine(f"    {part}", narrow=True)


def _hanging(text: str, columns: int) -> Iterator[str]:
    """Lines of a paragraph, indented from the second on."""
    indent = " " * (len(text) - len(text.lstrip()) + 2)
    first, *_ = wrap(text, columns)
    yield first
    rest = text[len(first) :].lstrip()
    if rest:
        yield from (indent + part for part in wrap(rest, columns - len(indent)))
