"""The growth of a personal account: a column a year, its interest on top.

What is not known is drawn as such: a year without a published rate as a frame of what was in the
account before interest, a year of which nothing is known as a gap with a line under it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import ceil
from typing import Final

from archive.figures.account import AccountLine

WIDTH: Final = 896
HEIGHT: Final = 400
_LEFT: Final = 136
_TOP: Final = 48
_FLOOR: Final = HEIGHT - 44
_LABEL: Final = 68
"""Room that a year's label needs."""
_RIGHT: Final = _LABEL // 2
"""The last label may be wider than its column."""
_STEPS: Final = 5
_LARGE: Final = 1_000_000
_NICE: Final = tuple(map(Decimal, ("1", "2", "2.5", "5", "10")))


@dataclass(frozen=True, slots=True)
class Column:
    """A year: what is in the account at its end, and how it is drawn."""

    year: int
    x: int
    width: int
    top: int
    """Upper edge of the column; the floor is `GrowthChart.floor`."""
    interest_top: int
    """Lower edge of its interest, which stands on top; equal to `top`: none, or not known."""
    closing: Decimal | None = field(repr=False)
    """Yuan at the end of the year; None: not known."""
    interest: Decimal | None = field(repr=False)
    before_interest: Decimal | None = field(repr=False)
    """Yuan without the year's interest, where only that is known."""
    labelled: bool

    @property
    def state(self) -> str:
        """`known`, `before` interest only, or `unknown`."""
        if self.closing is not None:
            return "known"
        return "before" if self.before_interest is not None else "unknown"


@dataclass(frozen=True, slots=True)
class Line:
    """A line across the drawing, and the amount it stands for, in the drawing's unit."""

    y: int
    amount: int = field(repr=False)


@dataclass(frozen=True, slots=True)
class GrowthChart:
    """The drawing, and the amounts it is made of."""

    line: str
    """AAE140."""
    columns: tuple[Column, ...]
    """The earliest year first."""
    lines: tuple[Line, ...]
    unit: int
    """Yuan that one of the lines' amounts stands for: 1, or 10,000 (万元) of a large account."""
    floor: int = _FLOOR
    height: int = HEIGHT

    @property
    def kinds(self) -> tuple[str, ...]:
        """What its colours and frames stand for, as far as they occur."""
        states = {one.state for one in self.columns}
        found = {
            "base": "known" in states,
            "interest": any(one.interest for one in self.columns),
            "before": "before" in states,
            "unknown": "unknown" in states,
        }
        return tuple(kind for kind, occurs in found.items() if occurs)


def growth_chart(line: str, years: Sequence[AccountLine]) -> GrowthChart | None:
    """The drawing of an account, the earliest year first; None: no year's amount is known."""
    amounts = [amount for year in years if (amount := _drawn(year)) is not None]
    if not amounts or max(amounts) <= 0:
        return None
    step = _step(max(amounts))
    steps = ceil(max(amounts) / step)
    top = step * steps
    pitch = (WIDTH - _LEFT - _RIGHT) // len(years)
    every = -(-_LABEL // pitch)
    columns = tuple(
        _column(year, _LEFT + pitch * at, pitch, top, labelled=(len(years) - 1 - at) % every == 0)
        for at, year in enumerate(years)
    )
    unit = 10_000 if top >= _LARGE else 1
    lines = tuple(
        Line(_y(step * number, top), int(step * number) // unit) for number in range(steps + 1)
    )
    return GrowthChart(line, columns, lines, unit)


def _column(year: AccountLine, x: int, pitch: int, top: Decimal, *, labelled: bool) -> Column:
    amount = _drawn(year)
    closing, interest = _known(year.closing), _known(year.interest)
    upper = _y(amount, top) if amount is not None else _FLOOR
    grown = closing is not None and interest is not None and closing >= interest
    gap = max(2, min(16, pitch // 4))
    return Column(
        year=year.year,
        x=x + gap // 2,
        width=pitch - gap,
        top=upper,
        interest_top=_y(closing - interest, top) if grown and closing and interest else upper,
        closing=closing,
        interest=interest if closing is not None else None,
        before_interest=_known(year.before_interest) if closing is None else None,
        labelled=labelled,
    )


def _drawn(year: AccountLine) -> Decimal | None:
    """The height of a year's column: the balance, or what it was before interest."""
    closing = _known(year.closing)
    return closing if closing is not None else _known(year.before_interest)


def _known(amount: object) -> Decimal | None:
    return amount if isinstance(amount, Decimal) else None


def _y(amount: Decimal, top: Decimal) -> int:
    """Where an amount lies; below nothing is nothing."""
    room = _FLOOR - _TOP
    return _FLOOR - round(max(amount, Decimal(0)) / top * room)


def _step(most: Decimal) -> Decimal:
    """A round distance of the lines, in whole yuan: at most five reach the highest amount."""
    step = Decimal(1)
    while step * _NICE[-1] * _STEPS < most:
        step *= 10
    nice = (step * factor for factor in _NICE if step * factor % 1 == 0)
    return next(one for one in nice if one * _STEPS >= most)
