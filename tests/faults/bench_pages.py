"""Page printers for `make crash`: 24 pins, and lasers behind PJL in dots or in PCL XL."""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pytest_mock import MockerFixture

from devices.printer.blocks import Block
from devices.printer.link import LineSettings, SerialLink
from devices.printer.models.page import EscpkModel, PclModel, load_page_model
from devices.printer.pages.escpk import EscpkPrinter
from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.pages.void_mark import void_rest
from devices.printer.simulated.pages.sheet import Dots, Sheet
from kiosk.machine import Machine, PinPrinter
from printing.job import PrintedJob, Ticket, Voids, print_pages
from printing.journal import Journal
from tests.devices.printer.pages import laser, test_escpk
from tests.devices.printer.pages.desk import Cable
from tests.faults.bench import (
    BLOCKS,
    FIRST,
    NEXT,
    Bench,
    Keeps,
    Mortal,
    Row,
    machine_with,
    rows_of,
    rows_on,
)

HOLD_SECONDS = 10.0
BAUD = 115200
"""Of the printers on a serial line: thousands of empty bytes go before a job."""
AFTER_A_JOB = 130.0
"""Until all that a printer has is on paper."""


def _void_page(serial: str) -> bytes:
    return b"\x1bEVOID " + serial.encode() + b"\r\n\f"


def _pin_void_page(serial: str) -> bytes:
    return test_escpk.START + f"作废 VOID {serial}\r\n\f".encode("gb18030")


def _pin_void_rest(serial: str) -> bytes:
    return void_rest(f"流水号 {serial}")


LASER_VOIDS = Voids(_void_page, _void_page)
PIN_VOIDS = Voids(_pin_void_page, _pin_void_rest)


class MortalCable(Mortal, Cable):
    """Its host can die; the port keeps what it was given."""

    def wait(self, fd: int, want_write: bool, timeout: float) -> tuple[bool, bool]:
        ready = super().wait(fd, want_write, timeout)
        self.live()
        return ready

    def flush(self, fd: int, queue: int) -> None:
        if not self.killed:
            super().flush(fd, queue)


class PageBench(Bench):
    """A printer of pages on a cable."""

    printer = "report"
    keeps: Keeps = "nothing"
    limit = 500.0
    desk: test_escpk.Desk | laser.Desk
    port: MortalCable
    void: Voids

    def __init__(self, mocker: MockerFixture) -> None:
        self._mocker = mocker
        # Sheets of letters in place of large pictures: these are drawn and read elsewhere.
        mocker.patch("kiosk.leftover.laser_voids", return_value=LASER_VOIDS)
        mocker.patch("kiosk.leftover.pin_voids", return_value=PIN_VOIDS)

    def _plugged(self, desk: test_escpk.Desk | laser.Desk) -> MortalCable:
        assert isinstance(desk.cable, MortalCable)
        return desk.cable

    def _serial(self, cable: Cable, settings: LineSettings) -> SerialLink:
        self._mocker.patch("devices.printer.link.serial.Serial", cable.serial)
        self._mocker.patch("devices.printer.link.termios.tcflush", cable.flush)
        lines = cable.machine.lines
        link = SerialLink("/dev/printer", settings, cable.clock, cable.wait, lines=lines)
        link.on_traffic = cable.on_traffic
        return link

    def clock(self) -> float:
        return self.desk.clock.now

    @abstractmethod
    def _page(self, rows: Sequence[str], number: int) -> Block: ...

    def print(
        self, journal: Journal, job: str, ticket: Ticket, cancelled: Callable[[], bool]
    ) -> PrintedJob:
        pages = [self._page(rows_of(job, number), number + 1) for number in range(BLOCKS)]
        printer = self.desk.printer
        return print_pages(journal, printer, pages, ticket, void=self.void, cancelled=cancelled)

    def at_byte(self, count: int, act: Callable[[], None]) -> None:
        self.port.when_job_byte(count, act)

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        self.port.into_job(seconds, act)

    def soon(self, seconds: float, act: Callable[[], object]) -> None:
        self.port.after(seconds, act)

    def wait(self, seconds: float) -> None:
        self.port.run(seconds)

    def unschedule(self) -> None:
        self.desk.sim.unschedule()
        self.port.at_time.clear()
        self.port.at_job_byte.clear()

    def repair(self) -> None:
        sim, self.port.reachable = self.desk.sim, True
        if not sim.on:
            sim.switch_on()
        sim.load_paper()
        sim.close_cover()
        sim.clear_jam()
        sim.hold(False)
        sim.mute(False)
        sim.reply_seconds = 0.0

    def paper(self) -> list[Row]:
        return rows_on([self._texts(sheet) for sheet in self.desk.sim.tray])

    def _texts(self, sheet: Sheet) -> list[str]:
        return sheet.transcript.splitlines()

    def tear_off(self) -> None:
        """What lies half printed in a page printer nobody takes."""

    def finish(self) -> None:
        self.port.run(AFTER_A_JOB)
        self.desk.sim.tear_off()

    def bytes_sent(self) -> int:
        return self.desk.sim.wire_bytes

    def close(self) -> None:
        self.desk.printer.close()
        self.port.unplug()


