"""Pensions: entitlement, monthly payments by item, and certification of eligibility."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Final

from archive.demo.accounts import Account
from archive.demo.careers import day_in
from archive.demo.ledger import PENSION
from archive.demo.life import Life
from archive.demo.people import AGENCY, AS_OF
from archive.model import Benefit, BenefitPayment, Certification
from archive.values import Month, from_fen

_FIRST_YEAR: Final = 2021
"""Where the demonstration's certifications begin; earlier ones stay on paper."""
_OVERDUE: Final = "未按期办理领取待遇资格认证，认证后次月恢复并补发"
_TOLD_OVERDUE: Final = 4
"""The place of the retired one of the first six: certified once, then too late."""
_METHODS: Final = ("手机人脸识别", "自助终端", "窗口核验", "上门核验")
_BANK: Final = "示例银行民生路支行"
_RISE: Final = 2
"""Percent that pensions rise each year, paid from July and made up for from January."""

Records = Iterator[Benefit | BenefitPayment | Certification]


def pensions(life: Life, account: Account) -> Records:
    """What a retired person is entitled to and was paid."""
    retired = life.person.retired_on
    full = life.ledger.full[PENSION]
    if retired is None or not full:
        return
    rng = life.chance("pension")
    first = Month.of(retired).plus(1)
    overdue = life.person.place == _TOLD_OVERDUE or (rng.random() < 0.03 and first < Month(2024, 1))
    base = len(full) * rng.randrange(4_800, 9_000) // 12
    payments = tuple(_payments(life, first, base, account.monthly, overdue=overdue))
    last = payments[-1].month if payments else None
    latest = sum(p.amount for p in payments if p.month == last and p.item != _BACK)
    yield Benefit(
        person_id=life.person.person_id,
        benefit="pension",
        first_month=first,
        line=PENSION,
        state="2" if overdue else "1",
        suspended_on=AS_OF.replace(day=1) if overdue else None,
        reason=_OVERDUE if overdue else "",
        amount=latest or None,
        pay_method="社会化发放（社会保障卡银行账户）",
        bank=_BANK,
        bank_account=f"62170099{life.person.place + 1:011d}",
        agency=AGENCY,
    )
    yield from payments
    yield from _certifications(life, rng, first, overdue=overdue)


_BASIC, _ACCOUNT, _EXTRA, _BACK = "01", "02", "03", "09"
_NAMES: Final = {
    _BASIC: "基础养老金",
    _ACCOUNT: "个人账户养老金",
    _EXTRA: "历年调整增加额",
    _BACK: "本年调整补发",
}


def _payments(
    life: Life, first: Month, base: int, monthly: int, *, overdue: bool
) -> Iterator[BenefitPayment]:
    end = Month.of(AS_OF).plus(-1 if overdue else 0)
    for month in Month.range(first, end):
        # A rise is paid from July on; the months from January are made up for in July.
        rises = month.year - first.year - (month.number < 7)
        extra = (base + monthly) * _RISE * max(0, rises) // 100
        yield _item(life, month, _BASIC, base)
        if monthly:
            yield _item(life, month, _ACCOUNT, monthly)
        if extra:
            yield _item(life, month, _EXTRA, extra)
        if month.number == 7 and rises > 0:
            yield _item(life, month, _BACK, (base + monthly) * _RISE // 100 * 6)


def _item(life: Life, month: Month, item: str, fen: int) -> BenefitPayment:
    amount = from_fen(fen)
    return BenefitPayment(
        person_id=life.person.person_id,
        benefit="pension",
        month=month,
        item=item,
        amount=amount,
        item_name=_NAMES[item],
        from_account=amount if item == _ACCOUNT else None,
        back_months=6 if item == _BACK else None,
        back_amount=amount if item == _BACK else None,
        paid_on=day_in(month, 15),
    )


def _certifications(
    life: Life, rng: random.Random, first: Month, *, overdue: bool
) -> Iterator[Certification]:
    """Once a year; who is overdue has not come since."""
    if life.person.place == _TOLD_OVERDUE:
        yield _certification(life, dt.date(2026, 3, 25), "窗口核验", dt.date(2026, 9, 30))
        return
    for year in range(max(first.year, _FIRST_YEAR), AS_OF.year + (0 if overdue else 1)):
        earliest = first.number if year == first.year else 1
        last = 9 if year == AS_OF.year else 12
        seen = dt.date(year, rng.randint(min(earliest, last), last), rng.randint(1, 28))
        until = dt.date(year + 1, 9, 30) if overdue else dt.date(year + 1, 12, 31)
        yield _certification(life, seen, rng.choice(_METHODS), until)


def _certification(life: Life, seen: dt.date, method: str, until: dt.date) -> Certification:
    return Certification(
        person_id=life.person.person_id,
        year=seen.year,
        certified_on=seen,
        method=method,
        valid_until=until,
        agency=AGENCY,
    )
