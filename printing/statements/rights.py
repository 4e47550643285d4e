"""个人权益记录单: a year of contributions and of the account, and the months in all.

The columns of the account are those of GB/T 40217-2021 table 6. Its months (历年缴纳月数) are
those at the end of the year, the months in all those on the day of the data: each heading says so.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final, cast

from archive.figures.account import AccountLine
from archive.figures.catalogue import CATALOGUE, NOT_WHOLE
from archive.figures.figure import Figure, Unknown
from archive.model import AccountYear, Contribution, Transfer, YearsOfInsurance
from archive.months import PAID, month_states
from archive.values import Month
from printing.document import (
    AmountCell,
    Column,
    CountCell,
    Document,
    Group,
    Kind,
    Reveal,
    Row,
    Table,
    TextCell,
)
from printing.statements import account
from printing.statements.common import (
    DELAY,
    QUERY,
    amount_cell,
    basis_note,
    count_cell,
    line_cell,
    line_short,
    long_day,
    nothing,
    outside,
    paper,
    plain,
    reasons,
    retired_note,
    rule_note,
)
from printing.statements.issue import IssueFacts, Window
from printing.statements.marks import SHORT, MonthMarks, bringing, legend, lines_in, unmarked
from printing.statements.material import Material
from printing.statements.registry import Section, Statement

_RULES: Final = ("paper.marks", "paper.months", "paper.amounts")
_MONTHS_RULE: Final = "累计月数 = 实际缴费月数 + 视同缴费月数；同一险种同一月份只计一次。"


def build(material: Material, issue: IssueFacts, reveal: Reveal) -> Document:
    """The last whole year of the window."""
    last = material.window.last
    year = last.year if last.number == 12 else last.year - 1
    rows = [row for row in material.of(Contribution) if row.month.year == year]
    # Marks of months would say of each that nothing was due.
    moved = () if material.never(Contribution) else material.of(Transfer)
    span = Window(Month(year, 1), Month(year, 12))
    marked: tuple[Contribution | Transfer, ...] = (*rows, *bringing(span, moved))
    counts = material.figures("months")
    retirement = material.retirement(Month(year, 12))
    accounts = _accounts(material, year)
    return paper(
        STATEMENT.name,
        STATEMENT.title["zh"],
        f"{year} 年度",
        material,
        issue,
        reveal,
        tables=[
            _account(accounts, year),
            *_contributions(
                rows,
                moved,
                year,
                retirement,
                outside(material, Month(year, 12)),
            ),
            _months(counts, material.day),
        ],
        notes=(
            QUERY,
            DELAY,
            SHORT,
            *unmarked(moved),
            *retired_note(retirement),
            *([rule_note(_RULES, marked)] if marked else []),
            *_notes(counts, accounts),
        ),
    )


STATEMENT: Final = Statement(
    name="rights",
    title={"zh": "社会保险个人权益记录单", "en": "Yearly statement of rights"},
    about={"zh": "上一年度的缴费、账户和累计月数", "en": "Last year on one page"},
    section=Section.INSURANCE,
    place=3,
    needs=CATALOGUE["account"].reads,
    build=build,
    months=12,
    spans="year",
)


_Accounts = list[tuple[Figure[object], AccountLine]]


def _accounts(material: Material, year: int) -> _Accounts:
    """Each account that has that year, and the year."""
    return [
        (figure, line)
        for figure in account.accounts(material)
        for line in account.years(figure)
        if line.year == year
    ]


def _account(accounts: _Accounts, year: int) -> Table:
    return plain(
        f"个人账户（{year} 年末）",
        (
            Column("险种", Kind.TEXT),
            Column("年初账户金额", Kind.AMOUNT),
            Column("当年记入本金", Kind.AMOUNT),
            Column("当年记入利息", Kind.AMOUNT),
            Column("本年账户支出", Kind.AMOUNT),
            Column("年末账户金额", Kind.AMOUNT),
            Column("历年缴纳月数", Kind.COUNT),
        ),
        (
            Row(
                (
                    TextCell(line_short(figure.name.partition(":")[2])),
                    amount_cell(line.opening),
                    amount_cell(line.principal),
                    amount_cell(line.interest),
                    amount_cell(line.paid_out),
                    amount_cell(line.closing),
                    count_cell(line.months_so_far),
                )
            )
            for figure, line in accounts
        ),
        "这一年没有个人账户记录。",
        of=(AccountYear, Contribution),
        unit="元",
    )


def _contributions(
    rows: Sequence[Contribution],
    transfers: Iterable[Transfer],
    year: int,
    retirement: Month | None,
    before: str,
) -> Iterable[Table]:
    moved, months = tuple(transfers), Window(Month(year, 1), Month(year, 12))
    lines = lines_in(months, rows, moved)
    marks = {line: MonthMarks(line, rows, moved, retirement=retirement) for line in lines}
    if not lines:
        yield nothing("本年缴费", f"{year} 年没有缴费记录。{before}", (Contribution,))
        return
    yield Table(
        "按月缴费标记",
        (Column("险种", Kind.TEXT), *(Column(f"{m.number}月", Kind.TEXT) for m in months)),
        (
            Group(
                "",
                tuple(
                    Row((TextCell(line_short(line)), *map(own.of, months)))
                    for line, own in marks.items()
                ),
            ),
        ),
        legend=legend(retirement),
        wide_only=True,
    )
    yield Table(
        "按月缴费标记",
        (
            Column("月份", Kind.TEXT),
            *(Column(line_short(line), Kind.TEXT, line_short(line)[0]) for line in lines),
        ),
        (
            Group(
                "",
                tuple(
                    Row((TextCell(month.label), *(own.of(month) for own in marks.values())))
                    for month in months
                ),
            ),
        ),
        legend=legend(retirement),
        narrow_only=True,
    )
    if rows:
        yield _amounts(rows)


def _amounts(rows: Sequence[Contribution]) -> Table:
    lines = sorted({row.line for row in rows})
    own = [[row for row in rows if row.line == line] for line in lines]
    return Table(
        "本年缴费金额",
        (
            Column("险种", Kind.TEXT),
            Column("月数", Kind.COUNT),
            Column("单位缴费", Kind.AMOUNT, "单位"),
            Column("个人缴费", Kind.AMOUNT, "个人"),
            Column("合计", Kind.AMOUNT, derived=True),
        ),
        (
            Group(
                "",
                tuple(
                    Row((line_cell(line), CountCell(_full(some, line)), *_paid(some)))
                    for line, some in zip(lines, own, strict=True)
                ),
            ),
        ),
        total=Row((TextCell("合计"), None, *_paid(rows))),
        unit="元",
    )


def _full(rows: Iterable[Contribution], line: str) -> int:
    return sum(state in PAID for state in month_states(rows, line).values())


def _paid(rows: Iterable[Contribution]) -> tuple[AmountCell, AmountCell, AmountCell]:
    found = tuple(rows)
    employer = sum((row.signed(row.employer_paid) for row in found), Decimal("0.00"))
    employee = sum((row.signed(row.employee_paid) for row in found), Decimal("0.00"))
    return AmountCell(employer), AmountCell(employee), AmountCell(employer + employee)


def _by_line(counts: Iterable[Figure[object]]) -> dict[str, list[int | Unknown]]:
    """Paid, deemed, interrupted and total of each line."""
    lines: dict[str, list[int | Unknown]] = {}
    for figure in counts:
        lines.setdefault(figure.name.partition(":")[2], []).append(
            cast("int | Unknown", figure.value)
        )
    return lines


def _months(counts: Iterable[Figure[object]], day: date) -> Table:
    return plain(
        f"累计缴费月数（截至 {long_day(day)}）",
        (
            Column("险种", Kind.TEXT),
            Column("实际缴费", Kind.COUNT, "实际"),
            Column("视同缴费", Kind.COUNT, "视同"),
            Column("中断", Kind.COUNT),
            Column("累计", Kind.COUNT),
        ),
        (
            Row((line_cell(line), *map(count_cell, values)))
            for line, values in _by_line(counts).items()
        ),
        "没有缴费月数记录。",
        of=(Contribution, YearsOfInsurance),
    )


def _elsewhere(counts: Iterable[Figure[object]]) -> Iterable[str]:
    """Months that came from another region are the agency's to count: each line says how many."""
    for figure in counts:
        name, _, line = figure.name.partition(":")
        if name == "months.paid":
            yield from (
                f"{line_short(line)}：{note.zh}" for note in figure.notes if note != NOT_WHOLE
            )


def _notes(counts: Sequence[Figure[object]], accounts: _Accounts) -> Iterable[str]:
    yield from account.notes((figure for figure, _ in accounts), (line for _, line in accounts))
    if counts:
        yield _MONTHS_RULE
        yield basis_note(*counts)
    yield from _elsewhere(counts)
    unknown = [
        value
        for values in _by_line(counts).values()
        for value in values
        if isinstance(value, Unknown)
    ]
    yield from reasons(unknown)
