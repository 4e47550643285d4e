"""Pages in PCL 5: raster rows packed row by row in the shortest of four ways.

Source: HP's PCL 5 technical reference; modes 0 to 3 are in every LaserJet since the III.
"""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from devices.printer.blocks import Block
from devices.printer.models.page import PclModel
from devices.printer.pages.pdf import page_images

if TYPE_CHECKING:
    from PIL import Image

RESET = b"\x1bE"
A4_NO_MARGIN = b"\x1b&l26A\x1b&l0O\x1b&l0E"
"""Paper A4, portrait, no top margin."""
END_OF_PAGE = b"\f"
_LEFT_PER_INCH = 71 / 300
"""The logical page of A4 begins so far from the paper's edge."""
_MOST_LITERAL, _MOST_REPEATED = 128, 128
_MOST_PAIRED = 256
_MOST_REPLACED = 8


def _never() -> bool:
    return False


def pdf_blocks(
    pdf: bytes, model: PclModel, cancelled: Callable[[], bool] = _never
) -> Iterator[Block]:
    """Draw a PDF's pages and pack each as one block; raise ValueError for no PDF.

    `cancelled` is asked before each page; once true, no further one is drawn.
    """
    images = enumerate(page_images(pdf, model.dpi), start=1)
    while not cancelled() and (drawn := next(images, None)):
        number, image = drawn
        left = round(_LEFT_PER_INCH * model.dpi)
        area = image.crop((left, 0, image.width - left, image.height))
        data = RESET + A4_NO_MARGIN + raster(area, model.dpi, 0, 0) + END_OF_PAGE
        yield Block(data, f"page {number}")


def raster(image: "Image.Image", dpi: int, x: int, y: int) -> bytes:
    """Return the commands that print an image (mode 1, ink 0) at dots (x, y)."""
    from PIL import ImageChops  # here: most kiosks draw no page themselves

    ink = ImageChops.invert(image.convert("L")).convert("1")
    stride = (ink.width + 7) // 8
    data = ink.tobytes()
    start = f"\x1b*p{x}x{y}Y\x1b*t{dpi}R\x1b*r{ink.width}S\x1b*r1A".encode()
    out = bytearray(start)
    seed, mode, blank = b"", -1, 0
    for at in range(0, len(data), stride):
        row = data[at : at + stride].rstrip(b"\0")
        if not row:
            blank += 1
            continue
        if blank:
            out += b"\x1b*b%dY" % blank
            blank, seed = 0, b""
        chosen, packed = _shortest(row, seed)
        out += (
            b"\x1b*b%dm%dW" % (chosen, len(packed))
            if chosen != mode
            else b"\x1b*b%dW" % len(packed)
        )
        out += packed
        seed, mode = row, chosen
    return bytes(out) + b"\x1b*rC"


def _shortest(row: bytes, seed: bytes) -> tuple[int, bytes]:
    """Return the mode and the data of a row; what is longer above it becomes white in mode 3."""
    whole = row.ljust(len(seed), b"\0")
    choices = ((0, row), (1, run_length(row)), (2, pack_bits(row)), (3, delta_row(whole, seed)))
    return min(choices, key=lambda choice: len(choice[1]))


def run_length(row: bytes) -> bytes:
    """Mode 1: pairs of a count and the byte that is repeated."""
    out = bytearray()
    for byte, run in groupby(row):
        count = len(list(run))
        for start in range(0, count, _MOST_PAIRED):
            out += bytes((min(_MOST_PAIRED, count - start) - 1, byte))
    return bytes(out)


def pack_bits(row: bytes) -> bytes:
    """Mode 2: runs and literals, as in TIFF."""
    out, at = bytearray(), 0
    literal = bytearray()
    while at < len(row):
        run = 1
        while run < _MOST_REPEATED and row[at : at + run + 1] == row[at : at + 1] * (run + 1):
            run += 1
        if run >= 3:
            out += _literals(literal)
            literal.clear()
            out += bytes((257 - run, row[at]))
        else:
            literal += row[at : at + run]
        at += run
    return bytes(out + _literals(literal))


def _literals(data: bytearray) -> bytes:
    parts = (data[at : at + _MOST_LITERAL] for at in range(0, len(data), _MOST_LITERAL))
    return b"".join(bytes((len(part) - 1,)) + bytes(part) for part in parts)


def delta_row(row: bytes, seed: bytes) -> bytes:
    """Mode 3: only what differs from the row above, which is no longer than this one."""
    above = seed.ljust(len(row), b"\0")
    out, place, at = bytearray(), 0, 0
    while at < len(row):
        if row[at] == above[at]:
            at += 1
            continue
        end = at + 1
        while end < len(row) and end - at < _MOST_REPLACED and row[end] != above[end]:
            end += 1
        out += _delta_head(end - at, at - place) + row[at:end]
        at = place = end
    return bytes(out)


def _delta_head(count: int, offset: int) -> bytes:
    if offset < 31:
        return bytes(((count - 1) << 5 | offset,))
    more, rest = divmod(offset - 31, 255)
    return bytes(((count - 1) << 5 | 31,)) + b"\xff" * more + bytes((rest,))
