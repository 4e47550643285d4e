"""Which prints count, and in which month: the same for limits and for figures.

A request counts at the time that the trail believes: what the clock said, and by how much it was
behind. Months and days are those of China. A request whose paper certainly never came out is
taken back by a later row with the same reference; one of unknown fate counts.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from archive.values import CHINA

NO_PAPER: Final = ("failed", "cancelled")
"""Results of a print that left no paper."""

Row = tuple[int, str]
"""Sequence and reference of a row of the trail."""


def day_of(at: dt.datetime, behind: int) -> dt.date:
    """The day of China on which a row was written; `behind` in seconds."""
    return (at + dt.timedelta(seconds=behind)).astimezone(CHINA).date()


def taken_back(requests: Iterable[Row], void: Iterable[Row]) -> set[int]:
    """The sequences of the requests that came to nothing.

    Each void row takes back the last request before it under its reference: a statement that
    failed and is printed again keeps its reference, be it in the next month.
    """
    still: defaultdict[str, list[int]] = defaultdict(list)
    gone: set[int] = set()
    rows = [(*row, False) for row in requests] + [(*row, True) for row in void]
    for sequence, reference, is_void in sorted(rows):
        if not is_void:
            still[reference].append(sequence)
        elif reference and still[reference]:
            gone.add(still[reference].pop())
    return gone
