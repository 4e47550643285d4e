"""The one private pcscd of a test process, for every test that wants the real thing.

libpcsclite reads the place of its socket once in a process. Importing this module sets it, so
that no test ever talks to the machine's own pcscd; the fixture `pcscd` starts the service there.
"""

import atexit
import os
import queue
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from devices.card.events import CardEvent, CardInserted, CardRemoved
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.pcscd import PrivatePcscd
from devices.card.simulated.vpcd import VpcdCard

LONGEST_WAIT = 10.0

_E = TypeVar("_E", bound=CardEvent)

_DIRECTORY = Path(tempfile.mkdtemp(prefix="kiosk-"))
_DAEMON = PrivatePcscd(_DIRECTORY)
_DAEMON.use()


@atexit.register
def _clean_up() -> None:
    _DAEMON.stop()
    shutil.rmtree(_DIRECTORY, ignore_errors=True)


class Recorder:
    """A listener that keeps each event with the time of its arrival."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[tuple[float, CardEvent]] = queue.SimpleQueue()
        self.seen: list[CardEvent] = []
        self.arrived = 0.0

    def __call__(self, event: CardEvent) -> None:
        self._queue.put((time.monotonic(), event))

    def wait_for(self, kind: type[_E]) -> _E:
        """The next event of that kind; those before it are only kept in `seen`."""
        while True:
            self.arrived, event = self._queue.get(timeout=LONGEST_WAIT)
            self.seen.append(event)
            if isinstance(event, kind):
                return event

    def holds_card(self, reader: str) -> bool:
        """Whether the last card that was seen in that reader is still in it."""
        cards = [
            event
            for event in self.seen
            if isinstance(event, CardInserted | CardRemoved) and event.reader == reader
        ]
        return bool(cards) and isinstance(cards[-1], CardInserted)

    def rest(self) -> list[CardEvent]:
        """What has arrived and was not waited for."""
        events = []
        while not self._queue.empty():
            events.append(self._queue.get()[1])
        return events


@pytest.fixture(scope="session")
def pcscd() -> Iterator[PrivatePcscd]:
    """The real pcscd with two virtual readers; in CI its absence is a failure, never a skip."""
    if (reason := PrivatePcscd.available()) is not None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI must not skip the tests behind pcscd: {reason}")
        pytest.skip(reason)
    if _DAEMON.pid is None:
        _DAEMON.start()
    yield _DAEMON
    _DAEMON.stop()


@pytest.fixture
def events(pcscd: PrivatePcscd) -> Iterator[Recorder]:
    """The events of the private pcscd's readers, while the test runs."""
    from devices.card.pcsc import PcscSource

    if pcscd.pid is None:
        pcscd.start()  # the test before this one ended while it was killed
    recorder = Recorder()
    with PcscSource().watch(recorder):
        yield recorder


@pytest.fixture
def put_in(pcscd: PrivatePcscd, events: Recorder) -> Iterator[Callable[[SimulatedCard], VpcdCard]]:
    """Put a card into the first reader and wait until PC/SC has noticed; it is taken out after."""
    inside: list[VpcdCard] = []

    def insert(card: SimulatedCard) -> VpcdCard:
        virtual = VpcdCard(card, port=pcscd.port)
        virtual.insert()
        inside.append(virtual)
        events.wait_for(CardInserted)
        return virtual

    yield insert
    for virtual in inside:
        virtual.remove()
    while inside and events.holds_card(pcscd.readers[0]):
        events.wait_for(CardRemoved)
