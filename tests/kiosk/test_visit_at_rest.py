"""What the visit does while nothing happens: it must never keep it from the next card."""

import threading
from itertools import chain, repeat
from math import inf

import pytest
from pytest_mock import MockerFixture

from kiosk.visit.events import Tick
from kiosk.visit.state import EnterPin, Reading
from kiosk.visit.tidying import Tidying
from tests.kiosk.conftest import SECONDS, Kiosk

pytestmark = pytest.mark.slow


def test_a_busy_worker_is_not_asked_for_a_look_again(kiosk: Kiosk, mocker: MockerFixture) -> None:
    kiosk.to_preview(kiosk.cards[0])
    kiosk.rest()
    mocker.patch("kiosk.visit.service.LOOK_SECONDS", 0.01)
    looked = mocker.spy(kiosk.desk, "look")
    go_on = threading.Event()
    kiosk.service._worker.submit(go_on.wait)
    for _ in range(5):
        kiosk.service._use_the_time()
    go_on.set()
    assert looked.call_count <= 1


def test_a_folder_of_reports_that_hangs_keeps_the_visit_from_nothing_but_its_devices(
    kiosk: Kiosk, mocker: MockerFixture
) -> None:
    """On a share that is away: the watchdog hears of it, and the screen still changes."""
    hangs, go_on = threading.Event(), threading.Event()

    def no_answer(_: object) -> tuple[str, ...]:
        hangs.set()
        go_on.wait(2 * SECONDS)
        return ()

    mocker.patch("kiosk.visit.tidying.records_left", no_answer)
    mocker.patch("kiosk.visit.service.REST_SECONDS", 0.01)
    kiosk.service.post(Tick())
    assert hangs.wait(20)
    kiosk.insert(kiosk.cards[0])
    kiosk.on(Reading)
    assert kiosk.machine.progress.loops()["devices"] < inf
    go_on.set()
    kiosk.on(EnterPin)


def test_a_bug_while_nothing_happens_ends_no_service(kiosk: Kiosk, mocker: MockerFixture) -> None:
    mocker.patch("kiosk.visit.service.REST_SECONDS", 0.01)
    fails = mocker.patch.object(kiosk.service, "_use_the_time")
    fails.side_effect = chain([RuntimeError], repeat(None))
    kiosk.service.post(Tick())
    kiosk.until(lambda _: fails.call_count > 1)
    kiosk.insert(kiosk.cards[0])
    kiosk.on(EnterPin)


def test_tidyings_do_not_pile_up_behind_a_busy_worker(kiosk: Kiosk, mocker: MockerFixture) -> None:
    mocker.patch.object(Tidying, "leftover", True)
    tidied = mocker.patch.object(kiosk.desk.tidying, "tidy", return_value=None)
    go_on = threading.Event()
    kiosk.service._worker.submit(go_on.wait)
    for _ in range(5):
        kiosk.service._use_the_time()
    go_on.set()
    kiosk.rest()
    assert tidied.call_count == 1, "who comes next would wait for all of them"
