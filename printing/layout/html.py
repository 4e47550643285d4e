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

_CLASSES: Final[dict[type, str]] = {
    AmountCell: "figure",
    CountCell: "figure",
    MonthCell: "month",
    PartyCell: "party",
}


def layout_html(document: Document) -> str:
    """One `article` in the order of the A4 page; the QR symbol, which is paper's, left out."""
    seal, foot = document.seal, document.foot
    hint = (f"{seal.hint}。",) if document.sealed else ()
    parts = [
        f"<h2>{escape(document.title)}</h2>",
        f"<p>{escape(document.subtitle)}　·　{escape(document.agency)}</p>",
        *_facts(document),
        *(part for table in document.tables if not table.narrow_only for part in _table(table)),
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


def _table(table: Table) -> Iterator[str]:
    unit = f"（{escape(table.unit)}）" if table.unit else ""
    if not table.groups:
        yield f"<h3>{escape(table.heading)}{unit}</h3>\n<p>{escape(table.empty)}</p>"
        return
    columns = [(place, table.columns[place]) for place in table.places()]
    yield f"<table>\n<caption>{escape(table.heading)}{unit}</caption>"
    heads = (f'<th scope="col">{escape(column.heading)}</th>' for _, column in columns)
    yield f"<thead><tr>{''.join(heads)}</tr></thead>"
    for group in table.groups:
        yield "<tbody>"
        for row, span in zip(group.rows, _spans(group.rows), strict=True):
            yield _row(columns, row, "detail" if row.detail else "", span)
        if group.subtotal:
            yield _row(columns, group.subtotal, "sum")
        yield "</tbody>"
    if table.total:
        yield f"<tfoot>{_row(columns, table.total, 'sum')}</tfoot>"
    yield "</table>"
    if table.legend:
        yield f"<p>{escape(table.legend)}</p>"


def _spans(rows: Sequence[Row]) -> Iterator[int]:
    """Beside how many rows the party of a row stands; 0 where it is already there."""
    for _, run in groupby(parties(rows)):
        count = len(list(run))
        yield from (count, *[0] * (count - 1))


def _row(columns: Sequence[tuple[int, Column]], row: Row, kind: str, span: int = 1) -> str:
    """The first cell that says something is what the others of its row belong to."""
    cells = [
        row.cells[place]
        for place, column in columns
        if span or place == 0 or column.kind is not Kind.PARTY
    ]
    head = next((at for at, cell in enumerate(cells) if cell and cell.text), -1)
    said = "".join(_cell(cell, head=at == head, span=span) for at, cell in enumerate(cells))
    return f'<tr class="{kind}">{said}</tr>' if kind else f"<tr>{said}</tr>"


def _cell(cell: Cell | None, *, head: bool, span: int) -> str:
    text = escape(cell.text) if cell else ""
    kind = f' class="{_CLASSES[type(cell)]}"' if type(cell) in _CLASSES else ""
    if head:
        return f'<th scope="row"{kind}>{text}</th>'
    rows = f' rowspan="{span}"' if isinstance(cell, PartyCell) and span > 1 else ""
    return f"<td{rows}{kind}>{text}</td>"
