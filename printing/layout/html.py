"""A document as HTML for the screen: headings, a list of facts, tables with captions and scopes.

Only elements and classes: how it looks is the page's own style sheet (WCAG 2.2, 1.3.1). Every text
is escaped here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from typing import Final

from printing.document import (
    AmountCell,
    Cell,
    CountCell,
    Document,
    Kind,
    MonthCell,
    PartyCell,
    Row,
    Table,
)
from printing.layout.page_rows import of_symbols, parties
from printing.layout.size import Size
from printing.layout.terse import legend_of, with_short_marks
from printing.layout.words import hint, named, with_unit, words_of
from printing.text import widest_word, width

_BLANK: Final = "_" * 20
_DAY: Final = re.compile(r"\d{4}-\d{2}(?:-\d{2})?")
"""A month or a day: the style lets no line end within."""
_PLAIN: Final = (AmountCell, CountCell, MonthCell)
_WRAPS: Final = frozenset({Kind.TEXT, Kind.PARTY})
_FIGURES: Final = frozenset({Kind.AMOUNT, Kind.COUNT})
_WORDS: Final = 12
"""A column of words may become as narrow, in half-width characters."""
_PARTY: Final = 22
_ROOM: Final[dict[Size, int]] = {"normal": 76, "large": 50}
_PAD: Final[dict[Size, int]] = {"normal": 2, "large": 1}
"""How much the portrait screen's sheet holds beside each other, and what each column adds."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A column as all its cells need it."""

    place: int
    party: bool
    kind: Kind
    heading: str
    """Escaped."""
    name: str
    """The attribute by which a cell of a list says it; empty: a table names its columns once."""
    known: dict[str, str] = field(default_factory=dict, repr=False)
    """Texts that were made ready: a column of words repeats a few."""

    @classmethod
    def of(cls, table: Table, place: int, *, named: bool) -> "_Shown":
        column = table.columns[place]
        heading = escape(column.heading)
        name = f' data-name="{heading}"' if named else ""
        return cls(place, column.kind is Kind.PARTY, column.kind, heading, name)

    def said(self, cell: Cell) -> str:
        """A cell's text, escaped; in figures there is nothing to escape, and most are figures."""
        text = cell.text
        if isinstance(cell, _PLAIN) and self.kind is not Kind.TEXT:
            return text
        if text not in self.known:
            self.known[text] = _dated(text) if self.kind is Kind.TEXT else escape(text)
        return self.known[text]


class _Widths:
    """How much room the columns of a table need, each measured once and when it is asked for."""

    def __init__(self, table: Table, size: Size) -> None:
        self._columns = table.columns
        self._cells = list(zip(*(row.cells for row in table.rows()), strict=True))
        self._pad = _PAD[size]
        self._known: dict[int, float] = {}

    def across(self, places: Sequence[int]) -> float:
        """How wide a table of these columns is at least, in half-width characters."""
        return sum(map(self._width, places))

    def _width(self, at: int) -> float:
        if at not in self._known:
            self._known[at] = self._measured(at) + self._pad
        return self._known[at]

    def _measured(self, at: int) -> float:
        column, cells = self._columns[at], self._cells[at]
        heading = max(map(_set, column.heading.split(" ")))  # the style lets it wrap there
        words = _widest(cells)
        if column.kind in _WRAPS:
            least = _PARTY if column.kind is Kind.PARTY else _WORDS
            texts = {cell.text for cell in cells if cell}  # forty years repeat a few
            longest = max((widest_word(text, _set) for text in texts), default=0.0)
            words = min(words, max(least, longest))
        return max(heading, words)


def layout_html(document: Document, size: Size = "normal") -> str:
    """One `article` in the order of the A4 page; the QR symbol, which is paper's, left out.

    A table that is too wide for the sheet is of the class `list`: a style shows each of its cells
    in a line of its own, behind the name in `data-name`.
    """
    seal, foot = document.seal, document.foot
    words = words_of(document)
    parts = [
        f"<h2>{_titles(document)}</h2>",
        f"<p>{_dated(document.subtitle)}　·　{escape(document.agency)}</p>",
        *_facts(document),
        *(
            part
            for table in document.tables
            if not (table.wide_only if size == "large" else table.narrow_only)
            for part in _table(table, size)
        ),
        "<ol>",
        *(f"<li>{escape(note)}</li>" for note in (*document.notes, *hint(document))),
        "</ol>",
        f"<footer><p>{words.code} {escape(seal.code)}</p>" if document.sealed else "<footer>",
        f"<p>{escape(foot.serial)}　{escape(foot.copy)}</p>",
        f"<p>{escape(foot.printed)}　{escape(foot.kiosk)}</p></footer>",
    ]
    body = "\n".join(parts)
    return f'<article lang="{words.language}">\n{body}\n</article>\n'


def _titles(document: Document) -> str:
    """A Chinese title on an English page is told to whoever reads it aloud."""
    title = escape(document.title)
    if not document.title_en:
        return title
    return f'<span lang="zh-CN">{title}</span><br>{escape(document.title_en)}'


def _facts(document: Document) -> Iterator[str]:
    yield "<dl>"
    for fact in document.facts:
        yield f"<div><dt>{escape(fact.label)}</dt><dd>{escape(fact.value)}</dd></div>"
    yield "</dl>"


