"""Pre-printed forms on a 24-pin printer: absolute places, in ESC/P-K."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

from devices.printer.blocks import Block
from devices.printer.models.page import EscpkModel
from devices.printer.pages.escpk_commands import (
    HALF_DOTS,
    columns_of_dots,
    page_start,
    to_dot,
)
from printing.encode.escpk import END_OF_PAGE, text_bytes, void_page
from printing.encode.escpk_dots import dot_bands
from printing.encode.escpos import GlyphSource
from printing.errors import LayoutError
from printing.layout.form import Form, FormItem, Stamp, Symbol
from printing.layout.pin_sheet import CLOSE_DOTS, LINE_DOTS
from printing.text import width

_MOST_FEED: Final = 255


def encode_form(
    pages: Sequence[Sequence[FormItem]], form: Form, model: EscpkModel, glyphs: GlyphSource
) -> tuple[Block, ...]:
    """The bytes of filled forms, one block a form; raises LayoutError beyond the paper's edge."""
    start = page_start(form.page_lines, HALF_DOTS)
    return tuple(
        Block(
            start + b"".join(_struck(page, form, model, glyphs)) + END_OF_PAGE,
            f"form {number}",
            len({item.y for item in page if isinstance(item, Stamp)}),
        )
        for number, page in enumerate(pages, 1)
    )


def void_form(form: Form, model: EscpkModel, serial: str) -> bytes:
    """A form that marks those of that number as void."""
    return void_page(replace(model, page_lines=form.page_lines, column_dots=HALF_DOTS), serial)


def _struck(
    page: Sequence[FormItem], form: Form, model: EscpkModel, glyphs: GlyphSource
) -> Iterator[bytes]:
    """From the top down, as paper moves forward only, and from left to right."""
    at, edge = 0, model.columns * model.column_dots
    pieces = sorted(
        (piece for item in page for piece in _pieces(item, model, glyphs)),
        key=lambda piece: (piece.y, piece.x),
    )
    for y, row in groupby(pieces, key=lambda piece: piece.y):
        if y + CLOSE_DOTS > form.page_lines * LINE_DOTS:
            raise LayoutError("form", y + CLOSE_DOTS, form.page_lines * LINE_DOTS)
        while at < y:
            step = min(_MOST_FEED, y - at)
            yield b"\x1bJ" + bytes((step,))
            at += step
        for piece in row:
            if piece.end > edge:
                raise LayoutError("form", piece.end, edge)
            yield to_dot(piece.x) + piece.data
        yield b"\r"


@dataclass(frozen=True, slots=True)
class _Piece:
    """What is struck in one pass of the pins; places in dots."""

    x: int
    y: int
    end: int
    data: bytes = field(repr=False)


def _pieces(item: FormItem, model: EscpkModel, glyphs: GlyphSource) -> Iterator[_Piece]:
    match item:
        case Stamp(x, y, text):
            data = b"".join(text_bytes(text, x, HALF_DOTS, model.rom, glyphs))
            yield _Piece(x, y, x + width(text) * HALF_DOTS, data)
        case Symbol(x, y, modules, dots):
            end = x + len(modules) * dots
            for number, band in enumerate(dot_bands(modules, dots)):
                yield _Piece(x, y + number * CLOSE_DOTS, end, columns_of_dots(band))
