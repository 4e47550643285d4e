import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from devices.printer.blocks import Block
from devices.printer.errors import PrinterConfigError
from devices.printer.models.table import parse_table
from devices.printer.simulated.pages.sheet import Dots, Glyph, draw
from printing.document import Document, Fact
from printing.encode.escpk_form import encode_form, void_form
from printing.errors import LayoutError
from printing.forms import form_names, load_form
from printing.layout.form import Stamp, layout_form, parse_form
from printing.statements import STATEMENTS, statement
from printing.text import width
from tests.printing.papers import GLYPHS, MEMORY
from tests.printing.pins import pins, printed
from tests.printing.samples import ISSUE
from tests.printing.statements.people import made, nothing

MODEL = pins("escpk-24pin")
FORM = load_form("transfer")


def texts(document: Document) -> dict[tuple[int, int], str]:
    """What the simulated printer struck, by the place of its first character on the first form."""
    blocks = encode_form(layout_form(document, FORM), FORM, MODEL, GLYPHS)
    printer = printed(blocks, MODEL)
    assert printer.errors == []
    found: dict[tuple[int, int], str] = {}
    ends: dict[tuple[int, int], tuple[int, int]] = {}
    for mark in sorted(printer.tray[0].marks, key=lambda mark: (mark.y, mark.x)):
        char = mark.char if isinstance(mark, Glyph) else "〓"
        start = ends.pop((mark.x, mark.y), (mark.x, mark.y))
        found[start] = found.get(start, "") + char
        ends[mark.x + mark.width, mark.y] = start
    return found


def test_each_value_stands_at_its_place_in_dots() -> None:
    document = made("transfer")
    found = texts(document)
    places = {place.value: (place.x, place.y) for place in FORM.fields}
    facts = {fact.label: fact.value for fact in document.facts}
    assert places["社会保障号码"] == (921, 298)  # 130.0 mm and 42.0 mm, in 1/180 inch
    assert found[places["社会保障号码"]] == facts["社会保障号码"]
    assert found[places["code"]] == document.seal.code
    assert found[places["姓名"]] == "欧阳〓〓䶮〓"
    assert found[places["agency"]] == document.agency


def test_every_row_of_the_table_stands_in_its_columns() -> None:
    document = made("transfer")
    (place,) = FORM.tables
    table = next(t for t in document.tables if t.heading == place.heading)
    found = texts(document)
    for number, row in enumerate(table.rows()):
        y = place.y + number * place.step
        cells = [cell.text for cell in row.cells if cell]
        assert [found[at] for at in sorted(found) if at[1] == y] == cells
    amount = place.columns[-1]
    rows = range(place.y, place.y + place.step * place.most, place.step)
    ends = {x + 12 * width(text) for (x, y), text in found.items() if y in rows and x > amount.x}
    assert ends == {amount.x + 12 * amount.columns}


def test_a_form_says_what_every_statement_says() -> None:
    for name in form_names():
        document, form = made(name), load_form(name)
        facts = {fact.label: fact.value for fact in document.facts}
        foot = document.foot
        wanted = [
            *(document.agency, document.seal.code, facts["数据截至"], "第 1 页，共 1 页"),
            *(foot.serial, foot.copy, foot.printed, foot.kiosk),
        ]
        (page,) = layout_form(document, form)
        stamped = [item.text for item in page if isinstance(item, Stamp)]
        assert [text for text in wanted if text not in stamped] == []


def test_each_of_several_forms_says_which_it_is() -> None:
    short = replace(FORM, tables=(replace(FORM.tables[0], most=1),))
    (place,) = [place for place in FORM.fields if place.value == "page"]
    pages = [
        [
            item.text
            for item in page
            if isinstance(item, Stamp) and (item.x, item.y) == (place.x, place.y)
        ]
        for page in layout_form(made("transfer"), short)
    ]
    assert pages == [[f"第 {number} 页，共 3 页"] for number in (1, 2, 3)]


