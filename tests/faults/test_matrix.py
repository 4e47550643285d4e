"""Each fault of the matrix at the card side: code, screen and way back are as the table says."""

import time
from html import escape
from typing import assert_never

import pytest

from devices.card.simulated.card import SimulatedCard
from kiosk.faults import fault, known_codes
from kiosk.visit.state import EnterPin, Idle, Menu, OutOfService, Problem, State
from kiosk.web.screens import render
from printing.statements.material import USUAL
from tests.faults.cards import FAULTS as HANDS
from tests.faults.matrix import Strike, load
from tests.faults.stage import SERVED, Stage
from tests.kiosk.conftest import Kiosk, kiosk, records
from tests.kiosk.pages import own_page

__all__ = ["kiosk", "records"]

MATRIX = load()
AT_THE_CARD = MATRIX.of("reader", "sam", "card", "pin")
BACK_SECONDS = 3.0
ENOUGH = 40
WRONG_KEY = "sam.wrong_key"


def test_the_matrix_has_at_least_forty_faults_and_each_has_words() -> None:
    assert len({(strike.device, strike.fault) for strike in MATRIX.strikes}) >= ENOUGH
    assert {strike.code for strike in MATRIX.strikes} - {""} <= known_codes()


def test_each_fault_of_the_card_side_has_hands_that_bring_it_about() -> None:
    assert {strike.fault for strike in AT_THE_CARD} == set(HANDS)


@pytest.mark.slow
@pytest.mark.parametrize("strike", AT_THE_CARD, ids=str)
def test_the_kiosk_says_and_does_what_the_matrix_tells(kiosk: Kiosk, strike: Strike) -> None:
    stage = Stage(kiosk, strike.state)
    HANDS[strike.fault](stage)
    if strike.end in ("served", "next_visit"):
        _goes_on(stage, strike)
        return
    state = kiosk.until(lambda state: _ended(state, strike))
    words = fault(strike.code, **dict(_data(state)))
    html = render(
        kiosk.service.shown,
        memory=kiosk.desk.memory,
        settings=kiosk.machine.settings,
        seconds=10,
        page=own_page(),
    )
    for sentence in (words.zh, words.en):
        assert escape(sentence) in html
    if strike.end != "try_again":
        assert kiosk.desk.memory is None
    _comes_back(stage, strike)


@pytest.mark.slow
@pytest.mark.parametrize("state", ["idle", "reading", "pin", "menu"])
def test_a_card_that_is_in_is_served_when_the_module_is_back(kiosk: Kiosk, state: str) -> None:
    stage = Stage(kiosk, state)
    HANDS["sam_pulled"](stage)
    kiosk.until(_without_module)
    if stage.inside is None:
        stage.insert()
    kiosk.rest()
    assert _without_module(kiosk.until(lambda _: kiosk.service._events.empty()))
    stage.undo()
    stage.enter(kiosk.cards[SERVED].pin)
    kiosk.on(Menu)


def _without_module(state: State) -> bool:
    return isinstance(state, OutOfService) and state.fault.code == "sam.absent"


@pytest.mark.slow
def test_with_another_key_in_the_module_only_the_first_card_loses_a_try(kiosk: Kiosk) -> None:
    stage, tries = Stage(kiosk, "reading"), []
    for _ in range(3):
        HANDS["sam_with_another_key"](stage)
        kiosk.until(lambda state: isinstance(state, Problem) and state.fault.code == WRONG_KEY)
        assert isinstance(stage.inside, SimulatedCard)
        tries.append(stage.inside._security._key_tries_left)
        kiosk.hall.slot.remove()
        kiosk.on(Idle)
    assert tries == [2, 3, 3]


def _goes_on(stage: Stage, strike: Strike) -> None:
    """The visit is served; after a swap it is the next card's, and the first one's page is void."""
    kiosk = stage.kiosk
    card = kiosk.cards[1 if strike.end == "next_visit" else SERVED]
    if strike.end == "next_visit":
        kiosk.until(
            lambda state: isinstance(state, EnterPin) and state.generation > stage.struck > 0
        )
    kiosk.enter_pin(card)
    kiosk.on(Menu)
    memory = kiosk.desk.memory
    assert memory is not None
    assert memory.records is not None
    assert memory.records["contributions", USUAL].material.holder.name == card.holder
    stage.check()


def _ended(state: State, strike: Strike) -> bool:
    match strike.end:
        case "problem":
            return isinstance(state, Problem) and state.fault.code == strike.code
        case "notice":
            notice = state.notice if isinstance(state, Idle) else None
            return notice is not None and notice.code == strike.code
        case "out_of_service":
            return isinstance(state, OutOfService) and state.fault.code == strike.code
        case _:
            return isinstance(state, EnterPin) and state.hint == strike.code


def _data(state: State) -> tuple[tuple[str, object], ...]:
    match state:
        case Problem(_, why) | OutOfService(why):
            return why.data
        case EnterPin():
            return (("tries_left", state.tries_left),)
        case _:
            return ()


def _comes_back(stage: Stage, strike: Strike) -> None:
    kiosk = stage.kiosk
    match strike.recovery:
        case "itself":
            started = time.monotonic()
            stage.undo()
            kiosk.until(lambda state: not isinstance(state, OutOfService), BACK_SECONDS)
            assert time.monotonic() - started < BACK_SECONDS
        case "next_card" | "same_card":
            stage.undo()
            assert stage.inside is not None
        case "none":
            return
        case unexpected:
            assert_never(unexpected)  # type: ignore[arg-type]
    kiosk.hall.printer.load_paper()
    stage.served(stage.inside if strike.recovery == "same_card" else None)
