"""The records as the screen shows them: three figures, and the contribution calendar."""

from dataclasses import dataclass
from typing import Final, Literal

from archive.codes import code_table
from archive.model import Contribution
from archive.months import PAID, MonthState, month_states
from archive.values import Month
from kiosk.identify import HolderRecords
from printing.statements.caveats import Caveat

PENSION = "110"
"""AAE140 企业职工基本养老保险, the line that people look at first."""
MarkKind = MonthState | Literal["outside"]
WORDS: Final[dict[MarkKind, str]] = {
    "full": "已足额",
    "back": "补缴",
    "short": "未足额",
    "none": "无缴费",
    "outside": "",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """One month of the calendar."""

    kind: MarkKind
    text: str
    """The same for people who listen: month and state."""


@dataclass(frozen=True, slots=True)
class Year:
    """A row of the calendar: twelve months."""

    year: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and what it is."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class RecordsView:
    """What the menu shows of the records; without contributions there are no years."""

    line: str
    as_of: str
    source: str
    caveats: tuple[Caveat, ...]
    """What is to be known of the data: old, or not whole."""
    facts: tuple[Figure, ...]
    years: tuple[Year, ...]


def records_view(records: HolderRecords) -> RecordsView:
    """The calendar of the pension line, or of the first line there is."""
    material = records.material
    contributions = material.of(Contribution)
    lines = {row.line for row in contributions}
    line = min(lines, key=lambda line: (line != PENSION, line), default=PENSION)
    known = month_states(contributions, line)
    states = {month: known.get(month, "none") for month in material.window}
    kinds = list(states.values())
    first, last = material.window.first.year, material.window.last.year
    return RecordsView(
        line=code_table("AAE140.hrss").label(line),
        as_of=f"{material.day:%Y年%m月%d日}",
        source=material.as_of.source,
        caveats=material.caveats,
        facts=(
            Figure(f"{sum(kind in PAID for kind in kinds)} 个月", "足额缴费"),
            Figure(f"{kinds.count('short')} 个月", "未足额，可向经办机构咨询"),
            Figure(f"{kinds.count('none')} 个月", "没有缴费"),
        ),
        years=tuple(
            Year(year, tuple(_mark(Month(year, number), states) for number in range(1, 13)))
            for year in range(last, first - 1, -1)
            if lines
        ),
    )


def _mark(month: Month, states: dict[Month, MonthState]) -> Mark:
    kind: MarkKind = states.get(month, "outside")
    text = f"{month.year}年{month.number}月{WORDS[kind]}" if kind != "outside" else ""
    return Mark(kind, text)
