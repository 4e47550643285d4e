from dataclasses import replace

from archive.model import ArchiveIndex
from archive.records import RecordKind
from archive.regions import Gathered
from archive.store import Answer
from printing.statements import statement
from tests.printing.samples import AS_OF, ISSUE
from tests.printing.statements.people import gathered, made, own, rows, table, texts


def test_files_stand_by_region_and_who_did_not_answer_is_named_with_the_reason() -> None:
    document = made("elsewhere")
    assert document.subtitle == "3 个地区中 1 个已答复"
    ((region, _, state, until),) = texts(table(document, "已答复的地区"))
    assert (region, state, until) == ("示例市", "在库", "2026年10月31日")
    assert texts(table(document, "没有答复的地区")) == [
        ["邻市", "未在时限内答复"],
        ["远市", "仍在处理上一次查询"],
    ]
    assert "不能确定" in "".join(document.notes)


def test_a_region_without_a_file_is_no_region_without_an_answer() -> None:
    found = gathered(()).found
    material = replace(own("elsewhere"), across=Gathered(found, ()))
    document = statement("elsewhere").build(material, ISSUE, "report")
    assert texts(table(document, "已答复的地区"))[0][:2] == ["示例市", "没有档案"]
    assert table(document, "其他地区").empty == "本次未查询其他地区。"
    two = replace(material, across=Gathered((*found, *found), ()))
    everywhere = statement("elsewhere").build(two, ISSUE, "report")
    assert table(everywhere, "没有答复的地区").empty == "所有地区都已答复。"
    (own_region,) = found
    never = replace(AS_OF, whole=False, never=(RecordKind.ARCHIVE_INDEX,))
    unknown = replace(own_region, answer=Answer.given((), never))
    document = statement("elsewhere").build(
        replace(material, across=Gathered((unknown,), ())), ISSUE, "report"
    )
    assert texts(table(document, "已答复的地区"))[0][:2] == ["示例市", "不详"]


def test_several_files_of_a_region_stand_each_in_a_row() -> None:
    one = rows()[ArchiveIndex][0]
    two = (one, replace(one, dossier_number="990100020003", stock_flag="0"))
    material = replace(own("elsewhere"), across=gathered(two))
    document = statement("elsewhere").build(material, ISSUE, "receipt")
    assert len(texts(table(document, "已答复的地区"))) == 2


def test_where_no_region_was_asked_none_is_said_to_have_answered() -> None:
    nowhere: Gathered[ArchiveIndex] = Gathered((), ())
    for across in (None, nowhere):
        material = replace(own("elsewhere"), across=across)
        document = statement("elsewhere").build(material, ISSUE, "report")
        assert document.subtitle == "本次未查询其他地区"
        assert [table.empty for table in document.tables] == ["本次未查询其他地区。"]
        assert "本次没有查询，不能确定" in "".join(document.notes)
