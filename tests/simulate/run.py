"""A day in the hall: citizens one after another, troubles at any moment, kills, and a trace."""

import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from pytest_mock import MockerFixture

from archive.tables.shelf import Tables
from devices.card.errors import ReaderAbsentError
from devices.card.events import CardEvent, CardInserted, CardRemoved
from devices.card.keys import MasterKeys
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.psam import SimulatedPsam
from devices.card.simulated.source import SimulatedConnection, SimulatedSource
from devices.printer.blocks import Block
from kiosk.config import Settings
from kiosk.demo.data import DemoCard
from kiosk.leftover import GOOD
from kiosk.visit.events import CancelAsked
from kiosk.visit.state import Forgotten, Idle, Printed, Problem, Resting, State, TakeCard
from printing.fonts import FontChain
from tests.devices.printer.desk import model
from tests.simulate.citizens import MANNERS, Citizen, Manners
from tests.simulate.daemon import Daemon, Hall
from tests.simulate.faults import Trouble, Troubles
from tests.simulate.promises import Promises
from tests.simulate.world import KilledError, World

HOLDER, MODULE = "Simulated Reader 00 00", "Simulated SAM Reader 00 00"
LONGEST_VISIT = 3600.0
BACK_SECONDS = 200.0
"""Of virtual time, from the last cause that is gone to a kiosk that serves."""
GUIDE = "990100-KA-002"


