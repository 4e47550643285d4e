"""Which days are worked: weekdays without the holidays, and the weekends worked in exchange."""

import datetime as dt
from functools import cached_property
from typing import Final, Self

from pydantic import Field, model_validator

from archive.tables.interest import Year
from archive.tables.reading import Part, Table

_SATURDAY: Final = 5
_DAY: Final = dt.timedelta(days=1)


class CalendarYear(Part):
    """A year's arrangement."""

    notice: str = Field(min_length=1)
    """The number of the notice that announced it."""
    holidays: tuple[tuple[dt.date, dt.date], ...] = Field(min_length=1)
    """First and last day of each."""
    worked: tuple[dt.date, ...]
    """Saturdays and Sundays that are worked."""

    @cached_property
    def days_off(self) -> frozenset[dt.date]:
        """Every day of the holidays."""
        return frozenset(
            first + dt.timedelta(days=offset)
            for first, last in self.holidays
            for offset in range((last - first).days + 1)
        )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if any(last < first for first, last in self.holidays):
            message = "a holiday should end on or after its first day"
            raise ValueError(message)
        if any(day.weekday() < _SATURDAY or day in self.days_off for day in self.worked):
            message = "worked should be Saturdays and Sundays outside the holidays"
            raise ValueError(message)
        return self


class WorkingDays(Table):
    """The years that are arranged; of any other year nothing is said.

    The day on which a term begins does not count (民法典 art. 201), and only working days do
    (行政许可法 art. 82).
    """

    years: dict[Year, CalendarYear] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_in_its_year(self) -> Self:
        for year, entry in self.years.items():
            if any(day.year != year for day in (*entry.days_off, *entry.worked)):
                message = f"years.{year} should hold days of {year} only"
                raise ValueError(message)
        return self

    def is_worked(self, day: dt.date) -> bool | None:
        """Whether the day is a working day; None: its year is not arranged."""
        year = self.years.get(day.year)
        if year is None:
            return None
        return day in year.worked or (day.weekday() < _SATURDAY and day not in year.days_off)

    def add(self, start: dt.date, days: int) -> dt.date | None:
        """The working day that is so many after `start`; 0 is `start` itself, worked or not.

        None: it lies in a year that is not arranged, or beyond one.
        """
        day = start
        while days > 0:
            day += _DAY
            worked = self.is_worked(day)
            if worked is None:
                return None
            days -= worked
        return day

    def between(self, start: dt.date, end: dt.date) -> int | None:
        """Working days after `start` up to and including `end`; 0 when `end` is not later.

        None: one of the days lies in a year that is not arranged.
        """
        count = 0
        day = start
        while day < end:
            day += _DAY
            worked = self.is_worked(day)
            if worked is None:
                return None
            count += worked
        return count
