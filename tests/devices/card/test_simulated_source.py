import itertools
import threading

import pytest

from devices.card.connection import CardSource
from devices.card.errors import (
    AccessDeniedError,
    CardAbsentError,
    CardBusyError,
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
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.source import SimulatedSource
from tests.devices.card.cards import ATR, SELECT_SSSE, card, faulty, profile

READER = "Simulated Reader 00 00"
WITH_CARD = ReadersChanged((READER,), frozenset({READER}))


def test_a_watch_begins_with_what_is_there_and_then_tells_what_happens() -> None:
    source: CardSource = SimulatedSource()
    assert isinstance(source, SimulatedSource)
    source.insert(READER, card())
    events: list[CardEvent] = []
    with source.watch(events.append):
        source.remove(READER)
        source.insert(READER, card())
        source.insert(READER, card())
        source.plug("Second")
        source.insert("Second", card())
        source.unplug("Second")
    source.remove(READER)
    assert events == [
        WITH_CARD,
        CardInserted(READER, ATR, 1),
        CardRemoved(READER, 1),
        CardInserted(READER, ATR, 2),
        CardRemoved(READER, 2),
        CardInserted(READER, ATR, 3),
        ReadersChanged((READER, "Second"), frozenset({READER})),
        CardInserted("Second", ATR, 4),
        CardRemoved("Second", 4),
        WITH_CARD,
    ]


def test_a_service_that_goes_down_takes_the_cards_along_and_brings_them_back_as_new() -> None:
    source = SimulatedSource()
    source.insert(READER, card())
    events: list[CardEvent] = []
    with source.watch(events.append):
        connection = source.connect(READER)
        source.stop_service()
        source.stop_service()
        for use in (source.readers, lambda: source.connect(READER)):
            with pytest.raises(ServiceDownError):
                use()
        with pytest.raises(ServiceDownError):
            connection.transmit(SELECT_SSSE)
        late: list[CardEvent] = []
        source.watch(late.append).stop()
        source.start_service()
        source.start_service()
        with pytest.raises(CardResetError):
            connection.transmit(SELECT_SSSE)
        assert source.connect(READER).transmit(SELECT_SSSE) == bytes.fromhex("611E")
    assert late == [ServiceLost("reader.service_down")]
    assert events[2:] == [
        ServiceLost("reader.service_down"),
        CardRemoved(READER, 1),
        ServiceRestored(),
        WITH_CARD,
        CardInserted(READER, ATR, 2, again=1),
    ]


def test_a_card_that_was_out_or_another_one_is_not_the_card_that_was_in_before() -> None:
    source = SimulatedSource()
    events: list[CardEvent] = []
    with source.watch(events.append):
        source.insert(READER, card())
        source.stop_service()
        source.remove(READER)
        source.start_service()
        source.insert(READER, card())
    came = [event for event in events if isinstance(event, CardInserted)]
    assert [event.again for event in came] == [0, 0]
    hub, told = EventHub(itertools.count(1)), list[CardEvent]()
    hub.attach(told.append, lambda: None)
    for atr in (b"a", b"b", b"", b""):
        hub.restored()
        hub.inserted(READER, atr)
        hub.lost("reader.service_down")
    assert [event.again for event in told if isinstance(event, CardInserted)] == [0, 0, 0, 0]


def test_a_service_may_refuse_this_user_and_let_it_in_later() -> None:
    source = SimulatedSource()
    source.insert(READER, card())
    events: list[CardEvent] = []
    with source.watch(events.append):
        source.refuse_access()
        with pytest.raises(AccessDeniedError):
            source.connect(READER)
        source.start_service()
        source.connect(READER).close()
    assert ServiceLost("reader.access_denied") in events
    assert isinstance(events[-1], CardInserted)


def test_a_broken_reader_sees_cards_and_passes_nothing_on_until_it_is_mended() -> None:
    source = SimulatedSource()
    source.insert(READER, card())
    connection = source.connect(READER)
    source.break_reader(READER)
    with pytest.raises(ReaderFaultError):
        connection.transmit(SELECT_SSSE)
    events: list[CardEvent] = []
    with source.watch(events.append):
        source.insert(READER, card())
        assert isinstance(events[-1], CardInserted)
        with pytest.raises(ReaderFaultError):
            source.connect(READER)
        source.mend_reader(READER)
        assert source.connect(READER).transmit(SELECT_SSSE) == bytes.fromhex("611E")


def test_what_a_card_answers_while_its_reader_breaks_is_lost() -> None:
    source = SimulatedSource()
    made = card()
    source.insert(READER, made)
    connection = source.connect(READER)
    answer = made.process

    def process(apdu: bytes) -> bytes:
        source.break_reader(READER)
        return answer(apdu)

    made.process = process  # type: ignore[method-assign]
    with pytest.raises(ReaderFaultError):
        connection.transmit(SELECT_SSSE)


def test_a_service_that_answers_nonsense_is_lost_and_found_again() -> None:
    source = SimulatedSource()
    source.insert(READER, card())
    events: list[CardEvent] = []
    with source.watch(events.append):
        source.upset_service()
        for _ in range(2):
            with pytest.raises(ReaderFaultError, match="80100001"):
                source.readers()
        source.start_service()
        source.connect(READER).close()
    assert ServiceLost("reader.fault") in events
    assert isinstance(events[-1], CardInserted)


def test_another_program_that_resets_the_card_ends_the_session_and_not_the_card() -> None:
    source = SimulatedSource()
    source.insert(READER, SimulatedCard(profile(faults=faulty(reset_at_apdu=2))))
    events: list[CardEvent] = []
    with source.watch(events.append):
        for by_hand in (True, False):
            connection = source.connect(READER)
            connection.transmit(SELECT_SSSE)
            if by_hand:
                source.seize(READER)
            for _ in range(2):
                with pytest.raises(CardResetError):
                    connection.transmit(SELECT_SSSE)
        assert source.connect(READER).transmit(SELECT_SSSE) == bytes.fromhex("611E")
    assert events == [WITH_CARD, CardInserted(READER, ATR, 1)]


def test_a_listener_that_fails_does_not_blind_the_others(caplog: pytest.LogCaptureFixture) -> None:
    source = SimulatedSource()
    events: list[CardEvent] = []

    def fail(event: CardEvent) -> None:
        raise ValueError("张三")

    with source.watch(fail), source.watch(events.append):
        source.insert(READER, card())
    assert events == [ReadersChanged((READER,)), CardInserted(READER, ATR, 1)]
    assert "ValueError" in caplog.text
    assert "张三" not in caplog.text


def test_a_stopped_watch_hears_nothing_more_and_may_be_stopped_again() -> None:
    source = SimulatedSource()
    events: list[CardEvent] = []
    watch = source.watch(events.append)
    watch.stop()
    watch.stop()
    source.insert(READER, card())
    assert events == [ReadersChanged((READER,))]


def test_a_watch_that_another_listener_stops_hears_not_even_the_event_under_way() -> None:
    source = SimulatedSource()
    events: list[CardEvent] = []

    def stop_the_other(event: CardEvent) -> None:
        if isinstance(event, CardInserted):
            other.stop()

    with source.watch(stop_the_other):
        other = source.watch(events.append)
        source.insert(READER, card())
    assert events == [ReadersChanged((READER,))]


def test_every_way_in_which_there_is_no_card_has_its_own_error() -> None:
    source = SimulatedSource()
    with pytest.raises(ReaderAbsentError) as absent:
        source.connect("Other")
    assert (absent.value.wanted, absent.value.readers) == ("Other", (READER,))
    with pytest.raises(ReaderAbsentError):
        source.insert("Other", card())
    with pytest.raises(CardAbsentError) as empty:
        source.connect(READER)
    assert empty.value.reader == READER
    source.insert(READER, SimulatedCard(profile(faults=faulty(mute=True))))
    with pytest.raises(CardMuteError):
        source.connect(READER)


def test_a_card_is_held_by_one_at_a_time() -> None:
    source = SimulatedSource()
    source.insert(READER, card())
    first = source.connect(READER)
    with pytest.raises(CardBusyError):
        source.connect(READER)
    first.close()
    first.close()
    second = source.connect(READER)
    assert second.atr == ATR
    with pytest.raises(CardResetError):
        first.transmit(SELECT_SSSE)


def test_closing_takes_the_power_and_with_it_the_proven_pin() -> None:
    source = SimulatedSource()
    source.insert(READER, card())
    for _ in range(2):
        connection = source.connect(READER)
        connection.transmit(bytes.fromhex("00A4040C06D15600000500"))
        assert connection.transmit(bytes.fromhex("00B2293803")) == bytes.fromhex("6982")
        connection.transmit(bytes.fromhex("0020000003246810"))
        assert connection.transmit(bytes.fromhex("00B2293803")) == bytes.fromhex("2901009000")
        connection.close()


def test_a_card_pulled_in_the_middle_is_told_to_its_user_and_to_the_watch() -> None:
    source = SimulatedSource()
    source.insert(READER, SimulatedCard(profile(faults=faulty(remove_at_apdu=1))))
    events: list[CardEvent] = []
    with source.watch(events.append):
        connection = source.connect(READER)
        with pytest.raises(CardRemovedError):
            connection.transmit(SELECT_SSSE)
        with pytest.raises(CardRemovedError):
            connection.transmit(SELECT_SSSE)
    assert events[-1] == CardRemoved(READER, 1)
    with pytest.raises(CardAbsentError):
        source.connect(READER)


def test_a_card_pulled_while_it_answers_gives_no_answer() -> None:
    answering, pulled = threading.Event(), threading.Event()

    def slow(_: float) -> None:
        answering.set()
        assert pulled.wait(5)

    pulled.set()
    source = SimulatedSource()
    source.insert(READER, SimulatedCard(profile(baud=9600), sleep=slow))
    connection = source.connect(READER)
    answering.clear()
    pulled.clear()

    def pull() -> None:
        assert answering.wait(5)
        source.remove(READER)
        pulled.set()

    hand = threading.Thread(target=pull)
    hand.start()
    with pytest.raises(CardRemovedError):
        connection.transmit(SELECT_SSSE)
    hand.join()


def test_a_swapped_card_does_not_answer_for_the_one_before() -> None:
    source = SimulatedSource()
    source.insert(READER, card())
    connection = source.connect(READER)
    source.insert(READER, card())
    with pytest.raises(CardRemovedError):
        connection.transmit(SELECT_SSSE)
