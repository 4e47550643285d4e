"""Characters that a printer's ROM lacks, as pictures of one 24-dot cell."""

from typing import TYPE_CHECKING, Final

from printing.errors import FontUnreadableError, GlyphMissingError
from printing.fonts import FontChain

if TYPE_CHECKING:
    from PIL import ImageFont

CELL: Final = 24
"""Dots of a cell in each direction: a hanzi of the ROM is 24 by 24."""
_BASELINE: Final = 21
_INK: Final = 96
"""Grey value from which a dot is printed; thin strokes of a serif face must not fall out."""


class Glyphs:
    """Draws single characters from a chain of fonts, each once."""

    def __init__(self, chain: FontChain) -> None:
        self._chain = chain
        self._fonts: dict[int, ImageFont.FreeTypeFont] = {}
        self._drawn: dict[str, bytes] = {}

    def columns(self, character: str) -> bytes:
        """24 columns of 24 dots, 3 bytes each, the topmost dot the highest bit of the first."""
        drawn = self._drawn.get(character)
        if drawn is None:
            drawn = self._drawn[character] = self._draw(character)
        return drawn

    def _draw(self, character: str) -> bytes:
        from PIL import Image, ImageDraw

        position = self._chain.font_of(character)
        if position is None:
            raise GlyphMissingError((ord(character),))
        cell = Image.new("L", (CELL, CELL))
        place = (CELL / 2, _BASELINE)
        ImageDraw.Draw(cell).text(place, character, 255, self._font(position), anchor="ms")
        # Turned a quarter, a column of the cell is a row of the picture, from its top.
        turned = cell.transpose(Image.Transpose.TRANSPOSE)
        return turned.point([255 if value >= _INK else 0 for value in range(256)], "1").tobytes()

    def _font(self, position: int) -> "ImageFont.FreeTypeFont":
        if position not in self._fonts:
            from PIL import ImageFont

            file = self._chain.files[position]
            try:
                font = ImageFont.truetype(str(file.path), CELL, index=file.index)
            except OSError as error:
                raise FontUnreadableError(str(file.path), str(error)) from error
            self._fonts[position] = font
        return self._fonts[position]
