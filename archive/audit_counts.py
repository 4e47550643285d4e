"""How often statements were printed, by day: figures without persons."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace
from typing import Final

from archive.model import AuditKind
from archive.store import AuditFilter, Store
from archive.values import CHINA

SMALLEST: Final = 5
"""A smaller figure over several kiosks may tell of a person, and is not told (PIPL, art. 6)."""
NO_PAPER: Final = ("failed", "cancelled")


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
    void = _void(store, wanted.since)
    counts: Counter[tuple[dt.date, str, str]] = Counter()
    for row in store.audit_rows(wanted=replace(wanted, kind=AuditKind.PAPER_REQUESTED.value)):
        if row.reference and void[row.reference]:
            void[row.reference] -= 1
            continue
        day = row.at.astimezone(CHINA).date()
        counts[day, row.kiosk if by_kiosk else "", row.statement] += row.count
    return tuple(
        PrintCount(*key, prints if by_kiosk or prints >= SMALLEST else None)
        for key, prints in sorted(counts.items())
    )


def _void(store: Store, since: dt.datetime | None) -> Counter[str]:
    """References of requests that came to nothing, once for each."""
    return Counter(
        row.reference
        for kind in (AuditKind.PAPER_OUTCOME, AuditKind.JOB_RESOLVED)
        for result in NO_PAPER
        for row in store.audit_rows(wanted=AuditFilter(since, None, kind.value, result=result))
    )
