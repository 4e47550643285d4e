"""A printer that cannot clear its memory: an earlier holder's rows come out before nobody else."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from devices.printer.models import load_model, receipt_model_names
from devices.printer.simulated.ledger import LedgerRow
from kiosk.diag.run import diagnose
from kiosk.leftover import may_hang
from kiosk.settling import settle
from kiosk.visit.events import Chosen, PinEntered, PrintAsked
from kiosk.visit.state import (
    ROWS_LEFT,
    EnterPin,
    Idle,
    Menu,
    OutOfService,
    Preview,
    Printed,
    Problem,
    State,
)
from tests.simulate.run import Day, Shelf
from tests.simulate.test_simulation import shelf

__all__ = ["shelf"]

pytestmark = pytest.mark.slow

MODELS = [name for name in receipt_model_names() if not load_model(name).clear]
PATIENCE = 200.0
OUT = OutOfService(ROWS_LEFT)


class Scene(Day):
    """A day in which only what a test says happens."""

    def until(self, wanted: Callable[[State], bool], seconds: float = PATIENCE) -> State:
        """Let time pass until the screen is so."""
        deadline = self.world.clock.now + seconds
        while not wanted(state := self.daemon.service.state):
            assert self.world.clock.now < deadline, state
            self.go_on(0.1)
        return state

    def on(self, kind: type[State]) -> State:
        return self.until(lambda state: isinstance(state, kind))

    def comes(self, card: int) -> None:
        """Somebody puts this card in."""
        self._insert(self._shelf.cards[card])

    def prints(self, card: int) -> None:
        """Somebody comes and asks for a receipt."""
        self.comes(card)
        asked = self.on(EnterPin)
        generation = getattr(asked, "generation", 0)
        self.daemon.service.post(PinEntered(generation, self._shelf.cards[card].typed_pin()))
        self.on(Menu)
        self.daemon.service.post(Chosen(generation, "contributions"))
        self.until(lambda state: isinstance(state, Preview) and state.papers is not None)
        self.daemon.service.post(PrintAsked(generation, "receipt"))

    def leaves_a_half_receipt(self) -> None:
        """The first holder's paper ends in the middle; the holder takes the card and goes."""
        self.world.sim.schedule("line", 20, self.world.sim.take_paper)
        self.world.after(20.0, self._leave)
        self.prints(0)
        self.until(lambda state: state == OUT)

    def rows_of_the_first(self) -> list[LedgerRow]:
        """Those of that paper that have come out."""
        name = next(name for name, owner in self.promises._owners.items() if owner)
        return [row for row in self.world.sim.ledger() if row.job == name]

    def all_void(self) -> bool:
        """Whether all of them hang above a mark of nobody's job: letters, or a picture of them."""
        *above, mark = self.world.sim.ledger()
        one_piece = {row.piece for row in (*above, mark)} == {mark.piece}
        return one_piece and self.promises._owners[mark.job] == 0


@pytest.fixture(params=MODELS)
def scene(request: pytest.FixtureRequest, mocker: MockerFixture, shelf: Shelf) -> Iterator[Scene]:
    folder = Path(tempfile.mkdtemp(prefix="kiosk-simulated-", dir="/dev/shm"))
    made = Scene(mocker, 1, shelf, folder, request.param)
    made.calm = True  # nothing happens by chance
    made.until(lambda state: state == Idle())
    yield made
    made.world.close()
    shutil.rmtree(folder)


def test_nobody_is_served_before_an_earlier_holders_rows_are_out_and_void(scene: Scene) -> None:
    scene.leaves_a_half_receipt()
    out = len(scene.rows_of_the_first())
    scene.comes(1)
    problem = scene.on(Problem)
    assert isinstance(problem, Problem)
    assert problem.fault == ROWS_LEFT
    scene._leave()
    scene.until(lambda state: state == OUT)
    scene.daemon.service.welcome("guides")
    scene.go_on(60.0)
    assert scene.daemon.service.state == OUT, "nor is a guest"
    scene.world.sim.load_paper()
    scene.until(lambda state: state == Idle(), 30.0)
    assert len(scene.rows_of_the_first()) > out, "it had rows in its memory"
    assert scene.all_void()
    scene.prints(1)
    printed = scene.on(Printed)
    assert isinstance(printed, Printed)
    assert printed.outcome == "sent"


def test_the_diagnosis_names_it_first_with_its_job(scene: Scene) -> None:
    scene.leaves_a_half_receipt()
    first, *_ = diagnose(scene.daemon.machine)
    (job,) = scene.daemon.machine.journal.unknown_jobs()
    assert (first.code, first.part, first.weight) == (ROWS_LEFT.code, "receipt", "stops")
    assert first.evidence.en == f"job {job.id}, {job.order.serial}; printer: printer.paper_out"
    scene.world.sim.load_paper()
    scene.until(lambda state: state == Idle(), 30.0)
    assert ROWS_LEFT.code not in [found.code for found in diagnose(scene.daemon.machine)]


def test_who_comes_just_when_paper_is_back_waits_for_the_mark_and_is_served(scene: Scene) -> None:
    scene.leaves_a_half_receipt()
    scene.world.sim.load_paper()
    scene.comes(1)
    scene.on(EnterPin)
    assert scene.all_void()


def test_switching_the_printer_off_and_on_empties_it_too(scene: Scene) -> None:
    scene.leaves_a_half_receipt()
    out = len(scene.rows_of_the_first())
    scene.world.sim.switch_off()
    scene.go_on(20.0)
    assert scene.daemon.service.state == OUT, "silent is not empty: its cable may be out"
    scene.world.sim.load_paper()
    scene.world.sim.switch_on()
    scene.until(lambda state: state == Idle(), 30.0)
    assert len(scene.rows_of_the_first()) == out
    assert scene.all_void()


def test_a_killed_daemon_knows_it_from_its_journal(scene: Scene) -> None:
    scene.leaves_a_half_receipt()
    scene._kill()
    scene.go_on(1.0)
    scene.until(lambda state: state == OUT)
    scene.comes(1)
    scene.on(Problem)
    scene._leave()
    scene.world.sim.load_paper()
    scene.until(lambda state: state == Idle(), 30.0)
    assert scene.all_void()


def test_a_persons_word_ends_it_where_the_printer_was_taken_away(scene: Scene) -> None:
    scene.leaves_a_half_receipt()
    machine = scene.daemon.machine
    (job,) = machine.journal.unknown_jobs()
    settle(machine.journal, machine.store, "03", job.id, "li.wei", "cancelled")
    assert not may_hang(machine)
    scene.until(lambda state: state == Idle(), 20.0)
    scene.comes(1)
    scene.on(EnterPin)


@pytest.mark.parametrize("scene", ["escpos-80mm"], indirect=True)
def test_what_a_killed_daemon_left_in_a_printer_that_can_clear_it_never_comes_out(
    scene: Scene,
) -> None:
    scene.world.sim.schedule("line", 20, scene.world.sim.take_paper)
    scene.world.after(20.0, scene._kill)
    scene.prints(0)
    scene.go_on(25.0)
    scene._leave()
    scene.on(Idle)
    assert scene.daemon.machine.journal.unknown_jobs()
    out = len(scene.rows_of_the_first())
    scene.comes(1)
    scene.on(EnterPin)
    scene.world.sim.load_paper()
    scene.go_on(10.0)
    assert len(scene.rows_of_the_first()) == out
