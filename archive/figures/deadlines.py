"""Terms in working days: when something is due, and whether it is late.

Both are judged by the day of the data: what has happened since, nobody knows here.
"""

import datetime as dt
from dataclasses import dataclass

from archive.cases import ENDED, FINISHED
from archive.figures.figure import Figure, Missing, Unit, Unknown, explained, refs
from archive.figures.records import Basis, PersonRecords
from archive.model import Case
from archive.tables.working_days import WorkingDays


@dataclass(frozen=True, slots=True)
class Running:
    """Not due yet."""

    due: dt.date
    left: int | Unknown
    """Working days from the day of the data to the last day; 0: that day is the last."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """The last day is over and nothing is finished."""

    due: dt.date
    late: int | Unknown
    """Working days from then to the day of the data."""


@dataclass(frozen=True, slots=True)
class Met:
    """Finished in time."""

    due: dt.date
    finished: dt.date


@dataclass(frozen=True, slots=True)
class Missed:
    """Finished, but late."""

    due: dt.date
    finished: dt.date
    late: int | Unknown
    """Working days."""


Clock = Running | Overdue | Met | Missed | Unknown
"""Unknown: no term is recorded, or it ends in a year whose working days are not arranged."""


def clock(
    accepted: dt.date,
    term: int | None,
    finished: dt.date | None,
    days: WorkingDays,
    day: dt.date,
) -> Clock:
    """The state, on a day, of a term of so many working days that began with the acceptance."""
    if term is None:
        return Unknown(Missing.TERM)
    due = days.add(accepted, term)
    if due is None:
        return Unknown(Missing.CALENDAR)
    if finished is not None:
        if finished <= due:
            return Met(due, finished)
        return Missed(due, finished, _count(days, due, finished))
    if day <= due:
        return Running(due, _count(days, day, due))
    return Overdue(due, _count(days, due, day))


def dossier_clocks(records: PersonRecords, basis: Basis) -> tuple[Figure[object], ...]:
    """The clock of each transfer of a personnel file, in the order of the records."""
    tables = basis.tables
    term = tables.deadlines.working_days.dossier_transfer
    return tuple(
        explained(
            "dossier_transfer",
            clock(row.accepted_on, term, row.finished_on, tables.working_days, records.as_of.day),
            Unit.TERM,
            subject=str(number),
            rows=refs(row),
            tables=[tables.deadlines, tables.working_days],
            words={"days": term},
        )
        for number, row in enumerate(records.dossier_transfers, 1)
    )


def case_clocks(records: PersonRecords, basis: Basis) -> tuple[Figure[object], ...]:
    """The legal and the promised term of each case, in the order of the records."""
    days = basis.tables.working_days
    return tuple(
        explained(
            name,
            _case_clock(row, term, days, records.as_of.day),
            Unit.TERM,
            subject=str(number),
            rows=refs(row),
            tables=[days],
        )
        for number, row in enumerate(records.cases, 1)
        for name, term in (("case.legal", row.legal_days), ("case.promised", row.promised_days))
    )


def _case_clock(case: Case, term: int | None, days: WorkingDays, day: dt.date) -> Clock:
    """What was withdrawn (撤回) or refused (不予受理) is neither in time nor late, whatever day it
    has; nor can be said of what was finished on a day that is not known.
    """
    done = case.state == FINISHED and case.finished_on is not None
    if case.state in ENDED and not done:
        return Unknown(Missing.ENDED)
    return clock(case.accepted_on, term, case.finished_on, days, day)


def _count(days: WorkingDays, start: dt.date, end: dt.date) -> int | Unknown:
    count = days.between(start, end)
    return Unknown(Missing.CALENDAR) if count is None else count
