"""The sheet that says which pages are void, for a laser printer or a queue.

A laser printer knows no hanzi, so the sheet is drawn by our own fonts. A queue gets the same
drawing as a PDF.
"""

import io
from functools import cache
from typing import TYPE_CHECKING, Final

from devices.printer.pages.pcl import A4_NO_MARGIN, END_OF_PAGE, RESET, raster
from printing.encode.void_words import MARK, SENTENCES, numbered
from printing.fonts import FontChain
from printing.glyphs import Pen
from printing.text import width

if TYPE_CHECKING:
    from PIL import Image

_DPI: Final = 150
"""Every laser printer takes it; the letters are large."""
_UNITS: Final = 300
"""An inch, where PCL places something."""
_AREA: Final = (1168, 700)
"""Dots of the upper part of A4 between the printer's own margins."""
_A4: Final = (1240, 1754)
"""Dots of all of the sheet."""
_TOP: Final = 180
_MARK_CELL: Final = 144
_CELL: Final = 32
_PITCH: Final = 56
_NUMBER_TOP: Final = _TOP + _MARK_CELL + _PITCH
_NUMBER_CELL: Final = 48
_SENTENCES_TOP: Final = _NUMBER_TOP + _NUMBER_CELL + _PITCH


def laser_void(fonts: FontChain, serial: str) -> bytes:
    """A page of PCL that voids those of that number; GlyphMissingError where no font has hanzi."""
    number = raster(_number(fonts, serial), _DPI, 0, _NUMBER_TOP * _UNITS // _DPI)
    return RESET + A4_NO_MARGIN + _laser_text(fonts) + number + END_OF_PAGE


@cache
def _laser_text(fonts: FontChain) -> bytes:
    """All but the number. Drawn once: every report has it at hand."""
    return raster(_drawn(fonts), _DPI, 0, 0)


def pdf_void(fonts: FontChain, serial: str) -> bytes:
    """The same sheet as a PDF of one page."""
    from PIL import Image

    page, out = Image.new("1", _A4, 1), io.BytesIO()
    left = (_A4[0] - _AREA[0]) // 2
    page.paste(_drawn(fonts), (left, 0))
    page.paste(_number(fonts, serial), (left, _NUMBER_TOP))
    page.save(out, "PDF", resolution=_DPI, title=MARK, creationDate=None, modDate=None)
    return out.getvalue()


def _drawn(fonts: FontChain) -> "Image.Image":
    """The upper part of the sheet without the number; ink is 0."""
    from PIL import Image

    pen = Pen(fonts)
    page = Image.new("L", _AREA)
    _write(page, pen, MARK, _TOP, _MARK_CELL)
    for at, sentence in enumerate(SENTENCES):
        _write(page, pen, sentence, _SENTENCES_TOP + at * _PITCH, _CELL)
    return _inked(page)


def _number(fonts: FontChain, serial: str) -> "Image.Image":
    """The row of the number, as wide as the sheet."""
    from PIL import Image

    row = Image.new("L", (_AREA[0], _NUMBER_CELL))
    _write(row, Pen(fonts), numbered(serial), 0, _NUMBER_CELL)
    return _inked(row)


def _inked(drawn: "Image.Image") -> "Image.Image":
    return drawn.point([255] * 128 + [0] * 128).convert("1")


def _write(page: "Image.Image", pen: Pen, text: str, y: int, cell: int) -> None:
    x = (page.width - width(text) * cell // 2) // 2
    for character in text:
        across = width(character) * cell // 2
        if not character.isspace():
            page.paste(255, (x, y), pen.cell(character, across, cell))
        x += across
