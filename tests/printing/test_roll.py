import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.model import Contribution
from archive.values import Month
from printing.document import Document
from printing.english.document import english
from printing.errors import LayoutError
from printing.layout.roll import Line, Qr, Roll, Rule, layout_roll
from printing.layout.size import Size
from printing.statements import STATEMENTS
from printing.text import width
from tests.printing.samples import (
    CODE,
    EMPLOYERS,
    ISSUE,
    PERSON,
    VERIFY_URL,
    WINDOW,
    career_with_marks,
    contribution,
    roll_text,
    statement,
)
from tests.printing.statements.people import made, nothing, own

columns = pytest.mark.parametrize("columns", [48, 42, 32])


def receipt(rows: list[Contribution] | None = None) -> Document:
    return statement(rows, reveal="receipt")


def lines(roll: Roll) -> list[str]:
    return [line.text for line in roll.lines if isinstance(line, Line)]


@columns
def test_every_line_fits_the_paper(columns: int) -> None:
    roll = layout_roll(receipt(career_with_marks()), columns)
    for line in roll.lines:
        if isinstance(line, Line):
            assert line.size * width(line.text) <= columns


@columns
def test_every_amount_of_the_data_stands_in_its_row(columns: int) -> None:
    rows = career_with_marks()
    text = lines(layout_roll(receipt(rows), columns))
    month = ""
    printed: list[tuple[str, list[str]]] = []
    start = next(at for at, line in enumerate(text) if line.startswith("按月明细"))
    for line in text[start:]:
        words = line.split()
        if words and words[0][:2] == "20" and words[0][4:5] == "-" and len(words[0]) == 7:
            month, words = words[0], words[1:]
        if words and words[0] in ("养老", "失业", "工伤", "应缴") and month:
            printed.append((month, [words[0], *(w for w in words[1:] if w[-3:-2] == ".")]))
    expected = []
    for row in sorted(rows, key=lambda r: (-int(r.month), r.line, r.kind)):
        name = {"110": "养老", "210": "失业", "410": "工伤"}[row.line]
        cells = (row.base, row.employer_paid, row.employee_paid)
        expected.append((row.month.label, [name, *(f"{value:,.2f}" for value in cells)]))
        due = (row.employer_due, row.employee_due)
        if due != cells[1:]:
            expected.append((row.month.label, ["应缴", *(f"{value:,.2f}" for value in due)]))
    assert printed == expected


@columns
def test_amounts_of_a_table_end_in_the_same_columns(columns: int) -> None:
    text = lines(layout_roll(receipt(), columns))
    start = text.index("缴费单位：示例精密仪器有限公司")
    rows = [line for line in text[start:] if re.search(r"(养老|工伤) +[0-9,]+\.", line)]
    ends = {
        tuple(
            width(line[: at + 1])
            for at, (c, after) in enumerate(pairwise(f"{line} "))
            if after == " " and c.isdigit() and line[at - 2] == "."
        )
        for line in rows
    }
    assert len(rows) == 36 * 2
    assert len(ends) == 1


def test_a_month_is_printed_once_and_only_with_its_first_row() -> None:
    text = "\n".join(lines(layout_roll(receipt(), 48)))
    assert [text.count(month.label) for month in list(WINDOW)[1:-1]] == [1] * 34


def test_rules_stand_only_between_parts() -> None:
    roll = layout_roll(receipt(), 48)
    places = [at for at, line in enumerate(roll.lines) if isinstance(line, Rule)]
    assert len(places) == 5
    assert all(b - a > 1 for a, b in pairwise(places))
    assert not isinstance(roll.lines[0], Rule)
    assert not isinstance(roll.lines[-1], Rule)


@columns
def test_the_title_is_double_size_and_centred_and_code_and_qr_come_last(columns: int) -> None:
    roll = layout_roll(receipt(), columns)
    title = roll.lines[0]
    assert isinstance(title, Line)
    assert (title.text, title.size, title.centred) == ("社会保险缴费明细", 2, True)
    assert Qr(VERIFY_URL + CODE) in roll.lines[-8:]
    assert CODE in "".join(line.text for line in roll.lines[-7:] if isinstance(line, Line))


