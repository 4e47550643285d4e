from dataclasses import replace

from archive.model import BenefitPayment
from archive.values import Month
from printing.statements import statement
from tests.printing.samples import ISSUE, contribution
from tests.printing.statements.people import made, nothing, rows, table, texts


def test_registrations_that_go_on_say_so() -> None:
    document = made("employment")
    assert texts(table(document, "就业登记"))[0][1:3] == ["2026-03-31", "至今"]
    assert texts(table(document, "失业登记"))[0][:3] == ["原单位不详", "2026-03-31", "未注销"]


def test_every_payment_of_unemployment_benefit_is_shown_and_no_other() -> None:
    payment = next(row for row in rows()[BenefitPayment] if row.benefit == "unemployment")
    long_ago = replace(payment, month=Month(2009, 3))
    document = made("employment", BenefitPayment=(*rows()[BenefitPayment], long_ago))
    paid = texts(table(document, "失业保险金发放记录"))
    assert [row[0] for row in paid if row[1]] == ["2026-10", "2009-03"]
    without = made("employment", BenefitPayment=())
    assert table(without, "失业保险金发放记录").empty == "没有失业保险金发放记录。"


def test_what_could_be_granted_is_called_a_reference() -> None:
    rows = tuple(contribution(Month(2024, 1).plus(n), "210") for n in range(34))
    document = made(
        "employment", Contribution=rows, UnemploymentGrant=(), YearsOfInsurance=(), Benefit=()
    )
    said = dict(texts(table(document, "失业保险金测算（参考）")))
    assert said["可领月数"] == "2 个月"
    assert said["月标准"] == "不详（参保地未知）"
    assert any("不是核定结论" in note for note in document.notes)


def test_who_draws_a_pension_is_told_the_rule_and_no_sum() -> None:
    document = made("employment")
    assert "不再领取失业保险金" in table(document, "失业保险金").empty
    said = "".join([*document.notes, *(one.heading for one in document.tables)])
    assert "参考" not in said.replace("仅供参考", "")


def test_who_never_paid_is_told_what_is_not_known_and_not_a_zero() -> None:
    document = statement("employment").build(nothing("employment"), ISSUE, "report")
    said = dict(texts(table(document, "失业保险金测算（参考）")))
    assert said["可领月数"] == "不详（没有相关记录）"
    assert table(document, "失业登记").empty == "没有失业登记记录。"
