"""How often statements were printed, by day: figures without persons."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from archive.model import AuditKind
from archive.prints import NO_PAPER, Row, day_of, taken_back
from archive.store import AuditFilter, AuditRow, Store

SMALLEST: Final = 5
"""A smaller figure over several kiosks may tell of a person, and is not told (PIPL, art. 6)."""


@dataclass(frozen=True, slots=True)
class PrintCount:
    """Prints of a statement on a day of China."""

    day: dt.date
    kiosk: str
    """Empty: of all kiosks together."""
    statement: str
    prints: int | None
    """None: fewer than `SMALLEST`, and not told."""


def print_counts(store: Store, wanted: AuditFilter, *, by_kiosk: bool) -> tuple[PrintCount, ...]:
    """Prints by day, kiosk and statement; those whose paper never came out are not counted."""
    kind = AuditKind.PAPER_REQUESTED.value
    # A clock that was behind said too early a time: such a row may lie before `since`.
    asked = tuple(store.audit_rows(wanted=replace(wanted, kind=kind, since=None, until=None)))
    gone = taken_back(((row.sequence, row.reference) for row in asked), _void(store))
    counts: Counter[tuple[dt.date, str, str]] = Counter()
    for row in asked:
        if row.sequence not in gone and _within(row, wanted):
            day = day_of(row.at, row.behind)
            counts[day, row.kiosk if by_kiosk else "", row.statement] += row.count
    return tuple(
        PrintCount(*key, prints if by_kiosk or prints >= SMALLEST else None)
        for key, prints in sorted(counts.items())
    )


def _within(row: AuditRow, wanted: AuditFilter) -> bool:
    at = row.at + dt.timedelta(seconds=row.behind)
    since, until = wanted.since or at, wanted.until
    return since <= at and (until is None or at < until)


def _void(store: Store) -> Iterator[Row]:
    """Rows that say of a request that it came to nothing."""
    for kind in (AuditKind.PAPER_OUTCOME, AuditKind.JOB_RESOLVED):
        for result in NO_PAPER:
            for row in store.audit_rows(wanted=AuditFilter(kind=kind.value, result=result)):
                yield row.sequence, row.reference
