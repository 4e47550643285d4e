"""The records as the screen shows them: three figures, and the contribution calendar."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from archive.codes import Language, code_table
from archive.model import Contribution
from archive.months import PAID, MonthState, month_states
from archive.values import Month
from kiosk.charts.months import DrawnKind, MonthsChart, YearRow, months_chart
from kiosk.identify import HolderRecords
from printing.statements.caveats import Caveat

LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")
PENSION = "110"
"""AAE140 企业职工基本养老保险, the line that people look at first."""


@dataclass(frozen=True, slots=True)
class RecordsView:
    """What the menu shows of the records; without contributions there are no years."""

    line: Mapping[Language, str]
    """The line of insurance, by language."""
    as_of: dt.date
    source: str
    caveats: tuple[Caveat, ...]
    """What is to be known of the data: old, or not whole."""
    sums: tuple[tuple[DrawnKind, int], ...]
    """How many months are so."""
    years: tuple[YearRow, ...]
    """The newest first."""
    chart: MonthsChart | None
    """The drawing of these years; None: there are none."""


def records_view(records: HolderRecords) -> RecordsView:
    """The calendar of the pension line, or of the first line there is."""
    material = records.material
    contributions = material.of(Contribution)
    lines = {row.line for row in contributions}
    line = min(lines, key=lambda line: (line != PENSION, line), default=PENSION)
    known = month_states(contributions, line)
    retirement = material.retirement(material.window.last)
    states: dict[Month, DrawnKind] = {
        month: _kind(known.get(month, "none"), month, retirement) for month in material.window
    }
    table = code_table("AAE140.hrss")
    first, last = material.window.first.year, material.window.last.year
    years = tuple(
        YearRow(year, tuple(states.get(Month(year, number), "outside") for number in range(1, 13)))
        for year in range(last, first - 1, -1)
        if lines
    )
    return RecordsView(
        line={tag: table.label(line, tag) for tag in LANGUAGES},
        as_of=material.day,
        source=material.as_of.source,
        caveats=material.caveats,
        sums=_sums(list(states.values())),
        years=years,
        chart=months_chart(years) if years else None,
    )


def _kind(state: MonthState, month: Month, retirement: Month | None) -> DrawnKind:
    """What is empty after retirement is no gap."""
    if state == "none" and retirement and month >= retirement:
        return "retired"
    return state


def _sums(kinds: list[DrawnKind]) -> tuple[tuple[DrawnKind, int], ...]:
    none, retired = kinds.count("none"), kinds.count("retired")
    last: tuple[tuple[DrawnKind, int], ...] = (("none", none), ("retired", retired))
    return (
        ("full", sum(kind in PAID for kind in kinds)),
        ("short", kinds.count("short") + kinds.count("interrupted")),
        *(last if none and retired else last[1:] if retired else last[:1]),
    )
