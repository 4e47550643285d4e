"""A table as lines of a 24-pin page: side by side where it fits, else titles and named lines."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from typing import Final

from printing.document import Cell, Kind, PartyCell, Row, Table
from printing.layout.page_rows import by_month, of_symbols, parties
from printing.layout.pin_sheet import LARGE, Piece, PinLine, PinType, at_right, height
from printing.layout.terse import legend_of, tersely
from printing.layout.words import named
from printing.text import width, wrap, wrap_parts

_INDENT: Final = 2
_MOST_AIR: Final = 10
"""So much is added to a gap at most; columns further apart are hard to read across."""
_LEAST_WORDS: Final = 12
"""A column of words is not made narrower."""
_ASCII: Final = re.compile(r"[!-~]+")
_RIGHT: Final = frozenset({Kind.AMOUNT, Kind.COUNT})


@dataclass(frozen=True, slots=True)
class Band:
    """Rows that no page break parts, unless they are too high together."""

    body: tuple[tuple[PinLine, ...], ...]
    """The lines of each row; a sum is with the last."""
    rows: int = 0
    """How many rows they are, sums not counted."""
    party: PartyCell | None = None
    """Whose its first row is."""
    last: PartyCell | None = None
    """Whose its last row is."""
    caption: tuple[PinLine, ...] = field(default=(), repr=False)
    """Names the first row's party."""

    def parts(self, above: PartyCell | None) -> tuple[tuple[PinLine, ...], ...]:
        """The rows below one of the party `above`; another one is named first."""
        if self.party in (None, above):
            return self.body
        first, *others = self.body
        return ((*self.caption, *first), *others)

    def height(self, above: PartyCell | None) -> int:
        """How far those reach, in 1/180 inch."""
        return height(chain.from_iterable(self.parts(above)))


