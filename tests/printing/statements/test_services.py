"""Cases, cards and guides."""

import datetime as dt
from dataclasses import replace

import pytest

from archive.model import CardOrder, Case, Guide
from printing.statements import STATEMENTS, statement
from tests.printing.samples import ISSUE
from tests.printing.statements.people import DAY, LONG, made, nothing, own, rows, table, texts


def test_a_case_shows_its_steps_and_both_terms() -> None:
    document = made("cases")
    state = dict(texts(table(document, LONG)))
    assert (state["受理编号"], state["状态"]) == ("9901B0000000101", "办理中")
    assert state["法定时限"].startswith("应于 2026-04-")
    assert "到数据截至日已超过" in state["法定时限"]
    assert any("算至数据截至日" in note for note in document.notes)
    assert state["承诺时限"] == "不详（没有规定时限）"
    assert texts(table(document, "办理步骤"))[0][1] == "未完成"


def test_each_case_has_its_own_terms() -> None:
    first = rows()[Case][0]
    done = replace(
        first, case_number="X", task_name="另一件", accepted_on=DAY.replace(day=1), finished_on=DAY
    )
    document = made("cases", Case=(done, first))
    assert [table.heading for table in document.tables] == [LONG, "办理步骤", "另一件", "办理步骤"]
    assert dict(texts(table(document, "另一件")))["法定时限"].startswith("逾期办结")


@pytest.mark.parametrize(
    ("state", "day", "ended", "timed"),
    [
        ("2", None, "未办结", True),
        ("4", dt.date(2026, 4, 1), "2026-04-01", True),
        ("4", None, "不详", False),
        ("5", None, "不详", False),
        ("6", dt.date(2026, 4, 1), "2026-04-01", False),
    ],
)
def test_what_has_ended_is_neither_open_nor_overdue_and_what_was_withdrawn_is_not_in_time(
    state: str, day: dt.date | None, ended: str, timed: bool
) -> None:
    case = replace(rows()[Case][0], state=state, finished_on=day)
    said = dict(texts(made("cases", Case=(case,)).tables[0]))
    assert said["办结日期"] == ended
    assert ("法定时限" in said, "承诺时限" in said) == (timed, timed)


def test_a_card_that_is_made_shows_where_it_is_and_whose_counter_has_it() -> None:
    document = made("cards")
    order = dict(texts(table(document, "制卡进度：补领")))
    assert (order["状态"], order["领取地点"]) == ("制卡中", f"{LONG}一")
    assert order["预计可领日期"] == "不详"
    assert texts(table(document, "制卡步骤")) == [
        ["已受理", "2026-03-31"],
        ["制卡中", "日期不详"],
        ["待领取", "未到"],
        ["已领取", "未到"],
    ]
    assert texts(table(document, "持卡信息"))[0][1] == "正常（已过期）"


@pytest.mark.parametrize("state", ["4", "5"])
def test_nobody_is_sent_for_a_card_that_was_fetched_or_sent_back(state: str) -> None:
    order = replace(rows()[CardOrder][0], state=state, ready_by=DAY)
    said = dict(texts(table(made("cards", CardOrder=(order,)), "制卡进度：补领")))
    assert set(said) == {"受理编号", "状态"}


def test_a_guide_needs_no_card_and_names_nobody() -> None:
    assert STATEMENTS["guide"].audience == "anyone"
    document = made("guide")
    assert [fact.label for fact in document.facts] == ["数据截至", "数据来源"]
    elements = dict(texts(table(document, "办理要求")))
    assert len(elements) == 11
    assert elements["办理依据"] == "未公布"


def test_a_guide_that_is_not_in_force_yet_is_not_printed() -> None:
    later = replace(rows()[Guide][0], effective_from=DAY.replace(year=2027))
    document = made("guide", Guide=(later,))
    assert document.tables[0].empty == "没有查到该事项的现行办事指南。"
    other = replace(own("guide"), number="no-such")
    assert statement("guide").build(other, ISSUE, "report").subtitle == "没有现行版本"


def test_who_has_no_case_and_no_card_is_told_so() -> None:
    for name, sentences in {
        "cases": ["没有查到您的办件记录。"],
        "cards": ["没有持卡记录。", "没有正在办理的制卡业务。"],
    }.items():
        document = statement(name).build(nothing(name), ISSUE, "report")
        assert [table.empty for table in document.tables] == sentences
