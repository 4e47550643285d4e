"""The watcher over scripted waits: each swap is seen, each end is told."""

import gc
import itertools
import queue
import threading
from collections import Counter
from pathlib import Path

import pytest
from pytest_mock import MockType
from smartcard import scard

from devices.card import winscard
from devices.card.events import (
    CardEvent,
    CardInserted,
    CardRemoved,
    ReadersChanged,
    ServiceLost,
    ServiceRestored,
)
from devices.card.hub import EventHub
from devices.card.pcsc import PcscSource
from devices.card.watcher import Watcher
from tests.devices.card.cards import ATR
from tests.devices.card.pcsc_calls import (
    CHANGED,
    EMPTY,
    IN,
    NO_SERVICE,
    READER,
    Service,
    States,
)
from tests.pcscd import Recorder


def test_cards_come_and_go(heard: tuple[Service, Recorder]) -> None:
    service, recorder = heard
    service.say((READER, EMPTY))
    service.say((READER, IN | 1 << 16))
    inserted = recorder.wait_for(CardInserted)
    service.say((READER, EMPTY | 2 << 16))
    assert recorder.wait_for(CardRemoved) == CardRemoved(READER, inserted.generation)
    assert recorder.seen == [
        ReadersChanged((READER,)),
        CardInserted(READER, ATR, 1),
        CardRemoved(READER, 1),
    ]


def test_a_reader_is_told_with_what_is_in_it_and_not_before_that_is_known(
    pcsc: MockType, heard: tuple[Service, Recorder]
) -> None:
    service, recorder = heard
    pcsc.SCardListReaders.return_value = (0, [READER, "Second"])
    service.said.put(scard.SCARD_E_UNKNOWN_READER)
    service.said.put(scard.SCARD_E_UNKNOWN_READER)
    service.say((READER, EMPTY), ("Second", IN | 1 << 16))
    recorder.wait_for(CardInserted)
    assert recorder.seen == [
        ReadersChanged((READER, "Second"), frozenset({"Second"})),
        CardInserted("Second", ATR, 1),
    ]


def test_two_cards_swapped_between_two_looks_are_two_cards(
    heard: tuple[Service, Recorder],
) -> None:
    service, recorder = heard
    service.say((READER, IN | 1 << 16))
    service.say((READER, IN | 3 << 16))
    recorder.wait_for(CardRemoved)
    assert recorder.wait_for(CardInserted).generation == 2


def test_a_card_that_is_only_used_by_somebody_is_the_same_card(
    heard: tuple[Service, Recorder],
) -> None:
    service, recorder = heard
    service.say((READER, IN | 1 << 16))
    service.say((READER, IN | scard.SCARD_STATE_INUSE | 1 << 16))
    service.say((READER, IN | scard.SCARD_STATE_EXCLUSIVE | 1 << 16))
    service.say((READER, EMPTY | 2 << 16))
    recorder.wait_for(CardRemoved)
    assert [type(event) for event in recorder.seen] == [ReadersChanged, CardInserted, CardRemoved]


def test_the_wait_knows_the_last_state_without_its_changed_flag(
    heard: tuple[Service, Recorder],
) -> None:
    service, recorder = heard
    service.say((READER, IN | 1 << 16), (winscard.NEW_READERS, 1 << 16))
    service.say((READER, EMPTY | 2 << 16))
    recorder.wait_for(CardRemoved)
    assert service.waits[:2] == [
        [(READER, 0), (winscard.NEW_READERS, 0)],
        [(READER, IN | 1 << 16), (winscard.NEW_READERS, 1 << 16)],
    ]


def test_a_reader_that_is_pulled_takes_its_card_along(
    pcsc: MockType, heard: tuple[Service, Recorder]
) -> None:
    service, recorder = heard
    service.say((READER, IN | 1 << 16))
    recorder.wait_for(CardInserted)
    pcsc.SCardListReaders.return_value = (scard.SCARD_E_NO_READERS_AVAILABLE, [])
    service.said.put(scard.SCARD_E_UNKNOWN_READER)
    assert recorder.wait_for(ReadersChanged).readers == ()
    assert recorder.wait_for(CardRemoved).generation == 1
    pcsc.SCardListReaders.return_value = (0, [READER])
    service.say((winscard.NEW_READERS, 1 << 16))
    service.say((READER, IN | 1 << 16))
    assert recorder.wait_for(ReadersChanged) == ReadersChanged((READER,), frozenset({READER}))
    assert recorder.wait_for(CardInserted).generation == 2
    assert not [event for event in recorder.seen if isinstance(event, ServiceLost)]