def _table(table: Table, size: Size) -> Iterator[str]:
    heading = escape(with_unit(table.heading, table.unit))
    if not table.groups:
        yield f"<h3>{heading}</h3>"
        said = (table.empty, *(named(blank, _BLANK) for blank in table.blanks))
        yield from (f"<p>{escape(text)}</p>" for text in said if text)
        return
    table, places, listed = _fitted(table, size)
    columns = [_Shown.of(table, place, named=listed) for place in places]
    lifted = any(at not in places and _above(table, at) for at in table.places())
    looks = "list" if listed else _looks(columns)
    yield f'<table class="{looks}">' if looks else "<table>"
    yield f"<caption>{heading}</caption>"
    heads = (f'<th scope="col">{column.heading}</th>' for column in columns)
    yield f"<thead><tr>{''.join(heads)}</tr></thead>"
    for group in table.groups:
        yield "<tbody>"
        for row, span in zip(group.rows, _spans(group.rows), strict=True):
            if span and lifted:
                yield from _caption(table, row, len(columns))
            yield _row(columns, row, "detail" if row.detail else "", span)
        if group.subtotal:
            yield _row(columns, group.subtotal, "sum")
        yield "</tbody>"
    if table.total:
        yield f"<tfoot>{_row(columns, table.total, 'sum')}</tfoot>"
    yield "</table>"
    if legend := legend_of(table):
        yield f"<p>{escape(legend)}</p>"


def _fitted(table: Table, size: Size) -> tuple[Table, list[int], bool]:
    """In words or with short marks, the columns shown, and whether it is a list after all."""
    places, listed = _places(table, size)
    if not listed:
        return table, places, False
    marked = with_short_marks(table)
    short, still = _places(marked, size)
    if not still:
        return marked, short, False
    if any(of_symbols(table, at) for at in places):  # they are read down their column
        table = table.narrowed()
    return table, *_places(table, size)


def _places(table: Table, size: Size) -> tuple[list[int], bool]:
    """The columns that are shown, and whether they have to stand below each other.

    Parties stand above their rows in large print, and where there is no room beside them; in large
    print what follows from other columns goes first, too.
    """
    across, room = _Widths(table, size).across, _ROOM[size]
    places = list(table.places())
    below = [at for at in places if not _above(table, at)]
    if size == "normal":
        if across(places) <= room:
            return places, False
        fits = len(below) < len(places) and across(below) <= room
        return (below, False) if fits else (places, True)
    fewer = [at for at in below if not table.columns[at].derived]
    if across(fewer) > room:
        return [at for at in below if table.columns[at].in_lists], True
    return (below if across(below) <= room else fewer), False


def _above(table: Table, place: int) -> bool:
    """Whether a column can stand above its rows, as an employer can for all of its months."""
    return place > 0 and table.columns[place].kind is Kind.PARTY


def _widest(cells: Sequence[Cell | None]) -> float:
    """In half-width characters. Of amounts the greatest and the least are as long as any."""
    amounts = [cell.value for cell in cells if isinstance(cell, AmountCell)]
    ends = {AmountCell(end).text for end in (max(amounts), min(amounts))} if amounts else set()
    others = {cell.text for cell in cells if cell and not isinstance(cell, AmountCell)}
    return max(map(_set, ends | others), default=0.0)


def _set(text: str) -> float:
    """Letters are wider than figures, by a fifth at most on average."""
    return width(text) + sum(character.isascii() and character.isalpha() for character in text) / 5


def _looks(columns: Sequence[_Shown]) -> str:
    """What a style has to know of a table's columns, once: no cell says it again.

    Columns of figures are counted from the end, as a row whose party stands above has a cell less.
    """
    kinds = [column.kind for column in columns]
    figures = (at for at, kind in enumerate(reversed(kinds), 1) if kind in _FIGURES)
    monthly = ["monthly"] if kinds[0] is Kind.MONTH else []
    return " ".join((*monthly, *(f"figure-{at}" for at in figures)))


def _caption(table: Table, row: Row, across: int) -> Iterator[str]:
    """Names the party of the rows below."""
    for column, cell in list(zip(table.columns, row.cells, strict=True))[1:]:
        if isinstance(cell, PartyCell):
            said = escape(named(column.heading, cell.text))
            yield f'<tr class="whose"><th scope="row" colspan="{across}">{said}</th></tr>'


def _spans(rows: Sequence[Row]) -> Iterator[int]:
    """Beside how many rows the party of a row stands; 0 where it is already there."""
    for _, run in groupby(parties(rows)):
        count = len(list(run))
        yield from (count, *[0] * (count - 1))


def _row(columns: Sequence[_Shown], row: Row, kind: str, span: int = 1) -> str:
    """The first cell that says something is what the others of its row belong to."""
    said = [f'<tr class="{kind}">' if kind else "<tr>"]
    headed = False
    for column in columns:
        if column.party and column.place and not span:
            continue
        cell = row.cells[column.place]
        text = column.said(cell) if cell else ""
        if text and not headed:
            headed = True
            said.append(f'<th scope="row"{_party(cell, 1)}>{text}</th>')
        else:
            party = _party(cell, span) if column.party else ""
            said.append(f"<td{party}{column.name}>{text}</td>")
    said.append("</tr>")
    return "".join(said)


def _dated(text: str) -> str:
    return _DAY.sub(r"<time>\g<0></time>", escape(text))


def _party(cell: Cell | None, span: int) -> str:
    if not isinstance(cell, PartyCell):
        return ""
    return f' rowspan="{span}" class="party"' if span > 1 else ' class="party"'
