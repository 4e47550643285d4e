import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from devices.printer.blocks import Block
from devices.printer.models import load_model
from devices.printer.pieces import unasked_bytes
from devices.printer.simulated.fonts import GlyphMemory
from devices.printer.simulated.paper import Receipt
from devices.printer.simulated.printer import SimulatedPrinter
from devices.printer.simulated.render import render
from printing.document import Document
from printing.encode.escpos import encode_escpos, void_blocks
from printing.encode.picture import PICTURE
from printing.errors import GlyphMissingError, LayoutError, TextRefusedError
from printing.fonts import FontChain
from printing.glyphs import Glyphs
from printing.layout.roll import Line, Qr, Roll, Run, layout_roll
from printing.layout.size import Size
from printing.statements import statement as entry_of
from tests.printing.samples import (
    CODE,
    FONTS,
    ISSUE,
    PERSON,
    VERIFY_URL,
    career_with_marks,
    roll_text,
    statement,
)
from tests.printing.statements.people import worst

RARE = "㛃𬭚䶮𠮷"
GLYPHS = Glyphs(FontChain.of(FONTS))
models = pytest.mark.parametrize("model", ["escpos-80mm", "escpos-58mm"])


def receipt(name: str = PERSON.name) -> Document:
    person = replace(PERSON, name=name)
    return statement(career_with_marks(), reveal="receipt", person=person)


def encode(
    document: Document, model: str = "escpos-80mm", size: Size = "normal"
) -> tuple[Block, ...]:
    made = load_model(model)
    assert made.rom != "none"
    roll = layout_roll(document, made.columns, size)
    return encode_escpos(
        roll, rom=made.rom, columns=made.columns, cut=made.cut, qr=made.qr, glyphs=GLYPHS
    )


def print_on(model: str, blocks: Sequence[Block | bytes]) -> Receipt:
    """The paper that comes out of a simulated printer of this model."""
    clock = iter(range(10**9))
    known = {GLYPHS.columns(c): c for c in RARE}
    printer = SimulatedPrinter(
        load_model(model), monotonic=lambda: float(next(clock)), known_glyphs=known
    )
    for block in blocks:
        printer.receive(block.data if isinstance(block, Block) else block)
        while printer.advance() is not None:
            pass
    assert printer.errors == []
    receipts = [*printer.take_receipts()]
    if not receipts:
        printer.tear_off()
        receipts = [*printer.take_receipts()]
    assert len(receipts) == 1
    return receipts[0]


def picture(paper: Receipt, path: Path) -> Path:
    render(paper, GlyphMemory()).save(path)
    return path


def scanned(png: Path) -> str:
    command = ["zbarimg", "--quiet", "--raw", "--nodbus", str(png)]
    done = subprocess.run(command, capture_output=True, check=True)
    return done.stdout.decode().strip()


@models
def test_the_paper_holds_every_line_of_the_layout(model: str) -> None:
    document = receipt()
    paper = print_on(model, encode(document, model))
    wanted = [line.strip() for line in roll_text(layout_roll(document, 48)).splitlines()]
    if model == "escpos-58mm":
        wanted = [line.strip() for line in roll_text(layout_roll(document, 32)).splitlines()]
    printed = {line.strip() for line in paper.transcript.splitlines()}
    assert [x for x in wanted if x not in printed and x[:2] != "--" and "二维码" not in x] == []


@pytest.mark.skipif(not shutil.which("esc2text"), reason="esc2text is not on the path")
def test_another_programs_parser_reads_the_same_text(tmp_path: Path) -> None:
    """By escpos-tools, of no distribution; to it the bytes of hanzi are code page 437."""
    document, file = receipt(), tmp_path / "receipt.bin"
    file.write_bytes(b"".join(block.data for block in encode(document)))
    told = subprocess.run(["esc2text", str(file)], capture_output=True, check=True)
    read = told.stdout.decode().encode("cp437").decode("gb18030")
    lines = {line.strip() for line in read.splitlines()}
    wanted = (line for line in layout_roll(document, 48).lines if isinstance(line, Line))
    assert [line.text for line in wanted if line.text.strip() not in lines] == []
    unknown = {line for line in told.stderr.decode().splitlines() if "nknown" in line}
    assert unknown <= {"WARNING: Unknown command FS &"}  # hanzi, again


@models
def test_rare_characters_come_out_as_images_of_their_cells(model: str) -> None:
    paper = print_on(model, encode(receipt(f"张{RARE}"), model))
    assert f"张{RARE}" in paper.transcript


