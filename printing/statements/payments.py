"""待遇发放: how a benefit stands, what was paid of it month by month with the days, or by year."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from typing import Final

from archive.model import Benefit, BenefitPayment
from printing.document import (
    AmountCell,
    Column,
    CountCell,
    Group,
    Kind,
    MonthCell,
    Row,
    Table,
    TextCell,
)
from printing.statements.common import day_cell, label_cell, month_cell, nothing, plain

_NOTHING: Final = Decimal("0.00")
_DAY: Final = 3
"""The column of the day of payment."""
_ITEM: Final = 2
"""That of the item, in the table of days."""


def entitlements(heading: str, benefits: Iterable[Benefit], empty: str) -> Table:
    """How each stands, the latest first, and why it stopped."""
    return plain(
        heading,
        (
            Column("享受开始年月", Kind.TEXT),
            Column("发放状态", Kind.TEXT),
            Column("停发日期", Kind.TEXT),
            Column("停发原因", Kind.TEXT),
            Column("当前月标准", Kind.AMOUNT, "月标准"),
        ),
        (
            Row(
                (
                    month_cell(row.first_month),
                    label_cell("aae170", row.state),
                    day_cell(row.suspended_on) if row.suspended_on else None,
                    TextCell(row.reason) if row.reason else None,
                    AmountCell(row.amount) if row.amount is not None else None,
                )
            )
            for row in sorted(benefits, key=lambda row: row.first_month, reverse=True)
        ),
        empty,
        of=(Benefit,),
        unit="元",
    )


def payments(heading: str, paid: Iterable[BenefitPayment], empty: str) -> Iterator[Table]:
    """Each item, the latest month first; on narrow paper the days have a table of their own."""
    rows = sorted(paid, key=lambda row: (-int(row.month), row.item))
    if not rows:
        yield nothing(heading, empty, (BenefitPayment,))
        return
    groups = tuple(
        Group(f"{year}年", tuple(map(_payment, own)), _sum(f"{year}年小计", own))
        for year, own in (
            (year, tuple(some)) for year, some in groupby(rows, key=lambda row: row.month.year)
        )
    )
    wide = Table(
        heading,
        (
            Column("月份", Kind.MONTH),
            Column("待遇项目", Kind.TEXT),
            Column("金额", Kind.AMOUNT),
            Column("发放日期", Kind.TEXT),
        ),
        groups,
        total=_sum("合计", rows),
        unit="元",
        wide_only=True,
    )
    yield wide
    yield replace(wide.without(_DAY), wide_only=False, narrow_only=True)
    yield _days(rows)


def payments_by_year(heading: str, paid: Iterable[BenefitPayment]) -> Table:
    """What each item came to in a year, and in how many payments."""
    years: dict[tuple[int, str], list[Decimal]] = {}
    for row in sorted(paid, key=lambda row: (-row.month.year, row.item)):
        years.setdefault((row.month.year, _item(row)), []).append(row.amount)
    return plain(
        heading,
        (
            Column("年度", Kind.TEXT),
            Column("待遇项目", Kind.TEXT),
            Column("次数", Kind.COUNT),
            Column("金额", Kind.AMOUNT),
        ),
        (
            Row(
                (
                    TextCell(str(year)),
                    TextCell(item),
                    CountCell(len(own)),
                    AmountCell(sum(own, _NOTHING)),
                )
            )
            for (year, item), own in years.items()
        ),
        unit="元",
    )


def _days(rows: Sequence[BenefitPayment]) -> Table:
    """When each month was paid; in one whose items differ, when each of them was."""
    found: list[Row] = []
    for month, some in groupby(rows, key=lambda row: row.month):
        own = tuple(some)
        days = dict.fromkeys(row.paid_on for row in own)
        cells = [(own[0], None)] if len(days) == 1 else [(row, TextCell(_item(row))) for row in own]
        found += [Row((month_cell(month), day_cell(row.paid_on), item)) for row, item in cells]
    columns = [
        Column("月份", Kind.TEXT),
        Column("发放日期", Kind.TEXT),
        Column("待遇项目", Kind.TEXT),
    ]
    table = Table("发放日期", tuple(columns), (Group("", tuple(found)),), narrow_only=True)
    return table if any(row.cells[_ITEM] for row in found) else table.without(_ITEM)


def _payment(row: BenefitPayment) -> Row:
    item = TextCell(_item(row))
    return Row((MonthCell(row.month), item, AmountCell(row.amount), day_cell(row.paid_on)))


def _item(row: BenefitPayment) -> str:
    back = f"（补发 {row.back_months} 个月）" if row.back_months else ""
    return f"{row.item_name or row.item}{back}"


def _sum(label: str, rows: Iterable[BenefitPayment]) -> Row:
    total = sum((row.amount for row in rows), _NOTHING)
    return Row((TextCell(label), None, AmountCell(total), None))
