"""From a career to lines of the contributions file.

Half a million lines are ordinary for a thousand persons, so a line is put together from pieces
that stay the same for a whole year, and money is fen.
"""

import random
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from archive.demo.careers import Career, Incident, LumpSum, Stint, day_in
from archive.demo.people import AS_OF, REGION, DemoPerson
from archive.tables.rates import Rate, Rates
from archive.values import Month, format_date

HEADER: Final = (
    "AAC001,AAE140,AAE003,AAA115,AAE002,AAB001,AAE180,"
    "AAE020,AAE022,AAE080,AAE082,AAE021,EAD131,AAE078,AAB301"
)
LINES: Final = ("110", "210", "410")

_ALONE: Final = Rate(0, 2000)
"""Paying alone: the whole fifth of the base, line 110 only (example)."""
_NO_INDUSTRY: Final = 0


def contribution_lines(
    person: DemoPerson, career: Career, rates: Rates, rng: random.Random
) -> Iterator[str]:
    """The person's lines in the order of line and month."""
    for line in LINES:
        for stint in career.stints:
            if stint.employer is not None or line == "110":
                yield from _Writer(person, stint, line, rates, rng).lines()
        if line == "110":
            yield from (_lump(person, career.stints[-1], lump) for lump in career.lump_sums)


class _Writer:
    """The lines of one stint and one line of insurance."""

    def __init__(
        self, person: DemoPerson, stint: Stint, line: str, rates: Rates, rng: random.Random
    ) -> None:
        self._stint = stint
        self._line = line
        self._rates = rates
        self._rng = rng
        employer = stint.employer
        self._head = f"{person.person_id},{line},"
        self._employer_id = employer.employer_id if employer else ""
        self._industry = employer.industry if employer and line == "410" else _NO_INDUSTRY
        self._pay_day = employer.pay_day if employer else 20
        self._last_base = 0

    def lines(self) -> Iterator[str]:
        stint = self._stint
        month = stint.first
        while month <= stint.last:
            # Base and rates change with the year of July, the rates also in January.
            last = min(stint.last, _end_of_half(month))
            yield from self._half_year(month, last)
            month = last.plus(1)

    def _half_year(self, first: Month, last: Month) -> Iterator[str]:
        base = self._base(first)
        rate = self._rate(first)
        ordinary = self._amounts(base, rate)
        for month in Month.range(first, last):
            incident = self._incident(month)
            if incident is None:
                yield self._ordinary(month, ordinary)
            elif incident.what == "adjusted":
                yield from self._adjusted(month, base, rate, incident)
            else:
                yield self._troubled(month, base, rate, incident)
        self._last_base = base

    def _base(self, month: Month) -> int:
        july = _july(month)
        bounds = self._rates.base_range(self._line, july)
        average = self._rates.base_range("110", july).ceiling / 3
        seniority = 1 + 0.012 * (july.year - self._stint.first.year)
        wage = int(average * self._stint.wage * seniority)
        if self._stint.employer is None or self._stint.employer.whole_yuan:
            wage = wage // 100 * 100
        return bounds.clamp(wage)

    def _rate(self, month: Month) -> Rate:
        if self._stint.employer is None:
            return _ALONE
        return self._rates.rate(self._line, month, self._industry)

    def _incident(self, month: Month) -> Incident | None:
        for incident in self._stint.incidents:
            if incident.first <= month <= incident.last:
                return incident
        return None

    def _amounts(self, base: int, rate: Rate) -> str:
        due, own_due = rate.due(base)
        return f"{_yuan(base)},{_yuan(due)},{_yuan(own_due)},{_yuan(due)},{_yuan(own_due)},0.00"

    def _unpaid(self, base: int, rate: Rate, percent: int) -> str:
        due, own_due = rate.due(base)
        paid = due * percent // 100
        own = own_due if percent else 0
        return f"{_yuan(base)},{_yuan(due)},{_yuan(own_due)},{_yuan(paid)},{_yuan(own)},0.00"

    def _ordinary(self, month: Month, amounts: str) -> str:
        posted = _posted(month, self._pay_day)
        if posted:
            return self._row(month, "10", month, amounts, posted, "1")
        base, due, own_due, *_ = amounts.split(",")
        on_its_way = f"{base},{due},{own_due},0.00,0.00,0.00"
        return self._row(month, "10", month, on_its_way, "", "3")

    def _troubled(self, month: Month, base: int, rate: Rate, incident: Incident) -> str:
        if incident.what == "late":
            posted = _posted(incident.settled, self._pay_day)
            return self._row(month, "31", incident.settled, self._amounts(base, rate), posted, "1")
        if incident.what == "short":
            part = self._unpaid(base, rate, self._rng.choice((40, 50, 60)))
            return self._row(month, "10", month, part, _posted(month, self._pay_day), "0")
        return self._row(month, "10", month, self._unpaid(base, rate, 0), "", "2")

    def _adjusted(self, month: Month, base: int, rate: Rate, incident: Incident) -> Iterator[str]:
        """Paid on last year's base at first; the difference to the new one comes later."""
        old = min(self._last_base or base, base)
        yield self._ordinary(month, self._amounts(old, rate))
        if old < base:
            posted = _posted(incident.settled, self._pay_day)
            difference = self._amounts(base - old, rate)
            yield self._row(month, "34", incident.settled, difference, posted, "1")

    def _row(
        self, month: Month, kind: str, settled: Month, amounts: str, posted: str, status: str
    ) -> str:
        return (
            f"{self._head}{month},{kind},{settled},{self._employer_id},"
            f"{amounts},{posted},{status},{REGION}\n"
        )


def _lump(person: DemoPerson, stint: Stint, lump: LumpSum) -> str:
    employer_id = stint.employer.employer_id if stint.employer else ""
    amount = _yuan(lump.employee_fen)
    return (
        f"{person.person_id},110,{lump.month},{lump.kind},{lump.month},{employer_id},"
        f"{_yuan(lump.base_fen)},0.00,{amount},0.00,{amount},0.00,"
        f"{_posted(lump.month, 20)},1,{REGION}\n"
    )


def _end_of_half(month: Month) -> Month:
    return Month(month.year, 6 if month.number <= 6 else 12)


def _july(month: Month) -> Month:
    return Month(month.year - (month.number < 7), 7)


@lru_cache(4096)
def _posted(month: Month, pay_day: int) -> str:
    """The day on which the money came, empty when that lies past the end of the data."""
    posted = day_in(month, pay_day)
    return format_date(posted) if posted <= AS_OF else ""


@lru_cache(65536)
def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
