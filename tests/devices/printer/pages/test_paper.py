"""The self-test pages and raster pages, as they come out of the simulated printers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from devices.printer.models.page import EscpkModel, PclModel, load_page_model
from devices.printer.pages import test_page
from devices.printer.pages.pcl import delta_row, pack_bits, pdf_blocks, raster, run_length
from devices.printer.pages.pdf import page_images
from devices.printer.pages.pjl import begin_job, end_job
from devices.printer.simulated.fonts import GlyphMemory
from devices.printer.simulated.pages.escpk import SimulatedEscpk
from devices.printer.simulated.pages.laser import SimulatedLaser
from devices.printer.simulated.pages.machine import PageMachine
from devices.printer.simulated.pages.pcl_page import decompress
from devices.printer.simulated.pages.sheet import Dots, draw
from tests.devices.printer.pages.desk import Clock
from tests.devices.printer.pages.documents import pdf

NOW = "2026-11-22 11:00"


def feed(machine: PageMachine, clock: Clock, data: bytes) -> None:
    """Give it all these bytes and all the time it wants."""
    at = 0
    while at < len(data):
        room = machine.room
        machine.receive(data[at : at + room])
        at += room
        machine.advance()
        clock.now += 0.05
    for _ in range(60):
        machine.advance()
        clock.now += 3.0


def escpk_on_paper(data: bytes) -> SimulatedEscpk:
    clock = Clock()
    machine = SimulatedEscpk(_escpk(), monotonic=clock, usb=True)
    feed(machine, clock, data)
    return machine


def laser_on_paper(data: bytes) -> SimulatedLaser:
    clock = Clock()
    machine = SimulatedLaser(_pcl(), monotonic=clock, network=True)
    feed(machine, clock, data)
    return machine


def _escpk() -> EscpkModel:
    model = load_page_model("escpk-24pin")
    assert isinstance(model, EscpkModel)
    return model


def _pcl() -> PclModel:
    model = load_page_model("pcl-network")
    assert isinstance(model, PclModel)
    return model


def test_the_24_pin_test_page_comes_out_without_an_error() -> None:
    machine = escpk_on_paper(test_page.test_blocks(_escpk(), NOW)[0].data)
    (sheet,) = machine.tray
    assert machine.errors == []
    lines = sheet.transcript.splitlines()
    assert lines[0].replace(" ", "") == "打印机自检页"
    assert lines[1:4] == ["PRINTER TEST", "escpk-24pin", NOW]
    assert "国" * 60 in lines
    assert "扩展：镕喆堃玥珺祎垚犇" in lines
    assert "│失业保险│ 513.60│" in lines


def test_the_ruler_ends_at_the_edge_and_rules_join() -> None:
    machine = escpk_on_paper(test_page.test_blocks(_escpk(), NOW)[0].data)
    picture = draw(machine.tray[0], GlyphMemory())
    ink = ImageChops.invert(picture.convert("L"))
    inked = ink.getbbox()
    assert inked is not None
    assert inked[1] >= 90, "three lines stay free below the perforation"
    ruler = ink.crop((0, 300, 1440, 324)).getbbox()
    assert ruler is not None
    assert ruler[2] > 1428  # the 120th column of 12 dots
    first_rule = ink.crop((11, 577, 13, 577 + 5 * 24 - 13))  # the table's left rule, 5 lines high
    column = [first_rule.getpixel((0, y)) or first_rule.getpixel((1, y)) for y in range(20, 90)]
    assert all(column)


def test_the_qr_code_on_the_24_pin_page_is_the_one_that_was_drawn() -> None:
    machine = escpk_on_paper(test_page.test_blocks(_escpk(), NOW)[0].data)
    bands = [mark for mark in machine.tray[0].marks if isinstance(mark, Dots)]
    want = test_page.qr_image(6)
    left, top = min(band.x for band in bands), min(band.y for band in bands)
    got = Image.new("1", (want.width, 24 + max(band.y for band in bands) - top), 1)
    for band in bands:
        dots = Image.frombytes("1", (band.bitmap.width, 24), band.bitmap.rows)
        at = (band.x - left, band.y - top)
        got.paste(ImageChops.invert(dots.convert("L")).convert("1"), at)
    assert (
        ImageChops.difference(
            got.crop((0, 0, *want.size)).convert("L"), want.convert("L")
        ).getbbox()
        is None
    )


def test_the_laser_test_page_comes_out_without_an_error() -> None:
    machine = laser_on_paper(test_page.test_blocks(_pcl(), NOW)[0].data)
    (sheet,) = machine.tray
    assert machine.errors == []
    assert sheet.transcript.splitlines()[:3] == ["PRINTER TEST", "pcl-network", NOW]
    assert len([mark for mark in sheet.marks if isinstance(mark, Dots)]) == 2


def test_a_pdf_comes_out_of_the_laser_dot_by_dot() -> None:
    data = b"".join(block.data for block in pdf_blocks(pdf(1), _pcl()))
    machine = laser_on_paper(begin_job("K1") + data + end_job("K1"))
    assert machine.errors == []
    (sheet,) = machine.tray
    got = draw(sheet, GlyphMemory()).convert("L")
    want = next(page_images(pdf(1), 300)).convert("L")
    box = (71, 0, 2400, 3500)
    assert ImageChops.difference(got.crop(box), want.crop(box)).getbbox() is None
    assert len(data) < 60_000  # 1.1 MB unpacked


def test_no_pdf_is_refused() -> None:
    with pytest.raises(ValueError, match="no PDF"):
        list(pdf_blocks(b"hello", _pcl()))


_ROWS = st.one_of(
    st.binary(max_size=60),
    st.lists(st.tuples(st.integers(0, 255), st.integers(1, 300)), max_size=5).map(
        lambda runs: b"".join(bytes((byte,)) * count for byte, count in runs)
    ),
)


@given(_ROWS, _ROWS)
@settings(max_examples=300)
def test_packed_rows_unpack_to_themselves(row: bytes, seed: bytes) -> None:
    assert decompress(1, run_length(row), b"") == row
    assert decompress(2, pack_bits(row), b"") == row
    whole = row.ljust(len(seed), b"\0")  # what is longer above becomes white
    got = decompress(3, delta_row(whole, seed), seed)
    assert got.ljust(len(whole), b"\0") == whole


_PATTERNS = st.lists(
    st.sampled_from([0, 1, 0xF0F0F0F0F0F0, 0xFF00FF00FFFF, 0xABCDEF012345]), max_size=12
)


@given(_PATTERNS)
@settings(max_examples=12, deadline=None)
def test_an_image_packed_row_by_row_prints_as_it_was(rows: list[int]) -> None:
    image = Image.new("1", (48, max(1, len(rows))), 1)
    for y, bits in enumerate(rows):
        for x in range(48):
            image.putpixel((x, y), 0 if bits >> x & 1 else 1)
    machine = laser_on_paper(b"\x1bE" + raster(image, 300, 0, 0) + b"\f")
    assert machine.errors == []
    got = draw(machine.tray[0], GlyphMemory()).crop((71, 150, 119, 150 + image.height))
    assert got.tobytes() == image.tobytes()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x1bZ", "unknown command"),
        (b"\xd6\xd0", "opens no hanzi here"),  # FS & was not sent
        (b"\x1c&\xd6\x1f", "closes no hanzi"),
        (b"\x1c&\x81\x30", "closes no hanzi"),
        (b"\x07", "control character"),
        (b"\x1b*\x48\x01\x00", "unknown command"),
        (b"\x1b@\x1c&" + b"a" * 200 + b"\r\n", "right margin"),
    ],
)
def test_what_a_24_pin_printer_does_not_know_is_an_error_with_its_place(
    data: bytes, message: str
) -> None:
    machine = escpk_on_paper(b"ok\r\n" + data)
    assert message in machine.errors[0].message
    assert machine.errors[0].offset >= 4
    assert "ok" in machine.rows


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x1bZ", "unknown escape"),
        (b"\x1b&l9Q", "unknown"),
        (b"\x80", "byte 80"),
        (b"\x1b*t72R", "72 dpi"),
        (b"\x1b*b9M", "compression 9"),
        (b"\x1b%-12345X@PJL NONSENSE\r\n", "unknown: @PJL NONSENSE"),
    ],
)
def test_what_a_laser_printer_does_not_know_is_an_error_with_its_place(
    data: bytes, message: str
) -> None:
    machine = laser_on_paper(b"ok\r\n" + data + b"\f")
    assert message in machine.errors[0].message
    assert machine.errors[0].offset == (4 if data[1:2] != b"%" else 13)
    assert machine.rows == ["ok"]


def test_bytes_beyond_a_full_buffer_are_lost_and_counted() -> None:
    clock = Clock()
    machine = SimulatedEscpk(_escpk(), monotonic=clock, port_bytes=100_000)
    machine._port = machine._port.__class__(0, "none", 4096)
    machine._wire = machine._wire.__class__(0, clock)
    machine.take_paper()
    machine.receive(b"x" * 5000)
    machine.advance()
    assert machine.overrun_bytes == 5000 - 4096