class PinBench(PageBench):
    """A 24-pin printer, on a serial line or on USB."""

    good = "sent"
    void = PIN_VOIDS

    def __init__(self, model: str, mocker: MockerFixture) -> None:
        super().__init__(mocker)
        loaded = load_page_model(model)
        assert isinstance(loaded, EscpkModel)
        serial = None if model.endswith("usb") else self._serial
        if serial is not None:
            loaded = replace(loaded, baud=BAUD)
        self.desk: test_escpk.Desk = test_escpk.Desk(MortalCable, serial, loaded, HOLD_SECONDS)
        self.port = self._plugged(self.desk)

    def _page(self, rows: Sequence[str], number: int) -> Block:
        return test_escpk.page_of([f"{row} 行" for row in rows], number)

    def _texts(self, sheet: Sheet) -> list[str]:
        return [row.removesuffix(" 行") for row in super()._texts(sheet)]

    def start_again(self, journal: Journal) -> None:
        self.desk.printer.close()
        old = self.desk.printer
        self.desk.printer = EscpkPrinter(
            old._link,
            old._readiness,
            self.desk.model,
            monotonic=self.desk.clock,
            hold_seconds=HOLD_SECONDS,
        )

    def machine(self, journal: Journal) -> Machine:
        return machine_with(journal, report=PinPrinter(self.desk.printer, self.desk.model))


class LaserBench(PageBench):
    """A laser printer at a raw port, on the network or on a serial line."""

    void = LASER_VOIDS

    def __init__(self, model: str, mocker: MockerFixture) -> None:
        super().__init__(mocker)
        loaded = load_page_model(model)
        assert isinstance(loaded, PclModel)
        answers = loaded.back_channel
        self.good = "confirmed" if answers else "unknown"
        self.keeps = "nothing" if answers else "anything"
        serial = self._serial if model == "pcl-serial" else None
        loaded = replace(loaded, page_seconds=10.0)
        self.desk: laser.Desk = laser.Desk(MortalCable, loaded, serial, HOLD_SECONDS)
        self.port = self._plugged(self.desk)
        self._network = serial is None

    def _page(self, rows: Sequence[str], number: int) -> Block:
        if self.desk.model.pcl_xl:
            return Block(_xl_page(rows, self.desk.model.dpi), f"page {number}")
        return laser.page_of(rows, number, raster_rows=1)

    def _texts(self, sheet: Sheet) -> list[str]:
        return [*_xl_rows(sheet), *super()._texts(sheet)]

    def start_again(self, journal: Journal) -> None:
        self.desk.printer.close()
        if self._network:
            self.port.hang_up()
        self.desk.printer = PjlPrinter(
            self.desk.printer._link,
            self.desk.model,
            monotonic=self.desk.clock,
            pause=self.port.run,
            hold_seconds=HOLD_SECONDS,
        )

    def machine(self, journal: Journal) -> Machine:
        return machine_with(journal, report=self.desk.printer)


_ROWS = [row for job in FIRST + NEXT for block in range(BLOCKS) for row in rows_of(job, block)]
_BAR = 8
"""Dots across the bar that stands for a row in PCL XL, and between two places of bars."""


def _xl_page(rows: Sequence[str], dpi: int) -> bytes:
    """A session as Ghostscript writes it, with a bar for each row at a place of its own."""
    units = dpi.to_bytes(2, "little") * 2
    bars = b"".join(_xl_bar(2 * _BAR * (_ROWS.index(row) + 1)) for row in rows)
    return (
        b"\x1b%-12345X@PJL ENTER LANGUAGE=PCLXL\r\n) HP-PCL XL;1;1;\n"
         b"\xc0\x00\xf8\x86\xd1" + units + b"\xf8\x89\x41"
        + b"\xc0\x00\xf8\x88\xc0\x01\xf8\x82\x48"
        + b"\xc0\x00\xf8\x28\xc0\x02\xf8\x25\x43"
        + b"\xc0\x00\xf8\x09\x79" + b"\xc0\x00\xf8\x04\x63"
        + bars
        + b"\x44\x49\x42"
    )  # fmt: skip


def _xl_bar(place: int) -> bytes:
    edges = (place, place, place + _BAR, place + _BAR)
    return b"\xe1" + b"".join(edge.to_bytes(2, "little") for edge in edges) + b"\xf8\x42\xa0"


def _xl_rows(sheet: Sheet) -> Iterator[str]:
    for mark in sheet.marks:
        place, beside = divmod(mark.x + 1, 2 * _BAR)  # an edge's dot is part of what is filled
        if isinstance(mark, Dots) and mark.x == mark.y and beside == 0:
            yield _ROWS[place - 1]
