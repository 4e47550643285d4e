"""The hall's time: one thread in which the clock, the printer, the daemon and the hands take turns.

Time goes on only here, in `Desk.run` and in the waits of the printer's link. In each step the hands
do what is due, the simulated printer works, the visit's thread applies its events, and the worker,
if it is free, begins its next task. A task that waits for the printer lets all others go on.
"""

import random
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from pytest_mock import MockerFixture

from devices.printer.models import PrinterModel
from tests.devices.printer.desk import Desk

BEGIN = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
LONGEST_STEP = 5.0


class KilledError(BaseException):
    """The process is gone: no handler of the code under test may hold this up."""


class Turns(Protocol):
    """Who takes a turn in every step: the visit's thread."""

    def take_turns(self) -> None:
        """Apply what has happened up to now."""
        ...

    def next_turn(self) -> float:
        """When it wants one although nothing happens, in seconds of the clock."""
        ...


class Worker(Executor):
    """The devices' thread as steps of the virtual time."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._waiting: deque[tuple[Future[Any], Callable[[], object]]] = deque()
        self.busy = False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it when all that was asked before is done."""
        future: Future[Any] = Future()
        self._waiting.append((future, lambda: fn(*args, **kwargs)))
        return future

    @property
    def idle(self) -> bool:
        """Whether nothing is done and nothing waits."""
        return not self.busy and not self._waiting

    def work(self) -> None:
        """Do the next task, if one waits and none is under way."""
        if self.busy or not self._waiting:
            return
        future, task = self._waiting.popleft()
        self.busy = True
        self._world.run(self._world.chance.choice((0.0, 0.01, 0.05, 0.3)))
        try:
            future.set_result(task())
        except Exception as error:  # noqa: BLE001 - as the executor that ships
            future.set_exception(error)
        self.busy = False


class World(Desk):
    """Clock, receipt printer and port of `Desk`, with a daemon and hands beside them."""

    def __init__(
        self, mocker: MockerFixture, model: PrinterModel, chance: random.Random, hold: float
    ) -> None:
        super().__init__(mocker, model, print_timing=True, hold_seconds=hold)
        self.chance = chance
        self.killed = False
        self.wrong_clock = timedelta()
        self.disk_full: Callable[[], None] = lambda: None
        self.turns: Turns | None = None
        self.worker = Worker(self)
        self._turning = False

    def utc(self) -> datetime:
        """The time of day as this machine believes it."""
        self.live()
        return BEGIN + timedelta(seconds=self.clock.now - 1000.0) + self.wrong_clock

    def stamp(self) -> datetime:
        """The time of a row that is being written."""
        now = self.utc()
        self.disk_full()
        return now

    def live(self) -> None:
        """A dead process does nothing more."""
        if self.killed:
            raise KilledError

    def wait(self, fd: int, want_write: bool, timeout: float) -> tuple[bool, bool]:
        """As the link waits."""
        ready = super().wait(fd, want_write, timeout)
        self.live()
        return ready

    def start_again_at(self, seconds: float) -> None:
        """The time a new process needs; the printer and the hands go on meanwhile."""
        self.turns = None
        self.killed = False
        self.run(seconds)

    def _flush(self, fd: int, queue: int) -> None:
        if not self.killed:
            super()._flush(fd, queue)

    def _let_work(self) -> float | None:
        due = super()._let_work()
        if self.turns is not None and not self._turning and not self.killed:
            self._turning = True
            try:
                self.turns.take_turns()
            finally:
                self._turning = False
            self.worker.work()
        return due

    def _move_on(self, deadline: float, due: float | None) -> None:
        most = min(deadline, self.clock.now + LONGEST_STEP)
        if self.turns is not None and not self.killed:
            most = max(self.clock.now + 1e-4, min(most, self.turns.next_turn()))
        super()._move_on(most, due)