@models
@pytest.mark.parametrize("name", ["张晓三", f"张{RARE}镕"])
def test_the_bytes_are_at_most_a_quarter_more_than_their_text(model: str, name: str) -> None:
    blocks = encode(receipt(name), model)
    text = print_on(model, blocks).transcript
    assert sum(len(b.data) for b in blocks) <= 1.25 * len(text.encode("gb18030"))


@pytest.mark.slow
@models
def test_the_qr_is_read_from_the_paper(model: str, tmp_path: Path) -> None:
    png = picture(print_on(model, encode(receipt(), model)), tmp_path / "receipt.png")
    assert scanned(png) == VERIFY_URL + CODE


def test_an_address_beyond_ascii_is_sent_as_utf_8() -> None:
    address = "https://核对.example/v/" + CODE
    blocks = encode_escpos(
        Roll(48, (Qr(address),)), rom="gbk", columns=48, cut=True, qr=True, glyphs=GLYPHS
    )
    assert address.encode() in b"".join(block.data for block in blocks)
    print_on("escpos-80mm", blocks)


@pytest.mark.slow
def test_a_printer_without_qr_gets_the_symbol_as_a_picture_that_reads(tmp_path: Path) -> None:
    roll = layout_roll(receipt(), 48)
    blocks = encode_escpos(roll, rom="gbk", columns=48, cut=True, qr=False, glyphs=GLYPHS)
    png = picture(print_on("escpos-80mm", blocks), tmp_path / "receipt.png")
    assert scanned(png) == VERIFY_URL + CODE
    assert all(len(block.data) <= 1024 for block in blocks)


def test_only_the_first_block_initialises_and_every_block_sends_its_state() -> None:
    blocks = encode(receipt())
    state = b"\x1c&\x1ba\x00\x1d!\x00\x1bE\x00"
    assert blocks[0].data.startswith(b"\x1b@" + state)
    assert all(block.data.startswith(state) for block in blocks[1:])
    assert not any(b"\x1b@" in block.data for block in blocks[1:])


def test_blocks_are_short_and_their_labels_say_nothing_of_the_record() -> None:
    blocks = encode(receipt())
    assert all(len(block.data) <= 1024 for block in blocks)
    assert all(block.data.count(b"\n") <= 8 for block in blocks)
    assert {block.label.split()[0] for block in blocks} == {"rows", "qr", "cut"}
    assert PERSON.name not in repr(blocks)


def test_a_block_printed_after_a_reset_looks_the_same() -> None:
    """A printer that lost its settings between two blocks must not change the paper."""
    blocks = encode(receipt())
    plain = print_on("escpos-80mm", blocks)
    reset = print_on("escpos-80mm", [b for block in blocks for b in (b"\x1b@", block)])
    assert reset.transcript == plain.transcript


def test_the_receipt_ends_with_three_lines_of_feed_and_a_cut_behind_the_blade() -> None:
    assert encode(receipt())[-1].data.endswith(b"\n\n\n\x1dVB\x00")
    assert b"\x1dV" not in encode(receipt(), "escpos-58mm")[-1].data


def test_a_cancelled_jobs_paper_is_marked_void_and_cut() -> None:
    mark = void_blocks("20261122-03-123456-2", columns=48, cut=True)
    paper = print_on("escpos-80mm", [*encode(receipt())[:3], *mark])
    assert "作废 VOID 20261122-03-123456-2" in paper.transcript


@pytest.mark.parametrize("kiosk", ["03", "A-12", "window-3-floor-12"])
def test_a_void_mark_names_the_number_of_its_paper_on_the_narrowest_roll_too(kiosk: str) -> None:
    serial = f"20261122-{kiosk}-123456-2"
    mark = void_blocks(serial, columns=32, cut=False)
    rows = print_on("escpos-58mm", mark).transcript.split("\n")
    said = [row.strip() for row in rows if row.strip()]
    assert said in ([f"作废 VOID {serial}"], ["作废 VOID", serial[-32:]])
    assert (len(said) == 1) == (len(kiosk) <= 4), "whole or not at all"


def test_a_glyph_that_no_font_draws_is_an_error_before_the_first_byte() -> None:
    roll = layout_roll(receipt("张㛃"), 48)
    poor = Glyphs(FontChain.of(FONTS[:1]))
    with pytest.raises(GlyphMissingError):
        encode_escpos(roll, rom="gbk", columns=48, cut=True, qr=True, glyphs=poor)


@pytest.mark.parametrize("bad", ["\x1b", "\x10", "\x1d", "\n", "\x00", "\x7f"])
def test_a_control_character_never_reaches_the_printer(bad: str) -> None:
    roll = Roll(48, (Line((Run(f"a{bad}b"),)),))
    with pytest.raises(TextRefusedError):
        encode_escpos(roll, rom="gbk", columns=48, cut=True, qr=True, glyphs=GLYPHS)


