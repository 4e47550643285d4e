from printing.statements import statement
from tests.printing.samples import ISSUE
from tests.printing.statements.people import made, nothing, table, texts


def test_what_one_kind_has_and_another_lacks_is_a_difference() -> None:
    document = made("registrations")
    gaps = "；".join(row[1] for row in texts(table(document, "差异")))
    assert "有就业登记，劳动合同没有记录" in gaps
    assert any("不代表登记有误" in note for note in document.notes)


def test_the_dates_of_the_start_of_work_are_called_a_reference() -> None:
    dates = dict(texts(table(made("registrations"), "参加工作时间（参考）")))
    assert dates == {
        "首份劳动合同": "2026-03-31",
        "首次就业登记": "2026-03-31",
        "首次参保年月": "2024-01",
        "首个缴费月份": "2024-01",
    }


def test_without_registrations_every_date_is_not_known() -> None:
    document = statement("registrations").build(nothing("registrations"), ISSUE, "report")
    assert set(dict(texts(table(document, "参加工作时间（参考）"))).values()) == {
        "不详（没有相关记录）"
    }
    assert table(document, "登记对照").empty == "没有就业、参保或劳动合同登记记录。"
