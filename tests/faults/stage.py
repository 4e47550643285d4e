"""A kiosk that is brought to the state in which a fault is to strike it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from devices.card.events import CardEvent, CardInserted
from devices.card.pin import Pin
from devices.card.simulated.chip import SimulatedChip
from devices.card.simulated.faults import Faults
from devices.card.simulated.profile import CardProfile
from devices.card.simulated.source import SimulatedSource
from kiosk.visit.events import Chosen, PinEntered
from kiosk.visit.state import EnterPin, Idle, Menu, Printing
from tests.kiosk.conftest import Kiosk

READ_RECORD = bytes.fromhex("00B2")
VERIFY = bytes.fromhex("00200000")
LONGEST_QUESTION = 32
"""Bytes: what is longer is text for the paper."""
SERVED = 0
"""The demo card that is served, or broken."""


@dataclass
class Stage:
    """A kiosk brought to a state, with hands at its devices."""

    kiosk: Kiosk
    state: str
    undo: Callable[[], None] = field(default=lambda: None)
    """Takes the cause away."""
    struck: int = 0
    """Generation of the visit that was struck; 0 until that has happened."""
    inside: SimulatedChip | None = None
    """The card that was put in for the fault."""
    check: Callable[[], None] = field(default=lambda: None)
    """What has to be true besides, once the holder is served."""
    _generation: int = 0
    """Of the card that was put in last: a PIN is typed for that one only."""

    def __post_init__(self) -> None:
        self.source.watch(self._heard)

    def _heard(self, event: CardEvent) -> None:
        if isinstance(event, CardInserted) and event.reader == self.kiosk.hall.slot.reader:
            self._generation = event.generation

    @property
    def source(self) -> SimulatedSource:
        source = self.kiosk.hall.source
        assert isinstance(source, SimulatedSource)
        return source

    @property
    def profile(self) -> CardProfile:
        return self.kiosk.cards[SERVED].profile

    def insert(self, **changes: Any) -> None:
        """Put a card in whose description differs so from the good one's."""
        self.put(self.kiosk.hall.card(self.changed(**changes)))

    def changed(self, **changes: Any) -> CardProfile:
        """The good card's description with these changes."""
        return replace(self.profile, **changes)

    def insert_faulty(self, **faults: Any) -> None:
        self.insert(faults=Faults(**faults))

    def put(self, card: SimulatedChip) -> None:
        """The holder's card goes in."""
        self.inside = card
        self.kiosk.hall.slot.insert(card)

    def enter(self, digits: str) -> None:
        """Type a PIN as soon as it is asked for, for the card that is in now."""
        now = self._generation
        self.kiosk.until(lambda state: isinstance(state, EnterPin) and state.generation == now)
        self.kiosk.service.post(PinEntered(now, Pin.from_text(digits)))

    def served(self, card: SimulatedChip | None = None) -> None:
        """A good card goes in, or that one again, and its holder sees the records."""
        self.kiosk.hall.slot.remove()
        self.put(card or self.kiosk.hall.card(self.profile))
        self.enter(self.kiosk.cards[SERVED].pin)
        self.kiosk.on(Menu)

    def strikes(self, act: Callable[[], None]) -> None:
        """Let a hand act in this stage's state."""
        match self.state:
            case "idle":
                self.kiosk.on(Idle)
                act()
            case "reading":
                self.put(self.acting_at(READ_RECORD, act))
            case "pin":
                self.insert()
                self.kiosk.on(EnterPin)
                self._act(act)
            case "verifying":
                self.put(self.acting_at(VERIFY, act))
                self.enter(self.kiosk.cards[SERVED].pin)
            case "menu":
                self.served()
                self._act(act)
            case "printing":
                generation = self._preview()
                self._act_on_bytes(act)
                self.kiosk.print_receipt(generation)
            case "held":
                self._wait_for_paper()
                self._act(act)

    def _act(self, act: Callable[[], None]) -> None:
        """In a visit, which may only just have begun when a worker comes here."""
        state = self.kiosk.until(lambda state: getattr(state, "generation", 0) > 0)
        self.struck = getattr(state, "generation", 0)
        act()

    def acting_at(self, start: bytes, act: Callable[[], None]) -> SimulatedChip:
        """A good card at whose command something happens, once."""
        card = self.kiosk.hall.card(self.profile)
        answer = card.process
        waiting = [act]

        def process(apdu: bytes) -> bytes:
            asks_state = apdu.startswith(VERIFY) and len(apdu) <= 5
            if waiting and apdu.startswith(start) and not asks_state:
                self._act(waiting.pop())
            return answer(apdu)

        card.process = process  # type: ignore[method-assign]
        return card

    def _preview(self) -> int:
        """A paper is chosen; the visit's generation."""
        self.served()
        menu = self.kiosk.on(Menu)
        assert isinstance(menu, Menu)
        self.kiosk.service.post(Chosen(menu.generation, "contributions"))
        self.kiosk.measured()
        return menu.generation

    def _act_on_bytes(self, act: Callable[[], None]) -> None:
        """When the first of a job's text has come; the printer stands still until that is seen."""
        printer, waiting = self.kiosk.hall.printer, [act]
        receive = printer.receive

        def received(data: bytes) -> None:
            receive(data)
            if waiting and len(data) > LONGEST_QUESTION:
                self._act(waiting.pop())
                self.kiosk.until(lambda state: not isinstance(state, Printing))

        printer.receive = received  # type: ignore[method-assign]

    def _wait_for_paper(self) -> None:
        """A job that waits for paper is as far as a job can be without ending by itself."""
        generation = self._preview()
        self.kiosk.hall.printer.take_paper(after_lines=12)
        self.kiosk.print_receipt(generation)
        self.kiosk.until(lambda state: isinstance(state, Printing) and bool(state.hold))
