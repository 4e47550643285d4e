"""Values with a form of their own: the month YYYYMM and money in yuan and fen."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Self

from archive.errors import InvalidValueError
from archive.reasons import Reason

CHINA: Final = dt.timezone(dt.timedelta(hours=8), "CST")
"""China has kept UTC+8 without summer time since 1992."""

_FIRST_YEAR: Final = 1949
_LAST_YEAR: Final = 2099
_AMOUNT: Final = re.compile(r"-?[0-9]{1,14}\.[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of the calendar, ordered; written YYYYMM at every boundary (AAE003, AAE002)."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (_FIRST_YEAR <= self.year <= _LAST_YEAR and 1 <= self.number <= 12):
            raise InvalidValueError(Reason.MONTH)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "202510"; anything else, also other scripts' digits, is refused."""
        if len(text) != 6 or not text.isascii() or not text.isdigit():
            raise InvalidValueError(Reason.MONTH)
        return cls(int(text[:4]), int(text[4:]))

    @classmethod
    def from_int(cls, value: int) -> Self:
        """Read 202510, the form in which stores keep a month."""
        return cls(*divmod(value, 100))

    @classmethod
    def of(cls, day: dt.date) -> Self:
        """The month in which a day lies."""
        return cls(day.year, day.month)

    def __int__(self) -> int:
        return self.year * 100 + self.number

    def __str__(self) -> str:
        return f"{self.year:04d}{self.number:02d}"

    @property
    def label(self) -> str:
        """For people: 2025-10."""
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def first_day(self) -> dt.date:
        """The first day of the month."""
        return dt.date(self.year, self.number, 1)

    def plus(self, months: int) -> Self:
        """The month so many months later (earlier when negative)."""
        year, number = divmod(self.year * 12 + self.number - 1 + months, 12)
        return type(self)(year, number + 1)

    def until(self, last: Self) -> int:
        """How many months from this one to `last`; 0 for the same month."""
        return (last.year - self.year) * 12 + last.number - self.number

    @classmethod
    def range(cls, first: Self, last: Self) -> Iterator[Self]:
        """Every month from `first` to `last`, both included; none when `last` is earlier."""
        return (first.plus(offset) for offset in range(first.until(last) + 1))


def from_fen(fen: int) -> Decimal:
    """Whole fen as yuan with two decimal places."""
    return Decimal(fen).scaleb(-2)


def money(text: str) -> Decimal:
    """Yuan with exactly two decimal places, as files write them: "-12.30"."""
    return from_fen(parse_fen(text))


def parse_fen(text: str) -> int:
    """Yuan with exactly two decimal places ("-12.30") as fen; format D16.2 of the elements."""
    if _AMOUNT.fullmatch(text) is None:
        raise InvalidValueError(Reason.AMOUNT)
    return int(text[:-3] + text[-2:])


def parse_date(text: str) -> dt.date:
    """Read YYYYMMDD (format C8 of the elements)."""
    if len(text) != 8 or not text.isascii() or not text.isdigit():
        raise InvalidValueError(Reason.DATE)
    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise InvalidValueError(Reason.DATE) from None


def format_date(day: dt.date) -> str:
    """Write YYYYMMDD."""
    return f"{day.year:04d}{day.month:02d}{day.day:02d}"


def told_time(at: dt.datetime) -> str:
    """As staff read a moment: the kiosk's time with its offset, "2026-11-22 09:41:00+08:00"."""
    return at.astimezone(CHINA).isoformat(" ", "seconds")
