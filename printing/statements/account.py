"""个人账户: the personal pension account year by year, with the interest that the rule gives."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, cast

from archive.figures.account import AccountLine
from archive.figures.catalogue import CATALOGUE
from archive.figures.figure import Figure, Unknown
from archive.model import AccountYear, Contribution
from printing.document import Cell, Column, Document, Kind, Reveal, Row, Table, TextCell
from printing.statements.common import (
    NOT_KNOWN,
    QUERY,
    amount_cell,
    basis_note,
    count_cell,
    line_label,
    nothing,
    paper,
    plain,
    reasons,
)
from printing.statements.issue import IssueFacts
from printing.statements.material import Material
from printing.statements.registry import Section, Statement

_RULE: Final = (
    "年末储存额 = 年初储存额 + 本年本金 + 本年利息 - 本年支出；利息按月积数法和国家公布的"
    "当年记账利率计算。利率未公布或未录入的年份，利息不详，公布后补算。"
)


def build(material: Material, issue: IssueFacts, reveal: Reveal) -> Document:
    """Every year of each account, the newest first."""
    figures = accounts(material)
    return paper(
        STATEMENT.name,
        STATEMENT.title["zh"],
        "逐年明细",
        material,
        issue,
        reveal,
        tables=[_table(figure) for figure in figures]
        or [nothing("个人账户", "没有查到您的个人账户记录。", (AccountYear, Contribution))],
        notes=(QUERY, *notes(figures, (line for one in figures for line in years(one)))),
    )


STATEMENT: Final = Statement(
    name="account",
    title={"zh": "养老保险个人账户明细", "en": "Personal pension account"},
    about={"zh": "历年本金、利息和储存额", "en": "Principal, interest and balance by year"},
    section=Section.BENEFITS,
    place=1,
    needs=CATALOGUE["account"].reads,
    build=build,
)


def accounts(material: Material) -> list[Figure[object]]:
    """The accounts of which anything is recorded."""
    return [one for one in material.figures("account") if not isinstance(one.value, Unknown)]


def years(figure: Figure[object]) -> tuple[AccountLine, ...]:
    """The years of an account, the earliest first."""
    return cast("tuple[AccountLine, ...]", figure.value)


def notes(figures: Iterable[Figure[object]], shown: Iterable[AccountLine]) -> Iterable[str]:
    """The rule, the rows, and why what is not known in the years that are shown is not."""
    found = tuple(figures)
    if not found:
        return
    yield _RULE
    yield from map(basis_note, found)
    amounts = [(y.opening, y.principal, y.interest, y.paid_out) for y in shown]
    yield from reasons(amount for row in amounts for amount in row)


def _table(figure: Figure[object]) -> Table:
    own = years(figure)
    # An account nobody has drawn from needs no column that says so in every year.
    pays = any(year.paid_out != Decimal(0) for year in own)
    columns = (
        Column("年度", Kind.TEXT),
        Column("年初储存额", Kind.AMOUNT, "年初", derived=True, listed=True),
        Column("本年本金", Kind.AMOUNT, "本金"),
        # A figure to the eye: it ends below its like, away from the amount before it.
        Column("利率", Kind.COUNT, derived=True, listed=True),
        Column("本年利息", Kind.AMOUNT, "利息"),
        Column("本年支出", Kind.AMOUNT, "支出"),
        Column("年末储存额", Kind.AMOUNT, "年末"),
        Column("累计月数", Kind.COUNT, "月数"),
    )
    kept = [at for at, column in enumerate(columns) if pays or column.heading != "本年支出"]
    return plain(
        line_label(figure.name.partition(":")[2]),
        tuple(columns[at] for at in kept),
        (Row(tuple(_cells(year)[at] for at in kept)) for year in reversed(own)),
        unit="元",
        legend="" if pays else "各年都没有支出。",
    )


def _cells(year: AccountLine) -> tuple[Cell, ...]:
    return (
        TextCell(str(year.year)),
        amount_cell(year.opening),
        amount_cell(year.principal),
        TextCell(NOT_KNOWN if year.percent is None else f"{year.percent}%"),
        amount_cell(year.interest),
        amount_cell(year.paid_out),
        amount_cell(year.closing),
        count_cell(year.months_so_far),
    )
