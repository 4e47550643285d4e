"""A table on A4: columns, heads, and rows in bands that no page break parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby
from typing import Final

from printing.document import Cell, Column, Kind, PartyCell, Row, Table
from printing.layout.page_columns import RIGHT_ALIGNED, Edges, PageColumns
from printing.layout.page_fill import stands
from printing.layout.page_heading import draw_heading, heading_lines
from printing.layout.page_rows import by_month, kept_below, of_symbols, parties, party_of
from printing.layout.sheet import (
    HAIR,
    KEPT,
    LEFT,
    MEDIUM,
    RIGHT,
    STRONG,
    THIN,
    Flow,
    HLine,
    Item,
    Measure,
    Text,
    baseline,
)
from printing.layout.size import PageType
from printing.layout.structure import Node
from printing.layout.terse import legend_of
from printing.layout.words import named
from printing.text import wrap, wrap_parts

_AFTER_SUM: Final = 5.0


class _Style(Enum):
    CAPTION = auto()
    PLAIN = auto()
    DETAIL = auto()
    SUBTOTAL = auto()
    TOTAL = auto()


@dataclass(frozen=True, slots=True)
class _Box:
    """A row and the height that it takes."""

    row: Row
    style: _Style
    height: float
    first: bool = False
    """Whether it opens a band: a hairline above it, and the month is named."""
    rows: int = 1
    """How many rows its band has."""
    beside: "_Beside | None" = None


@dataclass(frozen=True, slots=True)
class _Beside:
    """What of a party's name stands beside one row."""

    party: PartyCell
    rows: int
    """Where the name begins, so that its number stands here too: how many rows it is beside."""
    lines: tuple[str, ...]


_Band = list[_Box]


