"""What the simulated printer puts on paper: dots and text."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from PIL import Image

from devices.printer.models import PrinterModel
from devices.printer.simulated.fonts import GlyphMemory
from devices.printer.simulated.paper import Receipt
from devices.printer.simulated.printer import SimulatedPrinter
from devices.printer.simulated.pty import save_receipt
from devices.printer.simulated.render import render
from tests.devices.printer.desk import Clock, model
from tests.devices.printer.test_stream import STREAMS

MEMORY = GlyphMemory()
MARGIN, TOP = 32, 120  # escpos-80mm: 32 dots of paper beside the print, 15 mm before the first line
CUT = b"\x1dVB\x00"
GLYPH = bytes(range(1, 73))


def gb(text: str) -> bytes:
    return text.encode("gb18030")


def print_out(
    data: bytes, printer_model: PrinterModel | None = None
) -> tuple[Receipt, SimulatedPrinter]:
    printer = SimulatedPrinter(
        printer_model or model(), monotonic=Clock(), known_glyphs={GLYPH: "㛃"}
    )
    printer.receive(b"\x1b@" + data)
    printer.advance()
    printer.tear_off()
    return printer.take_receipts()[0], printer


def paper(data: bytes) -> Image.Image:
    receipt, printer = print_out(data)
    assert printer.errors == []
    return render(receipt, MEMORY)


def ink(image: Image.Image, left: int, top: int, width: int, height: int) -> int:
    """Count the black dots of a rectangle, in dots of the print area."""
    box = (MARGIN + left, TOP + top, MARGIN + left + width, TOP + top + height)
    return image.crop(box).histogram()[0]


def extent(image: Image.Image) -> tuple[int, int, int, int]:
    box = image.convert("L").point([255] * 128 + [0] * 128).getbbox()
    assert box is not None
    return box


def test_every_character_stands_in_its_cell_of_the_dot_grid() -> None:
    image = paper(gb("国8国\n") + CUT)
    assert image.width == 640
    for left, width in ((0, 24), (24, 12), (36, 24)):
        assert ink(image, left, 0, width, 24) > 20
    left, top, right, bottom = extent(image)
    assert (left >= MARGIN, right <= MARGIN + 60) == (True, True)
    assert (top >= TOP, bottom <= TOP + 24) == (True, True)


@pytest.mark.parametrize("char", list("gjpqy()|{}çQ@W国鬱龘䶮￥"))
def test_no_glyph_is_cut_off_by_its_cell(char: str) -> None:
    wide = ord(char) > 0x2000
    cell = MEMORY.cell(char, 24 if wide else 12, 24)
    box = cell.getbbox()
    assert box is not None
    assert wide or box[1] > 0  # ink on the uppermost row may be a glyph that was cut off there
    # Drawn four times as large, the same glyph shows as much ink: nothing fell off an edge.
    large = MEMORY.cell(char, 96 if wide else 48, 96)
    shares = [drawn.histogram()[255] / (drawn.width * drawn.height) for drawn in (cell, large)]
    assert shares[1] < shares[0] * 1.12


def test_a_full_line_of_hanzi_fills_the_printable_width() -> None:
    left, _, right, _ = extent(paper(gb("国" * 24 + "\n") + CUT))
    assert (left - MARGIN <= 3, MARGIN + 576 - right <= 3) == (True, True)


def test_a_line_that_is_too_long_goes_on_below() -> None:
    receipt, printer = print_out(gb("国" * 25) + b"\n" + CUT)
    assert receipt.transcript == "国" * 24 + "\n国\n"
    assert printer.errors == []


def test_the_lines_are_thirty_dots_apart_and_set_at_will() -> None:
    receipt, _ = print_out(b"a\nb\n\x1b3\x18c\nd\n\x1b2e\n" + CUT)
    tops = [line.top - TOP for line in receipt.lines]
    assert tops == [0, 30, 60, 84, 108]


def test_double_size_is_double_and_bold_is_bolder() -> None:
    plain = paper(gb("社\n") + CUT)
    double = paper(b"\x1d!\x11" + gb("社\n") + CUT)
    bold = paper(b"\x1bE\x01" + gb("社\n") + CUT)
    assert ink(double, 0, 0, 48, 48) == 4 * ink(plain, 0, 0, 24, 24)
    assert ink(bold, 0, 0, 24, 24) > 1.2 * ink(plain, 0, 0, 24, 24)


def test_underline_runs_below_all_of_the_text() -> None:
    image = paper(b"\x1b-\x01\x1c-\x01" + gb("一a ") + b"\n" + CUT)
    assert ink(image, 0, 23, 48, 1) == 48


def test_reverse_is_white_on_black() -> None:
    assert ink(paper(b"\x1dB\x01 \n" + CUT), 0, 0, 12, 24) == 288


def test_alignment_moves_whole_lines() -> None:
    centred, _ = print_out(b"\x1ba\x01ab\n\x1ba\x02ab\n" + CUT)
    assert [line.marks[0].x for line in centred.lines] == [276, 552]
    assert centred.transcript == " " * 23 + "ab\n" + " " * 46 + "ab\n"


def test_rules_of_box_characters_join() -> None:
    image = paper(gb("─" * 24 + "\n") + CUT)
    assert ink(image, 0, 11, 576, 2) == 2 * 576


@pytest.mark.parametrize("define", [True, False], ids=["FS 2", "ESC *"])
def test_a_glyph_sent_by_the_host_is_printed_and_named_if_known(define: bool) -> None:
    def glyph(columns: bytes) -> bytes:
        if define:
            return b"\x1c2\xfe\xa1" + columns + b"\xfe\xa1"
        return b"\x1b*\x21\x18\x00" + columns

    receipt, printer = print_out(gb("王") + glyph(GLYPH) + glyph(b"\xff" * 72) + b"a\n" + CUT)
    assert printer.errors == []
    assert receipt.transcript == "王㛃〓a\n"
    image = render(receipt, MEMORY)
    assert ink(image, 48, 0, 24, 24) == 576
    assert ink(image, 24, 0, 24, 24) == sum(byte.bit_count() for byte in GLYPH)


def test_a_raster_is_dots_and_needs_no_line_spacing() -> None:
    raster = b"\x1dv0\x00\x02\x00\x03\x00" + b"\xff\x01\x00\x00\x80\x00"
    receipt, printer = print_out(raster + b"x\n" + CUT)
    image = render(receipt, MEMORY)
    assert printer.errors == []
    assert [ink(image, 0, row, 16, 1) for row in range(3)] == [9, 0, 1]
    assert receipt.lines[1].top == TOP + 3
    assert receipt.transcript == "[image 16x3]\nx\n"


def qr(content: bytes, module: int) -> bytes:
    def function(number: int, data: bytes) -> bytes:
        return b"\x1d(k" + (len(data) + 2).to_bytes(2, "little") + b"1" + bytes((number,)) + data

    return (
        function(65, b"2\x00") + function(67, bytes((module,))) + function(69, b"1")
        + function(80, b"0" + content) + function(81, b"0")
    )  # fmt: skip


def test_a_qr_code_is_as_large_as_its_modules_and_named_in_the_text() -> None:
    content = b"https://verify.example/s/K7QD"
    receipt, printer = print_out(b"\x1ba\x01" + qr(content, 5) + CUT)
    assert printer.errors == []
    left, top, right, bottom = extent(render(receipt, MEMORY))
    assert right - left == bottom - top == 29 * 5
    assert left - MARGIN == (576 - 145) // 2
    assert "[QR https://verify.example/s/K7QD]" in receipt.transcript


def test_the_cut_leaves_what_stands_between_head_and_blade() -> None:
    receipt, printer = print_out(b"near the blade\n\x1dV\x00later\n" + b"\n" * 6 + b"\x1dV\x00")
    assert "cuts 114 dots into the print" in printer.errors[0].message
    assert receipt.transcript == ""


def test_feeding_to_the_blade_leaves_nothing_behind() -> None:
    printer = SimulatedPrinter(model(), monotonic=Clock())
    printer.receive(b"one\n\x1dVB\x10two\n\x1dVB\x10")
    printer.advance()
    first, second = printer.take_receipts()
    assert printer.errors == []
    assert first.length == second.length == TOP + 30 + 16
    assert (first.transcript, second.transcript) == ("one\n", "two\n")
    assert first.raw + second.raw == b"one\n\x1dVB\x10two\n\x1dVB\x10"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"abc\x1ba\x01", "ESC a: only at the start of a line"),
        (b"abc" + CUT, "GS V: a cut in the middle of a line"),
        (b"\xfe\xa5", "the glyph FE A5 was never defined"),
        (b"\x1b$\xff\x7f", "ESC $: position 32767 is off the line"),
        (b"\x1dv0\x00\x00\x00\x01\x00", "GS v: an empty raster"),
        (b"\x1dv0\x00\x50\x00\x01\x00" + b"\x00" * 80, "GS v: runs 64 dots over the edge"),
        (qr(b"", 5)[-8:], "GS (: no QR data stored"),
        (b"\x1d(k\x03\x001C\x63", "GS (: QR function 67 with parameter 63"),
        (b"\x1d(L\x02\x000\x32", "GS (: no graphics stored"),
    ],
)
def test_what_makes_no_sense_is_an_error_and_printing_goes_on(data: bytes, message: str) -> None:
    receipt, printer = print_out(data + b"\nafter\n")
    assert [error.message for error in printer.errors] == [message]
    assert receipt.transcript.splitlines()[-1] == "after"


def test_a_printer_without_cutter_and_qr_refuses_both() -> None:
    _, printer = print_out(b"a\n" + CUT + qr(b"x", 3), model(cut=False, qr=False))
    messages = {error.message for error in printer.errors}
    assert messages == {"GS V: this printer has no cutter", "GS (: this symbol is not known"}


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(STREAMS)
def test_any_stream_ends_as_a_picture(data: bytes) -> None:
    printer = SimulatedPrinter(model(), monotonic=Clock())
    printer.receive(b"first line\n")
    printer.advance()
    printer.receive(data)
    printer.advance()
    printer.tear_off()
    receipt = printer.take_receipts()[0]
    image = render(receipt, MEMORY)
    assert image.size == (640, receipt.length)


def test_a_receipt_is_written_as_bytes_text_picture_and_errors(tmp_path: Path) -> None:
    receipt, _ = print_out(gb("缴费") + b"\x1bQ\n")
    save_receipt(receipt, tmp_path, MEMORY)
    assert (tmp_path / "receipt-0001.bin").read_bytes() == receipt.raw
    assert (tmp_path / "receipt-0001.txt").read_text("utf-8") == "缴费\n"
    with Image.open(tmp_path / "receipt-0001.png") as picture:
        assert picture.size == (640, receipt.length)
    assert '"offset": 6, "data": "1B 51"' in (tmp_path / "errors.jsonl").read_text("utf-8")
    assert sorted(path.name for path in tmp_path.iterdir())[0] == "errors.jsonl"


def test_no_text_of_the_paper_is_in_a_repr() -> None:
    receipt, printer = print_out(gb("欧阳予") + b"\x1bQ12345678\n" + CUT)
    assert all(secret not in repr(receipt) + repr(printer.errors) for secret in ("欧阳", "1234"))
