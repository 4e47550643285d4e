"""What a screen reader is told: poppler reads the structure back, and it is the document's own."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

import pypdfium2
import pytest

from printing.document import Document, Kind, MarkCell, MonthCell, PartyCell, Table
from printing.encode.pdf import render_pdf
from printing.fonts import FontChain
from printing.layout.words import with_unit
from printing.statements import STATEMENTS
from printing.statements import statement as entry
from tests.printing.pdf_tools import text_of, tool, unpacked
from tests.printing.samples import FONTS, ISSUE, PERSON, career_with_marks, statement
from tests.printing.statements.people import own

CHAIN = FontChain.of(FONTS)
MARKED = statement(career_with_marks(), person=replace(PERSON, name="张㛃𠮷晓三"))
MARKED_PDF = render_pdf(MARKED, CHAIN)


def told(pdf: bytes) -> list[tuple[str, str]]:
    """Each text of the structure tree with the kind of the element that it stands in."""
    kind, texts = "", []
    for line in tool("pdfinfo", "-struct-text", "-", data=pdf).splitlines():
        if found := re.fullmatch(r' *"(.*)"', line):
            texts.append((kind, found[1]))
        elif found := re.fullmatch(r" *([A-Z]\w*)( \(\w+\))?:?", line):
            kind = found[1]
    return [(kind, text) for kind, text in texts if text]


def joined(texts: list[tuple[str, str]]) -> str:
    return re.sub(r"\s", "", "".join(text for _, text in texts))


def expected(document: Document) -> str:
    """All that the document says, in its own order."""
    said = [document.title, document.subtitle, "·", document.agency]
    said += ["核验码", document.seal.code]
    said += [part for fact in document.facts for part in (fact.label, fact.value)]
    for table in document.tables:
        if not table.narrow_only:
            said += [
                with_unit(table.heading, table.unit),
                *(_cells(table) if table.groups else [table.empty]),
            ]
            said += [f"{blank}：" for blank in table.blanks]
    for number, note in enumerate([*document.notes, f"{document.seal.hint}。"], 1):
        said += [f"{number}.", note]
    return re.sub(r"\s", "", "".join(said))


def _cells(table: Table) -> Iterator[str]:
    marks = any(column.kind is Kind.MARK for column in table.columns)
    used = [
        place
        for place, column in enumerate(table.columns)
        if column.kind is not Kind.MARK
        or any(isinstance(cell := row.cells[place], MarkCell) and cell.text for row in table.rows())
    ]
    yield from (table.columns[place].heading for place in used)
    before: tuple[MonthCell | None, PartyCell | None] = (None, None)
    for row in table.rows():
        month = next((cell for cell in row.cells if isinstance(cell, MonthCell)), None)
        party = next((cell for cell in row.cells if isinstance(cell, PartyCell)), None)
        same = row.detail or (month is not None and month == before[0])
        for place in used:
            cell = row.cells[place]
            once = (isinstance(cell, MonthCell) and same) or (
                isinstance(cell, PartyCell) and same and cell == before[1]
            )
            if cell and not once:
                yield cell.text
        if not row.detail:
            before = (month, party)
    if table.legend and not marks:
        yield table.legend


@pytest.mark.slow
@pytest.mark.parametrize("name", STATEMENTS)
def test_a_screen_reader_is_told_every_text_once_and_in_the_order_of_the_document(
    name: str,
) -> None:
    document = entry(name).build(own(name), ISSUE, "report")
    said = joined(told(render_pdf(document, CHAIN)))
    # Nothing stands between subtitle and agency where each has a line of its own.
    assert said in (expected(document), expected(document).replace("·", "", 1))


@pytest.mark.slow
def test_a_table_over_three_pages_is_told_as_one_with_one_head() -> None:
    texts = told(MARKED_PDF)
    assert joined(texts) == expected(MARKED)
    heads = [text for kind, text in texts if kind == "TH"]
    assert heads.count("月份") == 1


@pytest.mark.slow
def test_headings_labels_and_values_are_told_as_what_they_are() -> None:
    texts = told(MARKED_PDF)
    assert texts[0] == ("H1", MARKED.title)
    assert ("H2", "按月明细（元）") in texts
    assert texts[texts.index(("Lbl", "姓名")) + 1] == ("LBody", "张㛃𠮷晓三")
    assert {"H1", "H2", "P", "Lbl", "LBody", "TH", "TD"} == {kind for kind, _ in texts}


def test_each_row_of_a_table_covers_every_column() -> None:
    """A month or an employer that stands once beside several rows spans them."""
    tree = unpacked(MARKED_PDF)
    objects = dict(re.findall(r"^(\d+) 0 obj\n(.*?)^endobj", tree, re.MULTILINE | re.DOTALL))
    tables = [body for body in objects.values() if "/S /Table" in body]
    assert len(tables) == 3
    for table in tables:
        open_rows: list[int] = []
        widths = set()
        for row in _kids(objects, table, "TR"):
            cells = [*_kids(objects, row, "TH"), *_kids(objects, row, "TD")]
            spans = [int((re.findall(r"/RowSpan (\d+)", cell) or ["1"])[0]) for cell in cells]
            widths.add(len(open_rows) + len(cells))
            open_rows = [left - 1 for left in [*open_rows, *spans] if left > 1]
        assert len(widths) == 1
        assert open_rows == []


def _kids(objects: dict[str, str], body: str, kind: str) -> Iterator[str]:
    found = re.search(r"/K \[(.*?)\]", body, re.DOTALL)
    for number in re.findall(r"(\d+) 0 R", found[1] if found else ""):
        kid = objects[number]
        if re.search(rf"/S /{kind}\b", kid):
            yield kid
        else:
            yield from _kids(objects, kid, kind)


def test_the_qr_is_a_figure_that_says_in_words_what_it_is() -> None:
    objects = unpacked(MARKED_PDF)
    figure = next(part for part in objects.split("endobj") if "/S /Figure" in part)
    alt = re.search(r"/Alt <([0-9a-f]+)>", figure)
    assert alt
    words = bytes.fromhex(alt[1]).decode("utf-16")
    assert words == f"二维码，内容为核验网址 {MARKED.seal.url}"


@pytest.mark.slow
def test_rules_feet_and_repeated_heads_are_skipped() -> None:
    texts = joined(told(MARKED_PDF))
    for decoration in ("第1页", "制单时间", "（续）", "流水号"):
        assert decoration not in texts
    assert "制单时间" in text_of(MARKED_PDF)


def test_what_is_written_is_in_the_order_of_reading_too() -> None:
    """A reader without tags (pdfium here) goes by the order in the page's content."""
    page = pypdfium2.PdfDocument(MARKED_PDF)[0]
    text = re.sub(r"\s", "", page.get_textpage().get_text_range())
    places = [
        text.index(word)
        for word in ("社会保险缴费明细", "核验码", "姓名", "按险种合计", "缴费单位", "按月明细")
    ]
    assert places == sorted(places)


def test_the_file_is_tagged_shows_its_title_and_is_sound() -> None:
    assert re.search(r"^Tagged: +yes$", tool("pdfinfo", "-", data=MARKED_PDF), re.MULTILINE)
    catalog = unpacked(MARKED_PDF)
    assert "/DisplayDocTitle true" in catalog
    assert "/Lang (zh-CN)" in catalog


def test_the_marks_of_every_page_are_numbered_without_a_gap() -> None:
    pages = pypdfium2.PdfDocument(io.BytesIO(MARKED_PDF))
    assert len(pages) == 3
    contents = unpacked(MARKED_PDF)
    numbers = [int(number) for number in re.findall(r"/MCID (\d+)>>BDC", contents)]
    runs = [list(run) for _, run in groupby(enumerate(numbers), lambda at: at[0] - at[1])]
    assert len(runs) == 3
    assert [run[0][1] for run in runs] == [0, 0, 0]
