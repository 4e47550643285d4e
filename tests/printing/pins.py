"""A 24-pin printer for the tests: pages in, sheets out."""

from collections.abc import Sequence
from itertools import count

from PIL import Image

from devices.printer.blocks import Block
from devices.printer.models.page import EscpkModel, load_page_model
from devices.printer.simulated.pages.escpk import SimulatedEscpk
from devices.printer.simulated.pages.sheet import draw
from printing.document import Document
from printing.encode.escpk import encode_escpk
from printing.layout.pin_page import layout_pin_pages
from printing.layout.pin_sheet import PinPage
from printing.layout.size import Size
from printing.text import pad
from tests.printing.papers import GLYPHS, MEMORY

PINS = ("escpk-24pin-80", "escpk-24pin", "escpk-24pin-136")
"""Models of 80, 120 and 136 columns."""


def pins(name: str) -> EscpkModel:
    model = load_page_model(name)
    assert isinstance(model, EscpkModel)
    return model


PIN_PAPERS = {
    "80": pins("escpk-24pin-80"),
    "120": pins("escpk-24pin"),
    "136": pins("escpk-24pin-136"),
    "a4": pins("escpk-24pin-a4"),
}
"""Fan-fold paper by its columns, and single sheets."""


def page_text(page: PinPage) -> str:
    """A page as lines of text, each piece in its column."""
    lines = []
    for line in page.lines:
        text = ""
        for piece in line.pieces:
            text = pad(text, piece.column) + piece.text
        lines.append(text)
    return "\n".join(lines)


def encoded(pages: Sequence[PinPage], model: EscpkModel) -> tuple[Block, ...]:
    return encode_escpk(pages, model, GLYPHS)


def sheet_pictures(
    document: Document, model: EscpkModel, size: Size = "normal"
) -> list[Image.Image]:
    """The sheets that a simulated 24-pin printer gives out."""
    printer = printed(encoded(layout_pin_pages(document, model, size), model), model)
    assert printer.errors == []
    return [draw(sheet, MEMORY) for sheet in printer.tray]


def printed(blocks: Sequence[Block], model: EscpkModel) -> SimulatedEscpk:
    """The printer after it has taken them all."""
    clock = count()
    printer = SimulatedEscpk(
        model,
        monotonic=lambda: float(next(clock)),
        usb=True,
        baud_timing=False,
        print_timing=False,
    )
    for block in blocks:
        for at in range(0, len(block.data), 512):
            printer.receive(block.data[at : at + 512])
            while printer.advance() is not None:
                pass
    return printer
