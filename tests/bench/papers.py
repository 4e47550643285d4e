"""The same statement, of 36 and of 540 rows, by us and by others: bytes on the wire, PDF, layout.

The others come with the extra `bench`; Ghostscript and Pango with Debian. What is not there is
named and left out.
"""

import contextlib
import importlib.util
import io
import itertools
import shutil
import statistics
import subprocess
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from pathlib import Path
from typing import Any, Final

from PIL import Image

from archive.values import Month
from kiosk.composition import simulated
from kiosk.config import load
from kiosk.demo.data import prepare, settings_for
from kiosk.headless import identify, wait_for_card, wait_in
from kiosk.paper import compose, print_receipt, render
from kiosk.timeline import Timeline
from printing.document import Document
from printing.encode.escpos import encode_escpos
from printing.encode.pdf import render_pdf
from printing.encode.raster import encode_raster
from printing.glyphs import Glyphs, Pen
from printing.layout.roll import layout_roll
from printing.preview import page_count
from printing.statements.issue import Window
from printing.statements.material import Asked
from tests.bench.figures import median
from tests.bench.statements import fonts
from tests.printing.samples import FONTS, career, statement

ROWS: Final = (36, 540)
LINES: Final = 3
COLUMNS: Final = 48
DEVICES: Final = ("lq850", "ljet4", "pxlmono")
_DOTS: Final = 576
_DPI: Final = 180
_TURNS: Final = 7


@dataclass(frozen=True, slots=True)
class Sheet:
    """A statement, and its rows as plain words for those who know no statements."""

    document: Document
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]

    @classmethod
    def of(cls, rows: int) -> "Sheet":
        """Three lines of insurance a month."""
        window = Window.ending(Month(2026, 10), rows // LINES)
        document = statement(career(window), window=window)
        table = document.tables[-1]
        cells = [
            [cell.text if cell else "" for cell in row.cells]
            for group in table.groups
            for row in group.rows
        ]
        assert len(cells) == rows
        return cls(document, [column.heading for column in table.columns], cells)


def bytes_on_the_wire(folder: Path) -> Iterator[str]:
    """A receipt on 80 mm and the report on a serial page printer, beside others' bytes."""
    chain = fonts()
    for rows in ROWS:
        sheet = Sheet.of(rows)
        roll = layout_roll(sheet.document, COLUMNS)
        text = encode_escpos(
            roll, rom="gb18030-2byte", columns=COLUMNS, cut=True, qr=True, glyphs=Glyphs(chain)
        )
        raster = encode_raster(roll, columns=COLUMNS, cut=True, pen=Pen(chain))
        ours = sum(len(block.data) for block in text)
        lines = [getattr(line, "text", "") for line in roll.lines]
        others = {
            "our raster": sum(len(block.data) for block in raster),
            "python-escpos text": len(_escpos_text(lines)),
            "python-escpos raster": len(_escpos_raster(len(lines))),
        }
        told = ", ".join(
            f"{name} {count:,} B ({count / ours:.2f})" for name, count in others.items()
        )
        yield f"receipt of {rows} rows: our text {ours:,} B; {told}"
        file = folder / f"{rows}.pdf"
        file.write_bytes(render_pdf(sheet.document, chain))
        yield f"report of {rows} rows, {_pages(file)} pages: {_by_ghostscript(file)}"


def _pages(file: Path) -> int:
    return page_count(file.read_bytes())


def _escpos_text(lines: Sequence[str]) -> bytes:
    """The same lines as raw GB18030: python-escpos has no Chinese code page of its own."""
    printer = _dummy()
    for line in lines:
        printer._raw(b"\x1c&" + line.encode("gb18030", "replace") + b"\n")
    printer.cut()
    output: bytes = printer.output
    return output


def _escpos_raster(lines: int) -> bytes:
    """A picture of so many lines, as it sends pictures: every dot of every row."""
    printer = _dummy()
    with contextlib.redirect_stdout(io.StringIO()):  # it remarks on its profile there
        printer.image(Image.new("1", (_DOTS, lines * 30), 1), impl="bitImageRaster")
    printer.cut()
    output: bytes = printer.output
    return output


def _dummy() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from escpos.printer import Dummy

        return Dummy()


def _by_ghostscript(file: Path) -> str:
    if shutil.which("gs") is None:
        return "Ghostscript is not installed"
    told = []
    for device in DEVICES:
        done = subprocess.run(
            [
                "gs",
                "-q",
                f"-r{_DPI}",
                "-dBATCH",
                "-dNOPAUSE",
                f"-sDEVICE={device}",
                "-sOutputFile=-",
                file,
            ],
            capture_output=True,
            check=True,
        )
        told.append(f"Ghostscript {device} at {_DPI} dpi {len(done.stdout):,} B")
    return ", ".join(told)


def layouts(_: Path) -> Iterator[str]:
    """From a document to bytes, warm."""
    chain = fonts()
    for rows in ROWS:
        document = Sheet.of(rows).document
        glyphs = Glyphs(chain)

        def receipt(document: Document = document, glyphs: Glyphs = glyphs) -> object:
            roll = layout_roll(document, COLUMNS)
            return encode_escpos(
                roll, rom="gb18030-2byte", columns=COLUMNS, cut=True, qr=True, glyphs=glyphs
            )

        receipt()
        render_pdf(document, chain)
        roll_ms = median(receipt, _TURNS) * 1000
        page_ms = median(partial(render_pdf, document, chain), _TURNS) * 1000
        yield (
            f"layout and encoding of {rows} rows: receipt {roll_ms:.1f} ms (aim <= 40 for 540), "
            f"PDF {page_ms:.1f} ms"
        )


def pdfs(_: Path) -> Iterator[str]:
    """The A4 report, warm, beside others that draw the same rows in the same font."""
    chain = fonts()
    for rows in ROWS:
        sheet = Sheet.of(rows)
        makers: dict[str, Callable[[], bytes]] = {
            "ours": partial(render_pdf, sheet.document, chain),
            "fpdf2": partial(_fpdf2, sheet),
            "weasyprint": partial(_weasyprint, sheet),
            "typst": _typst(sheet),
        }
        ours = 0.0
        for name, make in makers.items():
            if name != "ours" and importlib.util.find_spec(name.replace("fpdf2", "fpdf")) is None:
                yield f"PDF of {rows} rows by {name}: not installed (extra `bench`)"
                continue
            file = make()
            seconds = median(make, 3)
            ours = ours or seconds
            pages = page_count(file)
            yield (
                f"PDF of {rows} rows by {name}: {seconds * 1000:.1f} ms for {pages} pages, "
                f"{seconds / pages * 1000:.1f} ms a page (aim of ours <= 30), "
                f"{len(file) / 1e6:.3f} MB; ratio to ours {seconds / ours:.1f}"
            )


def _fpdf2(sheet: Sheet) -> bytes:
    """By `cell`, which is faster than its tables."""
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.add_font("hall", fname=str(FONTS[0]), collection_font_number=0)
    pdf.set_font("hall", size=8)
    pdf.add_page()
    for row in (sheet.heads, *sheet.rows):
        for cell in row:
            pdf.cell(190 / len(sheet.heads), 5, cell)
        pdf.ln()
    return bytes(pdf.output())


def _weasyprint(sheet: Sheet) -> bytes:
    from weasyprint import HTML

    head = "".join(f"<th>{escape(one)}</th>" for one in sheet.heads)
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in sheet.rows
    )
    style = "@page{size:A4} table{font:8pt 'WenQuanYi Micro Hei'} th,td{padding:1pt 4pt}"
    out = io.BytesIO()
    HTML(
        string=f"<style>{style}</style><table><thead><tr>{head}</tr></thead>{body}</table>"
    ).write_pdf(out)
    return out.getvalue()


