"""Figures of a kiosk in service, derived from the visit's transitions; nothing of any holder.

Labels are screens, media, outcomes and codes of the fault catalogue only.
"""

from collections.abc import Callable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from kiosk.visit.state import (
    Composing,
    FaultData,
    Idle,
    LookingUp,
    Medium,
    Menu,
    OutOfService,
    Preview,
    Printed,
    Printing,
    Problem,
    Reading,
    State,
)

_QUICK: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_PAPER: Final = (2.0, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0, 320.0)
_AWAY: Final = (1.0, 5.0, 15.0, 60.0, 300.0, 1800.0, 7200.0, 86400.0)


class Metrics:
    """Counts transitions and times the stages between them; used by the visit's thread."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._since = monotonic()
        self._before: State = Idle()
        self._lengths: dict[Medium, int] = {}
        self.registry = registry = CollectorRegistry()
        self._visits = Counter("kiosk_visits", "cards put in", registry=registry)
        self._faults = Counter("kiosk_faults", "faults shown, by code", ["code"], registry=registry)
        self._card = Histogram(
            "kiosk_card_seconds", "card in to its screen", buckets=_QUICK, registry=registry
        )
        self._records = Histogram(
            "kiosk_records_seconds", "choice to records", buckets=_QUICK, registry=registry
        )
        self._print = Histogram(
            "kiosk_print_seconds",
            "print to its end",
            ["medium", "outcome"],
            buckets=_PAPER,
            registry=registry,
        )
        self._recovery = Histogram(
            "kiosk_recovery_seconds", "out of service to back", buckets=_AWAY, registry=registry
        )
        self._paper = Counter(
            "kiosk_paper",
            "confirmed: cm of receipt, pages of report",
            ["medium"],
            registry=registry,
        )
        self._screen = Gauge(
            "kiosk_screen", "1 for the screen shown", ["screen"], registry=registry
        )
        self._screen.labels(type(self._before).__name__).set(1)

    def gauge(self, name: str, text: str, value: Callable[[], float]) -> None:
        """One more figure, asked for whenever the page is read."""
        Gauge(name, text, registry=self.registry).set_function(value)

    def saw(self, state: State) -> None:
        """Note the state that follows the one before."""
        before = self._before
        for code in _faults(state):
            if code not in _faults(before):
                self._faults.labels(code).inc()
        if type(state) is type(before):
            self._before = state
            return
        now = self._monotonic()
        self._left(before, state, now - self._since)
        if isinstance(state, Reading):
            self._visits.inc()
        if isinstance(state, Preview):
            self._lengths = {"receipt": state.receipt_cm, "report": state.report_pages}
        self._screen.labels(type(before).__name__).set(0)
        self._screen.labels(type(state).__name__).set(1)
        self._before, self._since = state, now

    def _left(self, before: State, after: State, seconds: float) -> None:
        match before, after:
            case Reading(), _ if not isinstance(after, Problem | Idle | OutOfService):
                self._card.observe(seconds)
            case (LookingUp(), Menu()) | (Composing(), Preview()):
                self._records.observe(seconds)
            case Printing(medium=medium), Printed(outcome=outcome):
                self._print.labels(medium, outcome).observe(seconds)
                if outcome in ("confirmed", "sent"):
                    self._paper.labels(medium).inc(self._lengths.get(medium, 0))
            case OutOfService(), Idle() | Reading():  # a guest is served without a reader, too
                self._recovery.observe(seconds)

    def text(self) -> bytes:
        """All figures in the format of Prometheus."""
        return generate_latest(self.registry)


def _faults(state: State) -> tuple[str, ...]:
    match state:
        case Problem(fault=FaultData(code)) | OutOfService(fault=FaultData(code)):
            return (code,)
        case Idle(notice=FaultData(code)):
            return (code,)
        case Printing(hold=code) | Printed(reason=code) if code:
            return (code,)
        case _:
            return ()
