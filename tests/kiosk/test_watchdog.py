"""Loops that turn feed systemd's watchdog; one that hangs is named, and nobody is fed."""

import logging
import threading
import time
from collections.abc import Callable

import pytest
from pytest_mock import MockerFixture

from devices.card.simulated.source import SimulatedConnection
from devices.printer.printer import SerialPrinter
from devices.printer.result import PrintResult
from kiosk.progress import Progress
from kiosk.visit.state import EnterPin, Printed
from kiosk.watchdog import Watchdog, patience
from tests.kiosk.conftest import Kiosk


class Clock:
    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_a_loop_that_is_late_stops_the_feeding_until_it_is_heard_of_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock()
    progress = Progress(clock)
    fed: list[float] = []
    dog = Watchdog(progress, lambda: fed.append(clock.at), 0.0)
    progress.expect("visit", 20)
    progress.expect("devices", 5)
    dog.look()
    clock.at += 5.1
    dog.look()
    dog.look()
    assert fed == [100.0]
    assert [getattr(record, "data", None) for record in caplog.records] == [{"loops": "devices"}]
    assert caplog.records[0].levelno == logging.CRITICAL
    progress.rest("devices")
    dog.look()
    assert fed == [100.0, 105.1]


def test_a_loop_that_rests_is_never_late() -> None:
    clock = Clock()
    progress = Progress(clock)
    progress.expect("visit", 1)
    progress.rest("visit")
    progress.expect("readers", float("inf"))
    clock.at += 10**9
    assert progress.late() == ()


@pytest.mark.parametrize(
    ("environment", "seconds"),
    [
        ({}, 0.0),
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, 0.0),
        ({"WATCHDOG_USEC": "soon"}, 0.0),
    ],
)
def test_how_long_systemd_waits_is_taken_from_it(
    environment: dict[str, str], seconds: float
) -> None:
    assert patience(environment) == seconds


def test_the_watchdog_looks_by_itself_while_the_daemon_serves() -> None:
    fed = threading.Event()
    with Watchdog(Progress(time.monotonic), fed.set, 0.03):
        assert fed.wait(10)


@pytest.mark.slow
def test_a_card_that_never_answers_makes_the_device_loop_late(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answer = threading.Event(), threading.Event()

    def hang(self: SimulatedConnection, command: bytes) -> bytes:
        asked.set()
        answer.wait(30)
        return transmit(self, command)

    transmit = SimulatedConnection.transmit
    monkeypatch.setattr(SimulatedConnection, "transmit", hang)
    ahead = [0.0]
    kiosk.machine.progress._monotonic = lambda: time.monotonic() + ahead[0]
    kiosk.hall.slot.insert(kiosk.hall.card(kiosk.cards[1].profile))
    assert asked.wait(10)
    assert "devices" not in kiosk.machine.progress.late()
    ahead[0] = 121.0
    assert "devices" in kiosk.machine.progress.late()
    answer.set()
    kiosk.on(EnterPin)
    assert "devices" not in kiosk.machine.progress.late()


@pytest.mark.slow
def test_a_printer_whose_driver_hangs_is_late_after_a_hold_and_not_after_the_longest_paper(
    kiosk: Kiosk, mocker: MockerFixture
) -> None:
    hangs, goes_on = threading.Event(), threading.Event()

    def send(*_: object, cancelled: Callable[[], bool], **__: object) -> PrintResult:
        cancelled()
        hangs.set()
        goes_on.wait(30)
        return PrintResult("failed", 0, 0, 0, "printer.offline", "none")

    mocker.patch.object(SerialPrinter, "print_blocks", send)
    ahead = [0.0]
    kiosk.machine.progress._monotonic = lambda: time.monotonic() + ahead[0]
    kiosk.print_receipt(kiosk.to_preview(kiosk.cards[1]))
    assert hangs.wait(10)
    hold = kiosk.machine.settings.receipt.hold_seconds
    ahead[0] = hold + 60.0
    assert "devices" not in kiosk.machine.progress.late()
    ahead[0] = hold + 121.0
    assert "devices" in kiosk.machine.progress.late()
    goes_on.set()
    kiosk.on(Printed)
    assert "devices" not in kiosk.machine.progress.late()
