"""One source: what every medium says in either size is the document, cell by cell.

Each statement of the registry, also with the worst there may be: characters that no ROM has, a
name of 25 characters, amounts of 999,999,999.99 and below zero, and with nothing recorded. The
worst once more in English, whose words are longer.
"""

from collections import Counter
from itertools import combinations
from typing import get_args

import pytest

from printing.document import Document, Kind, PartyCell, TextCell
from printing.encode.pdf import render_pdf
from printing.fonts import FontChain
from printing.layout.html import layout_html
from printing.layout.page import layout_pages
from printing.layout.plain import layout_plain
from printing.layout.roll import Line, layout_roll
from printing.layout.sheet import LEFT, PAGE_HEIGHT, RIGHT, Item, Text
from printing.layout.size import LARGE, Size
from printing.preview import pdf_text
from printing.statements import STATEMENTS
from printing.text import width
from tests.printing.media import (
    HtmlTables,
    amounts_in,
    amounts_on,
    measure,
    roll_said,
    rows_not_found,
    shown_tables,
    squeezed,
)
from tests.printing.samples import FONTS
from tests.printing.statements.people import PEOPLE, paper

CHAIN = FontChain.of(FONTS)

names = pytest.mark.parametrize("name", STATEMENTS)
people = pytest.mark.parametrize("who", PEOPLE)
sizes = pytest.mark.parametrize("size", get_args(Size))
columns = pytest.mark.parametrize("columns", [48, 42, 32])


def check(said: str, of: Document, *, narrow: bool, brief: bool) -> None:
    """Every row in its order, every amount as often as in the data, all the words around them."""
    assert rows_not_found(said, of, narrow=narrow, brief=brief) == []
    found = amounts_on(said)
    assert amounts_in(of, narrow=narrow, derived=False) <= found
    assert found <= amounts_in(of, narrow=narrow, derived=True) + said_in_words(of)
    text = squeezed(said)
    for part in (
        *(*of.titles, of.subtitle, of.agency, of.seal.code, of.seal.hint),
        *(fact.label for fact in of.facts),
        *(fact.value for fact in of.facts),
        *(of.foot.serial, of.foot.copy, of.foot.printed, of.foot.kiosk),
    ):
        assert squeezed(part) in text


def said_in_words(of: Document) -> Counter[str]:
    """Amounts within sentences."""
    words = [
        cell.text
        for table in of.tables
        for row in table.rows()
        for cell in row.cells
        if isinstance(cell, TextCell)
    ]
    return amounts_on("\n".join([*of.notes, *words, *(table.empty for table in of.tables)]))


@names
@people
@columns
@sizes
def test_a_roll_says_the_document(name: str, who: str, columns: int, size: Size) -> None:
    of = paper(name, who)
    roll = layout_roll(of, columns, size)
    lines = [line for line in roll.lines if isinstance(line, Line)]
    assert max(line.size * width(line.text) for line in lines) <= columns
    check(roll_said(roll), of, narrow=True, brief=True)
    assert all(squeezed(note) in squeezed(roll_said(roll)) for note in of.notes)
    if size == "large":
        assert {line.height for line in lines if line.text} == {2, 3}


@pytest.mark.slow
@names
@people
@sizes
def test_an_a4_report_says_the_document_as_a_pdf_reader_finds_it(
    name: str, who: str, size: Size
) -> None:
    of = paper(name, who)
    said = pdf_text(render_pdf(of, CHAIN, size))
    check(said, of, narrow=size == "large", brief=False)
    # Numbers are few where a party flows down beside its rows.
    for table in shown_tables(of, narrow=size == "large"):
        for row in table.rows():
            for cell in row.cells:
                assert not isinstance(cell, PartyCell) or str(cell.number) in said


