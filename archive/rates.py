"""Rates and bases of contributions by line and month, as dated tables.

They differ by place and year, so they are data with a source, never constants. The file that
comes with the package is example data.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, TypeVar

from archive.errors import RatesError
from archive.values import Month, parse_fen

_PARTS: Final = 10_000
"""Rates are kept in ten-thousandths (element format D16.4)."""
_ANY_INDUSTRY: Final = 0

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Rate:
    """The shares of a base that are due, in ten-thousandths."""

    employer: int
    employee: int

    def due(self, base: int) -> tuple[int, int]:
        """What employer and employee owe on a base; fen in and out, half a fen rounds up."""
        half = _PARTS // 2
        return (base * self.employer + half) // _PARTS, (base * self.employee + half) // _PARTS


@dataclass(frozen=True, slots=True)
class BaseRange:
    """The lowest and the highest base of a year, in fen."""

    floor: int
    ceiling: int

    def clamp(self, wage: int) -> int:
        """The base for a wage."""
        return max(self.floor, min(self.ceiling, wage))


class Rates:
    """Answers for a line and a month."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._rates: dict[tuple[str, int], dict[Month, Rate]] = defaultdict(dict)
        self._bases: dict[str, dict[Month, BaseRange]] = defaultdict(dict)
        for entry in content["rates"]:
            key = entry["line"], entry.get("industry", _ANY_INDUSTRY)
            rate = Rate(_parts(entry["employer"]), _parts(entry["employee"]))
            self._rates[key][Month.parse(entry["from"])] = rate
        for entry in content["bases"]:
            base = BaseRange(parse_fen(entry["floor"]), parse_fen(entry["ceiling"]))
            self._bases[entry["line"]][Month.parse(entry["from"])] = base

    def rate(self, line: str, month: Month, industry: int = _ANY_INDUSTRY) -> Rate:
        """The rates of a line; line 410 asks for the employer's class of industry."""
        return _in_force(self._rates.get((line, industry), {}), line, month)

    def base_range(self, line: str, month: Month) -> BaseRange:
        """Floor and ceiling of the base."""
        return _in_force(self._bases.get(line, {}), line, month)


@cache
def example_rates() -> Rates:
    """The example tables that come with the package."""
    import tomllib

    text = resources.files("archive").joinpath("rates.toml").read_text("utf-8")
    return Rates(tomllib.loads(text))


def _in_force(entries: Mapping[Month, Entry], line: str, month: Month) -> Entry:
    begun = [start for start in entries if start <= month]
    if not begun:
        raise RatesError(f"{line} {month}")
    return entries[max(begun)]


def _parts(text: str) -> int:
    from decimal import Decimal

    return int(Decimal(text) * _PARTS)
