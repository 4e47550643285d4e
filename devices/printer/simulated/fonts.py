"""The printer's character memory: dots made from outline fonts, cell by cell."""

from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

DEFAULT_FONTS = (
    Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"),
    Path("/usr/share/fonts/truetype/hanazono/HanaMinA.ttf"),
    Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf"),
)
_OVERSAMPLING = 8
_INK = 255
_MISSING = "\U0010ffff"  # no font has it, so this shows how the font draws "missing"


class GlyphMemory:
    """Characters as dots, from the first font of the chain that has them.

    Outlines are drawn eight times too large and then set to dots by a threshold: strokes keep an
    even weight at 24 dots, as in a ROM made for the purpose.
    """

    def __init__(self, fonts: tuple[Path, ...] = DEFAULT_FONTS) -> None:
        self._fonts = tuple(path for path in fonts if path.exists())
        self.cell = lru_cache(maxsize=4096)(self._cell)

    def _cell(self, char: str, width: int, height: int) -> Image.Image:
        """Return a cell of so many dots, ink 255 on 0, in mode L."""
        if char in " \u3000":
            return Image.new("L", (width, height), 0)
        full = width >= height
        for path in self._fonts:
            image = _draw(char, width, height, _sized_font(path, full=full, height=height))
            if image is not None:
                return image
        return _box(width, height)


@lru_cache(maxsize=64)
def _sized_font(path: Path, *, full: bool, height: int) -> ImageFont.FreeTypeFont:
    """Open a font at the size whose full extent fits a cell of so many dots.

    In a collection the second face is the one of even width, for the half-width cells.
    """
    size = (height if full else height * 22 / 24) * _OVERSAMPLING
    try:
        return ImageFont.truetype(str(path), size, index=0 if full else 1)
    except OSError:
        return ImageFont.truetype(str(path), size)


@lru_cache(maxsize=64)
def _missing_shape(font: ImageFont.FreeTypeFont) -> bytes:
    return bytes(font.getmask(_MISSING))


def _draw(char: str, width: int, height: int, font: ImageFont.FreeTypeFont) -> Image.Image | None:
    mask = font.getmask(char)
    if not any(mask) or bytes(mask) == _missing_shape(font):
        return None
    full = width >= height
    advance = font.getlength(char)
    across = width * _OVERSAMPLING
    room = max(across, round(advance)) if full else max(1, round(advance))
    canvas = Image.new("L", (room, height * _OVERSAMPLING), 0)
    base = round(height * (21 if full else 19) / 24) * _OVERSAMPLING
    left = (room - advance) / 2 if full else 0
    ImageDraw.Draw(canvas).text((left, base), char, fill=_INK, font=font, anchor="ls")
    small = canvas.resize((width, height), Image.Resampling.BOX)
    threshold = 110 if full else 102
    return small.point([_INK if level >= threshold else 0 for level in range(256)])


def _box(width: int, height: int) -> Image.Image:
    image = Image.new("L", (width, height), 0)
    ImageDraw.Draw(image).rectangle((1, 3, width - 3, height - 4), outline=_INK)
    return image
