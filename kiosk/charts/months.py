"""The contribution calendar: a row a year, a cell a month, up to forty years.

A state is told by its shape as well as by its colour: a full block, a lower half, a frame, a
slash, a line, a diamond.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from archive.months import MonthState

DrawnKind = MonthState | Literal["retired"]
"""`retired`: nothing is recorded, and nothing has to be paid any more."""
MarkKind = DrawnKind | Literal["outside"]
KINDS: Final[tuple[DrawnKind, ...]] = ("full", "back", "short", "interrupted", "none", "retired")

WIDTH: Final = 896
"""Units of the drawing; one is a design pixel of a screen 1080 wide."""
_LABELS: Final = 100
_PITCH: Final = 66
_CELL: Final = 52
_EDGE: Final = 2
"""Each shape is drawn with a line around it of twice that width, which rounds its corners."""
_HEAD: Final = 36
_ROOMY, _DENSE = 40, 32
"""Height of a row while the years are few, and while they are many."""
_FEW: Final = 15


@dataclass(frozen=True, slots=True)
class YearRow:
    """A year: the state of each of its twelve months."""

    year: int
    marks: tuple[MarkKind, ...]

    def count(self, kind: MarkKind) -> int:
        """How many months are so."""
        return self.marks.count(kind)

    def months(self, kind: MarkKind) -> tuple[int, ...]:
        """Which months are so, 1 to 12."""
        return tuple(number for number, mark in enumerate(self.marks, 1) if mark == kind)


@dataclass(frozen=True, slots=True)
class Label:
    """A word of the drawing: where its middle (of a month) or its end (of a year) stands."""

    text: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Told:
    """Years in a row of which the same is to be said: the first, the last, and what they are."""

    first: int
    last: int
    full: int
    back: tuple[int, ...]
    short: tuple[int, ...]
    interrupted: tuple[int, ...]
    none: int
    retired: int


@dataclass(frozen=True, slots=True)
class MonthsChart:
    """The drawing, and the same for who listens."""

    height: int
    years: tuple[Label, ...]
    months: tuple[Label, ...]
    shapes: tuple[tuple[DrawnKind, str], ...]
    """For each state the path (SVG) of all its cells."""
    told: tuple[Told, ...]
    """The newest year first, as in the drawing."""

    @property
    def legend(self) -> tuple[tuple[DrawnKind, str], ...]:
        """For each state that is drawn one cell, in a drawing of 56 by 36."""
        return tuple((kind, _cell(kind, _EDGE, 6, 24)) for kind, path in self.shapes if path)

    @property
    def first(self) -> int:
        """The earliest year."""
        return min(one.first for one in self.told)

    @property
    def last(self) -> int:
        """The latest year."""
        return max(one.last for one in self.told)


def trimmed(rows: Sequence[YearRow]) -> tuple[YearRow, ...]:
    """Without the years before the first of which anything is recorded; the newest stands first."""
    empty = {"none", "retired", "outside"}
    known = [at for at, row in enumerate(rows) if set(row.marks) - empty]
    return tuple(rows[: known[-1] + 1]) if known else ()


def months_chart(rows: Sequence[YearRow]) -> MonthsChart:
    """The drawing of these years, from the upper to the lower."""
    pitch = _ROOMY if len(rows) <= _FEW else _DENSE
    return MonthsChart(
        height=_HEAD + pitch * len(rows),
        years=tuple(
            Label(str(row.year), _LABELS - 24, _HEAD + pitch * at + pitch // 2)
            for at, row in enumerate(rows)
        ),
        months=tuple(
            Label(str(number), _LABELS + _PITCH * (number - 1) + _CELL // 2, _HEAD // 2)
            for number in range(1, 13)
        ),
        shapes=tuple((kind, _shape(kind, rows, pitch)) for kind in KINDS),
        told=tuple(_told(rows)),
    )


def _shape(kind: DrawnKind, rows: Sequence[YearRow], pitch: int) -> str:
    """All cells of a state as one path: forty years of rectangles would be heavy."""
    tall = pitch - 8 - 2 * _EDGE
    drawn = []
    for at, row in enumerate(rows):
        for number in row.months(kind):
            x = _LABELS + _PITCH * (number - 1)
            drawn.append(_cell(kind, x + _EDGE, _HEAD + pitch * at + 4 + _EDGE, tall))
    return "".join(drawn)


def _cell(kind: DrawnKind, x: int, y: int, tall: int) -> str:
    match kind:
        case "full":
            return f"M{x} {y}h{_CELL}v{tall}h-{_CELL}z"
        case "back":
            half = tall // 2
            return f"M{x} {y + tall - half}h{_CELL}v{half}h-{_CELL}z"
        case "short":
            return f"M{x} {y}h{_CELL}v{tall}h-{_CELL}z"
        case "interrupted":
            return f"M{x + 12} {y + tall}h8L{x + _CELL - 12} {y}h-8z"
        case "none":
            return f"M{x + 16} {y + tall // 2 - 1}h{_CELL - 32}v2h-{_CELL - 32}z"
        case "retired":
            return f"M{x + _CELL // 2} {y + tall // 2 - 8}l8 8l-8 8l-8-8z"


def _told(rows: Iterable[YearRow]) -> Iterable[Told]:
    for _, run in groupby(rows, key=_said):
        years = tuple(run)
        row = years[0]
        yield Told(
            first=min(one.year for one in years),
            last=max(one.year for one in years),
            full=row.count("full"),
            back=row.months("back"),
            short=row.months("short"),
            interrupted=row.months("interrupted"),
            none=row.count("none"),
            retired=row.count("retired"),
        )


def _said(row: YearRow) -> tuple[object, ...]:
    """What is told of a year, in which years are alike."""
    listed = (row.months("back"), row.months("short"), row.months("interrupted"))
    return (*listed, row.count("full"), row.count("none"), row.count("retired"))
