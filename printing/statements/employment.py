"""就业失业登记: registrations of employment and unemployment, and unemployment benefit."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from archive.figures.catalogue import CATALOGUE
from archive.figures.figure import Missing, Unknown
from archive.model import Benefit, BenefitPayment, Employment, Unemployment, UnemploymentGrant
from printing.document import Column, Document, Kind, Reveal, Row, Table, TextCell
from printing.statements.common import (
    NOT_KNOWN,
    QUERY,
    amount_cell,
    basis_note,
    count_cell,
    day_cell,
    label_cell,
    pairs,
    paper,
    plain,
    sentence,
    text_cell,
)
from printing.statements.issue import IssueFacts
from printing.statements.material import Material
from printing.statements.payments import entitlements, payments
from printing.statements.registry import Section, Statement

_BENEFIT: Final = "unemployment"
_REFERENCE: Final = (
    "“参考”为按缴费记录测算的结果，不是核定结论；是否符合领取条件以经办机构核定为准。"
)
_WITH_PENSION: Final = (
    "您已退休或享受基本养老保险待遇，按社会保险法第五十一条，不再领取失业保险金。"
)


def build(material: Material, issue: IssueFacts, reveal: Reveal) -> Document:
    """What is registered, what was granted, and what could be."""
    figures = material.figures("unemployment")
    values = {figure.name: figure.value for figure in figures}
    return paper(
        STATEMENT.name,
        STATEMENT.title["zh"],
        "就业登记、失业登记和失业保险金",
        material,
        issue,
        reveal,
        tables=(
            _employments(material.of(Employment)),
            _unemployments(material.of(Unemployment)),
            _grants(material.of(UnemploymentGrant)),
            *_benefit(material.of(Benefit), material.of(BenefitPayment)),
            _none(values) or _reference(values),
        ),
        notes=(QUERY, *(() if _none(values) else (_REFERENCE, *map(basis_note, figures)))),
    )


STATEMENT: Final = Statement(
    name="employment",
    title={"zh": "就业失业登记信息", "en": "Employment and unemployment"},
    about={"zh": "登记记录和失业保险金", "en": "Registrations and unemployment benefit"},
    section=Section.WORK,
    place=1,
    needs=(Employment, Unemployment, *CATALOGUE["unemployment"].reads, BenefitPayment),
    build=build,
)


def _employments(rows: Iterable[Employment]) -> Table:
    return plain(
        "就业登记",
        (
            Column("单位", Kind.TEXT),
            Column("就业日期", Kind.TEXT),
            Column("终止日期", Kind.TEXT),
            Column("就业形式", Kind.TEXT),
        ),
        (
            Row(
                (
                    text_cell(row.employer_name, "无单位"),
                    day_cell(row.employed_on),
                    day_cell(row.ended, "至今"),
                    text_cell(row.form),
                )
            )
            for row in sorted(rows, key=lambda row: row.employed_on, reverse=True)
        ),
        "没有就业登记记录。",
        of=(Employment,),
    )


def _unemployments(rows: Iterable[Unemployment]) -> Table:
    return plain(
        "失业登记",
        (
            Column("原单位", Kind.TEXT),
            Column("失业日期", Kind.TEXT),
            Column("注销日期", Kind.TEXT),
            Column("失业原因", Kind.TEXT),
        ),
        (
            Row(
                (
                    text_cell(row.employer_name, "原单位不详"),
                    day_cell(row.unemployed_on),
                    day_cell(row.cancelled_on, "未注销"),
                    text_cell(row.reason),
                )
            )
            for row in sorted(rows, key=lambda row: row.unemployed_on, reverse=True)
        ),
        "没有失业登记记录。",
        of=(Unemployment,),
    )


def _grants(rows: Iterable[UnemploymentGrant]) -> Table:
    return plain(
        "失业保险金核定",
        (
            Column("起止年月", Kind.TEXT),
            Column("状态", Kind.TEXT),
            Column("核定月数", Kind.COUNT, "月数"),
            Column("剩余月数", Kind.COUNT, "剩余"),
            Column("月标准", Kind.AMOUNT),
        ),
        (
            Row(
                (
                    TextCell(_period(row)),
                    label_cell("aae170", row.state),
                    count_cell(row.granted_months),
                    count_cell(row.months_left),
                    amount_cell(row.monthly_amount),
                )
            )
            for row in sorted(rows, key=lambda row: row.granted_from, reverse=True)
        ),
        "没有失业保险金核定记录。",
        of=(UnemploymentGrant,),
        unit="元",
    )


def _benefit(benefits: Iterable[Benefit], paid: Iterable[BenefitPayment]) -> Iterable[Table]:
    """How it stands, where that is recorded, and what was paid."""
    if own := [row for row in benefits if row.benefit == _BENEFIT]:
        yield entitlements("失业保险金发放状态", own, "")
    shown = (row for row in paid if row.benefit == _BENEFIT)
    yield from payments("失业保险金发放记录", shown, "没有失业保险金发放记录。")


def _period(row: UnemploymentGrant) -> str:
    """As one: on narrow paper it heads what is said of it."""
    return f"{row.granted_from.label} 至 {row.granted_to.label}"


def _none(values: dict[str, object]) -> Table | None:
    """The rule for who draws a pension; others are told months and amount."""
    if values["unemployment.months"] != Unknown(Missing.DRAWS_PENSION):
        return None
    return sentence("失业保险金", _WITH_PENSION)


def _reference(values: dict[str, object]) -> Table:
    months, amount = values["unemployment.months"], values["unemployment.amount"]
    return pairs(
        "失业保险金测算（参考）",
        (
            ("可领月数", _said(months, f"{months} 个月")),
            ("月标准", _said(amount, f"{amount:,.2f} 元" if isinstance(amount, Decimal) else "")),
        ),
    )


def _said(value: object, known: str) -> str:
    return f"{NOT_KNOWN}（{value.why.zh}）" if isinstance(value, Unknown) else known