def test_a_roll_too_wide_for_the_printer_is_refused() -> None:
    with pytest.raises(LayoutError):
        encode_escpos(
            layout_roll(receipt(), 48), rom="gbk", columns=32, cut=True, qr=True, glyphs=GLYPHS
        )


@models
def test_large_print_is_twice_as_high_and_a_rare_name_in_it_too(model: str) -> None:
    blocks = encode(receipt("张㛃𠮷"), model, "large")
    paper = print_on(model, blocks)
    spoken = [line for line in paper.lines if any("一" <= c <= "龥" for c in line.text)]
    assert {line.height for line in spoken} == {48, 72}, "the title is higher still"
    assert len(spoken) > 100
    (drawn,) = [block for block in blocks if block.label == "line end"]
    assert b"\x1dv0" in drawn.data  # a picture of one cell could not be large
    assert b"\x1b2\n" in blocks[-1].data


def test_a_large_line_that_is_a_picture_counts_once_when_all_of_it_is_printed() -> None:
    line = Line((Run("㛃" * 12),), size=2)
    blocks = encode_escpos(
        Roll(48, (line,), "large"), rom="gbk", columns=48, cut=True, qr=True, glyphs=GLYPHS
    )
    labels = [(block.label, block.rows) for block in blocks]
    assert labels[-2:] == [("line end", 1), ("cut", 0)]
    assert set(labels[:-2]) <= {("line band", 0)}


class _Picture:
    """A glyph whose image is whatever the test says."""

    def __init__(self, image: bytes) -> None:
        self._image = image

    def columns(self, character: str) -> bytes:
        return self._image

    def cell(self, character: str, columns: int, rows: int) -> Image.Image:
        raise AssertionError("no large line is printed")


@given(
    st.lists(st.sampled_from([0x00, 0x04, 0x05, 0x10, 0x14, 0x18, 0xFF]), min_size=72, max_size=72)
)
def test_image_data_never_reads_as_a_real_time_command(image: list[int]) -> None:
    roll = Roll(48, (Line((Run("㛃"),)),))
    blocks = encode_escpos(
        roll, rom="gbk", columns=48, cut=True, qr=True, glyphs=_Picture(bytes(image))
    )
    data = blocks[0].data
    sent = data[data.index(b"\x1b*\x21\x18\x00") + 5 :][:72]
    assert not any(command in sent for command in (b"\x10\x04", b"\x10\x05", b"\x10\x14"))
    assert all(new & old == old for new, old in zip(sent, image, strict=True) if old != 0x10)


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["C", "Z", "M"]), max_size=20))
def test_text_is_the_bytes_of_the_rom_and_images_for_the_rest(text: str) -> None:
    roll = Roll(48, (Line((Run(text),)),))
    blocks = encode_escpos(
        roll, rom="gb2312", columns=48, cut=True, qr=True, glyphs=_Picture(bytes(72))
    )
    line = blocks[0].data.removeprefix(b"\x1b@\x1c&\x1ba\x00\x1d!\x00\x1bE\x00")
    expected = b""
    for character in text:
        code = character.encode("gb18030")
        try:
            code.decode("gb2312")
        except UnicodeDecodeError:
            code = b"\x1b*\x21\x18\x00" + bytes(72)
        expected += code
    assert line == expected + b"\n"


def test_a_symbol_alone_is_a_block_of_its_own() -> None:
    roll = Roll(48, (Line(), Qr("https://a.example/1"), Line()))
    blocks = encode_escpos(roll, rom="gbk", columns=48, cut=True, qr=True, glyphs=GLYPHS)
    assert [block.label for block in blocks] == ["rows 1-1", "qr", "rows 2-2", "cut"]


@pytest.mark.parametrize("name", ["escpos-58mm", "escpos-sprt", "escpos-80mm-plain"])
def test_no_picture_is_so_long_that_a_loss_of_power_hides_in_it(name: str) -> None:
    """A printer that was off for a moment takes the rest of the dots for text and says nothing."""
    model = load_model(name)
    most = unasked_bytes(model)
    assert model.rom != "none"
    assert most is not None
    document = entry_of("insured").build(worst("insured"), ISSUE, "receipt")
    blocks = encode_escpos(
        layout_roll(document, model.columns, "large"),
        rom=model.rom,
        columns=model.columns,
        cut=model.cut,
        qr=model.qr,
        glyphs=GLYPHS,
        most=most,
    )
    pictures = [len(block.data) for block in blocks if PICTURE in block.data]
    assert len(pictures) > 3
    assert max(pictures) <= most


def test_a_printer_that_proves_its_rows_gets_longer_pictures() -> None:
    assert unasked_bytes(load_model("escpos-80mm")) is None
