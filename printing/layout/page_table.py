"""A table on A4: columns, heads, and rows in bands that no page break parts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby
from typing import Final

from printing.document import Cell, Column, Kind, PartyCell, Row, Table, TextCell
from printing.layout.bands import by_month, parties
from printing.layout.sheet import (
    HAIR,
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
from printing.layout.structure import Node
from printing.text import wrap

_SIZE: Final = 8.5
_LINE: Final = 11.6
_PAD: Final = 2.0
"""Above the first row of a band and below its last."""
_SIDE: Final = 3.4
"""Left and right of a cell."""
_PARTY: Final = 190.0
"""As wide as a party's name may be beside its rows; a longer one wraps."""
_HEAD: Final = 17.0
_SUM: Final = 17.5
_AFTER_SUM: Final = 5.0
_HEADING_SIZE: Final = 11.0
_HEADING: Final = 21.0
_RIGHT_ALIGNED: Final = frozenset({Kind.AMOUNT, Kind.COUNT})


class _Style(Enum):
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

    def __init__(self, table: Table, measure: Measure) -> None:
        self._table = table
        self._measure = measure
        self._places = [p for p, column in enumerate(table.columns) if self._used(p, column)]
        self._names_party = bool(table.columns) and table.columns[0].kind is Kind.PARTY
        self._edges = self._set_edges()
        self._node, self._body = Node("Table"), Node("TBody")
        self._party_node: Node | None = None
        self._party_edges = next(
            (
                edges
                for place, edges in zip(self._places, self._edges, strict=True)
                if table.columns[place].kind is Kind.PARTY
            ),
            (LEFT, RIGHT),
        )

    def draw(self, flow: Flow) -> None:
        """Put the table on the page, and on as many more as it needs."""
        bands = list(self._bands())
        if not flow.room(_HEADING + _HEAD + _height(bands[0])):
            flow.turn()
        self._heading(flow)
        flow.structure.parts.append(self._node)
        self._head(flow, self._node.add("THead").add("TR"))
        self._node.parts.append(self._body)
        ruled = False
        for band in bands:
            if not flow.room(_height(band)):
                flow.turn()
                self._head(flow)
                ruled = False
            for box in band:
                self._box(flow, box, ruled=ruled)
                ruled = box.style in (_Style.PLAIN, _Style.DETAIL)
        self._legend(flow)

    def _legend(self, flow: Flow) -> None:
        """What the marks mean; marks of a column of their own are printed in words here."""
        marks = any(column.kind is Kind.MARK for column in self._table.columns)
        if self._table.legend and not marks:
            if not flow.room(_PAD + _LINE):
                flow.turn()
            flow.y += _PAD
            line = baseline(flow.y, _LINE, _SIZE)
            node = flow.structure.add("P")
            flow.add(Text(LEFT + _SIDE, line, self._table.legend, _SIZE, soft=True, node=node))
            flow.y += _LINE

    def _used(self, place: int, column: Column) -> bool:
        cells = (row.cells[place] for row in self._table.rows())
        return column.kind is not Kind.MARK or any(_text(cell) for cell in cells)

    def _set_edges(self) -> list[tuple[float, float]]:
        """Left and right edge of each column's text."""
        columns = [self._table.columns[place] for place in self._places]
        widths = [
            self._natural(place, column) + 2 * _SIDE + air
            for place, column, air in zip(self._places, columns, _air(columns), strict=True)
        ]
        self._narrow(widths, columns)
        spare = RIGHT - LEFT - sum(widths)
        takers = [0] if self._names_party else list(range(len(widths)))
        for at in takers:
            widths[at] += spare / len(takers)
        edges, x = [], LEFT
        for width, air in zip(widths, _air(columns), strict=True):
            edges.append((x + _SIDE + air, x + width - _SIDE))
            x += width
        return edges

    def _narrow(self, widths: list[float], columns: Sequence[Column]) -> None:
        """Where the page lacks room, columns of words share what is left; their text wraps."""
        words = [at for at, column in enumerate(columns) if column.kind is Kind.TEXT]
        room = RIGHT - LEFT - sum(widths) + sum(widths[at] for at in words)
        for number, at in enumerate(sorted(words, key=lambda at: widths[at])):
            widths[at] = min(widths[at], room / (len(words) - number))
            room -= widths[at]

    def _lines(self, place: int, cell: Cell | None) -> tuple[str, ...]:
        """A cell's text, wrapped where it is words and the column is narrower."""
        text = _text(cell)
        left, right = self._edges[self._places.index(place)]
        if not isinstance(cell, TextCell) or self._measure(text, _SIZE) <= right - left + 0.01:
            return (text,)
        return wrap(text, right - left, lambda part: self._measure(part, _SIZE))

    def _natural(self, place: int, column: Column) -> float:
        """The width of the widest text; the label of a sum may run on over empty columns."""
        sums = [group.subtotal for group in self._table.groups] + [self._table.total]
        texts = {column.heading} | {_text(row.cells[place]) for row in self._table.rows()}
        if column.kind not in _RIGHT_ALIGNED:
            texts -= {_text(row.cells[place]) for row in sums if row}
            texts.add(column.heading)
        widest = max(self._measure(text, _SIZE) for text in texts)
        return min(widest, _PARTY) if column.kind is Kind.PARTY else widest

    def _bands(self) -> Iterator[_Band]:
        """Rows of one month together, sums with the band above them."""
        pending: _Band | None = None
        for group in self._table.groups:
            for rows in by_month(group.rows):
                if pending:
                    yield pending
                pending = self._band(rows)
            if group.subtotal:
                pending = [*(pending or []), self._sum(group.subtotal, _Style.SUBTOTAL)]
        if self._table.total:
            pending = [*(pending or []), self._sum(self._table.total, _Style.TOTAL)]
        if pending:
            yield pending

    def _band(self, rows: Sequence[Row]) -> _Band:
        band = []
        for at, (row, beside) in enumerate(zip(rows, self._beside(rows), strict=True)):
            first, last = at == 0, at == len(rows) - 1
            cells = (self._lines(place, row.cells[place]) for place in self._places)
            lines = max(len(beside.lines) if beside else 1, *map(len, cells))
            height = _LINE * lines + _PAD * (first + last)
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
        room = right - left - self._measure(_number(party), _SIZE)
        return wrap(party.name, room, lambda text: self._measure(text, _SIZE))

    def _sum(self, row: Row, style: _Style) -> _Box:
        after = _AFTER_SUM if style is _Style.SUBTOTAL else 0
        return _Box(row, style, _SUM + after)

    def _heading(self, flow: Flow) -> None:
        unit = f"（{self._table.unit}）" if self._table.unit else ""
        line = baseline(flow.y, _HEADING, _HEADING_SIZE)
        text, node = self._table.heading + unit, flow.structure.add("H2")
        flow.add(Text(LEFT, line, text, _HEADING_SIZE, bold=True, node=node))
        flow.y += _HEADING

    def _head(self, flow: Flow, row: Node | None = None) -> None:
        """The names of the columns; without a node where they only repeat those above."""
        line = baseline(flow.y, _HEAD, _SIZE)
        for place, (left, right) in zip(self._places, self._edges, strict=True):
            column = self._table.columns[place]
            x = left
            if column.kind in _RIGHT_ALIGNED:
                x = right - self._measure(column.heading, _SIZE)
            node = row.add("TH") if row else None
            flow.add(Text(x, line, column.heading, _SIZE, soft=True, node=node))
        flow.y += _HEAD
        flow.rule(MEDIUM)

    def _box(self, flow: Flow, box: _Box, *, ruled: bool) -> None:
        match box.style:
            case _Style.SUBTOTAL:
                flow.rule(THIN)
                flow.extend(self._sum_cells(box.row, flow.y))
            case _Style.TOTAL:
                flow.rule(STRONG)
                flow.extend(self._sum_cells(box.row, flow.y))
            case _Style.PLAIN | _Style.DETAIL:
                if box.first and ruled:
                    flow.add(HLine(LEFT, flow.y, RIGHT - LEFT, HAIR, pale=True))
                flow.extend(self._cells(box, flow.y))
        flow.y += box.height

    def _sum_cells(self, row: Row, top: float) -> Iterator[Item]:
        line = baseline(top, _SUM, _SIZE)
        nodes = self._body.add("TR")
        for place, (left, right) in zip(self._places, self._edges, strict=True):
            node = nodes.add("TD")
            if text := _text(row.cells[place]):
                at_right = self._table.columns[place].kind in _RIGHT_ALIGNED
                x = right - self._measure(text, _SIZE) if at_right else left
                yield Text(x, line, text, _SIZE, bold=True, node=node)

    def _cells(self, box: _Box, top: float) -> Iterator[Item]:
        line = baseline(top + (_PAD if box.first else 0), _LINE, _SIZE)
        soft = box.style is _Style.DETAIL
        nodes = self._body.add("TR")
        for place, (left, right) in zip(self._places, self._edges, strict=True):
            cell, kind = box.row.cells[place], self._table.columns[place].kind
            if kind is Kind.PARTY and box.beside:
                yield from self._party(box.beside, line, nodes)
                continue
            if kind is Kind.MONTH and not box.first:
                continue  # the cell of the band's first row spans this one
            node = nodes.add("TD", rows=box.rows if kind is Kind.MONTH else 1)
            at_right = kind in _RIGHT_ALIGNED
            for number, text in enumerate(filter(None, self._lines(place, cell))):
                x = right - self._measure(text, _SIZE) if at_right else left
                yield Text(x, line + number * _LINE, text, _SIZE, soft=soft, node=node)

    def _party(self, beside: _Beside, line: float, nodes: Node) -> Iterator[Item]:
        """What of the name stands in this row; all of it is one cell that spans its rows."""
        left, _ = self._party_edges
        soft = not self._names_party
        number = _number(beside.party)
        if beside.rows:
            self._party_node = nodes.add("TD", rows=beside.rows)
            yield Text(left, line, number, _SIZE, soft=soft, node=self._party_node)
        x = left + self._measure(number, _SIZE)
        for at, part in enumerate(beside.lines):
            yield Text(x, line + at * _LINE, part, _SIZE, soft=soft, node=self._party_node)


def _air(columns: Sequence[Column]) -> list[float]:
    """Words right after figures need more air than figures after words."""
    figures = [False, *(column.kind in _RIGHT_ALIGNED for column in columns)]
    return [
        2 * _SIDE if after and column.kind not in _RIGHT_ALIGNED else 0.0
        for column, after in zip(columns, figures, strict=False)
    ]


def _number(party: PartyCell) -> str:
    return f"{party.number}　"


def _height(band: _Band) -> float:
    return sum(box.height for box in band)


def _text(cell: Cell | None) -> str:
    return "" if cell is None else cell.text
