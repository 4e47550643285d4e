"""What a run of `make crash` needs of a printer, whatever its paper is.

A bench is one printer with its driver and its port on a virtual clock. Its process can die as
`kill -9` would end it: nothing is flushed, nothing is written down, the port keeps what it got.
"""

import random
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import Literal, cast

from kiosk.machine import Machine
from printing.fonts import FontChain
from printing.job import PrintedJob, Ticket
from printing.journal import Journal
from tests.printing.samples import FONTS

NOW = datetime(2026, 11, 22, 1, 43, tzinfo=UTC)
BLOCKS = 3
ROWS = ("aaa", "hhh")
FIRST, NEXT = "qw", "z"
"""The jobs: two copies of the first person's order, and the next person's paper. Letters that
stand nowhere else in a stream."""

_MARK = re.compile(r"VOID +(?:流水号 )?(\S+)$")

Keeps = Literal["nothing", "nothing or all", "anything"]


class KilledError(BaseException):
    """The process is gone: no handler of the code under test may hold this up."""


class Mortal:
    """What waits at a port: there the process dies."""

    killed = False

    def live(self) -> None:
        if self.killed:
            raise KilledError


@dataclass(frozen=True)
class Row:
    """One row on paper."""

    job: str
    """The letter of the job whose bytes made it; empty for a mark."""
    text: str
    piece: int
    """The sheet, or the piece of a roll."""
    void: bool


def rows_of(job: str, block: int) -> list[str]:
    """No row becomes another one when a bit of it flips or a byte is lost."""
    return [f"{job * 3} {row} {str(block) * 3}" for row in ROWS]


def rows_of_all(job: str) -> Counter[str]:
    return Counter(row for block in range(BLOCKS) for row in rows_of(job, block))


def job_in(text: str) -> str:
    """Whose row, or rest of a row, that is."""
    return next((letter for letter in FIRST + NEXT if letter in text), "")


def rows_on(sheets: Sequence[Sequence[str]]) -> list[Row]:
    """Rows of sheets in their order. A mark takes back what lies before it of its number."""
    rows: list[Row] = []
    voided: set[str] = set()
    for number, texts in reversed(list(enumerate(sheets))):
        for text in reversed(texts):
            if mark := _MARK.search(text):
                voided.add(mark[1])
            owner = "" if mark else job_in(text)
            rows.append(Row(owner, text, number, bool(mark) or owner in voided))
    return rows[::-1]


@cache
def fonts() -> FontChain:
    return FontChain.of(FONTS)


class Bench(ABC):
    """One printer on its port."""

    good: str
    """How a job ends where nothing fails."""
    keeps: Keeps
    """What of a job with unknown end may be on paper and not void: of a receipt the whole of it
    too, where the cut had left; of a printer that tells nothing anything, and staff are told."""
    port: Mortal
    printer: str
    """The journal's name of it."""
    limit: float
    """Seconds of virtual time in which an order has ended, whatever happens."""
    inside: range = range(0)
    """Bytes of a job that are dots of one picture, and so all alike to what strikes it."""

    @abstractmethod
    def clock(self) -> float: ...

    @abstractmethod
    def print(
        self, journal: Journal, job: str, ticket: Ticket, cancelled: Callable[[], bool]
    ) -> PrintedJob: ...

    @abstractmethod
    def at_byte(self, count: int, act: Callable[[], None]) -> None:
        """Do something when so many bytes of the next job have come to the printer."""

    @abstractmethod
    def after(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something so long after the next job's first byte."""

    @abstractmethod
    def soon(self, seconds: float, act: Callable[[], object]) -> None:
        """Do something so long from now."""

    @abstractmethod
    def wait(self, seconds: float) -> None: ...

    @abstractmethod
    def start_again(self, journal: Journal) -> None:
        """A new process, which has settled its journal, opens the port."""

    @abstractmethod
    def unschedule(self) -> None:
        """Whatever was to happen and has not does not."""

    @abstractmethod
    def repair(self) -> None:
        """Somebody takes the cause away, whatever it is."""

    def block_rows(self, job: str, block: int) -> list[str]:
        """The rows of a block, which are on paper where it is proven."""
        return rows_of(job, block)

    @abstractmethod
    def paper(self) -> list[Row]:
        """Every row that came out, in order."""

    @abstractmethod
    def machine(self, journal: Journal) -> Machine:
        """As much of a kiosk as tidies up."""

    @abstractmethod
    def bytes_sent(self) -> int:
        """Bytes that have come to the printer so far."""

    @abstractmethod
    def tear_off(self) -> None:
        """The holder takes what hangs at a roll."""

    @abstractmethod
    def finish(self) -> None:
        """All that is under way comes out."""

    @abstractmethod
    def close(self) -> None: ...


def machine_with(journal: Journal, **printers: object) -> Machine:
    kiosk = SimpleNamespace(id="03")
    return cast(
        "Machine",
        SimpleNamespace(
            journal=journal,
            now=lambda: NOW,
            settings=SimpleNamespace(kiosk=kiosk),
            rng=random.Random(1),
            fonts=fonts(),
            **{"receipt": None, "receipt_model": None, "report": None, **printers},
        ),
    )
