"""How much paper and how many cards a kiosk has had: since the roll was changed, and in all.

Kept in a small file, so that a restart counts on; it is lost without harm. Counted is what holders
had confirmed or sent, by the estimate that they were shown: the least that the roll gave.
"""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Self

from kiosk.config import Settings
from kiosk.logs import event
from kiosk.visit.facts import Counted, facts
from kiosk.visit.state import Idle, State


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures."""

    cards: int = 0
    receipt_cm: int = 0
    report_pages: int = 0
    roll_cm: int = 0
    """Of receipts since the roll was changed."""
    roll_changed_at: str = ""
    """When that was, in UTC (ISO 8601); empty: not yet since the file was made."""


class Counters:
    """Counts; from any thread."""

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path = path
        self._now = now
        self._lock = threading.Lock()
        self._counts = _read(path)
        self._before: State = Idle()

    @classmethod
    def of(cls, settings: Settings, now: Callable[[], datetime]) -> Self:
        """The counters beside the journal."""
        journal = settings.store.journal
        return cls(journal.with_name(f"{journal.name}.counters"), now)

    @property
    def counts(self) -> Counts:
        """The figures as they are now."""
        return self._counts

    def saw(self, state: State) -> None:
        """Count what follows from going on to this state; the visit's thread calls this."""
        before, self._before = self._before, state
        for fact in facts(before, state):
            match fact:
                case Counted("visits"):
                    self._count(1, 0, 0)
                case Counted("paper", ("receipt",), cm):
                    self._count(0, cm, 0)
                case Counted("paper", _, pages):
                    self._count(0, 0, pages)

    def _count(self, cards: int, cm: int, pages: int) -> None:
        with self._lock:
            known = self._counts
            self._keep(
                replace(
                    known,
                    cards=known.cards + cards,
                    receipt_cm=known.receipt_cm + cm,
                    roll_cm=known.roll_cm + cm,
                    report_pages=known.report_pages + pages,
                )
            )

    def roll_changed(self) -> None:
        """A new roll is in."""
        with self._lock:
            at = self._now().isoformat(timespec="seconds")
            self._keep(replace(self._counts, roll_cm=0, roll_changed_at=at))

    def _keep(self, counts: Counts) -> None:
        self._counts = counts
        fresh = self._path.with_name(f"{self._path.name}.new")
        try:
            fresh.write_text(json.dumps(asdict(counts)), "utf-8")
            fresh.replace(self._path)
        except OSError as error:
            event(logging.WARNING, "counters.not_kept", error=type(error).__name__)


def _read(path: Path) -> Counts:
    try:
        return Counts(**json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return Counts()
    except (OSError, ValueError, TypeError) as error:
        event(logging.WARNING, "counters.not_kept", error=type(error).__name__)
        return Counts()
