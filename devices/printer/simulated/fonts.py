"""The printer's character memory: dots made from outline fonts, cell by cell."""

import unicodedata
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
_THRESHOLD = 106
_THRESHOLD_OF_THIN_FONTS = 72
"""The fallback fonts have hairlines, which would break up at 24 dots."""
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
        if "\u2500" <= char <= "\u254b":
            return _rule(unicodedata.name(char), width, height)
        full = width >= height
        for path in self._fonts:
            level = _THRESHOLD if path == self._fonts[0] else _THRESHOLD_OF_THIN_FONTS
            font = _sized_font(path, full=full, height=height)
            image = _draw(char, width, height, font, level)
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


def _draw(
    char: str, width: int, height: int, font: ImageFont.FreeTypeFont, threshold: int
) -> Image.Image | None:
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
    return small.point([_INK if level >= threshold else 0 for level in range(256)])


def _rule(name: str, width: int, height: int) -> Image.Image:
    """Draw a box-drawing character from its Unicode name, to the edges, so that rules join."""
    image = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(image)
    x, y, thick = width // 2 - 1, height // 2 - 1, 4 if "HEAVY" in name else 2
    words = set(name.split())
    if words & {"HORIZONTAL", "LEFT"}:
        draw.rectangle((0, y, x + thick - 1, y + thick - 1), fill=_INK)
    if words & {"HORIZONTAL", "RIGHT"}:
        draw.rectangle((x, y, width - 1, y + thick - 1), fill=_INK)
    if words & {"VERTICAL", "UP"}:
        draw.rectangle((x, 0, x + thick - 1, y + thick - 1), fill=_INK)
    if words & {"VERTICAL", "DOWN"}:
        draw.rectangle((x, y, x + thick - 1, height - 1), fill=_INK)
    dashes = {"DOUBLE": 2, "TRIPLE": 3, "QUADRUPLE": 4}.get(name.split()[3], 0)
    for dash in range(1, dashes + 1 if "DASH" in words else 0):
        if "HORIZONTAL" in words:
            draw.rectangle((dash * width // dashes - 3, 0, dash * width // dashes - 1, height), 0)
        else:
            draw.rectangle((0, dash * height // dashes - 3, width, dash * height // dashes - 1), 0)
    return image


def _box(width: int, height: int) -> Image.Image:
    image = Image.new("L", (width, height), 0)
    ImageDraw.Draw(image).rectangle((1, 3, width - 3, height - 4), outline=_INK)
    return image