@names
@people
def test_html_says_the_document_cell_by_cell(name: str, who: str) -> None:
    of = paper(name, who)
    page = HtmlTables(layout_html(of))
    check(page.text, of, narrow=False, brief=False)
    tables = [table for table in shown_tables(of, narrow=False) if table.groups]
    for shown, table in zip(page.tables, tables, strict=True):
        places = tuple(table.places())
        above = [row for row in shown if len(row) == 1 < len(places)]
        if above:  # there was no room beside the rows
            shown = [row for row in shown if len(row) > 1]
            named = [at for at in places if table.columns[at].kind is Kind.PARTY]
            places = tuple(at for at in places if at not in named)
            said = {
                f"{table.columns[at].heading}：{cell.text}"
                for at in named
                for row in table.rows()
                if (cell := row.cells[at])
            }
            assert {text for (text,) in above} == said
        expected: list[list[str]] = []
        party: dict[int, str] = {}
        for row in table.rows():
            cells = {p: cell.text for p in places if (cell := row.cells[p])}
            if row.detail:  # belongs to the party of the row that it explains
                cells = party | cells
            party = {p: cells[p] for p in cells if isinstance(row.cells[p], PartyCell)} or party
            expected.append([cells.get(place, "") for place in places])
        heads, *below = shown
        assert below == expected
        assert heads in (
            [table.columns[place].heading for place in places],
            [table.columns[place].narrow for place in places],
        )


@names
@people
def test_plain_text_says_the_document_each_value_with_its_name(name: str, who: str) -> None:
    of = paper(name, who)
    said = layout_plain(of)
    signs = {
        part.split(" ")[0]: part.split(" ", 1)[1]
        for table in of.tables
        for part in table.legend.split("　")
        if " " in part
    }
    rows = iter(said.splitlines())
    for table in shown_tables(of, narrow=False):
        for row in table.rows():
            values = [signs.get(cell.text, cell.text) for cell in row.cells if cell and cell.text]
            parties = {cell.text for cell in row.cells if isinstance(cell, PartyCell)}
            wanted = [value for value in values if value not in parties]
            assert any(all(value in line for value in wanted) for line in rows), wanted
    assert amounts_in(of, narrow=False, derived=True) <= amounts_on(said)


def placed(name: str, who: str, size: Size) -> list[list[Item]]:
    """The items of each page, placed with the widest of fonts."""
    return [list(page.items) for page in layout_pages(paper(name, who), measure, size).pages]


@names
@people
@sizes
def test_no_two_texts_of_a_page_touch_and_none_leaves_it(name: str, who: str, size: Size) -> None:
    for items in placed(name, who, size):
        boxes = [
            (item.x, item.y - 0.8 * item.size, item.x + measure(item.text, item.size), item.y, item)
            for item in items
            if isinstance(item, Text) and item.text
        ]
        for left, top, right, bottom, item in boxes:
            assert left >= LEFT - 0.1, item.text
            assert right <= RIGHT + 0.6, item.text
            assert top >= 0, item.text
            assert bottom <= PAGE_HEIGHT - 12, item.text
        for one, other in combinations(boxes, 2):
            apart = one[2] <= other[0] + 0.6 or other[2] <= one[0] + 0.6
            assert apart or one[3] <= other[1] or other[3] <= one[1], (one[4].text, other[4].text)


@names
@people
@sizes
def test_no_head_stands_alone_at_the_foot_of_a_page(name: str, who: str, size: Size) -> None:
    for items in placed(name, who, size):
        above_foot = [item for item in items[:-4] if isinstance(item, Text)]
        last = max(above_foot, key=lambda item: item.y)
        assert last.node is not None, last.text
        assert last.node.kind not in {"H1", "H2", "TH"}, last.text


@names
def test_large_print_is_large_wherever_something_is_said(name: str) -> None:
    for items in placed(name, "rare", "large"):
        for item in items:
            if isinstance(item, Text) and item.node and item.node.kind in {"TD", "TH", "LBody"}:
                assert item.size >= LARGE.note
                assert item.node.kind == "LBody" or item.size == LARGE.row