@pytest.mark.parametrize(
    ("blow", "code"),
    [
        (scard.SCARD_F_COMM_ERROR, "reader.service_down"),
        (scard.SCARD_E_INVALID_HANDLE, "reader.service_down"),
        (scard.SCARD_W_SECURITY_VIOLATION, "reader.service_down"),
        (scard.SCARD_E_NO_MEMORY, "reader.fault"),
        (RuntimeError("a bug"), "card.error"),
    ],
)
def test_whatever_ends_a_context_the_watch_tells_it_and_begins_again(
    pcsc: MockType, heard: tuple[Service, Recorder], blow: object, code: str
) -> None:
    service, recorder = heard
    service.say((READER, IN | 1 << 16))
    recorder.wait_for(CardInserted)
    service.said.put(blow)
    recorder.wait_for(ServiceRestored)
    service.say((READER, IN | 1 << 16))
    assert recorder.wait_for(CardInserted).generation == 2
    events: list[CardEvent] = [
        ServiceLost(code),
        CardRemoved(READER, 1),
        ServiceRestored(),
        ReadersChanged((READER,), frozenset({READER})),
        CardInserted(READER, ATR, 2, again=1),
    ]
    assert recorder.seen[2:] == events


def test_a_service_that_stays_away_is_told_and_logged_once(
    pcsc: MockType, caplog: pytest.LogCaptureFixture
) -> None:
    attempts = iter([(NO_SERVICE, 0)] * 20)
    pcsc.SCardEstablishContext.side_effect = lambda _: next(attempts, (0, 1))
    service, recorder = Service(pcsc), Recorder()
    hub = EventHub(iter(range(1, 9)))
    hub.attach(recorder, lambda: None)
    watcher = Watcher(hub, first_delay=0.001, longest_delay=0.002)
    watcher.start()
    recorder.wait_for(ServiceRestored)
    service.say((READER, EMPTY))
    recorder.wait_for(ReadersChanged)
    watcher.stop()
    assert recorder.seen[:2] == [ServiceLost("reader.service_down"), ServiceRestored()]
    assert service.waits
    assert caplog.messages == ["card watcher: reader.service_down"]


def test_a_user_whom_the_service_refuses_is_told_and_let_in_later(pcsc: MockType) -> None:
    reasons = [NO_SERVICE, *[scard.SCARD_W_SECURITY_VIOLATION] * 6]
    pcsc.SCardEstablishContext.side_effect = [*((reason, 0) for reason in reasons), (0, 1)]
    Service(pcsc)
    recorder = Recorder()
    hub = EventHub(iter(range(1, 9)))
    hub.attach(recorder, lambda: None)
    watcher = Watcher(hub, first_delay=0.001, longest_delay=0.002)
    watcher.start()
    recorder.wait_for(ServiceRestored)
    watcher.stop()
    assert recorder.seen == [
        ServiceLost("reader.service_down"),
        ServiceLost("reader.access_denied"),
        ServiceRestored(),
    ]


def test_a_quiet_minute_changes_nothing(heard: tuple[Service, Recorder]) -> None:
    service, recorder = heard
    service.say((READER, IN | 1 << 16))
    service.said.put(scard.SCARD_E_TIMEOUT)
    service.say((READER, EMPTY | 2 << 16))
    recorder.wait_for(CardRemoved)
    assert [type(event) for event in recorder.seen] == [ReadersChanged, CardInserted, CardRemoved]


def test_a_listener_may_stop_its_own_watch(pcsc: MockType) -> None:
    service = Service(pcsc)
    stopping: queue.SimpleQueue[str] = queue.SimpleQueue()
    subject = PcscSource()

    def listen(event: CardEvent) -> None:
        if isinstance(event, CardInserted):
            watch.stop()
            stopping.put("stopped")

    watch = subject.watch(listen)
    service.say((READER, IN | 1 << 16))
    assert stopping.get(timeout=5) == "stopped"


def test_a_second_watch_shares_the_thread_and_hears_what_is_there(pcsc: MockType) -> None:
    service, first, second = Service(pcsc), Recorder(), Recorder()
    subject = PcscSource()
    with subject.watch(first):
        service.say((READER, IN | 1 << 16))
        inserted = first.wait_for(CardInserted)
        with subject.watch(second):
            assert second.wait_for(CardInserted) == inserted
        service.say((READER, EMPTY | 2 << 16))
        first.wait_for(CardRemoved)
    assert pcsc.SCardEstablishContext.call_count == 1
    with subject.watch(second):
        service.say((READER, IN | 3 << 16))
        assert second.wait_for(CardInserted).generation == 2


