"""Where the columns of a table stand on A4: as wide as they need to be, and where the page lacks
room those of words narrower.
"""

from collections.abc import Callable, Sequence
from typing import Final

from printing.document import Cell, Column, Kind, Table, TextCell
from printing.layout.sheet import LEFT, RIGHT
from printing.layout.size import PageType
from printing.text import widest_word, wrap

Edges = tuple[float, float]
"""Left and right edge of a column's text."""
RIGHT_ALIGNED: Final = frozenset({Kind.AMOUNT, Kind.COUNT})


class PageColumns:
    """The columns of one table, measured for the width of the page."""

    def __init__(
        self, table: Table, places: Sequence[int], measure: Callable[[str], float], of: PageType
    ) -> None:
        self._table = table
        self._places = places
        self._width = measure
        self._type = of
        self._names_party = bool(table.columns) and table.columns[0].kind is Kind.PARTY
        self.cramped = False
        """Whether the page is too narrow for them."""
        self.edges = self._set_edges()
        """Of each column, in the order of `places`."""
        self.wrapping = {
            place: edges
            for place, edges in zip(places, self.edges, strict=True)
            if self._wraps(place, edges)
        }
        """The columns in which words need more than one line."""

    def lines(self, place: int, cell: Cell | None) -> tuple[str, ...]:
        """A cell's text, wrapped where it is words and the column is narrower."""
        edges = self.wrapping.get(place)
        if edges and isinstance(cell, TextCell):
            return wrap(cell.text, _room(edges), self._width)
        return (cell.text,) if cell else ()

    def _set_edges(self) -> list[Edges]:
        """Left and right edge of each column's text."""
        columns = [self._table.columns[place] for place in self._places]
        air = self._air(columns)
        widths = [
            self._natural(place, column) + 2 * self._type.side + before
            for place, column, before in zip(self._places, columns, air, strict=True)
        ]
        self._narrow(widths, columns, air)
        spare = RIGHT - LEFT - sum(widths)
        takers = [0] if self._names_party else list(range(len(widths)))
        for at in takers:
            widths[at] += spare / len(takers)
        edges, x = [], LEFT
        for width, before in zip(widths, air, strict=True):
            edges.append((x + self._type.side + before, x + width - self._type.side))
            x += width
        return edges

    def _air(self, columns: Sequence[Column]) -> list[float]:
        """Words right after figures need more air than figures after words."""
        figures = [False, *(column.kind in RIGHT_ALIGNED for column in columns)]
        return [
            2 * self._type.side if after and column.kind not in RIGHT_ALIGNED else 0.0
            for column, after in zip(columns, figures, strict=False)
        ]

    def _narrow(self, widths: list[float], columns: Sequence[Column], air: Sequence[float]) -> None:
        """Where the page lacks room, columns of words share what is left; their text wraps."""
        words = [at for at, column in enumerate(columns) if column.kind is Kind.TEXT]
        room = RIGHT - LEFT - sum(widths) + sum(widths[at] for at in words)
        for number, at in enumerate(sorted(words, key=lambda at: widths[at])):
            share = room / (len(words) - number)
            least = max(self._type.words, self._widest_word(at) + 2 * self._type.side + air[at])
            self.cramped |= share < min(widths[at], least)
            widths[at] = min(widths[at], share)
            room -= widths[at]
        self.cramped |= room < -0.01

    def _widest_word(self, at: int) -> float:
        """Of a column of words, by its number among those used; its heading is never parted."""
        place = self._places[at]
        texts = {_text(row.cells[place]) for row in self._table.rows()}  # a few repeat often
        words = (widest_word(text, self._width) for text in texts)
        return max(self._width(self._table.columns[place].heading), *words)

    def _natural(self, place: int, column: Column) -> float:
        """The width of the widest text; the label of a sum may run on over empty columns."""
        sums = [group.subtotal for group in self._table.groups] + [self._table.total]
        texts = {column.heading} | {_text(row.cells[place]) for row in self._table.rows()}
        if column.kind not in RIGHT_ALIGNED:
            texts -= {_text(row.cells[place]) for row in sums if row}
            texts.add(column.heading)
        widest = max(self._width(text) for text in texts)
        return min(widest, self._type.party) if column.kind is Kind.PARTY else widest

    def _wraps(self, place: int, edges: Edges) -> bool:
        """Whether the words of a cell need more than a line: nothing else is ever parted."""
        cells = (row.cells[place] for group in self._table.groups for row in group.rows)
        texts = {cell.text for cell in cells if isinstance(cell, TextCell)}
        return any(self._width(text) > _room(edges) for text in texts)


def _room(edges: Edges) -> float:
    left, right = edges
    return right - left + 0.01  # what was measured to fit must fit


def _text(cell: Cell | None) -> str:
    return "" if cell is None else cell.text
