"""One seeded run of everything at once: a fault, a cancel, the end of the visit, a killed process.

A job of three blocks is printed while a fault strikes at some byte, and at another one somebody
cancels or the process dies, as kill -9 would end it: nothing is flushed, nothing written down.
Then the program starts again, the cause is taken away, what hangs is voided, and the next
visit's job is printed. Paper and journal are compared with the printer's own ledger.
"""

import random
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Literal, cast

from pytest_mock import MockerFixture

from devices.printer.blocks import Block
from devices.printer.printer import SerialPrinter
from devices.printer.simulated.faults import Fault
from kiosk.leftover import may_hang, void_leftover
from kiosk.machine import Machine
from printing.encode.escpos import continued_bytes, void_blocks
from printing.job import Ticket, print_receipt
from printing.journal import Job, Journal
from tests.devices.printer.desk import Desk
from tests.devices.printer.test_every_fault import GARBLES_THE_JOB, MODELS, repair

HOLD_SECONDS = 3.0
MOST_SECONDS = 40.0
"""Of virtual time: patience with a person, a continuation, a void mark, some questions."""
ROWS = ("aaa", "hhh", "ooo")
JOB_BYTES = 190
"""About as many as a job has on the wire; questions and marks come on top."""
NOW = datetime(2026, 11, 22, 1, 43, tzinfo=UTC)
Turn = Literal["nothing", "cancel", "visit end", "kill", "kill at the journal"]
TURNS: tuple[Turn, ...] = ("nothing", "cancel", "visit end", "kill", "kill", "kill at the journal")


class KilledError(BaseException):
    """The process is gone: no handler of the code under test may hold this up."""


@dataclass(frozen=True)
class Plan:
    """What a seed stands for."""

    seed: int
    model: str
    fault: Fault
    at_byte: int
    cured_after: float | None
    turn: Turn
    turn_at: int
    """A byte of the job, or of "kill at the journal" how many of its entries were made."""
    paper_takes_time: bool

    @classmethod
    def of(cls, seed: int) -> "Plan":
        chance = random.Random(seed)
        fault = chance.choice(list(Fault))
        turn = chance.choice(TURNS)
        return cls(
            seed,
            chance.choice(list(MODELS)),
            fault,
            chance.randrange(JOB_BYTES),
            None
            if fault.passes or fault is Fault.POWER_CYCLE
            else chance.choice((0.1, 0.5, 1.5, 5.0, None)),
            turn,
            chance.randrange(14 if turn == "kill at the journal" else JOB_BYTES + 40),
            chance.random() < 0.5,
        )


class MortalDesk(Desk):
    """A desk whose process can die; the port keeps what the process gave it."""

    killed = False

    def wait(self, fd: int, want_write: bool, timeout: float) -> tuple[bool, bool]:
        ready = super().wait(fd, want_write, timeout)
        self.live()
        return ready

    def live(self) -> None:
        if self.killed:
            raise KilledError

    def _flush(self, fd: int, queue: int) -> None:
        if not self.killed:
            super()._flush(fd, queue)

    def start_again(self) -> None:
        """A new process opens the port."""
        self.killed = False
        self.printer = SerialPrinter(
            "/dev/printer",
            self.model,
            monotonic=self.clock,
            hold_seconds=HOLD_SECONDS,
            wait=self.wait,
            lines=self.sim.lines,
        )


def rows_of(job: str, block: int) -> list[str]:
    """No row becomes another one when a bit of it flips or a byte is lost."""
    return [f"{job * 3} {row} {str(block) * 3} 行" for row in ROWS]


def rows_of_all(job: str) -> set[str]:
    return {row for block in range(3) for row in rows_of(job, block)}


def blocks_of(job: str, cut: bool) -> list[Block]:
    """Three blocks of rows, and the cut in one of its own, as the encoder makes them."""
    made = []
    for number in range(3):
        rows = rows_of(job, number)
        data = (b"" if number else b"\x1b@") + b"\x1c&" + "\n".join(rows).encode("gb18030") + b"\n"
        made.append(Block(data, f"rows {3 * number + 1}-{3 * number + 3}", len(rows)))
    return [*made, Block(b"\x1c&\n\n\n" + (b"\x1dVB\x00" if cut else b"\n\n\n"), "cut")]