def test_a_watch_begun_while_the_last_one_ends_keeps_its_thread(pcsc: MockType) -> None:
    service, recorder = Service(pcsc), Recorder()
    subject = PcscSource()
    with subject.watch(recorder):
        subject._last_stopped()  # what the ending watch calls, after this one has begun
        service.say((READER, IN | 1 << 16))
        recorder.wait_for(CardInserted)


def test_a_pcscd_that_hangs_does_not_hold_up_the_end_of_the_watch(
    pcsc: MockType, caplog: pytest.LogCaptureFixture
) -> None:
    hanging, over = threading.Event(), threading.Event()

    def hang(*_: object) -> tuple[int, States]:
        hanging.set()
        over.wait(10)
        return 0, [(READER, IN | CHANGED | 1 << 16, list(ATR))]

    pcsc.SCardGetStatusChange.side_effect = hang
    pcsc.SCardCancel.side_effect = lambda _: over.wait(10)
    recorder = Recorder()
    hub = EventHub(iter(range(1, 9)))
    hub.attach(recorder, lambda: None)
    watcher = Watcher(hub, patience=0.01)
    watcher.start()
    assert hanging.wait(5)
    watcher.stop()
    assert caplog.messages == ["card watcher: pcscd does not let it end"]
    over.set()
    watcher.stop()
    watcher._thread.join(5)
    assert not watcher._thread.is_alive()
    assert recorder.rest() == []


def test_several_readers_are_followed_each_for_itself(
    pcsc: MockType, heard: tuple[Service, Recorder]
) -> None:
    service, recorder = heard
    service.said.put(scard.SCARD_E_UNKNOWN_READER)
    pcsc.SCardListReaders.return_value = (0, [READER, "Second"])
    service.say((READER, IN | 1 << 16), ("Second", EMPTY))
    service.say(("Second", IN | 1 << 16))
    service.say((READER, EMPTY | 2 << 16))
    service.say((READER, IN | 3 << 16), ("Second", EMPTY | 2 << 16))
    events = [recorder.wait_for(CardInserted) for _ in range(3)]
    recorder.wait_for(CardRemoved)
    assert [(event.reader, event.generation) for event in events] == [
        (READER, 1),
        ("Second", 2),
        (READER, 3),
    ]
    removed = [event for event in recorder.seen if isinstance(event, CardRemoved)]
    assert removed == [CardRemoved(READER, 1), CardRemoved("Second", 2)]


def test_ten_thousand_cards_leave_no_thread_no_descriptor_and_no_memory_behind(
    pcsc: MockType,
) -> None:
    """Every fifth card is swapped unseen, every thousandth wait ends with the service gone."""
    insertions, heard = 10_000, Counter[type[CardEvent]]()
    over = threading.Event()
    resources: list[tuple[int, int, int]] = []

    def listener(event: CardEvent) -> None:
        heard[type(event)] += 1
        if isinstance(event, CardInserted) and event.generation in (1000, insertions):
            resources.append(held())
            if event.generation == insertions:
                over.set()

    _ScriptedDays(pcsc, over)
    hub = EventHub(itertools.count(1))
    watcher = Watcher(hub, first_delay=0.0, longest_delay=0.0)
    watch = hub.attach(listener, lambda: None)
    watcher.start()
    assert over.wait(30)
    watcher.stop()
    watch.stop()
    early, late = resources
    assert late[:2] == early[:2]
    assert late[2] - early[2] < 200, "objects grow with the cards"
    assert heard[ServiceLost] == heard[ServiceRestored] > 5
    assert pcsc.SCardReleaseContext.call_count == pcsc.SCardEstablishContext.call_count


def held() -> tuple[int, int, int]:
    """Threads, descriptors and living objects of this process."""
    gc.collect()
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    return threading.active_count(), descriptors, len(gc.get_objects())


class _ScriptedDays:
    """A PC/SC whose every wait ends with the next movement of a card."""

    def __init__(self, pcsc: MockType, over: threading.Event) -> None:
        self._over = over
        self._movements = 0
        self._waits = 0
        pcsc.SCardGetStatusChange = self._wait  # a mock would keep every call
        pcsc.SCardListReaders = lambda *_: (0, [READER])

    def _wait(self, _: int, __: int, known: list[tuple[str, int]]) -> tuple[int, States]:
        self._waits += 1
        if self._over.is_set():
            return scard.SCARD_E_TIMEOUT, []
        if self._waits % 1000 == 0:
            return NO_SERVICE, []
        self._movements += 2 if self._movements % 5 == 1 else 1
        flag = IN if self._movements % 2 else EMPTY
        return 0, [(READER, flag | CHANGED | (self._movements & 0xFFFF) << 16, list(ATR))]
