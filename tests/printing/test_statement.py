import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from archive.model import Contribution, Transfer
from archive.values import Month
from printing.document import (
    AmountCell,
    CountCell,
    Document,
    MarkCell,
    Reveal,
    Row,
    Table,
    TextCell,
)
from printing.errors import TextRefusedError, UnknownStatementError
from printing.statements import STATEMENTS
from printing.statements import statement as entry
from printing.statements.issue import Window
from tests.printing.samples import (
    CODE,
    ISSUE,
    PERSON,
    VERIFY_URL,
    WINDOW,
    career,
    career_with_marks,
    contribution,
    material,
    statement,
)


def table(document: Document, heading: str) -> Table:
    return next(table for table in document.tables if table.heading == heading)


def amounts(row: Row) -> list[Decimal]:
    return [cell.value for cell in row.cells if isinstance(cell, AmountCell)]


def label(row: Row) -> str:
    return next(cell.text for cell in row.cells if isinstance(cell, TextCell))


def test_the_window_of_36_months_ends_with_the_last_month() -> None:
    assert (str(WINDOW.first), str(WINDOW.last), WINDOW.months) == ("202311", "202610", 36)
    assert len(list(WINDOW)) == 36


def test_each_contribution_in_the_window_has_a_row_and_no_other() -> None:
    outside = contribution(WINDOW.first.plus(-1))
    document = statement([*career(), outside])
    rows = [row for group in table(document, "按月明细").groups for row in group.rows]
    assert len(rows) == 36 * 3


def test_subtotals_and_total_are_the_sums_of_their_rows() -> None:
    detail = table(statement(career_with_marks()), "按月明细")
    grand = [Decimal(0), Decimal(0)]
    for group in detail.groups:
        paid = [amounts(row)[1:] for row in group.rows if not row.detail]
        sums = [sum(column, Decimal(0)) for column in zip(*paid, strict=True)]
        assert group.subtotal is not None
        assert amounts(group.subtotal) == sums
        grand = [a + b for a, b in zip(grand, sums, strict=True)]
    assert detail.total is not None
    assert amounts(detail.total) == grand
    by_line = table(statement(career_with_marks()), "按险种合计")
    assert by_line.total is not None
    assert amounts(by_line.total) == [*grand, sum(grand)]


def test_the_newest_year_and_month_come_first() -> None:
    detail = table(statement(), "按月明细")
    assert [group.label for group in detail.groups] == ["2026年", "2025年", "2024年", "2023年"]


def test_a_short_month_says_what_was_due_below_what_was_paid() -> None:
    short = contribution(Month(2026, 5), status="0", paid=("100.00", "50.00"))
    rows = table(statement([short]), "按月明细").groups[0].rows
    assert [row.detail for row in rows] == [False, True]
    assert amounts(rows[0]) == [Decimal("6420.00"), Decimal("100.00"), Decimal("50.00")]
    assert label(rows[1]) == "应缴"
    assert amounts(rows[1]) == [Decimal("1027.20"), Decimal("513.60")]


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("10", "1", ""),
        ("31", "1", "补缴"),
        ("20", "1", "退收"),
        ("40", "1", "一次性缴费"),
        ("10", "0", "未足额"),
        ("10", "3", "在途"),
        ("31", "0", "补缴 未足额"),
        ("104", "1", "其他应缴类型"),
        ("10", "9", "到账状态不明"),
    ],
)
def test_a_row_is_marked_unless_it_is_ordinary_and_paid_in_full(
    kind: str, status: str, words: str
) -> None:
    document = statement([contribution(Month(2026, 5), kind=kind, status=status)])
    row = table(document, "按月明细").groups[0].rows[0]
    assert next(cell.text for cell in row.cells if isinstance(cell, MarkCell)) == words


def test_months_are_counted_once_and_only_when_paid_in_full() -> None:
    month = Month(2026, 5)
    rows = [
        contribution(month),
        contribution(month, kind="34"),
        contribution(month.plus(1), status="0", paid=("1.00", "1.00")),
        contribution(month.plus(2), kind="20"),
        contribution(month.plus(3)),
        replace(contribution(month.plus(3)), kind="20", settled=month.plus(4)),
    ]
    line = table(statement(rows), "按险种合计").groups[0].rows[0]
    assert next(cell.value for cell in line.cells if isinstance(cell, CountCell)) == 1


