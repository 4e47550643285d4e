"""From a career to lines of the contributions file.

Half a million lines are ordinary for a thousand persons, so a line is put together from pieces
that stay the same for a whole year, and money is fen.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from archive.demo.careers import Career, Incident, LumpSum, Stint, day_in
from archive.demo.ledger import PENSION, Ledger
from archive.demo.people import AS_OF, REGION, DemoPerson
from archive.tables.rates import Rate, Rates
from archive.values import Month, format_date

LINES: Final = (PENSION, "210", "410")

_ALONE: Final = Rate(0, 2000)
"""Paying alone: the whole fifth of the base, line 110 only (example)."""
_CREDITED: Final = Rate(0, 800)
"""What of the base is credited to the personal account."""
_NO_INDUSTRY: Final = 0


@dataclass(frozen=True, slots=True)
class _Amounts:
    """Base, due and paid of a row, of employer and employee; fen."""

    base: int
    due: tuple[int, int]
    paid: tuple[int, int]

    @property
    def credit(self) -> int:
        """What the personal account gets: the own share, as far as it is credited."""
        own, most = self.paid[1], _CREDITED.due(self.base)[1]
        return max(-most, min(own, most))

    @property
    def text(self) -> str:
        """The five amounts as they are written."""
        return ",".join(map(_yuan, (self.base, *self.due, *self.paid)))


def contribution_lines(
    person: DemoPerson, career: Career, rates: Rates, rng: random.Random, ledger: Ledger
) -> Iterator[str]:
    """The person's lines in the order of line and month; the ledger adds them up."""
    for line in LINES:
        for stint in career.stints:
            if stint.employer is not None or line == PENSION:
                yield from _Writer(person, stint, line, rates, rng, ledger).lines()
        if line == PENSION:
            yield from (_lump(person, lump, ledger) for lump in career.lump_sums)


class _Writer:
    """The lines of one stint and one line of insurance."""

    def __init__(
        self,
        person: DemoPerson,
        stint: Stint,
        line: str,
        rates: Rates,
        rng: random.Random,
        ledger: Ledger,
    ) -> None:
        self._stint = stint
        self._line = line
        self._rates = rates
        self._rng = rng
        self._ledger = ledger
        employer = stint.employer
        self._head = f"{person.person_id},{line},"
        self._employer_id = employer.employer_id if employer else ""
        self._industry = employer.industry if employer and line == "410" else _NO_INDUSTRY
        self._pay_day = employer.pay_day if employer else 20
        self._last_base = 0
        self._last_rate: Rate | None = None

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
        ordinary = self._in_full(base, rate)
        text = ordinary.text
        for month in Month.range(first, last):
            incident = self._incident(month)
            if incident is None:
                yield self._ordinary(month, ordinary, text)
            else:
                yield from self._troubled(month, base, rate, incident)
        self._last_base, self._last_rate = base, rate

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

    def _in_full(self, base: int, rate: Rate) -> _Amounts:
        due = rate.due(base)
        return _Amounts(base, due, due)

    def _ordinary(self, month: Month, amounts: _Amounts, text: str = "") -> str:
        posted = _posted(month, self._pay_day)
        if posted:
            return self._row(month, "10", month, amounts, posted, "1", text)
        on_its_way = _Amounts(amounts.base, amounts.due, (0, 0))
        return self._row(month, "10", month, on_its_way, "", "3")

    def _troubled(self, month: Month, base: int, rate: Rate, incident: Incident) -> Iterator[str]:
        match incident.what:
            case "late":
                yield self._settled(month, "31", self._in_full(base, rate), incident)
            case "together":
                yield self._settled(month, "32", self._in_full(base, rate), incident)
            case "adjusted":
                yield from self._adjusted(month, base, rate, incident)
            case "rate":
                yield from self._rate_adjusted(month, base, rate, incident)
            case "too_high":
                yield from self._too_high(month, base, rate, incident)
            case "returned":
                yield self._ordinary(month, self._in_full(base, rate))
                yield self._refunded(month, self._in_full(base, rate), incident)
                self._ledger.returned(self._line, month)
            case what:
                yield self._unpaid(month, base, rate, what)

    def _settled(self, month: Month, kind: str, amounts: _Amounts, incident: Incident) -> str:
        posted = _posted(incident.settled, self._pay_day)
        return self._row(month, kind, incident.settled, amounts, posted, "1")

    def _unpaid(self, month: Month, base: int, rate: Rate, what: str) -> str:
        """Part of the employer's share came, or nothing at all."""
        due, own_due = rate.due(base)
        if what == "none":
            return self._row(month, "10", month, _Amounts(base, (due, own_due), (0, 0)), "", "2")
        paid = due * self._rng.choice((40, 50, 60)) // 100
        part = _Amounts(base, (due, own_due), (paid, own_due))
        return self._row(month, "10", month, part, _posted(month, self._pay_day), "0")

    def _adjusted(self, month: Month, base: int, rate: Rate, incident: Incident) -> Iterator[str]:
        """Paid on last year's base at first; the difference to the new one comes later."""
        old = min(self._last_base or base, base)
        yield self._ordinary(month, self._in_full(old, rate))
        if old < base:
            yield self._settled(month, "34", self._in_full(base - old, rate), incident)

    def _rate_adjusted(
        self, month: Month, base: int, rate: Rate, incident: Incident
    ) -> Iterator[str]:
        """Paid by the rate of before at first; the difference to the new one comes later."""
        old, new = (self._last_rate or rate).due(base), rate.due(base)
        more = new[0] - old[0], new[1] - old[1]
        if min(more) < 0 or more == (0, 0):
            yield self._ordinary(month, self._in_full(base, rate))
            return
        yield self._ordinary(month, _Amounts(base, old, old))
        yield self._settled(month, "35", _Amounts(base, more, more), incident)

    def _too_high(self, month: Month, base: int, rate: Rate, incident: Incident) -> Iterator[str]:
        """Paid on a base a fifth too high; the difference went back."""
        high = self._rates.base_range(self._line, _july(month)).clamp(base * 6 // 5)
        yield self._ordinary(month, self._in_full(high, rate))
        if high > base:
            right, wrong = rate.due(base), rate.due(high)
            more = wrong[0] - right[0], wrong[1] - right[1]
            yield self._refunded(month, _Amounts(high - base, more, more), incident)

    def _refunded(self, month: Month, amounts: _Amounts, incident: Incident) -> str:
        back = -amounts.due[0], -amounts.due[1]
        return self._settled(month, "20", _Amounts(amounts.base, back, back), incident)

    def _row(
        self,
        month: Month,
        kind: str,
        settled: Month,
        amounts: _Amounts,
        posted: str,
        status: str,
        text: str = "",
    ) -> str:
        if status == "1":
            self._ledger.paid(self._line, month)
        if self._line == PENSION:
            self._ledger.credit(settled, amounts.credit)
        return (
            f"{self._head}{month},{kind},{settled},{self._employer_id},"
            f"{text or amounts.text},{status},0.00,{posted},{REGION}\n"
        )


def _lump(person: DemoPerson, lump: LumpSum, ledger: Ledger) -> str:
    employer_id = lump.employer.employer_id if lump.employer else ""
    own = 0, lump.employee_fen
    amounts = _Amounts(lump.base_fen, own, own)
    ledger.paid(PENSION, lump.month)
    ledger.credit(lump.month, amounts.credit)
    return (
        f"{person.person_id},110,{lump.month},{lump.kind},{lump.month},{employer_id},"
        f"{amounts.text},1,0.00,{_posted(lump.month, 20)},{REGION}\n"
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
    whole, part = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{part:02d}"
