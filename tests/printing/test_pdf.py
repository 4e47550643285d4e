import io
import re
import subprocess
import sys
import time
import zlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from pytest_mock import MockerFixture

from archive.model import Contribution
from printing.encode.pdf import render_pdf
from printing.errors import FontUnreadableError, GlyphMissingError
from printing.fonts import FontChain
from printing.preview import page_count, pdf_to_png
from printing.statements import statement as entry
from tests.printing.pdf_tools import text_of, tool
from tests.printing.samples import (
    CODE,
    EMPLOYERS,
    FONTS,
    ISSUE,
    PERSON,
    VERIFY_URL,
    WINDOW,
    career,
    career_with_marks,
    contribution,
    material,
    statement,
)

CHAIN = FontChain.of(FONTS)
MARKED = render_pdf(statement(career_with_marks()), CHAIN)


def test_every_amount_of_the_data_is_on_the_pages_as_often_as_in_the_data() -> None:
    document = statement(career_with_marks())
    expected = Counter(cell.text for table in document.tables for cell in table.amounts())
    found = Counter(re.findall(r"-?[\d,]+\.\d\d", text_of(MARKED)))
    assert found == expected


def test_each_row_of_a_month_reads_across_in_its_columns() -> None:
    pages = text_of(MARKED, "-layout")
    month = ""
    printed = []
    for line in pages[pages.index("按月明细") :].splitlines():
        words = line.split()
        if words and re.fullmatch(r"20\d\d-\d\d", words[0]):
            month = words[0]
        name = next((word for word in words if word in ("养老", "失业", "工伤", "应缴")), None)
        if name and month:
            printed.append((month, name, re.findall(r"-?[\d,]+\.\d\d", line)))
    expected = []
    for row in sorted(career_with_marks(), key=lambda r: (-int(r.month), r.line, r.kind)):
        name = {"110": "养老", "210": "失业", "410": "工伤"}[row.line]
        cells = (row.base, row.employer_paid, row.employee_paid)
        expected.append((row.month.label, name, [f"{value:,.2f}" for value in cells]))
        due = (row.employer_due, row.employee_due)
        if due != cells[1:]:
            expected.append((row.month.label, "应缴", [f"{value:,.2f}" for value in due]))
    assert printed == expected


def test_amounts_of_a_column_end_at_the_same_point_of_the_page() -> None:
    boxes = re.findall(
        r'xMax="([\d.]+)" yMax="[\d.]+">(-?[\d,]+\.\d\d)<', text_of(MARKED, "-bbox", "-f", "2")
    )
    edges = {round(float(edge), 1) for edge, _ in boxes}
    assert len(boxes) > 200
    assert len(edges) == 3


def test_every_page_repeats_the_head_of_the_table_and_says_which_page_it_is() -> None:
    count = page_count(MARKED)
    assert count == 3
    for page in range(1, count + 1):
        text = text_of(MARKED, "-f", str(page), "-l", str(page))
        assert {"月份", "缴费基数", "单位缴费", "个人缴费"} <= set(text.split())
        assert f"第 {page} 页，共 {count} 页" in text
        assert ISSUE.serial in text
        assert CODE in text
        assert PERSON.name in text


def test_rows_of_a_month_are_never_parted_by_the_end_of_a_page() -> None:
    for page in range(1, page_count(MARKED) + 1):
        text = text_of(MARKED, "-layout", "-f", str(page), "-l", str(page))
        rows = [line.split() for line in text.split("备注")[-1].splitlines() if line.strip()]
        assert re.fullmatch(r"20\d\d-\d\d", rows[0][0])
        assert sum("工伤" in row for row in rows) >= sum("养老" in row for row in rows)


def test_only_embedded_fonts_are_used() -> None:
    rare = render_pdf(statement(person=replace(PERSON, name="㛃𬭚䶮𠮷镕")), CHAIN)
    rows = tool("pdffonts", "-", data=rare).splitlines()[2:]
    assert len(rows) >= 2
    for row in rows:
        assert re.search(r"TrueType +\S+ +yes yes yes", row), row


@pytest.mark.parametrize("name", ["㛃", "𬭚", "䶮", "𠮷", "张镕喆堃玥珺祎垚犇"])
def test_rare_characters_are_drawn_and_can_be_copied_from_the_file(name: str) -> None:
    pdf = render_pdf(statement(person=replace(PERSON, name=name)), CHAIN)
    assert f"姓名 {name}" in text_of(pdf)


@pytest.mark.slow
def test_a_rare_character_leaves_ink_on_the_page() -> None:
    def ink(name: str) -> int:
        pdf = render_pdf(statement(person=replace(PERSON, name=name)), CHAIN)
        page = Image.open(io.BytesIO(pdf_to_png(pdf, 150))).convert("L")
        return sum(value < 200 for value in page.crop((95, 300, 420, 360)).tobytes())

    assert min(ink(name) for name in "㛃𬭚䶮𠮷") > ink("　") + 20


@pytest.mark.parametrize("name", ["张㛃", "𠮷"])
def test_a_character_that_no_font_draws_stops_the_job_before_any_paper(name: str) -> None:
    with pytest.raises(GlyphMissingError):
        render_pdf(statement(person=replace(PERSON, name=name)), FontChain.of(FONTS[:1]))


