"""Work injuries, maternity, and the years of medical insurance that another department keeps."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Final

from archive.demo.life import Life
from archive.demo.people import AGENCY, AS_OF
from archive.model import Benefit, BenefitPayment, Injury, MaternityEvent, MedicalYear
from archive.values import Month, from_fen

_TOLD_INJURY: Final = 5
_TOLD_MOTHER: Final = 0
_FIRST_MEDICAL: Final = 2022
_FRACTIONS: Final = 0.03

Records = Iterator[Benefit | BenefitPayment | Injury | MaternityEvent | MedicalYear]


def events(life: Life) -> Records:
    """What befell a person."""
    yield from _injury(life)
    yield from _maternity(life)
    yield from _medical(life)


def _injury(life: Life) -> Records:
    rng = life.chance("injury")
    employed = [stint for stint in life.career.stints if stint.employer is not None]
    told = life.person.place == _TOLD_INJURY
    if not employed or not (told or rng.random() < _FRACTIONS):
        return
    stint = employed[-1]
    injured = max(stint.first, stint.last.plus(-38)).first_day + dt.timedelta(days=16)
    recognised = injured + dt.timedelta(days=56)
    result = "1" if told else rng.choices(("1", "2", "3", ""), (7, 1, 1, 1))[0]
    grade = 10 if told else rng.choice((None, None, 7, 9, 10))
    assert stint.employer is not None
    yield Injury(
        person_id=life.person.person_id,
        injury_number=life.number("G"),
        injured_on=injured,
        recognised_on=recognised if result and recognised <= AS_OF else None,
        result=result if recognised <= AS_OF else "",
        disability_grade=grade if result in ("1", "2") else None,
        employer_id=stint.employer.employer_id,
    )
    if grade is not None and result in ("1", "2"):
        yield from _disability(life, Month.of(recognised).plus(3), grade)


def _disability(life: Life, month: Month, grade: int) -> Records:
    """The single payment that follows an assessment."""
    if month > Month.of(AS_OF):
        return
    amount = from_fen(600_000 * (27 - 2 * grade))
    yield Benefit(
        person_id=life.person.person_id,
        benefit="injury",
        first_month=month,
        line="410",
        state="3",
        reason="一次性待遇已支付",
        pay_method="社会保障卡银行账户",
        agency=AGENCY,
    )
    yield BenefitPayment(
        person_id=life.person.person_id,
        benefit="injury",
        month=month,
        item="41",
        amount=amount,
        item_name="一次性伤残补助金",
        paid_on=month.first_day + dt.timedelta(days=14),
    )


def _maternity(life: Life) -> Iterator[MaternityEvent]:
    rng = life.chance("maternity")
    told = life.person.place == _TOLD_MOTHER
    if life.person.sex != "2" or not (told or rng.random() < 0.3):
        return
    born = dt.date(2014, 9, 3) if told else _birthday_of_child(life, rng)
    paid_on = born + dt.timedelta(days=70)
    if not any(stint.first <= Month.of(born) <= stint.last for stint in life.career.stints):
        return
    for event, amount in (("生育医疗费用", 420_000), ("生育津贴", 1_960_000)):
        yield MaternityEvent(
            person_id=life.person.person_id,
            event_on=born,
            event=event,
            amount=from_fen(amount) if paid_on <= AS_OF else None,
            paid_on=paid_on if paid_on <= AS_OF else None,
        )


def _birthday_of_child(life: Life, rng: random.Random) -> dt.date:
    return life.person.birth_date.replace(day=1) + dt.timedelta(days=365 * rng.randint(24, 36))


def _medical(life: Life) -> Iterator[MedicalYear]:
    """The line of employees, of residents for who has no career; long-term care for a few."""
    rng = life.chance("medical")
    stints = life.career.stints
    line = "310" if stints else "390"
    balance = rng.randrange(20_000, 300_000)
    for year in range(_FIRST_MEDICAL, AS_OF.year + 1):
        income = rng.randrange(90_000, 260_000) if stints else 0
        spent = rng.randrange(0, balance + income) if stints else 0
        balance += income - spent
        going_on = not stints or stints[-1].going_on or life.person.retired_on is not None
        yield MedicalYear(
            person_id=life.person.person_id,
            line=line,
            year=year,
            state="1" if going_on else "2",
            income=from_fen(income) if stints else None,
            spent=from_fen(spent) if stints else None,
            balance=from_fen(balance) if stints else None,
        )
    if life.person.place == _TOLD_MOTHER or (stints and rng.random() < _FRACTIONS):
        yield MedicalYear(person_id=life.person.person_id, line="410", year=AS_OF.year, state="1")
