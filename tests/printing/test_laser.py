"""Whole statements on a laser printer: normal and large print, and the worst names and amounts."""

import shutil
from collections.abc import Callable

import pytest
from PIL import ImageChops

from devices.printer.blocks import Block
from devices.printer.models.page import PclModel, load_page_model
from devices.printer.pages.pcl import pdf_blocks
from devices.printer.pages.pdf import page_images
from devices.printer.pages.pjl import begin_job, end_job
from devices.printer.pages.xl import Ghostscript, xl_blocks
from devices.printer.pages.xl_stream import Value, read_operation
from devices.printer.simulated.fonts import GlyphMemory
from devices.printer.simulated.pages.sheet import draw
from printing.encode.pdf import render_pdf
from printing.fonts import FontChain
from printing.layout.size import Size
from printing.statements import statement
from printing.statements.material import Material
from tests.devices.printer.pages.test_paper import laser_on_paper
from tests.devices.printer.pages.test_xl import alone, on_paper
from tests.printing.samples import FONTS, ISSUE
from tests.printing.statements.people import own, worst

papers = pytest.mark.parametrize(
    ("who", "size"), [(own, "normal"), (own, "large"), (worst, "normal")]
)
People = Callable[[str], Material]


def pdf_of(who: People, size: Size) -> bytes:
    document = statement("insured").build(who("insured"), ISSUE, "report")
    return render_pdf(document, FontChain.of(FONTS), size)


def laser() -> PclModel:
    model = load_page_model("pcl-network")
    assert isinstance(model, PclModel)
    return model


@pytest.mark.slow
@papers
def test_a_statement_as_dots_comes_out_dot_by_dot(who: People, size: Size) -> None:
    pdf = pdf_of(who, size)
    first = next(pdf_blocks(pdf, laser()))
    machine = laser_on_paper(begin_job("K1") + first.data + end_job("K1"))
    assert machine.errors == []
    (sheet,) = machine.tray
    box = (71, 0, 2400, 3500)
    images = draw(sheet, GlyphMemory()), next(page_images(pdf, laser().dpi))
    one, other = (image.convert("L").crop(box) for image in images)
    assert ImageChops.difference(one, other).getbbox() is None


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("gs") is None, reason="Ghostscript is not installed")
@papers
def test_a_statement_in_pcl_xl_has_its_ink_where_the_dots_have_it(who: People, size: Size) -> None:
    """But for the palest rules, which are black here and white there."""
    pdf = pdf_of(who, size)
    blocks = xl_blocks(pdf, laser().dpi, Ghostscript(shutil.which("gs") or "gs", seconds=60.0))
    machine = on_paper(*(block.data for block in blocks))
    assert machine.errors == []
    assert len(machine.tray) == len(blocks)
    assert greys(blocks[0]) == {0}
    got, want = draw(machine.tray[0], GlyphMemory()), next(page_images(pdf, laser().dpi))
    assert alone(want, got) < 0.002
    assert alone(got, want) < 0.2


def greys(block: Block) -> set[Value]:
    """The levels of pens and brushes in a page of PCL XL; a printer breaks all but 0 up."""
    at, found = block.data.index(b"\n", block.data.index(b") HP-PCL XL")) + 1, set()
    while at < len(block.data):
        operation = read_operation(block.data, at)
        assert operation is not None
        if operation.operator in (0x63, 0x79) and 0x09 in operation.attributes:
            found.add(operation.attributes[0x09])
        at = operation.end
    return found
