"""参保证明: whether a person is insured now, and the months of the last two years.

After the individual certificate of Zhejiang (2017): state of each line, employers, months.
For a person who is not insured kiosks print a variant of their own; nothing says that an issuer
calls that a certificate, so here it is a notice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Final

from archive.model import REFUND, Contribution, Employer, Registration, Transfer
from archive.values import Month
from printing.document import (
    Cell,
    Column,
    Document,
    Group,
    Kind,
    Reveal,
    Row,
    Table,
    TextCell,
)
from printing.statements.common import (
    DELAY,
    NOT_DELIVERED,
    OBJECT,
    QUERY,
    amount_cell,
    employer_name,
    label_cell,
    line_cell,
    line_short,
    long_day,
    month_cell,
    nothing,
    outside,
    paper,
    plain,
    retired_note,
    rule_note,
)
from printing.statements.issue import IssueFacts
from printing.statements.marks import SHORT, MonthMarks, bringing, legend, lines_in, unmarked
from printing.statements.material import Material
from printing.statements.registry import Section, Statement

_PENSION: Final = ("110", "120")
_AMOUNTS: Final = (2, 3)
"""The columns of base and own payment."""
_NOT_INSURED: Final = "0"
"""AAC008."""
_TELLING: Final = (Contribution, Registration)
"""A transfer tells nothing of whether somebody is insured."""
_OBJECT: Final = "对记录有疑问，请凭本单到经办机构窗口申请核查，或拨打 12333 咨询。"
"""Of who is insured nowhere, so that no place of insurance can be named."""


def build(material: Material, issue: IssueFacts, reveal: Reveal) -> Document:
    """The certificate, or the notice for a person who is not insured."""
    window = material.window
    contributions = [row for row in material.of(Contribution) if row.month in window]
    registrations = material.of(Registration)
    insured = bool(contributions) or any(row.status != _NOT_INSURED for row in registrations)
    # Where nothing was delivered nobody can say that the recorded place is wrong.
    named = insured or material.never(*_TELLING)
    return paper(
        STATEMENT.name,
        STATEMENT.title["zh"] if insured else STATEMENT.notice["zh"],
        f"{window.label}，共 {window.months} 个月" if insured else _uninsured(material),
        material,
        issue,
        reveal,
        tables=_tables(material, contributions, registrations) if insured else (_none(material),),
        notes=(
            *(() if insured else (QUERY,)),
            DELAY,
            *(_notes(material, contributions, registrations) if insured else ()),
        ),
        objection=OBJECT if named else _OBJECT,
        nature="certificate" if insured else "notice",
        insured=named,
    )


STATEMENT: Final = Statement(
    name="insured",
    title={"zh": "社会保险参保证明", "en": "Certificate of insurance"},
    about={
        "zh": "参保状态和最近 24 个月缴费情况",
        "en": "State of each line, the last 24 months",
    },
    section=Section.INSURANCE,
    place=2,
    needs=(Contribution, Registration, Transfer),
    undated=(Transfer,),
    build=build,
    months=24,
    within_window=True,
    spans="two_years",
    certificate=True,
    notice={"zh": "社会保险参保情况告知", "en": "Notice of insurance status"},
)


def _moved(material: Material) -> tuple[Transfer, ...]:
    """Where contributions never came, months beside those brought would look like gaps."""
    return () if material.never(Contribution) else material.of(Transfer)


def _uninsured(material: Material) -> str:
    return NOT_DELIVERED if material.never(*_TELLING) else "未参保"


def _notes(
    material: Material, contributions: Iterable[Contribution], registrations: Iterable[Registration]
) -> Iterable[str]:
    yield SHORT
    yield from unmarked(_moved(material))
    yield from retired_note(material.retirement(material.window.last))
    yield from _rules(material, contributions, registrations)


def _rules(
    material: Material, contributions: Iterable[Contribution], registrations: Iterable[Registration]
) -> Iterable[str]:
    if found := tuple(registrations):
        yield rule_note(("paper.states",), found)
    brought = bringing(material.window, _moved(material))
    rows: tuple[Contribution | Transfer, ...] = (*contributions, *brought)
    if rows:
        yield rule_note(("paper.marks", "paper.pension"), rows)


def _none(material: Material) -> Table:
    said = (
        f"截至 {long_day(material.day)}，本地没有您的参保登记；"
        f"{material.window.label} 没有缴费记录。"
    )
    return nothing("参保情况", said, _TELLING)


def _tables(
    material: Material, contributions: list[Contribution], registrations: Iterable[Registration]
) -> Iterable[Table]:
    yield _states(registrations, material.day)
    numbers = {
        employer: number
        for number, employer in enumerate(
            dict.fromkeys(row.employer_id for row in reversed(_in_order(contributions))), 1
        )
    }
    if contributions:
        yield _employers(numbers, material.employers)
    yield from _months(material, contributions, numbers)


def _in_order(contributions: Iterable[Contribution]) -> list[Contribution]:
    return sorted(contributions, key=lambda row: (row.month, row.line))


def _states(registrations: Iterable[Registration], day: date) -> Table:
    """The registration of each line that began last says how it stood on the day of the data."""
    latest = {row.line: row for row in sorted(registrations, key=lambda row: row.started)}
    return plain(
        f"参保状态（截至 {long_day(day)}）",
        (
            Column("险种", Kind.TEXT),
            Column("参保状态", Kind.TEXT),
            Column("缴费状态", Kind.TEXT),
            Column("首次参保", Kind.TEXT),
        ),
        (
            Row(
                (
                    line_cell(row.line),
                    label_cell("AAC008", row.status),
                    label_cell("AAC031", row.payment_status),
                    month_cell(row.first_month),
                )
            )
            for _, row in sorted(latest.items())
        ),
        "没有参保登记，以下为缴费记录。",
        of=(Registration,),
    )


def _employers(numbers: Mapping[str, int], employers: Mapping[str, Employer]) -> Table:
    return plain(
        "缴费单位",
        (Column("单位名称", Kind.TEXT),),
        (
            Row((TextCell(f"{number}　{employer_name(employer, employers)}"),))
            for employer, number in numbers.items()
        ),
    )


def _months(
    material: Material, contributions: list[Contribution], numbers: Mapping[str, int]
) -> Iterable[Table]:
    """Month by month, all in one table; on narrow paper the amounts have one of their own."""
    moved = _moved(material)
    retirement = material.retirement(material.window.last)
    lines = lines_in(material.window, contributions, moved)
    if not lines:
        said = f"这段时间没有缴费记录。{outside(material, material.window.last)}"
        yield nothing(_heading(material), said, (Contribution,))
        return
    marks = [MonthMarks(line, contributions, moved, retirement=retirement) for line in lines]
    months = sorted(material.window, reverse=True)
    paid = [_month(month, contributions, numbers) for month in months]
    wide = Table(
        _heading(material),
        (
            Column("月份", Kind.TEXT),
            Column("单位", Kind.TEXT, "号"),
            Column("养老缴费基数", Kind.AMOUNT, "养老基数"),
            Column("养老个人缴费", Kind.AMOUNT, "个人"),
            *(Column(line_short(line), Kind.TEXT, line_short(line)[0]) for line in lines),
        ),
        (
            Group(
                "",
                tuple(
                    Row((month_cell(month), *own, *(mark.of(month) for mark in marks)))
                    for month, own in zip(months, paid, strict=True)
                ),
            ),
        ),
        unit="元",
        legend=legend(retirement),
        wide_only=True,
    )
    yield wide
    yield replace(wide.without(*_AMOUNTS), unit="", wide_only=False, narrow_only=True)
    yield from _bases(months, [own[1:] for own in paid])


def _heading(material: Material) -> str:
    """Only months that end where the data end are the last ones."""
    window = material.window
    if window.last == Month.of(material.day):
        return f"最近 {window.months} 个月缴费情况"
    return f"{window.label} 缴费情况"


def _month(
    month: Month, contributions: list[Contribution], numbers: Mapping[str, int]
) -> tuple[Cell | None, ...]:
    """Employers of the month, and base and own payment of the pension line."""
    own = [row for row in contributions if row.month == month]
    pension = [row for row in own if row.line in _PENSION]
    base = max((row.base for row in pension if row.kind != REFUND), default=None)
    paid = sum((row.signed(row.employee_paid) for row in pension), Decimal(0)) if pension else None
    employers = dict.fromkeys(str(numbers[row.employer_id]) for row in own)
    return (
        TextCell("、".join(employers)) if own else None,
        amount_cell(base) if pension else None,
        amount_cell(paid) if pension else None,
    )


def _bases(months: Sequence[Month], amounts: Sequence[tuple[Cell | None, ...]]) -> Iterator[Table]:
    """For narrow paper: months in a row with the same base and own payment are told together."""
    runs = (
        (own, [month for month, _ in run])
        for own, run in groupby(zip(months, amounts, strict=True), key=itemgetter(1))
        if any(own)
    )
    rows = tuple(Row((month_cell(min(run)), month_cell(max(run)), *own)) for own, run in runs)
    if rows:
        yield Table(
            "养老缴费基数和个人缴费",
            (
                Column("起", Kind.TEXT),
                Column("止", Kind.TEXT),
                Column("缴费基数", Kind.AMOUNT, "基数"),
                Column("个人缴费", Kind.AMOUNT, "个人"),
            ),
            (Group("", rows),),
            unit="元",
            narrow_only=True,
        )
