"""What comes out of the printers, as pictures."""

from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO
from itertools import count

from PIL import Image

from devices.printer.blocks import Block
from devices.printer.models import PrinterModel, load_model
from devices.printer.pieces import unasked_bytes
from devices.printer.simulated.fonts import GlyphMemory
from devices.printer.simulated.paper import Receipt
from devices.printer.simulated.printer import SimulatedPrinter
from devices.printer.simulated.render import render
from printing.document import Document
from printing.encode.escpos import encode_escpos
from printing.encode.pdf import render_pdf
from printing.fonts import FontChain
from printing.glyphs import Glyphs
from printing.layout.roll import layout_roll
from printing.layout.size import Size
from printing.preview import page_count, pdf_to_png
from tests.printing.samples import FONTS

CHAIN = FontChain.of(FONTS)
GLYPHS = Glyphs(CHAIN)
MEMORY = GlyphMemory()
MODELS: dict[int, PrinterModel] = {
    48: load_model("escpos-80mm"),
    42: replace(load_model("escpos-80mm"), columns=42, dots=504),
    32: load_model("escpos-58mm"),
}
"""By columns."""


def roll_blocks(document: Document, columns: int, size: Size) -> tuple[Block, ...]:
    """The bytes of the receipt for a printer of so many columns."""
    model = MODELS[columns]
    assert model.rom != "none"
    return encode_escpos(
        layout_roll(document, columns, size),
        rom=model.rom,
        columns=columns,
        cut=model.cut,
        qr=model.qr,
        glyphs=GLYPHS,
        most=unasked_bytes(model),
    )


def roll_paper(blocks: Iterable[Block], columns: int) -> Receipt:
    """What a simulated printer of so many columns gives out of these bytes."""
    model = MODELS[columns]
    clock = count()
    printer = SimulatedPrinter(model, monotonic=lambda: float(next(clock)))
    for block in blocks:
        printer.receive(block.data)
        while printer.advance() is not None:
            pass
    assert printer.errors == []
    if not model.cut:
        printer.tear_off()
    (paper,) = printer.take_receipts()
    return paper


def roll_picture(document: Document, columns: int, size: Size) -> Image.Image:
    """The receipt that a simulated printer of so many columns gives out."""
    return render(roll_paper(roll_blocks(document, columns, size), columns), MEMORY)


def page_pictures(document: Document, size: Size, dpi: int) -> list[Image.Image]:
    """The pages of the report."""
    return pdf_pictures(render_pdf(document, CHAIN, size), dpi)


def pdf_pictures(pdf: bytes, dpi: int) -> list[Image.Image]:
    """Every page of a file."""
    pages = (pdf_to_png(pdf, dpi, page) for page in range(page_count(pdf)))
    return [Image.open(BytesIO(page)).convert("L") for page in pages]
