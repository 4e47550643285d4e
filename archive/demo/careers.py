"""Invented careers: employers one after another, gaps, and what went wrong with payments."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from archive.demo.people import AS_OF, DemoEmployer, DemoPerson
from archive.values import Month

FIRST_MONTH: Final = Month(2006, 7)
"""Where the demonstration's electronic records begin; earlier years stay on paper."""
LAST_MONTH: Final = Month.of(AS_OF)

_MEAN_STINT: Final = 46
_LEAST_STINT: Final = 4


@dataclass(frozen=True, slots=True)
class Incident:
    """Months of a stint in which payment did not go as it should."""

    what: str
    """`late`: paid by a back-payment; `short`: part of it came; `none`: nothing came;
    `adjusted`: paid on the old base first, the difference later."""
    first: Month
    last: Month
    settled: Month
    """When a back-payment was settled."""


@dataclass(frozen=True, slots=True)
class Stint:
    """A stretch with one employer, or alone (`employer` is None)."""

    employer: DemoEmployer | None
    first: Month
    last: Month
    going_on: bool
    wage: float
    """Monthly wage as a multiple of the city's average."""
    incidents: tuple[Incident, ...] = ()


@dataclass(frozen=True, slots=True)
class LumpSum:
    """A single payment for the line 110, such as years made up for at retirement."""

    month: Month
    kind: str
    base_fen: int
    employee_fen: int


@dataclass(frozen=True, slots=True)
class Career:
    """All of a person's stints, oldest first."""

    stints: tuple[Stint, ...]
    lump_sums: tuple[LumpSum, ...] = ()


def make_career(
    person: DemoPerson, employers: Sequence[DemoEmployer], rng: random.Random
) -> Career:
    """The career of a person; the first six are as the demonstration tells them."""
    told = (_plain, _long_employer, _gaps, _nothing, _retired, _short)
    if person.place < len(told):
        return told[person.place](employers)
    if person.work_started is None:
        return Career(())
    end = LAST_MONTH if person.retired_on is None else Month.of(person.retired_on)
    return Career(tuple(_stints(rng, employers, max(person.work_started, FIRST_MONTH), end)))


def _stints(
    rng: random.Random, employers: Sequence[DemoEmployer], first: Month, end: Month
) -> list[Stint]:
    stints: list[Stint] = []
    talent = rng.lognormvariate(-0.25, 0.45)
    while first <= end:
        length = _LEAST_STINT + int(rng.expovariate(1 / _MEAN_STINT))
        last = min(first.plus(length), end)
        before = stints[-1].employer if stints else None
        employer = None if rng.random() < 0.06 else _pick(rng, employers, before)
        level = employer.wage_level if employer else 0.5
        stints.append(
            Stint(
                employer=employer,
                first=first,
                last=last,
                going_on=last == LAST_MONTH,
                wage=talent * level * rng.uniform(0.9, 1.15),
                incidents=_incidents(rng, first, last) if employer else (),
            )
        )
        first = last.plus(1 + rng.choices((0, 1, 2, 3, 7, 14), (60, 14, 8, 6, 7, 5))[0])
    return stints


def _incidents(rng: random.Random, first: Month, last: Month) -> tuple[Incident, ...]:
    if rng.random() > 0.22 or first.until(last) < 10:
        return ()
    begun = first.plus(rng.randrange(2, first.until(last) - 6))
    ended = begun.plus(rng.randrange(0, 4))
    what = rng.choices(("late", "short", "none", "adjusted"), (5, 2, 1, 3))[0]
    if what == "adjusted":
        begun = Month(begun.year, 7)
        ended = begun.plus(1)
        if not first <= begun <= ended < last:
            return ()
    return (Incident(what, begun, ended, ended.plus(rng.randrange(1, 4))),)


def _pick(
    rng: random.Random, employers: Sequence[DemoEmployer], before: DemoEmployer | None
) -> DemoEmployer:
    """Large employers, which stand first, more often; never the one just left."""
    while (employer := employers[int(len(employers) * rng.random() ** 1.7)]) is before:
        pass
    return employer


def _plain(employers: Sequence[DemoEmployer]) -> Career:
    """Long and ordinary, with one change of employer within the last 36 months."""
    change = Month(2025, 3)
    return Career(
        (
            Stint(employers[4], Month(2007, 7), Month(2012, 6), going_on=False, wage=0.55),
            Stint(employers[0], Month(2012, 7), change.plus(-1), going_on=False, wage=0.84),
            Stint(employers[1], change, LAST_MONTH, going_on=True, wage=0.97),
        )
    )


def _long_employer(employers: Sequence[DemoEmployer]) -> Career:
    return Career(
        (
            Stint(employers[3], Month(2012, 9), Month(2019, 5), going_on=False, wage=0.6),
            Stint(employers[2], Month(2019, 6), LAST_MONTH, going_on=True, wage=0.78),
        )
    )


def _gaps(employers: Sequence[DemoEmployer]) -> Career:
    """Months without cover, months paid late, months paid short, and a time of paying alone."""
    late = Incident("late", Month(2024, 2), Month(2024, 4), Month(2024, 7))
    short = Incident("short", Month(2025, 11), Month(2025, 12), Month(2026, 2))
    missing = Incident("none", Month(2026, 1), Month(2026, 1), Month(2026, 2))
    return Career(
        (
            Stint(employers[6], Month(2006, 7), Month(2015, 10), going_on=False, wage=0.5),
            Stint(
                employers[3],
                Month(2016, 3),
                Month(2024, 9),
                going_on=False,
                wage=0.7,
                incidents=(late,),
            ),
            Stint(None, Month(2024, 11), Month(2025, 3), going_on=False, wage=0.4),
            Stint(
                employers[7],
                Month(2025, 6),
                LAST_MONTH,
                going_on=True,
                wage=0.66,
                incidents=(short, missing),
            ),
        )
    )


def _nothing(_: Sequence[DemoEmployer]) -> Career:
    return Career(())


def _retired(employers: Sequence[DemoEmployer]) -> Career:
    """At the ceiling until retirement, with one six-digit payment for years made up."""
    return Career(
        (Stint(employers[5], Month(2006, 7), Month(2026, 3), going_on=False, wage=3.4),),
        (LumpSum(Month(2026, 3), "33", 2_754_900, 12_648_000),),
    )


def _short(employers: Sequence[DemoEmployer]) -> Career:
    adjusted = Incident("adjusted", Month(2025, 7), Month(2025, 8), Month(2025, 9))
    return Career(
        (
            Stint(employers[1], Month(2017, 8), Month(2021, 2), going_on=False, wage=0.62),
            Stint(
                employers[0],
                Month(2021, 4),
                LAST_MONTH,
                going_on=True,
                wage=0.88,
                incidents=(adjusted,),
            ),
        )
    )


def day_in(month: Month, day: int) -> dt.date:
    """A day of the month; past the 28th it lies in the next one. Never a weekend."""
    date = month.first_day + dt.timedelta(days=day - 1)
    return date + dt.timedelta(days=(0, 0, 0, 0, 0, 2, 1)[date.weekday()])