@pytest.mark.parametrize("sign", [1, -1])
def test_a_refund_is_below_nought_in_its_row_and_in_every_sum(sign: int) -> None:
    paid = contribution(Month(2026, 5))
    back = replace(paid, kind="20", employee_paid=sign * paid.employee_paid / 2)
    document = statement([paid, replace(back, employer_paid=sign * paid.employer_paid)])
    left = paid.employee_paid / 2
    months = table(document, "按月明细")
    went = amounts(next(row for row in months.groups[0].rows if amounts(row)[1] < 0))
    assert went[1:] == [-paid.employer_paid, -paid.employee_paid / 2]
    assert months.total is not None
    assert amounts(months.total) == [0, left]
    assert amounts(table(document, "按险种合计").groups[0].rows[0]) == [0, left, left]


def test_every_spell_of_employment_names_its_employer_and_months() -> None:
    first = WINDOW.first
    rows = [contribution(first.plus(n), employer="E1") for n in (0, 1, 2, 6, 7)]
    rows += [contribution(first.plus(4), employer="E9"), contribution(first.plus(9), employer="")]
    spells = table(statement(rows), "缴费单位").groups[0].rows
    said = [[cell.text for cell in row.cells if cell] for row in spells]
    assert said == [
        ["1 本人缴费（没有单位）", "2024-08 至 2024-08", "1"],
        ["2 示例精密仪器有限公司", "2024-05 至 2024-06", "2"],
        ["3 单位编号 E9", "2024-03 至 2024-03", "1"],
        ["2 示例精密仪器有限公司", "2023-11 至 2024-01", "3"],
    ]


@pytest.mark.parametrize(
    ("reveal", "name", "number"),
    [
        ("screen", "张*三", "990***********012X"),
        ("receipt", "张晓三", "990***********012X"),
        ("report", "张晓三", "99010119850315012X"),
    ],
)
def test_as_much_of_the_holder_is_shown_as_the_medium_allows(
    reveal: str, name: str, number: str
) -> None:
    document = statement(reveal=reveal)  # type: ignore[arg-type]
    facts = {fact.label: fact.value for fact in document.facts}
    assert (facts["姓名"], facts["社会保障号码"]) == (name, number)
    if reveal == "screen":
        assert PERSON.name not in str([fact.value for fact in document.facts])


def test_nobodys_name_number_or_amount_is_in_a_documents_repr() -> None:
    text = repr(statement(career_with_marks()))
    for secret in (PERSON.name, PERSON.social_security_number, PERSON.person_id, "1145.60", CODE):
        assert secret not in text


def test_the_qr_content_is_the_address_and_the_code_and_nothing_else() -> None:
    assert statement().seal.url == VERIFY_URL + CODE


def test_the_time_on_the_paper_is_chinas() -> None:
    assert statement().foot.printed == "制单时间 2026-11-22 09:43"


def test_a_statement_without_records_says_so() -> None:
    document = statement([])
    assert [table.empty for table in document.tables] == ["查询时段内没有缴费记录。"]


def test_a_window_before_the_first_record_says_since_when_there_are_any() -> None:
    asked = Window(Month(1990, 1), Month(1999, 12))
    later = replace(material({Contribution: ()}, window=asked), contributed_since=Month(2004, 7))
    (table,) = entry("contributions").build(later, ISSUE, "report").tables
    assert table.empty == "查询时段内没有缴费记录。您的缴费记录自 2004 年 7 月开始。"
    within = replace(later, window=Window(Month(2004, 7), Month(2004, 7)))
    (table,) = entry("contributions").build(within, ISSUE, "report").tables
    assert table.empty == "查询时段内没有缴费记录。"


def test_the_digest_follows_the_content_and_not_the_seal() -> None:
    document = statement()
    other_code = replace(ISSUE, code="AAAA-AAAA-AAAA-AAAA-A")
    assert statement(issue=other_code).digest() == document.digest()
    rows = career()
    rows[5] = replace(rows[5], employee_paid=rows[5].employee_paid + Decimal("0.01"))
    assert statement(rows).digest() != document.digest()


