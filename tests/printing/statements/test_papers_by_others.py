"""What zbarimg, pdftotext, pdffonts and qpdf find on the paper of every statement."""

import re
import subprocess
from collections import Counter
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Final, get_args
from xml.etree import ElementTree as ET

import pypdfium2
import pytest

from devices.printer.pages.pdf import PDFIUM
from printing.document import Document
from printing.encode.pdf import lay_out_pdf, render_pdf
from printing.fonts import FontChain
from printing.layout.size import Size
from printing.preview import page_count
from printing.statements import STATEMENTS, statement
from tests.printing.media import amounts_in, amounts_on, shown_tables
from tests.printing.papers import roll_picture
from tests.printing.samples import CODE, FONTS, ISSUE
from tests.printing.statements.people import own

# One process makes the papers, each once; each program is asked once about all where it can be.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("papers by others")]
SIZES: Final[tuple[Size, ...]] = get_args(Size)
names = pytest.mark.parametrize("name", STATEMENTS)
sizes = pytest.mark.parametrize("size", SIZES)
CHAIN: Final = FontChain.of(FONTS)
DPI: Final = 100
ROLLS: Final = (48, 32)
"""Columns: 80 mm and 58 mm."""
ZBAR: Final = "{http://zbar.sourceforge.net/2008/barcode}"


@dataclass(frozen=True, slots=True)
class Papers:
    folder: Path
    documents: dict[str, Document]
    texts: dict[tuple[str, Size], str]
    symbols: dict[str, dict[str, list[str]]]
    """By statement and paper; a picture without a symbol is not there."""


def run(*command: str | Path, good: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode in good, done.stderr
    return done.stdout.decode()


def address(name: str) -> str:
    return f"https://verify.example.gov.cn/{name}#"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    folder = tmp_path_factory.mktemp("papers")
    documents = {}
    for name in STATEMENTS:
        issue, material = replace(ISSUE, verify_url=address(name)), own(name)
        documents[name] = statement(name).build(material, issue, "report")
        for size in SIZES:
            pdf = render_pdf(documents[name], CHAIN, size)
            (folder / f"{name}.{size}.pdf").write_bytes(pdf)
            _draw(pdf, folder / f"{name}.a4-{size}", size)
        receipt = statement(name).build(material, issue, "receipt")
        for columns in ROLLS:
            picture = roll_picture(receipt, columns, "normal").convert("L")
            picture.save(folder / f"{name}.roll-{columns}.pgm")
    return Papers(folder, documents, _texts(folder), _symbols(folder))


def _draw(pdf: bytes, stem: Path, size: Size) -> None:
    """All pages in normal type; in large type the first one, since nothing else has a seal."""
    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        for number in range(len(document) if size == "normal" else 1):
            page = document[number].render(scale=DPI / 72, grayscale=True).to_pil()
            page.save(stem.with_name(f"{stem.name}-{number}.pgm"))


def _texts(folder: Path) -> dict[tuple[str, Size], str]:
    """The text of each, by one call on all of them joined."""
    made = list(product(STATEMENTS, SIZES))
    files = [folder / f"{name}.{size}.pdf" for name, size in made]
    run("qpdf", "--empty", "--pages", *files, "--", folder / "joined")
    pages = run("pdftotext", "-layout", folder / "joined", "-").split("\f")
    texts = {}
    for paper, file in zip(made, files, strict=True):
        count = page_count(file.read_bytes())
        texts[paper] = "\n".join(pages[:count])
        del pages[:count]
    assert pages == [""]
    return texts


def _symbols(folder: Path) -> dict[str, dict[str, list[str]]]:
    """What is scanned on the pages and the receipts of each, by one call on all pictures."""
    pictures = sorted(folder.glob("*.pgm"))
    only = ("-Sdisable", "-Sqrcode.enable")
    # Its 4 tells that a picture, here a later page, has no symbol.
    scanned = run("zbarimg", "--quiet", "--xml", "--nodbus", *only, *pictures, good=(0, 4))
    tree = ET.fromstring(scanned)
    symbols: dict[str, dict[str, list[str]]] = {name: {} for name in STATEMENTS}
    for source in tree.iter(f"{ZBAR}source"):
        name, paper, _ = Path(source.attrib["href"]).name.split(".")
        if data := [str(data.text) for data in source.iter(f"{ZBAR}data")]:
            symbols[name][paper] = data
    return symbols


@names
@sizes
def test_the_pages_that_are_promised_before_a_paper_is_drawn_are_those_it_has(
    papers: Papers, name: str, size: Size
) -> None:
    promised = len(lay_out_pdf(papers.documents[name], CHAIN, size).pages)
    assert promised == page_count((papers.folder / f"{name}.{size}.pdf").read_bytes())


@names
def test_one_symbol_on_the_pages_and_on_each_receipt_is_the_address_with_the_code(
    papers: Papers, name: str
) -> None:
    first_pages = [f"a4-{size}-0" for size in SIZES]
    rolls = [f"roll-{columns}" for columns in ROLLS]
    one = [address(name) + CODE]
    assert papers.symbols[name] == dict.fromkeys((*first_pages, *rolls), one)


@names
@sizes
def test_poppler_finds_every_amount_as_often_as_in_the_document_and_every_character(
    papers: Papers, name: str, size: Size
) -> None:
    document, text = papers.documents[name], papers.texts[name, size]
    narrow = size == "large"  # as narrow as a roll, and what follows from others may be left out
    tables = shown_tables(document, narrow=narrow)
    assert amounts_in(document, narrow=narrow, derived=not narrow) - amounts_on(text) == Counter()
    cells = [
        cell.text
        for table in tables
        for row in table.rows()
        for column, cell in zip(table.columns, row.cells, strict=True)
        if cell and not (narrow and column.derived)
    ]
    facts = [fact.value for fact in document.facts]
    # What repeats from row to row, as a month with several lines, is printed once.
    said = "".join([document.title, *facts, *dict.fromkeys(cells), *document.notes])
    assert Counter(re.sub(r"\s", "", said)) - Counter(text) == Counter()


def test_only_embedded_fonts_with_a_table_of_characters_are_used(papers: Papers) -> None:
    rows = run("pdffonts", papers.folder / "joined").splitlines()[2:]
    assert len(rows) >= len(STATEMENTS) * len(SIZES)
    for row in rows:
        assert re.search(r"TrueType +\S+ +yes yes yes", row), row


@names
@sizes
def test_qpdf_finds_nothing_wrong_in_the_file(papers: Papers, name: str, size: Size) -> None:
    said = run("qpdf", "--check", papers.folder / f"{name}.{size}.pdf")
    assert "No syntax or stream encoding errors" in said
