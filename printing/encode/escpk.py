"""Pages for a 24-pin printer with a hanzi memory (ESC/P-K): a page is a block.

Each text is placed by itself (ESC $), so that columns do not depend on the gaps that a maker takes
for granted. A character that the ROM lacks is struck as 24 columns of dots, the QR symbol in bands
of 24 pins. Commands: LQ-1600K emulations; Epson's LQ manuals.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from devices.printer.blocks import Block
from devices.printer.models.page import EscpkModel
from devices.printer.pages.escpk_commands import (
    HALF_DOTS,
    columns_of_dots,
    gaps,
    page_start,
    spacing,
    to_dot,
)
from printing.encode.escpos import GlyphSource
from printing.errors import LayoutError, TextRefusedError
from printing.layout.pin_sheet import CLOSE_DOTS, LINE_DOTS, Piece, PinPage
from printing.text import Rom, rom_bytes, width

_BOLD: Final = {False: b"", True: b"\x1bE"}
_PLAIN: Final = {False: b"", True: b"\x1bF"}
_LARGE: Final = {False: b"", True: b"\x1cW\x01"}
_SMALL: Final = {False: b"", True: b"\x1cW\x00"}
_END_OF_LINE: Final = b"\r\n"
END_OF_PAGE: Final = b"\x0c"
_RULES: Final = {"thin": "─", "strong": "━"}


def encode_escpk(
    pages: Sequence[PinPage], model: EscpkModel, glyphs: GlyphSource
) -> tuple[Block, ...]:
    """The bytes of `pages` for this printer, one block a page; each sends the state it needs.

    Raises LayoutError for text beyond the edge and TextRefusedError for a control character.
    """
    encoder = _LineEncoder(model, glyphs)
    start = page_start(model.page_lines, model.column_dots)
    return tuple(
        Block(
            start + b"".join(encoder.page(page)) + END_OF_PAGE,
            f"page {number}",
            sum(bool(line.pieces) for line in page.lines),
        )
        for number, page in enumerate(pages, 1)
    )


def void_page(model: EscpkModel) -> bytes:
    """A page that marks those before it as void, and ends the one that was begun."""
    text = _LARGE[True] + "作废 VOID".encode("gb18030") + _SMALL[True]
    start = page_start(model.page_lines, model.column_dots)
    return start + _END_OF_LINE + text + _END_OF_LINE + END_OF_PAGE


class _LineEncoder:
    """Turns lines into bytes for one printer; refuses what it cannot print."""

    def __init__(self, model: EscpkModel, glyphs: GlyphSource) -> None:
        self._rom = model.rom
        self._columns = model.columns
        self._dots = model.column_dots
        self._glyphs = glyphs

    def page(self, page: PinPage) -> Iterator[bytes]:
        """Every line down to the last that has ink; the form feed knows the rest."""
        qr = page.qr
        bands = dict(enumerate(dot_bands(qr.modules, qr.module_dots), qr.line)) if qr else {}
        inked = [at for at, line in enumerate(page.lines) if line.pieces or line.rule]
        apart = LINE_DOTS
        for at, line in enumerate(page.lines[: max([*inked, *bands], default=-1) + 1]):
            if line.dots != apart:
                apart = line.dots
                yield spacing(apart)
            if line.rule:
                yield self._rule(_RULES[line.rule])
            for piece in line.pieces:
                yield self._piece(piece)
            if qr and at in bands:
                yield to_dot(qr.column * self._dots) + columns_of_dots(bands[at])
            yield _END_OF_LINE

    def _rule(self, character: str) -> bytes:
        """From edge to edge without a gap."""
        count = self._columns * self._dots // (2 * HALF_DOTS)
        return gaps(0) + character.encode("gb18030") * count + gaps(self._dots - HALF_DOTS)

    def _piece(self, piece: Piece) -> bytes:
        if piece.end > self._columns:
            raise LayoutError("line", piece.end, self._columns)
        # A picture of a cell has one size; beside it the text keeps that size too.
        large = piece.large and all(rom_bytes(character, self._rom) for character in piece.text)
        dot = piece.column * self._dots
        data = b"".join(text_bytes(piece.text, dot, self._dots, self._rom, self._glyphs))
        place = to_dot(dot) if dot else b""
        return place + _BOLD[piece.bold] + _LARGE[large] + data + _SMALL[large] + _PLAIN[piece.bold]


def text_bytes(
    text: str, dot: int, column_dots: int, rom: Rom, glyphs: GlyphSource
) -> Iterator[bytes]:
    """Text from a dot of the line on; what the ROM lacks as its picture, and back in column."""
    for character in text:
        dot += width(character) * column_dots
        if character < " " or character == "\x7f":
            raise TextRefusedError("line", 0, ord(character))
        if code := rom_bytes(character, rom):
            yield code
        else:
            yield columns_of_dots(glyphs.columns(character))
            yield to_dot(dot)


def dot_bands(modules: Iterable[Iterable[bool]], module_dots: int) -> Iterator[bytes]:
    """The dots of a symbol, a band of 24 pins after the other from its top."""
    rows = [_stretched(row, module_dots) for row in modules for _ in range(module_dots)]
    blank = [False] * len(rows[0])
    for top in range(0, len(rows), CLOSE_DOTS):
        band = rows[top : top + CLOSE_DOTS]
        band += [blank] * (CLOSE_DOTS - len(band))
        yield b"".join(map(_column, zip(*band, strict=True)))


def _stretched(row: Iterable[bool], times: int) -> list[bool]:
    return [module for module in row for _ in range(times)]


def _column(dots: Sequence[bool]) -> bytes:
    """24 dots, the topmost the highest bit of the first byte."""
    return int("".join("1" if dot else "0" for dot in dots), 2).to_bytes(3, "big")
