"""Every statement on every paper, to look at: `make gallery` fills `build/gallery` with pictures.

Three of the demonstration's invented persons: who has most to tell, who has rare characters in the
name and long employers, and who has nothing recorded.
"""

import sys
import tempfile
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

from archive.demo_data import write_demo_data
from archive.figures.records import Basis
from archive.importer import import_files
from archive.model import Guide, Person
from archive.sqlite.store import SqliteStore
from archive.tables.shelf import load_tables
from devices.printer.models import load_model
from devices.printer.models.page import EscpkModel, load_page_model
from devices.printer.simulated.fonts import GlyphMemory
from devices.printer.simulated.pages.escpk import SimulatedEscpk
from devices.printer.simulated.pages.sheet import draw
from devices.printer.simulated.printer import SimulatedPrinter
from devices.printer.simulated.render import render
from kiosk.config import load
from printing.document import Document
from printing.encode.escpk import encode_escpk
from printing.encode.escpos import encode_escpos
from printing.encode.pdf import render_pdf
from printing.fonts import FontChain
from printing.glyphs import Glyphs
from printing.layout.pin_page import layout_pin_pages
from printing.layout.roll import layout_roll
from printing.preview import page_count, pdf_to_png
from printing.statements import STATEMENTS, Statement
from printing.statements.issue import CHINA, IssueFacts
from printing.statements.material import Asked, Material, read_material

SEED: Final = 20261122
PERSONS: Final = 40
RARE, NOTHING = 1, 3
"""Places of two persons of the demonstration."""
DPI: Final = 110
ROLLS: Final = ("escpos-80mm", "escpos-58mm")
PINS: Final = ("escpk-24pin-80", "escpk-24pin-136")
PIECE: Final = 512
"""Bytes at a time, fewer than the printer's buffer holds."""
NOW: Final = datetime(2026, 11, 22, 1, 43, tzinfo=UTC)
SETTINGS: Final = load()
CHAIN: Final = FontChain.of(SETTINGS.statement.fonts)
ISSUE: Final = IssueFacts(
    serial="20261122-03-000417",
    issued_at=NOW,
    kiosk="办事大厅 03 号机",
    agency="示例市社会保险基金管理局",
    copy=1,
    code="K7QD-93MX-TR5B-0C2F-8",
    verify_url="https://verify.example/",
)


def main(out: Path) -> None:
    """Fill the folder."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        summary = write_demo_data(data, PERSONS, SEED)
        with SqliteStore(Path(folder) / "records.db", lambda: NOW) as store:
            import_files(store, summary.files, rejects=Path(folder) / "rejects.csv")
            people = [store.person(number) for number in _numbers(data)]
            for entry in STATEMENTS.values():
                for name, material in _materials(store, entry, [p for p in people if p]).items():
                    _pictures(entry, material, out / f"{entry.name}-{name}")
    sys.stdout.write(f"{len(list(out.glob('*.png')))} pictures in {out}\n")


def _numbers(data: Path) -> list[str]:
    """AAC001 of each person, in the order of the demonstration."""
    lines = (data / "persons.csv").read_text("utf-8").splitlines()
    place = lines[0].split(",").index("AAC001")
    return [line.split(",")[place] for line in lines[1:]]


def _materials(store: SqliteStore, entry: Statement, people: list[Person]) -> dict[str, Material]:
    basis = Basis(load_tables(), NOW.astimezone(CHINA).date())
    if entry.audience == "anyone":
        codes = sorted(guide.task_code for guide in store.all(Guide))
        numbers = {"first": codes[0], "last": codes[-1]}
        return {
            name: read_material(
                store, entry, None, Asked(number=number), basis, SETTINGS.store.stale_days
            )
            for name, number in numbers.items()
        }
    read = [
        read_material(store, entry, person, Asked(), basis, SETTINGS.store.stale_days)
        for person in people
    ]
    most = max(read, key=lambda material: material.count)
    return {"most": most, "rare": read[RARE], "nothing": read[NOTHING]}


def _pictures(entry: Statement, material: Material, stem: Path) -> None:
    receipt = entry.build(material, ISSUE, "receipt")
    for model in ROLLS:
        _receipt(receipt, model, stem)
    for model in PINS:
        _pin_pages(entry.build(material, ISSUE, "report"), model, stem)
    pdf = render_pdf(entry.build(material, ISSUE, "report"), CHAIN)
    for page in range(page_count(pdf)):
        stem.with_name(f"{stem.name}-a4-{page + 1}.png").write_bytes(pdf_to_png(pdf, DPI, page))


def _pin_pages(document: Document, name: str, stem: Path) -> None:
    """The sheets that come out of the simulated 24-pin printer."""
    model = load_page_model(name)
    assert isinstance(model, EscpkModel)
    blocks = encode_escpk(layout_pin_pages(document, model), model, Glyphs(CHAIN))
    clock = count()
    printer = SimulatedEscpk(
        model, monotonic=lambda: float(next(clock)), baud_timing=False, print_timing=False
    )
    for block in blocks:
        for at in range(0, len(block.data), PIECE):
            printer.receive(block.data[at : at + PIECE])
            while printer.advance() is not None:
                pass
    memory = GlyphMemory()
    for sheet in printer.tray:
        page = stem.with_name(f"{stem.name}-pins-{model.columns}-{sheet.number}.png")
        draw(sheet, memory).save(page)


def _receipt(document: Document, model: str, stem: Path) -> None:
    """The paper that comes out of the simulated printer."""
    made = load_model(model)
    glyphs = Glyphs(CHAIN)
    blocks = encode_escpos(
        layout_roll(document, made.columns),
        rom=made.rom,
        columns=made.columns,
        cut=made.cut,
        qr=made.qr,
        glyphs=glyphs,
    )
    clock = count()
    printer = SimulatedPrinter(made, monotonic=lambda: float(next(clock)))
    for block in blocks:
        printer.receive(block.data)
        while printer.advance() is not None:
            pass
    papers = [*printer.take_receipts()]
    if not papers:
        printer.tear_off()
        papers = [*printer.take_receipts()]
    picture = render(papers[0], GlyphMemory())
    picture.save(stem.with_name(f"{stem.name}-roll-{made.columns}.png"))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/gallery"))
