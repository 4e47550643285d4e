"""A table on A4 that has more columns than large print leaves room for: titles and named lines.

企业职工基本养老保险
  年度      2023
  本年本金      12,345,678.90
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from printing.document import Cell, Column, Kind, PartyCell, Row, Table
from printing.layout.page_fill import stands
from printing.layout.page_heading import draw_heading, heading_lines
from printing.layout.page_rows import kept_below
from printing.layout.sheet import (
    HAIR,
    KEPT,
    LEFT,
    MEDIUM,
    RIGHT,
    Flow,
    HLine,
    Measure,
    Text,
    baseline,
)
from printing.layout.size import PageType
from printing.layout.structure import Node
from printing.text import wrap

_FIGURES: Final = frozenset({Kind.AMOUNT, Kind.COUNT})
_INDENT: Final = 14.0
_GAP: Final = 12.0


@dataclass(frozen=True, slots=True)
class _Line:
    """A name and what it names; without a name, a title."""

    name: str
    text: str = field(repr=False)
    figure: bool = False
    bold: bool = False


class PageList:
    """One table, row below row."""

    def __init__(self, table: Table, measure: Measure, of: PageType) -> None:
        self._table = table
        self._measure = measure
        self._type = of
        self._party: PartyCell | None = None
        self._start = LEFT + _INDENT + _GAP + self._widest(c.heading for c in table.columns)
        figures = [_text(cell) for column, cell in _cells(table) if column.kind in _FIGURES]
        self._edge = min(self._start + self._widest(figures), RIGHT)
        """Where figures end."""

    def draw(self, flow: Flow, after: float) -> None:
        """Put the table on the page, and on as many more as it needs; `after` has room below it."""
        rows = [self._row(row) for row in self._table.rows()]
        heights = [min(KEPT, self._height(row)) for row in rows]
        sums = list(self._sums())
        counted = [int(all(row is not one for one in sums)) for row in self._table.rows()]
        below = kept_below(heights, counted, KEPT, after)
        lines = heading_lines(self._table, self._type, self._measure)
        above = len(lines) * self._type.heading_line
        if not stands(flow, above + heights[0], below.get(0, 0)):
            flow.turn()
        draw_heading(flow, lines, self._type)
        listed = flow.structure.add("L")
        flow.rule(MEDIUM)
        for number, row in enumerate(rows):
            if number and not stands(flow, heights[number], below.get(number, 0)):
                flow.turn()
            elif number:
                flow.add(HLine(LEFT, flow.y, RIGHT - LEFT, HAIR, pale=True))
            self._put(flow, row, listed.add("LI"))

    def _row(self, row: Row) -> list[_Line]:
        """The words that tell which row it is, then whatever else it says, by name."""
        bold = any(row is one for one in self._sums())
        cells = [
            (column, cell)
            for column, cell in zip(self._table.columns, row.cells, strict=True)
            if cell is not None and _text(cell)
        ]
        (_, first), *named = self._without_known_party(cells)
        return [
            _Line("", _text(first), bold=True),
            *(_Line(c.heading, _text(cell), c.kind in _FIGURES, bold) for c, cell in named),
        ]

    def _sums(self) -> Iterator[Row]:
        yield from (group.subtotal for group in self._table.groups if group.subtotal)
        if self._table.total:
            yield self._table.total

    def _without_known_party(
        self, cells: Sequence[tuple[Column, Cell]]
    ) -> Iterator[tuple[Column, Cell]]:
        """A party is named where it changes."""
        for column, cell in cells:
            if isinstance(cell, PartyCell):
                if cell == self._party:
                    continue
                self._party = cell
            yield column, cell

    def _put(self, flow: Flow, row: Sequence[_Line], item: Node) -> None:
        title, body = item.add("Lbl"), item.add("LBody")
        flow.y += self._type.pad
        for said in row:
            name, node = said.name, body if said.name else title
            for text in self._wrapped(said):
                if not flow.room(self._type.row_line):
                    flow.turn()
                line = baseline(flow.y, self._type.row_line, self._type.row)
                if name:
                    size = self._type.row
                    flow.add(Text(LEFT + _INDENT, line, name, size, soft=True, node=node))
                    name = ""
                x = self._place(said, text)
                flow.add(Text(x, line, text, self._type.row, bold=said.bold, node=node))
                flow.y += self._type.row_line
        flow.y += self._type.pad

    def _place(self, said: _Line, text: str) -> float:
        if not said.name:
            return LEFT
        return self._edge - self._measure(text, self._type.row) if said.figure else self._start

    def _wrapped(self, said: _Line) -> tuple[str, ...]:
        room = RIGHT - (self._start if said.name else LEFT)
        return wrap(said.text, room, lambda text: self._measure(text, self._type.row))

    def _height(self, row: Sequence[_Line]) -> float:
        lines = sum(len(self._wrapped(said)) for said in row)
        return lines * self._type.row_line + 2 * self._type.pad

    def _widest(self, texts: Iterator[str] | Sequence[str]) -> float:
        return max((self._measure(text, self._type.row) for text in texts), default=0.0)


def _cells(table: Table) -> Iterator[tuple[Column, Cell | None]]:
    for row in table.rows():
        yield from zip(table.columns, row.cells, strict=True)


def _text(cell: Cell | None) -> str:
    return "" if cell is None else cell.name if isinstance(cell, PartyCell) else cell.text