class PinTable:
    """One table, measured for the width of the page.

    A run of rows of one party stands under a line that names it, unless the table is one of
    parties.
    """

    def __init__(self, table: Table, columns: int, of: PinType) -> None:
        """`columns` are those of the type."""
        self._table = table
        self._columns = columns
        self._type = of
        self._gap = 1 if of.scale == LARGE else 2
        """Columns between two texts, at least."""
        self._places = [place for place in range(len(table.columns)) if self._used(place)]
        self._symbols = {place for place in self._places if of_symbols(table, place)}
        self._headings: list[str] = []
        self._of_rows: list[int] = []
        self._of_sums: list[int] = []
        self._sums_reach = False
        """Whether sums stand over the empty column before theirs, where a page is that narrow."""
        self._edges = self._fitted()
        self.head = self._head()
        self.repeated = self.head if self._edges else ()
        """Of the head, what stands on every page."""
        self.legend = self._legend()

    def _fitted(self) -> list[tuple[int, int]]:
        """Under its headings, under short ones, in fewer letters; or it is a list after all."""
        as_it_is = self._table
        for self._table in tersely(as_it_is):
            columns = self._table.columns
            self._of_rows = self._widest(r for group in self._table.groups for r in group.rows)
            self._of_sums = self._widest(self._sums())
            for self._headings in ([c.heading for c in columns], [c.narrow for c in columns]):
                for self._sums_reach in (False, True):
                    if edges := self._set_edges():
                        return edges
        self._table = as_it_is
        return []

    def bands(self) -> Iterator[Band]:
        """Rows of one month together, a sum with the band above it."""
        pending: Band | None = None
        groups = self._table.groups
        for number, group in enumerate(groups):
            for rows in by_month(group.rows):
                if pending:
                    yield pending
                pending = self._band(rows)
            if group.subtotal:
                more = number < len(groups) - 1 or self._table.total is not None
                pending = self._with_sum(pending, group.subtotal, (), more)
        if self._table.total:
            pending = self._with_sum(pending, self._table.total, (PinLine(rule="thin"),), False)
        if pending:
            yield pending

    def _used(self, place: int) -> bool:
        kind = self._table.columns[place].kind
        if kind is Kind.PARTY:
            return place == 0
        return kind is not Kind.MARK or any(_text(row.cells[place]) for row in self._table.rows())

    def _set_edges(self) -> list[tuple[int, int]]:
        """First column of each used place and the one behind it; none if they do not fit."""
        widths = [self._natural(place) for place in self._places]
        spare = self._columns - sum(widths) - self._gap * (len(widths) - 1)
        if spare < 0:
            widths = self._narrowed(widths)
            spare = 0
        if not widths:
            return []
        gaps = max(1, len(widths) - 1)
        spare = min(spare, _MOST_AIR * gaps)
        edges, left = [], 0
        for number, room in enumerate(widths):
            edges.append((left, left + room))
            left += room + self._gap + (spare + number) // gaps
        return edges

    def _narrowed(self, widths: list[int]) -> list[int]:
        """Columns of words share what the others leave; none where that is too little."""
        words = [at for at, place in enumerate(self._places) if self._wraps(place)]
        room = self._columns - self._gap * (len(widths) - 1) - sum(widths)
        room += sum(widths[at] for at in words)
        for number, at in enumerate(sorted(words, key=lambda at: widths[at])):
            share = room // (len(words) - number)
            if share < min(self._least(self._places[at]), widths[at]):
                return []
            widths[at] = min(widths[at], share)
            room -= widths[at]
        return widths if room >= 0 else []

    def _least(self, place: int) -> int:
        """The narrowest that a column of words may be: no number in it is broken."""
        texts = (_text(row.cells[place]) for row in self._table.rows())
        runs = (len(run) for text in texts for run in _ASCII.findall(text))
        return max(_LEAST_WORDS, width(self._headings[place]), *runs, 0)

    def _wraps(self, place: int) -> bool:
        return self._table.columns[place].kind in (Kind.TEXT, Kind.PARTY)

    def _natural(self, place: int) -> int:
        """The width of the widest text; the label of a sum may run on over empty columns."""
        own = max(width(self._headings[place]), self._of_rows[place])
        if self._table.columns[place].kind not in _RIGHT:
            return own
        return max(own, self._of_sums[place] - self._reach(place))

    def _reach(self, place: int) -> int:
        """How far sums may stand over the column before theirs, which no sum and no label needs."""
        at = self._places.index(place)
        if not self._sums_reach or at < 2:
            return 0
        first, *_ = self._places
        before = self._places[at - 1]
        free = self._table.columns[before].kind in _RIGHT and not self._of_sums[before]
        room = sum(min(self._natural(one), self._least(one)) for one in self._places[: at - 1])
        return self._natural(before) if free and self._of_sums[first] <= room else 0

    def _widest(self, rows: Iterable[Row]) -> list[int]:
        """In each column."""
        texts: list[set[str]] = [set() for _ in self._table.columns]
        for row in rows:
            for seen, cell in zip(texts, row.cells, strict=True):
                seen.add(_text(cell))
        return [max(map(width, seen), default=0) for seen in texts]

    def _sums(self) -> Iterator[Row]:
        yield from (group.subtotal for group in self._table.groups if group.subtotal)
        if self._table.total:
            yield self._table.total

    def _head(self) -> tuple[PinLine, ...]:
        if not self._edges:
            return (PinLine(rule="thin"),)
        texts = [(self._headings[place],) for place in self._places]
        return (*self._side_by_side(texts), PinLine(rule="thin"))

    def _legend(self) -> tuple[PinLine, ...]:
        """What the marks mean."""
        lines = wrap_parts(legend_of(self._table), self._columns)
        return tuple(self._type.line(Piece(0, text)) for text in lines)

    def _band(self, rows: Sequence[Row]) -> Band:
        body: list[tuple[PinLine, ...]] = []
        whose = list(parties(rows))
        named = self._table.columns[0].kind is not Kind.PARTY
        for at, (row, party) in enumerate(zip(rows, whose, strict=True)):
            other = at and named and party != whose[at - 1]
            caption = self._caption(party) if other else ()
            body.append((*caption, *self._row(row, first=at == 0)))
        if not named:
            return Band(tuple(body), len(rows))
        return Band(tuple(body), len(rows), whose[0], whose[-1], self._caption(whose[0]))

    def _caption(self, party: PartyCell | None) -> tuple[PinLine, ...]:
        if party is None:
            return ()
        column = next(c for c in self._table.columns if c.kind is Kind.PARTY)
        label = named(column.heading)
        indent = width(label)
        first, *more = wrap(party.text, self._columns - indent)
        rest = (self._type.line(Piece(indent, text)) for text in more)
        return (self._type.line(Piece(0, label + first)), *rest)

    def _row(self, row: Row, *, first: bool) -> list[PinLine]:
        if not self._edges:
            return self._named(row)
        texts: list[tuple[str, ...]] = []
        for place, (left, right) in zip(self._places, self._edges, strict=True):
            cell = row.cells[place]
            shown = first or self._table.columns[place].kind is not Kind.MONTH
            text = _text(cell) if shown else ""
            texts.append(wrap(text, right - left) if self._wraps(place) else (text,))
        return self._side_by_side(texts)

    def _side_by_side(
        self, texts: Sequence[tuple[str, ...]], *, bold: bool = False
    ) -> list[PinLine]:
        lines = []
        for line in zip_longest(*texts, fillvalue=""):
            pieces = []
            for place, (left, right), text in zip(self._places, self._edges, line, strict=True):
                pieces.append(self._piece(place, (left, right), text, bold=bold))
            lines.append(self._type.line(*pieces))
        return lines

    def _piece(self, place: int, edges: tuple[int, int], text: str, *, bold: bool) -> Piece:
        """A text of a column: figures end together, symbols stand in the middle."""
        left, right = edges
        if self._table.columns[place].kind in _RIGHT:
            return at_right(text, right, bold=bold)
        if place in self._symbols:
            left += (right - left - width(text)) // 2
        return Piece(left, text, bold)

    def _with_sum(
        self, band: Band | None, row: Row, before: tuple[PinLine, ...], more: bool
    ) -> Band:
        """A sum stays with what it adds up; its label runs on over the empty columns behind it."""
        lines = (
            self._side_by_side([(_text(row.cells[place]),) for place in self._places], bold=True)
            if self._edges
            else self._named(row)
        )
        after = (PinLine(),) if more else ()
        above = band or Band(())
        last = [line for row in above.body[-1:] for line in row]
        body = (*above.body[:-1], (*last, *before, *lines, *after))
        return Band(body, above.rows, above.party, None, above.caption)

    def _named(self, row: Row) -> list[PinLine]:
        """The words of the first cell as a title, the others by name, as many as a line holds."""
        cells = [(self._table.columns[p].heading, _text(row.cells[p])) for p in self._places]
        said = [(heading, text) for heading, text in cells if text]
        (_, title), *others = said
        lines = [self._type.line(Piece(0, text, bold=True)) for text in wrap(title, self._columns)]
        held = ""
        for heading, text in others:
            part = named(heading, text)
            if held and _INDENT + width(held) + 2 + width(part) > self._columns:
                lines += self._indented(held)
                held = ""
            held = f"{held}  {part}" if held else part
        return [*lines, *self._indented(held)] if held else lines

    def _indented(self, text: str) -> list[PinLine]:
        parts = wrap(text, self._columns - _INDENT)
        return [self._type.line(Piece(_INDENT, part)) for part in parts]


def _text(cell: Cell | None) -> str:
    return "" if cell is None else cell.text
