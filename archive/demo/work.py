"""Registrations of employment and filed labour contracts, beside the registration of insurance."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Final

from archive.demo.careers import Stint
from archive.demo.life import Life
from archive.demo.people import AS_OF, REGION
from archive.model import Employment, LabourContract
from archive.values import Month

_TOLD_DIFFERENT: Final = 5
"""The place of the one of the first six whose three registrations differ."""
_SINCE: Final = Month(2008, 1)
"""Since the law on labour contracts; earlier employment is not filed."""


def work(life: Life) -> Iterator[Employment | LabourContract]:
    """For each stint a registration, and a contract where there is an employer."""
    rng = life.chance("work")
    for number, stint in enumerate(life.career.stints, start=1):
        different = life.person.place == _TOLD_DIFFERENT or (
            life.person.place > _TOLD_DIFFERENT and rng.random() < 0.05
        )
        if stint.last >= _SINCE:
            # The first stint that differs has no contract and an old name, the others other dates.
            renamed = different and number == 1
            yield _employment(life, number, stint, different=different, renamed=renamed)
            if stint.employer is not None and not renamed:
                yield _contract(life, rng, number, stint, different=different)


def _employment(
    life: Life, number: int, stint: Stint, *, different: bool, renamed: bool
) -> Employment:
    """One that differs begins a month later."""
    name = stint.employer.name if stint.employer else ""
    return Employment(
        person_id=life.person.person_id,
        number=life.number("J", number),
        employed_on=stint.first.plus(1 if different else 0).first_day,
        employer_name=f"{name}（筹备组）" if renamed and name else name,
        form="单位就业" if stint.employer else "灵活就业",
        ended=None if stint.going_on else _last_day(stint.last),
        region=REGION,
    )


def _contract(
    life: Life, rng: random.Random, number: int, stint: Stint, *, different: bool
) -> LabourContract:
    """One that differs begins two months before the first contribution."""
    started = stint.first.plus(-2 if different else 0).first_day
    kind = rng.choices("123", (12, 5, 1))[0]
    # Renewed for three years at a time; the register holds the end that counts now.
    terms = (stint.first.until(stint.last) + 1) // 36 + 1
    ended = _last_day(stint.first.plus(36 * terms - 1) if stint.going_on else stint.last)
    assert stint.employer is not None
    return LabourContract(
        person_id=life.person.person_id,
        number=life.number("H", number),
        started=started,
        employer_name=stint.employer.name,
        ended=None if kind == "2" and stint.going_on else ended,
        kind=kind,
        filed_on=min(AS_OF, started + dt.timedelta(days=20)),
        region=REGION,
    )


def _last_day(month: Month) -> dt.date:
    return month.plus(1).first_day - dt.timedelta(days=1)
