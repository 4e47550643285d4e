from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from archive.masking import mask_number
from archive.model import Transfer
from archive.values import Month
from printing.document import Reveal
from printing.statements import statement
from tests.printing.samples import ISSUE, PERSON, contribution
from tests.printing.statements.people import OWN_AGENCY, made, nothing, own, rows, table, texts


def test_each_line_has_its_months_here_and_only_a_pension_an_account() -> None:
    document = made("transfer", BenefitPayment=(), Transfer=())
    pension, unemployment, _ = texts(table(document, "本地参保缴费"))
    assert pension[1:4] == ["2024-01", "2026-10", "34"]
    assert Decimal(pension[4].replace(",", "")) > 0
    assert unemployment[4] == "无个人账户"
    medical = contribution(Month(2026, 5), line="310")
    (line,) = texts(table(made("transfer", Contribution=(medical,)), "本地参保缴费"))
    assert line[4] == "见医保部门"


def test_an_account_that_cannot_be_told_is_not_known_and_says_why() -> None:
    document = made("transfer", Transfer=())
    assert texts(table(document, "本地参保缴费"))[0][4] == "不详"
    assert any("个人账户支付部分未知" in note for note in document.notes)


@pytest.mark.parametrize("direction", ["1", "2"])
def test_in_the_year_of_a_transfer_nobody_but_the_agency_knows_the_account(direction: str) -> None:
    (moved,) = rows()[Transfer]
    moved = replace(moved, direction=direction)
    document = made("transfer", BenefitPayment=(), Transfer=(moved,))
    assert texts(table(document, "本地参保缴费"))[0][4] == "不详"
    assert "不详：该年有转移接续，记账由经办机构办理。" in document.notes
    sent_back = replace(moved, state="6")
    document = made("transfer", BenefitPayment=(), Transfer=(sent_back,))
    assert texts(table(document, "本地参保缴费"))[0][4] != "不详"


@pytest.mark.parametrize(("state", "moved"), [("5", True), ("6", False), ("3", False)])
def test_what_is_finished_has_moved_though_nobody_recorded_the_day(state: str, moved: bool) -> None:
    (one,) = rows()[Transfer]
    one = replace(one, state=state, finished_on=None, accepted_on=date(2025, 3, 1))
    document = made("transfer", BenefitPayment=(), AccountYear=(), Transfer=(one,))
    assert (texts(table(document, "本地参保缴费"))[0][4] == "不详") == moved
    (progress,) = texts(table(document, "转移接续进度"))
    assert progress[5] == ("未办结" if state == "3" else "不详")


def test_an_account_of_a_line_that_was_not_paid_here_needs_no_reason() -> None:
    medical = contribution(Month(2026, 5), line="310")
    document = made("transfer", Contribution=(medical,))
    assert [note for note in document.notes if note.startswith("不详：")] == []


def test_a_short_month_is_no_month_here() -> None:
    short = contribution(Month(2026, 5), status="0", paid=("1.00", "1.00"))
    (line,) = texts(table(made("transfer", Contribution=(short,)), "本地参保缴费"))
    assert line[1:4] == ["无", "无", "0"]


def test_a_transfer_shows_how_far_it_is_and_what_it_brings() -> None:
    document = made("transfer")
    (progress,) = texts(table(document, "转移接续进度"))
    assert progress[0].startswith("转入")
    assert progress[1] == "9901Z0000000101"
    assert progress[3:] == ["已办结", "2026-03-31", "2026-03-31"]
    (content,) = texts(table(document, "转移内容"))
    assert content[1:] == ["2020-01", "2021-12", "24", "12,345,678.90", "12,345,678.90"]


def test_the_next_agency_finds_whom_it_has_to_ask() -> None:
    document = made("transfer")
    facts = [(fact.label, fact.value) for fact in document.facts]
    assert facts[4:8] == [
        ("户籍属地", PERSON.household_place),
        ("行政区划代码", "990101"),
        ("机构地址", OWN_AGENCY.address),
        ("机构电话", OWN_AGENCY.phone),
    ]


def test_what_no_record_tells_of_person_or_agency_is_left_out() -> None:
    blank = replace(PERSON, household_place="", region="")
    of_blank = replace(nothing("transfer"), person=blank)
    document = statement("transfer").build(of_blank, ISSUE, "report")
    assert [fact.label for fact in document.facts][3:] == ["数据截至", "数据来源"]


@pytest.mark.parametrize("reveal", ["screen", "receipt"])
def test_the_household_place_stands_only_where_numbers_stand_whole(reveal: Reveal) -> None:
    document = statement("transfer").build(own("transfer"), ISSUE, reveal)
    assert "户籍属地" not in [fact.label for fact in document.facts]
    ((_, number, *_),) = texts(table(document, "转移接续进度"))
    assert number == mask_number("9901Z0000000101")


def test_without_records_the_paper_says_so() -> None:
    document = statement("transfer").build(nothing("transfer"), ISSUE, "report")
    assert [table.empty for table in document.tables] == [
        "本地没有缴费记录。",
        "没有转移接续记录。",
    ]
