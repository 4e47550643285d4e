"""缴费明细: what was paid month by month, line by line, by whom.

Amounts are those that arrived (AAE080, AAE082); where less arrived than was due, a row below says
what was due (AAE020, AAE022). So the sums are sums of money that is there.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Final

from archive.model import REFUND, Contribution, Employer, Transfer
from archive.months import IN_FULL, ORDINARY, PAID, brought_months, month_states
from archive.values import Month
from printing.document import (
    AmountCell,
    Column,
    CountCell,
    Document,
    Group,
    Kind,
    Mark,
    MarkCell,
    MonthCell,
    PartyCell,
    Reveal,
    Row,
    Table,
    TextCell,
)
from printing.statements.common import (
    DELAY,
    QUERY,
    employer_name,
    line_label,
    line_short,
    nothing,
    outside,
    paper,
    retired_note,
    rule_note,
)
from printing.statements.issue import IssueFacts, Window
from printing.statements.material import Material
from printing.statements.registry import Section, Statement

_BACK: Final = Mark("补", "补缴")
_KINDS: Final = {
    REFUND: Mark("退", "退收"),
    **dict.fromkeys(("31", "32", "33", "34", "35"), _BACK),
    "40": Mark("趸", "一次性缴费"),
}
_STATUS: Final = {
    "0": Mark("欠", "未足额"),
    "2": Mark("断", "中断"),
    "3": Mark("途", "在途"),
}
_OTHER_KIND: Final = Mark("他", "其他应缴类型")
_OTHER_STATUS: Final = Mark("疑", "到账状态不明")
_RULES: Final = ("paper.months", "paper.amounts")
_OF_SPELLS: Final = "paper.spells"
"""Of a table that no receipt has."""


def build(material: Material, issue: IssueFacts, reveal: Reveal) -> Document:
    """The contributions that fall into the material's window, the newest month first."""
    window = material.window
    rows = sorted((c for c in material.of(Contribution) if c.month in window), key=_order)
    parties = _parties(rows, material.employers)
    return paper(
        STATEMENT.name,
        STATEMENT.title["zh"],
        f"{window.label}，共 {window.months} 个月",
        material,
        issue,
        reveal,
        tables=_tables(rows, parties) if rows else (_nothing(material),),
        notes=(
            QUERY,
            DELAY,
            *_gaps(material, rows),
            *retired_note(material.retirement(window.last)),
            *([rule_note(_rules(reveal), rows)] if rows else []),
        ),
    )


STATEMENT: Final = Statement(
    name="contributions",
    title={"zh": "社会保险缴费明细", "en": "Contribution statement"},
    about={"zh": "按月列出各险种的缴费基数和金额", "en": "Month by month, line by line"},
    section=Section.INSURANCE,
    place=1,
    needs=(Contribution, Transfer),
    undated=(Transfer,),
    build=build,
    within_window=True,
    spans="months",
)


def _rules(reveal: Reveal) -> tuple[str, ...]:
    return _RULES if reveal == "receipt" else (*_RULES, _OF_SPELLS)


def _order(contribution: Contribution) -> tuple[int, str, str, int, str]:
    c = contribution
    return (-int(c.month), c.line, c.kind, int(c.settled), c.employer_id)


def _parties(
    rows: Sequence[Contribution], employers: Mapping[str, Employer]
) -> dict[str, PartyCell]:
    """Number the employers in the order in which the paper names them."""
    parties: dict[str, PartyCell] = {}
    for row in rows:
        if row.employer_id not in parties:
            name = employer_name(row.employer_id, employers)
            parties[row.employer_id] = PartyCell(len(parties) + 1, name)
    return parties


def _nothing(material: Material) -> Table:
    said = f"查询时段内没有缴费记录。{outside(material, material.window.last)}"
    return nothing("按月明细", said, (Contribution,))


def _tables(rows: Sequence[Contribution], parties: Mapping[str, PartyCell]) -> tuple[Table, ...]:
    return (_by_line(rows), _employment(rows, parties), _by_month(rows, parties))


def _sum(amounts: Iterable[Decimal]) -> AmountCell:
    return AmountCell(sum(amounts, Decimal("0.00")))


def _paid(rows: Sequence[Contribution]) -> tuple[AmountCell, AmountCell]:
    return (
        _sum(row.signed(row.employer_paid) for row in rows),
        _sum(row.signed(row.employee_paid) for row in rows),
    )


def _by_line(rows: Sequence[Contribution]) -> Table:
    """What each line of insurance adds up to: the answer most people came for."""
    lines = []
    for line in sorted({row.line for row in rows}):
        own = [row for row in rows if row.line == line]
        months = sum(state in PAID for state in month_states(own, line).values())
        employer, employee = _paid(own)
        both = AmountCell(employer.value + employee.value)
        name = line_label(line)
        lines.append(
            Row((TextCell(name, line_short(line)), CountCell(months), employer, employee, both))
        )
    employer, employee = _paid(rows)
    both = AmountCell(employer.value + employee.value)
    return Table(
        heading="按险种合计",
        unit="元",
        columns=(
            Column("险种", Kind.TEXT),
            Column("月数", Kind.COUNT),
            Column("单位缴费", Kind.AMOUNT, "单位"),
            Column("个人缴费", Kind.AMOUNT, "个人"),
            Column("合计", Kind.AMOUNT, derived=True),
        ),
        groups=(Group("", tuple(lines)),),
        total=Row((TextCell("合计"), None, employer, employee, both)),
    )


