"""What zbarimg, pdftotext, pdffonts and qpdf find on the paper of every statement."""

import re
import subprocess
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from printing.document import Document
from printing.encode.pdf import render_pdf
from printing.fonts import FontChain
from printing.preview import page_count, pdf_to_png
from printing.statements import STATEMENTS, statement
from tests.printing.papers import roll_picture
from tests.printing.samples import CODE, FONTS, ISSUE
from tests.printing.statements.people import own

# One process makes the papers; each program is asked once about all of them where it can be.
pytestmark = pytest.mark.xdist_group("papers by others")
names = pytest.mark.parametrize("name", STATEMENTS)
CHAIN: Final = FontChain.of(FONTS)
DPI: Final = 150
ROLLS: Final = (48, 32)
"""Columns: 80 mm and 58 mm."""
ZBAR: Final = "{http://zbar.sourceforge.net/2008/barcode}"


@dataclass(frozen=True, slots=True)
class Papers:
    folder: Path
    documents: dict[str, Document]
    texts: dict[str, str]
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
        issue = replace(ISSUE, verify_url=address(name))
        documents[name] = statement(name).build(own(name), issue, "report")
        (folder / f"{name}.pdf").write_bytes(render_pdf(documents[name], CHAIN))
        receipt = statement(name).build(own(name), issue, "receipt")
        for columns in ROLLS:
            roll_picture(receipt, columns, "normal").save(folder / f"{name}.roll-{columns}.png")
    return Papers(folder, documents, _texts(folder), _symbols(folder))


def _texts(folder: Path) -> dict[str, str]:
    """The text of each, by one call on all of them joined."""
    files = [folder / f"{name}.pdf" for name in STATEMENTS]
    run("qpdf", "--empty", "--pages", *files, "--", folder / "joined")
    pages = run("pdftotext", "-layout", folder / "joined", "-").split("\f")
    texts = {}
    for name, file in zip(STATEMENTS, files, strict=True):
        count = page_count(file.read_bytes())
        texts[name] = "\n".join(pages[:count])
        del pages[:count]
    assert pages == [""]
    return texts


def _symbols(folder: Path) -> dict[str, dict[str, list[str]]]:
    """What is scanned on the pages and the receipts of each, by one call on all pictures."""
    for name in STATEMENTS:
        pdf = (folder / f"{name}.pdf").read_bytes()
        for page in range(page_count(pdf)):
            (folder / f"{name}.page-{page}.png").write_bytes(pdf_to_png(pdf, DPI, page))
    pictures = sorted(folder.glob("*.png"))
    # Its 4 tells that a picture, here a later page, has no symbol.
    scanned = run("zbarimg", "--quiet", "--xml", "--nodbus", *pictures, good=(0, 4))
    tree = ET.fromstring(scanned)
    symbols: dict[str, dict[str, list[str]]] = {name: {} for name in STATEMENTS}
    for source in tree.iter(f"{ZBAR}source"):
        name, paper, _ = Path(source.attrib["href"]).name.split(".")
        if data := [str(data.text) for data in source.iter(f"{ZBAR}data")]:
            symbols[name][paper] = data
    return symbols


@names
def test_one_symbol_on_the_pages_and_on_each_receipt_is_the_address_with_the_code(
    papers: Papers, name: str
) -> None:
    found = dict(papers.symbols[name])
    for columns in ROLLS:
        assert found.pop(f"roll-{columns}") == [address(name) + CODE]
    assert list(found.values()) == [[address(name) + CODE]]


@names
def test_poppler_finds_every_amount_as_often_as_in_the_document_and_every_character(
    papers: Papers, name: str
) -> None:
    document, text = papers.documents[name], papers.texts[name]
    tables = [table for table in document.tables if not table.narrow_only]
    wanted = Counter(cell.text for table in tables for cell in table.amounts())
    assert wanted - Counter(re.findall(r"-?[\d,]+\.\d\d", text)) == Counter()
    cells = [cell.text for table in tables for row in table.rows() for cell in row.cells if cell]
    facts = [fact.value for fact in document.facts]
    # What repeats from row to row, as a month with several lines, is printed once.
    said = "".join([document.title, *facts, *dict.fromkeys(cells), *document.notes])
    assert Counter(re.sub(r"\s", "", said)) - Counter(text) == Counter()


@names
def test_only_embedded_fonts_with_a_table_of_characters_are_used(papers: Papers, name: str) -> None:
    rows = run("pdffonts", papers.folder / f"{name}.pdf").splitlines()[2:]
    assert rows
    for row in rows:
        assert re.search(r"TrueType +\S+ +yes yes yes", row), row


@names
def test_qpdf_finds_nothing_wrong_in_the_file(papers: Papers, name: str) -> None:
    said = run("qpdf", "--check", papers.folder / f"{name}.pdf")
    assert "No syntax or stream encoding errors" in said
