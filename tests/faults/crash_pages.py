"""One seeded run on a page printer: a fault, a cancel, the end of a visit or a killed process.

One person's pages are printed while a fault strikes at some byte, and at another one somebody
cancels or the process dies, as kill -9 would end it. Then the program starts again, the cause is
taken away, and another person's page is printed. Every sheet that came out is looked at: nobody's
row stands on another's sheet, each row is there once or visibly void, and the journal claims no
page that is not in the tray.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Literal

from pytest_mock import MockerFixture

from devices.printer.blocks import Block
from devices.printer.link import LineSettings, SerialLink
from devices.printer.pages.escpk import EscpkPrinter
from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.simulated.pages.laser import SimulatedLaser
from devices.printer.simulated.pages.sheet import Sheet
from printing.job import PrintedJob, Ticket, print_pages
from printing.journal import Job, Journal
from tests.devices.printer.pages import laser, test_escpk
from tests.devices.printer.pages.desk import Cable
from tests.devices.printer.pages.test_every_byte import ESCPK_FAULTS, LASER_FAULTS
from tests.faults.crash import KilledError

NOW = datetime(2026, 11, 22, 1, 43, tzinfo=UTC)
PAGES, ROWS = 2, 8
FIRST, NEXT = "q", "z"
"""The two persons: letters that stand nowhere else in the stream."""
LIMIT = 400.0
"""Of virtual time: patience with a person, stalled pages, a void sheet."""
KINDS = ("escpk-24pin", "escpk-24pin-usb", "pcl-network", "pcl-network-counted", "pcl-serial")
PINS_BYTES, LASER_BYTES = 400, 570
"""About as many as a job has on the wire."""
HEAD_BYTES, ENTRIES = 9000, 8

Turn = Literal[
    "nothing", "cancel", "visit end", "kill", "kill at the journal", "kill before the job"
]
TURNS: tuple[Turn, ...] = (
    "nothing",
    "cancel",
    "visit end",
    "kill",
    "kill",
    "kill at the journal",
    "kill before the job",
)
AnyDesk = test_escpk.Desk | laser.Desk


@dataclass(frozen=True)
class Plan:
    """What a seed stands for."""

    seed: int
    kind: str
    fault: str | None
    at_byte: int
    turn: Turn
    turn_at: int
    pause: float
    """Seconds from the end of the first job to the next one."""

    @classmethod
    def of(cls, seed: int) -> "Plan":
        chance = random.Random(seed)
        kind = chance.choice(KINDS)
        pins = kind.startswith("escpk")
        faults, job_bytes = (ESCPK_FAULTS, PINS_BYTES) if pins else (LASER_FAULTS, LASER_BYTES)
        turn = chance.choice(TURNS)
        places = {"kill at the journal": ENTRIES, "kill before the job": HEAD_BYTES}
        return cls(
            seed,
            kind,
            chance.choice([None, *faults]),
            chance.randrange(job_bytes),
            turn,
            chance.randrange(places.get(turn, job_bytes)),
            chance.choice((0.0, 4.0, 130.0)),
        )


class MortalCable(Cable):
    """Its host can die; the port keeps what it was given."""

    killed = False

    def live(self) -> None:
        if self.killed:
            raise KilledError

    def wait(self, fd: int, want_write: bool, timeout: float) -> tuple[bool, bool]:
        ready = super().wait(fd, want_write, timeout)
        self.live()
        return ready

    def flush(self, fd: int, queue: int) -> None:
        if not self.killed:
            super().flush(fd, queue)


def page_of(person: str, number: int, *, pins: bool) -> Block:
    """A page on which every row names its person."""
    made = test_escpk.page(number, ROWS) if pins else laser.page(number, ROWS)
    own = made.data.replace(b"P%d ROW" % number, (person * 3).encode() + b"%d ROW" % number)
    return Block(own, made.label)


def row_of(person: str, number: int, row: int, *, pins: bool) -> str:
    return f"{person * 3}{number} ROW {row}" + (" 养老保险" if pins else "")


def rows_of(person: str, number: int, *, pins: bool) -> list[str]:
    return [row_of(person, number, row, pins=pins) for row in range(ROWS)]


class Run:
    """One run, from the first byte to the next person's page."""

    def __init__(self, mocker: MockerFixture, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self.pins = plan.kind.startswith("escpk")
        self._mocker = mocker
        self.desk = self._desk()
        cable = self.desk.cable
        assert isinstance(cable, MortalCable)
        self.cable = cable
        self.path = folder / f"pages-{plan.seed}.db"
        self.entries: int | None = None
        """How many entries the journal still takes before the process dies."""
        self.journal = Journal(self.path, self.now)
        self.cancelled = False

    def _desk(self) -> AnyDesk:
        name = self.plan.kind
        if name == "escpk-24pin-usb":
            return test_escpk.Desk(MortalCable, None, test_escpk.escpk(name))
        if self.pins:
            return test_escpk.Desk(MortalCable, self._serial, test_escpk.escpk(name))
        serial = self._serial if name == "pcl-serial" else None
        return laser.Desk(MortalCable, laser.pcl(name), serial)

    def _serial(self, cable: Cable, settings: LineSettings) -> SerialLink:
        self._mocker.patch("devices.printer.link.serial.Serial", cable.serial)
        self._mocker.patch("devices.printer.link.termios.tcflush", cable.flush)
        lines = cable.machine.lines
        link = SerialLink("/dev/printer", settings, cable.clock, cable.wait, lines=lines)
        link.on_traffic = cable.on_traffic
        return link

    def now(self) -> datetime:
        """The journal asks for the time with each entry; a dead process makes none."""
        if self.entries is not None:
            if self.entries == 0:
                self.cable.killed = True
            self.entries -= 1
        self.cable.live()
        return NOW

    def go(self) -> str:
        """Print, fail, start again, print; the state in which the first job was left."""
        started = self.desk.clock.now
        self._arm()
        try:
            self._print(FIRST, PAGES, 1)
        except KilledError:
            self.cable.killed = True
        assert self.desk.clock.now - started < LIMIT, "no end"
        self._check_claim()
        self._disarm()
        if self.cable.killed:
            self._start_again()
        self.cable.run(self.plan.pause)
        self._repair()
        job = self._job()
        self._next_person()
        self._check_sheets(job)
        return job.state if job else "nothing"

    def _arm(self) -> None:
        plan, cable = self.plan, self.cable
        faults: dict[str, Callable[..., None]] = {**(ESCPK_FAULTS if self.pins else LASER_FAULTS)}
        if plan.fault is not None:
            cable.when_job_byte(plan.at_byte, partial(faults[plan.fault], self.desk))
        match plan.turn:
            case "cancel":
                cable.when_job_byte(plan.turn_at, self._cancel)
            case "visit end":
                cable.into_job(plan.turn_at / 20, self._cancel)
            case "kill":
                cable.when_job_byte(plan.turn_at, self._kill)
            case "kill before the job":
                cable.when_byte(plan.turn_at, self._kill)
            case "kill at the journal":
                self.entries = plan.turn_at

    def _disarm(self) -> None:
        self.entries = None
        for plans in (self.cable.at_time, self.cable.at_byte, self.cable.at_job_byte):
            plans.clear()

    def _cancel(self) -> None:
        self.cancelled = True

    def _kill(self) -> None:
        self.cable.killed = True

    def _print(self, person: str, pages: int, generation: int) -> PrintedJob:
        return print_pages(
            self.journal,
            self.desk.printer,
            [page_of(person, number, pins=self.pins) for number in range(1, pages + 1)],
            Ticket("insured", person, "report", generation),
            void=test_escpk.VOID if self.pins else laser.VOID,
            cancelled=lambda: self.cancelled,
        )

    def _start_again(self) -> None:
        """As the daemon does: settle the journal, open the port anew, send nothing."""
        self.journal._file._database.close()
        self.desk.printer.close()
        self.cable.run(self.plan.pause)  # what the port was given still goes out
        if isinstance(self.desk.sim, SimulatedLaser) and self.plan.kind != "pcl-serial":
            self.cable.hang_up()
        self.cable.killed = False
        fresh = self._fresh_printer()
        self.desk.printer = fresh
        before = len(self.desk.sim.tray)
        self.journal = Journal(self.path, self.now)
        self.journal.recover()
        assert len(self.desk.sim.tray) == before, "sent by itself"

    def _fresh_printer(self) -> EscpkPrinter | PjlPrinter:
        """The driver of a new process, which knows nothing of what went before."""
        desk = self.desk
        link = desk.printer._link
        if isinstance(desk, test_escpk.Desk):
            old = desk.printer
            return EscpkPrinter(
                old._link,
                old._readiness,
                desk.model,
                monotonic=desk.clock,
                hold_seconds=test_escpk.HOLD,
            )
        return PjlPrinter(
            link, desk.model, monotonic=desk.clock, pause=self.cable.run, hold_seconds=laser.HOLD
        )

    def _repair(self) -> None:
        """Somebody takes the cause away."""
        sim, self.cable.reachable = self.desk.sim, True
        if not sim.on:
            sim.switch_on()
        sim.load_paper()
        sim.close_cover()
        sim.clear_jam()
        sim.hold(False)
        sim.mute(False)
        sim.reply_seconds = 0.0

    def _next_person(self) -> None:
        """The kiosk tries again while nothing could be sent."""
        self.cancelled = False
        for _ in range(3):
            end = self._print(NEXT, 1, 2).result
            if end.outcome != "failed":
                break
            self.cable.run(60)
        good = "sent" if self.pins else "confirmed"
        assert end.outcome == good, f"the next job ends {end.outcome}: {end.reason}"
        self.cable.run(130)
        self.desk.sim.tear_off()

    def _job(self) -> Job | None:
        """The first job, if the journal ever heard of it."""
        return next((job for job in self.journal.jobs() if job.order.serial == FIRST), None)

    def _check_claim(self) -> None:
        """No page is called proven that is not in the tray at that moment."""
        self.cable.killed, killed = False, self.cable.killed
        job = self._job()
        if job is not None:
            for block in self.journal.blocks(job.id):
                whole = rows_of(FIRST, block.number, pins=self.pins)
                if block.state == "confirmed":
                    assert any(_rows(sheet) == whole for sheet in self.desk.sim.tray), "a claim"
        self.cable.killed = killed

    def _check_sheets(self, job: Job | None) -> None:
        """Sheet by sheet, once all is out."""
        tray = [_rows(sheet) for sheet in self.desk.sim.tray]
        for rows in tray:
            assert len({mark for row in rows for mark in row if mark in FIRST + NEXT}) <= 1, (
                "two persons"
            )
        first_of_next = next(at for at, rows in enumerate(tray) if _names(rows, NEXT))
        assert not any(_names(rows, FIRST) for rows in tray[first_of_next:]), "late"
        void = max((at for at, rows in enumerate(tray) if _is_void(rows)), default=-1)
        assert void < first_of_next, "the next person's page is void"
        assert tray[first_of_next:] == [rows_of(NEXT, 1, pins=self.pins)], "the next person's page"
        valid = Counter(row for rows in tray[void + 1 : first_of_next] for row in rows)
        whole = Counter(row for n in (1, 2) for row in rows_of(FIRST, n, pins=self.pins))
        state = job.state if job else "nothing"
        if state in ("confirmed", "sent"):
            assert valid == whole, f"{state}, and other rows on paper"
        else:
            assert not valid, f"{state}, and neither void nor proven"


def _rows(sheet: Sheet) -> list[str]:
    return sheet.transcript.splitlines()


def _names(rows: list[str], person: str) -> bool:
    return any(person in row for row in rows)


def _is_void(rows: list[str]) -> bool:
    return any("VOID" in row for row in rows)


def crash_pages(mocker: MockerFixture, seed: int, folder: Path) -> tuple[Plan, str]:
    """Run a seed; an AssertionError names it and what it stands for."""
    plan = Plan.of(seed)
    run = Run(mocker, plan, folder)
    try:
        return plan, run.go()
    except AssertionError as error:
        raise AssertionError(f"CRASH_SEED={seed}: {error}\n{plan}") from error
    finally:
        run.cable.killed = False
        run.journal.close()
        run.desk.printer.close()
        run.cable.unplug()
