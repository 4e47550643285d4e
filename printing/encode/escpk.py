"""Pages for a 24-pin printer with a hanzi memory (ESC/P-K): a page is a block.

Each text is placed by itself (ESC $), so that columns do not depend on the gaps that a maker takes
for granted. A character that the ROM lacks is struck as 24 columns of dots, the QR symbol in bands
of 24 pins, and a large line with such a character whole, in two. Commands: LQ-1600K emulations;
Epson's LQ manuals.
"""

from collections.abc import Iterator, Sequence
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
from devices.printer.pages.void_mark import MARK_DOTS, struck_mark
from printing.encode.escpk_dots import dot_bands, drawn_strips
from printing.encode.escpos import GlyphSource
from printing.encode.void_words import SENTENCES, numbered
from printing.errors import LayoutError, TextRefusedError
from printing.layout.pin_sheet import CLOSE_DOTS, LARGE, LINE_DOTS, Piece, PinLine, PinPage
from printing.text import Rom, rom_bytes, width

_BOLD: Final = {False: b"", True: b"\x1bE"}
_PLAIN: Final = {False: b"", True: b"\x1bF"}
_LARGE: Final = {False: b"", True: b"\x1cW\x01"}
_SMALL: Final = {False: b"", True: b"\x1cW\x00"}
_END_OF_LINE: Final = b"\r\n"
END_OF_PAGE: Final = b"\x0c"
_VOID_TOP_LINES: Final = 6
_RULES: Final = {"thin": "─", "strong": "━"}


def encode_escpk(
    pages: Sequence[PinPage], model: EscpkModel, glyphs: GlyphSource
) -> tuple[Block, ...]:
    """The bytes of `pages` for this printer, one block a page; each sends the state it needs.

    Raises LayoutError for text beyond the edge and TextRefusedError for a control character.
    """
    encoder = _LineEncoder(model, glyphs)
    return tuple(
        Block(
            page_start(model.page_lines, page.column_dots)
            + b"".join(encoder.page(page))
            + END_OF_PAGE,
            f"page {number}",
            sum(bool(line.pieces) for line in page.lines),
        )
        for number, page in enumerate(pages, 1)
    )


def void_page(model: EscpkModel, serial: str) -> bytes:
    """A page that marks those of that number as void, and ends the one that was begun."""
    start = page_start(model.page_lines, model.column_dots) + _END_OF_LINE * _VOID_TOP_LINES
    mark = struck_mark(_middle(model, MARK_DOTS)) + _END_OF_LINE * 2
    number = numbered(serial)
    large = LARGE * width(number) <= model.columns
    named = _in_the_middle(model, number, large=large) + _END_OF_LINE * 3
    said = b"".join(_in_the_middle(model, text) + _END_OF_LINE * 2 for text in SENTENCES)
    return start + mark + named + said + END_OF_PAGE


def _in_the_middle(model: EscpkModel, text: str, *, large: bool = False) -> bytes:
    dots = width(text) * model.column_dots * (LARGE if large else 1)
    return to_dot(_middle(model, dots)) + _LARGE[large] + text.encode("gb18030") + _SMALL[large]


def _middle(model: EscpkModel, dots: int) -> int:
    return max(0, model.columns * model.column_dots - dots) // 6 * 3


class _LineEncoder:
    """Turns lines into bytes for one printer; refuses what it cannot print."""

    def __init__(self, model: EscpkModel, glyphs: GlyphSource) -> None:
        self._rom = model.rom
        self._edge = model.columns * model.column_dots
        self._dots = model.column_dots
        """From column to column of the page at work."""
        self._glyphs = glyphs

    def page(self, page: PinPage) -> Iterator[bytes]:
        """Every line down to the last that has ink; the form feed knows the rest."""
        self._dots = page.column_dots
        qr = page.qr
        bands = dict(enumerate(dot_bands(qr.modules, qr.module_dots), qr.line)) if qr else {}
        inked = [at for at, line in enumerate(page.lines) if line.pieces or line.rule]
        apart = LINE_DOTS
        for at, line in enumerate(page.lines[: max([*inked, *bands], default=-1) + 1]):
            symbol = b""
            if qr and at in bands:
                symbol = to_dot(qr.column * self._dots) + columns_of_dots(bands[at])
            for data, dots in self._strokes(line, symbol):
                if dots != apart:
                    apart = dots
                    yield spacing(apart)
                yield data + _END_OF_LINE

    def _strokes(self, line: PinLine, symbol: bytes) -> Iterator[tuple[bytes, int]]:
        """What the head strikes in one pass, and how far the paper moves behind it."""
        if any(piece.large and not self._in_rom(piece.text) for piece in line.pieces):
            # A maker's own large characters may begin higher or lower: the whole line is drawn.
            upper, lower = zip(*map(self._drawn, line.pieces), strict=True)
            yield b"".join(upper) + symbol, CLOSE_DOTS
            yield b"".join(lower), line.dots - CLOSE_DOTS
            return
        rule = self._rule(_RULES[line.rule]) if line.rule else b""
        yield rule + b"".join(map(self._piece, line.pieces)) + symbol, line.dots

    def _in_rom(self, text: str) -> bool:
        return all(rom_bytes(character, self._rom) for character in text)

    def _drawn(self, piece: Piece) -> tuple[bytes, ...]:
        self._check(piece)
        place = to_dot(piece.column * self._dots)
        strips = drawn_strips(piece, self._dots, self._glyphs)
        return tuple(place + columns_of_dots(strip) for strip in strips)

    def _rule(self, character: str) -> bytes:
        """From edge to edge without a gap."""
        count = self._edge // (2 * HALF_DOTS)
        return gaps(0) + character.encode("gb18030") * count + gaps(self._dots - HALF_DOTS)

    def _piece(self, piece: Piece) -> bytes:
        self._check(piece)
        dot = piece.column * self._dots
        data = b"".join(text_bytes(piece.text, dot, self._dots, self._rom, self._glyphs))
        place, large = to_dot(dot) if dot else b"", piece.large
        return place + _BOLD[piece.bold] + _LARGE[large] + data + _SMALL[large] + _PLAIN[piece.bold]

    def _check(self, piece: Piece) -> None:
        if piece.end * self._dots > self._edge:
            raise LayoutError("line", piece.end * self._dots, self._edge)
        for character in piece.text:
            refuse_control(character)


def text_bytes(
    text: str, dot: int, column_dots: int, rom: Rom, glyphs: GlyphSource
) -> Iterator[bytes]:
    """Text from a dot of the line on; what the ROM lacks as its picture, and back in column."""
    for character in text:
        dot += width(character) * column_dots
        refuse_control(character)
        if code := rom_bytes(character, rom):
            yield code
        else:
            yield columns_of_dots(glyphs.columns(character))
            yield to_dot(dot)


def refuse_control(character: str) -> None:
    """Raise TextRefusedError for what a printer would obey and not print."""
    if character < " " or character == "\x7f":
        raise TextRefusedError("line", 0, ord(character))
