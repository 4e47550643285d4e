"""A page that a killed process left half printed comes out void before anybody else's page."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from devices.printer.blocks import Block
from devices.printer.pages.escpk import EscpkPrinter
from devices.printer.result import Progress
from devices.printer.state import PrinterState
from kiosk.leftover import sheet_may_lie, void_sheet
from kiosk.machine import PinPrinter
from printing.job import PagePrinter, PrintedJob, Ticket, Voids, print_pages
from printing.journal import Journal
from tests.devices.printer.pages import laser, test_escpk
from tests.devices.printer.pages.conftest import MakeCable, MakeSerial, make_cable, serial_link
from tests.devices.printer.pages.test_escpk import escpk
from tests.devices.printer.pages.test_laser import another_process
from tests.faults.bench import NOW, KilledError, machine_with
from tests.faults.bench_pages import LASER_VOIDS, PIN_VOIDS

__all__ = ["make_cable", "serial_link"]

EMPTY_BYTES = 8704
"""What ends a command that a killed process may have broken off, before CAN, CR and the mark."""


MARK = "作废 VOID 流水号 S"
"""On the sheet that the job of that number left."""


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.db", lambda: NOW) as made:
        yield made


def die_at(byte: int) -> Callable[[Progress], None]:
    def die(step: Progress) -> None:
        if step.bytes_sent > byte:
            raise KilledError

    return die


def printed(
    journal: Journal,
    printer: PagePrinter,
    pages: list[Block],
    void: Voids,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> PrintedJob:
    ticket = Ticket("insured", "S", "report", 1)
    return print_pages(journal, printer, pages, ticket, void=void, on_progress=on_progress)


def no_one_comes() -> bool:
    return False


def others_page(start: bytes) -> Block:
    return Block(start + b"OTHER PERSON 1\r\nOTHER PERSON 2\r\n\f", "page 1")


@pytest.fixture(params=["serial", "usb"])
def pins(
    request: pytest.FixtureRequest, make_cable: MakeCable, serial_link: MakeSerial
) -> Iterator[test_escpk.Desk]:
    made = (
        test_escpk.Desk(make_cable, serial_link, escpk())
        if request.param == "serial"
        else test_escpk.Desk(make_cable, None, escpk("escpk-24pin-usb"))
    )
    yield made
    made.printer.close()


def pins_again(desk: test_escpk.Desk) -> EscpkPrinter:
    """A new process opens the port; what the old one gave to it arrives."""
    desk.printer.close()
    desk.cable.run(120)
    old = desk.printer
    return EscpkPrinter(
        old._link, old._readiness, desk.model, monotonic=desk.clock, hold_seconds=test_escpk.HOLD
    )


def sheets(desk: test_escpk.Desk | laser.Desk) -> list[list[str]]:
    desk.cable.run(120)
    return [sheet.transcript.splitlines() for sheet in desk.sim.tray]


@pytest.mark.parametrize("recorded", [True, False])
def test_of_a_24_pin_printer_the_sheet_of_a_killed_process_is_void_and_the_next_begins_a_new_one(
    pins: test_escpk.Desk, journal: Journal, recorded: bool
) -> None:
    """Whether the job stood at `sending` (the daemon's start settles it), or ended `unknown`."""

    def kill() -> None:
        pins.cable.unplug()
        raise KilledError

    pages = [test_escpk.page(number, 40) for number in (1, 2)]
    pins.cable.when_job_byte(500, kill)
    with pytest.raises(KilledError):
        printed(journal, pins.printer, pages, PIN_VOIDS)
    if not recorded:
        job_id = journal.queue(Ticket("insured", "S", "report", 1).order("report", b"", 2))
        journal.record(job_id, "sending")
        journal.recover()
    with pins_again(pins) as again:
        assert pins.sim._marks  # rows stand on a sheet that nothing has ejected
        result = printed(journal, again, [others_page(test_escpk.START)], PIN_VOIDS).result
        assert result.outcome == "sent"
        half, other = sheets(pins)
        assert half[0].startswith("P1 ROW 0")
        assert half[-1] == MARK
        assert other == ["OTHER PERSON 1", "OTHER PERSON 2"]
        assert not any("top of form" in error.message for error in pins.sim.errors)
        printed(journal, again, [others_page(test_escpk.START)], PIN_VOIDS)
        assert sheets(pins)[2:] == [other]  # and void once


def test_of_a_laser_printer_the_pages_of_a_killed_process_come_out_void(
    make_cable: MakeCable, journal: Journal
) -> None:
    desk = laser.Desk(make_cable, laser.pcl())
    pages = [laser.page(number, 8) for number in (1, 2)]
    with pytest.raises(KilledError):
        printed(journal, desk.printer, pages, LASER_VOIDS, die_at(250))
    with another_process(desk) as again:
        result = printed(journal, again, [others_page(b"\x1bE")], LASER_VOIDS).result
    assert result.outcome == "confirmed"
    *left, void, other = sheets(desk)
    assert all(row.startswith("P") for sheet in left for row in sheet)
    assert void == ["VOID S"]
    assert other == ["OTHER PERSON 1", "OTHER PERSON 2"]


def test_a_kiosk_without_a_visit_voids_the_sheet_of_a_24_pin_printer_at_once_and_once(
    pins: test_escpk.Desk, journal: Journal
) -> None:
    def kill() -> None:
        pins.cable.unplug()
        raise KilledError

    pins.cable.when_job_byte(500, kill)
    with pytest.raises(KilledError):
        printed(journal, pins.printer, [test_escpk.page(1, 40)], PIN_VOIDS)
    with pins_again(pins) as again:
        machine = machine_with(journal, report=PinPrinter(again, pins.model))
        assert sheet_may_lie(machine)
        assert not void_sheet(machine, lambda: True), "whoever comes is not to wait"
        assert sheet_may_lie(machine)
        assert void_sheet(machine, no_one_comes)
        assert not sheet_may_lie(machine)
        (half,) = sheets(pins)
        assert half[0].startswith("P1 ROW 0")
        assert half[-1] == MARK
        printed(journal, again, [others_page(test_escpk.START)], PIN_VOIDS)
        assert sheets(pins)[1:] == [["OTHER PERSON 1", "OTHER PERSON 2"]]


def test_where_power_fails_within_the_mark_it_is_tried_again_when_the_printer_is_back(
    pins: test_escpk.Desk, journal: Journal
) -> None:
    void = PIN_VOIDS
    with pytest.raises(KilledError):
        printed(journal, pins.printer, [test_escpk.page(1, 8)], void, die_at(60))
    pins.cable.when_byte(EMPTY_BYTES + 5, pins.sim.switch_off)
    machine = machine_with(journal, report=PinPrinter(pins.printer, pins.model))
    assert not void_sheet(machine, no_one_comes)
    assert journal.jobs()[0].state in ("unknown", "failed")
    assert sheet_may_lie(machine)
    pins.sim.switch_on()
    assert void_sheet(machine, no_one_comes)
    assert not sheet_may_lie(machine)
    assert sheets(pins)[-1][-1] == MARK


@pytest.mark.parametrize("pins", ["usb"], indirect=True)  # a serial line is off for longer
def test_a_mark_that_a_ready_printer_does_not_prove_is_left_to_the_next_report(
    pins: test_escpk.Desk, journal: Journal, mocker: MockerFixture
) -> None:
    with pytest.raises(KilledError):
        printed(journal, pins.printer, [test_escpk.page(1, 8)], PIN_VOIDS, die_at(60))
    asked = pins.printer.status

    def power_is_back() -> PrinterState:
        if not pins.sim.on:
            pins.sim.switch_on()
        return asked()

    mocker.patch.object(pins.printer, "status", power_is_back)
    pins.cable.when_byte(EMPTY_BYTES + 5, pins.sim.switch_off)
    machine = machine_with(journal, report=PinPrinter(pins.printer, pins.model))
    assert void_sheet(machine, no_one_comes), "no sheet after sheet is spent"
    assert journal.jobs()[0].state == "unknown"
    assert sheet_may_lie(machine)


def test_it_brings_out_the_pages_of_a_laser_printer_and_one_void_sheet(
    make_cable: MakeCable, journal: Journal
) -> None:
    desk = laser.Desk(make_cable, laser.pcl())
    pages = [laser.page(number, 8) for number in (1, 2)]
    with pytest.raises(KilledError):
        printed(journal, desk.printer, pages, LASER_VOIDS, die_at(250))
    with another_process(desk) as again:
        machine = machine_with(journal, report=again)
        assert sheet_may_lie(machine)
        assert void_sheet(machine, no_one_comes)
        assert not sheet_may_lie(machine)
        assert journal.jobs()[0].state == "confirmed"
        out = len(sheets(desk))
        drawn = desk.sim.tray[-1]
        assert drawn.marks
        assert not drawn.transcript, "no letters of its own: it has no hanzi"
        printed(journal, again, [others_page(b"\x1bE")], LASER_VOIDS)
    assert sheets(desk)[out:] == [["OTHER PERSON 1", "OTHER PERSON 2"]], "void once"


def test_where_no_line_tells_how_the_printer_is_the_next_report_begins_with_the_mark(
    make_cable: MakeCable, serial_link: MakeSerial, journal: Journal
) -> None:
    desk = test_escpk.Desk(make_cable, serial_link, escpk("escpk-24pin-xonxoff"))
    with pytest.raises(KilledError):
        printed(journal, desk.printer, [test_escpk.page(1)], PIN_VOIDS, die_at(10))
    jobs = len(journal.jobs())
    assert void_sheet(
        machine_with(journal, report=PinPrinter(desk.printer, desk.model)), no_one_comes
    )
    assert len(journal.jobs()) == jobs
    desk.printer.close()


def test_where_the_journal_says_that_the_last_pages_are_out_no_sheet_is_spent(
    pins: test_escpk.Desk, journal: Journal
) -> None:
    pages = [test_escpk.page(1)]
    assert printed(journal, pins.printer, pages, PIN_VOIDS).result.outcome == "sent"
    with pins_again(pins) as again:
        printed(journal, again, pages, PIN_VOIDS)
    assert [len(sheet) for sheet in sheets(pins)] == [4, 4]


@pytest.mark.parametrize("model", ["escpk-24pin-xonxoff"])
def test_a_printer_that_never_tells_anything_prints_no_void_page_between_two_jobs(
    make_cable: MakeCable, serial_link: MakeSerial, journal: Journal, model: str
) -> None:
    desk = test_escpk.Desk(make_cable, serial_link, escpk(model))
    for _ in range(2):
        pages = [test_escpk.page(1)]
        assert printed(journal, desk.printer, pages, PIN_VOIDS).result.outcome == "unknown"
    assert [len(sheet) for sheet in sheets(desk)] == [4, 4]
    desk.printer.close()


def test_a_one_way_laser_printer_prints_no_void_page_between_two_jobs(
    make_cable: MakeCable, journal: Journal
) -> None:
    desk = laser.Desk(make_cable, laser.pcl("pcl-oneway"))
    for _ in range(2):
        pages = [laser.page(1)]
        assert printed(journal, desk.printer, pages, LASER_VOIDS).result.outcome == "unknown"
    assert [len(sheet) for sheet in sheets(desk)] == [4, 4]
    desk.printer.close()


def test_a_driver_that_was_thrown_out_of_a_job_voids_its_sheet_without_the_journal(
    pins: test_escpk.Desk,
) -> None:
    void = test_escpk.VOID
    with pytest.raises(KilledError):
        pins.printer.print_blocks([test_escpk.page(1, 8)], void=void, on_progress=die_at(60))
    pins.printer.print_blocks([others_page(test_escpk.START)], void=void)
    half, other = sheets(pins)
    assert half[-1] == "作废 VOID"
    assert other == ["OTHER PERSON 1", "OTHER PERSON 2"]
    pins.printer.close()