def test_a_font_whose_tables_are_broken_further_on_is_named(tmp_path: Path) -> None:
    data = FONTS[0].read_bytes()
    for number, damaged in enumerate((data.replace(b"hhea", b"xxxx", 1), data[: len(data) // 2])):
        broken = tmp_path / f"broken{number}.ttf"
        broken.write_bytes(damaged)
        with pytest.raises(FontUnreadableError) as caught:
            render_pdf(statement(), FontChain.of([broken]))
        assert caught.value.path == str(broken)


@pytest.mark.slow
@pytest.mark.parametrize("dpi", [150, 300])
def test_the_qr_is_read_from_the_first_page(dpi: int, tmp_path: Path) -> None:
    png = tmp_path / "page.png"
    png.write_bytes(pdf_to_png(MARKED, dpi))
    command = ["zbarimg", "--quiet", "--raw", "--nodbus", str(png)]
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stdout.decode().strip() == VERIFY_URL + CODE


def test_the_same_document_always_gives_the_same_bytes() -> None:
    assert render_pdf(statement(career_with_marks()), FontChain.of(FONTS)) == MARKED


def test_metadata_holds_nothing_personal() -> None:
    info = tool("pdfinfo", "-", data=MARKED)
    assert "社会保险缴费明细" in info
    for secret in (PERSON.name, PERSON.social_security_number, PERSON.person_id):
        assert secret not in info
    assert str(FONTS[0].parent).encode() not in MARKED


def test_the_employers_table_holds_long_names_whole() -> None:
    text = re.sub(r"\s", "", text_of(MARKED))
    assert all(employer.name in text for employer in EMPLOYERS.values())


def test_a_name_longer_than_a_line_wraps_on_the_page() -> None:
    long = replace(EMPLOYERS["E1"], name="示例" * 40)
    own = material({Contribution: tuple(career())}, employers={"E1": long})
    document = entry("contributions").build(own, ISSUE, "report")
    assert "示例" * 40 in re.sub(r"\s", "", text_of(render_pdf(document, CHAIN)))


def test_a_long_name_wraps_beside_its_rows_and_is_never_cut() -> None:
    name = EMPLOYERS["E2"].name
    for lines in (("110",), ("110", "210", "410")):
        rows = [replace(row, employer_id="E2") for row in career(lines=lines)]
        text = re.sub(r"\s", "", text_of(render_pdf(statement(rows), CHAIN), "-raw"))
        assert "…" not in text
        # Its own table names it once, the months name it again; amounts may stand between lines.
        assert len(re.findall(name[-4:], text)) >= 1 + len(rows) // len(lines)


def test_two_employers_of_one_month_both_stand_beside_their_rows() -> None:
    month = WINDOW.last
    rows = [contribution(month), contribution(month, "210", employer="E2")]
    layout = text_of(render_pdf(statement(rows), CHAIN), "-layout")
    assert re.search(r"2026-10 +养老 +1 +示例精密仪器有限公司 +6,420.00", layout)
    assert re.search(r"失业 +2 +示例市高新技术", layout)


def test_a_long_name_wraps_inside_its_place_in_the_head() -> None:
    name = "阿卜杜热合曼·麦麦提依明·吾甫尔"
    pdf = render_pdf(statement(person=replace(PERSON, name=name)), CHAIN)
    words = re.findall(
        r'xMin="([\d.]+)".*xMax="([\d.]+)".*>(.*)<', text_of(pdf, "-bbox", "-l", "1")
    )
    number = next(float(left) for left, _, word in words if word == "社会保障号码")
    parts = [(float(right), word) for _, right, word in words if len(word) > 1 and word in name]
    assert "".join(word for _, word in parts) == name
    assert all(right < number for right, _ in parts)


def test_a_long_name_of_the_kiosk_does_not_run_into_the_page_number() -> None:
    text = text_of(render_pdf(statement([], issue=replace(ISSUE, kiosk="大厅" * 40)), CHAIN))
    assert "第 1 页，共 1 页" in text
    assert "大厅…" in text or "大…" in text


def test_pages_made_by_several_threads_at_once_are_the_same() -> None:
    documents = [statement(career_with_marks())] * 8
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda document: render_pdf(document, CHAIN), documents)) == {MARKED}


def test_a_document_begun_while_a_font_is_cut_for_another_waits_for_it(
    mocker: MockerFixture,
) -> None:
    from reportlab.pdfbase.ttfonts import TTFontFile

    names = ["张镕喆", "㛃珺祎"]
    documents = [statement([], person=replace(PERSON, name=name)) for name in names]
    alone = [render_pdf(document, CHAIN) for document in documents]

    def read_short(face: TTFontFile) -> int:
        time.sleep(0)  # lets another thread move the reading position before it is used
        return plain(face)

    plain = TTFontFile.read_short
    mocker.patch.object(TTFontFile, "read_short", read_short)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda document: render_pdf(document, CHAIN), documents * 4))
    assert made == alone * 4


def test_a_statement_without_records_is_one_page_with_the_sentence() -> None:
    pdf = render_pdf(statement([]), CHAIN)
    assert page_count(pdf) == 1
    assert "查询时段内没有缴费记录。" in text_of(pdf)


def test_amounts_up_to_billions_do_not_touch_each_other() -> None:
    rows = [contribution(month, "310", base="9999999999.00") for month in WINDOW]
    pdf = render_pdf(statement(rows), CHAIN)
    words = text_of(pdf, "-layout").split()
    assert words.count("9,999,999,999.00") == 36
    assert words.count("499,999,999.95") == 36


def test_page_streams_are_compressed_and_the_file_is_small() -> None:
    assert len(MARKED) < 100_000
    with pytest.raises(zlib.error):
        zlib.decompress(MARKED)


def test_importing_the_package_loads_no_pdf_or_image_library() -> None:
    code = (
        "import sys, printing.statements, printing.encode.pdf, printing.encode.escpos,"
        " printing.glyphs, printing.preview, printing.job, printing.signing.pades;"
        "heavy = ('reportlab', 'PIL', 'segno', 'pypdfium2', 'pyhanko');"
        "print(*[m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == ""
