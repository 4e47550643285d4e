"""Papers that no statement alone is: void, continued, a filled form, the two of one order.

Each is what the simulated printers print of the very bytes that the drivers send.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Final

from PIL import Image

from devices.printer.blocks import Block
from devices.printer.pages.void_mark import void_rest
from devices.printer.simulated.pages.sheet import Sheet, draw
from devices.printer.simulated.render import render
from printing.document import Document, Reveal
from printing.encode.escpk import void_page
from printing.encode.escpk_form import encode_form, void_form
from printing.encode.escpos import continued_bytes, void_blocks
from printing.encode.raster import encode_raster, void_raster
from printing.encode.void_sheet import laser_void
from printing.encode.void_words import numbered
from printing.forms import load_form
from printing.glyphs import Pen
from printing.layout.form import layout_form
from printing.layout.pin_page import layout_pin_pages
from printing.layout.roll import layout_roll
from printing.statements import statement
from tests.devices.printer.pages.test_paper import laser_on_paper
from tests.printing.papers import (
    CHAIN,
    GLYPHS,
    MEMORY,
    MODELS,
    page_pictures,
    roll_blocks,
    roll_paper,
    roll_picture,
)
from tests.printing.pins import PIN_PAPERS, encoded, pins, printed
from tests.printing.samples import ISSUE, SECOND_CODE
from tests.printing.statements.people import own

_OUT: Final = 3
"""Blocks of a receipt that are out when something happens."""
_GAP: Final = 8
_GREY: Final = 153
_DPI: Final = 110
_FORM: Final = load_form("transfer")
_FORM_PINS: Final = pins("escpk-24pin")


@dataclass(frozen=True, slots=True)
class Special:
    """What stands on it where that is told, and its sheets or rolls."""

    text: str
    pictures: tuple[Image.Image, ...]


@cache
def special(name: str, medium: str) -> Special:
    """One of `SPECIAL`."""
    return SPECIAL[name][medium]()


def _void_roll(columns: int) -> Special:
    """Cancelled in the middle: the mark, and the cut behind it."""
    out = roll_blocks(_document("receipt"), columns, "normal")[:_OUT]
    return _rolled(
        columns, (*out, *void_blocks(ISSUE.serial, columns=columns, cut=MODELS[columns].cut))
    )


def _void_raster(columns: int) -> Special:
    """The same of a printer without hanzi."""
    model, pen = MODELS[columns], Pen(CHAIN)
    roll = layout_roll(_document("receipt"), columns)
    drawn = encode_raster(roll, columns=columns, cut=model.cut, pen=pen)
    void = void_raster(ISSUE.serial, columns=columns, cut=model.cut, pen=pen)
    return _rolled(columns, (*drawn[: 4 * _OUT], *void))


def _continued(columns: int) -> Special:
    """The printer lost what it had: its last rows are void and come again."""
    blocks = roll_blocks(_document("receipt"), columns, "normal")
    proven, lost, rest = blocks[: _OUT - 1], blocks[_OUT - 1], blocks[_OUT - 1 :]
    mark = Block(continued_bytes(1 + sum(block.rows for block in proven)), "continued")
    return _rolled(columns, (*proven, lost, mark, *rest))


def _void_pins(paper: str) -> Special:
    """What a killed process left half printed, then what voids the pages of a cancelled job."""
    model, rest = PIN_PAPERS[paper], void_rest(numbered(ISSUE.serial))
    first, *_ = encoded(layout_pin_pages(_document("report"), model), model)
    half = first.data[: first.data.index(b"\r\n", len(first.data) * 3 // 4)] + b"\r\n" + rest
    return _sheets(
        printed([Block(half, "half"), Block(void_page(model, ISSUE.serial), "void")], model).tray
    )


def _void_laser() -> Special:
    return _sheets(laser_on_paper(laser_void(CHAIN, ISSUE.serial)).tray)


def _form() -> Special:
    """Only what is filled in: the form's own print is not drawn."""
    document = statement("transfer").build(own("transfer"), ISSUE, "report")
    filled = encode_form(layout_form(document, _FORM), _FORM, _FORM_PINS, GLYPHS)
    void = Block(void_form(_FORM, _FORM_PINS, ISSUE.serial), "void")
    return _sheets(printed((*filled, void), _FORM_PINS).tray)


def _copies(columns: int) -> Special:
    """Both of one order; each has a serial and a code of its own."""
    second = replace(ISSUE, serial=f"{ISSUE.serial}-2", code=SECOND_CODE, part=2)
    documents = [
        statement("missing").build(own("missing"), issue, "receipt" if columns else "report")
        for issue in (replace(ISSUE, part=1), second)
    ]
    text = "\n".join(f"{one.foot.serial}　{one.foot.copy}" for one in documents)
    if columns:
        pictures = [roll_picture(one, columns, "normal") for one in documents]
    else:
        pictures = [page_pictures(one, "normal", _DPI)[0] for one in documents]
    return Special(text, tuple(pictures))


def _document(reveal: Reveal) -> Document:
    return statement("employment").build(own("employment"), ISSUE, reveal)


def _rolled(columns: int, blocks: Iterable[Block]) -> Special:
    paper = roll_paper(blocks, columns)
    return Special(paper.transcript, (render(paper, MEMORY),))


def _sheets(tray: Iterable[Sheet]) -> Special:
    sheets = tuple(tray)
    text = "\n\n".join(sheet.transcript for sheet in sheets)
    return Special(text, tuple(draw(sheet, MEMORY) for sheet in sheets))


SPECIAL: Final[dict[str, dict[str, Callable[[], Special]]]] = {
    "void": {
        **{f"roll-{columns}": partial(_void_roll, columns) for columns in MODELS},
        "raster-32": partial(_void_raster, 32),
        **{f"pins-{paper}": partial(_void_pins, paper) for paper in ("80", "a4")},
        "laser": _void_laser,
    },
    "continued": {f"roll-{columns}": partial(_continued, columns) for columns in MODELS},
    "form": {"pins-120": _form},
    "copies": {"roll-48": partial(_copies, 48), "a4": partial(_copies, 0)},
}
"""By name and medium."""
DOTS: Final = ("laser", "raster-32")
"""Media on which nothing is told as text."""
MEDIA: Final = [(name, medium) for name, media in SPECIAL.items() for medium in media]


def beside(pictures: Sequence[Image.Image]) -> Image.Image:
    """All of them in one, left to right."""
    wide = sum(picture.width for picture in pictures) + _GAP * (len(pictures) - 1)
    sheet = Image.new("L", (wide, max(picture.height for picture in pictures)), _GREY)
    x = 0
    for picture in pictures:
        sheet.paste(picture, (x, 0))
        x += picture.width + _GAP
    return sheet
