"""The three registrations side by side: employment, insurance, labour contract, by employer.

Periods of one employer that touch or overlap are one stretch; each stretch is looked at for what is
lacking and for dates that lie apart. A difference is something to ask about, not a fault.
"""

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import combinations
from typing import Final

from archive.figures.figure import Figure, Missing, Unit, Unknown, explained, refs
from archive.figures.records import Basis, PersonRecords
from archive.model import Employment, LabourContract, Registration


class Kind(StrEnum):
    """Which of the three."""

    EMPLOYMENT = "employment"
    INSURANCE = "insurance"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day; None: it goes on."""

    started: dt.date
    ended: dt.date | None


@dataclass(frozen=True, slots=True)
class Lacking:
    """One kind is registered and another is not: a contract without insurance …"""

    has: Kind
    lacks: Kind


@dataclass(frozen=True, slots=True)
class StartsApart:
    """Two kinds begin so many days apart."""

    first: Kind
    second: Kind
    days: int


@dataclass(frozen=True, slots=True)
class EndsApart:
    """Two kinds end so many days apart; None: only one of them has ended."""

    first: Kind
    second: Kind
    days: int | None


Side = Period | Unknown | None
"""None: nothing is registered. Unknown: the kind was never delivered."""
Gap = Lacking | StartsApart | EndsApart


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is registered of one employer for one stretch of time."""

    employer: str = field(repr=False)
    """As it is written in the first of the records; empty: work of one's own."""
    employment: Side
    insurance: Side
    contract: Side
    gaps: tuple[Gap, ...]


_ROWS: Final = {
    Kind.EMPLOYMENT: Employment,
    Kind.INSURANCE: Registration,
    Kind.CONTRACT: LabourContract,
}


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: Kind
    employer: str
    period: Period


def side_by_side(records: PersonRecords, basis: Basis) -> tuple[Figure[object], ...]:
    """Every stretch, the latest first."""
    never = frozenset(kind for kind, rows in _ROWS.items() if records.never(rows))
    by_employer: dict[str, list[_Entry]] = defaultdict(list)
    for entry in _entries(records):
        by_employer[_same(entry.employer)].append(entry)
    stretches = [
        _stretch(part, never, basis.days_apart, records.as_of.day)
        for entries in by_employer.values()
        for part in _parts(entries, dt.timedelta(days=basis.days_apart))
    ]
    stretches.sort(key=lambda stretch: _first_day(stretch), reverse=True)
    value = tuple(stretches) or records.unknown(*_ROWS.values())
    rows = refs(*records.employments, *records.registrations, *records.contracts)
    return (explained("registrations", value, Unit.PERIODS, rows=rows),)


def _entries(records: PersonRecords) -> Iterator[_Entry]:
    for job in records.employments:
        yield _Entry(Kind.EMPLOYMENT, job.employer_name, Period(job.employed_on, job.ended))
    for insured in records.registrations:
        employer = records.employers.get(insured.employer_id)
        name = employer.name if employer else insured.employer_id
        yield _Entry(Kind.INSURANCE, name, Period(insured.started, insured.ended))
    for contract in records.contracts:
        yield _Entry(
            Kind.CONTRACT, contract.employer_name, Period(contract.started, contract.ended)
        )


def _same(name: str) -> str:
    """One employer is written in several ways: full-width brackets, spaces."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name))


def _parts(entries: list[_Entry], tolerance: dt.timedelta) -> Iterator[list[_Entry]]:
    """Entries whose periods touch, overlap or lie no more than the tolerance apart."""
    part: list[_Entry] = []
    end = dt.date.min
    for entry in sorted(entries, key=lambda entry: (entry.period.started, entry.kind)):
        if part and entry.period.started - end > tolerance:
            yield part
            part = []
        last = entry.period.ended or dt.date.max
        end = max(end, last) if part else last
        part.append(entry)
    yield part


def _stretch(part: Sequence[_Entry], never: frozenset[Kind], days: int, day: dt.date) -> Stretch:
    unknown = Unknown(Missing.NOT_DELIVERED)
    periods = {kind: unknown if kind in never else _whole(part, kind) for kind in Kind}
    own_work = not part[0].employer
    return Stretch(
        employer=part[0].employer,
        employment=periods[Kind.EMPLOYMENT],
        insurance=periods[Kind.INSURANCE],
        contract=periods[Kind.CONTRACT],
        gaps=tuple(_gaps(periods, days, day, own_work=own_work)),
    )


def _whole(part: Iterable[_Entry], kind: Kind) -> Period | None:
    """From the first day of a kind to its last."""
    periods = [entry.period for entry in part if entry.kind is kind]
    if not periods:
        return None
    ends = [period.ended for period in periods]
    ended = None if None in ends else max(end for end in ends if end)
    return Period(min(period.started for period in periods), ended)


def _gaps(periods: dict[Kind, Side], days: int, day: dt.date, *, own_work: bool) -> Iterator[Gap]:
    for first, second in combinations(Kind, 2):
        one, other = periods[first], periods[second]
        if isinstance(one, Unknown) or isinstance(other, Unknown):
            continue
        if one is None or other is None:
            has, lacks = (second, first) if one is None else (first, second)
            # Whoever works alone has no employer to make a contract with.
            if periods[has] is not None and not (own_work and lacks is Kind.CONTRACT):
                yield Lacking(has, lacks)
            continue
        if (apart := abs((one.started - other.started).days)) > days:
            yield StartsApart(first, second, apart)
        yield from _ends(first, second, one, other, days, day)


def _ends(
    first: Kind, second: Kind, one: Period, other: Period, days: int, day: dt.date
) -> Iterator[EndsApart]:
    """The end of a fixed term that has not come is as good as none."""
    ends = [end if end and end <= day else None for end in (one.ended, other.ended)]
    match ends:
        case [None, None]:
            return
        case [dt.date() as end, dt.date() as other_end]:
            if (apart := abs((end - other_end).days)) > days:
                yield EndsApart(first, second, apart)
        case _:
            ended = next(end for end in ends if end)
            if (day - ended).days > days:
                yield EndsApart(first, second, None)


def _first_day(stretch: Stretch) -> dt.date:
    periods = (stretch.employment, stretch.insurance, stretch.contract)
    return min(period.started for period in periods if isinstance(period, Period))
