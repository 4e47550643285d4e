"""Pre-printed forms on a 24-pin printer: absolute places, in ESC/P-K."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Final

from devices.printer.blocks import Block
from devices.printer.models.page import EscpkModel
from devices.printer.pages.escpk_commands import HALF_DOTS, page_start, to_dot
from printing.encode.escpk import END_OF_PAGE, text_bytes, void_page
from printing.encode.escpos import GlyphSource
from printing.errors import LayoutError
from printing.layout.form import Form, Stamp
from printing.layout.pin_sheet import CLOSE_DOTS, LINE_DOTS
from printing.text import width

_MOST_FEED: Final = 255


def encode_form(
    pages: Sequence[Sequence[Stamp]], form: Form, model: EscpkModel, glyphs: GlyphSource
) -> tuple[Block, ...]:
    """The bytes of filled forms, one block a form; raises LayoutError beyond the paper's edge."""
    start = page_start(form.page_lines, HALF_DOTS)
    return tuple(
        Block(
            start + b"".join(_stamps(page, form, model, glyphs)) + END_OF_PAGE,
            f"form {number}",
            len({stamp.y for stamp in page}),
        )
        for number, page in enumerate(pages, 1)
    )


def void_form(form: Form, model: EscpkModel) -> bytes:
    """A form that marks those before it as void."""
    return void_page(replace(model, page_lines=form.page_lines, column_dots=HALF_DOTS))


def _stamps(
    page: Sequence[Stamp], form: Form, model: EscpkModel, glyphs: GlyphSource
) -> Iterator[bytes]:
    """From the top down, as paper moves forward only, and from left to right."""
    at, edge = 0, model.columns * model.column_dots
    ordered = sorted(page, key=lambda stamp: (stamp.y, stamp.x))
    for y, row in groupby(ordered, key=lambda stamp: stamp.y):
        if y + CLOSE_DOTS > form.page_lines * LINE_DOTS:
            raise LayoutError("form", y + CLOSE_DOTS, form.page_lines * LINE_DOTS)
        while at < y:
            step = min(_MOST_FEED, y - at)
            yield b"\x1bJ" + bytes((step,))
            at += step
        for stamp in row:
            end = stamp.x + width(stamp.text) * HALF_DOTS
            if end > edge:
                raise LayoutError("form", end, edge)
            text = b"".join(text_bytes(stamp.text, stamp.x, HALF_DOTS, model.rom, glyphs))
            yield to_dot(stamp.x) + text
        yield b"\r"
