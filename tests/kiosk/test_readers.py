"""Which reader the visit serves, and what it is told when none can be served."""

import logging

import pytest

from devices.card.events import (
    CardInserted,
    CardRemoved,
    ReadersChanged,
    ServiceLost,
    ServiceRestored,
)
from devices.card.hub import EventHub
from devices.card.roles import ReaderRoles
from kiosk.visit.events import CardIn, CardOut, Event, ReaderBack, ReaderLost
from kiosk.visit.readers import Readers
from kiosk.visit.state import FaultData

HOLDER, SAM, OTHER = "Reader 00 00", "Reader SAM 00 01", "Contactless Reader 01 00"
DOWN = ReaderLost(FaultData("reader.service_down"))


def at_work() -> tuple[list[Event], Readers, EventHub]:
    """A kiosk that can serve, and what its visit is told from now on."""
    told: list[Event] = []
    readers = Readers(ReaderRoles(), needs_sam=True, post=told.append)
    hub = EventHub(iter(range(1, 99)))
    hub.attach(readers.on_event, lambda: None)
    hub.set_readers((HOLDER, SAM, OTHER))
    hub.inserted(SAM, b"")
    told.clear()
    return told, readers, hub


def test_a_lost_service_is_told_as_such_and_never_as_a_missing_reader_or_module() -> None:
    told, readers, hub = at_work()
    hub.inserted(HOLDER, b"")
    told.clear()
    hub.lost("reader.service_down")
    assert told == [DOWN]  # nobody saw the cards go
    assert readers.lost == FaultData("reader.service_down")


def test_the_log_tells_once_why_no_card_can_be_read_and_that_it_is_over(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "kiosk")
    _, _, hub = at_work()
    hub.removed(SAM)
    hub.inserted(HOLDER, b"")
    hub.removed(HOLDER)
    hub.lost("reader.service_down")
    hub.restored()
    hub.set_readers((HOLDER, SAM))
    hub.inserted(SAM, b"")
    told = [(line.msg, line.__dict__["data"]["fault"]) for line in caplog.records]
    assert told == [
        ("service.lost", "sam.absent"),  # until the module was put in at the start
        ("service.back", "sam.absent"),
        ("service.lost", "sam.absent"),
        ("service.lost", "reader.service_down"),
        ("service.lost", "sam.absent"),
        ("service.back", "sam.absent"),
    ]


def test_a_module_that_is_in_its_slot_from_the_beginning_is_never_told_as_missing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    told: list[Event] = []
    readers = Readers(ReaderRoles(), needs_sam=True, post=told.append)
    hub = EventHub(iter(range(1, 99)))
    hub.set_readers((HOLDER, SAM), frozenset({SAM}))
    hub.inserted(SAM, b"")
    hub.attach(readers.on_event, lambda: None)  # who comes later is told the same
    hub.lost("reader.service_down")
    hub.restored()
    hub.set_readers((HOLDER, SAM), frozenset({SAM}))
    hub.inserted(SAM, b"")
    assert ReaderLost(FaultData("sam.absent")) not in told
    lost = [line.__dict__["data"]["fault"] for line in caplog.records if line.msg == "service.lost"]
    assert lost == ["reader.service_down"]
    hub.removed(SAM)
    assert told[-1] == ReaderLost(FaultData("sam.absent"))


def test_a_reader_that_is_unplugged_with_its_card_is_told_and_the_card_is_not_said_to_be_out() -> (
    None
):
    told, readers, hub = at_work()
    hub.inserted(HOLDER, b"")
    told.clear()
    hub.set_readers((SAM,))
    assert told == [ReaderLost(FaultData("reader.absent"))]
    hub.set_readers((SAM, HOLDER))
    assert told[1:] == [ReaderBack()]
    assert readers.inside is None


def test_a_card_is_out_when_its_reader_goes_and_another_is_served() -> None:
    told, _, hub = at_work()
    hub.inserted(HOLDER, b"")
    told.clear()
    hub.set_readers((SAM, "Reader 02 00"))
    assert told == [ReaderBack(), CardOut(2)]


def test_a_card_that_is_taken_while_the_module_is_missing_is_told() -> None:
    told, _, hub = at_work()
    hub.inserted(HOLDER, b"")
    hub.removed(SAM)
    told.clear()
    hub.removed(HOLDER)
    assert told == [CardOut(2)]


def test_readers_that_are_found_again_are_served_with_the_card_that_waits_in_them() -> None:
    told, readers, hub = at_work()
    hub.lost("reader.service_down")
    hub.restored()
    assert readers.lost is not None
    hub.set_readers((HOLDER, SAM))
    assert readers.lost == FaultData("sam.absent")
    hub.inserted(HOLDER, b"")
    told.clear()
    hub.inserted(SAM, b"")
    assert told == [ReaderBack(), CardIn(HOLDER, 2, 0)]


def test_a_card_in_another_reader_is_nobodys_visit() -> None:
    told, _, hub = at_work()
    hub.inserted(OTHER, b"")
    assert told == []


def test_a_card_that_has_gone_does_not_wait() -> None:
    told: list[Event] = []
    readers = Readers(ReaderRoles(), needs_sam=True, post=told.append)
    for event in (
        ReadersChanged((HOLDER, SAM)),
        CardInserted(HOLDER, b"", 1),
        CardRemoved(HOLDER, 1),
        CardInserted(SAM, b"", 2),
    ):
        readers.on_event(event)
    assert not [event for event in told if isinstance(event, CardIn)]
    readers.on_event(ServiceLost("reader.fault"))
    readers.on_event(ServiceRestored())
    readers.tell_waiting_card()
    assert not [event for event in told if isinstance(event, CardIn)]
