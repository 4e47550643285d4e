"""The same statement, of 36 and of 540 rows, on each paper: its bytes beside others', its time.

Ghostscript comes with Debian; where it is not installed, that is told.
"""

import contextlib
import io
import shutil
import statistics
import subprocess
import warnings
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from PIL import Image

from devices.printer.models.page import EscpkModel, PclModel, load_page_model
from devices.printer.pages.pcl import pdf_blocks
from devices.printer.pages.xl import Ghostscript, xl_blocks
from kiosk.composed import compose
from kiosk.composition import simulated
from kiosk.config import load
from kiosk.demo.data import prepare, settings_for
from kiosk.headless import identify, wait_for_card, wait_in
from kiosk.paper import print_receipt, render
from kiosk.timeline import Timeline
from printing.document import Document
from printing.encode.escpk import encode_escpk
from printing.encode.escpos import encode_escpos
from printing.encode.pdf import render_pdf
from printing.encode.picture import QR_MODULE, Canvas
from printing.encode.raster import encode_raster
from printing.glyphs import Glyphs, Pen
from printing.layout.pin_page import layout_pin_pages
from printing.layout.roll import Line, Qr, Roll, Rule, layout_roll
from printing.preview import page_count
from printing.statements.material import Asked
from tests.bench.figures import median
from tests.bench.statements import ROWS, document_of_rows, fonts

COLUMNS: Final = 48
GHOSTSCRIPT: Final = (("lq850", 180), ("ljet4", 300), ("pxlmono", 300))
"""Device and dots to the inch: 24-pin graphics, PCL 5 and PCL XL."""
_TURNS: Final = 7


def bytes_on_the_wire(folder: Path) -> Iterator[str]:
    """A receipt on 80 mm, the report on a 24-pin printer and on lasers, beside others' bytes."""
    for rows in ROWS:
        roll = layout_roll(document_of_rows(rows, "receipt"), COLUMNS)
        raster = encode_raster(roll, columns=COLUMNS, cut=True, pen=Pen(fonts()))
        receipts = {
            "our text": _text(roll),
            "our raster": sum(len(block.data) for block in raster),
            "python-escpos text": len(_escpos_text(roll)),
            "python-escpos raster": len(_escpos_raster(roll)),
        }
        yield f"wire, receipt of {rows} rows: {_beside(receipts)}"
        document = document_of_rows(rows, "report")
        pdf = render_pdf(document, fonts())
        pins, laser = load_page_model("escpk-24pin"), load_page_model("pcl-network")
        assert isinstance(pins, EscpkModel)
        assert isinstance(laser, PclModel)
        pages = encode_escpk(layout_pin_pages(document, pins), pins, Glyphs(fonts()))
        reports = {
            "our 24-pin text": sum(len(block.data) for block in pages),
            "our PDF": len(pdf),
            f"our PCL {laser.dpi} dpi": _raster(pdf, laser),
            f"our PCL XL {laser.dpi} dpi, a session a page": _xl(pdf, laser.dpi),
            **_by_ghostscript(folder, pdf),
        }
        yield f"wire, report of {rows} rows, {page_count(pdf)} pages of A4: {_beside(reports)}"


def _raster(pdf: bytes, model: PclModel) -> int:
    return sum(len(block.data) for block in pdf_blocks(pdf, model))


def _xl(pdf: bytes, dpi: int) -> int | None:
    program = shutil.which("gs")
    if program is None:
        return None
    return sum(len(block.data) for block in xl_blocks(pdf, dpi, Ghostscript(program)))


def laser_pages(_: Path) -> Iterator[str]:
    """From a PDF to the pages that a laser is sent: raster, and PCL XL by Ghostscript."""
    laser = load_page_model("pcl6-network")
    assert isinstance(laser, PclModel)
    for rows in ROWS:
        pdf = render_pdf(document_of_rows(rows, "report"), fonts())
        pages = page_count(pdf)
        raster = median(partial(_raster, pdf, laser), 3) * 1000
        xl = median(partial(_xl, pdf, laser.dpi), 3) * 1000 if shutil.which("gs") else None
        told = "gs not installed" if xl is None else f"PCL XL {xl:.0f} ms, {xl / pages:.0f} a page"
        yield f"laser, {rows} rows: raster {raster:.0f} ms, {raster / pages:.0f} a page; {told}"