TITLES = {
    *(entry.title["zh"] for entry in STATEMENTS.values()),
    *(entry.build(nothing(name), ISSUE, "receipt").title for name, entry in STATEMENTS.items()),
}
PARTED = {
    "社会保险个人权益记录单": ("社会保险", "个人权益记录单"),
    "参保缴费凭证和转移进度": ("参保缴费凭证", "和转移进度"),
    "养老保险个人账户明细": ("养老保险", "个人账户明细"),
    "工伤生育医保信息摘要": ("工伤生育医保", "信息摘要"),
    "缺少材料告知书和承诺书": ("缺少材料告知书", "和承诺书"),
    "社会保障卡和制卡进度": ("社会保障卡", "和制卡进度"),
    "社会保险参保情况告知": ("社会保险", "参保情况告知"),
}
"""Between words, where the paper is too narrow for the whole."""


@columns
@pytest.mark.parametrize("size", get_args(Size))
@pytest.mark.parametrize("title", sorted(TITLES))
def test_every_title_is_the_largest_text_and_parted_between_words_only(
    title: str, columns: int, size: Size
) -> None:
    roll = layout_roll(replace(receipt(), title=title), columns, size)
    texts = [line for line in roll.lines if isinstance(line, Line) and line.text]
    whole = (title,) if 2 * width(title) <= columns else PARTED[title]
    head, rest = texts[: len(whole)], texts[len(whole) :]
    assert tuple(line.text for line in head) == whole
    assert all(line.size == 2 and line.centred for line in head)
    assert min(line.height for line in head) > max(line.height for line in rest)


@columns
@pytest.mark.parametrize("size", get_args(Size))
def test_a_hand_has_room_to_sign(columns: int, size: Size) -> None:
    document = STATEMENTS["missing"].build(own("missing"), ISSUE, "receipt")
    roll = layout_roll(document, columns, size)
    pairs = [
        (above, line)
        for above, line in pairwise(roll.lines)
        if isinstance(line, Line) and "__" in line.text
    ]
    assert [line.text[:3] for _, line in pairs] == ["期限：", *["签名：", "日期："] * 2]
    for above, line in pairs:
        assert line.size * line.text.count("_") >= 20, "three centimetres, 1.5 mm a column"
        assert line.size * width(line.text) <= columns
        assert above == Line(), "white above it"


@columns
def test_long_names_of_employers_wrap_and_are_complete(columns: int) -> None:
    text = "".join(line.strip() for line in lines(layout_roll(receipt(), columns)))
    for employer in EMPLOYERS.values():
        assert f"缴费单位：{employer.name}" in text


@columns
def test_long_names_of_people_agencies_and_kiosks_wrap_and_are_complete(columns: int) -> None:
    name = "阿卜杜热合曼·麦麦提依明·" * 3 + "吾甫尔"
    issue = replace(ISSUE, agency="示例市社会保险基金管理局" * 4, kiosk="办事大厅" * 9)
    document = statement(person=replace(PERSON, name=name), issue=issue, reveal="receipt")
    roll = layout_roll(document, columns)
    text = lines(roll)
    assert all(width(line) <= columns for line in text if line != document.title)
    joined = "".join(line.strip() for line in text)
    for whole in (name, issue.agency, issue.kiosk):
        assert whole in joined


@columns
def test_the_name_is_whole_and_the_number_masked(columns: int) -> None:
    text = "\n".join(lines(layout_roll(receipt(), columns)))
    assert PERSON.name in text
    assert PERSON.social_security_number not in text
    assert "990***********012X" in text


@columns
def test_what_every_statement_owes_its_holder_is_on_it(columns: int) -> None:
    text = "".join(line.strip() for line in lines(layout_roll(receipt(), columns)))
    for words in ("不收费", "12333", "1 至 3 个月延迟", "申请核查", "数据截至", "单位：元"):
        assert words in text
    assert "2026年10月31日" in text


@columns
def test_subtotals_and_total_are_bold(columns: int) -> None:
    roll = layout_roll(receipt(), columns)
    text = [line for line in roll.lines if isinstance(line, Line)]
    sums = [line for line in text if "小计" in line.text or line.text.startswith("合计")]
    assert len(sums) == 4 + 2
    assert all(run.bold for line in sums for run in line.runs)


def test_a_mark_stands_beside_its_row_and_is_explained() -> None:
    text = lines(layout_roll(receipt(career_with_marks()), 48))
    assert next(line for line in text if line.startswith("2025-03")).endswith(" 补")
    assert next(line for line in text if line.startswith("2024-07")).endswith(" 欠")
    assert any("补：补缴" in line and "欠：未足额" in line for line in text)