def _typst(sheet: Sheet) -> Callable[[], bytes]:
    """Warm: a compiler that is kept. It remembers what it laid out, so each time has new rows."""
    turns = itertools.count()
    compilers: list[Any] = []

    def text(cell: str) -> str:
        return "[#" + '"' + cell.replace("\\", "\\\\").replace('"', '\\"') + '"]'

    def make() -> bytes:
        import typst

        turn = next(turns)
        cells = ", ".join(text(f"{cell} {turn}") for row in sheet.rows for cell in row)
        heads = ", ".join(text(head) for head in sheet.heads)
        source = (
            '#set page(paper: "a4")\n#set text(font: "WenQuanYi Micro Hei", size: 8pt)\n'
            f"#table(columns: {len(sheet.heads)}, table.header({heads}), {cells})"
        ).encode()
        if not compilers:
            compiler: Any = typst.Compiler
            compilers.append(compiler(source, font_paths=[str(FONTS[0].parent)]))
        made: bytes = compilers[0].compile(source)
        return made

    return make


def first_byte(folder: Path) -> Iterator[str]:
    """From "print" at the preview to the first byte on the line: audit, seal and journal are on
    disk in between, and the printer has said that it is ready.
    """
    settings = settings_for(folder / "demo", load(None), journal=folder / "journal.db")
    cards = prepare(folder / "demo", lambda _: None)
    machine, hall = simulated(settings, folder, real_time=True, in_process=True)
    with machine:
        wait_in(machine, hall.sam_slot.reader, 10)
        hall.slot.insert(hall.card(cards[1].profile))
        reader = wait_for_card(machine, 10)
        timeline = Timeline(machine.monotonic)
        found = identify(
            machine, reader, "contributions", Asked(), lambda _: cards[1].typed_pin(), timeline
        )
        taken = []
        for _ in range(_TURNS):
            made = compose(machine, "contributions", found.records)
            render(machine, made)
            start = machine.monotonic()
            paper = print_receipt(machine, made, 0)
            assert paper.result.first_byte_at is not None
            taken.append(paper.result.first_byte_at - start)
            hall.printer.load_paper()
    yield (
        f"print to first byte: median {statistics.median(taken) * 1000:.1f} ms, "
        f"most {max(taken) * 1000:.1f} ms (aim <= 50)"
    )
