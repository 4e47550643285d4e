"""待遇发放: what was paid of a benefit, month by month with the days, or by year."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from typing import Final

from archive.model import BenefitPayment
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
from printing.statements.common import day_cell, month_cell, nothing, plain

_NOTHING: Final = Decimal("0.00")
_DAY: Final = 3
"""The column of the day of payment."""


def payments(heading: str, paid: Iterable[BenefitPayment], empty: str) -> Iterator[Table]:
    """Each item, the latest month first; on narrow paper the days have a table of their own."""
    rows = sorted(paid, key=lambda row: (-int(row.month), row.item))
    if not rows:
        yield nothing(heading, empty)
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
        "",
        unit="元",
    )


def _days(rows: Sequence[BenefitPayment]) -> Table:
    """When each month was paid, or each item where the days of a month differ."""
    days = {(row.month, row.paid_on): row for row in rows}
    apart = len(days) > len({row.month for row in rows})
    item = (Column("待遇项目", Kind.TEXT),) if apart else ()
    found = (
        Row((month_cell(row.month), *([TextCell(_item(row))] if apart else []), _paid_on(row)))
        for row in (rows if apart else days.values())
    )
    columns = (Column("月份", Kind.TEXT), *item, Column("发放日期", Kind.TEXT))
    return Table("发放日期", columns, (Group("", tuple(found)),), narrow_only=True)


def _payment(row: BenefitPayment) -> Row:
    item = TextCell(_item(row))
    return Row((MonthCell(row.month), item, AmountCell(row.amount), _paid_on(row)))


def _item(row: BenefitPayment) -> str:
    back = f"（补发 {row.back_months} 个月）" if row.back_months else ""
    return f"{row.item_name or row.item}{back}"


def _paid_on(row: BenefitPayment) -> TextCell:
    return day_cell(row.paid_on)


def _sum(label: str, rows: Iterable[BenefitPayment]) -> Row:
    total = sum((row.amount for row in rows), _NOTHING)
    return Row((TextCell(label), None, AmountCell(total), None))
