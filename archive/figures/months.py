"""Contribution months of a line: paid in full, deemed, interrupted, total.

What makes a month paid is decided in `archive.months`, once for screen, paper and figures.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from archive.figures.figure import Difference, Figure, Missing, Note, Unit, Unknown, explained, refs
from archive.figures.records import PersonRecords
from archive.model import Contribution, Registration, YearsOfInsurance
from archive.months import PAID, MonthState, brought_months, month_states
from archive.values import Month

Count = int | Unknown


@dataclass(frozen=True, slots=True)
class MonthCounts:
    """The four counts of GB/T 40217."""

    paid: Count
    """AAE201."""
    deemed: Count
    """AAE200."""
    interrupted: Count
    """EAE027."""
    total: Count
    """EAC047."""


def contribution_months(records: PersonRecords, line: str) -> tuple[Figure[object], ...]:
    """The four figures of a line (AAE140), with what the agency's own record says else."""
    rows = [row for row in records.contributions if row.line == line]
    registrations = [row for row in records.registrations if row.line == line]
    agency = next((row for row in records.years if row.line == line), None)
    states, brought = month_states(rows, line), brought_months(records.transfers, line)
    first = min([*states, *(row.first_month for row in registrations)], default=None)
    end = end_month(records)
    counted = count_months(states, first, end, _deemed(records, agency), brought)
    counts = _heed_deliveries(records, counted)
    differing = _differences(states, first, counts, agency, brought)
    paid, years = refs(*rows), refs(agency) if agency else ()
    used = {
        "paid": (counts.paid, paid),
        "deemed": (counts.deemed, years),
        "interrupted": (counts.interrupted, refs(*registrations) + paid),
        "total": (counts.total, years + paid),
    }
    beside = _elsewhere(sum(states.get(month) not in PAID for month in brought))
    notes = {"interrupted": _span(first, end), "paid": beside, "total": beside, "deemed": ()}
    return tuple(
        explained(
            f"months.{name}",
            value,
            Unit.MONTHS,
            subject=line,
            rows=used_rows,
            notes=notes[name] if isinstance(value, int) else (),
            differences=differing.get(name, ()),
        )
        for name, (value, used_rows) in used.items()
    )


def _deemed(records: PersonRecords, agency: YearsOfInsurance | None) -> Count:
    if agency is not None:
        return agency.deemed_months
    never = records.never(YearsOfInsurance)
    return Unknown(Missing.NOT_DELIVERED if never else Missing.DEEMED_MONTHS)


def _heed_deliveries(records: PersonRecords, counts: MonthCounts) -> MonthCounts:
    """What rests on a kind that was never delivered is not known, whatever else is recorded."""
    unknown = Unknown(Missing.NOT_DELIVERED)
    if records.never(Contribution):
        return MonthCounts(unknown, counts.deemed, unknown, unknown)
    return replace(counts, interrupted=unknown) if records.never(Registration) else counts


def end_month(records: PersonRecords) -> Month:
    """Up to which month a gap counts: that of the data, or the one before retirement or death."""
    person = records.person
    stops = (person.retirement, Month.of(person.died_on) if person.died_on else None)
    return min([records.as_of_month, *(month.plus(-1) for month in stops if month)])


def count_months(
    states: Mapping[Month, MonthState],
    first: Month | None,
    end: Month,
    deemed: Count,
    brought: Collection[Month] = (),
) -> MonthCounts:
    """Count each month once. A month later than `end` (paid in advance) is paid, never a gap.

    Nor is one that was `brought` from another region, where it was paid.
    Without a record of any month nobody knows whether one was paid, nor which were not.
    """
    if not states or first is None:
        unknown = Unknown(Missing.NO_RECORD)
        return MonthCounts(unknown, deemed, unknown, unknown)
    paid = sum(state in PAID for state in states.values())
    span = Month.range(first, end)
    gaps = (month for month in span if month not in brought)
    interrupted = sum(states.get(month, "none") not in PAID for month in gaps)
    return MonthCounts(paid, deemed, interrupted, _sum(paid, deemed))


def _sum(paid: int, deemed: Count) -> Count:
    return deemed if isinstance(deemed, Unknown) else paid + deemed


def _differences(
    states: Mapping[Month, MonthState],
    first: Month | None,
    counts: MonthCounts,
    agency: YearsOfInsurance | None,
    brought: Collection[Month],
) -> dict[str, tuple[Difference]]:
    """Count again up to the agency's own last month, and compare."""
    if agency is None:
        return {}
    last = agency.counted_to
    counted = {month: state for month, state in states.items() if last is None or month <= last}
    end = last or max(states, default=Month(1949, 1))
    own = count_months(counted, first, end, counts.deemed, brought)
    pairs = [
        ("paid", "AAE201", own.paid, agency.paid_months),
        ("interrupted", "EAE027", own.interrupted, agency.interrupted_months if last else None),
        ("total", "EAC047", own.total, agency.total_months),
    ]
    return {
        name: (Difference(code, str(computed), str(recorded)),)
        for name, code, computed, recorded in pairs
        if recorded is not None and isinstance(getattr(counts, name), int)
        if isinstance(computed, int) and computed != recorded
    }


def _elsewhere(months: int) -> tuple[Note, ...]:
    """What the counts leave to the agency: how many of these months it took over."""
    if not months:
        return ()
    return (
        Note(
            f"另有外地转入 {months} 个月，未计入。",
            f"Months transferred in from another region, not counted here: {months}.",
        ),
    )


def _span(first: Month | None, end: Month) -> tuple[Note, ...]:
    if first is None:
        return ()
    return (
        Note(
            f"自 {first.label} 起，算至 {end.label}；到账可能延迟 1 至 3 个月。",
            f"From {first.label} to {end.label}; payments may take 1 to 3 months to arrive.",
        ),
    )
