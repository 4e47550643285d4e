"""Every medium's text, made comparable: what a reader finds on it, in the order of reading."""

import re
from collections import Counter
from html.parser import HTMLParser

from printing.document import (
    AmountCell,
    Cell,
    CountCell,
    Document,
    Kind,
    MarkCell,
    MonthCell,
    PartyCell,
    Row,
    Table,
    TextCell,
)
from printing.layout.roll import Line, Roll

AMOUNT = re.compile(r"(?<![\d,.-])-?\d{1,3}(?:,\d{3})*\.\d\d(?![\d,])")


def measure(text: str, size: float) -> float:
    """As wide as the widest of fonts."""
    return size * sum(1.0 if character >= "\x80" else 0.6 for character in text)


def squeezed(text: str) -> str:
    """Without what only places a character."""
    return re.sub(r"[\s　￾\ufffe]", "", text)


def roll_said(roll: Roll) -> str:
    """The lines of a roll, one below the other."""
    return "\n".join(line.text for line in roll.lines if isinstance(line, Line))


def shown_tables(document: Document, *, narrow: bool) -> list[Table]:
    """The tables that a narrow or a wide medium has."""
    return [t for t in document.tables if not (t.wide_only if narrow else t.narrow_only)]


def rows_not_found(said: str, document: Document, *, narrow: bool, brief: bool) -> list[list[str]]:
    """The rows of which a cell is not where it must be: behind the start of the row before.

    A month or a party stands once for a run of rows. Columns that follow from others may be left
    out by a narrow medium, and words be brief in a table that has no room for its marks.
    """
    text, start, lost = squeezed(said), 0, []
    for table in shown_tables(document, narrow=narrow):
        start = text.find(squeezed(table.heading.rstrip(")）")), start)  # a unit may follow
        assert start >= 0, table.heading
        if not table.groups:
            parts = [table.empty, *(f"{blank}：" for blank in table.blanks)]
            assert all(squeezed(part) in text[start:] for part in parts)
        once: set[str] = set()
        marked = any(column.kind is Kind.MARK for column in table.columns)
        for row in table.rows():
            known = set(once)
            cells = _cells(table, row, once, narrow=narrow, brief=brief)
            if marked and any(text.find(squeezed(cell), start) < 0 for cell in cells):
                cells = _cells(table, row, known, narrow=narrow, brief=True)
            cells = [squeezed(cell) for cell in cells]
            places = [text.find(cell, start) for cell in cells]
            if -1 in places:
                lost.append(cells)
            elif places:
                start = max(start, min(places))
    return lost


def _cells(table: Table, row: Row, once: set[str], *, narrow: bool, brief: bool) -> list[str]:
    """What must be found of a row."""
    found = []
    for place, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True)):
        if cell is None or (narrow and column.derived):
            continue
        if column.kind is Kind.PARTY and place and not narrow:
            continue  # flows down beside other rows; the table of parties has it whole
        text = _text(cell, brief=brief)
        if isinstance(cell, MonthCell | PartyCell):
            if text in once:
                continue
            once.add(text)
        found.append(text)
    return found


def _text(cell: Cell, *, brief: bool) -> str:
    match cell:
        case TextCell():
            return cell.brief if brief else cell.text
        case MarkCell() if brief:
            return ""  # a sign beside the row, or words below it
        case PartyCell():
            return cell.name
        case AmountCell() | CountCell() | MonthCell() | MarkCell():
            return cell.text


def amounts_on(said: str) -> Counter[str]:
    """How often each amount stands on the medium."""
    return Counter(AMOUNT.findall(said))


def amounts_in(document: Document, *, narrow: bool, derived: bool) -> Counter[str]:
    """How often each amount must stand there, with or without what follows from others."""
    return Counter(
        cell.text
        for table in shown_tables(document, narrow=narrow)
        for row in table.rows()
        for column, cell in zip(table.columns, row.cells, strict=True)
        if isinstance(cell, AmountCell) and (derived or not column.derived)
    )


class HtmlTables(HTMLParser):
    """Every cell of every table of a page, cells that span rows repeated."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.text = ""
        self._spans: dict[int, tuple[int, str]] = {}
        self._cell = ""
        self._rows = 1
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            self._repeat()
            self._cell, self._rows = "", int(dict(attrs).get("rowspan") or 1)

    def handle_data(self, data: str) -> None:
        self._cell += data
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        self.text += "\n"
        if tag in {"td", "th"}:
            row = self.tables[-1][-1]
            if self._rows > 1:
                self._spans[len(row)] = (self._rows - 1, self._cell)
            row.append(self._cell)

    def _repeat(self) -> None:
        row = self.tables[-1][-1]
        if len(row) in self._spans:
            left, text = self._spans.pop(len(row))
            if left > 1:
                self._spans[len(row)] = (left - 1, text)
            row.append(text)
