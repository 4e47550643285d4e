"""The promises, looked at after every event; what is broken is an AssertionError with its name."""

import logging
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import reduce
from itertools import islice
from operator import or_

from archive.model import AuditKind
from devices.printer.blocks import Block
from devices.printer.simulated.ledger import LedgerRow
from devices.printer.simulated.printer import SimulatedPrinter
from kiosk.faults import UNEXPECTED
from kiosk.logs import JsonLines
from kiosk.visit.state import (
    Forgotten,
    InVisit,
    Menu,
    Preview,
    Printing,
    Problem,
    Reading,
    Resting,
    State,
    TakeCard,
    Waiting,
)
from printing.encode.escpos import continued_bytes
from tests.simulate.daemon import Daemon
from tests.simulate.world import World

BLANK_SECONDS = 1.0
LONGEST_PRINT = 600.0
"""Of virtual time: patience with a person, with a silent printer, the paper, a void mark."""
_BUGS = ("visit.bug", "worker.failed", "thread.failed", UNEXPECTED)
"""Only bugs are said so: a fault has a code of its own."""
_DECORATION = "─ "
_UNSERVED = Reading | Waiting | Problem | TakeCard | Forgotten
"""Nothing is shown to who comes, yet or any more."""


class Heard(logging.Handler):
    """Every line of the log as it would be written, searched for what must not be in it."""

    def __init__(self, secrets: frozenset[str]) -> None:
        super().__init__(logging.DEBUG)
        self._secrets = secrets
        self._lines = JsonLines()
        self.leaked: list[str] = []
        self.bugs: list[str] = []
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Look at one line."""
        line = self._lines.format(record)
        self.count += 1
        if any(secret in line for secret in self._secrets):
            self.leaked.append(line)
        if any(f'"{bug}"' in line for bug in _BUGS):
            self.bugs.append(line)


@dataclass
class Paper:
    """One job as it was handed to the printer."""

    name: str
    generation: int
    blocks: list[Block] = field(repr=False)
    serial: str = ""


class Promises:
    """Knows what has happened in the hall, and looks whether the kiosk keeps its word."""

    def __init__(self, world: World, secrets: frozenset[str]) -> None:
        self._world = world
        self.heard = Heard(secrets)
        self.papers: list[Paper] = []
        self.holders: dict[int, str] = {}
        """Generation of an insertion -> whose card it is."""
        self.out_at: dict[int, float] = {}
        self.since = world.clock.now
        self.state_kind: type[State] | None = None
        self._owners: dict[str, int] = {}
        """Name of a job in the printer's ledger -> generation of its visit; 0: nobody's."""
        self._rows_seen = 0
        self._served = 0
        """Generation of who is served; 0: nobody."""
        self._strange = ""
        mark = expected_rows(world, [Block(continued_bytes(1), "mark")])
        self._marks = {_unnumbered(text) for text in mark}
        self.audited_to = 0
        self.checked = 0

    # --- what happens ---

    def begin_paper(self, daemon: Daemon, blocks: list[Block]) -> None:
        """A job's first byte goes out after this."""
        job = daemon.machine.journal.jobs()[0]
        assert job.state in ("queued", "sending"), "a byte goes out that no journal knows of"
        name = f"{len(self.papers)}:{job.order.serial}"
        self.papers.append(Paper(name, job.order.generation, blocks, job.order.serial))
        self._owners[name] = job.order.generation
        self._world.sim.begin_job(name)

    def saw(self, state: State) -> None:
        """The screen changes: what came out up to now came out before whom it showed till now."""
        self._see_rows()
        generation = getattr(state, "generation", 0)
        if isinstance(state, _UNSERVED) and generation != self._served:
            self._served = 0  # whose card is read, or was refused, has not been let in
        else:
            self._served = generation

    def _see_rows(self) -> None:
        rows = self._world.sim._controller.ledger._rows
        for job, _, _ in islice(rows, self._rows_seen, None):
            owner = self._owners.get(job, 0)
            if owner and self._served and owner != self._served:
                self._strange = f"a row of visit {owner} comes out in visit {self._served}"
        self._rows_seen = len(rows)

    # --- after every event ---

    def check(self, daemon: Daemon, state: State) -> None:
        """All that can be seen from outside at this moment."""
        self.checked += 1
        assert not self.heard.leaked, f"in a log: {len(self.heard.leaked)} lines"
        assert not self.heard.bugs, self.heard.bugs[0]
        self._memory_is_the_holders(daemon, state)
        self._nothing_of_who_has_left(daemon, state)
        self._look_is_audited(daemon, state)
        self._nothing_hangs(daemon, state)
        self._see_rows()
        assert not self._strange, self._strange

    def _memory_is_the_holders(self, daemon: Daemon, state: State) -> None:
        memory = daemon.desk.memory
        if memory is None:
            return
        assert not isinstance(state, Resting), f"{type(state).__name__} remembers somebody"
        assert memory.generation == state.generation, "memory of another generation"
        for records in tuple(memory.records.values()):
            person = records.material.person
            assert person is not None
            assert person.name == self.holders[memory.generation], "another person's records"

    def _nothing_of_who_has_left(self, daemon: Daemon, state: State) -> None:
        now = self._world.clock.now
        shown = getattr(state, "generation", 0)
        for generation, at in self.out_at.items():
            if generation == shown and now - at > BLANK_SECONDS:
                raise AssertionError("a card is out for a second, and its visit goes on")
        for generation in [one for one, at in self.out_at.items() if now - at > 60]:
            del self.out_at[generation]

    def _look_is_audited(self, daemon: Daemon, state: State) -> None:
        if isinstance(state, Reading) and self.state_kind is not Reading:
            self.audited_to = self._last_row(daemon)
        if isinstance(state, Menu | Preview) and state.generation > 0:
            rows = daemon.machine.store.audit_rows(after=self.audited_to)
            assert any(row.kind == AuditKind.RECORDS_READ for row in rows), "a look without a row"

    @staticmethod
    def _last_row(daemon: Daemon) -> int:
        return max((row.sequence for row in daemon.machine.store.audit_rows()), default=0)

    def _nothing_hangs(self, daemon: Daemon, state: State) -> None:
        now = self._world.clock.now
        if type(state) is not self.state_kind:
            self.state_kind, self.since = type(state), now
        late = daemon.machine.progress.late()
        assert not late, f"these loops hang: {late}"
        if isinstance(state, Printing):
            assert now - self.since < LONGEST_PRINT, "a paper without an end"

    # --- between visits ---

    def check_paper(self, daemon: Daemon) -> None:
        """The journal's claims against the printer's own ledger; whose paper came when."""
        rows = self._world.sim.ledger()
        jobs = {job.order.serial: job for job in daemon.machine.journal.jobs()}
        order = {paper.name: at for at, paper in enumerate(self.papers)}
        self._one_after_another(rows, order)
        for paper in self.papers:
            job = jobs.get(paper.serial)
            assert job is not None, "paper without a job"
            assert job.state not in ("queued", "sending"), f"left {job.state}"
            own = [row for row in rows if row.job == paper.name]
            self._each_row_once(paper, own, job.state)
        self.papers = [paper for paper in self.papers if jobs[paper.serial].state == "unknown"][-1:]

    def _one_after_another(self, rows: tuple[LedgerRow, ...], order: dict[str, int]) -> None:
        last = -1
        for row in rows:
            at = order.get(row.job, -1)
            assert at >= last or at < 0, "an earlier paper came out in a later one"
            last = max(last, at)

    def _each_row_once(self, paper: Paper, own: list[LedgerRow], state: str) -> None:
        expected = expected_rows(self._world, paper.blocks)
        valid = Counter(row.text for row in own if not row.void and _counts(row.text))
        # Where a job goes on behind lost rows, a mark says so.
        valid -= Counter({t: valid[t] for t in valid if _unnumbered(t) in self._marks})
        if valid - expected and not paper.generation:
            valid -= rows_of_ends(self._world, paper.blocks)
        twice = valid - expected
        assert not twice, f"{sum(twice.values())} rows twice or foreign, and not void"
        if state == "failed":
            assert not own, "failed, and yet there is paper"
        if state == "cancelled":
            assert not valid, "cancelled, and not void"
        if state == "unknown":
            assert not valid or valid == expected, "a part of the rows, and not void"
        if state in ("confirmed", "sent"):
            assert valid == expected, (
                f"{state}, and {sum((expected - valid).values())} rows missing"
            )


def _unnumbered(text: str) -> str:
    """A mark names the row from which it goes on, in the middle of its line."""
    return re.sub(r"\d+", "0", text.strip())


def _counts(text: str) -> bool:
    return bool(text.strip(_DECORATION))


def rows_of_ends(world: World, blocks: list[Block]) -> Counter[str]:
    """What may be left of a void mark in which the power failed: the rest of it, from any byte."""
    mark = b"".join(block.data for block in blocks)
    ends = (expected_rows(world, [Block(mark[at:], "end")]) for at in range(1, len(mark)))
    return reduce(or_, ends, Counter())


def expected_rows(world: World, blocks: list[Block]) -> Counter[str]:
    """What the same bytes print on a printer that nothing happens to."""
    printer = SimulatedPrinter(world.model, monotonic=lambda: 0.0, port_bytes=1 << 20)
    printer.open_port("none")
    for block in blocks:
        for at in range(0, len(block.data), 512):
            printer.receive(block.data[at : at + 512])
            printer.advance()
    return Counter(row.text for row in printer.ledger() if _counts(row.text) and not row.void)


def in_visit(state: State) -> bool:
    """Whether somebody is being served."""
    return isinstance(state, InVisit)
