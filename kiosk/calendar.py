"""The records as the screen shows them: three figures, and the contribution calendar."""

from dataclasses import dataclass
from typing import Literal

from archive.codes import code_table
from archive.model import Contribution
from archive.values import Month
from kiosk.identify import HolderRecords

PENSION = "110"
"""AAE140 企业职工基本养老保险, the line that people look at first."""
IN_FULL = "1"
"""AAE078: paid in full."""
ORDINARY = "10"
"""AAA115: ordinary contribution; others that count as paid are back-payments."""

MarkKind = Literal["full", "back", "short", "none", "outside"]
WORDS: dict[MarkKind, str] = {
    "full": "已足额",
    "back": "补缴",
    "short": "未足额",
    "none": "无记录",
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
    """What the menu shows of the records."""

    line: str
    as_of: str
    facts: tuple[Figure, ...]
    years: tuple[Year, ...]


def records_view(records: HolderRecords) -> RecordsView:
    """The calendar of the line that most months are recorded for, pension first."""
    lines = {row.line for row in records.contributions}
    line = PENSION if PENSION in lines else min(lines)
    rows = [row for row in records.contributions if row.line == line]
    marks = {month: _mark(month, rows) for month in Month.range(records.first, records.last)}
    kinds = [mark.kind for mark in marks.values()]
    return RecordsView(
        line=code_table("AAE140.hrss").label(line),
        as_of=f"{records.as_of:%Y年%m月%d日}",
        facts=(
            Figure(f"{kinds.count('full') + kinds.count('back')} 个月", "足额缴费"),
            Figure(f"{kinds.count('short')} 个月", "未足额，可向经办机构咨询"),
            Figure(f"{kinds.count('none')} 个月", "没有缴费记录"),
        ),
        years=tuple(
            Year(year, tuple(_cell(year, number, marks) for number in range(1, 13)))
            for year in range(records.last.year, records.first.year - 1, -1)
        ),
    )


def _cell(year: int, number: int, marks: dict[Month, Mark]) -> Mark:
    return marks.get(Month(year, number), Mark("outside", ""))


def _mark(month: Month, rows: list[Contribution]) -> Mark:
    kind = _kind([row for row in rows if row.month == month])
    return Mark(kind, f"{month.year}年{month.number}月{WORDS[kind]}")


def _kind(rows: list[Contribution]) -> MarkKind:
    if not rows:
        return "none"
    in_full = [row for row in rows if row.status == IN_FULL]
    if not in_full:
        return "short"
    return "full" if any(row.kind == ORDINARY for row in in_full) else "back"
