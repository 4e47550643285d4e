"""Which of the daemon's loops still turn: systemd's watchdog is fed by their progress alone."""

import threading
from collections.abc import Callable
from math import inf


class Progress:
    """Each loop says by when it will be heard of again, or that it rests. Used by any thread."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._due: dict[str, float] = {}

    def now(self) -> float:
        """Seconds of the clock that all of this is measured by."""
        return self._monotonic()

    def expect(self, loop: str, seconds: float) -> None:
        """`loop` says something again within so many seconds, or it hangs."""
        with self._lock:
            self._due[loop] = self._monotonic() + seconds

    def rest(self, loop: str) -> None:
        """`loop` waits for something that may never come."""
        with self._lock:
            self._due[loop] = inf

    def late(self) -> tuple[str, ...]:
        """The loops that hang."""
        now = self._monotonic()
        with self._lock:
            return tuple(sorted(loop for loop, due in self._due.items() if due < now))

    def loops(self) -> dict[str, float]:
        """Every loop that was heard of: seconds until it is due, below 0: it hangs; inf: rests."""
        now = self._monotonic()
        with self._lock:
            return {loop: due - now for loop, due in sorted(self._due.items())}
