"""The PC/SC side with pyscard's calls replaced: each result has its error, each swap is seen."""

import queue
from collections.abc import Iterator

import pytest
from pytest_mock import MockerFixture, MockType
from smartcard import scard

from devices.card import winscard
from devices.card.errors import (
    AccessDeniedError,
    CardAbsentError,
    CardBusyError,
    CardError,
    CardMuteError,
    CardRemovedError,
    CardResetError,
    ReaderAbsentError,
    ReaderFaultError,
    ServiceDownError,
)
from devices.card.events import (
    CardEvent,
    CardInserted,
    CardRemoved,
    ReadersChanged,
    ServiceLost,
    ServiceRestored,
)
from devices.card.hub import EventHub
from devices.card.pcsc import PcscConnection, PcscSource
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


@pytest.mark.parametrize(
    ("result", "error"),
    [
        ("SCARD_E_NO_SERVICE", ServiceDownError),
        ("SCARD_E_SERVICE_STOPPED", ServiceDownError),
        ("SCARD_F_COMM_ERROR", ServiceDownError),
        ("SCARD_W_SECURITY_VIOLATION", AccessDeniedError),
        ("SCARD_E_NO_ACCESS", AccessDeniedError),
        ("SCARD_E_UNKNOWN_READER", ReaderAbsentError),
        ("SCARD_E_READER_UNAVAILABLE", ReaderAbsentError),
        ("SCARD_E_NO_SMARTCARD", CardAbsentError),
        ("SCARD_W_REMOVED_CARD", CardAbsentError),
        ("SCARD_W_UNRESPONSIVE_CARD", CardMuteError),
        ("SCARD_W_UNPOWERED_CARD", CardMuteError),
        ("SCARD_E_PROTO_MISMATCH", CardMuteError),
        ("SCARD_E_SHARING_VIOLATION", CardBusyError),
        ("SCARD_E_INSUFFICIENT_BUFFER", ReaderFaultError),
    ],
)
def test_each_reason_not_to_connect_has_its_error(
    pcsc: MockType, result: str, error: type[CardError]
) -> None:
    pcsc.SCardConnect.return_value = (getattr(scard, result), 0, 0)
    with pytest.raises(error):
        source().connect(READER)
    assert pcsc.SCardReleaseContext.call_count == pcsc.SCardEstablishContext.call_count


def test_an_absent_reader_is_told_with_those_that_are_there(pcsc: MockType) -> None:
    pcsc.SCardConnect.return_value = (scard.SCARD_E_UNKNOWN_READER, 0, 0)
    with pytest.raises(ReaderAbsentError) as caught:
        source().connect("Other")
    assert (caught.value.wanted, caught.value.readers) == ("Other", (READER,))


def test_an_unknown_result_is_kept_as_a_number(pcsc: MockType) -> None:
    pcsc.SCardConnect.return_value = (-0x7FEFFFC0, 0, 0)
    with pytest.raises(ReaderFaultError) as caught:
        source().connect(READER)
    assert caught.value.result == 0x80100040


def test_a_card_is_wanted_alone_then_shared_then_again(pcsc: MockType) -> None:
    busy = (scard.SCARD_E_SHARING_VIOLATION, 0, 0)
    pcsc.SCardConnect.side_effect = [busy, busy, busy, (0, HANDLE, scard.SCARD_PROTOCOL_T1)]
    waits: list[float] = []
    connection = PcscSource(sleep=waits.append).connect(READER)
    modes = [call.args[2] for call in pcsc.SCardConnect.call_args_list]
    assert modes == [scard.SCARD_SHARE_EXCLUSIVE, scard.SCARD_SHARE_SHARED] * 2
    assert waits == [0.1]
    connection.transmit(b"\x00\x84\x00\x00\x08")
    assert pcsc.SCardTransmit.call_args.args[1] == scard.SCARD_PCI_T1


def test_a_connection_passes_commands_and_unpowers_the_card_at_the_end(pcsc: MockType) -> None:
    connection = source().connect(READER)
    assert connection.atr == ATR
    assert connection.transmit(b"\x00\x20\x00\x00\x00") == b"\x90\x00"
    pcsc.SCardTransmit.assert_called_once_with(HANDLE, scard.SCARD_PCI_T0, [0, 0x20, 0, 0, 0])
    connection.close()
    connection.close()
    pcsc.SCardDisconnect.assert_called_once_with(HANDLE, scard.SCARD_UNPOWER_CARD)
    pcsc.SCardReleaseContext.assert_called_once_with(1)
    with pytest.raises(CardResetError):
        connection.transmit(b"\x00\x84\x00\x00\x08")


