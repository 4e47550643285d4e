from dataclasses import replace
from datetime import date

from archive.model import Benefit, BenefitPayment, Certification
from archive.values import Month
from printing.statements import statement
from tests.printing.samples import ISSUE
from tests.printing.statements.people import made, nothing, rows, table, texts


def test_a_suspended_pension_says_since_when_and_why() -> None:
    state = dict(texts(table(made("pension"), "基本养老金")))
    assert state["发放状态"] == "暂停发放"
    assert state["停发日期"] == "2026年3月31日"
    assert "未按期办理" in state["停发原因"]


def test_a_reason_that_is_not_recorded_is_not_known() -> None:
    benefit = replace(rows()[Benefit][0], reason="")
    state = dict(texts(table(made("pension", Benefit=(benefit,)), "基本养老金")))
    assert state["停发原因"] == "不详"


def test_the_bank_account_is_masked_on_every_paper() -> None:
    state = dict(texts(table(made("pension"), "基本养老金")))
    assert state["发放账号"] == "6217***********0005"


def test_payments_of_the_months_are_summed_and_others_left_out() -> None:
    first = rows()[BenefitPayment][0]
    earlier = replace(first, month=Month(2020, 1))
    paid = table(made("pension", BenefitPayment=(first, earlier)), "发放记录")
    assert [row[2] for row in texts(paid)] == ["12,345,678.90"] * 3  # row, year, total
    assert len(paid.groups) == 1


def test_two_entitlements_of_a_kind_have_their_payments_once() -> None:
    benefit = rows()[Benefit][0]
    anew = replace(benefit, first_month=Month(2026, 5), state="1", suspended_on=None, reason="")
    document = made("pension", Benefit=(benefit, anew))
    headings = [one.heading for one in document.tables]
    assert headings[:3] == ["基本养老金", "基本养老金", "发放记录"]
    assert headings.count("发放记录") == 1


def test_certifications_that_are_left_out_are_said_to_be() -> None:
    first = rows()[Certification][0]
    six = tuple(replace(first, certified_on=date(2020 + n, 4, 1)) for n in range(6))
    assert len(texts(table(made("pension", Certification=six[1:]), "领取待遇资格认证"))) == 5
    shown = texts(table(made("pension", Certification=six), "领取待遇资格认证（最近 5 次）"))
    assert [row[0] for row in shown] == [f"{2025 - n}-04-01" for n in range(5)]


def test_a_certification_that_has_run_out_is_said() -> None:
    notes = made("pension").notes
    assert any("资格认证有效期已于 2026年3月31日 届满" in note for note in notes)
    valid = replace(rows()[Certification][0], valid_until=None)
    assert not any("届满" in note for note in made("pension", Certification=(valid,)).notes)
    after = replace(valid, valid_until=date(2026, 11, 10))  # the data are of October
    assert not any("届满" in note for note in made("pension", Certification=(after,)).notes)


def test_other_benefits_are_not_called_a_pension() -> None:
    injury = replace(rows()[Benefit][0], benefit="injury")
    document = made("pension", Benefit=(injury,))
    assert [table.empty for table in document.tables] == ["没有查到您的养老待遇记录。"]


def test_who_gets_none_is_told_so() -> None:
    document = statement("pension").build(nothing("pension"), ISSUE, "report")
    assert [table.empty for table in document.tables] == ["没有查到您的养老待遇记录。"]
