"""The handshake test at the console: it waits for a hand, and gives the devices back."""

import threading
from collections.abc import Callable
from html import unescape

import pytest
from pytest_mock import MockerFixture

from devices.printer.handshake_verdict import HandshakeVerdict
from devices.printer.link import LineSettings
from kiosk.faults import fault
from kiosk.visit.state import Idle, Maintenance
from tests.kiosk.conftest import SECONDS
from tests.kiosk.console.conftest import Technician
from tests.kiosk.console.test_acts import free, inside, page

__all__ = ["free", "inside"]


def test_the_handshake_test_asks_for_the_cover_and_tells_what_it_found(
    free: Technician, mocker: MockerFixture
) -> None:
    asked, done = threading.Event(), threading.Event()
    verdict = HandshakeVerdict(LineSettings(9600, "rtscts"), 9600, "xonxoff")

    def test(_: object, port: str, model: str, ask: object, cancelled: object) -> HandshakeVerdict:
        assert callable(ask)
        asked.set()
        assert ask()
        done.set()
        return verdict

    mocker.patch("kiosk.console.trials.handshake", side_effect=test)
    assert free.browser.get("/technician/handshake").text.strip() == ""
    assert free.act("trials/handshake").status_code == 204
    assert asked.wait(SECONDS)
    while "盖子已打开" not in free.browser.get("/technician/handshake").text:
        assert not done.is_set()
    assert "正在做握手测试" in page(free, "live")
    busy = free.act("trials/card")
    assert (busy.status_code, fault("technician.trial").zh in busy.text) == (409, True)
    examined = free.act("examine")  # at once, and not when the hand has come
    assert (examined.status_code, fault("technician.trial").zh in examined.text) == (409, True)
    free.act("trials/cover")
    assert done.wait(SECONDS)
    free.kiosk.rest()
    told = unescape(free.browser.get("/technician/handshake").text)
    assert "9600 波特，软件流控" in told
    assert "9600 baud, software handshake" in told
    assert 'class="bad"' in told
    assert free.act("trials/print", paper="self-test", medium="receipt").status_code == 200
    assert free.console.machine.journal.jobs()[0].state == "confirmed", "the port is ours again"


@pytest.mark.parametrize("by_command", [False, True])
def test_the_end_of_maintenance_ends_a_handshake_test_that_waits_for_a_hand(
    free: Technician, mocker: MockerFixture, by_command: bool
) -> None:
    asked, done = threading.Event(), threading.Event()
    verdict = HandshakeVerdict(LineSettings(9600, "rtscts"), 9600, limit="cover")

    def test(
        _: object, port: str, model: str, ask: Callable[[], bool], cancelled: Callable[[], bool]
    ) -> HandshakeVerdict:
        asked.set()
        assert (ask(), cancelled()) == (False, True)
        assert by_command or isinstance(free.kiosk.service.state, Maintenance), "first the test"
        done.set()
        return verdict

    mocker.patch("kiosk.console.trials.handshake", side_effect=test)
    assert free.act("trials/handshake").status_code == 204
    assert asked.wait(SECONDS)
    if by_command:
        free.kiosk.service.maintain(False)
    else:
        assert free.act("maintain", on=False).status_code == 204
        assert done.is_set()
    free.kiosk.on(Idle)
    assert done.wait(SECONDS)
    free.kiosk.rest()
    assert free.console.trials.handshake == verdict


def test_maintenance_is_not_ended_while_a_trial_cannot_be_stopped(
    free: Technician, mocker: MockerFixture
) -> None:
    mocker.patch("kiosk.console.trials._GIVE_UP_SECONDS", 0.01)
    before = free.trail()
    with free.console.trials._one:  # a paper is being printed
        refused = free.act("maintain", on=False)
    assert (refused.status_code, fault("technician.trial").zh in refused.text) == (409, True)
    assert isinstance(free.kiosk.service.state, Maintenance)
    assert free.trail() == before
