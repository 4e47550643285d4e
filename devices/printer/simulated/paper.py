"""What is on the paper, as marks at dot positions: drawn only when a picture is wanted."""

from dataclasses import dataclass, field
from typing import TypeAlias

from devices.printer.simulated.escpos import StreamError

COLUMN_DOTS = 12
"""Width of a half-width character."""
ROW_DOTS = 24
"""Height of a character."""


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Black and white dots, row by row, eight to a byte, the leftmost in the highest bit."""

    width: int
    height: int
    rows: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class GlyphMark:
    """One character cell in the printer's own font."""

    x: int
    char: str = field(repr=False)
    width: int
    """The plain cell: 24, 12 or 9 dots wide ..."""
    height: int
    """... and 24 or 17 high, before scaling."""
    scale_x: int
    scale_y: int
    bold: bool
    underline: int
    """Thickness in dots."""
    reverse: bool
    smooth: bool
    """Enlarged characters drawn anew instead of dot by dot."""

    @property
    def columns(self) -> int:
        """Width on the paper in dots."""
        return self.width * self.scale_x

    @property
    def rows(self) -> int:
        """Height on the paper in dots."""
        return self.height * self.scale_y


@dataclass(frozen=True, slots=True)
class BitmapMark:
    """An image in the line: a band, a raster, a QR code or a glyph that the host sent."""

    x: int
    bitmap: Bitmap
    scale_x: int = 1
    scale_y: int = 1

    @property
    def columns(self) -> int:
        """Width on the paper in dots."""
        return self.bitmap.width * self.scale_x

    @property
    def rows(self) -> int:
        """Height on the paper in dots."""
        return self.bitmap.height * self.scale_y


Mark: TypeAlias = GlyphMark | BitmapMark


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line on the paper; its marks stand on the line's lower edge."""

    top: int
    height: int
    marks: tuple[Mark, ...] = field(repr=False)
    text: str = field(repr=False)
    upside_down: bool = False

    @property
    def bottom(self) -> int:
        """The first dot row below the line."""
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Receipt:
    """One piece of paper, cut or torn off."""

    number: int
    """Counted from 1 since the printer was made."""
    dots: int
    paper_dots: int
    length: int
    """Dot rows from edge to edge."""
    lines: tuple[PrintedLine, ...] = field(repr=False)
    raw: bytes = field(repr=False)
    """What came over the wire for it, since the last cut."""
    errors: tuple[StreamError, ...]

    @property
    def transcript(self) -> str:
        """The text of the paper, one line per printed line."""
        return "".join(f"{line.text}\n" for line in self.lines)
