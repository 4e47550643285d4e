"""Every statement on every paper in both sizes: `make gallery` fills `build/gallery` with pictures.

Three of the demonstration's invented persons: who has most to tell, who has rare characters in the
name and long employers, and who has nothing recorded. Files in all regions, with their answers;
papers that are void, continued, filled in; technicians' papers of an invented kiosk. Each statement
of the first and the second person also in English (`-en`). `sheet-*.png` shows each medium's first
pages side by side. `python -m scripts.gallery insured account` draws those two statements only.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Final, get_args

from PIL import Image

from archive.demo_data import write_demo_data
from archive.figures.records import Basis
from archive.importer import import_files
from archive.model import ArchiveIndex, Guide, Person
from archive.sqlite.store import SqliteStore
from archive.tables.shelf import load_tables
from kiosk.config import load
from printing.document import Document
from printing.english.document import english, has_english
from printing.layout.size import Size
from printing.statements import STATEMENTS, Statement, statement
from printing.statements.issue import CHINA, IssueFacts
from printing.statements.material import Asked, Material, read_material
from tests.printing.papers import MODELS, page_pictures, roll_picture
from tests.printing.pins import PIN_PAPERS, sheet_pictures
from tests.printing.samples import CODE
from tests.printing.special import MEDIA, special
from tests.printing.statements.people import gathered
from tests.printing.technicians import FILES, pictures

SEED: Final = 20261122
PERSONS: Final = 40
RARE, NOTHING = 1, 3
"""Places of two persons of the demonstration."""
DPI: Final = 110
_BOTH: Final = ("most", "rare", "first")
"""Whose statements are drawn in English too."""
ACROSS: Final = 9
HIGHEST: Final = 1400
"""Pictures in a row of a sheet, and how much of a roll is shown there, in pixels."""
NOW: Final = datetime(2026, 11, 22, 1, 43, tzinfo=UTC)
SETTINGS: Final = load()
ISSUE: Final = IssueFacts(
    serial="20261122-03-000417",
    issued_at=NOW,
    kiosk="办事大厅 03 号机",
    agency="示例市社会保险基金管理局",
    copy=1,
    code=CODE,
    verify_url="https://verify.example/",
)


def main(out: Path, names: Sequence[str]) -> None:
    """Fill the folder with all papers, or with those of these statements only."""
    out.mkdir(parents=True, exist_ok=True)
    _statements(out, names or tuple(STATEMENTS))
    if not names:
        _others(out)
        _sheets(out)
    sys.stdout.write(f"{len(list(out.glob('*.png')))} pictures in {out}\n")


def _statements(out: Path, names: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        summary = write_demo_data(data, PERSONS, SEED)
        with SqliteStore(Path(folder) / "records.db", lambda: NOW) as store:
            import_files(store, summary.files, rejects=Path(folder) / "rejects.csv")
            people = [store.person(number) for number in _numbers(data)]
            for entry in map(statement, names):
                for name, material in _materials(store, entry, [p for p in people if p]).items():
                    receipt = entry.build(material, ISSUE, "receipt")
                    report = entry.build(material, ISSUE, "report")
                    _pictures(receipt, report, out / f"{entry.name}-{name}")
                    if name in _BOTH and has_english(report):
                        _pictures(
                            english(receipt), english(report), out / f"{entry.name}-{name}-en"
                        )


def _others(out: Path) -> None:
    """Void, continued and filled papers, and those for technicians."""
    for kind, medium in MEDIA:
        for number, page in enumerate(special(kind, medium).pictures, 1):
            page.save(out / f"special-{kind}-{medium}-{number}.png")
    for name, file in FILES:
        if file.endswith(".png"):
            for number, page in enumerate(pictures(name, file, DPI), 1):
                last = "" if file.startswith("roll") else f"-{number}"
                page.save(out / f"{name}-technician-{Path(file).stem}{last}.png")


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
    found = {"most": most, "rare": read[RARE], "nothing": read[NOTHING]}
    if entry.across:
        found["regions"] = replace(most, across=gathered(tuple(most.of(ArchiveIndex))))
    return found


def _pictures(receipt: Document, report: Document, stem: Path) -> None:
    for size in get_args(Size):
        for columns in MODELS:
            picture = roll_picture(receipt, columns, size)
            picture.save(stem.with_name(f"{stem.name}-roll-{columns}-{size}.png"))
        for number, page in enumerate(page_pictures(report, size, DPI), 1):
            page.save(stem.with_name(f"{stem.name}-a4-{size}-{number}.png"))
        for paper, model in PIN_PAPERS.items():
            for number, page in enumerate(sheet_pictures(report, model, size), 1):
                page.save(stem.with_name(f"{stem.name}-pins-{paper}-{size}-{number}.png"))


def _sheets(out: Path) -> None:
    """All pictures of a medium in one, half as large."""
    pages = ["a4", *(f"pins-{paper}" for paper in PIN_PAPERS)]
    for medium, size in product(
        [*(f"roll-{columns}" for columns in MODELS), *pages], get_args(Size)
    ):
        first = "" if medium.startswith("roll") else "-1"
        paths = sorted(
            path
            for path in out.glob(f"*-{medium}-{size}{first}.png")
            if medium.startswith("pins") or "-pins-" not in path.name
        )
        pictures = [Image.open(path).convert("L").reduce(2) for path in paths]
        across = max(picture.width for picture in pictures) + 8
        high = min(max(picture.height for picture in pictures), HIGHEST) + 8
        sheet = Image.new("L", (across * ACROSS, high * -(-len(pictures) // ACROSS)), 150)
        for at, picture in enumerate(pictures):
            place = (at % ACROSS * across, at // ACROSS * high)
            sheet.paste(picture.crop((0, 0, picture.width, min(picture.height, HIGHEST))), place)
        sheet.save(out / f"sheet-{medium}-{size}.png")


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description="Draw every paper, or those of some statements.")
    asked.add_argument("names", nargs="*", metavar="STATEMENT")
    asked.add_argument("--out", type=Path, default=Path("build/gallery"), help="the folder")
    chosen = asked.parse_args()
    main(chosen.out, chosen.names)
