"""Unemployment: registrations, grants, and what was paid month by month."""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Final

from archive.demo.careers import Stint, day_in
from archive.demo.life import Life
from archive.demo.people import AGENCY, AS_OF, REGION
from archive.model import Benefit, BenefitPayment, Unemployment, UnemploymentGrant
from archive.tables.shelf import load_tables
from archive.values import Month, from_fen

_LINE: Final = "210"
_MONTHLY: Final = 171_000
"""Nine tenths of an invented city's least wage, in fen."""
_TOLD: Final = 2
"""The place of the one of the first six who was granted benefit in each gap."""
_REASONS: Final = ("劳动合同期满", "用人单位解除劳动合同", "协商解除劳动合同", "单位关闭、破产")

Records = Iterator[Benefit | BenefitPayment | Unemployment | UnemploymentGrant]


def unemployment(life: Life) -> Records:
    """A registration for each longer gap behind an employer, a grant for some."""
    rng = life.chance("unemployment")
    for number, (stint, first, last, ended) in enumerate(_gaps(life), start=1):
        told = life.person.place == _TOLD
        if not told and rng.random() < 0.3:
            continue
        yield _registration(life, number, stint, first, ended, rng.choice(_REASONS))
        counted = sum(month < first for month in life.ledger.full[_LINE])
        if counted >= 12 and (told or rng.random() < 0.5):
            yield from _grant(life, first, last, counted, ended is None)


def _gaps(life: Life) -> Iterator[tuple[Stint, Month, Month, Month | None]]:
    """The stint before a gap, its first and last month, and the month of the next stint."""
    for stint, after in pairwise(life.career.stints):
        first, last = stint.last.plus(1), after.first.plus(-1)
        if stint.employer is not None and first.until(last) >= 1:
            yield stint, first, last, after.first
    if life.career.stints and life.person.retired_on is None:
        stint = life.career.stints[-1]
        first, last = stint.last.plus(1), Month.of(AS_OF)
        if stint.employer is not None and first <= last:
            yield stint, first, last, None


def _registration(
    life: Life, number: int, stint: Stint, first: Month, ended: Month | None, reason: str
) -> Unemployment:
    return Unemployment(
        person_id=life.person.person_id,
        number=life.number("S", number),
        unemployed_on=first.first_day,
        reason=reason,
        employer_name=stint.employer.name if stint.employer else "",
        cancelled_on=ended.first_day if ended else None,
        region=REGION,
    )


@cache
def _granted_months(month: Month, counted: int) -> int:
    """By the rule of the month; before the table begins by its first rule."""
    table = load_tables().unemployment
    rule = table.rule(month) or min(table.rules, key=lambda rule: rule.since)
    return rule.months(counted)


def _grant(life: Life, first: Month, last: Month, counted: int, going_on: bool) -> Records:
    granted = _granted_months(first, counted)
    taken = min(granted, first.until(last) + 1)
    state = "1" if going_on and taken < granted else "3"
    amount = from_fen(_MONTHLY)
    person_id = life.person.person_id
    yield UnemploymentGrant(
        person_id=person_id,
        granted_from=first,
        granted_to=first.plus(granted - 1),
        granted_months=granted,
        monthly_amount=amount,
        counted_months=counted,
        months_left=granted - taken,
        state=state,
    )
    yield Benefit(
        person_id=person_id,
        benefit="unemployment",
        first_month=first,
        line=_LINE,
        state=state,
        reason="" if state == "1" else "重新就业" if taken < granted else "领取期满",
        amount=amount,
        pay_method="社会保障卡银行账户",
        agency=AGENCY,
    )
    for month in Month.range(first, first.plus(taken - 1)):
        paid_on = day_in(month, 25)
        yield BenefitPayment(
            person_id=person_id,
            benefit="unemployment",
            month=month,
            item="21",
            amount=amount,
            item_name="失业保险金",
            paid_on=paid_on if paid_on <= AS_OF else None,
        )
