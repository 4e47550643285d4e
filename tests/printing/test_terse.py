"""One marked row leaves a table a table, in whatever fewer letters that takes."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest

from archive.values import Month
from printing.document import (
    AmountCell,
    Column,
    Document,
    Group,
    Kind,
    MarkCell,
    Row,
    Table,
    TextCell,
)
from printing.encode.faces import Ruler
from printing.english.document import english
from printing.fonts import FontChain
from printing.layout.html import layout_html
from printing.layout.page import layout_pages
from printing.layout.pin_page import layout_pin_pages
from printing.layout.sheet import Text
from printing.layout.size import Size
from printing.statements import statement
from printing.statements.issue import Window
from tests.printing.media import amounts_in, amounts_on
from tests.printing.pins import PIN_PAPERS, page_text
from tests.printing.samples import FONTS, ISSUE, career
from tests.printing.statements.people import made, own

pytestmark = pytest.mark.slow

MEASURE = Ruler(FontChain.of(FONTS)).measure
MARKED = (
    ("31", "1"),
    ("20", "1"),
    ("40", "2"),
    ("10", "0"),
    ("31", "0"),
    ("31", "3"),
    ("99", "1"),
    ("10", "9"),
    ("99", "9"),
)
"""Kind and status (AAA115, AAA093) of a row that is marked."""

Pages = list[str]
PaperOf = Callable[[Document, Size], Pages]


def on_a4(document: Document, size: Size) -> Pages:
    return [
        "\n".join(item.text for item in page.items if isinstance(item, Text))
        for page in layout_pages(document, MEASURE, size).pages
    ]


def on_pins(paper: str) -> PaperOf:
    def pages(document: Document, size: Size) -> Pages:
        return [page_text(page) for page in layout_pin_pages(document, PIN_PAPERS[paper], size)]

    return pages


PAPERS = {"a4": on_a4, **{f"pins-{name}": on_pins(name) for name in PIN_PAPERS}}
papers = pytest.mark.parametrize("paper", PAPERS)
sizes = pytest.mark.parametrize("size", ["normal", "large"])
languages = pytest.mark.parametrize("language", ["zh", "en"])
marks = pytest.mark.parametrize("mark", MARKED)


@cache
def contributions(mark: tuple[str, str] | None, language: str) -> Document:
    """36 months of three lines, one row of them marked."""
    rows = career()
    if mark:
        kind, status = mark
        rows[5] = replace(rows[5], kind=kind, status=status)
    document = made("contributions", Contribution=tuple(rows))
    return english(document) if language == "en" else document


@cache
def unmarked(paper: str, size: Size, language: str) -> int:
    return len(PAPERS[paper](contributions(None, language), size))


def marked_cell(document: Document) -> MarkCell:
    cells = (cell for row in document.tables[-1].rows() for cell in row.cells)
    (one,) = [cell for cell in cells if isinstance(cell, MarkCell) and cell.marks]
    return one


def in_words(cell: MarkCell, said: str) -> bool:
    """Whether the row itself says what is particular, in one place of its own."""
    return f"\n{cell.text}\n" in said or f" {cell.text}\n" in said


@papers
@sizes
@languages
@marks
def test_a_mark_makes_one_page_more_at_most_and_is_explained(
    paper: str, size: Size, language: str, mark: tuple[str, str]
) -> None:
    document = contributions(mark, language)
    pages = PAPERS[paper](document, size)
    assert len(pages) <= unmarked(paper, size, language) + 1
    said = "\n".join(pages)
    legend = document.tables[-1].legend.split("　")
    explained = [part in said for part in legend]
    cell = marked_cell(document)
    assert all(explained) if not in_words(cell, said) else not any(explained)
    assert amounts_in(document, narrow=size == "large", derived=False) <= amounts_on(said)


@pytest.mark.parametrize(
    ("language", "size"), [("zh", "normal"), ("zh", "large"), ("en", "normal")]
)
@marks
def test_on_the_screen_it_stays_a_table_and_is_explained(
    language: str, size: Size, mark: tuple[str, str]
) -> None:
    document = contributions(mark, language)
    html = layout_html(document, size)
    assert 'class="list"' not in html
    words = f"<td>{marked_cell(document).text}</td>" in html
    assert words != (f"<p>{document.tables[-1].legend}</p>" in html)


@pytest.mark.parametrize("paper", ["a4", "pins-80"])
@languages
def test_forty_years_with_a_mark_in_large_print_are_a_table(paper: str, language: str) -> None:
    """Their sums stand over the column before theirs, which is empty in a sum."""
    window = Window(Month(1986, 11), Month(2026, 10))
    rows = career(window)
    rows[5] = replace(rows[5], kind="31", status="0")
    material = replace(own("contributions", Contribution=tuple(rows)), window=window)
    chinese = statement("contributions").build(material, ISSUE, "report")
    document = english(chinese) if language == "en" else chinese
    assert len(PAPERS[paper](document, "large")) < 100


def test_no_word_of_a_column_is_parted_where_fewer_letters_keep_it_whole() -> None:
    (_, page, *_) = on_a4(contributions(("31", "0"), "en"), "normal")
    assert "Unemployment" in page.splitlines()


@pytest.mark.parametrize("letters", range(43, 50))
def test_no_word_right_after_figures_is_parted_however_full_the_page_is(letters: int) -> None:
    """Words there stand off from the figures, and that is no room for letters."""
    words = "Unemployment insurance of the city was not paid for in any of the months of this year"
    columns = (Column("金额", Kind.AMOUNT), Column("说" * letters, Kind.COUNT))
    row = Row((AmountCell(Decimal("12.00")), TextCell("1"), TextCell(words)))
    table = Table("缴费", (*columns, Column("备注", Kind.TEXT)), (Group("", (row,)),))
    (page,) = on_a4(replace(made("insured"), tables=(table,)), "normal")
    assert "Unemployment" in page
