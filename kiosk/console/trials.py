"""What a technician tries at the devices: card, paper, handshake. Only during maintenance.

All of it is done by the worker that does a visit's work, so nothing overlaps at a device.
"""

import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Final, TypeVar, assert_never

from devices.card.holders import Holders, find_holders
from devices.card.pin import NoPin, PinLocked, PinReady, PinState
from devices.printer.handshake_verdict import HandshakeVerdict
from devices.printer.result import Progress
from kiosk.console.errors import TrialRunsError
from kiosk.console.live import Live
from kiosk.diag.printing import print_paper
from kiosk.faults import Fault, fault_of
from kiosk.identify import holder_reader, open_card
from kiosk.machine import Machine
from kiosk.masked import chip_maker, masked
from kiosk.printers import handshake
from kiosk.visit.service import VisitService
from kiosk.visit.state import Maintenance, Medium
from printing.job import PrintedJob

T = TypeVar("T")
COVER_SECONDS: Final = 120.0
"""So long the handshake test waits for a hand at the printer's cover."""
_TRIAL_SECONDS: Final = 300.0
_GIVE_UP_SECONDS: Final = 10.0
"""A handshake test that is given up has asked at every speed and cleared the buffer by then."""


@dataclass(frozen=True, slots=True)
class Asks:
    """The test runs; `cover`: it waits for the printer's cover to be opened."""

    cover: bool


@dataclass(frozen=True, slots=True)
class Broken:
    """The test ended by a fault."""

    fault: Fault


Handshake = Asks | HandshakeVerdict | Broken | None
"""How the handshake test stands; None: it was not begun."""


class Trials:
    """Tries one thing at a time; from any thread."""

    def __init__(self, machine: Machine, service: VisitService, live: Live) -> None:
        self._machine = machine
        self._service = service
        self._live = live
        self._one = threading.Lock()
        self._opened = threading.Event()
        self._stopped = threading.Event()
        self.handshake: Handshake = None
        self.hold = ""
        """The code of what a paper that is being printed waits for."""
        service.subscribe(self._stop_unless_maintained)

    def holders(self) -> Holders:
        """Which other programs may hold the reader, as far as this user may look."""
        return find_holders()

    def read_card(self) -> dict[str, str | None]:
        """What the card says, masked; no try of its PIN is spent."""
        return self._do(self._read_card)

    def print(self, paper: str, medium: Medium, operator: str) -> PrintedJob:
        """One of the technicians' papers; audited and journalled as all paper."""

        def progress(step: Progress) -> None:
            self.hold = step.hold or ""

        try:
            return self._do(
                lambda: print_paper(self._machine, paper, medium, operator, on_progress=progress)
            )
        finally:
            self.hold = ""

    def begin_handshake(self) -> None:
        """Test the receipt printer's line; `handshake` tells how it stands."""
        if not self._one.acquire(blocking=False):
            raise TrialRunsError
        self._opened.clear()
        self._stopped.clear()
        self.handshake = Asks(cover=False)
        self._service.at_devices(self._shake_hands, _TRIAL_SECONDS)

    @property
    def shakes_hands(self) -> bool:
        """Whether the handshake test has the devices: it may wait for a hand at the cover."""
        return isinstance(self.handshake, Asks)

    def cover_opened(self) -> None:
        """The technician has opened the printer's cover."""
        self._opened.set()

    def stop(self) -> None:
        """End the handshake test, and wait for no hand any more."""
        self._stopped.set()
        self._opened.set()

    def give_up(self) -> None:
        """Stop, and return when the devices are free; TrialRunsError where they are not soon."""
        self.stop()
        if not self._one.acquire(timeout=_GIVE_UP_SECONDS):
            raise TrialRunsError
        self._one.release()

    def _stop_unless_maintained(self) -> None:
        """A command of another process ends maintenance too, and asks nobody."""
        if not isinstance(self._service.state, Maintenance):
            self.stop()

    def _do(self, task: Callable[[], T]) -> T:
        if not self._one.acquire(blocking=False):
            raise TrialRunsError
        try:
            return self._service.at_devices(task, _TRIAL_SECONDS).result(_TRIAL_SECONDS)
        finally:
            self._one.release()

    def _read_card(self) -> dict[str, str | None]:
        machine = self._machine
        reader = holder_reader(machine.source, machine.roles)
        with closing(open_card(machine.source, reader, machine.proof)) as session:
            return {
                **masked(session.identity),
                "chip_maker": chip_maker(session.identity.atr),
                "genuine": "yes" if machine.proof.sam is not None else "not proven",
                "pin": _pin(session.pin),
            }

    def _shake_hands(self) -> None:
        """The daemon's own link gives the port away for so long."""
        self._live.printers_rest.set()
        try:
            self._machine.receipt.close()
            self.handshake = handshake(
                self._machine.settings, "", "", self._ask_for_open_cover, self._stopped.is_set
            )
        except Exception as error:  # noqa: BLE001 - a test that breaks is an answer as well
            self.handshake = Broken(fault_of(error))
        finally:
            self._live.printers_rest.clear()
            self._one.release()

    def _ask_for_open_cover(self) -> bool:
        self.handshake = Asks(cover=True)
        opened = self._opened.wait(COVER_SECONDS) and not self._stopped.is_set()
        self.handshake = Asks(cover=False)
        return opened


def _pin(state: PinState) -> str:
    match state:
        case NoPin():
            return "none"
        case PinLocked():
            return "locked"
        case PinReady(tries_left):
            return f"{tries_left} tries left"
        case _:
            assert_never(state)
