from dataclasses import replace
from datetime import date

import pytest

from archive.model import Registration, Transfer
from archive.records import RecordKind
from archive.values import Month
from printing.english.document import english
from printing.statements import statement
from printing.statements.common import QUERY
from printing.statements.issue import Window
from tests.printing.samples import AS_OF, ISSUE, contribution
from tests.printing.statements.people import made, nothing, own, rows, table, texts

OCTOBER = Month(2026, 10)


def test_the_state_of_a_line_is_that_of_its_latest_registration() -> None:
    first = rows()[Registration][0]
    later = replace(first, started=first.started.replace(year=2027), status="2")
    document = made("insured", Registration=(later, first))
    assert texts(table(document, "参保状态（截至 2026年10月31日）")) == [
        ["企业职工基本养老保险", "暂停参保", "暂停缴费（中断）", "2024-01"]
    ]


def test_each_of_the_24_months_has_a_row_the_newest_first() -> None:
    months = [row[0] for row in texts(table(made("insured"), "最近 24 个月缴费情况"))]
    assert months == [OCTOBER.plus(-n).label for n in range(24)]


def test_twelve_months_are_twelve_where_they_are_asked_for() -> None:
    window = Window.ending(OCTOBER, 12)
    document = statement("insured").build(replace(own("insured"), window=window), ISSUE, "report")
    assert len(texts(table(document, "最近 12 个月缴费情况"))) == 12
    assert document.subtitle == "2025-11 至 2026-10，共 12 个月"


def test_a_month_says_employer_base_own_payment_and_the_mark_of_each_line() -> None:
    document = made(
        "insured",
        Contribution=(
            contribution(OCTOBER),
            contribution(OCTOBER, "210", status="3", paid=("0.00", "0.00")),
            contribution(OCTOBER.plus(-1), "210", kind="31"),
        ),
    )
    now, before, earlier, *_ = texts(table(document, "最近 24 个月缴费情况"))
    assert now[2:] == ["6,420.00", "513.60", "●", "△"]
    assert before[2:] == ["", "", "-", "●"]
    assert earlier[1:] == ["", "", "", "-", "-"]


def test_months_that_came_from_another_region_are_marked_so() -> None:
    (moved,) = rows()[Transfer]
    brought = replace(moved, first=Month(2025, 2), last=Month(2025, 4))
    for transfer, mark in (
        (brought, "○"),
        (replace(brought, state="6"), "-"),
        (replace(brought, direction="2"), "-"),
    ):
        document = made("insured", Contribution=(contribution(OCTOBER),), Transfer=(transfer,))
        found = {row[0]: row[-1] for row in texts(table(document, "最近 24 个月缴费情况"))}
        assert [found[f"2025-0{n}"] for n in (1, 2, 4, 5)] == ["-", mark, mark, "-"]
    only = made("insured", Contribution=(), Transfer=(brought,))
    assert "○" in [row[-1] for row in texts(table(only, "最近 24 个月缴费情况"))]
    before = made("insured", Contribution=(), Transfer=(moved,))  # its months are older
    assert table(before, "最近 24 个月缴费情况").empty == "这段时间没有缴费记录。"


def test_transfers_that_end_earlier_do_not_date_the_certificate() -> None:
    document = statement("insured").build(
        replace(own("insured"), older={RecordKind.TRANSFERS: date(2026, 3, 31)}), ISSUE, "report"
    )
    assert "数据截至" in [fact.label for fact in document.facts]
    said = "转移数据只到2026年3月31日，此后的没有反映。"
    assert document.notes[0] == said
    assert english(document).notes[1] == (
        "Data (transfer) go up to 2026-03-31; what came later is missing."
    )


def test_that_transfers_were_never_delivered_makes_nobody_less_known() -> None:
    unknown = replace(nothing("insured"), as_of=replace(AS_OF, never=(RecordKind.TRANSFERS,)))
    document = statement("insured").build(unknown, ISSUE, "report")
    assert document.subtitle == "未参保"
    assert document.tables[0].empty.startswith("截至 2026年10月31日，本地没有您的参保登记")
    assert any(note.startswith("没有收到以下数据") for note in document.notes)


def test_narrow_paper_tells_months_of_the_same_base_together() -> None:
    paid = [contribution(OCTOBER.plus(-n), base="6000.00") for n in (0, 1, 2, 4)]
    document = made("insured", Contribution=(*paid, contribution(OCTOBER.plus(-5))))
    months, bases = [one for one in document.tables if one.narrow_only]
    assert [column.heading for column in months.columns] == ["月份", "单位", "养老"]
    assert texts(bases) == [
        ["2026-08", "2026-10", "6,000.00", "480.00"],
        ["2026-06", "2026-06", "6,000.00", "480.00"],
        ["2026-05", "2026-05", "6,420.00", "513.60"],
    ]
    elsewhere = made("insured", Contribution=(contribution(OCTOBER, "210"),))
    assert [one.heading for one in elsewhere.tables if one.narrow_only] == ["最近 24 个月缴费情况"]


@pytest.mark.parametrize("sign", [1, -1])
def test_a_refund_lowers_the_own_payment_and_is_no_base(sign: int) -> None:
    paid = contribution(OCTOBER)
    back = replace(
        contribution(OCTOBER, kind="20", base="9999.00"),
        employee_paid=sign * paid.employee_paid / 2,
    )
    row = texts(table(made("insured", Contribution=(paid, back)), "最近 24 个月缴费情况"))[0]
    assert row[2:4] == ["6,420.00", "256.80"]


def test_months_that_ended_before_the_data_are_not_called_the_last() -> None:
    window = Window.ending(OCTOBER.plus(-1), 18)
    document = statement("insured").build(replace(own("insured"), window=window), ISSUE, "report")
    assert table(document, "2025-04 至 2026-09 缴费情况").groups
    assert "Contributions, 2025-04 to 2026-09" in [one.heading for one in english(document).tables]


def test_who_is_not_insured_gets_the_variant_that_says_so() -> None:
    document = statement("insured").build(nothing("insured"), ISSUE, "report")
    assert (document.title, document.subtitle) == ("社会保险参保情况告知", "未参保")
    assert "参保地" not in [fact.label for fact in document.facts]
    assert document.nature == "notice"
    assert "参保地" not in [fact.label for fact in document.facts]
    assert not any("参保地" in note for note in document.notes)
    assert QUERY in document.notes
    assert "证明" not in "".join(set(document.notes) - {QUERY})
    assert [table.empty for table in document.tables] == [
        "截至 2026年10月31日，本地没有您的参保登记；2024-11 至 2026-10 没有缴费记录。"
    ]


def test_who_is_insured_or_may_be_sees_where() -> None:
    unknown = replace(nothing("insured"), as_of=replace(AS_OF, never=(RecordKind.REGISTRATIONS,)))
    for document in (
        made("insured"),
        made("insured", Contribution=()),
        statement("insured").build(unknown, ISSUE, "report"),
    ):
        assert "参保地" in [fact.label for fact in document.facts]


def test_a_registration_that_says_not_insured_makes_no_certificate() -> None:
    uninsured = replace(rows()[Registration][0], status="0")
    document = made("insured", Registration=(uninsured,), Contribution=())
    assert (document.subtitle, document.nature) == ("未参保", "notice")


def test_who_was_insured_long_ago_is_not_called_uninsured() -> None:
    document = made("insured", Contribution=())
    assert document.nature == "certificate"
    assert table(document, "最近 24 个月缴费情况").empty == "这段时间没有缴费记录。"
    assert texts(table(document, "参保状态（截至 2026年10月31日）"))
