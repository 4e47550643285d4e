"""Which papers cannot be had now: the first screen says so before anybody puts a card in."""

from dataclasses import replace
from typing import Final

from devices.printer.state import Offline, Ready, Unknown
from kiosk.machine import Machine
from kiosk.report_watch import ReportWatch
from kiosk.visit.events import Event, Tick
from kiosk.visit.state import Idle, Medium, State

ASK_SECONDS: Final = 10.0
"""How often the receipt printer is asked while nobody is there."""
SILENT_SECONDS: Final = 300.0
"""The same of one that is silent: what it does not read stays in its line."""


class PaperWatch:
    """Remembers what the receipt printer said at rest, and the report printer at its last look."""

    def __init__(self, machine: Machine, report: ReportWatch) -> None:
        self._machine = machine
        self._report = report
        self._stopped: tuple[Medium, ...] = ()
        self._ask_at = 0.0

    def on(self, state: State) -> State:
        """The first screen with what is known now; behind any other the printer is asked anew."""
        if isinstance(state, Idle):
            return replace(state, stopped=self._stopped)
        self._ask_at = 0.0
        return state

    def look(self) -> Event | None:
        """Ask where that is due (devices' worker); an event where the screen has to change."""
        if self._machine.monotonic() < self._ask_at:
            return None
        before, state = self._stopped, self._machine.receipt.status()
        wait = SILENT_SECONDS if isinstance(state, Offline) else ASK_SECONDS
        self._ask_at = self._machine.monotonic() + wait
        stopped: dict[Medium, bool] = {
            "receipt": not isinstance(state, Ready | Unknown),
            "report": bool(self._report.seen()),
        }
        self._stopped = tuple(medium for medium, stands in stopped.items() if stands)
        return None if self._stopped == before else Tick()
