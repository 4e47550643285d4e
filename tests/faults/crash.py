"""One run of everything at once: a fault, a cancel, the end of the visit, a killed process.

An order of three blocks, in one copy or in two, is printed while a fault strikes at some byte, and
at another one somebody cancels or the process dies. Then the program starts again, the cause is
taken away, the kiosk tidies up, and the next person's paper is printed. `Oracle` says what must be
true of paper and journal then.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from pytest_mock import MockerFixture

from kiosk.leftover import GOOD, may_hang, sheet_may_lie, void_leftover, void_sheet
from printing.job import Ticket
from printing.journal import Journal
from tests.faults.bench import FIRST, NEXT, NOW, KilledError
from tests.faults.media import MEDIA
from tests.faults.oracle import Garbled, Oracle

ENTRIES = 14
"""About as many as the journal makes of an order."""
TIDIED_WITHIN = 3
"""Tries: the kiosk tries again until it can; until then it prints nothing else."""
TIDIED_AFTER = (0.5, 0.0, 0.1, 0.2, 2.0)
"""Seconds behind the repair: what the first job asked may be answered before, meanwhile or late."""
ENDED_WITHIN = 120
"""Where noise made a picture larger than any that is sent, each ends a part of it: a byte that is
lost makes it 64,000 dots wide."""
Turn = Literal["nothing", "cancel", "visit end", "kill", "kill at the journal"]
TURNS: tuple[Turn, ...] = ("nothing", "cancel", "visit end", "kill", "kill", "kill at the journal")


@dataclass(frozen=True)
class Plan:
    """What happens in a run."""

    medium: str
    fault: str | None
    at_byte: int
    cured_after: float | None = None
    turn: Turn = "nothing"
    turn_at: int = 0
    """A byte of the order, of "visit end" hundredths of a second, of "kill at the journal" how
    many of its entries were made."""
    copies: int = 1
    pause: float = 0.0
    """Seconds until somebody takes the cause away."""
    tidied: bool = True
    """Whether the kiosk has the time to tidy up before the next holder prints."""
    paper_takes_time: bool = False
    tidied_after: float = 0.5
    """Seconds from there on: rows of the first job may still be coming out."""

    @classmethod
    def of(cls, seed: int, media: tuple[str, ...], bytes_of: Callable[[str], int]) -> "Plan":
        chance = random.Random(seed)
        medium = chance.choice(media)
        fault = chance.choice([None, *MEDIA[medium].faults])
        turn, copies = chance.choice(TURNS), chance.choice((1, 1, 2))
        length = copies * bytes_of(medium)
        return cls(
            medium,
            fault,
            chance.randrange(length),
            chance.choice((*MEDIA[medium].cured_after, None)),
            turn,
            chance.randrange(copies * ENTRIES if turn == "kill at the journal" else length + 40),
            copies,
            chance.choice((0.0, 4.0, 130.0)),
            chance.random() < 0.7,
            chance.random() < 0.5,
            chance.choice(TIDIED_AFTER),
        )


class Run:
    """One run, from the first byte to the next person's paper."""

    def __init__(self, mocker: MockerFixture, plan: Plan, folder: Path) -> None:
        self.plan = plan
        medium = MEDIA[plan.medium]
        self.fault = None if plan.fault is None else medium.faults[plan.fault]
        self.bench = medium.bench(mocker, self.fault, plan.paper_takes_time)
        self.path = folder / "journal.db"
        self.path.write_bytes(_empty_journal())
        self.entries: int | None = None
        """How many entries the journal still takes before the process dies."""
        self.journal = self._open_journal()
        self.cancelled = False
        self.garbled: Garbled = "nothing"

    def _open_journal(self) -> Journal:
        """The process dies in a run, not the machine: what the system was given is kept."""
        journal = Journal(self.path, self.now)
        journal._file._database.execute("PRAGMA synchronous = OFF")
        return journal

    def now(self) -> datetime:
        """The journal asks for the time with each entry; a dead process makes none."""
        if self.entries is not None:
            if self.entries == 0:
                self._kill()
            self.entries -= 1
        self.bench.port.live()
        return NOW

    def go(self) -> str:
        """Print, fail, start again, print; the states in which the first order was left."""
        bench, oracle = self.bench, Oracle(self.bench)
        started = bench.clock()
        self._arm()
        try:
            self._print_order()
        except KilledError:
            self._kill()
        assert bench.clock() - started < bench.limit, "no end"
        killed, bench.port.killed, self.entries = bench.port.killed, False, None
        bench.unschedule()
        if self.garbled == "nothing":
            oracle.proven(self.journal)
        bench.wait(self.plan.pause)
        if killed:
            self._start_again()
        ended = oracle.states(self.journal)
        bench.repair()
        bench.wait(self.plan.tidied_after)
        self._tidy()
        bench.tear_off()
        self._next_person()
        bench.finish()
        oracle.at_last(self.journal, ended, self.garbled)
        return " ".join(ended.values()) or "nothing"

    def _arm(self) -> None:
        plan, bench, fault = self.plan, self.bench, self.fault
        if fault is not None:
            bench.at_byte(plan.at_byte, self._strike)
        match plan.turn:
            case "cancel":
                bench.at_byte(plan.turn_at, self._cancel)
            case "visit end":
                bench.after(plan.turn_at / 100, self._cancel)
            case "kill":
                bench.at_byte(plan.turn_at, self._kill)
            case "kill at the journal":
                self.entries = plan.turn_at

    def _strike(self) -> None:
        assert self.fault is not None
        if self.fault.garbles:
            self.garbled = "marks" if self.cancelled else "rows"
        self.fault.strike(self.bench)
        if (cure := self.fault.cure) is not None and self.plan.cured_after is not None:
            self.bench.soon(self.plan.cured_after, partial(cure, self.bench))

    def _cancel(self) -> None:
        self.cancelled = True

    def _kill(self) -> None:
        self.bench.port.killed = True

    def _print_order(self) -> None:
        """As the desk does: copy by copy, and none behind one that did not come out well."""
        for letter in FIRST[: self.plan.copies]:
            if self._print(letter, 1) not in GOOD:
                return

    def _print(self, letter: str, generation: int) -> str:
        ticket = Ticket("contributions", letter, self.bench.printer, generation)
        done = self.bench.print(self.journal, letter, ticket, lambda: self.cancelled)
        return done.result.outcome

    def _start_again(self) -> None:
        """As the daemon does: settle the journal, open the port, send nothing."""
        self.journal._file._database.close()
        before = len(self.bench.paper())
        self.journal = self._open_journal()
        self.journal.recover()
        self.bench.start_again(self.journal)
        assert len(self.bench.paper()) == before, "sent by itself"

    def _tidy(self) -> None:
        """As the desk does once a visit has ended, or before a receipt."""
        machine = self.bench.machine(self.journal)
        tries = TIDIED_WITHIN if self.garbled == "nothing" else ENDED_WITHIN
        for _ in range(tries):
            if not may_hang(machine) or void_leftover(machine) is None:
                break
            self.bench.wait(1.0)
        else:
            raise AssertionError("what hangs cannot be voided")
        if self.plan.tidied and sheet_may_lie(machine):
            void_sheet(machine, lambda: False)

    def _next_person(self) -> None:
        """The kiosk tries again while nothing could be sent."""
        self.cancelled = False
        for _ in range(TIDIED_WITHIN):
            if (end := self._print(NEXT, 2)) != "failed":
                break
            self.bench.wait(60)
        assert end == self.bench.good, f"the next job ends {end}"


@cache
def _empty_journal() -> bytes:
    """The file as a kiosk first makes it: to make it takes a third of a run."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        Journal(path, lambda: NOW).close()
        return path.read_bytes()


def crash(mocker: MockerFixture, plan: Plan, folder: Path) -> str:
    """Do a run; how it ended. An AssertionError names the plan."""
    run = Run(mocker, plan, folder)
    try:
        return run.go()
    except AssertionError as error:
        raise AssertionError(f"{error}\n{plan}") from error
    finally:
        run.bench.port.killed = False
        run.journal.close()
        run.bench.close()
        mocker.stopall()  # what was patched in would keep the benches of all runs in memory
