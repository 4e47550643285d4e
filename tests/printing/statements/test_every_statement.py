import re
from dataclasses import replace
from decimal import Decimal
from typing import get_args

import pytest

from archive.records import RecordKind, spec_of
from archive.store import AsOf
from printing.document import Reveal
from printing.errors import TextRefusedError
from printing.kinds import KIND_NAMES
from printing.layout.page import layout_pages
from printing.layout.roll import Line, Qr, layout_roll
from printing.layout.sheet import Text
from printing.statements import STATEMENTS, statement
from printing.statements.common import MASKED, QUERY
from tests.printing.media import measure, squeezed
from tests.printing.samples import AS_OF, ISSUE, PERSON
from tests.printing.statements.people import RARE, amounts, made, nothing, own, table, texts

names = pytest.mark.parametrize("name", STATEMENTS)
variants = pytest.mark.parametrize("of", [own, nothing], ids=["all", "nothing"])


@names
def test_every_statement_says_what_all_must_say(name: str) -> None:
    document = made(name)
    notes = "".join(document.notes)
    assert "查询和打印不收费" in notes
    assert "12333" in notes
    facts = {fact.label: fact.value for fact in document.facts}
    assert (facts["数据截至"], facts["数据来源"]) == ("2026年10月31日", AS_OF.source)
    assert document.seal.hint
    assert (document.statement, document.title) == (name, STATEMENTS[name].title["zh"])


@names
@variants
def test_every_paper_carries_what_makes_it_checkable(name: str, of: object) -> None:
    document = statement(name).build(of(name), ISSUE, "receipt")  # type: ignore[operator]
    foot = document.foot
    each = [
        *("数据截至", "2026年10月31日", "查询和打印不收费", "12333", document.title),
        *(foot.serial, foot.copy, foot.printed, foot.kiosk, document.seal.hint),
    ]
    assert ISSUE.serial in foot.serial
    assert ISSUE.kiosk in foot.kiosk
    assert re.search(r"(疑问|投诉|异议).*(申请核查|查询|核实|反映|咨询)", document.notes[-1])
    lines = layout_roll(document, 48).lines
    roll = squeezed("".join(line.text for line in lines if isinstance(line, Line)))
    assert [text for text in each if squeezed(text) not in roll] == []
    assert document.seal.code.replace("-", "") in roll.replace("-", "")
    assert [line.content for line in lines if isinstance(line, Qr)] == [document.seal.url]
    pages = layout_pages(document, measure).pages
    for number, page in enumerate(pages, start=1):
        texts = squeezed("".join(item.text for item in page.items if isinstance(item, Text)))
        wanted = [f"第 {number} 页，共 {len(pages)} 页", foot.serial, foot.copy, foot.printed]
        assert [text for text in wanted if squeezed(text) not in texts] == []
        assert squeezed(foot.kiosk) in texts
    first = squeezed("".join(i.text for page in pages for i in page.items if isinstance(i, Text)))
    assert [text for text in each if squeezed(text) not in first] == []


@names
def test_old_data_and_data_that_are_not_whole_are_called_so(name: str) -> None:
    notes = "".join(made(name).notes)
    assert "可能不完整" not in notes
    assert "没有更新" not in notes
    old = replace(own(name), as_of=AsOf(AS_OF.day.replace(month=7), "示例", whole=False))
    for reveal in get_args(Reveal):
        first, second, *others = statement(name).build(old, ISSUE, reveal).notes
        assert "数据截至2026年7月31日，已超过 62 天没有更新" in first
        assert "可能不完整" in second
        assert "没有更新" not in "".join(others)
        assert "不完整" not in "".join(others)


@names
def test_what_was_never_delivered_is_not_known_and_not_none(name: str) -> None:
    kinds = tuple(spec_of(kind).kind for kind in statement(name).needs)
    never = replace(AS_OF, whole=False, never=kinds)
    material = replace(nothing(name), as_of=never)
    for reveal in get_args(Reveal):
        document = statement(name).build(material, ISSUE, reveal)
        said = "、".join(KIND_NAMES[kind] for kind in kinds)
        assert f"没有收到以下数据：{said}。有关情况不详，不表示没有。" in "".join(document.notes)
        shown = [table.empty for table in document.tables if not table.columns]
        if name != "elsewhere":  # each region says for itself what it has
            assert "不详：没有收到有关数据。" in shown
        assert not any("没有查到" in text or text.endswith("记录。") for text in shown)
        assert not re.search("没有(?!收到)|未参保", document.subtitle)


@names
def test_what_was_delivered_stays_known_whatever_else_never_came(name: str) -> None:
    """Of each sentence that says that nothing is there: it falls by its own kinds alone."""
    material = nothing(name)
    tables = statement(name).build(material, ISSUE, "report").tables
    for kind in (spec_of(one).kind for one in statement(name).needs):
        never = replace(material, as_of=replace(AS_OF, never=(kind,)))
        found = statement(name).build(never, ISSUE, "report").tables
        assert [one.heading for one in found] == [one.heading for one in tables]
        for before, after in zip(tables, found, strict=True):
            if before.empty and not before.columns:
                known = kind not in before.absent
                assert (after.empty == before.empty) == known, (kind, before.heading)