def _employment(rows: Sequence[Contribution], parties: Mapping[str, PartyCell]) -> Table:
    """Each stretch of months with a record of an employer, paid or not, the newest first."""
    months: dict[str, set[Month]] = {}
    for row in rows:
        months.setdefault(row.employer_id, set()).add(row.month)
    spells = [
        (last, first, employer) for employer, own in months.items() for first, last in _spells(own)
    ]
    return Table(
        heading="缴费单位",
        columns=(
            Column("单位名称", Kind.PARTY),
            Column("起止月份", Kind.TEXT),
            Column("有记录月数", Kind.COUNT, "月数"),
        ),
        groups=(
            Group(
                "",
                tuple(
                    Row(
                        (
                            parties[employer],
                            TextCell(Window(first, last).label),
                            CountCell(Window(first, last).months),
                        )
                    )
                    for last, first, employer in sorted(spells, reverse=True)
                ),
            ),
        ),
        wide_only=True,
    )


def _spells(months: set[Month]) -> list[tuple[Month, Month]]:
    """Runs of consecutive months, as first and last."""
    runs: list[tuple[Month, Month]] = []
    for month in sorted(months):
        if runs and runs[-1][1].plus(1) == month:
            runs[-1] = (runs[-1][0], month)
        else:
            runs.append((month, month))
    return runs


def _gaps(material: Material, rows: Sequence[Contribution]) -> Iterable[str]:
    """The months of which nothing is recorded: a table of what was paid does not show them."""
    window, since = material.window, material.contributed_since
    last = min(window.last, Month.of(material.day))
    retired = material.retirement(last)
    if not rows or since is None or since > last:
        return
    paid = {row.month for row in rows}
    missing = {
        month
        for month in Window(max(window.first, since), last)
        if month not in paid and not (retired and month >= retired)
    }
    if missing:
        yield f"查询时段内没有缴费记录的月份：{_told(missing)}，共 {len(missing)} 个月。"
    moved = material.of(Transfer)
    if elsewhere := missing & {m for one in moved for m in brought_months(moved, one.line)}:
        yield f"其中外地转入的月份：{_told(elsewhere)}，共 {len(elsewhere)} 个月。"


def _told(months: set[Month]) -> str:
    spells = (
        first.label if first == last else Window(first, last).label
        for first, last in _spells(months)
    )
    return "；".join(spells)


def _by_month(rows: Sequence[Contribution], parties: Mapping[str, PartyCell]) -> Table:
    groups = [
        _year(year, tuple(own), parties) for year, own in groupby(rows, key=lambda r: r.month.year)
    ]
    used = {mark: None for row in rows for mark in _marks(row)}
    return Table(
        heading="按月明细",
        unit="元",
        columns=(
            Column("月份", Kind.MONTH),
            Column("险种", Kind.TEXT),
            Column("缴费单位", Kind.PARTY),
            Column("缴费基数", Kind.AMOUNT, "基数"),
            Column("单位缴费", Kind.AMOUNT, "单位"),
            Column("个人缴费", Kind.AMOUNT, "个人"),
            Column("备注", Kind.MARK),
        ),
        groups=tuple(groups),
        total=_sums("合计", rows),
        legend="　".join(f"{mark.short}：{mark.label}" for mark in used),
    )


def _year(year: int, rows: Sequence[Contribution], parties: Mapping[str, PartyCell]) -> Group:
    cells = tuple(row for c in rows for row in _rows(c, parties[c.employer_id]))
    return Group(f"{year}年", cells, _sums(f"{year}年小计", rows))


def _sums(label: str, rows: Sequence[Contribution]) -> Row:
    return Row((TextCell(label), None, None, None, *_paid(rows), None))


@cache
def _line(line: str) -> TextCell:
    """One cell for all rows of a line: forty years have thousands."""
    return TextCell(line_short(line))


def _rows(contribution: Contribution, party: PartyCell) -> tuple[Row, ...]:
    c = contribution
    paid = Row(
        (
            MonthCell(c.month),
            _line(c.line),
            party,
            AmountCell(c.base),
            AmountCell(c.signed(c.employer_paid)),
            AmountCell(c.signed(c.employee_paid)),
            MarkCell(_marks(c)),
        )
    )
    if (c.employer_due, c.employee_due) == (c.employer_paid, c.employee_paid):
        return (paid,)
    due = (AmountCell(c.signed(c.employer_due)), AmountCell(c.signed(c.employee_due)))
    return paid, Row((None, TextCell("应缴"), None, None, *due, None), detail=True)


def _marks(contribution: Contribution) -> tuple[Mark, ...]:
    marks = []
    if contribution.kind != ORDINARY:
        marks.append(_KINDS.get(contribution.kind, _OTHER_KIND))
    if contribution.status != IN_FULL:
        marks.append(_STATUS.get(contribution.status, _OTHER_STATUS))
    return tuple(marks)
