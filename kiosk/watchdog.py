"""Systemd's watchdog: fed while all loops turn, so that a daemon that hangs is started anew.

The classic cause is a pcscd that is stopped and answers nothing: its client library has no timeout.
"""

import logging
import os
import threading
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from kiosk.logs import event
from kiosk.progress import Progress


def patience(environment: Mapping[str, str] = os.environ) -> float:
    """Seconds after which systemd gives this process up (sd_watchdog_enabled(3)); 0: never."""
    if environment.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return 0.0
    microseconds = environment.get("WATCHDOG_USEC", "0")
    return int(microseconds) / 1e6 if microseconds.isdecimal() else 0.0


class Watchdog:
    """Feeds every third of systemd's patience, as long as no loop is late."""

    def __init__(self, progress: Progress, feed: Callable[[], None], seconds: float) -> None:
        self._progress = progress
        self._feed = feed
        self._seconds = seconds
        self._ending = threading.Event()
        self._told: tuple[str, ...] = ()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def look(self) -> None:
        """Feed, or say once which loop hangs: the journal names the cause of the new start."""
        late = self._progress.late()
        if not late:
            self._feed()
        elif late != self._told:
            event(logging.CRITICAL, "watchdog.late", loops=" ".join(late))
        self._told = late

    def _run(self) -> None:
        while not self._ending.wait(self._seconds / 3):
            self.look()

    def __enter__(self) -> Self:
        if self._seconds:
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ending.set()