def _beside(sizes: Mapping[str, int | None]) -> str:
    """Each with its ratio to the first."""
    first = next(iter(sizes.values()))
    assert first
    return ", ".join(
        f"{name} not installed" if size is None else f"{name} {size:,} B ({size / first:.2f})"
        for name, size in sizes.items()
    )


def _text(roll: Roll) -> int:
    blocks = encode_escpos(
        roll, rom="gb18030-2byte", columns=COLUMNS, cut=True, qr=True, glyphs=Glyphs(fonts())
    )
    return sum(len(block.data) for block in blocks)


def _escpos_text(roll: Roll) -> bytes:
    """As its users send it; hanzi by its `_raw`, since its `text` has no Chinese code page."""
    printer = _dummy()
    printer.hw("INIT")
    for line in roll.lines:
        match line:
            case Line():
                double = {"custom_size": True, "width": line.size, "height": line.height}
                bold = any(run.bold for run in line.runs)
                printer.set(align="center" if line.centred else "left", bold=bold, **double)
                printer._raw(f"{line.text}\n".encode("gb18030"))
            case Rule():
                printer._raw(("─" * (roll.columns // 2) + "\n").encode("gb18030"))
            case Qr():
                printer.qr(line.content, size=QR_MODULE, native=True)
    printer.cut()
    return bytes(printer.output)


def _escpos_raster(roll: Roll) -> bytes:
    """The same lines as pictures, joined into one for its `image`."""
    canvas = Canvas(roll.columns, Pen(fonts()))
    drawn = [canvas.draw(line) for line in roll.lines]
    whole = Image.new("L", (canvas.dots, sum(image.height for image in drawn)), 255)
    top = 0
    for image in drawn:
        whole.paste(0, (0, top), image)
        top += image.height
    printer = _dummy()
    printer.hw("INIT")
    with contextlib.redirect_stdout(io.StringIO()):  # it remarks on its profile there
        printer.image(whole.convert("1"), center=False)
    printer.cut()
    return bytes(printer.output)


def _dummy() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from escpos.printer import Dummy

        return Dummy()


def _by_ghostscript(folder: Path, pdf: bytes) -> dict[str, int | None]:
    names = {device: f"Ghostscript {device} {dpi} dpi" for device, dpi in GHOSTSCRIPT}
    if shutil.which("gs") is None:
        return dict.fromkeys(names.values())
    file = folder / "report.pdf"
    file.write_bytes(pdf)
    sizes: dict[str, int | None] = {}
    for device, dpi in GHOSTSCRIPT:
        options = [f"-r{dpi}", f"-sDEVICE={device}", "-sOutputFile=-", str(file)]
        command = ["gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", *options]
        sizes[names[device]] = len(subprocess.run(command, capture_output=True, check=True).stdout)
    return sizes


def layouts(_: Path) -> Iterator[str]:
    """From a document to bytes, warm."""
    chain = fonts()
    for rows in ROWS:
        document = document_of_rows(rows, "receipt")

        def receipt(document: Document = document) -> object:
            return _text(layout_roll(document, COLUMNS))

        page = partial(render_pdf, document_of_rows(rows, "report"), chain)
        receipt()
        pages = page_count(page())
        roll_ms, page_ms = (median(run, _TURNS) * 1000 for run in (receipt, page))
        yield (
            f"layout and encoding of {rows} rows, warm: receipt {roll_ms:.1f} ms (aim <= 40 for "
            f"540); A4 {page_ms:.1f} ms, {page_ms / pages:.1f} ms a page (aim <= 30)"
        )


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
