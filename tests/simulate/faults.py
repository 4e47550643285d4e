"""What breaks in the hall: each fault has hands that do it, and hands that take its cause away."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from devices.printer.simulated.faults import Fault as PrinterFault
from devices.printer.simulated.printer import BOOT_SECONDS
from tests.simulate.daemon import Hall

PRINTER = (
    PrinterFault.PAPER_LOW,
    PrinterFault.PAPER_OUT,
    PrinterFault.COVER_OPEN,
    PrinterFault.FEED_BUTTON,
    PrinterFault.CUTTER_JAM,
    PrinterFault.HEAD_HOT,
    PrinterFault.POWER_CYCLE,
    PrinterFault.OFF,
    PrinterFault.MUTE,
    PrinterFault.HANG_UP,
    PrinterFault.PORT_TAKEN,
    PrinterFault.HELD_LINE,
    PrinterFault.SLOW_REPLIES,
)
"""What garbles a job's bytes is left to `tests/faults`: nothing that a printer says shows it."""


@dataclass(frozen=True)
class Trouble:
    """One fault by name."""

    name: str
    strike: Callable[[], None]
    cure: Callable[[], None]


class Troubles:
    """All that can happen in this hall."""

    def __init__(self, hall: Hall, holder: str, module: str) -> None:
        self._hall = hall
        self._holder = holder
        self._module = module
        self._locked: sqlite3.Connection | None = None
        self.struck: dict[str, Trouble] = {}

    def any(self, chance: random.Random) -> Trouble:
        """One of them, each as likely as the others."""
        return chance.choice([*map(self._of_printer, PRINTER), *self._others()])

    def of_printer(self, chance: random.Random) -> Trouble:
        """One of the receipt printer's."""
        return self._of_printer(chance.choice(PRINTER))

    def strike(self, trouble: Trouble) -> None:
        """Do it, unless it is done already."""
        if trouble.name not in self.struck:
            self.struck[trouble.name] = trouble
            trouble.strike()

    def cure(self, name: str) -> None:
        """Take its cause away."""
        if trouble := self.struck.pop(name, None):
            trouble.cure()

    def cure_all(self) -> None:
        """Somebody has seen to everything, also to a printer that was just being switched on."""
        for name in tuple(self.struck):
            self.cure(name)
        self._switch_on()

    def _of_printer(self, fault: PrinterFault) -> Trouble:
        sim = self._hall.world.sim
        cure: Callable[[], None] = partial(fault.cure, sim)
        if fault in (PrinterFault.POWER_CYCLE, PrinterFault.OFF):
            cure = self._switch_on
        return Trouble(f"printer: {fault.value.about}", partial(fault.strike, sim), cure)

    def _switch_on(self) -> None:
        """It takes its time to start, and real ones take longer: drivers may rely on it."""
        sim = self._hall.world.sim
        sim.schedule("second", BOOT_SECONDS, sim.switch_on)

    def _others(self) -> tuple[Trouble, ...]:
        source = self._hall.source
        return (
            Trouble("reader pulled", self._unplug, self._plug),
            Trouble("pcscd gone", source.stop_service, source.start_service),
            Trouble("reader broken", self._break_reader, self._mend_reader),
            Trouble("module out", self._take_module, self._put_module),
            Trouble("store locked", self._lock, self._unlock),
            Trouble("disk full", self._fill, self._empty),
            Trouble("clock behind", self._turn_back, self._set_right),
        )

    def _unplug(self) -> None:
        self._hall.source.unplug(self._holder)

    def _plug(self) -> None:
        self._hall.source.plug(self._holder)

    def _break_reader(self) -> None:
        self._hall.source.break_reader(self._holder)

    def _mend_reader(self) -> None:
        self._hall.source.mend_reader(self._holder)

    def _take_module(self) -> None:
        source = self._hall.source
        self._taken = source._cards.get(self._module)
        source.remove(self._module)

    def _put_module(self) -> None:
        if self._taken is not None:
            self._hall.source.insert(self._module, self._taken)

    def _lock(self) -> None:
        """Another process begins to write and does not end."""
        self._locked = sqlite3.connect(str(self._hall.settings.store.records), timeout=1.0)
        with suppress(sqlite3.OperationalError):
            self._locked.execute("BEGIN IMMEDIATE")

    def _unlock(self) -> None:
        assert self._locked is not None
        self._locked.close()

    def _fill(self) -> None:
        self._hall.world.disk_full = _full

    def _empty(self) -> None:
        self._hall.world.disk_full = lambda: None

    def _turn_back(self) -> None:
        self._hall.world.wrong_clock = -timedelta(hours=2)

    def _set_right(self) -> None:
        self._hall.world.wrong_clock = timedelta()


def _full() -> None:
    """As SQLite says it, where a row is written."""
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    error.sqlite_errorname = "SQLITE_FULL"
    raise error
