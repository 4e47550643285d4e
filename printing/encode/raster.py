"""A roll as pictures, for ESC/POS printers without hanzi: thirty times the bytes of text.

Each line is drawn by our fonts and cut into bands of at most 48 rows, each of them a block of its
own, so that a status stands between two of them. Blank rows are fed and not sent, and a band ends
at its last inked byte.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import segno
from PIL import Image, ImageDraw

from devices.printer.blocks import Block
from printing.encode.escpos import FEED_LINES, QR_MODULE, TEAR_LINES, without_commands
from printing.errors import LayoutError
from printing.glyphs import Pen
from printing.layout.roll import Line, Qr, Roll, RollLine, Rule, Run
from printing.text import width

_INITIALISE: Final = b"\x1b@"
_PICTURE: Final = b"\x1dv0\0"
"""GS v 0: obsolete in Epson's words, and what the makers of other printers support best."""
_FEED: Final = b"\x1bJ"
"""ESC J: so many dots."""
_CUT: Final = b"\x1dVB\x00"
_BAND_ROWS: Final = 48
_LEAST_BLANK: Final = 2
"""Fewer blank rows than these cost less inside a band than as a feed."""
_COLUMN: Final = 12
_LINE: Final = 30
_LARGE: Final = 48


class Canvas:
    """Draws lines for paper of so many columns of 12 dots."""

    def __init__(self, columns: int, pen: Pen) -> None:
        self._columns = columns
        self._pen = pen
        self.dots: Final = columns * _COLUMN

    def draw(self, line: RollLine) -> Image.Image:
        """The line as wide as the paper, ink 255."""
        match line:
            case Line():
                return self._text(line)
            case Rule():
                image = Image.new("L", (self.dots, _LINE))
                image.paste(255, (0, 14, self.dots, 16))
                return image
            case Qr():
                return self._symbol(line.content)

    def _text(self, line: Line) -> Image.Image:
        wide = line.size * width(line.text)
        if wide > self._columns:
            raise LayoutError("line", wide, self._columns)
        cell = 24 * line.size
        image = Image.new("L", (self.dots, _LINE if line.size == 1 else _LARGE))
        x = (self.dots - wide * _COLUMN) // 2 if line.centred else 0
        for run in line.runs:
            for character in run.text:
                self._put(image, x, character, cell, run)
                x += width(character) * _COLUMN * line.size
        return image

    def _put(self, image: Image.Image, x: int, character: str, cell: int, run: Run) -> None:
        if character.isspace():
            return
        drawn = self._pen.cell(character, cell * width(character) // 2, cell)
        for shift in (0, 1) if run.bold else (0,):
            image.paste(255, (x + shift, 0), drawn)

    def _symbol(self, content: str) -> Image.Image:
        matrix = segno.make_qr(content, error="m", boost_error=False).matrix
        side = len(matrix)
        modules = Image.new("L", (side, side))
        modules.putdata([255 * bool(module) for row in matrix for module in row])
        symbol = modules.resize((side * QR_MODULE,) * 2, Image.Resampling.NEAREST)
        image = Image.new("L", (self.dots, symbol.height))
        ImageDraw.Draw(image).bitmap(((self.dots - symbol.width) // 2, 0), symbol, fill=255)
        return image


def encode_raster(roll: Roll, *, columns: int, cut: bool, pen: Pen) -> tuple[Block, ...]:
    """The bytes of `roll` as pictures, in order; a character that no font draws is refused."""
    canvas = Canvas(columns, pen)
    blocks = []
    held = _INITIALISE
    for number, line in enumerate(roll.lines, 1):
        printed = isinstance(line, Qr) or (isinstance(line, Line) and bool(line.text.strip()))
        for part in _parts(canvas.draw(line)):
            held += part
            if part.startswith(_PICTURE):
                blocks.append(Block(held, f"line {number}", int(printed)))
                held, printed = b"", False
    return (*blocks, Block(held + _end(cut), "cut"))


def void_raster(*, columns: int, cut: bool, pen: Pen) -> bytes:
    """What marks the paper of a cancelled job, as `void_bytes` does where there are hanzi."""
    mark = Line((Run("作废 VOID"),), size=2, centred=True)
    drawn = b"".join(_parts(Canvas(columns, pen).draw(mark)))
    return _INITIALISE + b"\n" + drawn + _end(cut)


def _end(cut: bool) -> bytes:
    return b"\n" * FEED_LINES + _CUT if cut else b"\n" * TEAR_LINES


def _parts(image: Image.Image) -> Iterator[bytes]:
    """Feeds for what is blank, and pictures for what is not."""
    packed = image.point([0] * 128 + [255] * 128, "1").tobytes()
    across = (image.width + 7) // 8
    rows = [packed[at : at + across] for at in range(0, len(packed), across)]
    start = 0
    while start < len(rows):
        blank = _blank_rows(rows, start)
        if blank:
            yield _FEED + bytes((blank,))
            start += blank
            continue
        end = start
        while (
            end < len(rows) and end - start < _BAND_ROWS and _blank_rows(rows, end) < _LEAST_BLANK
        ):
            end += 1
        yield _picture(rows[start:end])
        start = end


def _blank_rows(rows: Sequence[bytes], start: int) -> int:
    """How many rows from there on have no ink; at most what one feed takes."""
    inked = (at for at in range(start, len(rows)) if any(rows[at]))
    return min(255, next(inked, len(rows)) - start)


def _picture(rows: Sequence[bytes]) -> bytes:
    """What is inked, from the left edge on."""
    across = max(len(row.rstrip(b"\0")) for row in rows)
    size = bytes((across, 0, len(rows), 0))
    return _PICTURE + size + without_commands(b"".join(row[:across] for row in rows))
