"""What every statement said and looked like when somebody last looked: `make golden` renews it.

Text exactly, of each medium in each size; pictures of one page or roll a medium, small and in 16
greys, with a tolerance for how an edge is smoothed. All of it of an invented person with records
of every kind (`people.own`), and of one who gets no certificate; technicians' papers of an invented
kiosk (`technicians`); what is void, continued, filled in (`special`); in English one roll and A4,
as text and, where there is least room, as pictures. Fonts are Debian 12's (fonts-wqy-microhei,
fonts-hanazono); what draws (Pillow, PDFium) is pinned in constraints.txt.
"""

import sys
from functools import cache
from itertools import product
from pathlib import Path
from typing import Final, cast

from PIL import Image

from archive.values import Month
from printing.document import Document, Reveal
from printing.encode.pdf import render_pdf
from printing.english.document import english
from printing.layout.html import layout_html
from printing.layout.pin_page import layout_pin_pages
from printing.layout.plain import layout_plain
from printing.layout.roll import layout_roll
from printing.layout.size import Size
from printing.preview import pdf_text
from printing.statements import STATEMENTS, statement
from printing.statements.issue import Window
from printing.statements.material import Material
from tests.printing.papers import CHAIN, page_pictures, roll_picture
from tests.printing.pins import PIN_PAPERS, page_text, sheet_pictures
from tests.printing.samples import ISSUE, career, roll_text
from tests.printing.special import DOTS, MEDIA, SPECIAL, beside, special
from tests.printing.statements.people import lent, nothing, own
from tests.printing.technicians import FILES as TECHNICIANS_FILES
from tests.printing.technicians import MADE
from tests.printing.technicians import pictures as technicians_pictures
from tests.printing.technicians import said as technicians_said

FOLDER: Final = Path(__file__).with_name("golden")
TEXTS: Final = (
    *(f"roll-{columns}-{size}.txt" for columns in (48, 42, 32) for size in ("normal", "large")),
    *(f"pins-{paper}-{size}.txt" for paper in PIN_PAPERS for size in ("normal", "large")),
    *("a4-normal.txt", "a4-large.txt", "screen.html", "screen-large.html", "spoken.txt"),
)
PICTURES: Final = (
    "pins-80-normal.png",
    "pins-136-large.png",
    "roll-48-normal.png",
    "roll-32-large.png",
    "a4-normal.png",
    "a4-large.png",
)
REFUSED: Final[dict[str, tuple[str, Material]]] = {
    "custody-refused": ("custody", lent()),
    "insured-none": ("insured", nothing("insured")),
}
"""Notices in place of a certificate: which statement, of what was read."""
_ENGLISH: Final = "-en"
IN_ENGLISH: Final = tuple(f"{name}{_ENGLISH}" for name in STATEMENTS if name != "missing")
"""What is signed is Chinese only."""
FILES: Final = (
    *product((*STATEMENTS, *REFUSED), (*TEXTS, *PICTURES)),
    *product(
        IN_ENGLISH,
        ("roll-48-normal.txt", "a4-normal.txt", "roll-32-large.png", "a4-large.png"),
    ),
    *TECHNICIANS_FILES,
    *((name, f"{medium}.png") for name, medium in MEDIA),
    *((name, f"{medium}.txt") for name, medium in MEDIA if medium not in DOTS),
)
"""Name of the paper, name of the file."""
DPI: Final = 45
SHARE: Final = 4
"""Of a roll's dots one in so many in each direction."""
STEP: Final = 17
"""Between two of the 16 greys."""


@cache
def document(name: str, reveal: Reveal) -> Document:
    """The statement of a person with a short career: long enough for every kind of line."""
    if name in IN_ENGLISH:
        return english(document(name.removesuffix(_ENGLISH), reveal))
    if name in REFUSED:
        entry, material = REFUSED[name]
        return statement(entry).build(material, ISSUE, reveal)
    short = tuple(career(Window(Month(2025, 9), Month(2026, 10))))
    return statement(name).build(own(name, Contribution=short), ISSUE, reveal)


def said(name: str, file: str) -> str:
    """What a medium says now; each line without blanks at its end."""
    stem = Path(file).stem
    if name in SPECIAL:
        text = special(name, stem).text
    else:
        text = technicians_said(name, file) if name in MADE else _said(name, file)
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


def _said(name: str, file: str) -> str:
    match Path(file).stem.split("-"):
        case ["roll", columns, size]:
            roll = layout_roll(document(name, "receipt"), int(columns), cast("Size", size))
            return roll_text(roll)
        case ["a4", size]:
            return pdf_text(render_pdf(document(name, "report"), CHAIN, cast("Size", size)))
        case ["pins", paper, size]:
            report, model = document(name, "report"), PIN_PAPERS[paper]
            pages = layout_pin_pages(report, model, cast("Size", size))
            return "\n".join(map(page_text, pages))
        case ["screen", *size]:
            return layout_html(document(name, "screen"), "large" if size else "normal")
        case _:
            return layout_plain(document(name, "screen"))


def drawn(name: str, file: str) -> Image.Image:
    """What a medium looks like now: a whole roll, or the first page."""
    match Path(file).stem.split("-"):
        case _ if name in SPECIAL:
            sheets = special(name, Path(file).stem).pictures
            small = beside([sheet.convert("L").reduce(SHARE) for sheet in sheets])
        case [medium, *_] if name in MADE:
            first, *_ = technicians_pictures(name, file, DPI)
            small = first.convert("L")
            if medium != "a4":
                small = small.reduce(SHARE)
        case ["roll", columns, size]:
            whole = roll_picture(document(name, "receipt"), int(columns), cast("Size", size))
            small = whole.convert("L").reduce(SHARE)
        case ["pins", paper, size]:
            report, model = document(name, "report"), PIN_PAPERS[paper]
            first, *_ = sheet_pictures(report, model, cast("Size", size))
            small = first.convert("L").reduce(SHARE)
        case [_, size]:
            small = page_pictures(document(name, "report"), cast("Size", size), DPI)[0]
        case _:
            raise AssertionError(file)
    return small.point([round(grey / STEP) * STEP for grey in range(256)])


def renew() -> None:
    """Write all of them anew; git shows what changed."""
    for name, file in FILES:
        path = FOLDER / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".png":
            drawn(name, file).quantize(16).save(path, optimize=True)
        else:
            path.write_text(said(name, file), "utf-8")
    size = sum(path.stat().st_size for path in FOLDER.rglob("*.*"))
    sys.stdout.write(f"{size / 1e6:.1f} MB in {FOLDER}\n")


if __name__ == "__main__":
    renew()
