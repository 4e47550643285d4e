"""Characters that a printer's ROM lacks, as pictures of one 24-dot cell."""

from math import ceil
from typing import TYPE_CHECKING, Final

from printing.errors import FontUnreadableError, GlyphMissingError
from printing.fonts import FontChain

if TYPE_CHECKING:
    from PIL import Image, ImageFont

CELL: Final = 24
"""Dots of a cell in each direction: a hanzi of the ROM is 24 by 24."""
_BASELINE: Final = 21 / 24
_LATIN_SIZE: Final = 21 / 24
_LATIN_BASELINE: Final = 18.75 / 24
"""Shares of a cell: Latin letters hang lower than hanzi do, and would be cut off below."""
_INK: Final = 96
"""Grey value from which a dot is printed; thin strokes of a serif face must not fall out."""


class Pen:
    """Draws single characters from a chain of fonts into cells of dots, each once."""

    def __init__(self, chain: FontChain) -> None:
        self._chain = chain
        self._fonts: dict[tuple[int, int], ImageFont.FreeTypeFont] = {}
        self._drawn: dict[tuple[str, int, int], Image.Image] = {}

    def cell(self, character: str, columns: int, rows: int) -> "Image.Image":
        """The character in a cell of so many dots, ink 255; one that is too wide is made narrower.

        Raises GlyphMissingError where no font draws it.
        """
        key = (character, columns, rows)
        if key not in self._drawn:
            self._drawn[key] = self._draw(*key)
        return self._drawn[key]

    def _draw(self, character: str, columns: int, rows: int) -> "Image.Image":
        from PIL import Image, ImageDraw

        position = self._chain.font_of(character)
        if position is None:
            raise GlyphMissingError((ord(character),))
        latin = character < "\x80"
        font = self._font(position, round(rows * _LATIN_SIZE) if latin else rows)
        wide = max(columns, ceil(font.getlength(character)))
        cell = Image.new("L", (wide, rows))
        place = (wide / 2, rows * (_LATIN_BASELINE if latin else _BASELINE))
        ImageDraw.Draw(cell).text(place, character, 255, font, anchor="ms")
        if wide > columns:
            cell = cell.resize((columns, rows), Image.Resampling.BOX)
        return cell.point([255 if value >= _INK else 0 for value in range(256)])

    def _font(self, position: int, size: int) -> "ImageFont.FreeTypeFont":
        if (position, size) not in self._fonts:
            from PIL import ImageFont

            file = self._chain.files[position]
            try:
                font = ImageFont.truetype(str(file.path), size, index=file.index)
            except OSError as error:
                raise FontUnreadableError(str(file.path), str(error)) from error
            self._fonts[position, size] = font
        return self._fonts[position, size]


class Glyphs:
    """Pictures of single characters for printers that draw all others themselves."""

    def __init__(self, chain: FontChain) -> None:
        self._pen = Pen(chain)

    def cell(self, character: str, columns: int, rows: int) -> "Image.Image":
        """As `Pen.cell`."""
        return self._pen.cell(character, columns, rows)

    def columns(self, character: str) -> bytes:
        """24 columns of 24 dots, 3 bytes each, the topmost dot the highest bit of the first."""
        from PIL import Image

        # Turned a quarter, a column of the cell is a row of the picture, from its top.
        turned = self._pen.cell(character, CELL, CELL).transpose(Image.Transpose.TRANSPOSE)
        return turned.convert("1").tobytes()