class Day:
    """One seed."""

    def __init__(
        self,
        mocker: MockerFixture,
        seed: int,
        shelf: "Shelf",
        folder: Path,
        receipt: str = "escpos-80mm",
    ) -> None:
        """`receipt`: model of the receipt printer."""
        self.chance = random.Random(seed)
        self.trace: list[str] = []
        settings = shelf.settings_in(folder)
        self.world = World(mocker, model(receipt), self.chance, settings.receipt.hold_seconds)
        source = SlowSource((HOLDER, MODULE))
        source.world = self.world
        source.insert(MODULE, shelf.module())
        self._shelf = shelf
        self.hall = Hall(self.world, settings, source, shelf.fonts, shelf.tables, folder)
        self.promises = Promises(self.world, shelf.secrets)
        self.troubles = Troubles(self.hall, HOLDER, MODULE)
        self._inside = shelf.cards[0]
        source.watch(self._on_card)
        self.calm = False
        """Nothing is broken any more, and nothing breaks."""
        self.visits = 0
        self.ends: dict[str, int] = {}
        self.daemon = self._start()

    # --- life of the daemon ---

    def _start(self) -> Daemon:
        try:
            return Daemon(self.hall, self._on_job, self._on_state)
        except BaseException:
            self.note("the start fails")
            raise

    def _on_job(self, blocks: list[Block]) -> None:
        self.note(f"job of {len(blocks)} blocks")
        self.promises.begin_paper(self.daemon, blocks)
        if self.calm:
            return
        size = sum(len(block.data) for block in blocks)
        for chance, act in self._at_a_byte():
            if self.chance.random() < chance:
                self.world.sim.schedule("byte", self.chance.randrange(size + 40), act)

    def _at_a_byte(self) -> tuple[tuple[float, Callable[[], None]], ...]:
        """What may happen while a paper is under way."""
        trouble = self.troubles.of_printer(self.chance)
        after = self.chance.choice((0.1, 1.0, 10.0, 40.0))
        generation = getattr(self.daemon.service.state, "generation", 0)

        def strike() -> None:
            self._strike(trouble)
            self.world.after(after, lambda: self._cure(trouble.name))

        def cancel() -> None:
            self.note("cancels at a byte")
            self.daemon.service.post(CancelAsked(generation))

        def pull() -> None:
            self.note("card out at a byte")
            self.hall.source.remove(HOLDER)

        return (0.25, strike), (0.05, self._kill), (0.08, cancel), (0.08, pull)

    def _on_state(self, state: State) -> None:
        name = type(state).__name__
        self.promises.saw(state)
        if not self.trace or not self.trace[-1].endswith(f"→ {name}"):
            fault = getattr(state, "fault", None) or getattr(state, "notice", None)
            self.note(f"{fault.code + ' ' if fault else ''}→ {name}")
        if isinstance(state, Printed):
            self.ends[state.outcome] = self.ends.get(state.outcome, 0) + 1
            hangs = state.medium == "receipt" and not self.world.model.cut
            if hangs and state.outcome in GOOD:  # half a slip is left to the staff
                self.world.sim.tear_off()

    def note(self, text: str) -> None:
        """One line of the trace."""
        self.trace.append(f"{self.world.clock.now - 1000:10.2f} {text}")

    def go_on(self, seconds: float) -> None:
        """Let time pass; a killed daemon is started again."""
        deadline = self.world.clock.now + seconds
        while self.world.clock.now < deadline:
            try:
                self.world.run(min(0.5, deadline - self.world.clock.now))
            except KilledError:
                self._start_again()
            if self.world.killed:
                self._start_again()
            self.promises.check(self.daemon, self.daemon.service.state)

    def _start_again(self) -> None:
        self.note("killed and started again")
        self.daemon.die()
        self.world.start_again_at(1.0)
        before = len(self.world.sim.ledger())
        for name in ("disk full", "store locked"):
            self.troubles.cure(name)  # a start without its files is refused: tests/kiosk/test_start
        self.daemon = self._start()
        assert len(self.world.sim.ledger()) == before, "a start prints by itself"

    # --- a visit ---

    def visit(self) -> None:
        """Somebody comes, does something and goes."""
        self.visits += 1
        self._plan_troubles()
        citizen = Citizen(
            self.chance.choice(MANNERS), self.chance.choice(self._shelf.cards), self.chance
        )
        self.note(f"--- visit {self.visits}: {citizen.manners.name}, card {citizen.card.name}")
        started = self.world.clock.now
        self._serve(citizen, started)
        self._leave()
        self.go_on(self.chance.choice((0.0, 0.1, 1.5, 8.0)))

    def _serve(self, citizen: Citizen, started: float) -> None:
        manners = citizen.manners
        if manners.guest:
            self.daemon.service.welcome(self.chance.choice(("guides", "case", "verify")))
        else:
            self._insert(citizen.card)
        gone = False
        while self.world.clock.now - started < LONGEST_VISIT:
            self.go_on(citizen.pause())
            state = self.daemon.service.state
            if isinstance(state, Resting):
                return
            ended = isinstance(state, TakeCard | Problem)
            if ended and not gone and citizen.happens(1 - manners.forgets):
                return
            if isinstance(state, Forgotten) and self.world.clock.now - self.promises.since > 150:
                return  # somebody comes for the card at last
            if not gone and citizen.happens(manners.pulls):
                return
            if not gone and citizen.happens(manners.swaps):
                self.note("swaps the card")
                citizen.card = self.chance.choice(self._shelf.cards)
                self._insert(citizen.card)
                continue
            gone = gone or citizen.happens(manners.walks_away)
            if not gone and (event := citizen.answer(state, GUIDE)) is not None:
                self.note(type(event).__name__)
                self.daemon.service.post(event)
        raise AssertionError("a visit without an end")

    def _insert(self, card: DemoCard) -> None:
        self._inside = card
        with suppress(ReaderAbsentError):
            self.hall.source.insert(HOLDER, SimulatedCard(card.profile, keys=self._shelf.keys))

    def _on_card(self, event: CardEvent) -> None:
        match event:
            case CardInserted(reader, _, generation) if reader == HOLDER:
                self.promises.holders[generation] = self._inside.holder
            case CardRemoved(reader, generation) if reader == HOLDER:
                self.promises.out_at[generation] = self.world.clock.now
            case _:
                pass

    def _leave(self) -> None:
        self.note("card out")
        self.hall.source.remove(HOLDER)

    # --- troubles ---

    def _plan_troubles(self) -> None:
        while self.chance.random() < 0.35:
            trouble = self.troubles.any(self.chance)
            after = self.chance.choice((0.0, 1.0, 5.0, 12.0, 30.0)) + self.chance.random()
            self.world.after(after, partial(self._strike, trouble))
            lasts = self.chance.choice((0.2, 2.0, 15.0, 90.0))
            self.world.after(after + lasts, partial(self._cure, trouble.name))
        if self.chance.random() < 0.08:
            self.world.after(self.chance.uniform(0, 30), self._kill)
        if self.chance.random() < 0.03:
            self.world.after(self.chance.uniform(0, 20), lambda: self._maintain(True))
            self.world.after(self.chance.uniform(20, 200), lambda: self._maintain(False))

    def _strike(self, trouble: Trouble) -> None:
        self.note(f"! {trouble.name}")
        self.troubles.strike(trouble)

    def _cure(self, name: str) -> None:
        if name in self.troubles.struck:
            self.note(f"mended: {name}")
            self.troubles.cure(name)

    def _kill(self) -> None:
        self.note("! kill -9")
        self.world.killed = True

    def _maintain(self, on: bool) -> None:
        self.note(f"maintenance {'on' if on else 'off'}")
        self.daemon.service.maintain(on)

    # --- the evening ---

    def see_to_it(self) -> None:
        """All causes are taken away; then the kiosk serves again and prints."""
        self.note("--- all is seen to")
        self.calm = True
        self.world.at_time.clear()
        self.world.sim.unschedule()
        self.troubles.cure_all()
        self.daemon.service.maintain(False)
        self.hall.source.remove(HOLDER)
        self._settle()
        deadline = self.world.clock.now + BACK_SECONDS
        while not self._ready():
            self.go_on(1.0)
            assert self.world.clock.now < deadline, self._why_not_ready()
        self.promises.check_paper(self.daemon)
        self._good_visit()
        self.promises.check_paper(self.daemon)
        assert self.daemon.machine.store.verify_audit().intact, "the trail is broken"
        self.calm = False

    def _settle(self) -> None:
        """A cutter that had jammed, or a mute printer, may need its power switched."""
        self.go_on(3.0)

    def _ready(self) -> bool:
        state = self.daemon.service.state
        idle = isinstance(state, Idle) and state.notice is None
        return idle and self.world.worker.idle and not self.daemon.desk.tidying.leftover

    def _why_not_ready(self) -> str:
        state = self.daemon.service.state
        return f"not back to service: {state!r}, leftover {self.daemon.desk.tidying.leftover}"

    def _good_visit(self) -> None:
        self.visits += 1
        end = "confirmed" if self.world.model.marker else "sent"
        before = self.ends.get(end, 0)
        card = self._shelf.cards[0]
        citizen = Citizen(Manners("good", pause=(1.0, 2.0), prints=1.0, wants=0.0), card, Sure(7))
        self.note("--- a good visit")
        self._serve(citizen, self.world.clock.now)
        self._leave()
        self.go_on(2.0)
        assert self.ends.get(end, 0) == before + 1, f"no paper after all is mended {self.ends}"


