"""The daemon of the simulation: the parts that ship, put together on the virtual clock.

It is made anew after each kill, as systemd would: the files, the printer, the readers and the
cards in them stay as they were.
"""

import random
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from archive.sqlite.store import SqliteStore
from archive.tables.shelf import Tables
from devices.card.psam import PsamSlot
from devices.card.roles import ReaderRoles
from devices.card.simulated.source import SimulatedSource
from devices.printer.blocks import Block
from devices.printer.printer import SerialPrinter
from devices.printer.report import FolderPrinter
from devices.printer.result import PrintResult
from kiosk.composition import proof
from kiosk.config import Settings
from kiosk.machine import Machine
from kiosk.metrics import Metrics
from kiosk.progress import Progress
from kiosk.start import check_clock, trace_left_open
from kiosk.trail import Trail
from kiosk.visit.desk import Desk
from kiosk.visit.service import VisitService
from kiosk.visit.state import State
from kiosk.wire import Wire
from printing.fonts import FontChain
from printing.journal import Journal
from tests.simulate.world import Worker, World

BUSY_SECONDS = 0.01
"""Of real time: a store that another process holds is not waited for."""


@dataclass(frozen=True)
class Hall:
    """What no restart changes."""

    world: World
    settings: Settings
    source: SimulatedSource
    fonts: FontChain
    tables: Tables
    folder: Path


class CountedPrinter(SerialPrinter):
    """The printer that ships; each job's bytes are that job's in the printer's own ledger."""

    on_job: Callable[[list[Block]], None]

    def print_blocks(self, blocks, *, void, **rest) -> PrintResult:  # type: ignore[no-untyped-def]
        """Print, and tell before the first byte."""
        self.on_job(list(blocks))
        return super().print_blocks(blocks, void=void, **rest)


class Daemon:
    """One life of the process."""

    def __init__(
        self,
        hall: Hall,
        on_job: Callable[[list[Block]], None],
        on_state: Callable[[State], None],
    ) -> None:
        self.hall = hall
        world = self._world = hall.world
        world.killed = False
        world.worker = Worker(world)
        self.parts = ExitStack()
        self.machine = self._machine(on_job)
        self.desk = Desk(self.machine)
        self.metrics = Metrics(world.clock)

        def observe(state: State) -> None:
            self.metrics.saw(state)
            on_state(state)

        self.service = VisitService(
            self.desk,
            hall.source,
            roles=self.machine.roles,
            needs_sam=True,
            rules=hall.settings.visit,
            worker=world.worker,
            monotonic=world.clock,
            progress=self.machine.progress,
            observe=observe,
        )
        self._turned = world.clock.now
        world.turns = self
        self.service.watch()

    def _machine(self, on_job: Callable[[list[Block]], None]) -> Machine:
        hall, world, settings = self.hall, self._world, self.hall.settings
        store = SqliteStore(
            Path(str(settings.store.records)), world.stamp, create=False, busy_seconds=BUSY_SECONDS
        )
        self.parts.callback(store.close)
        check_clock(store, world.utc())
        journal = Journal(settings.store.journal, world.stamp)
        self.journal_database = journal._file._database
        self.parts.callback(self.journal_database.close)
        for left in journal.recover():
            trace_left_open(store, settings.kiosk.id, left)
        receipt = CountedPrinter(
            "/dev/printer",
            world.model,
            monotonic=world.clock,
            hold_seconds=settings.receipt.hold_seconds,
            wait=world.wait,
            lines=world.sim.lines,
        )
        receipt.on_job = on_job
        proving = proof(settings, hall.source, world.chance)
        assert isinstance(proving.sam, PsamSlot)
        return Machine(
            settings=settings,
            source=hall.source,
            roles=ReaderRoles(settings.card.reader, settings.sam.reader),
            proof=proving,
            store=store,
            trail=Trail(store, settings.kiosk.id),
            journal=journal,
            receipt=receipt,
            receipt_model=world.model,
            report=FolderPrinter(
                settings.report.folder,
                now=lambda: world.utc().timestamp(),
                monotonic=world.clock,
            ),
            signer=None,
            fonts=hall.fonts,
            tables=hall.tables,
            now=world.utc,
            monotonic=world.clock,
            regions=_no_regions,
            progress=Progress(world.clock),
            wire=Wire(world.clock),
            rng=random.Random(world.chance.random()),
            parts=self.parts,
        )

    def take_turns(self) -> None:
        """The visit's thread: all events that wait, and the tick that is due."""
        while self.service.waiting:
            self._turn()
        if self._world.clock.now >= self.next_turn():
            self._turn()

    def next_turn(self) -> float:
        """When the visit's thread gives up waiting for an event."""
        return self._turned + self.service.patience()

    def _turn(self) -> None:
        self.service.turn(0.0)
        self._turned = self._world.clock.now

    def die(self) -> None:
        """Kill -9: nothing is flushed or written down; the reader service lets its card go."""
        self._world.turns = None
        if self.service._watch is not None:
            self.service._watch.stop()
        for reader in self.hall.source._readers:
            self.hall.source.seize(reader)
        self.parts.close()


def _no_regions():  # type: ignore[no-untyped-def]
    raise AssertionError("the simulation asks no other region: those have threads of their own")
