"""Invented employers and persons: their numbers, cards and what marks them out."""

import datetime as dt
import random
from dataclasses import dataclass
from typing import Final

from archive import card_number, identity_number
from archive.demo.names import employer_name, person_name
from archive.values import Month, format_date

REGION: Final = "990101"
AGENCY: Final = "99010101"
AS_OF: Final = dt.date(2026, 10, 31)
"""The day up to which the demonstration data are complete."""

_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CARD_YEARS: Final = 10
_BIRTH_AREAS: Final = ("990101", "990102", "990103", "990221", "990322")
_FIRST_BIRTH: Final = dt.date(1960, 1, 1)
_BIRTH_DAYS: Final = 47 * 365
# Men and women retire in steps since 2025; the demonstration takes round ages.
_RETIREMENT_AGE: Final = {"1": 60, "2": 55}


@dataclass(frozen=True, slots=True)
class DemoEmployer:
    """An employer as the careers need it."""

    employer_id: str
    name: str
    credit_code: str
    industry: int
    pay_day: int
    """Day of the month on which its contributions arrive; past 28 it is the next month."""
    wage_level: float
    whole_yuan: bool
    """Whether it declares bases without jiao and fen."""


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A person with a card."""

    place: int
    person_id: str
    number: str
    name: str
    sex: str
    ethnicity: str
    birth_date: dt.date
    birth_place: str
    work_started: Month | None
    retired_on: dt.date | None
    card_number: str
    identification_code: str
    issued: dt.date
    card_status: str
    pin: str

    @property
    def card_in_use(self) -> bool:
        """Whether the card was not reported lost."""
        return self.card_status == "1"

    @property
    def expires(self) -> dt.date:
        """Ten years after the day of issue."""
        return self.issued.replace(year=self.issued.year + _CARD_YEARS)


@dataclass(frozen=True, slots=True)
class Portrait:
    """What is fixed about one of the first persons; None leaves it to chance."""

    name: str
    sex: str
    birth_date: dt.date
    work_started: Month | None
    retired_on: dt.date | None = None


PORTRAITS: Final = (
    Portrait("林晓岚", "2", dt.date(1985, 3, 15), Month(2007, 7)),
    Portrait("欧阳㛃堃", "1", dt.date(1990, 11, 2), Month(2012, 9)),
    Portrait("陈祎琳", "2", dt.date(1979, 6, 21), Month(2006, 7)),
    Portrait("周子昇", "1", dt.date(2006, 9, 9), None),
    Portrait("黄建国", "1", dt.date(1966, 2, 8), Month(2006, 7), dt.date(2026, 3, 31)),
    Portrait("李𬭚", "1", dt.date(1994, 12, 30), Month(2017, 8)),
)
"""Plain career; rare characters and a long employer; gaps; not insured; retired; short name."""


def make_employer(seed: int, place: int) -> DemoEmployer:
    """The employer with this place, the same for every size of the data."""
    rng = random.Random(f"{seed}/employer/{place}")  # noqa: S311 - invented data
    name = employer_name(rng, place)
    return DemoEmployer(
        employer_id=f"9901{place + 1:06d}",
        name=name.text,
        credit_code=_credit_code(rng),
        industry=name.industry,
        pay_day=rng.choice((10, 12, 15, 15, 15, 18, 20, 25, 33, 40)),
        wage_level=rng.uniform(0.7, 1.4),
        whole_yuan=rng.random() < 0.7,
    )


class TakenNumbers:
    """Which identity numbers are given: a bit each, so that a million persons need no more room."""

    def __init__(self) -> None:
        self._bits = bytearray(len(_BIRTH_AREAS) * _BIRTH_DAYS * 1000 // 8)

    def take(self, area: str, birth_date: dt.date, sequence: int) -> bool:
        """Whether it was free; now it is taken."""
        day = (birth_date - _FIRST_BIRTH).days
        place = (_BIRTH_AREAS.index(area) * _BIRTH_DAYS + day) * 1000 + sequence
        byte, bit = place >> 3, 1 << (place & 7)
        free = not self._bits[byte] & bit
        self._bits[byte] |= bit
        return free


def make_person(seed: int, place: int, taken: TakenNumbers) -> DemoPerson:
    """The person with this place; `taken` keeps identity numbers apart."""
    rng = random.Random(f"{seed}/person/{place}")  # noqa: S311 - invented data
    portrait = PORTRAITS[place] if place < len(PORTRAITS) else _portrait(rng)
    birth_place = rng.choices(_BIRTH_AREAS, (10, 3, 3, 2, 2))[0]
    number = _number(rng, birth_place, portrait, taken)
    body = f"{rng.choice('ABDGS')}{place + 2143569:07d}"
    return DemoPerson(
        place=place,
        person_id=f"9901{place + 1:08d}",
        number=number,
        name=portrait.name,
        sex=portrait.sex,
        ethnicity="01" if rng.random() < 0.93 else rng.choice(("08", "11", "03", "06", "15")),
        birth_date=portrait.birth_date,
        birth_place=birth_place,
        work_started=portrait.work_started,
        retired_on=portrait.retired_on,
        card_number=body + card_number.check_character(body),
        identification_code=f"{REGION}D156000005{place + 1:08X}{rng.getrandbits(32):08X}",
        issued=_issued(rng, portrait.birth_date),
        card_status="1" if place < len(PORTRAITS) or rng.random() < 0.97 else "2",
        pin=_pin(rng, portrait.birth_date),
    )


def _portrait(rng: random.Random) -> Portrait:
    sex = rng.choice("12")
    birth_date = _FIRST_BIRTH + dt.timedelta(days=rng.randrange(_BIRTH_DAYS))
    started = Month(
        birth_date.year + rng.choice((18, 19, 20, 22, 22, 23, 25)), rng.choice((3, 7, 7, 9))
    )
    retired = _end_of_month(birth_date.year + _RETIREMENT_AGE[sex], birth_date.month)
    return Portrait(
        name=person_name(rng, sex),
        sex=sex,
        birth_date=birth_date,
        work_started=started if started <= Month.of(AS_OF) and rng.random() < 0.96 else None,
        retired_on=retired if retired <= AS_OF else None,
    )


def _number(rng: random.Random, area: str, portrait: Portrait, taken: TakenNumbers) -> str:
    while True:
        sequence = rng.randrange(0, 499) * 2 + (1 if portrait.sex == "1" else 2)
        if taken.take(area, portrait.birth_date, sequence):
            body = f"{area}{format_date(portrait.birth_date)}{sequence:03d}"
            return body + identity_number.check_digit(body)


def _issued(rng: random.Random, birth_date: dt.date) -> dt.date:
    """Within the ten years for which a card is good, and not to an infant."""
    earliest = max(dt.date(2017, 1, 4), birth_date.replace(day=1) + dt.timedelta(days=16 * 366))
    issued = earliest + dt.timedelta(days=rng.randrange(max(1, (AS_OF - earliest).days)))
    return issued.replace(day=min(issued.day, 28))


def _pin(rng: random.Random, birth_date: dt.date) -> str:
    """Six digits, but none of the initial ones that a real card must not keep."""
    initial = {"123456", "000000", "111111", format_date(birth_date)[2:]}
    while (pin := f"{rng.randrange(1_000_000):06d}") in initial:
        pass
    return pin


def _credit_code(rng: random.Random) -> str:
    """GB 32100-2015: 17 characters and a check character modulo 31."""
    body = f"91{REGION}" + "".join(rng.choice(_CREDIT_ALPHABET) for _ in range(9))
    total = sum(_CREDIT_ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(body))
    return body + _CREDIT_ALPHABET[-total % 31]


def _end_of_month(year: int, month: int) -> dt.date:
    return Month(year, month).plus(1).first_day - dt.timedelta(days=1)