def test_on_narrow_paper_a_mark_is_a_word_below_its_row() -> None:
    text = lines(layout_roll(receipt(career_with_marks()), 32))
    assert text[text.index("2025-03") + 2] == "  （补缴）"


def test_amounts_too_wide_for_columns_get_lines_of_their_own() -> None:
    rows = [contribution(WINDOW.last, base="1234567890123.00")]
    text = lines(layout_roll(receipt(rows), 32))
    assert "  缴费基数      1,234,567,890,123.00" not in text
    assert any(line.split() == ["缴费基数", "1,234,567,890,123.00"] for line in text)


def test_an_amount_wider_than_the_paper_is_an_error_and_not_cut() -> None:
    rows = [contribution(WINDOW.last, base="1" + "0" * 24 + ".00")]
    with pytest.raises(LayoutError) as caught:
        layout_roll(receipt(rows), 32)
    assert caught.value.code == "layout.too_wide"


def test_a_statement_without_records_prints_the_sentence() -> None:
    assert "查询时段内没有缴费记录。" in lines(layout_roll(receipt([]), 48))


def test_the_preview_shows_every_line_of_the_paper_in_its_place() -> None:
    roll = layout_roll(receipt(), 48)
    preview = roll_text(roll).splitlines()
    assert len(preview) == len(roll.lines)
    assert preview[0] == " " * 8 + "社会保险缴费明细"


rows_of_any_size = st.lists(
    st.builds(
        contribution,
        st.sampled_from(list(WINDOW)),
        st.sampled_from(["110", "120", "210", "310", "320", "410", "510", "999"]),
        base=st.decimals(0, 10**9, places=2).map(lambda value: f"{Decimal(value):.2f}"),
        employer=st.sampled_from(["E1", "E2", "E3", ""]),
        kind=st.sampled_from(["10", "20", "31", "40", "101"]),
        status=st.sampled_from(["0", "1", "2", "3"]),
    ),
    max_size=12,
)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(rows_of_any_size, st.sampled_from([32, 42, 48]))
def test_whatever_the_records_nothing_is_cut_and_nothing_overlaps(
    rows: list[Contribution], columns: int
) -> None:
    document = receipt(rows)
    text = lines(layout_roll(document, columns))
    assert all(width(line) <= columns for line in text if line != "社会保险缴费明细")
    words = {word for line in text for word in line.split()}
    detail = document.tables[-1]
    assert {cell.text for cell in detail.amounts()} <= words


@columns
@pytest.mark.parametrize("size", get_args(Size))
def test_what_marks_mean_is_said_below_the_table_only_where_rows_have_them_short(
    columns: int, size: Size
) -> None:
    document = receipt(career_with_marks())
    text = lines(layout_roll(document, columns, size))
    rows = [line for line in text if line.endswith((" 补", "（补缴）"))]
    assert rows
    short = all(line.endswith(" 补") for line in rows)
    assert [part for part in document.tables[-1].legend.split("　") if part in "".join(text)] == (
        document.tables[-1].legend.split("　") if short else []
    )


@columns
@pytest.mark.parametrize("name", ["insured", "rights"])
def test_marks_are_read_down_their_columns_in_large_print_too(columns: int, name: str) -> None:
    rows = tuple(
        contribution(Month(2025, 12).plus(-n), line)
        for n in range(24)
        for line in ("110", "210", "310", "410", "510")
    )
    for document in (made(name, Contribution=rows), english(made(name, Contribution=rows))):
        found = [line for line in lines(layout_roll(document, columns, "large")) if "●" in line]
        assert {line.count("●") for line in found if line[0] != "●"} == {5}


@columns
@pytest.mark.parametrize("size", get_args(Size))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_number_with_stars_is_whole_in_a_sentence(
    columns: int, size: Size, language: str
) -> None:
    document = STATEMENTS["custody"].build(own("custody"), ISSUE, "receipt")
    roll = layout_roll(english(document) if language == "en" else document, columns, size)
    found = [line for line in roll.lines if isinstance(line, Line) and "*" in line.text]
    masked = f"{PERSON.social_security_number[:3]}***********{PERSON.social_security_number[-4:]}"
    assert sum(masked in line.text for line in found) == 2, "of the holder and in the sentence"
    assert all(line.size * width(line.text) <= columns for line in found)
