"""What stands on a page of a 24-pin printer: text by columns, rules, one QR symbol."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from devices.printer.models.page import EscpkModel
from devices.printer.pages.escpk_commands import HALF_DOTS
from printing.layout.size import Size
from printing.text import width

LINE_DOTS: Final = 30
"""From line to line, in 1/180 inch: six lines an inch."""
CLOSE_DOTS: Final = 24
"""The height of the pins: what is printed in lines so close joins."""
LARGE: Final = 2
"""Large characters are so many times as wide and as high: the one other size of all makers."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text from a column on, counted from 0."""

    column: int
    text: str = field(repr=False)
    bold: bool = False
    large: bool = False
    """Double width and height."""

    @property
    def end(self) -> int:
        """The column behind it."""
        return self.column + width(self.text) * (LARGE if self.large else 1)


@dataclass(frozen=True, slots=True)
class PinLine:
    """One line; without pieces a blank one, or a rule from edge to edge."""

    pieces: tuple[Piece, ...] = ()
    dots: int = LINE_DOTS
    """How far the next line is below."""
    rule: Literal["", "thin", "strong"] = ""


@dataclass(frozen=True, slots=True)
class PinQr:
    """A QR symbol, its upper edge at a line of the page."""

    line: int
    column: int
    content: str = field(repr=False)
    modules: tuple[tuple[bool, ...], ...] = field(repr=False)
    module_dots: int
    """Side of a module, in 1/180 inch."""


@dataclass(frozen=True, slots=True)
class PinPage:
    """All lines of one page, from its top of form to the next."""

    lines: tuple[PinLine, ...]
    column_dots: int
    """From column to column, in 1/180 inch."""
    qr: PinQr | None = None


@dataclass(frozen=True, slots=True)
class PinType:
    """How large running text is; codes and feet have the small size in both."""

    scale: int
    """How many times as large as the printer's own characters."""
    line_dots: int
    """From line to line, in 1/180 inch."""
    close_lines: int
    """How many close lines one line of text takes beside the QR symbol."""

    def column_dots(self, model: EscpkModel) -> int:
        """Distance of the page's columns; large characters are so wide that they need no gap."""
        return HALF_DOTS if self.scale == LARGE else model.column_dots

    def columns(self, columns: int) -> int:
        """How many columns of this type there are in so many of the page."""
        return columns // self.scale

    def line(self, *pieces: Piece) -> PinLine:
        """A line of these pieces, placed by columns of this type."""
        if self.scale == LARGE:
            pieces = tuple(
                replace(piece, column=piece.column * LARGE, large=True) for piece in pieces
            )
        return written(*pieces, dots=self.line_dots)


PIN_TYPES: Final[dict[Size, PinType]] = {
    "normal": PinType(scale=1, line_dots=LINE_DOTS, close_lines=1),
    "large": PinType(scale=LARGE, line_dots=63, close_lines=3),
}
"""Large letters are 48 dots high, 19 points; lines 1.3 times that, as on a roll."""


def written(*pieces: Piece, dots: int = LINE_DOTS) -> PinLine:
    """A line of these pieces, those without text left out."""
    return PinLine(tuple(piece for piece in pieces if piece.text), dots)


def at_right(text: str, edge: int, *, bold: bool = False) -> Piece:
    """Text that ends before the column `edge`."""
    return Piece(edge - width(text), text, bold)


def height(lines: Iterable[PinLine]) -> int:
    """How far all of them reach, in 1/180 inch."""
    return sum(line.dots for line in lines)
