"""Rates and bases of contributions by line and month.

They differ by place and year, so they are data with a source, never constants. The file that
comes with the package is example data.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import Annotated, Final, Self, TypeVar

from pydantic import BeforeValidator, Field, model_validator

from archive.errors import RatesError
from archive.tables.reading import Part, Table, TableMonth, Yuan, quoted, read_table
from archive.values import Month

_PARTS: Final = 10_000
"""Rates are kept in ten-thousandths (element format D16.4)."""
_ANY_INDUSTRY: Final = 0

Entry = TypeVar("Entry")
Share = Annotated[Decimal, BeforeValidator(quoted), Field(ge=0, le=1, decimal_places=4)]
"""Of a base, in quotation marks: "0.08" is 8 %."""


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


class RateEntry(Part):
    """The rates of a line from a month on."""

    line: str
    industry: int = Field(_ANY_INDUSTRY, ge=0, le=99)
    """The employer's class of industry, of which line 410 depends."""
    since: TableMonth = Field(alias="from")
    employer: Share
    employee: Share


class BaseEntry(Part):
    """The range of bases of a line from a month on."""

    line: str
    since: TableMonth = Field(alias="from")
    floor: Yuan
    ceiling: Yuan

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ceiling < self.floor:
            message = "ceiling should not be below floor"
            raise ValueError(message)
        return self


class Rates(Table):
    """Answers for a line and a month."""

    rates: tuple[RateEntry, ...]
    bases: tuple[BaseEntry, ...]

    def rate(self, line: str, month: Month, industry: int = _ANY_INDUSTRY) -> Rate:
        """The rates of a line; line 410 asks for the employer's class of industry."""
        return _in_force(self._rates.get((line, industry), {}), line, month)

    def base_range(self, line: str, month: Month) -> BaseRange:
        """Floor and ceiling of the base."""
        return _in_force(self._bases.get(line, {}), line, month)

    @cached_property
    def _rates(self) -> Mapping[tuple[str, int], Mapping[Month, Rate]]:
        found: dict[tuple[str, int], dict[Month, Rate]] = defaultdict(dict)
        for entry in self.rates:
            rate = Rate(int(entry.employer * _PARTS), int(entry.employee * _PARTS))
            found[entry.line, entry.industry][entry.since] = rate
        return found

    @cached_property
    def _bases(self) -> Mapping[str, Mapping[Month, BaseRange]]:
        found: dict[str, dict[Month, BaseRange]] = defaultdict(dict)
        for entry in self.bases:
            found[entry.line][entry.since] = BaseRange(
                int(entry.floor.scaleb(2)), int(entry.ceiling.scaleb(2))
            )
        return found


@cache
def example_rates() -> Rates:
    """The example tables that come with the package."""
    return read_table(Rates, "rates.toml")


def _in_force(entries: Mapping[Month, Entry], line: str, month: Month) -> Entry:
    begun = [start for start in entries if start <= month]
    if not begun:
        raise RatesError(f"{line} {month}")
    return entries[max(begun)]