class SlowSource(SimulatedSource):
    """Commands take their time, and hands do not wait for an answer."""

    world: World

    def exchange(self, connection: SimulatedConnection, command: bytes) -> bytes:
        """One command; what is due happens before it is answered."""
        if self.world.worker.busy:
            self.world.run(0.02)
            self.world.live()
        return super().exchange(connection, command)


class Sure(random.Random):
    """Chance without surprises: receipts, not reports."""

    def random(self) -> float:
        """Always in the middle."""
        return 0.5


class Shelf:
    """What all days share, made once: records, cards, keys, fonts, tables."""

    def __init__(
        self,
        records: Path,
        settings: Settings,
        cards: tuple[DemoCard, ...],
        fonts: FontChain,
        tables: Tables,
        keys: MasterKeys,
        module: SimulatedPsam,
    ) -> None:
        self.records = records
        self._settings = settings
        self.cards = cards
        self.fonts = fonts
        self.tables = tables
        self.keys = keys
        self._module = module
        self.secrets = frozenset(
            text
            for card in cards
            for text in (
                card.holder,
                card.profile.card_number,
                card.profile.holder.social_security_number if card.profile.holder else "",
            )
            if text
        )

    def module(self) -> SimulatedPsam:
        """The hall's security module."""
        return self._module

    def settings_in(self, folder: Path) -> Settings:
        """The settings of a day whose files are in a folder of its own."""
        for name in ("records.db", "records.db.audit-key"):
            if (self.records / name).exists():
                shutil.copy(self.records / name, folder / name)
        store = self._settings.store.model_copy(
            update={"records": folder / "records.db", "journal": folder / "journal.db"}
        )
        (folder / "report").mkdir()
        report = self._settings.report.model_copy(update={"folder": folder / "report"})
        return self._settings.model_copy(update={"store": store, "report": report})
