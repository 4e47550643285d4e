"""养老待遇: what is paid and how it stands, the last payments by item, and the certification."""

from collections.abc import Iterable, Sequence
from typing import Final

from archive.codes import code_table
from archive.masking import mask_card
from archive.model import Agency, Benefit, BenefitPayment, Certification
from printing.document import (
    Column,
    Document,
    Kind,
    Reveal,
    Row,
    Table,
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
from printing.statements.payments import payments
from printing.statements.registry import Section, Statement

_KINDS: Final = frozenset({"pension", "survivor"})
_NO_GRANT: Final = "没有核定记录，以下为发放记录。"
_SUSPENDED: Final = "2"
_ENDED: Final = "3"
"""aae170."""
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
        tables=_tables(material, benefits, certified),
        notes=(QUERY, *_notes(material, certified, entitled=_entitled(material, benefits))),
    )


STATEMENT: Final = Statement(
    name="pension",
    title={"zh": "养老待遇发放单", "en": "Pension and payments"},
    about={"zh": "待遇状态、每月发放和资格认证", "en": "State, payments and certification"},
    section=Section.BENEFITS,
    place=2,
    needs=(Benefit, BenefitPayment, Certification, Agency),
    build=build,
    months=12,
)


def _tables(
    material: Material, benefits: Sequence[Benefit], certified: Sequence[Certification]
) -> Iterable[Table]:
    """Each entitlement, and once per kind what was paid: payments name the kind alone."""
    paid = material.of(BenefitPayment)
    kinds = _KINDS & ({row.benefit for row in benefits} | {row.benefit for row in paid})
    if not kinds:
        yield nothing("养老待遇", "没有查到您的养老待遇记录。", (Benefit, BenefitPayment))
    for kind in sorted(kinds):
        own = [benefit for benefit in benefits if benefit.benefit == kind]
        for benefit in own:
            yield pairs(code_table("benefit").label(kind), _state(material, benefit))
        if not own:
            yield nothing(code_table("benefit").label(kind), _NO_GRANT, (Benefit,))
        shown = (row for row in paid if row.benefit == kind and row.month in material.window)
        yield from payments("发放记录", shown, "这段时间没有发放记录。")
    if kinds or certified:
        yield _certifications(certified)


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
        of=(Certification,),
    )


def _entitled(material: Material, benefits: Iterable[Benefit]) -> bool:
    """Whether anything is paid that a certification keeps alive; a grant may not be recorded."""
    if material.holder.died_on is not None:
        return False
    if not benefits:
        paid = (row for row in material.of(BenefitPayment) if row.month in material.window)
        return any(row.benefit in _KINDS for row in paid)
    return any(row.state != _ENDED for row in benefits)


def _notes(material: Material, certified: list[Certification], *, entitled: bool) -> Iterable[str]:
    until = certified[0].valid_until if certified else None
    if entitled and until and until < material.day:
        yield (f"资格认证有效期已于 {long_day(until)} 届满，请尽快办理认证。")
