"""A clock that a test sets, and a store that goes by it."""

import datetime as dt
from dataclasses import dataclass

from archive.values import CHINA


def china(text: str) -> dt.datetime:
    """A time as clocks in China show it."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=CHINA)


@dataclass
class Clock:
    """Shows what it was set to."""

    at: dt.datetime

    def __call__(self) -> dt.datetime:
        return self.at

    def set(self, text: str) -> None:
        self.at = china(text)

    def on(self, **time: float) -> None:
        self.at += dt.timedelta(**time)
