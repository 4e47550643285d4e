from dataclasses import replace
from itertools import pairwise
from typing import get_args

import pytest

from devices.printer.models.page import EscpkModel
from printing.document import Document, Row, Table, TextCell
from printing.layout.pin_page import layout_pin_pages
from printing.layout.pin_sheet import CLOSE_DOTS, LINE_DOTS, PinLine, PinPage
from printing.layout.size import Size
from printing.statements import STATEMENTS
from tests.printing.media import amounts_in, amounts_on, squeezed
from tests.printing.pins import PINS, pins
from tests.printing.samples import EMPLOYERS, career_with_marks
from tests.printing.samples import statement as contributions
from tests.printing.statements.people import PEOPLE, made, paper

pytestmark = pytest.mark.slow

MODELS = [pins(name) for name in PINS]
names = pytest.mark.parametrize("name", STATEMENTS)
papers = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.columns)
sizes = pytest.mark.parametrize("size", get_args(Size))
people = pytest.mark.parametrize("who", PEOPLE)


def pages(document: Document, model: EscpkModel, size: Size = "normal") -> tuple[PinPage, ...]:
    return layout_pin_pages(document, model, size)


def texts(page: PinPage) -> list[str]:
    return [" ".join(piece.text for piece in line.pieces) for line in page.lines]


def cells(tables: tuple[Table, ...], size: Size) -> list[str]:
    shown = [
        table for table in tables if not (table.wide_only if size == "large" else table.narrow_only)
    ]
    rows = [row for table in shown for row in table.rows()]
    said = [cell.text for row in rows for cell in row.cells if cell]
    empty = [table.empty for table in shown if not table.groups]
    return [squeezed(text) for text in (*said, *empty) if text]


def of_pieces(text: str, pieces: set[str]) -> bool:
    """Whether `text` can be put together: a cell that wraps beside others stands in pieces."""
    if not text:
        return True
    heads = (piece for piece in pieces if piece and text.startswith(piece))
    return any(of_pieces(text[len(piece) :], pieces) for piece in heads)


@names
@papers
@sizes
@people
def test_every_cell_is_on_the_page_and_nothing_on_something_else_or_beyond_the_edge(
    name: str, model: EscpkModel, size: Size, who: str
) -> None:
    document = paper(name, who)
    made = pages(document, model, size)
    check_that_all_is_said(document, made, size)
    for page in made:
        check_that_pieces_stand_apart(page, model)


def check_that_all_is_said(document: Document, made: tuple[PinPage, ...], size: Size) -> None:
    pieces = [piece for page in made for line in page.lines for piece in line.pieces]
    whole = squeezed("".join(piece.text for piece in pieces))
    each = {squeezed(piece.text) for piece in pieces}
    missing = [cell for cell in cells(document.tables, size) if cell not in whole]
    assert [cell for cell in missing if not of_pieces(cell, each)] == []
    said = [*document.titles, document.agency, document.seal.code, document.seal.hint]
    said += [*document.notes, *(fact.label for fact in document.facts)]
    assert [text for text in said if squeezed(text) not in whole] == []
    found = amounts_on("\n".join(piece.text for piece in pieces))
    assert amounts_in(document, narrow=size == "large", derived=True) <= found
    facts = [squeezed(fact.value) for fact in document.facts]
    assert [text for text in facts if text not in whole and not of_pieces(text, each)] == []


def check_that_pieces_stand_apart(page: PinPage, model: EscpkModel) -> None:
    for number, line in enumerate(page.lines):
        ordered = sorted(line.pieces, key=lambda piece: piece.column)
        edges = [(0, 0), *((piece.column, piece.end) for piece in ordered)]
        apart = all(end <= start for (_, end), (start, _) in pairwise(edges))
        assert apart, texts(page)[number]
        assert edges[-1][1] * page.column_dots <= model.columns * model.column_dots
        beside = page.qr and page.qr.line <= number < page.qr.line + 10
        if page.qr and beside:
            assert edges[-1][1] < page.qr.column


