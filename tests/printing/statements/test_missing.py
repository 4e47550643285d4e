import datetime as dt
from dataclasses import replace

import pytest

from archive.model import ArchiveIndex, ArchiveState, MissingMaterial
from printing.statements import STATEMENTS, statement
from tests.printing.samples import ISSUE
from tests.printing.statements.people import DAY, LONG, made, nothing, own, rows, table, texts

AFTER_THE_DATA = dt.date(2026, 11, 10)


def test_the_notice_tells_what_is_missing_with_its_effect_and_the_promise_to_sign() -> None:
    document = made("missing")
    ((material, effect, told, state, _),) = texts(table(document, "缺少材料告知"))
    assert (told, state) == ("2026-03-31", "已告知")
    assert "毕业生登记表" in material
    assert "可能影响" in effect
    assert "承诺" in table(document, "承诺书").empty
    assert table(document, "承诺人").blanks == ("签名", "日期")
    assert (STATEMENTS["missing"].copies(own("missing")), "一式两份" in document.subtitle) == (
        2,
        True,
    )


def test_the_promise_binds_to_a_recorded_day_that_stands_on_the_paper() -> None:
    lack = replace(rows()[MissingMaterial][0], committed_on=DAY, supply_by=dt.date(2027, 3, 31))
    document = made("missing", MissingMaterial=(lack,))
    ((*_, state, term),) = texts(table(document, "缺少材料告知"))
    assert (state, term) == ("已承诺补交", "2027-03-31")
    assert "不晚于上列补交期限补交" in table(document, "承诺书").empty
    assert "手写" not in table(document, "承诺书").empty
    assert [one.heading for one in document.tables if one.blanks] == ["承诺人", "存档机构经办人"]


@pytest.mark.parametrize(
    ("changed", "term"),
    [
        ({}, "见下方手写"),
        ({"committed_on": DAY}, "见下方手写"),
        ({"committed_on": DAY, "supply_by": DAY}, "2026-03-31（已过），见下方手写"),
        (
            {"committed_on": DAY, "supply_by": AFTER_THE_DATA},  # over when it is signed
            "2026-11-10（已过），见下方手写",
        ),
    ],
)
def test_a_term_that_is_not_recorded_or_has_passed_is_written_by_hand(
    changed: dict[str, dt.date], term: str
) -> None:
    lack = replace(rows()[MissingMaterial][0], **changed)
    document = made("missing", MissingMaterial=(lack,))
    ((*_, shown),) = texts(table(document, "缺少材料告知"))
    assert shown == term
    assert "不晚于下方手写的期限补交" in table(document, "承诺书").empty
    line = table(document, "补交期限")
    assert lack.material in line.empty
    assert line.blanks == ("期限",)


def test_the_agency_that_keeps_the_file_gives_the_notice() -> None:
    document = made("missing")
    assert document.agency == LONG
    assert ("存档机构", LONG) in [(fact.label, fact.value) for fact in document.facts]
    assert f"本单由{ISSUE.agency}的自助服务终端代存档机构打印。" in document.notes
    assert document.foot == ISSUE.foot()


def test_of_files_at_two_agencies_each_material_names_its_own() -> None:
    index, lack = rows()[ArchiveIndex][0], rows()[MissingMaterial][0]
    other = replace(index, dossier_number="2", agency="邻市人才服务中心")
    document = made(
        "missing",
        ArchiveIndex=(index, other),
        MissingMaterial=(lack, replace(lack, dossier_number="2")),
    )
    assert document.agency == f"{ISSUE.agency}（代为打印）"
    assert [row[-1] for row in texts(table(document, "缺少材料告知"))] == [LONG, other.agency]


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


def test_nothing_is_promised_to_an_agency_whose_file_was_moved_out() -> None:
    gone = replace(rows()[ArchiveIndex][0], stock_flag="7", lent_flag="2")
    assert gone.state is ArchiveState.TRANSFERRED
    document = made("missing", ArchiveIndex=(gone,))
    assert document.title == statement("missing").notice["zh"]
    assert gone.agency not in [fact.value for fact in document.facts]
    assert document.tables[0].empty == ("已转出的档案，转出前登记缺少的材料，请向现存档机构核实。")
    assert (document.subtitle, "没有缺少" in str(document)) == ("有档案已转出", False)
    here = replace(rows()[ArchiveIndex][0], dossier_number="990100020009")
    kept = made("missing", ArchiveIndex=(gone, here)).tables[0].empty
    assert kept == f"截至数据日期，在库档案没有登记需要您补交的材料。{document.tables[0].empty}"
    lack = replace(rows()[MissingMaterial][0], dossier_number=here.dossier_number)
    both = made(
        "missing", ArchiveIndex=(gone, here), MissingMaterial=(*rows()[MissingMaterial], lack)
    )
    assert len(texts(table(both, "缺少材料告知"))) == 1
    assert both.notes.count(document.tables[0].empty) == 1


def test_what_was_supplied_needs_no_promise() -> None:
    supplied = replace(rows()[MissingMaterial][0], supplied_on=DAY)
    for document in (
        made("missing", MissingMaterial=(supplied,)),
        statement("missing").build(nothing("missing"), ISSUE, "report"),
    ):
        (said,) = document.tables
        assert (said.heading, said.blanks) == ("档案材料", ())
        assert document.agency == ISSUE.agency
        assert document.title == "档案材料情况告知"
        assert STATEMENTS["missing"].called(document)["zh"] == document.title
        words = "".join((document.title, said.empty, *document.notes))
        assert not any(word in words for word in ("缺少", "承诺", "一次性"))
    assert STATEMENTS["missing"].copies(own("missing", MissingMaterial=(supplied,))) == 1
