"""Reports on a queue: no page of one holder comes out in the visit of the next."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from pytest_mock import MockerFixture

from devices.printer.pages.ipp import IppPrinter
from devices.printer.pages.ipp_message import Message
from devices.printer.simulated.pages.ipp import SimulatedIppPrinter, SimulatedJob
from devices.printer.simulated.pages.server import IppServer
from devices.printer.state import Ready
from kiosk.composition import simulated
from kiosk.config import load
from kiosk.demo.data import settings_for
from kiosk.errors import RowsLeftError
from kiosk.faults import fault
from kiosk.visit.desk import Desk
from kiosk.visit.events import CancelAsked, PrintAsked
from kiosk.visit.state import Idle, OutOfService, Printed
from printing.journal import Journal, Order
from tests.devices.printer.pages.documents import pdf
from tests.devices.printer.pages.test_ipp import Office
from tests.devices.printer.pages.test_ipp_cancel import FOR_EVER, first, is_cancel
from tests.kiosk.conftest import SECONDS, Kiosk

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def ask_at_once(mocker: MockerFixture) -> None:
    """Whoever looks at the printer asks it."""
    mocker.patch("kiosk.report_watch.ASK_SECONDS", 0.0)
    mocker.patch("kiosk.visit.service.LOOK_SECONDS", 0.02)


class Queue:
    """The kiosk's report printer is a queue whose time is that of the one who waits for it."""

    def __init__(self, kiosk: Kiosk, place: Literal["kiosk", "counter"] = "counter") -> None:
        self.kiosk = kiosk
        kiosk.desk.tidying._in_front = place == "kiosk"
        self.office = Office("ipp-queue")
        self.office.sim._page_seconds = 20.0
        self.printing = threading.Event()
        self.office.lose = self.see
        self.loses: Callable[[Message], bool] = lambda _: False
        self.begun: Callable[[], object] = lambda: self.office.sim.ledger
        self.goes_on = threading.Event()
        object.__setattr__(kiosk.machine, "report", self.office.printer)

    def see(self, request: Message) -> bool:
        """Hold the first job there until its holder has gone."""
        if self.begun():
            self.printing.set()
            assert self.goes_on.wait(SECONDS)
        return self.loses(request)

    def until_begun(self) -> None:
        assert self.printing.wait(SECONDS)

    def ask(self, generation: int) -> None:
        self.kiosk.service.post(PrintAsked(generation, "report"))

    def tray(self) -> list[str]:
        """Whose each sheet is: a serial, or `void`."""
        kinds = {job.order.serial: job.order.statement for job in self.kiosk.machine.journal.jobs()}
        names = [name.removesuffix(".pdf") for name, _ in self.office.sim.ledger]
        return ["void" if kinds[name] == "void" else name for name in names]


def first_leaves(queue: Queue) -> None:
    """The first holder takes the card while pages come out."""
    kiosk = queue.kiosk
    queue.ask(kiosk.to_preview(kiosk.cards[0]))
    queue.until_begun()
    kiosk.hall.slot.remove()
    kiosk.on(Idle)


def second_prints(queue: Queue) -> Printed:
    queue.ask(queue.kiosk.to_preview(queue.kiosk.cards[1]))
    printed = queue.kiosk.on(Printed)
    assert isinstance(printed, Printed)
    return printed


@pytest.mark.parametrize("how", ["well", "lost", "refused"])
def test_pages_of_who_has_left_come_out_void_before_those_of_the_next(
    kiosk: Kiosk, how: str
) -> None:
    queue = Queue(kiosk)
    if how == "lost":
        queue.loses = first(4, is_cancel)
    elif how == "refused":
        queue.office.sim.refused_cancels = 4
    first_leaves(queue)
    queue.goes_on.set()
    assert second_prints(queue).outcome == "sent"
    seconds = kiosk.machine.journal.jobs(1)[0].order.serial
    whose = queue.tray()
    at = whose.index("void")
    assert at >= 1
    assert seconds not in whose[:at]
    assert set(whose[at + 1 :]) == {seconds}


