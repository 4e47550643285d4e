from dataclasses import replace
from datetime import date

from archive.model import Benefit, BenefitPayment, Certification
from archive.values import Month
from printing.statements import statement
from tests.printing.samples import ISSUE, PERSON
from tests.printing.statements.people import made, nothing, own, rows, table, texts


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


def test_narrow_paper_says_the_day_of_each_month_in_a_table_of_its_own() -> None:
    one, two, *_ = rows()[BenefitPayment]
    earlier = replace(one, month=Month(2026, 9), paid_on=date(2026, 9, 15))
    document = made("pension", BenefitPayment=(one, two, earlier))
    narrow = [one for one in document.tables if one.narrow_only]
    assert [one.heading for one in narrow] == ["发放记录", "发放日期"]
    assert texts(narrow[1]) == [["2026-10", "2026-03-31"], ["2026-09", "2026-09-15"]]
    late = replace(two, paid_on=date(2026, 4, 15))
    document = made("pension", BenefitPayment=(one, late, earlier))
    assert texts(next(one for one in document.tables if one.heading == "发放日期")) == [
        ["2026-10", "2026-03-31", "基础养老金"],
        ["2026-10", "2026-04-15", late.item_name],
        ["2026-09", "2026-09-15", ""],
    ]


def test_payments_without_a_grant_are_shown_and_said_to_be() -> None:
    document = made("pension", Benefit=())
    assert table(document, "基本养老金").empty == "没有核定记录，以下为发放记录。"
    assert len(texts(table(document, "发放记录"))) == 4
    assert texts(table(document, "领取待遇资格认证"))
    assert any("届满" in note for note in document.notes)
    long_ago = replace(rows()[BenefitPayment][0], month=Month(2020, 1))
    ended = made("pension", Benefit=(), BenefitPayment=(long_ago,))
    assert not any("届满" in note for note in ended.notes)


def test_two_entitlements_of_a_kind_have_their_payments_once() -> None:
    benefit = rows()[Benefit][0]
    anew = replace(benefit, first_month=Month(2026, 5), state="1", suspended_on=None, reason="")
    document = made("pension", Benefit=(benefit, anew))
    headings = [one.heading for one in document.tables]
    assert headings[:3] == ["基本养老金", "基本养老金", "发放记录"]
    assert [one.heading for one in document.tables if not one.narrow_only].count("发放记录") == 1


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


def test_nothing_is_to_be_renewed_for_a_pension_that_has_ended() -> None:
    ended = replace(rows()[Benefit][0], state="3")
    going_on = replace(ended, benefit="survivor", state="2")
    assert not any("届满" in note for note in made("pension", Benefit=(ended,)).notes)
    assert any("届满" in note for note in made("pension", Benefit=(ended, going_on)).notes)
    dead = replace(own("pension"), person=replace(PERSON, died_on=date(2026, 5, 1)))
    document = statement("pension").build(dead, ISSUE, "report")
    assert not any("届满" in note for note in document.notes)


def test_other_benefits_are_not_called_a_pension() -> None:
    injury = replace(rows()[Benefit][0], benefit="injury")
    payment = replace(rows()[BenefitPayment][0], benefit="injury")
    document = made("pension", Benefit=(injury,), BenefitPayment=(payment,), Certification=())
    assert [table.empty for table in document.tables] == ["没有查到您的养老待遇记录。"]


def test_who_gets_none_is_told_so() -> None:
    document = statement("pension").build(nothing("pension"), ISSUE, "report")
    assert [table.empty for table in document.tables] == ["没有查到您的养老待遇记录。"]
