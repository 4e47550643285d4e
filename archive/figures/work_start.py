"""Dates that may tell when somebody began to work: a reference, never a decision."""

import datetime as dt
from dataclasses import dataclass
from typing import TypeVar

from archive.figures.figure import Figure, Unit, Unknown, explained, refs
from archive.figures.records import Basis, PersonRecords
from archive.model import Contribution, Employment, LabourContract, Registration
from archive.values import Month

Earliest = TypeVar("Earliest", dt.date, Month)


@dataclass(frozen=True, slots=True)
class ReferenceDates:
    """The first of each kind, side by side."""

    contract: dt.date | Unknown
    """The first labour contract filed."""
    employment: dt.date | Unknown
    """The first registration of employment."""
    insured: Month | Unknown
    """AAC049, the earliest of all lines."""
    contributed: Month | Unknown
    """The first contribution month (AAE003) of any line."""


def work_start(records: PersonRecords, _: Basis) -> tuple[Figure[object], ...]:
    """The reference dates; a later page or paper must call them so (参考)."""
    contracts = sorted(records.contracts, key=lambda row: row.started)[:1]
    employments = sorted(records.employments, key=lambda row: row.employed_on)[:1]
    registrations = sorted(records.registrations, key=lambda row: row.first_month)[:1]
    contributions = sorted(records.contributions, key=lambda row: row.month)[:1]
    dates = ReferenceDates(
        contract=_first([row.started for row in contracts], records.unknown(LabourContract)),
        employment=_first([row.employed_on for row in employments], records.unknown(Employment)),
        insured=_first([row.first_month for row in registrations], records.unknown(Registration)),
        contributed=_first([row.month for row in contributions], records.unknown(Contribution)),
    )
    rows = refs(*contracts, *employments, *registrations, *contributions)
    return (explained("work_start", dates, Unit.DATES, rows=rows),)


def _first(found: list[Earliest], none: Unknown) -> Earliest | Unknown:
    return found[0] if found else none
