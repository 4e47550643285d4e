"""What another library sends comes out of our simulated printer: it is no printer for us alone."""

import subprocess
import warnings
from itertools import count
from pathlib import Path

import pytest

from devices.printer.models import load_model
from devices.printer.simulated.fonts import GlyphMemory
from devices.printer.simulated.paper import GlyphMark, PrintedLine, Receipt
from devices.printer.simulated.printer import SimulatedPrinter
from devices.printer.simulated.render import render

DRAWN = "https://verify.example.gov.cn/v/#DRAWN"
NATIVE = "https://verify.example.gov.cn/v/#NATIVE"


def sent_by_python_escpos() -> bytes:
    """Text, sizes, bold, hanzi, a QR as a picture and one by the printer, and two cuts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from escpos.printer import Dummy

        printer = Dummy()
    printer.hw("INIT")
    printer.text("plain 12.50\n")
    printer.set(bold=True)
    printer.text("bold\n")
    printer.set(bold=False, align="center", custom_size=True, width=2, height=3)
    printer.text("large\n")
    printer.set_with_default()
    printer._raw("养老保险 张晓三\n".encode("gb18030"))  # its text() knows no hanzi
    printer.qr(DRAWN, size=6)
    printer.cut()
    printer.qr(NATIVE, size=6, native=True)
    printer.cut(mode="PART")
    return bytes(printer.output)


@pytest.fixture(scope="module")
def papers() -> list[Receipt]:
    ticks = count()
    printer = SimulatedPrinter(load_model("escpos-80mm"), monotonic=lambda: float(next(ticks)))
    printer.receive(sent_by_python_escpos())
    while printer.advance() is not None:
        pass
    assert printer.errors == []
    return [*printer.take_receipts()]


def line(papers: list[Receipt], text: str) -> PrintedLine:
    (found,) = [line for line in papers[0].lines if line.text.strip() == text]
    return found


def glyph(papers: list[Receipt], text: str) -> GlyphMark:
    first = line(papers, text).marks[0]
    assert isinstance(first, GlyphMark)
    return first


def test_each_cut_of_python_escpos_ends_a_piece_of_paper(papers: list[Receipt]) -> None:
    assert [len([line for line in paper.lines if line.marks]) for paper in papers] == [5, 1]


def test_text_and_hanzi_of_python_escpos_are_read_from_the_paper(papers: list[Receipt]) -> None:
    said = [line.text.strip() for line in papers[0].lines if line.marks]
    assert said[:4] == ["plain 12.50", "bold", "large", "养老保险 张晓三"]


def test_bold_sizes_and_the_middle_are_as_python_escpos_asked(papers: list[Receipt]) -> None:
    plain, bold, large = (glyph(papers, text) for text in ("plain 12.50", "bold", "large"))
    assert (plain.bold, bold.bold, large.bold) == (False, True, False)
    assert [(g.scale_x, g.scale_y) for g in (plain, bold, large)] == [(1, 1), (1, 1), (2, 3)]
    wide = sum(mark.columns for mark in line(papers, "large").marks)
    assert (plain.x, large.x) == (0, (papers[0].dots - wide) // 2)


@pytest.mark.parametrize(("number", "url"), [(0, DRAWN), (1, NATIVE)])
def test_both_qr_codes_of_python_escpos_are_read(
    papers: list[Receipt], tmp_path: Path, number: int, url: str
) -> None:
    png = tmp_path / "paper.png"
    render(papers[number], GlyphMemory()).save(png)
    command = ["zbarimg", "--quiet", "--raw", "--nodbus", str(png)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert done.stdout.strip() == url