class Run:
    """One run, from the first byte to the next visit's receipt."""

    def __init__(self, mocker: MockerFixture, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self.desk = MortalDesk(
            mocker,
            replace(MODELS[plan.model]),
            print_timing=plan.paper_takes_time,
            hold_seconds=HOLD_SECONDS,
        )
        self.path = folder / f"{plan.seed}.db"
        self.entries: int | None = None
        """How many entries the journal still takes before the process dies."""
        self.journal = Journal(self.path, self.now)
        self.cancelled = False

    def now(self) -> datetime:
        """The journal asks for the time with each entry; a dead process makes none."""
        if self.entries is not None:
            if self.entries == 0:
                self.desk.killed = True
            self.entries -= 1
        self.desk.live()
        return NOW

    def go(self) -> str:
        """Print, fail, start again, print; the state in which the first job was left."""
        started = self.desk.clock.now
        self.desk.printer.status()
        self.desk.sim.begin_job("J")
        self._arm()
        try:
            self._print("J", 1)
        except KilledError:
            self._start_again()
        assert self.desk.clock.now - started < MOST_SECONDS, "no end"
        self.desk.run(0.5)
        self.desk.sim.unschedule()
        self.desk.at_time.clear()
        self.entries = None
        if self.desk.killed:  # behind the last byte, with nothing left to do
            self._start_again()
        job = self._job()
        self._check(job)
        self._next_visit(job)
        return job.state if job else "nothing"

    def _arm(self) -> None:
        plan, sim = self.plan, self.desk.sim
        sim.schedule("byte", plan.at_byte, lambda: plan.fault.strike(sim))
        if (after := plan.cured_after) is not None:
            sim.schedule(
                "byte",
                plan.at_byte,
                lambda: sim.schedule("second", after, lambda: plan.fault.cure(sim)),
            )
        match plan.turn:
            case "cancel":
                sim.schedule("byte", plan.turn_at, self._cancel)
            case "visit end":
                self.desk.after(plan.turn_at / 100, self._cancel)
            case "kill":
                sim.schedule("byte", plan.turn_at, self._kill)
            case "kill at the journal":
                self.entries = plan.turn_at

    def _cancel(self) -> None:
        self.cancelled = True

    def _kill(self) -> None:
        self.desk.killed = True

    def _print(self, name: str, generation: int) -> None:
        cut = self.desk.model.cut
        print_receipt(
            self.journal,
            self.desk.printer,
            blocks_of(name, cut),
            Ticket("contributions", name, "receipt", generation),
            void=void_blocks(cut=cut),
            continued=continued_bytes,
            cancelled=lambda: self.cancelled,
        )

    def _start_again(self) -> None:
        """As the daemon does: settle the journal, open the port, send nothing."""
        self.journal._file._database.close()
        self.entries = None
        self.desk.start_again()
        before = self._on_paper("J")
        self.journal = Journal(self.path, self.now)
        self.journal.recover()
        assert self._on_paper("J") == before, "sent by itself"

    def _job(self) -> Job | None:
        """The first job, if the journal ever heard of it."""
        return next((job for job in self.journal.jobs() if job.order.serial == "J"), None)

    def _on_paper(self, name: str) -> Counter[str]:
        return Counter(row.text for row in self.desk.sim.ledger() if row.job == name)

    def _valid(self, name: str) -> Counter[str]:
        """Rows that no void mark takes back; what a mark says is no row of the job."""
        own = rows_of_all(name)
        rows = self.desk.sim.ledger()
        return Counter(row.text for row in rows if row.text in own and not row.void)

    def _check(self, job: Job | None) -> None:
        """The journal's claim against the ledger."""
        paper, valid = self._on_paper("J"), self._valid("J")
        assert all(count == 1 for count in valid.values()), "twice on paper, and not void"
        if job is None or job.state == "failed":
            assert not paper, "paper without a job"
        if job is None:
            return
        assert job.state not in ("queued", "sending"), "left open"
        if job.state == "unknown":
            assert job in self.journal.unknown_jobs()
        if self.plan.fault in GARBLES_THE_JOB:
            return
        if job.state == "cancelled":
            assert not valid, "cancelled, and not void"
        if job.state in ("confirmed", "sent"):
            assert rows_of_all("J") <= valid.keys(), f"{job.state}, and not on paper"
        for block in self.journal.blocks(job.id):
            if block.state == "confirmed" and block.label != "cut":
                rows = set(rows_of("J", block.number - 1))
                assert rows <= paper.keys(), "a block is confirmed, and not on paper"

    def _next_visit(self, job: Job | None) -> None:
        """Nothing of the first job comes out with the next one, and what hung is void."""
        repair(self.desk, self.plan.fault)
        self.cancelled = False
        if may_hang(self._machine()):
            self.desk.sim.begin_job("void")
            self._void()
        self.desk.sim.tear_off()
        if self.plan.fault not in GARBLES_THE_JOB:
            left = self._valid("J").keys()
            whole = left in (set(), rows_of_all("J"))
            assert whole, "a part of the rows, and not void"
        before = self._on_paper("J")
        self.desk.sim.begin_job("K")
        self._print("K", 2)
        (next_job,) = [done for done in self.journal.jobs() if done.order.serial == "K"]
        good = "confirmed" if self.desk.model.marker else "sent"
        assert next_job.state == good, f"the next job ends {next_job.state}"
        assert self._on_paper("K") == Counter(rows_of_all("K")), "the next job's paper"
        assert self._on_paper("J") == before, "the last job came out with the next"
        if job is not None:
            assert self.journal.job(job.id).state == job.state

    def _void(self) -> None:
        """The kiosk tries again until it can; until then it prints nothing else."""
        for _ in range(3):
            if (reason := void_leftover(self._machine())) is None:
                return
            self.desk.run(1.0)
        raise AssertionError(f"what hangs cannot be voided: {reason}")

    def _machine(self) -> Machine:
        """As much of a machine as the voiding of a leftover asks for."""
        return cast(
            "Machine",
            SimpleNamespace(
                journal=self.journal,
                receipt=self.desk.printer,
                receipt_model=self.desk.model,
                now=lambda: NOW,
                settings=SimpleNamespace(kiosk=SimpleNamespace(id="03")),
                rng=random.Random(self.plan.seed),
                fonts=None,
            ),
        )


def crash(mocker: MockerFixture, seed: int, folder: Path) -> tuple[Plan, str]:
    """Run a seed; an AssertionError names it and what it stands for."""
    plan = Plan.of(seed)
    run = Run(mocker, plan, folder)
    try:
        return plan, run.go()
    except AssertionError as error:
        raise AssertionError(f"CRASH_SEED={seed}: {error}\n{plan}") from error
    finally:
        run.journal.close()
        run.desk.close()