@pytest.mark.parametrize("reveal", get_args(Reveal))
def test_registrations_without_delivered_contributions_make_no_month_a_gap(reveal: Reveal) -> None:
    never = replace(AS_OF, whole=False, never=(RecordKind.CONTRIBUTIONS,))
    rights = statement("rights").build(
        replace(own("rights", Contribution=()), as_of=never), ISSUE, reveal
    )
    assert [row[1:] for row in texts(table(rights, "累计缴费月数（截至 2026年10月31日）"))] == [
        ["不详", "120", "不详", "不详"],
        ["不详", "不详", "不详", "不详"],
    ]
    assert table(rights, "本年缴费").empty == "不详：没有收到有关数据。"
    assert amounts(table(rights, "个人账户（2025 年末）")) == [Decimal("0.00")], (
        "nothing was paid out"
    )
    assert "按月缴费标记" not in [one.heading for one in rights.tables]
    assert "没有收到有关数据" in "".join(rights.notes)
    insured = statement("insured").build(
        replace(own("insured", Contribution=()), as_of=never), ISSUE, reveal
    )
    assert texts(table(insured, "参保状态（截至 2026年10月31日）"))
    assert table(insured, "最近 24 个月缴费情况").empty == "不详：没有收到有关数据。"


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("contributions", ("月数", "缴费金额和合计", "标准字号报表上的缴费单位起止月份")),
        ("insured", ("参保和缴费状态", "缴费标记", "养老缴费基数和个人缴费")),
        ("rights", ("缴费标记", "月数", "缴费金额和合计", "中断月数", "累计缴费月数")),
    ],
)
def test_each_figure_says_of_which_rows_and_by_which_rule_it_is(
    name: str, rules: tuple[str, ...]
) -> None:
    notes = made(name).notes
    for rule in rules:
        (note,) = [note for note in notes if re.search(f"(^|。|：|，){rule}[：（]", note)]
        assert re.search(r"(缴费|登记|年限) [1-9][0-9]* 条", note)
        assert re.search("依据：GB/T 40217-2021[；。]", note)
    empty = statement(name).build(nothing(name), ISSUE, "report")
    assert not re.search("[1-9] 条", "".join(empty.notes))


@names
@variants
def test_citizens_read_words_and_no_codes_of_elements(name: str, of: object) -> None:
    for reveal in get_args(Reveal):
        document = statement(name).build(of(name), ISSUE, reveal)  # type: ignore[operator]
        said = [
            *document.notes,
            *(f"{one.heading}{one.legend}{one.empty}" for one in document.tables),
        ]
        assert [text for text in said if re.search("[A-Z]{3}[0-9]{3}", text)] == []


@names
def test_a_query_is_not_called_a_certificate(name: str) -> None:
    entry = STATEMENTS[name]
    assert (
        entry.certificate == ("证明" in entry.title["zh"]) == (made(name).nature == "certificate")
    )


@names
@variants
def test_every_result_of_a_query_says_that_it_proves_nothing(name: str, of: object) -> None:
    """But for what is signed, and for what is of nobody."""
    entry = STATEMENTS[name]
    document = entry.build(of(name), ISSUE, "report")  # type: ignore[operator]
    signed = any(one.blanks for one in document.tables)
    query = document.nature != "certificate" and entry.audience == "holder" and not signed
    assert (QUERY in document.notes) == query


@names
def test_who_has_nothing_recorded_gets_no_certificate(name: str) -> None:
    entry = STATEMENTS[name]
    for reveal in get_args(Reveal):
        document = entry.build(nothing(name), ISSUE, reveal)
        assert document.nature != "certificate"
        assert (document.title != entry.title["zh"]) == (document.nature == "notice")
        assert document.title == entry.called(document)["zh"]
        assert "证明" not in document.title


@names
def test_a_receipt_that_is_shown_or_signed_says_where_the_whole_number_is_had(name: str) -> None:
    for reveal in get_args(Reveal):
        document = statement(name).build(own(name), ISSUE, reveal)
        handed_on = document.nature == "certificate" or any(t.blanks for t in document.tables)
        told = handed_on and reveal == "receipt"
        assert (MASKED in document.notes) == told


@names
def test_the_screen_shows_neither_the_whole_name_nor_a_whole_number(name: str) -> None:
    document = statement(name).build(own(name), ISSUE, "screen")
    text = "".join(
        [fact.value for fact in document.facts]
        + [table.empty for table in document.tables]
        + [
            cell.text
            for table in document.tables
            for row in table.rows()
            for cell in row.cells
            if cell
        ]
    )
    for secret in (
        *(RARE.name, PERSON.social_security_number, PERSON.person_id),
        *("990100020002", "9901B0000000101", "9901K0000000101", "9901Z0000000101"),
        PERSON.household_place,
    ):
        assert secret not in text


@names
def test_a_control_character_in_the_data_is_refused_before_paper(name: str) -> None:
    material = own(name)
    if material.person is not None:
        spoilt = replace(material, person=replace(RARE, name="张\x1b三"))
        with pytest.raises(TextRefusedError):
            statement(name).build(spoilt, ISSUE, "report")


@names
def test_nothing_personal_is_in_a_documents_repr(name: str) -> None:
    for reveal in get_args(Reveal):
        text = repr(statement(name).build(own(name), ISSUE, reveal))
        assert RARE.name not in text
        assert "12,345,678.90" not in text
        assert PERSON.social_security_number not in text
