"""Slopes by least squares, and what they say."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import linear_regression
from typing import Literal

Verdict = Literal["flat", "grows", "not known"]


@dataclass(frozen=True)
class Trend:
    """Change per 1,000 visits, with the half width of its 95 % interval.

    Neighbouring samples are taken for independent: memory that comes in steps has a wider one.
    """

    slope: float
    margin: float

    def verdict(self, most: float) -> Verdict:
        """Whether the whole interval lies below `most`, above it, or neither."""
        if self.slope + self.margin <= most:
            return "flat"
        return "grows" if self.slope - self.margin > most else "not known"


def trend(visits: Sequence[float], values: Sequence[float]) -> Trend:
    """The slope of `values`; fewer than four of them leave it open."""
    free = len(visits) - 2
    if free < 2:
        return Trend(0.0, inf)
    slope, at_zero = linear_regression(visits, values)
    mean = sum(visits) / len(visits)
    spread = sum((x - mean) ** 2 for x in visits)
    left = sum((y - at_zero - slope * x) ** 2 for x, y in zip(visits, values, strict=True))
    student = 1.96 + 2.4 / free + 3.7 / free**2  # the 97.5 % quantile, to one part in fifty
    return Trend(1000 * slope, 1000 * student * sqrt(left / free / spread))