@names
@papers
@sizes
def test_every_page_is_as_long_as_its_form_and_tells_which_it_is(
    name: str, model: EscpkModel, size: Size
) -> None:
    document = made(name)
    papers = pages(document, model, size)
    for number, page in enumerate(papers, 1):
        assert sum(line.dots for line in page.lines) == model.page_lines * LINE_DOTS
        blank = PinLine()
        assert page.lines[:3] == page.lines[-3:] == (blank, blank, blank)
        foot = "".join(texts(page)[-5:])
        wanted = (f"第 {number} 页，共 {len(papers)} 页", document.foot.serial, document.foot.kiosk)
        assert all(text in foot for text in wanted)
        assert (page.qr is not None) == (number == 1)
        if number > 1:
            head = "".join(texts(page)[3:6])
            assert f"{document.title}（续）" in head
            assert document.seal.code in head


@papers
@sizes
def test_the_head_of_a_table_is_repeated_and_never_the_last_on_a_page(
    model: EscpkModel, size: Size
) -> None:
    document = contributions(career_with_marks() * 4)
    made = pages(document, model, size)
    assert len(made) > 3
    headings = {table.heading for table in document.tables}
    with_rows = [page for page in made[1:-1] if "1." not in "".join(texts(page))]
    assert len(with_rows) > 2
    for page in with_rows:
        lines = [text for text in texts(page)[3:-6] if text]
        assert any("缴费基数" in text for text in lines[:6])
        assert not any(lines[-1].startswith(heading) for heading in headings)
        assert "缴费基数" not in lines[-1]


@papers
def test_months_stay_whole_and_a_long_name_stands_above_its_rows(model: EscpkModel) -> None:
    text = "".join(squeezed("".join(texts(page))) for page in pages(contributions(), model))
    for employer in EMPLOYERS.values():
        assert f"缴费单位：{1 if employer.employer_id == 'E1' else 2}{employer.name}" in text


def test_a_table_too_wide_for_the_paper_falls_to_titles_and_named_lines() -> None:
    document = contributions()
    wide = max(document.tables, key=lambda table: len(table.columns))
    many = replace(
        wide,
        columns=wide.columns * 3,
        groups=tuple(
            replace(
                group,
                rows=tuple(replace(row, cells=row.cells * 3) for row in group.rows),
                subtotal=None,
            )
            for group in wide.groups
        ),
        total=None,
    )
    (first, *_) = pages(replace(document, tables=(many,)), MODELS[0])
    assert any("缴费基数：7,160.00" in text for text in texts(first))


@names
@papers
def test_large_print_is_twice_as_large_and_only_codes_and_feet_stay_small(
    name: str, model: EscpkModel
) -> None:
    document = made(name)
    foot = document.foot
    small = (document.seal.code, foot.serial, foot.copy, foot.printed, foot.kiosk, "页，共")
    for page in pages(document, model, "large"):
        pieces = [piece for line in page.lines for piece in line.pieces]
        little = [piece.text for piece in pieces if not piece.large]
        assert [text for text in little if not any(part in text for part in small)] == []
        apart = {line.dots for line in page.lines if any(piece.large for piece in line.pieces)}
        assert apart <= {63, CLOSE_DOTS}


def test_a_note_that_alone_would_need_a_page_is_brought_in_by_closer_parts() -> None:
    document = made("cases")
    (lines,) = [page.lines for page in pages(document, MODELS[0])]
    spare = sum(line == PinLine() for line in lines) - 6 - len(document.tables) - 1
    note = "请在期限内补交材料"
    (full,) = pages(replace(document, notes=document.notes + (note,) * spare), MODELS[0])
    assert PinLine(dots=10) not in full.lines
    (tight,) = pages(replace(document, notes=document.notes + (note,) * (spare + 1)), MODELS[0])
    assert PinLine(dots=10) in tight.lines
    two = pages(replace(document, notes=document.notes + (note,) * (spare + 4)), MODELS[0])
    assert len(two) == 2


@sizes
def test_a_text_longer_than_a_page_goes_on_over_the_next_ones(size: Size) -> None:
    document = made("cases")
    said = "办理过程记录" * 800
    table = document.tables[-1]
    group = table.groups[-1]
    cells_ = (TextCell(said), *group.rows[-1].cells[1:])
    long = replace(table, groups=(replace(group, rows=(Row(cells_),)),))
    papers = pages(replace(document, tables=(long,)), MODELS[0], size)
    assert len(papers) > 2
    for page in papers:
        assert sum(line.dots for line in page.lines) == MODELS[0].page_lines * LINE_DOTS
    pieces = [piece.text for page in papers for line in page.lines for piece in line.pieces]
    assert sum(text.count("办") for text in pieces if text in said) == 800
