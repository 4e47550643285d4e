"""A guest's visit ends with its page: who comes next does not wait for a screen that nobody has."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

import pytest
from pytest_mock import MockerFixture

from kiosk.visit.events import EndAsked, Event
from kiosk.visit.service import VisitService
from kiosk.visit.shown import Shown
from kiosk.visit.state import NOBODY, Holder, Idle, Menu, Printing, Search, State
from kiosk.web.owner import Owner
from kiosk.web.streams import Streams

GUEST = Search(-7, 0.0)
HOLDER = Menu(7, Holder("张*三", "D2*****9X", "示例市"), 0.0)


@dataclass
class Service:
    """A visit that stands still and keeps what it is told."""

    shown: Shown
    posted: list[Event] = field(default_factory=list)

    def post(self, event: Event) -> None:
        self.posted.append(event)

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        return lambda: None


@pytest.fixture(autouse=True)
def _at_once(mocker: MockerFixture) -> None:
    mocker.patch("kiosk.web.streams.GONE_SECONDS", 0.0)


def told_after(state: State, *, keeps: bool = True, back: bool = False) -> list[Event]:
    """What the visit is told when a page goes that had it, or had not; perhaps it is back."""
    service, owner = Service(Shown(state, "visit")), Owner()
    key, other = owner.load(), owner.load()
    owner.claim(key, "")
    owner.shows(key, "visit", visiting=True)

    async def goes() -> list[Event]:
        streams = Streams(cast("VisitService", service), owner)
        gone = streams.changes(key if keeps else other)
        await anext(gone)
        again = streams.changes(key)
        if back:
            await anext(again)
        await gone.aclose()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        if isinstance(service.shown.state, Printing):
            assert service.posted == []
            service.shown = Shown(GUEST, "visit")  # its paper is out
            await asyncio.sleep(0)
            await asyncio.sleep(0)
        return list(service.posted)  # before the end of the loop closes what is open

    return asyncio.run(goes())


def test_a_guests_visit_ends_when_its_page_has_gone() -> None:
    assert told_after(GUEST) == [EndAsked(-7)]


def test_a_page_that_comes_back_goes_on() -> None:
    assert told_after(GUEST, back=True) == []


def test_another_page_that_goes_ends_nothing() -> None:
    assert told_after(GUEST, keeps=False) == []


def test_a_cards_visit_and_the_first_screen_are_left_alone() -> None:
    assert told_after(HOLDER) == told_after(Idle()) == []


def test_a_guide_that_is_being_printed_comes_out_first() -> None:
    assert told_after(Printing(-7, NOBODY, "receipt")) == [EndAsked(-7)]
