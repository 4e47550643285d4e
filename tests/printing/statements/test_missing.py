from dataclasses import replace
from datetime import date

import pytest

from archive.model import ArchiveIndex, MissingMaterial
from printing.statements import STATEMENTS, statement
from tests.printing.samples import ISSUE
from tests.printing.statements.people import DAY, made, nothing, own, rows, table, texts


def test_the_notice_tells_what_is_missing_with_its_effect_and_the_promise_to_sign() -> None:
    document = made("missing")
    ((material, effect, told, state, due, _),) = texts(table(document, "缺少材料告知"))
    assert (told, state) == ("2026-03-31", "已告知")
    assert due == "　　年　月　日"  # to be written in: what is promised is promised by a day
    assert "毕业生登记表" in material
    assert "可能影响" in effect
    assert "承诺" in table(document, "承诺书").empty
    assert table(document, "承诺人").blanks == ("签名", "日期")
    assert (STATEMENTS["missing"].copies(own("missing")), "一式两份" in document.subtitle) == (
        2,
        True,
    )


@pytest.mark.parametrize(
    ("promised", "due", "state"),
    [
        (DAY, date(2026, 12, 31), "已承诺补交"),
        (DAY, date(2026, 4, 30), "逾期未补交"),
        (None, date(2026, 4, 30), "逾期未补交"),
    ],
)
def test_the_day_by_which_it_is_to_come_is_on_the_paper_that_is_signed(
    promised: date | None, due: date, state: str
) -> None:
    lack = replace(rows()[MissingMaterial][0], committed_on=promised, supply_by=due)
    (row,) = texts(table(made("missing", MissingMaterial=(lack,)), "缺少材料告知"))
    assert row[3:5] == [state, due.isoformat()]


def test_an_effect_that_was_never_told_is_not_known() -> None:
    lack = replace(rows()[MissingMaterial][0], effect="")
    document = made("missing", MissingMaterial=(lack,))
    assert texts(table(document, "缺少材料告知"))[0][1] == "不详"


def test_of_a_file_that_nobody_knows_it_says_nothing() -> None:
    document = statement("missing").build(nothing("missing"), ISSUE, "report")
    assert document.subtitle == "没有查到档案信息"
    assert document.tables[0].empty == "没有查到您的人事档案信息，不能说明材料是否齐全。"


def test_of_a_file_that_was_moved_out_it_says_where_to_ask() -> None:
    supplied = replace(rows()[MissingMaterial][0], supplied_on=DAY)
    gone = replace(rows()[ArchiveIndex][0], stock_flag="2")
    document = made("missing", MissingMaterial=(supplied,), ArchiveIndex=(gone,))
    assert "请向存档机构核实" in document.tables[0].empty


def test_what_was_supplied_needs_no_promise() -> None:
    supplied = replace(rows()[MissingMaterial][0], supplied_on=DAY)
    for document in (
        made("missing", MissingMaterial=(supplied,)),
        statement("missing").build(nothing("missing"), ISSUE, "report"),
    ):
        (said,) = document.tables
        assert (said.heading, said.blanks) == ("档案材料", ())
        assert document.title == "档案材料情况告知"
        assert STATEMENTS["missing"].called(document)["zh"] == document.title
        words = "".join((document.title, said.empty, *document.notes))
        assert not any(word in words for word in ("缺少", "承诺", "一次性"))
    assert STATEMENTS["missing"].copies(own("missing", MissingMaterial=(supplied,))) == 1