@pytest.mark.parametrize(
    ("result", "error"),
    [
        ("SCARD_W_REMOVED_CARD", CardRemovedError),
        ("SCARD_E_NO_SMARTCARD", CardRemovedError),
        ("SCARD_W_RESET_CARD", CardResetError),
        ("SCARD_E_INVALID_HANDLE", CardResetError),
        ("SCARD_W_UNRESPONSIVE_CARD", CardMuteError),
        ("SCARD_E_NO_SERVICE", ServiceDownError),
        ("SCARD_W_SECURITY_VIOLATION", ServiceDownError),
        ("SCARD_E_INSUFFICIENT_BUFFER", ReaderFaultError),
    ],
)
def test_each_reason_not_to_answer_has_its_error(
    pcsc: MockType, result: str, error: type[CardError]
) -> None:
    connection = source().connect(READER)
    pcsc.SCardTransmit.return_value = (getattr(scard, result), [0x90, 0x00])
    with pytest.raises(error):
        connection.transmit(b"\x00\x84\x00\x00\x08")
    assert pcsc.SCardTransmit.call_count == 1


def test_memory_that_pyscard_hands_out_with_a_failure_is_not_taken(pcsc: MockType) -> None:
    pcsc.SCardTransmit.return_value = (scard.SCARD_E_NOT_TRANSACTED, list(range(256)) * 256)
    assert winscard.transmit(HANDLE, 1, b"\x00")[1] == b""


UNANSWERED: list[tuple[int, list[int]]] = [
    (scard.SCARD_E_NOT_TRANSACTED, []),
    (scard.SCARD_S_SUCCESS, []),
]


@pytest.mark.parametrize("unanswered", UNANSWERED)
@pytest.mark.parametrize(
    ("looks", "error"),
    [
        ([(0, [(READER, EMPTY, [])])], CardRemovedError),
        ([(0, [(READER, IN | 1 << 16, [])]), (0, [(READER, EMPTY, [])])], CardRemovedError),
        ([(0, [(READER, IN | 1 << 16, [])]), (0, [(READER, IN | 3 << 16, [])])], CardRemovedError),
        ([(0, [(READER, IN, [])]), (scard.SCARD_E_TIMEOUT, [])], CardMuteError),
    ],
)
def test_no_answer_means_pulled_or_silent(
    pcsc: MockType,
    unanswered: tuple[int, list[int]],
    looks: list[tuple[int, States]],
    error: type[CardError],
) -> None:
    connection = source().connect(READER)
    pcsc.SCardTransmit.return_value = unanswered
    pcsc.SCardGetStatusChange.side_effect = looks
    with pytest.raises(error):
        connection.transmit(b"\x00\x84\x00\x00\x08")
    assert pcsc.SCardDisconnect.called == (error is CardRemovedError)


def test_no_readers_is_an_answer_and_not_an_error(pcsc: MockType) -> None:
    pcsc.SCardListReaders.return_value = (scard.SCARD_E_NO_READERS_AVAILABLE, [])
    assert source().readers() == ()


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
    assert recorder.wait_for(CardRemoved).generation == 1
    assert recorder.wait_for(ReadersChanged).readers == ()
    pcsc.SCardListReaders.return_value = (0, [READER])
    service.say((winscard.NEW_READERS, 1 << 16))
    assert recorder.wait_for(ReadersChanged).readers == (READER,)
    service.say((READER, IN | 1 << 16))
    assert recorder.wait_for(CardInserted).generation == 2


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
        CardRemoved(READER, 1),
        ReadersChanged(()),
        ServiceLost(code),
        ServiceRestored(),
        ReadersChanged((READER,)),
        CardInserted(READER, ATR, 2),
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
    recorder.wait_for(ReadersChanged)
    watcher.stop()
    assert recorder.seen[:2] == [ServiceLost("reader.service_down"), ServiceRestored()]
    assert service.waits
    assert caplog.messages == ["card watcher: reader.service_down"]


def test_a_user_whom_the_service_refuses_is_told_and_let_in_later(pcsc: MockType) -> None:
    reasons = [NO_SERVICE, scard.SCARD_W_SECURITY_VIOLATION, scard.SCARD_W_SECURITY_VIOLATION]
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


def test_a_closed_connection_is_a_card_connection_that_shows_no_serial(pcsc: MockType) -> None:
    connection = source().connect(READER)
    assert isinstance(connection, PcscConnection)
    assert "BF7C" not in repr(connection)
