"""Figures of a kiosk in service: `visit.facts` of its transitions; nothing of any holder.

Labels are screens, media, outcomes and codes of the fault catalogue only.
"""

from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from kiosk.visit.facts import Counted, Timed, facts
from kiosk.visit.state import Idle, Maintenance, OutOfService, State

_QUICK: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_PAPER: Final = (2.0, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0)
_AWAY: Final = (1.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0, 86400.0)


class Metrics:
    """Counts transitions and times the stages between them; used by the visit's thread."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._since = monotonic()
        self._out_since: float | None = None
        """When the reader was lost; None: it is there."""
        self._before: State = Idle()
        self.registry = registry = CollectorRegistry()
        self._counters: dict[str, Counter] = {
            "visits": Counter("kiosk_visits", "cards put in", registry=registry),
            "faults": Counter("kiosk_faults", "faults shown, by code", ["code"], registry=registry),
            "paper": Counter(
                "kiosk_paper",
                "printed, or handed over where none confirms: cm of receipt, pages of report",
                ["medium"],
                registry=registry,
            ),
        }
        self._times = {
            "card": self._time("card", "card in to its screen", _QUICK),
            "records": self._time("records", "choice to records", _QUICK),
            "print": self._time("print", "print to its end", _PAPER, "medium", "outcome"),
            "recovery": self._time("recovery", "out of service to back", _AWAY),
        }
        self._screen = Gauge(
            "kiosk_screen", "1 for the screen shown", ["screen"], registry=registry
        )
        self._screen.labels(type(self._before).__name__).set(1)

    def gauge(self, name: str, text: str, value: Callable[[], float]) -> None:
        """One more figure, asked for whenever the page is read."""
        Gauge(name, text, registry=self.registry).set_function(value)

    def saw(self, state: State) -> None:
        """Note the state that follows the one before."""
        before, now = self._before, self._monotonic()
        for fact in facts(before, state):
            match fact:
                case Counted(what, labels, amount):
                    counter = self._counters[what]
                    (counter.labels(*labels) if labels else counter).inc(amount)
                case Timed(what, labels):
                    time = self._times[what]
                    (time.labels(*labels) if labels else time).observe(now - self._since)
        if type(state) is not type(before):
            self._screen.labels(type(before).__name__).set(0)
            self._screen.labels(type(state).__name__).set(1)
            self._since = now
        self._follow_outage(state, now)
        self._before = state

    def _follow_outage(self, state: State, now: float) -> None:
        """A guest, who needs no reader, ends none; what a technician mends is not counted."""
        if isinstance(state, OutOfService):
            self._out_since = now if self._out_since is None else self._out_since
        elif self._out_since is not None and getattr(state, "generation", 0) >= 0:
            if not isinstance(state, Maintenance):
                self._times["recovery"].observe(now - self._out_since)
            self._out_since = None

    def _time(self, name: str, text: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        name = f"kiosk_{name}_seconds"
        return Histogram(name, text, labels, buckets=buckets, registry=self.registry)

    def text(self) -> bytes:
        """All figures in the format of Prometheus."""
        return generate_latest(self.registry)
