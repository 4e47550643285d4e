from dataclasses import replace
from datetime import date

import pytest

from archive.model import Registration, Transfer
from archive.values import Month
from printing.document import Document
from printing.english.document import english
from printing.statements import statement
from printing.statements.issue import Window
from tests.printing.samples import ISSUE, contribution
from tests.printing.statements.people import amounts, made, nothing, own, rows, table, texts

IN_ALL = "累计缴费月数（截至 2026年10月31日）"


def of_year(last: Month) -> Document:
    window = Window.ending(last, 12)
    return statement("rights").build(replace(own("rights"), window=window), ISSUE, "report")


def test_the_year_is_the_last_whole_one_or_the_one_asked_for() -> None:
    assert made("rights").subtitle == "2025 年度"
    assert of_year(Month(2024, 12)).subtitle == "2024 年度"


def test_the_months_have_their_marks_on_both_papers() -> None:
    rows = (
        *(contribution(Month(2025, n)) for n in range(1, 8)),
        contribution(Month(2025, 8), status="0", paid=("1.00", "1.00")),
    )
    wide, narrow = (
        t for t in made("rights", Contribution=rows).tables if t.heading == "按月缴费标记"
    )
    marks = ["●"] * 7 + ["△"] + ["-"] * 4
    assert (wide.wide_only, narrow.narrow_only) == (True, True)
    assert texts(wide) == [["养老", *marks]]
    assert [row[1] for row in texts(narrow)] == marks


def test_months_that_came_from_another_region_are_marked_so() -> None:
    wide = next(t for t in of_year(Month(2021, 12)).tables if t.heading == "按月缴费标记")
    assert texts(wide) == [["养老", *["○"] * 12]]


def test_months_that_came_from_another_region_are_no_interruption_and_are_told() -> None:
    here = tuple(contribution(Month(2025, 7).plus(n)) for n in range(16))
    (moved,) = rows()[Transfer]
    moved = replace(moved, first=Month(2024, 7), last=Month(2025, 6))
    registration = replace(rows()[Registration][0], first_month=Month(2024, 7))
    document = made("rights", Contribution=here, Transfer=(moved,), Registration=(registration,))
    (counts,) = texts(table(document, "累计缴费月数（截至 2026年10月31日）"))
    assert counts[1:4] == ["16", "120", "0"]
    assert "养老：另有外地转入 12 个月，未计入。" in document.notes
    marks = texts(next(one for one in document.tables if one.heading == "按月缴费标记"))
    assert marks[0][1:] == [*["○"] * 6, *["●"] * 6]
    assert any("缴费 6 条、转移 1 条" in note for note in document.notes)
    vague = made("rights", Contribution=here, Transfer=(replace(moved, first=None),))
    assert "有外地转入记录没有起止月份，其月份没有标出。" in vague.notes


def test_months_after_retirement_are_no_gaps_and_the_paper_says_since_when() -> None:
    rows = tuple(contribution(Month(2025, n)) for n in range(1, 6))
    retired = own("rights", Contribution=rows, Transfer=())
    assert retired.person is not None
    retired = replace(retired, person=replace(retired.person, retired_on=date(2025, 8, 20)))
    document = statement("rights").build(retired, ISSUE, "report")
    wide = next(t for t in document.tables if t.heading == "按月缴费标记")
    assert texts(wide) == [["养老", *["●"] * 5, "-", "-", *["◇"] * 5]]
    assert "◇ 已退休" in wide.legend
    assert "您已于 2025 年 8 月退休，此后没有缴费的月份不是中断。" in document.notes
    assert "退休" not in "".join(made("rights").notes)


def test_a_retirement_after_the_data_is_none_yet() -> None:
    coming = own("rights", Transfer=())
    assert coming.person is not None
    coming = replace(
        coming,
        person=replace(coming.person, retired_on=date(2025, 8, 20)),
        as_of=replace(coming.as_of, day=date(2025, 7, 31)),
    )
    document = statement("rights").build(coming, ISSUE, "report")
    assert "退休" not in "".join([*document.notes, *(one.legend for one in document.tables)])


def test_the_account_is_that_of_the_figure_and_its_year() -> None:
    account = table(made("rights"), "个人账户（2025 年末）")
    opening, principal, interest, paid_out, closing = amounts(account)
    assert closing == opening + principal + interest - paid_out
    assert texts(account)[0][-1] == "24"


def test_each_count_of_months_says_of_which_day_it_is() -> None:
    document = made("rights")
    account, in_all = table(document, "个人账户（2025 年末）"), table(document, IN_ALL)
    assert account.columns[-1].heading == "历年缴纳月数"
    assert (texts(account)[0][-1], texts(in_all)[0][1]) == ("24", "34")
    written = english(document).tables
    assert written[0].columns[-1].heading == "Months so far"
    assert written[-1].heading == "Months of contribution in all (as of 2026-10-31)"


def test_only_what_the_page_does_not_know_has_a_reason() -> None:
    of_the_account = ("该年有转移接续", "个人账户支付部分未知")
    whole = "".join(made("account").notes)
    assert [why for why in of_the_account if why in whole] == list(of_the_account)
    last_year = made("rights")
    assert "不详" not in texts(table(last_year, "个人账户（2025 年末）"))[0]
    assert [why for why in of_the_account if why in "".join(last_year.notes)] == []


def test_the_paid_amounts_add_up_over_the_lines() -> None:
    paid = amounts(table(made("rights"), "本年缴费金额"))
    lines, total = [paid[at : at + 3] for at in range(0, 9, 3)], paid[9:]
    assert [sum(column) for column in zip(*lines, strict=True)] == total
    assert all(employer + own == both for employer, own, both in lines)


@pytest.mark.parametrize("sign", [1, -1])
def test_what_went_back_is_taken_off_with_a_minus_in_the_file_or_without(sign: int) -> None:
    paid = contribution(Month(2025, 3))
    went = (sign * paid.employer_paid, sign * paid.employee_paid)
    back = replace(paid, kind="20", employer_paid=went[0], employee_paid=went[1])
    (row,) = texts(table(made("rights", Contribution=(paid, back)), "本年缴费金额"))[:1]
    assert row[1:] == ["0", "0.00", "0.00", "0.00"]


def test_deemed_months_that_nobody_recorded_are_not_known_and_not_zero() -> None:
    counts = texts(table(made("rights"), IN_ALL))
    assert counts[0] == ["企业职工基本养老保险", "34", "120", "0", "154"]
    assert counts[1][2] == counts[1][4] == "不详"
    assert any("视同缴费月数由经办机构认定" in note for note in made("rights").notes)


def test_a_person_without_records_gets_a_page_that_says_so_part_by_part() -> None:
    document = statement("rights").build(nothing("rights"), ISSUE, "report")
    assert [table.empty for table in document.tables] == [
        "这一年没有个人账户记录。",
        "2025 年没有缴费记录。",
        "没有缴费月数记录。",
    ]
