"""A growing wait after wrong answers, for each place that they come from and for all together."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Final

_ALL: Final = ""
_MOST_SECONDS_IN_ALL: Final = 30.0
"""All wait together no longer than that: one who guesses must not keep everybody out."""
_PLACES: Final = 1000
"""Of so many places the wrong answers are remembered; the longest quiet is forgotten first."""


@dataclass(slots=True)
class _Wrong:
    count: int
    at: float


class Throttle:
    """Counts wrong answers; for one thread at a time. Times are seconds of `monotonic`.

    A place that stayed quiet for twice its longest wait begins anew.
    """

    def __init__(
        self, monotonic: Callable[[], float], *, tries: int, tries_in_all: int, most_seconds: float
    ) -> None:
        self._monotonic = monotonic
        self._tries = tries
        self._tries_in_all = tries_in_all
        self._most = most_seconds
        self._wrong: dict[str, _Wrong] = {}

    def wait(self, place: str) -> int:
        """Seconds until that place may answer again, rounded up; 0: now."""
        return max(
            self._left(place, self._tries, self._most),
            self._left(_ALL, self._tries_in_all, min(self._most, _MOST_SECONDS_IN_ALL)),
        )

    @property
    def memory_seconds(self) -> float:
        """So long a wrong answer counts."""
        return 2 * self._most

    def count(self, place: str, ago: float = 0.0) -> None:
        """Count a wrong answer from there, so many seconds ago; the oldest ones first."""
        now = self._monotonic() - ago
        for key in (place, _ALL):
            before = self._wrong.pop(key, None)
            fresh = before is None or now - before.at > self.memory_seconds
            self._wrong[key] = _Wrong(1 if fresh or before is None else before.count + 1, now)
        while len(self._wrong) > _PLACES:
            del self._wrong[next(key for key in self._wrong if key != _ALL)]

    def forgive(self, place: str) -> None:
        """Forget the wrong answers of a place that gave a right one; all together keep theirs."""
        self._wrong.pop(place, None)

    def _left(self, key: str, tries: int, most: float) -> int:
        wrong = self._wrong.get(key)
        if wrong is None or wrong.count < tries:
            return 0
        seconds = min(most, 2.0 ** min(wrong.count - tries + 1, 30))
        # Not of the sum's last bit: a second beyond the longest wait would be told.
        return max(0, ceil(seconds - (self._monotonic() - wrong.at)))
