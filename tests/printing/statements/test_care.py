from dataclasses import replace

from archive.model import BenefitPayment
from archive.values import Month
from printing.statements import statement
from tests.printing.samples import ISSUE
from tests.printing.statements.people import made, nothing, rows, table, texts


def test_410_is_long_term_care_in_the_set_of_the_medical_department() -> None:
    (year,) = texts(table(made("care"), "医保账户（医疗保障部门数据）"))
    assert year == ["2026", "长期照护保险", "终止参保", "不详", "不详", "12,345,678.90"]


def test_an_injury_that_nobody_has_decided_on_is_not_known() -> None:
    (injury,) = texts(table(made("care"), "工伤"))
    assert injury == ["2026-03-31", "不详", "不详", "7 级"]


def test_what_was_paid_for_an_injury_is_told_by_year() -> None:
    assert texts(table(made("care"), "工伤待遇"))[0][:2] == ["2026-01", "终止发放"]
    payment = next(row for row in rows()[BenefitPayment] if row.benefit == "injury")
    monthly = [
        replace(payment, month=Month(2025, 11).plus(n), item="42", item_name="伤残津贴")
        for n in range(3)
    ]
    document = made("care", BenefitPayment=(payment, *monthly, rows()[BenefitPayment][0]))
    assert texts(table(document, "工伤待遇发放（按年合计）")) == [
        ["2026", payment.item_name, "1", "12,345,678.90"],
        ["2026", "伤残津贴", "1", "12,345,678.90"],
        ["2025", "伤残津贴", "2", "24,691,357.80"],
    ]


def test_who_keeps_the_data_is_said() -> None:
    assert any("医疗保障部门管理" in note for note in made("care").notes)


def test_each_part_without_records_says_so() -> None:
    document = statement("care").build(nothing("care"), ISSUE, "report")
    assert [table.empty for table in document.tables] == [
        "没有工伤记录。",
        "没有工伤待遇核定记录。",
        "没有生育待遇记录。",
        "没有医保账户记录。",
    ]