class PageTable:
    """One table, measured for the width of the page."""

    def __init__(
        self, table: Table, measure: Measure, of: PageType, *, derived: bool = True
    ) -> None:
        """With `derived` false, columns that follow from the others are left out."""
        self._table = table
        self._measure = measure
        self._type = of
        self._size = of.row
        self._captions = of.party == 0
        self._places = [
            place for place in table.places() if self._used(table.columns[place], derived=derived)
        ]
        self._symbols = {place for place in self._places if of_symbols(table, place)}
        self._names_party = bool(table.columns) and table.columns[0].kind is Kind.PARTY
        self._columns = PageColumns(table, self._places, self._width, of)
        self._node, self._body = Node("Table"), Node("TBody")
        self._party_node: Node | None = None
        self._party_edges = next(
            (
                edges
                for place, edges in zip(self._places, self._columns.edges, strict=True)
                if table.columns[place].kind is Kind.PARTY
            ),
            (LEFT, RIGHT),
        )
        self._captioned: PartyCell | None = None
        room = RIGHT - LEFT - 2 * of.side
        self._legend_lines = wrap_parts(legend_of(table), room, self._width)
        self._all = [] if self._columns.cramped else list(self._bands())

    @property
    def fits(self) -> bool:
        """Whether the page is wide enough for it."""
        return not self._columns.cramped and max(map(_height, self._all)) <= KEPT

    def draw(self, flow: Flow, after: float) -> None:
        """Put the table on the page, and on as many more as it needs; `after` has room below it."""
        lines = heading_lines(self._table, self._type, self._measure)
        above = len(lines) * self._type.heading_line + self._type.head_line
        heights = [_height(band) for band in self._all]
        heights[-1] += self._legend_height()  # it stands below the last of the marks
        below = self._kept_below(heights, after)
        if not stands(flow, above + heights[0], below.get(0, 0)):
            flow.turn()
        draw_heading(flow, lines, self._type)
        flow.structure.parts.append(self._node)
        self._head(flow, self._node.add("THead").add("TR"))
        self._node.parts.append(self._body)
        ruled = False
        for number, band in enumerate(self._all):
            if number and not stands(flow, heights[number], below.get(number, 0)):
                flow.turn()
                self._head(flow)
                ruled = False
            for box in band:
                self._box(flow, box, ruled=ruled)
                ruled = box.style in (_Style.PLAIN, _Style.DETAIL)
        self._legend(flow)

    def _kept_below(self, heights: Sequence[float], after: float) -> dict[int, float]:
        """What should have room below a band."""
        plain = (_Style.PLAIN, _Style.DETAIL)
        rows = [sum(box.style in plain for box in band) for band in self._all]
        return kept_below(heights, rows, KEPT, after)

    def _legend_height(self) -> float:
        """Of what the marks mean."""
        count = len(self._legend_lines)
        return self._type.pad + count * self._type.row_line if count else 0.0

    def _legend(self, flow: Flow) -> None:
        """Below the last of the marks, where room was kept for it."""
        if not self._legend_lines:
            return
        flow.y += self._type.pad
        x, node = LEFT + self._type.side, flow.structure.add("P")
        for text in self._legend_lines:
            line = baseline(flow.y, self._type.row_line, self._size)
            flow.add(Text(x, line, text, self._size, soft=True, node=node))
            flow.y += self._type.row_line

    def _width(self, text: str) -> float:
        return self._measure(text, self._size)

    def _x(self, place: int, edges: Edges, text: str) -> float:
        """Where a text of a column begins: figures end together, symbols stand in the middle."""
        left, right = edges
        if self._table.columns[place].kind in RIGHT_ALIGNED:
            return right - self._width(text)
        if place in self._symbols:
            return left + (right - left - self._width(text)) / 2
        return left

    def _used(self, column: Column, *, derived: bool) -> bool:
        if self._captions and column.kind is Kind.PARTY:
            return False
        return derived or not column.derived

    def _bands(self) -> Iterator[_Band]:
        """Rows of one month together, sums with the band above them."""
        pending: _Band | None = None
        for group in self._table.groups:
            for rows in self._runs(group.rows):
                if pending:
                    yield pending
                pending = [*self._caption(rows[0]), *self._band(rows)]
            if group.subtotal:
                pending = [*(pending or []), self._sum(group.subtotal, _Style.SUBTOTAL)]
        if self._table.total:
            pending = [*(pending or []), self._sum(self._table.total, _Style.TOTAL)]
        if pending:
            yield pending

    def _runs(self, rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
        """Rows of one month, and where the party has no column also of one party."""
        for month in by_month(rows):
            if not self._captions:
                yield month
                continue
            of_party = zip(parties(month), month, strict=True)
            for _, run in groupby(of_party, key=lambda pair: pair[0]):
                yield [row for _, row in run]

    def _caption(self, row: Row) -> Iterator[_Box]:
        """A party that has no column is named above its first row."""
        party = party_of(row)
        if self._captions and party and party != self._captioned:
            self._captioned = party
            lines = len(self._caption_lines(row))
            height = self._type.row_line * lines + self._type.pad
            yield _Box(row, _Style.CAPTION, height, first=True)

    def _caption_lines(self, row: Row) -> tuple[str, ...]:
        place, party = next((p, c) for p, c in enumerate(row.cells) if isinstance(c, PartyCell))
        text = named(self._table.columns[place].heading, party.name)
        return wrap(text, RIGHT - LEFT - 2 * self._type.side, self._width)

    def _band(self, rows: Sequence[Row]) -> _Band:
        band = []
        for at, (row, beside) in enumerate(zip(rows, self._beside(rows), strict=True)):
            first, last = at == 0, at == len(rows) - 1
            cells = [
                self._columns.lines(place, row.cells[place]) for place in self._columns.wrapping
            ]
            lines = max(len(beside.lines) if beside else 1, *map(len, cells), 1)
            height = self._type.row_line * lines + self._type.pad * (first + last)
            style = _Style.DETAIL if row.detail else _Style.PLAIN
            band.append(_Box(row, style, height, first, len(rows), beside))
        return band

    def _beside(self, rows: Sequence[Row]) -> Iterator[_Beside | None]:
        """A party's name stands once beside its run of rows and flows down beside them.

        What is left of a long one makes the last row of the run higher.
        """
        for party, run in groupby(parties(rows)):
            count = len(list(run))
            lines = self._name_lines(party) if party else ()
            for at in range(count):
                end = at + 1 if at < count - 1 else len(lines)
                yield _Beside(party, 0 if at else count, lines[at:end]) if party else None

    def _name_lines(self, party: PartyCell) -> tuple[str, ...]:
        left, right = self._party_edges
        room = right - left - self._width(_number(party))
        return wrap(party.name, room, self._width)

    def _sum(self, row: Row, style: _Style) -> _Box:
        after = _AFTER_SUM if style is _Style.SUBTOTAL else 0
        return _Box(row, style, self._type.sum_line + after)

    def _head(self, flow: Flow, row: Node | None = None) -> None:
        """The names of the columns; without a node where they only repeat those above."""
        line = baseline(flow.y, self._type.head_line, self._size)
        for place, edges in zip(self._places, self._columns.edges, strict=True):
            heading = self._table.columns[place].heading
            x, node = self._x(place, edges, heading), row.add("TH") if row else None
            flow.add(Text(x, line, heading, self._size, soft=True, node=node))
        flow.y += self._type.head_line
        flow.rule(MEDIUM)

    def _box(self, flow: Flow, box: _Box, *, ruled: bool) -> None:
        match box.style:
            case _Style.SUBTOTAL:
                flow.rule(THIN)
                flow.extend(self._sum_cells(box.row, flow.y))
            case _Style.TOTAL:
                flow.rule(STRONG)
                flow.extend(self._sum_cells(box.row, flow.y))
            case _Style.CAPTION:
                if ruled:
                    flow.add(HLine(LEFT, flow.y, RIGHT - LEFT, HAIR, pale=True))
                flow.extend(self._caption_items(box.row, flow.y + self._type.pad))
            case _Style.PLAIN | _Style.DETAIL:
                if box.first and ruled:
                    flow.add(HLine(LEFT, flow.y, RIGHT - LEFT, HAIR, pale=True))
                flow.extend(self._cells(box, flow.y))
        flow.y += box.height

    def _sum_cells(self, row: Row, top: float) -> Iterator[Item]:
        line = baseline(top, self._type.sum_line, self._size)
        nodes = self._body.add("TR")
        for place, edges in zip(self._places, self._columns.edges, strict=True):
            node = nodes.add("TD")
            if text := _text(row.cells[place]):
                x = self._x(place, edges, text)
                yield Text(x, line, text, self._size, bold=True, node=node)

    def _caption_items(self, row: Row, top: float) -> Iterator[Item]:
        node = self._body.add("TR").add("TD")
        line = baseline(top, self._type.row_line, self._size)
        for at, text in enumerate(self._caption_lines(row)):
            y = line + at * self._type.row_line
            yield Text(LEFT + self._type.side, y, text, self._size, bold=True, node=node)

    def _cells(self, box: _Box, top: float) -> Iterator[Item]:
        line = baseline(top + (self._type.pad if box.first else 0), self._type.row_line, self._size)
        soft = box.style is _Style.DETAIL
        nodes = self._body.add("TR")
        for place, edges in zip(self._places, self._columns.edges, strict=True):
            cell, kind = box.row.cells[place], self._table.columns[place].kind
            if kind is Kind.PARTY and box.beside:
                yield from self._party(box.beside, line, nodes)
                continue
            if kind is Kind.MONTH and not box.first:
                continue  # the cell of the band's first row spans this one
            node = nodes.add("TD", rows=box.rows if kind is Kind.MONTH else 1)
            for number, text in enumerate(filter(None, self._columns.lines(place, cell))):
                x, y = self._x(place, edges, text), line + number * self._type.row_line
                yield Text(x, y, text, self._size, soft=soft, node=node)

    def _party(self, beside: _Beside, line: float, nodes: Node) -> Iterator[Item]:
        """What of the name stands in this row; all of it is one cell that spans its rows."""
        left, _ = self._party_edges
        soft = not self._names_party
        number = _number(beside.party)
        if beside.rows:
            self._party_node = nodes.add("TD", rows=beside.rows)
            yield Text(left, line, number, self._size, soft=soft, node=self._party_node)
        x = left + self._width(number)
        for at, part in enumerate(beside.lines):
            yield Text(
                x,
                line + at * self._type.row_line,
                part,
                self._size,
                soft=soft,
                node=self._party_node,
            )


def _number(party: PartyCell) -> str:
    return f"{party.number}　"


def _height(band: _Band) -> float:
    return sum(box.height for box in band)


def _text(cell: Cell | None) -> str:
    return "" if cell is None else cell.text
