from printing.statements import statement
from tests.printing.samples import ISSUE
from tests.printing.statements.people import made, nothing, table, texts


def test_410_is_long_term_care_in_the_set_of_the_medical_department() -> None:
    (year,) = texts(table(made("care"), "医保账户（医疗保障部门数据）"))
    assert year == ["2026", "长期照护保险", "终止参保", "不详", "不详", "12,345,678.90"]


def test_an_injury_that_nobody_has_decided_on_is_not_known() -> None:
    (injury,) = texts(table(made("care"), "工伤"))
    assert injury == ["2026-03-31", "不详", "不详", "7 级"]


def test_who_keeps_the_data_is_said() -> None:
    assert any("医疗保障部门管理" in note for note in made("care").notes)


def test_each_part_without_records_says_so() -> None:
    document = statement("care").build(nothing("care"), ISSUE, "report")
    assert [table.empty for table in document.tables] == [
        "没有工伤记录。",
        "没有生育待遇记录。",
        "没有医保账户记录。",
    ]
