"""A roll as pictures, for ESC/POS printers without hanzi: thirty times the bytes of text.

Each line is drawn by our fonts and cut into bands of at most 48 rows, each of them a block of its
own, so that a status stands between two of them. Blank rows are fed and not sent, and a band ends
at its last inked byte.
"""

from typing import Final

from devices.printer.blocks import Block
from printing.encode.escpos import FEED_LINES, TEAR_LINES
from printing.encode.picture import PICTURE, Canvas, bands
from printing.encode.void_words import roll_marks
from printing.glyphs import Pen
from printing.layout.roll import Line, Qr, Roll, Run

_INITIALISE: Final = b"\x1b@"
_CUT: Final = b"\x1dVB\x00"


def encode_raster(
    roll: Roll, *, columns: int, cut: bool, pen: Pen, most: int | None = None
) -> tuple[Block, ...]:
    """The bytes of `roll` as pictures of at most `most` bytes, in order.

    A character that no font draws is refused.
    """
    canvas = Canvas(columns, pen, roll.size)
    blocks = []
    held = _INITIALISE
    for number, line in enumerate(roll.lines, 1):
        printed = isinstance(line, Qr) or (isinstance(line, Line) and bool(line.text.strip()))
        for part in bands(canvas.draw(line), most):
            held += part
            if part.startswith(PICTURE):
                blocks.append(Block(held, f"line {number}", int(printed)))
                held, printed = b"", False
    return (*blocks, Block(held + _end(cut), "cut"))


def void_raster(serial: str, *, columns: int, cut: bool, pen: Pen) -> tuple[Block, ...]:
    """What marks the paper of that number, as `void_blocks` does where there are hanzi."""
    canvas = Canvas(columns, pen)
    rows = (
        Line((Run(row, bold=True),), centred=True, tall=True) for row in roll_marks(serial, columns)
    )
    drawn = b"".join(band for row in rows for band in bands(canvas.draw(row)))
    return Block(_INITIALISE + b"\n" + drawn, "void"), Block(_end(cut), "cut")


def _end(cut: bool) -> bytes:
    return b"\n" * FEED_LINES + _CUT if cut else b"\n" * TEAR_LINES
