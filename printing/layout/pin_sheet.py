"""What stands on a page of a 24-pin printer: text by columns, rules, one QR symbol."""

from dataclasses import dataclass, field
from typing import Final, Literal

from printing.text import width

LINE_DOTS: Final = 30
"""From line to line, in 1/180 inch: six lines an inch."""
CLOSE_DOTS: Final = 24
"""The height of the pins: what is printed in lines so close joins."""


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
        return self.column + width(self.text) * (2 if self.large else 1)


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
    qr: PinQr | None = None


def written(*pieces: Piece, dots: int = LINE_DOTS) -> PinLine:
    """A line of these pieces, those without text left out."""
    return PinLine(tuple(piece for piece in pieces if piece.text), dots)


def at_right(text: str, edge: int, *, bold: bool = False) -> Piece:
    """Text that ends before the column `edge`."""
    return Piece(edge - width(text), text, bold)
