"""Receipt printers for `make crash`: rows of text, and pictures where the printer has no hanzi."""

from collections.abc import Callable, Sequence
from functools import cache

from pytest_mock import MockerFixture

from devices.printer.blocks import Block
from devices.printer.commands import BAND_ROWS, ECHO, STATUS
from devices.printer.models import PrinterModel
from devices.printer.printer import SerialPrinter
from devices.printer.simulated.faults import Fault
from devices.printer.simulated.ledger import VOID, LedgerRow
from kiosk.leftover import void_mark
from kiosk.machine import Machine
from printing.encode.escpos import continued_bytes
from printing.encode.picture import PICTURE
from printing.job import PrintedJob, Ticket, print_receipt
from printing.journal import Journal
from tests.devices.printer.desk import Desk
from tests.devices.printer.test_every_fault import repair
from tests.faults.bench import (
    BLOCKS,
    FIRST,
    NEXT,
    Bench,
    Mortal,
    Row,
    fonts,
    machine_with,
    rows_of,
)

HOLD_SECONDS = 3.0
AFTER_A_JOB = 2.0
HANZI = " 行"
RULE = "\u2500 "
"""Stands in a mark and is no row: nobody has to take it back."""
CELL = b"\x1b*\x21\x18\x00" + b"\xff" * 72 + b"\n"
"""A picture that would take the whole mark for its dots."""


SLOW = b"\x1bJ\x28" * 8
"""40 mm, which are more than a printer reads ahead: what is asked behind them is answered late."""


class MortalDesk(Mortal, Desk):
    """A desk whose process can die; the port keeps what the process gave it."""

    def wait(self, fd: int, want_write: bool, timeout: float) -> tuple[bool, bool]:
        ready = super().wait(fd, want_write, timeout)
        self.live()
        return ready

    def _flush(self, fd: int, queue: int) -> None:
        if not self.killed:
            super()._flush(fd, queue)


