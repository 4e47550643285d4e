"""The paper that a receipt takes is known before it is printed."""

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.printer.models import PrinterModel, load_model
from devices.printer.simulated.printer import SimulatedPrinter
from printing.encode.escpos import encode_escpos
from printing.fonts import FontChain
from printing.glyphs import Glyphs
from printing.layout.estimate import DOTS_PER_CM, receipt_cm
from printing.layout.roll import Line, Qr, Roll, Rule, Run, layout_roll
from printing.layout.size import Size
from tests.printing.samples import FONTS, statement

GLYPHS = Glyphs(FontChain.of(FONTS))
MODELS = [load_model(name) for name in ("escpos-80mm", "escpos-58mm")]
lines = st.one_of(
    st.just(Line()),
    st.just(Rule()),
    st.builds(lambda size: Line((Run("养老 6420.00"),), size=size), st.sampled_from((1, 2))),
    st.builds(
        lambda text, size: Line((Run(text),), size=size, tall=True),
        st.sampled_from(("养老", "㛃 1.00")),
        st.sampled_from((1, 2)),
    ),
    st.builds(lambda n: Qr("https://verify.example/#" + "A" * n), st.integers(0, 60)),
)


def printed_cm(roll: Roll, model: PrinterModel) -> float:
    """Centimetres of the paper that comes out of the simulated printer, rolls being continuous."""
    printer = SimulatedPrinter(model)
    assert model.rom != "none"
    blocks = encode_escpos(
        roll, rom=model.rom, columns=model.columns, cut=model.cut, qr=model.qr, glyphs=GLYPHS
    )
    for _ in range(2):  # of the second it is sure that it begins at the blade
        printer.receive(b"".join(block.data for block in blocks))
        while printer.advance() is not None:
            pass
        printer.tear_off()
    return printer.take_receipts()[-1].length / DOTS_PER_CM


@pytest.mark.slow
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
@pytest.mark.parametrize("size", get_args(Size))
def test_a_statement_takes_as_much_as_was_said(model: PrinterModel, size: Size) -> None:
    roll = layout_roll(statement(reveal="receipt"), model.columns, size)
    assert abs(receipt_cm(roll, model) - printed_cm(roll, model)) <= 1.0


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(
    st.lists(lines, min_size=1, max_size=40),
    st.sampled_from(MODELS),
    st.sampled_from(get_args(Size)),
)
def test_so_does_any_roll(content: list[Line | Rule | Qr], model: PrinterModel, size: Size) -> None:
    roll = Roll(model.columns, tuple(content), size)
    assert abs(receipt_cm(roll, model) - printed_cm(roll, model)) <= 1.5
