"""A kiosk on simulated devices, in process, with verbs for the citizen."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from devices.card.simulated.card import SimulatedCard
from kiosk.composition import simulated
from kiosk.config import load
from kiosk.demo.data import DemoCard, prepare, settings_for
from kiosk.demo.hall import SimulatedHall
from kiosk.machine import Machine
from kiosk.metrics import Metrics
from kiosk.visit.desk import Desk
from kiosk.visit.events import Chosen, PinEntered, PrintAsked
from kiosk.visit.service import VisitService
from kiosk.visit.state import (
    EnterPin,
    Idle,
    Menu,
    Papers,
    Preview,
    State,
)
from kiosk.visit.tasks import devices_worker
from tests.demo import CopyDemo

SECONDS = 20.0


@dataclass
class Clock:
    """Monotonic seconds that a test may push forward."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


@dataclass
class Kiosk:
    """A kiosk on simulated devices, with verbs for the citizen."""

    service: VisitService
    desk: Desk
    machine: Machine
    hall: SimulatedHall
    cards: tuple[DemoCard, ...]
    clock: Clock
    changed: threading.Condition
    metrics: Metrics

    def until(self, wanted: Callable[[State], bool], seconds: float = SECONDS) -> State:
        """Wait for a state; what is wanted besides may come without a change of the screen."""
        end = time.monotonic() + seconds
        with self.changed:
            while not wanted(self.service.state):
                assert time.monotonic() < end, self.service.state
                self.changed.wait(0.02)
            return self.service.state

    def on(self, kind: type[State]) -> State:
        return self.until(lambda state: isinstance(state, kind))

    def insert(self, card: DemoCard) -> SimulatedCard:
        inside = self.hall.card(card.profile)
        self.hall.slot.insert(inside)
        return inside

    def enter_pin(self, card: DemoCard) -> None:
        state = self.on(EnterPin)
        assert isinstance(state, EnterPin)
        self.service.post(PinEntered(state.generation, card.typed_pin()))

    def to_preview(self, card: DemoCard) -> int:
        self.insert(card)
        self.enter_pin(card)
        menu = self.on(Menu)
        assert isinstance(menu, Menu)
        self.service.post(Chosen(menu.generation, "contributions"))
        self.measured()
        return menu.generation

    def measured(self, wanted: Callable[[Papers], bool] = lambda _: True) -> Papers:
        """Wait for a preview that knows such papers: only one that knows them can be printed."""

        def known(state: State) -> bool:
            return isinstance(state, Preview) and state.papers is not None and wanted(state.papers)

        shown = self.until(known)
        assert isinstance(shown, Preview)
        assert shown.papers is not None
        return shown.papers

    def rest(self) -> None:
        """Wait until the worker has done all that it was asked."""
        self.service._worker.submit(lambda: None).result(SECONDS)

    def leftover(self) -> bool:
        return self.desk.tidying.leftover

    def print_receipt(self, generation: int) -> None:
        self.service.post(PrintAsked(generation, "receipt"))


@pytest.fixture(scope="module")
def records(copy_demo: CopyDemo) -> Path:
    return copy_demo("records")


@pytest.fixture
def kiosk(records: Path, tmp_path: Path) -> Iterator[Kiosk]:
    settings = settings_for(records, load())
    journal = settings.store.model_copy(update={"journal": tmp_path / "journal.db"})
    settings = settings.model_copy(update={"store": journal})
    machine, hall = simulated(settings, tmp_path, real_time=False, in_process=True)
    clock = Clock()
    with machine:
        desk, metrics = Desk(machine), Metrics(clock)
        service = VisitService(
            desk,
            machine.source,
            roles=machine.roles,
            needs_sam=True,
            rules=settings.visit,
            worker=devices_worker(),
            monotonic=clock,
            progress=machine.progress,
            observe=metrics.saw,
        )
        changed = threading.Condition()

        def tell() -> None:
            with changed:
                changed.notify_all()

        service.subscribe(tell)
        with service:
            cards = prepare(records, lambda _: None)
            kiosk = Kiosk(service, desk, machine, hall, cards, clock, changed, metrics)
            kiosk.on(Idle)
            yield kiosk