class RollBench(Bench):
    """A receipt printer."""

    printer = "receipt"
    keeps = "nothing or all"
    limit = 80.0

    def __init__(
        self,
        model: PrinterModel,
        mocker: MockerFixture,
        fault: Fault | None,
        *,
        paper_takes_time: bool,
    ) -> None:
        self.good = "confirmed" if model.marker else "sent"
        self.desk = self.port = MortalDesk(
            mocker, model, print_timing=paper_takes_time, hold_seconds=HOLD_SECONDS
        )
        self._fault = fault
        self.inside = self._band()
        self.desk.was_looked_into()
        self.desk.printer.status()

    def clock(self) -> float:
        return self.desk.clock.now

    def print(
        self, journal: Journal, job: str, ticket: Ticket, cancelled: Callable[[], bool]
    ) -> PrintedJob:
        self.desk.sim.begin_job(job)
        return print_receipt(
            journal,
            self.desk.printer,
            self._blocks(job),
            ticket,
            void=void_mark(self.desk.model, fonts(), job),
            continued=None if self.desk.model.rom == "none" else continued_bytes,
            cancelled=cancelled,
        )

    def _blocks(self, job: str) -> list[Block]:
        """Three blocks of rows, and the cut in one of its own, as the encoders make them.

        One of them ends in a character that the ROM lacks, where the buffer cannot be cleared.
        """
        drawn = self.desk.model.rom == "none"
        rare = CELL if not (drawn or self.desk.model.clear) else b""
        slow = b"" if self.desk.model.clear else SLOW
        made = []
        for number in range(BLOCKS):
            rows = rows_of(job, number)
            data = b"" if number else b"\x1b@"
            data += _drawn(rows) if drawn else _written(rows)
            data += slow + (rare if number == 1 else b"")
            made.append(Block(data, f"block {number + 1}", len(rows)))
        end = b"\x1dVB\x00" if self.desk.model.cut else b"\n\n\n"
        return [*made, Block(b"\n\n\n" + end, "cut")]

    def _band(self) -> range:
        """That of the first job's second block; before it stand questions and a block."""
        if self.desk.model.rom != "none":
            return range(0)
        asked = sum(len(STATUS[n]) for n in self.desk.model.queries)
        first = len(self._blocks(FIRST[0])[0].data)
        proof = len(ECHO[self.desk.model.echo]) + len(STATUS[2])
        start = asked + first + proof + len(PICTURE) + 4
        across, high = _SIZES[rows_of(FIRST[0], 1)[0]]
        return range(start + 8, start + across * high - 8)

    def at_byte(self, count: int, act: Callable[[], None]) -> None:
        self.desk.sim.schedule("byte", count, act)

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        self.desk.after(seconds, act)

    def soon(self, seconds: float, act: Callable[[], object]) -> None:
        self.desk.sim.schedule("second", seconds, act)

    def wait(self, seconds: float) -> None:
        self.desk.run(seconds)

    def start_again(self, journal: Journal) -> None:
        self.desk.printer = SerialPrinter(
            "/dev/printer",
            self.desk.model,
            monotonic=self.desk.clock,
            hold_seconds=HOLD_SECONDS,
            wait=self.desk.wait,
            lines=self.desk.sim.lines,
        )

    def unschedule(self) -> None:
        self.desk.sim.unschedule()
        self.desk.at_time.clear()

    def repair(self) -> None:
        if self._fault is not None:
            repair(self.desk, self._fault)

    def paper(self) -> list[Row]:
        """Of a printer that gets pictures, a row is known by its width, and the mark by its."""
        rows = self.desk.sim.ledger()
        if self.desk.model.rom != "none":
            return [_row(row) for row in rows if row.text.strip(RULE)]
        marks = {_mark(self.desk.model, letter): letter for letter in FIRST}
        found: list[Row] = []
        voided: set[str] = set()
        for row in reversed(rows):
            if mark := marks.get(row.text):
                voided.add(mark)
            text = _NAMES.get(row.text, row.text)
            owner = "" if mark else row.job
            found.append(Row(owner, text, row.piece, bool(mark) or owner in voided))
        return found[::-1]

    def machine(self, journal: Journal) -> Machine:
        return machine_with(journal, receipt=self.desk.printer, receipt_model=self.desk.model)

    def bytes_sent(self) -> int:
        return self.desk.sim.wire_bytes

    def tear_off(self) -> None:
        self.desk.sim.tear_off()

    def finish(self) -> None:
        self.desk.run(AFTER_A_JOB)

    def close(self) -> None:
        self.desk.close()


def _row(row: LedgerRow) -> Row:
    owner = "" if VOID in row.text else row.job
    return Row(owner, row.text.removesuffix(HANZI), row.piece, row.void)


def _written(rows: Sequence[str]) -> bytes:
    return b"\x1c&" + "".join(f"{row}{HANZI}\n" for row in rows).encode("gb18030")


_ROWS = [row for job in FIRST + NEXT for block in range(BLOCKS) for row in rows_of(job, block)]
_BANDS = {rows_of(job, 1)[0] for job in FIRST + NEXT}
"""Rows that are as high as the longest picture that is sent, and wide: they take a mark whole."""
_SIZES = {
    row: (width, BAND_ROWS if row in _BANDS else 1)
    for row, width in zip(
        _ROWS, (width for width in range(48, 0, -1) if width.bit_count() % 2 == 0), strict=False
    )
}
"""Bytes across, and rows of dots: none becomes another when a bit of it flips."""
_NAMES = {f"[image {8 * across}x{high}]": row for row, (across, high) in _SIZES.items()}


def _drawn(rows: Sequence[str]) -> bytes:
    """A black bar for each row; no two rows of a run have bars of the same width."""
    return b"".join(
        PICTURE + bytes((across, 0, high, 0)) + b"\xff" * across * high
        for across, high in map(_SIZES.__getitem__, rows)
    )


@cache
def _mark(model: PrinterModel, job: str) -> str:
    """The last picture of the mark that voids a job; that of another one has another size."""
    last = void_mark(model, fonts(), job)[0].data.rpartition(PICTURE)[2]
    across, rows = int.from_bytes(last[:2], "little"), int.from_bytes(last[2:4], "little")
    return f"[image {8 * across}x{rows}]"
