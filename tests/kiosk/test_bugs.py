"""What a bug costs: the visit that met it, and neither the next one nor the kiosk."""

import pytest
from pytest_mock import MockerFixture

from kiosk.visit.events import Chosen, Tick
from kiosk.visit.state import (
    EnterPin,
    Idle,
    Menu,
    Problem,
)
from tests.kiosk.conftest import Kiosk

pytestmark = pytest.mark.slow


def test_a_bug_on_the_visits_own_thread_ends_the_visit_and_the_next_card_begins_anew(
    kiosk: Kiosk, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = kiosk.cards[0].holder

    def broken() -> None:
        raise RuntimeError(secret)

    stop = kiosk.service.subscribe(broken)
    kiosk.insert(kiosk.cards[0])
    problem = kiosk.on(Problem)
    assert isinstance(problem, Problem)
    assert problem.fault.code == "internal"
    stop()
    kiosk.hall.slot.remove()
    kiosk.until(lambda state: state == Idle())
    kiosk.insert(kiosk.cards[1])
    kiosk.on(EnterPin)
    assert secret not in capsys.readouterr().err


def test_a_bug_without_a_card_is_told_for_a_while_and_service_goes_on_by_itself(
    kiosk: Kiosk, mocker: MockerFixture
) -> None:
    broken = mocker.patch("kiosk.visit.service.reduce", side_effect=KeyError)
    kiosk.service.post(Tick())
    kiosk.until(lambda state: isinstance(state, Idle) and state.notice is not None)
    mocker.stop(broken)
    kiosk.clock.ahead = 60.0
    kiosk.service.post(Tick())
    kiosk.until(lambda state: state == Idle())


def test_a_bug_in_one_visit_ends_that_visit_and_not_the_kiosk(
    kiosk: Kiosk, mocker: MockerFixture, caplog: pytest.LogCaptureFixture
) -> None:
    secret = kiosk.cards[0].holder
    broken = mocker.patch("kiosk.visit.desk.compose", side_effect=RuntimeError(secret))
    kiosk.insert(kiosk.cards[0])
    kiosk.enter_pin(kiosk.cards[0])
    menu = kiosk.on(Menu)
    assert isinstance(menu, Menu)
    kiosk.service.post(Chosen(menu.generation, "contributions"))
    problem = kiosk.on(Problem)
    assert isinstance(problem, Problem)
    assert problem.fault.code == "internal"
    assert secret not in caplog.text
    mocker.stop(broken)
    kiosk.hall.slot.remove()
    kiosk.until(lambda state: isinstance(state, Idle))
    kiosk.to_preview(kiosk.cards[1])
