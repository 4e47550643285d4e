"""A 24-pin printer for the tests: pages in, sheets out."""

from collections.abc import Sequence
from itertools import count

from devices.printer.blocks import Block
from devices.printer.models.page import EscpkModel, load_page_model
from devices.printer.simulated.pages.escpk import SimulatedEscpk
from printing.encode.escpk import encode_escpk
from printing.fonts import FontChain
from printing.glyphs import Glyphs
from printing.layout.pin_sheet import PinPage
from tests.printing.samples import FONTS

GLYPHS = Glyphs(FontChain.of(FONTS))


def pins(name: str) -> EscpkModel:
    model = load_page_model(name)
    assert isinstance(model, EscpkModel)
    return model


def encoded(pages: Sequence[PinPage], model: EscpkModel) -> tuple[Block, ...]:
    return encode_escpk(pages, model, GLYPHS)


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