def test_receipt_and_report_have_each_a_digest_that_stays_the_same() -> None:
    reveals: tuple[Reveal, ...] = get_args(Reveal)
    digests = [statement(reveal=reveal).digest() for reveal in reveals]
    assert digests == [statement(reveal=reveal).digest() for reveal in reveals]
    assert len(set(digests)) == len(reveals)
    # Even if nothing on them had to be masked.
    plain = statement()
    assert replace(plain, reveal="receipt").digest() != plain.digest()


@pytest.mark.slow
def test_the_digest_is_the_same_in_another_run() -> None:
    script = "from tests.printing.samples import statement; print(statement().digest())"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, text=True
    )
    assert done.stdout.strip() == statement().digest()


def test_the_digest_covers_every_word_around_the_rows() -> None:
    document = statement()
    first, *others = document.tables
    tables = [
        replace(first, heading="x"),
        replace(first, unit="x"),
        replace(first, legend="x"),
        replace(first, empty="x"),
        replace(first, groups=(replace(first.groups[0], label="x"),)),
    ]
    changed = [
        document,
        replace(document, statement="x"),
        replace(document, title="x"),
        replace(document, subtitle="x"),
        replace(document, agency="x"),
        replace(document, notes=()),
        *(replace(document, tables=(table, *others)) for table in tables),
    ]
    assert len({each.digest() for each in changed}) == len(changed)


def test_a_control_character_in_a_record_is_refused_when_the_document_is_built() -> None:
    with pytest.raises(TextRefusedError) as caught:
        statement(person=replace(PERSON, name="张\x1b三"))
    assert caught.value.place == "姓名"


def test_a_statement_is_found_by_name_and_an_unknown_one_is_named() -> None:
    assert entry("contributions") is STATEMENTS["contributions"]
    with pytest.raises(UnknownStatementError) as caught:
        entry("pensions")
    assert (caught.value.code, caught.value.known) == ("statement.unknown", tuple(STATEMENTS))


def test_a_window_of_one_month_is_that_month() -> None:
    window = Window.ending(Month(2026, 10), 1)
    assert window.first == window.last == Month(2026, 10)


def gaps(
    rows: list[Contribution],
    since: Month | None,
    retired: Month | None = None,
    moved: tuple[Transfer, ...] = (),
) -> list[str]:
    person = replace(PERSON, retired_on=retired.first_day if retired else None)
    read = {Contribution: tuple(rows), Transfer: moved}
    known = replace(material(read, person=person), contributed_since=since)
    notes = entry("contributions").build(known, ISSUE, "receipt").notes
    return [note for note in notes if "没有缴费记录的月份" in note or "外地转入" in note]


def test_months_of_which_nothing_is_recorded_are_named_where_only_payments_stand() -> None:
    away = (Month(2024, 10), Month(2025, 4), Month(2025, 5))
    rows = [row for row in career() if row.month not in away]
    assert gaps(rows, Month(2004, 7)) == [
        "查询时段内没有缴费记录的月份：2024-10；2025-04 至 2025-05，共 3 个月。"
    ]
    assert gaps(career(), Month(2004, 7)) == []
    late = [row for row in rows if row.month > Month(2025, 1)]
    assert gaps(late, Month(2025, 2)) == [
        "查询时段内没有缴费记录的月份：2025-04 至 2025-05，共 2 个月。"
    ]
    assert gaps(late, Month(2025, 2), Month(2025, 4)) == []  # a pensioner's are none
    assert gaps(rows, None) == []
    brought = Transfer(
        person_id=PERSON.person_id,
        transfer_number="Z1",
        direction="1",
        line="110",
        state="5",
        accepted_on=date(2025, 6, 1),
        first=Month(2025, 3),
        last=Month(2025, 4),
    )
    assert gaps(rows, Month(2004, 7), moved=(brought,))[1:] == [
        "其中外地转入的月份：2025-04，共 1 个月。"
    ]
