"""A document as HTML for the screen: headings, a list of facts, tables with captions and scopes.

Only elements and classes: how it looks is the page's own style sheet (WCAG 2.2, 1.3.1). Every text
is escaped here.
"""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Final

from printing.document import (
    AmountCell,
    Cell,
    Column,
    CountCell,
    Document,
    Kind,
    MonthCell,
    PartyCell,
    Row,
    Table,
)
from printing.layout.page_rows import parties
from printing.layout.size import Size
from printing.text import width

_CLASSES: Final[dict[type, str]] = {
    AmountCell: "figure",
    CountCell: "figure",
    MonthCell: "month",
    PartyCell: "party",
}


_BLANK: Final = "_" * 20
_WRAPS: Final = frozenset({Kind.TEXT, Kind.PARTY})
_FIGURES: Final = frozenset({Kind.AMOUNT, Kind.COUNT})
_WORDS: Final = 12
"""A column of words may become as narrow, in half-width characters."""
_PARTY: Final = 22
_ROOM: Final[dict[Size, int]] = {"normal": 80, "large": 50}
_PAD: Final[dict[Size, int]] = {"normal": 2, "large": 1}
"""How much the portrait screen's sheet holds beside each other, and what each column adds."""


def layout_html(document: Document, size: Size = "normal") -> str:
    """One `article` in the order of the A4 page; the QR symbol, which is paper's, left out.

    A table that is too wide for the sheet is of the class `list`: a style shows each of its cells
    in a line of its own, behind the name in `data-name`.
    """
    seal, foot = document.seal, document.foot
    hint = (f"{seal.hint}。",) if document.sealed else ()
    parts = [
        f"<h2>{escape(document.title)}</h2>",
        f"<p>{escape(document.subtitle)}　·　{escape(document.agency)}</p>",
        *_facts(document),
        *(
            part
            for table in document.tables
            if not (table.wide_only if size == "large" else table.narrow_only)
            for part in _table(table, size)
        ),
        "<ol>",
        *(f"<li>{escape(note)}</li>" for note in (*document.notes, *hint)),
        "</ol>",
        f"<footer><p>核验码 {escape(seal.code)}</p>" if document.sealed else "<footer>",
        f"<p>{escape(foot.serial)}　{escape(foot.copy)}</p>",
        f"<p>{escape(foot.printed)}　{escape(foot.kiosk)}</p></footer>",
    ]
    body = "\n".join(parts)
    return f'<article lang="zh-CN">\n{body}\n</article>\n'


def _facts(document: Document) -> Iterator[str]:
    yield "<dl>"
    for fact in document.facts:
        yield f"<div><dt>{escape(fact.label)}</dt><dd>{escape(fact.value)}</dd></div>"
    yield "</dl>"


def _table(table: Table, size: Size) -> Iterator[str]:
    unit = f"（{escape(table.unit)}）" if table.unit else ""
    if not table.groups:
        yield f"<h3>{escape(table.heading)}{unit}</h3>"
        said = (table.empty, *(f"{blank}：{_BLANK}" for blank in table.blanks))
        yield from (f"<p>{escape(text)}</p>" for text in said if text)
        return
    places, listed = _places(table, size)
    columns = [(place, table.columns[place]) for place in places]
    kind = ' class="list"' if listed else ""
    yield f"<table{kind}>\n<caption>{escape(table.heading)}{unit}</caption>"
    heads = (_heading(column) for _, column in columns)
    yield f"<thead><tr>{''.join(heads)}</tr></thead>"
    for group in table.groups:
        yield "<tbody>"
        for row, span in zip(group.rows, _spans(group.rows), strict=True):
            if span and size == "large":
                yield from _caption(table, row, len(columns))
            yield _row(columns, row, "detail" if row.detail else "", span, named=listed)
        if group.subtotal:
            yield _row(columns, group.subtotal, "sum", named=listed)
        yield "</tbody>"
    if table.total:
        yield f"<tfoot>{_row(columns, table.total, 'sum', named=listed)}</tfoot>"
    yield "</table>"
    if table.legend:
        yield f"<p>{escape(table.legend)}</p>"


def _places(table: Table, size: Size) -> tuple[list[int], bool]:
    """The columns that are shown, and whether they have to stand below each other.

    In large print parties stand above their rows, and what follows from other columns goes first.
    """
    places = list(table.places())
    if size == "large":
        places = [at for at in places if at == 0 or table.columns[at].kind is not Kind.PARTY]
        if _across(table, places, size) > _ROOM[size]:
            places = [at for at in places if not table.columns[at].derived]
    return places, _across(table, places, size) > _ROOM[size]


def _across(table: Table, places: Sequence[int], size: Size) -> int:
    """How wide the table is at least, in half-width characters."""
    wide = 0
    for at in places:
        column = table.columns[at]
        heading = width(column.heading)
        cells = (row.cells[at] for row in table.rows())
        words = max((width(cell.text) for cell in cells if cell), default=0)
        least = _PARTY if column.kind is Kind.PARTY else _WORDS
        if column.kind in _WRAPS:
            words = min(words, least)
        wide += max(heading, words) + _PAD[size]
    return wide


def _heading(column: Column) -> str:
    """Above figures it ends where they end."""
    kind = ' class="figure"' if column.kind in _FIGURES else ""
    return f'<th scope="col"{kind}>{escape(column.heading)}</th>'


def _caption(table: Table, row: Row, across: int) -> Iterator[str]:
    """Names the party of the rows below."""
    for column, cell in list(zip(table.columns, row.cells, strict=True))[1:]:
        if isinstance(cell, PartyCell):
            said = f"{escape(column.heading)}：{escape(cell.text)}"
            yield f'<tr class="whose"><th scope="row" colspan="{across}">{said}</th></tr>'


def _spans(rows: Sequence[Row]) -> Iterator[int]:
    """Beside how many rows the party of a row stands; 0 where it is already there."""
    for _, run in groupby(parties(rows)):
        count = len(list(run))
        yield from (count, *[0] * (count - 1))


def _row(
    columns: Sequence[tuple[int, Column]], row: Row, kind: str, span: int = 1, *, named: bool
) -> str:
    """The first cell that says something is what the others of its row belong to."""
    cells = [
        (row.cells[place], column.heading if named else "")
        for place, column in columns
        if span or place == 0 or column.kind is not Kind.PARTY
    ]
    head = next((at for at, (cell, _) in enumerate(cells) if cell and cell.text), -1)
    said = "".join(
        _cell(cell, name, head=at == head, span=span) for at, (cell, name) in enumerate(cells)
    )
    return f'<tr class="{kind}">{said}</tr>' if kind else f"<tr>{said}</tr>"


def _cell(cell: Cell | None, name: str, *, head: bool, span: int) -> str:
    text = escape(cell.text) if cell else ""
    kind = f' class="{_CLASSES[type(cell)]}"' if type(cell) in _CLASSES else ""
    if head:
        return f'<th scope="row"{kind}>{text}</th>'
    rows = f' rowspan="{span}"' if isinstance(cell, PartyCell) and span > 1 else ""
    label = f' data-name="{escape(name)}"' if name else ""
    return f"<td{rows}{kind}{label}>{text}</td>"
