"""Language, size, contrast and reach belong to one visit: chosen at any time, gone with it."""

import pytest

from kiosk.visit.events import EndAsked, Tick
from kiosk.visit.look import USUAL_LOOK, Look, LookAsked
from kiosk.visit.state import EnterPin, Idle, Menu, Search, TakeCard
from tests.kiosk.conftest import Kiosk

pytestmark = pytest.mark.slow


def shows(kiosk: Kiosk, look: Look) -> None:
    kiosk.until(lambda _: kiosk.service.shown.look == look)


def test_what_is_asked_for_changes_and_the_rest_stays() -> None:
    look = LookAsked(size="elder").on(LookAsked(language="en").on(USUAL_LOOK))
    assert look == Look("en", "elder")
    assert LookAsked(language="zh", contrast="high").on(look) == Look("zh", "elder", "high")
    assert LookAsked(reach="low", size="normal").on(look) == Look("en", reach="low")


def test_a_look_chosen_before_the_card_stays_until_the_visit_ends(kiosk: Kiosk) -> None:
    kiosk.service.show_as(LookAsked(language="en", size="elder"))
    kiosk.insert(kiosk.cards[0])
    kiosk.enter_pin(kiosk.cards[0])
    menu = kiosk.on(Menu)
    assert isinstance(menu, Menu)
    shows(kiosk, Look("en", "elder"))
    kiosk.service.post(EndAsked(menu.generation))
    kiosk.on(TakeCard)
    shows(kiosk, Look("en", "elder"))
    kiosk.hall.slot.remove()
    kiosk.on(Idle)
    shows(kiosk, USUAL_LOOK)


def test_a_look_is_changed_in_a_visit_without_a_new_token(kiosk: Kiosk) -> None:
    kiosk.insert(kiosk.cards[0])
    kiosk.on(EnterPin)
    token = kiosk.service.shown.token
    kiosk.service.show_as(LookAsked(contrast="high"))
    shows(kiosk, Look(contrast="high"))
    assert kiosk.service.shown.token == token
    assert isinstance(kiosk.service.state, EnterPin)


def test_who_begins_without_a_card_keeps_the_look_with_the_card(kiosk: Kiosk) -> None:
    kiosk.service.show_as(LookAsked(language="en"))
    kiosk.service.welcome("guides")
    kiosk.on(Search)
    kiosk.insert(kiosk.cards[0])
    kiosk.on(EnterPin)
    shows(kiosk, Look("en"))


def test_another_card_in_a_visits_place_finds_the_usual_look(kiosk: Kiosk) -> None:
    kiosk.insert(kiosk.cards[0])
    first = kiosk.on(EnterPin)
    kiosk.service.show_as(LookAsked(language="en"))
    kiosk.hall.slot.remove()
    kiosk.insert(kiosk.cards[1])
    kiosk.until(
        lambda state: isinstance(state, EnterPin) and state.generation != first.generation  # type: ignore[union-attr]
    )
    shows(kiosk, USUAL_LOOK)


def test_the_first_screen_is_as_usual_again_after_a_while(kiosk: Kiosk) -> None:
    kiosk.service.show_as(LookAsked(language="en"))
    shows(kiosk, Look("en"))
    kiosk.service.post(Tick())
    kiosk.until(lambda _: kiosk.service._events.empty())
    shows(kiosk, Look("en"))
    kiosk.clock.ahead += 61
    kiosk.service.post(Tick())  # the visit's thread would wake by itself in a minute
    shows(kiosk, USUAL_LOOK)
