import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from devices.printer.blocks import Block
from devices.printer.models.page import EscpkModel
from devices.printer.pages.void_mark import void_rest
from devices.printer.simulated.fonts import GlyphMemory
from devices.printer.simulated.pages.sheet import Dots, Glyph, Sheet, draw
from printing.encode.escpk import void_page
from printing.errors import LayoutError, PrintingError, TextRefusedError
from printing.layout.pin_page import layout_pin_pages
from printing.layout.pin_sheet import PIN_TYPES, Piece, PinLine, PinPage
from printing.layout.size import Size
from printing.statements import STATEMENTS
from printing.text import gate, rom_bytes, width
from tests.printing.papers import GLYPHS
from tests.printing.pins import PINS, encoded, pins, printed
from tests.printing.samples import CODE, VERIFY_URL, statement
from tests.printing.statements.people import made

MODELS = [pins(name) for name in PINS]
PAPER = MODELS[1]
names = pytest.mark.parametrize("name", STATEMENTS)
papers = pytest.mark.parametrize("model", MODELS, ids=lambda model: model.columns)


def one(*lines: PinLine) -> PinPage:
    return PinPage(lines, PAPER.column_dots)


def in_rom(text: str, model: EscpkModel) -> bool:
    return all(rom_bytes(character, model.rom) for character in text)


def cells(page: PinPage, model: EscpkModel) -> tuple[dict[tuple[int, int], str], set[str]]:
    """Where the layout wants each character that has ink, in dots, and what is drawn in strips."""
    wanted: dict[tuple[int, int], str] = {}
    drawn, y = set(), 0
    for line in page.lines:
        strips = any(piece.large and not in_rom(piece.text, model) for piece in line.pieces)
        for piece in line.pieces:
            column = piece.column
            if strips:
                wanted[column * page.column_dots, y] = piece.text
                wanted[column * page.column_dots, y + 24] = piece.text
                drawn.add(piece.text)
                continue
            for character in piece.text:
                if not character.isspace():
                    wanted[column * page.column_dots, y] = character
                column += width(character) * (2 if piece.large else 1)
        y += line.dots
    return wanted, drawn


@pytest.mark.slow
@names
@pytest.mark.parametrize(
    ("model", "size"),
    [*((model, "normal") for model in MODELS), (MODELS[0], "large"), (MODELS[2], "large")],
    ids=lambda value: value if isinstance(value, str) else value.columns,
)
def test_the_paper_holds_every_character_of_every_statement_at_its_place(
    name: str, model: EscpkModel, size: Size
) -> None:
    pages = layout_pin_pages(made(name), model, size)
    printer = printed(encoded(pages, model), model)
    assert printer.errors == []
    assert len(printer.tray) == len(pages)
    for page, sheet in zip(pages, printer.tray, strict=True):
        assert (sheet.width, sheet.height) == (model.columns * model.column_dots, 66 * 30)
        wanted, strips = cells(page, model)
        found = {
            (mark.x, mark.y): mark.char
            for mark in sheet.marks
            if isinstance(mark, Glyph) and mark.char not in "─━"
        }
        images = {(mark.x, mark.y) for mark in sheet.marks if isinstance(mark, Dots)}
        drawn = {place: char for place, char in wanted.items() if place in images}
        assert found | drawn == wanted
        assert not [char for char in set(drawn.values()) - strips if rom_bytes(char, model.rom)]
        heights = {mark.height for mark in sheet.marks if isinstance(mark, Glyph)}
        assert 48 in heights if size == "large" else 24 in heights


def test_a_large_line_with_a_rare_character_is_drawn_whole_as_large_as_the_rest() -> None:
    large = PIN_TYPES["large"].line(Piece(0, "姓名"), Piece(8, "王𬭚a", bold=True))
    (sheet,) = printed(encoded([one(large, PinLine((Piece(0, "下"),)))], PAPER), PAPER).tray
    pictures = [mark for mark in sheet.marks if isinstance(mark, Dots)]
    assert [(mark.x, mark.y) for mark in pictures] == [(0, 0), (192, 0), (0, 24), (192, 24)]
    (below,) = [mark for mark in sheet.marks if isinstance(mark, Glyph)]
    assert (below.char, below.y) == ("下", 63)
    paper = ImageChops.invert(draw(sheet, GlyphMemory()).convert("L"))
    for at, char, across in ((0, "姓", 48), (48, "名", 48), (192, "王", 48), (240, "𬭚", 48)):
        cell = GLYPHS.cell(char, across, 48)
        struck = paper.crop((at, 0, at + across, 48))
        assert ImageChops.subtract(cell, struck).getbbox() is None
        if at < 192:
            assert ImageChops.difference(cell, struck).getbbox() is None