def test_while_pages_of_who_has_left_may_come_the_next_gets_no_report_and_is_told_why(
    kiosk: Kiosk,
) -> None:
    queue = Queue(kiosk)
    queue.begun = lambda: queue.office.sim.jobs
    queue.office.sim.occupied, queue.office.sim.refused_cancels = True, FOR_EVER
    first_leaves(queue)
    queue.goes_on.set()
    kiosk.rest()
    assert kiosk.leftover()
    refused = second_prints(queue)
    assert (refused.outcome, refused.reason) == ("failed", "printer.job_waits")
    assert len(queue.office.sim.jobs) == 1
    assert "凭条" in fault(refused.reason).zh_do
    queue.office.sim.occupied, queue.office.sim.refused_cancels = False, 0
    kiosk.hall.slot.remove()
    kiosk.on(Idle)
    assert second_prints(queue).outcome == "sent"
    assert set(queue.tray()) == {"void", kiosk.machine.journal.jobs(1)[0].order.serial}


def test_a_preview_says_that_a_job_waits_and_offers_the_receipt(kiosk: Kiosk) -> None:
    queue = Queue(kiosk)
    queue.begun = lambda: queue.office.sim.jobs
    queue.office.sim.occupied, queue.office.sim.refused_cancels = True, FOR_EVER
    generation = kiosk.to_preview(kiosk.cards[0])
    queue.ask(generation)
    queue.until_begun()
    kiosk.service.post(CancelAsked(generation))
    queue.goes_on.set()
    kiosk.on(Printed)
    kiosk.hall.slot.remove()
    kiosk.on(Idle)
    kiosk.rest()
    kiosk.to_preview(kiosk.cards[1])

    kiosk.measured(lambda papers: papers.report_fault == "printer.job_waits")


def test_where_the_pages_come_out_in_front_of_the_next_nobody_is_served_before_they_are_void(
    kiosk: Kiosk,
) -> None:
    queue = Queue(kiosk, "kiosk")
    queue.begun = lambda: queue.office.sim.jobs
    queue.office.sim.occupied, queue.office.sim.refused_cancels = True, FOR_EVER
    first_leaves(queue)
    queue.goes_on.set()
    closed = kiosk.on(OutOfService)
    assert isinstance(closed, OutOfService)
    assert closed.fault.code == RowsLeftError.code
    queue.office.sim.occupied, queue.office.sim.refused_cancels = False, 0
    assert second_prints(queue).outcome == "sent"
    seconds = kiosk.machine.journal.jobs(1)[0].order.serial
    assert set(queue.tray()) == {"void", seconds}


def test_what_a_killed_daemon_left_in_the_queue_is_cancelled_at_its_start_and_void(
    records: Path, tmp_path: Path
) -> None:
    sim = SimulatedIppPrinter(page_seconds=0.001)
    sim.occupied = True
    sim.jobs.append(SimulatedJob(1, "S.pdf", pdf(2), 2, printed=1, processed=True))
    sim.jobs.append(SimulatedJob(2, "others", pdf(1), 1))
    settings = settings_for(records, load(), tmp_path / "journal.db")
    with Journal(tmp_path / "journal.db", lambda: NOW) as journal:
        journal.record(
            journal.queue(Order("insured", "S", "report", "report", "00", 1, 1)), "sending"
        )
    with IppServer(sim) as server:
        report = settings.report.model_copy(update={"port": server.uri, "model": "ipp-queue"})
        settings = settings.model_copy(update={"report": report})
        machine, _ = simulated(settings, tmp_path / "hall", real_time=False, in_process=True)
        with machine:
            desk = Desk(machine)
            assert desk.tidying.leftover
            assert isinstance(machine.report, IppPrinter)
            assert machine.report.status() == Ready("ok")
            assert [job.state.name for job in sim.jobs] == ["CANCELED", "PENDING"]
            sim.occupied = False
            desk.tidying.tidy()
            assert [desk.tidying.leftover] == [False]
            void = machine.journal.jobs(1)[0]
            assert (void.order.statement, void.state) == ("void", "sent")
    assert sim.jobs[2].name == f"{void.order.serial}.pdf"
