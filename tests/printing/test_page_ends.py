"""How a paper ends: no line looks forgotten on a page of its own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import get_args

import pytest

from archive.values import Month
from printing.document import Document, Group
from printing.encode.faces import Ruler
from printing.english.document import english
from printing.fonts import FontChain
from printing.layout.page import layout_pages
from printing.layout.page_fill import Closeness
from printing.layout.pin_page import layout_pin_pages
from printing.layout.pin_sheet import height
from printing.layout.sheet import PAGE_HEIGHT, Text
from printing.layout.size import NORMAL, PAGE_TYPES, Size
from printing.statements import STATEMENTS, statement
from printing.text import width
from tests.printing.media import shown_tables
from tests.printing.pins import PIN_PAPERS, page_text
from tests.printing.samples import FONTS, ISSUE, contribution
from tests.printing.statements.people import made, own, worst

pytestmark = pytest.mark.slow

MEASURE = Ruler(FontChain.of(FONTS)).measure
NOTE = "请在期限内补交材料；对本单内容有疑问，请到窗口咨询或拨打 12333"
FOOT = 0.93 * PAGE_HEIGHT
LONG_NAMES = pytest.mark.parametrize("name", ["insured", "rights", "transfer"])
LEGEND = "表中符号的意思"

Pages = list[str]
PaperOf = Callable[[Document, Size], Pages]


def on_a4(document: Document, size: Size) -> Pages:
    sheets = layout_pages(document, lambda text, points: width(text) * points / 2, size)
    return [
        "\n".join(item.text for item in page.items if isinstance(item, Text))
        for page in sheets.pages
    ]


def on_pins(document: Document, size: Size) -> Pages:
    return [page_text(page) for page in layout_pin_pages(document, PIN_PAPERS["80"], size)]


papers = pytest.mark.parametrize("paper", [on_a4, on_pins])
sizes = pytest.mark.parametrize("size", ["normal", "large"])


def longer(document: Document, place: int, most: int) -> Iterator[Document]:
    """The document with more and more rows in one of its tables."""
    table = document.tables[place]
    row = table.groups[0].rows[0]
    for count in range(1, most):
        tables = list(document.tables)
        tables[place] = replace(table, groups=(Group("", (row,) * count),), total=None)
        yield replace(document, tables=tuple(tables))


def test_a_certificate_of_24_months_of_two_lines_and_two_employers_is_one_page() -> None:
    months = tuple(Month.range(Month(2024, 11), Month(2026, 10)))
    rows = tuple(
        replace(contribution(month, line), employer_id=f"E{1 + at // 12}")
        for line in ("110", "210")
        for at, month in enumerate(months)
    )
    document = made("insured", Contribution=rows)
    (wide,) = (table for table in document.tables if table.wide_only)
    assert len(wide.groups[0].rows) == 24
    assert len(layout_pages(document, MEASURE).pages) == 1
    assert len(layout_pages(english(document), MEASURE).pages) == 1


@sizes
def test_no_a4_page_begins_with_the_last_row_of_a_table_alone(size: Size) -> None:
    last, insured = 0, made("insured")
    shown = shown_tables(insured, narrow=size == "large")
    for document in longer(replace(insured, tables=tuple(shown)), -1, 60):
        rows = document.tables[-1].groups[0].rows
        month = rows[0].cells[0]
        assert month is not None
        *before, end = on_a4(document, size)
        if before and month.text in end:
            last += 1
            assert end.count(month.text) >= min(2, len(rows))
    assert last > 3, "some papers end on such a page"


@papers
@sizes
def test_no_page_ends_with_one_row_alone_below_the_heading_of_its_table(
    paper: PaperOf, size: Size
) -> None:
    document = made("cases")
    table = document.tables[0]
    row = table.groups[0].rows[0]
    first = next(cell.text for cell in row.cells if cell)
    second = replace(table, heading="再一张表", groups=(Group("", (row,) * 30),), total=None)
    begun = set()
    for one in longer(replace(document, tables=(table, second)), 0, 40):
        (page,) = [text for text in paper(one, size) if second.heading in text]
        begun.add(page[page.index(second.heading) :].count(first))
    assert min(begun) >= 2, "rows below the heading"
    assert len(begun) > 2, "the page's end came nearer and nearer"


def test_the_yearly_statement_is_one_page_where_closer_parts_make_room_for_its_notes() -> None:
    """Its notes would leave a quarter of the first page empty and stand alone on a second."""
    document = made("rights")
    assert len(document.notes) > 10
    (page,) = layout_pages(document, MEASURE).pages
    notes = [item.y for item in page.items if isinstance(item, Text) and item.size == NORMAL.note]
    assert max(notes) > 0.85 * PAGE_HEIGHT


@papers
@sizes
def test_notes_never_stand_alone_below_a_short_table(paper: PaperOf, size: Size) -> None:
    document = made("cases")
    heading = document.tables[-1].heading
    for one in longer(document, 0, 40):
        *_, last = paper(one, size)
        assert heading in last or "1. " not in last


@papers
@sizes
def test_notes_are_parted_for_no_less_than_two_and_three_of_them(
    paper: PaperOf, size: Size
) -> None:
    document = replace(made("cases"), notes=(NOTE,) * 6)
    ways = set()
    for one in longer(document, 0, 40):
        (first,) = [text for text in paper(one, size) if "1. " in text]
        ways.add(sum(f"{number}. " in first for number in range(1, 8)))
    assert ways >= {7}, "the hint of the seal is the 7th"
    assert ways <= {2, 3, 4, 7}


def white_on_a4(document: Document, size: Size) -> list[float]:
    """How much of each page but the last is white below what stands on it, as a share."""
    *full, _ = layout_pages(document, MEASURE, size).pages
    return [1 - max(item.y for item in page.items if item.y < FOOT) / FOOT for page in full]


def white_on_pins(document: Document, size: Size) -> list[float]:
    """The same of all papers."""
    found = []
    for model in PIN_PAPERS.values():
        for page in layout_pin_pages(document, model, size)[:-1]:
            *body, _, _, _, _, _, _ = page.lines
            end = max(at for at, line in enumerate(body, 1) if line.pieces or line.rule)
            found.append(1 - height(body[:end]) / height(body))
    return found


@pytest.mark.parametrize("white", [white_on_a4, white_on_pins])
@sizes
def test_no_page_of_a_statement_is_left_a_third_white(
    white: Callable[[Document, Size], list[float]], size: Size
) -> None:
    document = replace(made("cases"), notes=(NOTE,) * 6)
    papers = [
        statement(name).build(who(name), ISSUE, "report")
        for name in STATEMENTS
        for who in (own, worst)
    ]
    for one in (*papers, *longer(document, 0, 40)):
        assert all(share < 1 / 3 for share in white(one, size)), one.title


def test_rows_of_a_month_that_is_too_high_for_a_page_part_between_each_other() -> None:
    document = statement("contributions").build(worst("contributions"), ISSUE, "report")
    pages = on_pins(document, "large")
    months = [page for page in pages if "险种：" in page]
    assert len(months) > 10
    for page in months:
        *_, last = page.split("险种：")
        assert "个人缴费：" in last, "the row's last line"


def test_no_row_of_a_list_stands_alone_at_the_end_of_a_page_or_its_beginning() -> None:
    """Large print makes a list of this table without short heads: titles and named lines."""
    ends = set()
    paper = statement("transfer").build(worst("transfer"), ISSUE, "report")
    here = paper.tables[0]
    here = replace(here, columns=tuple(replace(column, short="") for column in here.columns))
    common = (*paper.facts[:4], *paper.facts[-2:])  # a longer head leaves room for two rows only
    alone = replace(paper, tables=(here,), facts=common)
    for number, one in enumerate(longer(alone, 0, 14), 1):
        title = one.tables[0].groups[0].rows[0].cells[0]
        assert title is not None
        texts = [
            [item.text for item in page.items if isinstance(item, Text) and item.bold]
            for page in layout_pages(one, MEASURE, "large").pages
        ]
        rows = [page.count(title.text) for page in texts]
        assert sum(rows) == number
        assert number == 1 or 1 not in rows
        ends.add(rows[-1])
    assert len(ends) > 2, "the table ended in many places"


@papers
@sizes
def test_the_last_two_notes_are_together(paper: PaperOf, size: Size) -> None:
    document = replace(made("cases"), notes=(NOTE,) * 30)
    for one in longer(document, 0, 66):
        *_, last = paper(one, size)
        assert "30. " in last, "the hint of the seal is the 31st"


@papers
@LONG_NAMES
def test_below_a_long_name_the_number_of_its_holder_is_whole_on_every_page(
    paper: PaperOf, name: str
) -> None:
    document = statement(name).build(worst(name), ISSUE, "report")
    number = next(fact.value for fact in document.facts if fact.label == "社会保障号码")
    first, *others = paper(document, "large")
    assert others
    assert all(number in text for text in (first, *others))


def test_marks_stand_in_the_middle_below_their_months() -> None:
    (page,) = layout_pages(made("rights"), MEASURE).pages
    middles = {
        text: [
            item.x + MEASURE(item.text, item.size) / 2
            for item in page.items
            if isinstance(item, Text) and item.text == text
        ]
        for text in ("●", "7月")
    }
    (month,) = middles["7月"]
    assert any(abs(mark - month) < 0.01 for mark in middles["●"])


@papers
@sizes
def test_what_marks_mean_stands_below_the_last_of_them(paper: PaperOf, size: Size) -> None:
    document = made("cases")
    table = replace(document.tables[0], legend=LEGEND)
    row = table.groups[0].rows[0]
    first = next(cell.text for cell in row.cells if cell)
    for one in longer(replace(document, tables=(table,)), 0, 60):
        (page,) = [text for text in paper(one, size) if LEGEND in text]
        assert first in page


@sizes
def test_lines_stand_well_apart_however_close_they_are(size: Size) -> None:
    ways: tuple[Closeness, ...] = get_args(Closeness)
    for of in (PAGE_TYPES[size].placed(close) for close in ways):
        pairs = [(of.note_line, of.note), (of.row_line, of.row), (of.fact_line, of.fact)]
        assert all(line >= 1.28 * letter for line, letter in pairs)
        assert of.pad > 0.5
