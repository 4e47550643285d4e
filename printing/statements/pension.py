"""养老待遇: what is paid and how it stands, the last payments by item, and the certification."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Final

from archive.codes import code_table
from archive.masking import mask_card
from archive.model import Agency, Benefit, BenefitPayment, Certification
from printing.document import (
    AmountCell,
    Column,
    Document,
    Group,
    Kind,
    MonthCell,
    Reveal,
    Row,
    Table,
    TextCell,
)
from printing.statements.common import (
    NOT_KNOWN,
    QUERY,
    agency_name,
    day_cell,
    line_label,
    long_day,
    nothing,
    pairs,
    paper,
    plain,
    text_cell,
)
from printing.statements.issue import IssueFacts
from printing.statements.material import Material
from printing.statements.registry import Section, Statement

_KINDS: Final = ("pension", "survivor")
_SUSPENDED: Final = "2"
_CERTIFICATIONS: Final = 5
"""The last of them: one comes each year."""


def build(material: Material, issue: IssueFacts, reveal: Reveal) -> Document:
    """Each pension with the payments of the months asked for."""
    benefits = [row for row in material.of(Benefit) if row.benefit in _KINDS]
    certified = sorted(material.of(Certification), key=lambda row: row.certified_on, reverse=True)
    return paper(
        STATEMENT.name,
        STATEMENT.title["zh"],
        f"发放记录 {material.window.label}",
        material,
        issue,
        reveal,
        tables=[*_tables(material, benefits), *([_certifications(certified)] if benefits else [])],
        notes=(QUERY, *_notes(material, certified, entitled=bool(benefits))),
    )


STATEMENT: Final = Statement(
    name="pension",
    title={"zh": "养老待遇发放单", "en": "Pension and payments"},
    about={"zh": "待遇状态、每月发放和资格认证", "en": "State, payments and certification"},
    section=Section.BENEFITS,
    needs=(Benefit, BenefitPayment, Certification, Agency),
    build=build,
    months=12,
)


def _tables(material: Material, benefits: Sequence[Benefit]) -> Iterable[Table]:
    """Each entitlement, and once per kind what was paid: payments name the kind alone."""
    if not benefits:
        yield nothing("养老待遇", "没有查到您的养老待遇记录。")
    for kind in _KINDS:
        own = [benefit for benefit in benefits if benefit.benefit == kind]
        for benefit in own:
            yield pairs(code_table("benefit").label(kind), _state(material, benefit))
        if own:
            yield _payments(material, kind)


def _state(material: Material, benefit: Benefit) -> Iterable[tuple[str, str]]:
    yield "险种", line_label(benefit.line)
    yield "发放状态", code_table("aae170").label(benefit.state)
    if benefit.suspended_on:
        yield "停发日期", long_day(benefit.suspended_on)
    if benefit.state == _SUSPENDED or benefit.reason:
        yield "停发原因", benefit.reason
    yield "享受开始年月", benefit.first_month.label
    yield "当前月标准", NOT_KNOWN if benefit.amount is None else f"{benefit.amount:,.2f} 元"
    yield "发放方式", benefit.pay_method
    yield "开户银行", benefit.bank
    yield "发放账号", mask_card(benefit.bank_account)
    yield "发放机构", agency_name(material, benefit.agency)


def _payments(material: Material, kind: str) -> Table:
    rows = sorted(
        (
            row
            for row in material.of(BenefitPayment)
            if row.benefit == kind and row.month in material.window
        ),
        key=lambda row: (-int(row.month), row.item),
    )
    if not rows:
        return nothing("发放记录", "这段时间没有发放记录。")
    return Table(
        "发放记录",
        (
            Column("月份", Kind.MONTH),
            Column("待遇项目", Kind.TEXT),
            Column("金额", Kind.AMOUNT),
            Column("发放日期", Kind.TEXT, derived=True),
        ),
        tuple(
            Group(f"{year}年", tuple(map(_payment, own)), _sum(f"{year}年小计", own))
            for year, own in (
                (year, tuple(some)) for year, some in groupby(rows, key=lambda r: r.month.year)
            )
        ),
        total=_sum("合计", rows),
        unit="元",
    )


def _payment(row: BenefitPayment) -> Row:
    back = f"（补发 {row.back_months} 个月）" if row.back_months else ""
    name = f"{row.item_name or row.item}{back}"
    return Row((MonthCell(row.month), TextCell(name), AmountCell(row.amount), _paid_on(row)))


def _paid_on(row: BenefitPayment) -> TextCell:
    return day_cell(row.paid_on)


def _sum(label: str, rows: Iterable[BenefitPayment]) -> Row:
    total = sum((row.amount for row in rows), Decimal("0.00"))
    return Row((TextCell(label), None, AmountCell(total), None))


def _certifications(certified: Sequence[Certification]) -> Table:
    more = len(certified) > _CERTIFICATIONS
    return plain(
        f"领取待遇资格认证（最近 {_CERTIFICATIONS} 次）" if more else "领取待遇资格认证",
        (
            Column("认证日期", Kind.TEXT),
            Column("方式", Kind.TEXT),
            Column("有效期至", Kind.TEXT),
        ),
        (
            Row((day_cell(row.certified_on), text_cell(row.method), day_cell(row.valid_until)))
            for row in certified[:_CERTIFICATIONS]
        ),
        "没有资格认证记录。",
    )


def _notes(material: Material, certified: list[Certification], *, entitled: bool) -> Iterable[str]:
    until = certified[0].valid_until if certified else None
    if entitled and until and until < material.day:
        yield (f"资格认证有效期已于 {long_day(until)} 届满，请尽快办理认证。")
