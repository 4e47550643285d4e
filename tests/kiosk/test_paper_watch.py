"""The first screen says which papers cannot be had, before anybody puts a card in."""

from types import SimpleNamespace
from typing import Any

import pytest
from pytest_mock import MockerFixture

from devices.printer.state import NeedsAttention, Offline, PrinterState, Ready, Unknown
from kiosk import paper_watch
from kiosk.paper_watch import ASK_SECONDS, SILENT_SECONDS, PaperWatch
from kiosk.visit import service
from kiosk.visit.events import Tick
from kiosk.visit.state import Idle, OutOfService, Reading
from tests.kiosk.conftest import Kiosk


class Desk:
    """A receipt printer that says what it is told to say, a report printer, and a clock."""

    def __init__(self) -> None:
        self.state: PrinterState = Ready("ok")
        self.report, self.time, self.asked = "", 0.0, 0
        receipt = SimpleNamespace(status=self._status)
        machine: Any = SimpleNamespace(receipt=receipt, monotonic=lambda: self.time)
        reports: Any = SimpleNamespace(seen=lambda: self.report)
        self.watch = PaperWatch(machine, reports)

    def _status(self) -> PrinterState:
        self.asked += 1
        return self.state

    def stopped(self) -> tuple[str, ...]:
        shown = self.watch.on(Idle())
        assert isinstance(shown, Idle)
        return shown.stopped


@pytest.mark.parametrize(
    ("state", "report", "stopped"),
    [
        (Ready("near_end"), "", ()),
        (Unknown(), "", ()),
        (NeedsAttention("paper_out"), "", ("receipt",)),
        (Ready("ok"), "printer.offline", ("report",)),
        (Offline(), "printer.paper_out", ("receipt", "report")),
    ],
)
def test_what_stops_a_printer_is_known_and_one_silence_is_not_it(
    state: PrinterState, report: str, stopped: tuple[str, ...]
) -> None:
    desk = Desk()
    desk.state, desk.report = state, report
    assert desk.watch.look() == (Tick() if stopped else None)
    assert desk.stopped() == stopped
    assert desk.watch.on(Reading(1)) == Reading(1)


def test_the_printer_is_asked_now_and_then_and_a_silent_one_seldom() -> None:
    desk = Desk()
    for seconds, asked in ((0.0, 1), (ASK_SECONDS - 1, 1), (ASK_SECONDS, 2)):
        desk.time = seconds
        desk.watch.look()
        assert desk.asked == asked
    desk.state, desk.time = Offline(), 2 * ASK_SECONDS
    assert desk.watch.look() == Tick()
    desk.time += SILENT_SECONDS - 1
    assert desk.watch.look() is None
    assert desk.asked == 3
    desk.time, desk.state = desk.time + 1, Ready("ok")
    assert desk.watch.look() == Tick()
    assert desk.stopped() == ()


def test_the_kiosk_sees_that_its_roll_is_empty_and_that_a_new_one_is_in(
    kiosk: Kiosk, mocker: MockerFixture
) -> None:
    mocker.patch.object(service, "REST_SECONDS", 0.02)
    mocker.patch.object(paper_watch, "ASK_SECONDS", 0.0)
    kiosk.hall.printer.take_paper()
    kiosk.service.post(Tick())
    kiosk.until(lambda state: state == Idle(stopped=("receipt",)))
    kiosk.hall.printer.load_paper()
    kiosk.until(lambda state: state == Idle())
    assert not isinstance(kiosk.service.state, OutOfService)
