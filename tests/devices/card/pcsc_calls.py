"""pyscard's calls replaced by ones that a test scripts."""

import queue
from collections.abc import Iterator

import pytest
from pytest_mock import MockerFixture, MockType
from smartcard import scard

from devices.card.hub import EventHub
from devices.card.pcsc import PcscSource
from devices.card.watcher import Watcher
from tests.devices.card.cards import ATR
from tests.pcscd import Recorder

READER = "Reader 0"
EMPTY, IN = scard.SCARD_STATE_EMPTY, scard.SCARD_STATE_PRESENT
CHANGED = scard.SCARD_STATE_CHANGED
NO_SERVICE = scard.SCARD_E_NO_SERVICE
HANDLE = 7

States = list[tuple[str, int, list[int]]]


@pytest.fixture
def pcsc(mocker: MockerFixture) -> MockType:
    """pyscard's calls, all of them successful, with one reader."""
    calls = mocker.patch("devices.card.winscard.scard", autospec=True)
    for name in vars(scard):
        if name.startswith("SCARD_"):
            setattr(calls, name, getattr(scard, name))
    calls.SCardEstablishContext.return_value = (0, 1)
    calls.SCardReleaseContext.return_value = 0
    calls.SCardListReaders.return_value = (0, [READER])
    calls.SCardConnect.return_value = (0, HANDLE, scard.SCARD_PROTOCOL_T0)
    calls.SCardStatus.return_value = (0, READER, 0, scard.SCARD_PROTOCOL_T0, list(ATR))
    calls.SCardTransmit.return_value = (0, [0x90, 0x00])
    calls.SCardGetStatusChange.return_value = (0, [(READER, IN, list(ATR))])
    assert isinstance(calls, MockType)
    return calls


def source() -> PcscSource:
    return PcscSource(sleep=lambda _: None)


class Service:
    """A PC/SC whose waits end with what the test says next."""

    def __init__(self, pcsc: MockType) -> None:
        self.said: queue.SimpleQueue[object] = queue.SimpleQueue()
        self.waits: list[list[tuple[str, int]]] = []
        pcsc.SCardGetStatusChange.side_effect = self._wait
        pcsc.SCardCancel.side_effect = lambda _: self.said.put(scard.SCARD_E_CANCELLED)

    def _wait(self, _: int, __: int, known: list[tuple[str, int]]) -> tuple[int, States]:
        self.waits.append(known)
        match self.said.get(timeout=5):
            case int(result):
                return result, [(name, state, []) for name, state in known]
            case BaseException() as error:
                raise error
            case list(states):
                return 0, [(name, state | CHANGED, list(ATR)) for name, state in states]
            case other:
                raise AssertionError(other)

    def say(self, *states: tuple[str, int]) -> None:
        self.said.put(list(states))


@pytest.fixture
def heard(pcsc: MockType) -> Iterator[tuple[Service, Recorder]]:
    """A watcher over the scripted service, and what it tells."""
    service, recorder = Service(pcsc), Recorder()
    hub = EventHub(iter(range(1, 1000)))
    watcher = Watcher(hub, first_delay=0.001, longest_delay=0.002)
    hub.attach(recorder, lambda: None)
    watcher.start()
    yield service, recorder
    watcher.stop()
