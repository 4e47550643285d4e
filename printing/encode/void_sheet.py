"""What a sheet says that voids the pages before it, and that sheet for a laser printer or a queue.

A laser printer knows no hanzi, so the sheet is drawn by our own fonts. A queue gets the same
drawing as a PDF.
"""

import io
from functools import cache
from typing import TYPE_CHECKING, Final

from devices.printer.pages.pcl import A4_NO_MARGIN, END_OF_PAGE, RESET, raster
from printing.fonts import FontChain
from printing.glyphs import Pen
from printing.text import width

if TYPE_CHECKING:
    from PIL import Image

MARK: Final = "作废 VOID"
SENTENCES: Final = (
    "此前打出的页没有打印完整，已经作废，请勿使用。",
    "请把这些页和本页一起交给工作人员。",
    "The pages before this one were not printed completely: they are void.",
    "Please hand them to the staff, together with this one.",
)
_DPI: Final = 150
"""Every laser printer takes it; the letters are large."""
_AREA: Final = (1168, 700)
"""Dots of the upper part of A4 between the printer's own margins."""
_A4: Final = (1240, 1754)
"""Dots of all of the sheet."""
_TOP: Final = 180
_MARK_CELL: Final = 144
_CELL: Final = 32
_PITCH: Final = 56


@cache
def laser_void(fonts: FontChain) -> bytes:
    """A page of PCL that voids those before it; GlyphMissingError where no font has hanzi.

    Drawn once: every report has it at hand.
    """
    return RESET + A4_NO_MARGIN + raster(_drawn(fonts), _DPI, 0, 0) + END_OF_PAGE


@cache
def pdf_void(fonts: FontChain) -> bytes:
    """The same sheet as a PDF of one page."""
    from PIL import Image

    page, out = Image.new("1", _A4, 1), io.BytesIO()
    page.paste(_drawn(fonts), ((_A4[0] - _AREA[0]) // 2, 0))
    page.save(out, "PDF", resolution=_DPI, title=MARK, creationDate=None, modDate=None)
    return out.getvalue()


def _drawn(fonts: FontChain) -> "Image.Image":
    """The upper part of the sheet; ink is 0."""
    from PIL import Image

    pen = Pen(fonts)
    page = Image.new("L", _AREA)
    _write(page, pen, MARK, _TOP, _MARK_CELL)
    for at, sentence in enumerate(SENTENCES):
        _write(page, pen, sentence, _TOP + 2 * _MARK_CELL + at * _PITCH, _CELL)
    return page.point([255] * 128 + [0] * 128).convert("1")


def _write(page: "Image.Image", pen: Pen, text: str, y: int, cell: int) -> None:
    x = (page.width - width(text) * cell // 2) // 2
    for character in text:
        across = width(character) * cell // 2
        if not character.isspace():
            page.paste(255, (x, y), pen.cell(character, across, cell))
        x += across
