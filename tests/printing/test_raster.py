"""Receipts as pictures, for printers without hanzi: the paper shows exactly what was drawn."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from devices.printer.blocks import Block
from devices.printer.models import load_model
from devices.printer.simulated.fonts import GlyphMemory
from devices.printer.simulated.paper import Receipt
from devices.printer.simulated.printer import SimulatedPrinter
from devices.printer.simulated.render import render
from devices.printer.state import Ready
from printing.encode.escpos import encode_escpos
from printing.encode.picture import PICTURE, Canvas
from printing.encode.raster import encode_raster, void_raster
from printing.errors import GlyphMissingError, LayoutError
from printing.fonts import FontChain
from printing.glyphs import Glyphs, Pen
from printing.layout.roll import Line, Qr, Roll, RollLine, Rule, Run, layout_roll
from tests.devices.printer.conftest import MakeDesk, make_desk
from tests.printing.samples import CODE, FONTS, VERIFY_URL
from tests.printing.test_escpos import RARE, receipt, scanned

__all__ = ["make_desk"]

MODEL = load_model("escpos-58mm-raster")
PEN = Pen(FontChain.of(FONTS))
texts = st.text("0123456789.,-养老保险缴费WM﨎㛃", max_size=14)
lines: st.SearchStrategy[RollLine] = st.one_of(
    st.just(Rule()),
    st.builds(
        lambda text, bold, centred: Line((Run(text, bold),), centred=centred),
        texts,
        st.booleans(),
        st.booleans(),
    ),
    st.builds(lambda text: Line((Run(text[:7]),), size=2, centred=True), texts),
    st.builds(lambda text: Line((Run(text),), tall=True), texts),
)


def encoded(roll: Roll) -> tuple[Block, ...]:
    return encode_raster(roll, columns=32, cut=False, pen=PEN)


def printed(data: bytes) -> Receipt:
    printer = SimulatedPrinter(MODEL)
    printer.receive(data)
    while printer.advance() is not None:
        pass
    assert printer.errors == []
    printer.tear_off()
    (paper,) = printer.take_receipts()
    return paper


def on_paper(blocks: tuple[Block, ...]) -> Image.Image:
    """What is within the printable width, ink 255, without blank rows at either end."""
    paper = printed(b"".join(block.data for block in blocks))
    margin = (paper.paper_dots - paper.dots) // 2
    picture = ImageChops.invert(render(paper, GlyphMemory()).convert("L"))
    return trimmed(picture.crop((margin, 0, margin + paper.dots, picture.height)))


def drawn(roll: Roll) -> Image.Image:
    parts = [Canvas(32, PEN).draw(line) for line in roll.lines]
    whole = Image.new("L", (384, sum(part.height for part in parts)))
    y = 0
    for part in parts:
        whole.paste(part, (0, y))
        y += part.height
    return trimmed(whole)


def trimmed(picture: Image.Image) -> Image.Image:
    box = picture.getbbox() or (0, 0, 1, 1)
    return picture.crop((0, box[1], picture.width, box[3]))


def differing(one: Image.Image, other: Image.Image) -> int:
    assert one.size == other.size
    return sum(ImageChops.difference(one, other).convert("1").histogram()[1:])


def test_the_paper_shows_what_was_drawn_dot_by_dot() -> None:
    roll = layout_roll(receipt(f"张{RARE}"), 32)
    # A dot is added where the picture would read as a command that printers obey at once.
    assert differing(on_paper(encoded(roll)), drawn(roll)) <= 3


@settings(max_examples=25, deadline=None)
@given(st.lists(lines, min_size=1, max_size=6))
def test_so_does_any_roll(content: list[RollLine]) -> None:
    if all(isinstance(line, Line) and not line.text.strip() for line in content):
        content = [*content, Rule()]
    roll = Roll(32, tuple(content))
    assert differing(on_paper(encoded(roll)), drawn(roll)) <= 2


@pytest.mark.slow
def test_the_qr_is_read_from_the_paper(tmp_path: Path) -> None:
    roll = layout_roll(receipt(), 32)
    png = tmp_path / "receipt.png"
    render(printed(b"".join(b.data for b in encoded(roll))), GlyphMemory()).save(png)
    assert scanned(png) == VERIFY_URL + CODE


def test_a_band_is_a_block_of_at_most_48_rows_and_blank_rows_are_not_sent() -> None:
    roll = layout_roll(receipt(), 32)
    blocks = encoded(roll)
    for block in blocks[:-1]:
        assert block.data.count(b"\x1dv0\x00") == 1
        head = block.data.index(b"\x1dv0\x00")
        across, rows = block.data[head + 4], block.data[head + 6]
        assert 1 <= rows <= 48
        assert 1 <= across <= 48
        picture = block.data[head + 8 :]
        assert any(picture[:across]), "a blank first row"
        assert any(picture[across - 1 :: across]), "a blank last column"
    assert sum(block.rows for block in blocks) == sum(
        isinstance(line, Qr) or (isinstance(line, Line) and bool(line.text.strip()))
        for line in roll.lines
    )


def test_pictures_cost_less_than_the_whole_paper_and_much_more_than_text() -> None:
    roll = layout_roll(receipt(), 32)
    pictures = sum(len(block.data) for block in encoded(roll))
    text = encode_escpos(
        roll, rom="gbk", columns=32, cut=False, qr=True, glyphs=Glyphs(FontChain.of(FONTS))
    )
    characters = sum(len(block.data) for block in text)
    whole = 48 * sum(30 for line in roll.lines)
    assert 5 * characters < pictures < 0.7 * whole


def test_the_void_mark_is_a_picture_too() -> None:
    void = void_raster("20261122-03-123456", columns=32, cut=False, pen=PEN)
    paper = printed(b"".join(block.data for block in void))
    assert "[image" in paper.transcript


def test_what_cannot_be_drawn_or_does_not_fit_is_refused() -> None:
    with pytest.raises(GlyphMissingError):
        encoded(Roll(32, (Line((Run("\U000323af"),)),)))
    with pytest.raises(LayoutError):
        encoded(Roll(32, (Line((Run("1" * 33),)),)))


@pytest.mark.slow
def test_the_driver_prints_pictures_band_by_band(make_desk: MakeDesk) -> None:
    desk = make_desk(MODEL)
    blocks = encoded(layout_roll(receipt(), 32))
    result = desk.printer.print_blocks(blocks, void=())
    assert (result.outcome, result.blocks_sent) == ("sent", len(blocks))
    assert desk.sim.errors == []


@pytest.mark.parametrize("byte", [*range(1, 12), 100, 2000, 2311])
def test_a_picture_that_was_broken_off_takes_neither_the_questions_nor_the_mark_for_its_dots(
    make_desk: MakeDesk, byte: int
) -> None:
    desk = make_desk(MODEL, looked=False)
    desk.sim.receive((PICTURE + bytes((48, 0, 48, 0)) + b"\xff" * 48 * 48)[:byte])
    assert isinstance(desk.printer.status(), Ready)
    void = void_raster("20261122-03-123456", columns=32, cut=False, pen=PEN)
    assert desk.printer.print_blocks(void, void=void).outcome == "sent"
    alone = printed(b"".join(block.data for block in void)).transcript
    assert desk.paper().endswith(alone)
