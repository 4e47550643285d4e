"""Lines of a roll as pictures, and pictures as bands of dots with feeds between them."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from devices.printer.commands import BAND_ROWS
from printing.errors import LayoutError
from printing.layout.roll import Line, Qr, RollLine, Rule, Run
from printing.layout.size import Size
from printing.qr import modules
from printing.text import width

if TYPE_CHECKING:
    from PIL import Image

PICTURE: Final = b"\x1dv0\0"
"""GS v 0: obsolete in Epson's words, and what the makers of other printers support best."""
QR_MODULE: Final = 6
"""Dots of a module: 0.75 mm at 203 dpi. More than 8 is unknown to some printers."""
LINE_DOTS: Final[dict[Size, int]] = {"normal": 30, "large": 63}
"""From line to line: the printers' own default, and 1.3 times the height of large letters."""
_FEED: Final = b"\x1bJ"
"""ESC J: so many dots."""
_LEAST_BLANK: Final = 2
"""Fewer blank rows than these cost less inside a band than as a feed."""
_HEAD_BYTES: Final = 32
"""What stands before a picture's dots in its block, at most."""
_COLUMN: Final = 12


class CellSource(Protocol):
    """Draws single characters."""

    def cell(self, character: str, columns: int, rows: int) -> "Image.Image":
        """The character in a cell of so many dots, ink 255."""
        ...


class Canvas:
    """Draws lines for paper of so many columns of 12 dots."""

    def __init__(self, columns: int, pen: CellSource, size: Size = "normal") -> None:
        self._columns = columns
        self._pen = pen
        self._pitch = LINE_DOTS[size]
        self.dots: Final = columns * _COLUMN

    def draw(self, line: RollLine) -> "Image.Image":
        """The line as wide as the paper, ink 255."""
        from PIL import Image

        match line:
            case Line():
                return self._text(line)
            case Rule():
                image = Image.new("L", (self.dots, self._pitch))
                middle = self._pitch // 2
                image.paste(255, (0, middle - 1, self.dots, middle + 1))
                return image
            case Qr():
                return self._symbol(line.content)

    def _text(self, line: Line) -> "Image.Image":
        from PIL import Image

        wide = line.size * width(line.text)
        if wide > self._columns:
            raise LayoutError("line", wide, self._columns)
        image = Image.new("L", (self.dots, max(self._pitch, 24 * line.height)))
        x = (self.dots - wide * _COLUMN) // 2 if line.centred else 0
        for run in line.runs:
            for character in run.text:
                across = width(character) * _COLUMN * line.size
                self._put(image, x, character, (across, 24 * line.height), run)
                x += across
        return image

    def _put(
        self, image: "Image.Image", x: int, character: str, cell: tuple[int, int], run: Run
    ) -> None:
        if character.isspace():
            return
        drawn = self._pen.cell(character, *cell)
        for shift in (0, 1) if run.bold else (0,):
            image.paste(255, (x + shift, 0), drawn)

    def _symbol(self, content: str) -> "Image.Image":
        from PIL import Image, ImageDraw

        matrix = modules(content)
        side = len(matrix)
        drawn = Image.new("L", (side, side))
        drawn.putdata([255 * dark for row in matrix for dark in row])
        symbol = drawn.resize((side * QR_MODULE,) * 2, Image.Resampling.NEAREST)
        image = Image.new("L", (self.dots, symbol.height))
        ImageDraw.Draw(image).bitmap(((self.dots - symbol.width) // 2, 0), symbol, fill=255)
        return image


def rows_within(most: int | None, across: int) -> int:
    """How many rows of so many bytes a picture of at most `most` bytes has; None: no limit."""
    return BAND_ROWS if most is None else max(1, min(BAND_ROWS, (most - _HEAD_BYTES) // across))


def bands(image: "Image.Image", most: int | None = None) -> Iterator[bytes]:
    """Feeds for what is blank, and pictures of at most `most` bytes for what is not."""
    packed = image.point([0] * 128 + [255] * 128, "1").tobytes()
    across = (image.width + 7) // 8
    rows = [packed[at : at + across] for at in range(0, len(packed), across)]
    high = rows_within(most, across)
    start = 0
    while start < len(rows):
        blank = _blank_rows(rows, start)
        if blank:
            yield _FEED + bytes((blank,))
            start += blank
            continue
        end = start
        while end < len(rows) and end - start < high and _blank_rows(rows, end) < _LEAST_BLANK:
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
    return PICTURE + size + without_commands(b"".join(row[:across] for row in rows))


def without_commands(image: bytes) -> bytes:
    """Thicken a dot where image data would read as a real-time command (DLE EOT, ENQ, DC4).

    Printers obey those wherever they meet them, also inside a picture.
    """
    for command in (b"\x10\x04", b"\x10\x05", b"\x10\x14"):
        image = image.replace(command, b"\x18" + command[1:])
    return image