def test_more_rows_than_a_form_holds_go_to_a_further_one() -> None:
    document = made("transfer")
    short = replace(FORM, tables=(replace(FORM.tables[0], most=1),))
    rows = len(list(document.tables[0].rows()))
    forms = layout_form(document, short)
    assert len(forms) == rows > 1
    for number, form in enumerate(forms, 1):  # one that is lost is missed
        said = {stamp.text for stamp in form if isinstance(stamp, Stamp)}
        assert {f"第 {number} 页，共 {rows} 页", "2026年10月31日", document.foot.kiosk} <= said
        assert document.foot.copy in said
    printer = printed(encode_form(forms, short, MODEL, GLYPHS), MODEL)
    assert [sheet.height for sheet in printer.tray] == [66 * 30] * rows


def test_somebody_without_records_gets_the_sentence_in_place_of_rows() -> None:
    document = statement("transfer").build(nothing("transfer"), ISSUE, "report")
    (place,) = FORM.tables
    assert texts(document)[place.columns[0].x, place.y] == "本地没有缴费记录。"


def test_what_has_no_room_is_refused_and_never_cut() -> None:
    document = made("transfer")
    long = tuple(
        Fact(fact.label, "欧" * 80) if fact.label == "姓名" else fact for fact in document.facts
    )
    with pytest.raises(LayoutError) as caught:
        layout_form(replace(document, facts=long), FORM)
    assert caught.value.place == "姓名"
    beyond = replace(FORM, fields=(replace(FORM.fields[0], x=1400),))
    with pytest.raises(LayoutError):
        encode_form(layout_form(document, beyond), beyond, MODEL, GLYPHS)


def test_a_form_that_asks_for_what_the_statement_lacks_is_refused() -> None:
    with pytest.raises(LayoutError):
        layout_form(made("pension"), FORM)


def test_the_void_form_has_the_length_of_the_form() -> None:
    form = replace(FORM, page_lines=33)
    printer = printed([Block(void_form(form, MODEL, "S"), "void")], MODEL)
    assert [sheet.height for sheet in printer.tray] == [33 * 30]


def test_every_form_belongs_to_a_statement_and_fits_it() -> None:
    for name in form_names():
        assert name in STATEMENTS
        assert layout_form(made(name), load_form(name))


def test_a_wrong_table_is_named_by_its_place() -> None:
    for text, place in (
        ("page_lines = 66\nfield = []\ntable = []\nqr = []\ncolour = 1\n", "f: colour"),
        ("page_lines = 66\ntable = []\n[[field]]\nvalue = 'x'\nx = -1\n", "f: field[0]: x"),
    ):
        with pytest.raises(PrinterConfigError) as caught:
            parse_form(parse_table(text, "f"))
        assert caught.value.place == place


def test_a_character_outside_the_memory_is_struck_as_a_picture() -> None:
    blocks = encode_form(layout_form(made("transfer"), FORM), FORM, MODEL, GLYPHS)
    marks = printed(blocks, MODEL).tray[0].marks
    assert sum(isinstance(mark, Dots) and mark.y < FORM.symbols[0].y for mark in marks) == 3


def test_the_seal_is_scanned_from_its_square_and_lies_within_it(tmp_path: Path) -> None:
    (place,) = FORM.symbols
    printer = printed(encode_form(layout_form(made("transfer"), FORM), FORM, MODEL, GLYPHS), MODEL)
    picture = draw(printer.tray[0], MEMORY).convert("L")
    struck = (mark for mark in printer.tray[0].marks if isinstance(mark, Dots))
    marks = [mark for mark in struck if mark.y >= place.y]  # rare characters stand above
    assert min(mark.x for mark in marks) >= place.x
    assert max(mark.x + mark.width for mark in marks) <= place.x + place.side
    assert max(mark.y for mark in marks) + 24 <= place.y + place.side
    picture.save(tmp_path / "form.png")
    said = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "--nodbus", tmp_path / "form.png"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert said.strip() == made("transfer").seal.url


def test_a_square_too_small_for_the_symbol_is_refused() -> None:
    small = replace(FORM, symbols=(replace(FORM.symbols[0], side=100),))
    with pytest.raises(LayoutError) as caught:
        layout_form(made("transfer"), small)
    assert caught.value.place == "qr"