def test_what_the_memory_lacks_is_struck_as_its_picture() -> None:
    page = one(PinLine((Piece(2, "王𬭚㛃明"),)))
    (sheet,) = printed(encoded([page], PAPER), PAPER).tray
    pictures = [mark for mark in sheet.marks if isinstance(mark, Dots)]
    assert [(mark.x, mark.y) for mark in pictures] == [(48, 0), (72, 0)]
    memory = GlyphMemory()
    turned = draw(Sheet(1, "", 180, 24, 24, (replace(pictures[0], x=0),)), memory)
    columns = ImageChops.invert(turned).transpose(Image.Transpose.TRANSPOSE)
    assert columns.tobytes() == GLYPHS.columns("𬭚")


@pytest.mark.slow
@papers
def test_the_symbol_on_the_paper_is_read_by_a_scanner(model: EscpkModel, tmp_path: Path) -> None:
    if not shutil.which("zbarimg"):
        pytest.skip("zbarimg is not installed")
    printer = printed(encoded(layout_pin_pages(statement(), model), model), model)
    draw(printer.tray[0], GlyphMemory()).save(tmp_path / "page.png")
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", tmp_path / "page.png"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert read.stdout.strip() == VERIFY_URL + CODE


def test_a_page_sends_again_whatever_it_needs() -> None:
    blocks = encoded(layout_pin_pages(statement(), PAPER), PAPER)
    assert len(blocks) > 1
    alone = printed(blocks[1:2], PAPER)
    after = printed(blocks[:2], PAPER)
    assert alone.errors == after.errors == []
    assert alone.tray[0].marks == after.tray[1].marks


def test_a_rule_joins_from_edge_to_edge() -> None:
    paper = MODELS[0]
    (sheet,) = printed(encoded([one(PinLine(rule="thin"))], paper), paper).tray
    picture = draw(sheet, GlyphMemory())
    rows = [
        all(picture.getpixel((x, y)) == 0 for x in range(picture.width))
        for y in range(picture.height)
    ]
    assert any(rows)


def test_the_void_page_says_so_in_drawn_letters_of_four_times_the_size_and_ends_the_sheet() -> None:
    printer = printed([Block(void_page(PAPER, "20261122-03-123456"), "void")], PAPER)
    assert printer.errors == []
    (sheet,) = printer.tray
    assert sheet.transcript.replace(" ", "").startswith(
        "流水号20261122-03-123456\n此流水号的各页没有打印完整"
    )
    left, top, right, bottom = box_of_dots(sheet)
    assert (right - left, bottom - top) == (4 * 108, 4 * 24)
    assert abs(left + right - sheet.width) <= 6, "in the middle"


def test_a_half_printed_sheet_is_void_in_words_and_in_drawn_letters_below_its_last_row() -> None:
    half = one(PinLine((Piece(0, "第一行"),)), PinLine((Piece(0, "第二行"),)))
    (page,) = encoded([half], PAPER)
    broken_off = page.data.removesuffix(b"\x0c") + void_rest("流水号 S")
    (sheet,) = printed([Block(broken_off, "half")], PAPER).tray
    *_, last = rows = sheet.transcript.splitlines()
    assert rows[:2] == ["第一行", "第二行"]
    assert last.replace(" ", "") == "作废VOID流水号S"
    left, top, _, bottom = box_of_dots(sheet)
    assert (left, bottom - top) == (0, 4 * 24)
    assert top >= max(mark.y + mark.height for mark in sheet.marks if isinstance(mark, Glyph))


def box_of_dots(sheet: Sheet) -> tuple[int, int, int, int]:
    """What the images fill: left, top, right and bottom."""
    drawn = [mark for mark in sheet.marks if isinstance(mark, Dots)]
    return (
        min(mark.x for mark in drawn),
        min(mark.y for mark in drawn),
        max(mark.x + mark.width for mark in drawn),
        max(mark.y + mark.height for mark in drawn),
    )


def test_text_beyond_the_edge_is_refused_and_so_is_a_control_character() -> None:
    with pytest.raises(LayoutError):
        encoded([one(PinLine((Piece(119, "国"),)))], PAPER)
    for bad in ("\x1b@", "a\x00", "\x7f"):
        with pytest.raises(TextRefusedError):
            encoded([one(PinLine((Piece(0, bad),)))], PAPER)


@pytest.mark.parametrize("space", ["\x85", "\u2028", "\u2029"])
def test_in_a_large_line_that_is_drawn_no_control_character_passes_as_a_blank(space: str) -> None:
    with pytest.raises(PrintingError):
        encoded([one(PinLine((Piece(0, f"王{space}𬭚", large=True),)))], PAPER)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=24), st.integers(0, 70), st.booleans())
def test_any_text_round_trips_through_the_printer_or_is_refused(
    text: str, column: int, bold: bool
) -> None:
    try:
        clean = gate(text, "name")
        blocks = encoded([one(PinLine((Piece(column, clean, bold),)))], PAPER)
    except PrintingError:
        return
    printer = printed(blocks, PAPER)
    assert printer.errors == []
    marks = [mark for sheet in printer.tray for mark in sheet.marks]
    place, expected = column, {}
    for character in clean:
        if character not in " \u3000":
            in_rom = rom_bytes(character, PAPER.rom) is not None
            expected[place * 12] = character if in_rom else None
        place += width(character)
    assert {mark.x: getattr(mark, "char", None) for mark in marks} == expected
