"""Years of insurance, the personal account year by year, and subsidies."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from archive.demo.careers import day_in
from archive.demo.ledger import PENSION
from archive.demo.life import Life
from archive.demo.people import AS_OF
from archive.model import AccountYear, Subsidy, YearsOfInsurance
from archive.tables.shelf import load_tables
from archive.values import Month, from_fen

_EARLIER: Final = 300
"""Invented, for years before the demonstration's account years begin: they only make an opening."""
_PAYING_MONTHS: Final = {"1": 139, "2": 170}
"""计发月数 at 60 and at 55, by sex."""
_SERVICE: Final = {4: 48}
"""Deemed months of the first six persons, by place: years as a soldier."""
_NO_WAGES_BEFORE: Final = 1975


@dataclass(frozen=True, slots=True)
class Account:
    """A personal account as it was kept."""

    years: tuple[AccountYear, ...]
    monthly: int
    """What it pays a month after retirement, in fen; 0 before."""


@cache
def _published() -> dict[int, int]:
    """The published rates by year, in hundredths of a percent."""
    return {year: int(rate * 100) for year, rate in load_tables().interest.percent.items()}


def years_of_insurance(life: Life) -> Iterator[YearsOfInsurance]:
    """The months of each line, counted to the last that was paid in full."""
    for line, full in life.ledger.full.items():
        if not full:
            continue
        first, last, paid = min(full), max(full), len(full)
        deemed = _deemed(life) if line == PENSION else 0
        yield YearsOfInsurance(
            person_id=life.person.person_id,
            line=line,
            paid_months=paid,
            deemed_months=deemed,
            interrupted_months=first.until(last) + 1 - paid,
            total_months=paid + deemed,
            counted_to=last,
        )


def _deemed(life: Life) -> int:
    if life.person.place in _SERVICE:
        return _SERVICE[life.person.place]
    rng = life.chance("deemed")
    old_enough = life.person.birth_date.year < _NO_WAGES_BEFORE
    return rng.randrange(12, 121) if old_enough and rng.random() < 0.3 else 0


def account(life: Life) -> Account:
    """Interest by the monthly product-sum; after retirement a fixed sum is paid out each month."""
    credited, retired = life.ledger.credits, _retired(life)
    if not credited:
        return Account((), 0)
    years: list[AccountYear] = []
    balance = monthly = 0
    for year in range(min(credited), AS_OF.year + 1):
        if retired is not None and year == retired.year:
            monthly = (balance + sum(credited.get(year, ()))) // _PAYING_MONTHS[life.person.sex]
        if year == AS_OF.year:  # its interest is not published yet
            break
        row = _account_year(life, year, balance, monthly, retired)
        balance = int(row.closing * 100)
        if year in _published():
            years.append(row)
    return Account(tuple(years), monthly)


def _account_year(
    life: Life, year: int, opening: int, monthly: int, retired: Month | None
) -> AccountYear:
    credited = life.ledger.credits.get(year, [0] * 12)
    # A sum credited in month m bears interest for 13 - m months.
    product = opening * 12 + sum(fen * (12 - place) for place, fen in enumerate(credited))
    interest = (product * _published().get(year, _EARLIER) + 60_000) // 120_000
    out = monthly * (12 - retired.number if retired and retired.year == year else 12)
    principal = sum(credited)
    full = life.ledger.full[PENSION]
    return AccountYear(
        person_id=life.person.person_id,
        line=PENSION,
        year=year,
        opening=from_fen(opening),
        principal=from_fen(principal),
        interest=from_fen(interest),
        paid_out=from_fen(out),
        closing=from_fen(opening + principal + interest - out),
        months_so_far=sum(month.year <= year for month in full),
        interest_to=dt.date(year, 12, 31),
        state="4" if retired is not None and retired.year <= year else "1",
    )


def _retired(life: Life) -> Month | None:
    return None if life.person.retired_on is None else Month.of(life.person.retired_on)


def subsidies(life: Life) -> Iterator[Subsidy]:
    """Towards what some pay who pay alone: the city mostly, the province now and then."""
    rng = life.chance("subsidies")
    for stint in life.career.stints:
        if stint.employer is not None or (life.person.place != 2 and rng.random() > 0.4):
            continue
        payer = rng.choices(("4", "3", "11"), (8, 1, 1))[0] if life.person.place != 2 else "4"
        for month in Month.range(stint.first, stint.last):
            paid_on = day_in(month.plus(1), 25)
            if paid_on <= AS_OF:
                yield Subsidy(
                    person_id=life.person.person_id,
                    line=PENSION,
                    month=month,
                    payer=payer,
                    amount=from_fen(30_000 if payer == "4" else 20_000),
                    paid_on=paid_on,
                )
