"""Invented careers: employers one after another, gaps, and what went wrong with payments."""

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from archive.demo.people import AS_OF, DemoEmployer, DemoPerson
from archive.values import Month

FIRST_MONTH: Final = Month(2006, 7)
"""Where the demonstration's electronic records begin; earlier years stay on paper."""
LAST_MONTH: Final = Month.of(AS_OF)

Employers = Callable[[int], DemoEmployer]
"""The employer with a place."""

_MEAN_STINT: Final = 46
_LEAST_STINT: Final = 4
_WHAT: Final = ("late", "short", "none", "adjusted", "together", "rate", "too_high", "returned")
_HOW_OFTEN: Final = (10, 4, 2, 6, 3, 2, 2, 1)
_RATE_CHANGED: Final = Month(2022, 7)
"""When the employer's share of line 110 rose (`rates.toml`)."""


@dataclass(frozen=True, slots=True)
class Incident:
    """Months of a stint in which payment did not go as it should."""

    what: str
    """`late`: paid by a back-payment; `together`: by one sum for all; `short`: part of it came;
    `none`: nothing came; `adjusted`, `rate`: paid on the old base or by the old rate first, the
    difference later; `too_high`: on too high a base first, the difference refunded; `returned`:
    all of it was refunded."""
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
    employer: DemoEmployer | None = None
    """Through whom it was paid; None: by the person."""


@dataclass(frozen=True, slots=True)
class Career:
    """All of a person's stints, oldest first."""

    stints: tuple[Stint, ...]
    lump_sums: tuple[LumpSum, ...] = ()


def make_career(person: DemoPerson, employers: Employers, known: int, rng: random.Random) -> Career:
    """The career of a person; the first six are as the demonstration tells them.

    The person may work for the first `known` employers.
    """
    told = (_plain, _long_employer, _gaps, _nothing, _retired, _short)
    if person.place < len(told):
        return told[person.place](employers)
    if person.work_started is None:
        return Career(())
    end = LAST_MONTH if person.retired_on is None else Month.of(person.retired_on)
    first = max(person.work_started, FIRST_MONTH)
    stints = tuple(_stints(rng, employers, known, first, end))
    return Career(stints, _lump_sums(rng, person, stints))


def _lump_sums(
    rng: random.Random, person: DemoPerson, stints: tuple[Stint, ...]
) -> tuple[LumpSum, ...]:
    """Years made up for at retirement, or a month in a gap paid by the person at one go."""
    chance = rng.random()
    if not stints or chance > 0.06:
        return ()
    base = 600_000 + rng.randrange(100) * 1000
    if person.retired_on is not None:
        months = rng.randrange(12, 61)
        last = stints[-1]
        return (LumpSum(last.last, "33", base, base // 5 * months, last.employer),)
    for before, after in pairwise(stints):
        gap = before.last.plus(1)
        if Month(2016, 7) <= gap < after.first:
            return (LumpSum(gap, "40", base, base // 5),)
    return ()


def _stints(
    rng: random.Random, employers: Employers, known: int, first: Month, end: Month
) -> list[Stint]:
    stints: list[Stint] = []
    talent = rng.lognormvariate(-0.25, 0.45)
    while first <= end:
        length = _LEAST_STINT + int(rng.expovariate(1 / _MEAN_STINT))
        last = min(first.plus(length), end)
        before = stints[-1].employer if stints else None
        employer = None if rng.random() < 0.06 else _pick(rng, employers, known, before)
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
    what = rng.choices(_WHAT, _HOW_OFTEN)[0]
    if what in ("adjusted", "too_high", "rate"):
        begun = _RATE_CHANGED if what == "rate" else Month(begun.year, 7)
        ended = begun.plus(1)
        if not first <= begun <= ended < last:
            return ()
    return (Incident(what, begun, ended, ended.plus(rng.randrange(1, 4))),)


def _pick(
    rng: random.Random, employers: Employers, known: int, before: DemoEmployer | None
) -> DemoEmployer:
    """Large employers, which stand first, more often; never the one just left."""
    while (employer := employers(int(known * rng.random() ** 1.7))) == before:
        pass
    return employer


def _plain(employers: Employers) -> Career:
    """Long and ordinary, with one change of employer within the last 36 months."""
    change = Month(2025, 3)
    return Career(
        (
            Stint(
                employers(4),
                Month(2007, 7),
                Month(2012, 6),
                going_on=False,
                wage=0.55,
                incidents=(Incident("too_high", Month(2010, 7), Month(2010, 8), Month(2010, 10)),),
            ),
            Stint(
                employers(0),
                Month(2012, 7),
                change.plus(-1),
                going_on=False,
                wage=0.84,
                incidents=(Incident("rate", _RATE_CHANGED, Month(2022, 8), Month(2022, 10)),),
            ),
            Stint(employers(1), change, LAST_MONTH, going_on=True, wage=0.97),
        )
    )


def _long_employer(employers: Employers) -> Career:
    return Career(
        (
            Stint(employers(3), Month(2012, 9), Month(2019, 5), going_on=False, wage=0.6),
            Stint(employers(2), Month(2019, 6), LAST_MONTH, going_on=True, wage=0.78),
        )
    )


def _gaps(employers: Employers) -> Career:
    """Months without cover, months paid late, months paid short, and a time of paying alone."""
    late = Incident("late", Month(2024, 2), Month(2024, 4), Month(2024, 7))
    short = Incident("short", Month(2025, 11), Month(2025, 12), Month(2026, 2))
    missing = Incident("none", Month(2026, 1), Month(2026, 1), Month(2026, 2))
    returned = Incident("returned", Month(2015, 10), Month(2015, 10), Month(2015, 12))
    together = Incident("together", Month(2018, 1), Month(2018, 3), Month(2018, 12))
    return Career(
        (
            Stint(
                employers(6),
                Month(2006, 7),
                Month(2015, 10),
                going_on=False,
                wage=0.5,
                incidents=(returned,),
            ),
            Stint(
                employers(3),
                Month(2016, 3),
                Month(2024, 9),
                going_on=False,
                wage=0.7,
                incidents=(together, late),
            ),
            Stint(None, Month(2024, 11), Month(2025, 3), going_on=False, wage=0.4),
            Stint(
                employers(7),
                Month(2025, 6),
                LAST_MONTH,
                going_on=True,
                wage=0.66,
                incidents=(short, missing),
            ),
        ),
        (LumpSum(Month(2016, 1), "40", 320_000, 64_000),),
    )


def _nothing(_: Employers) -> Career:
    return Career(())


def _retired(employers: Employers) -> Career:
    """At the ceiling until retirement, with one six-digit payment for years made up."""
    return Career(
        (Stint(employers(5), Month(2006, 7), Month(2026, 3), going_on=False, wage=3.4),),
        (LumpSum(Month(2026, 3), "33", 2_754_900, 12_648_000, employers(5)),),
    )


def _short(employers: Employers) -> Career:
    adjusted = Incident("adjusted", Month(2025, 7), Month(2025, 8), Month(2025, 9))
    return Career(
        (
            Stint(employers(1), Month(2017, 8), Month(2021, 2), going_on=False, wage=0.62),
            Stint(
                employers(0),
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
