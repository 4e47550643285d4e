"""What the jobs of all page printers share: pump, count, hold, tell; no block is sent twice."""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from devices.printer.blocks import Block
from devices.printer.descriptor import DescriptorLink, Lost, Turn
from devices.printer.result import Evidence, Outcome, PrintResult, Progress
from devices.printer.state import PrinterState, Ready, TellsNothing, Unknown

TURN_SECONDS = 0.1
"""How soon a cancel is noticed."""
_LEAST_SECONDS = 0.001  # a shorter wait may be lost in the clock's rounding
ABSENT = "printer.absent"
BUFFER = "printer.buffer"
DATA_LOST = "printer.data_lost"
NOT_VOIDED = "printer.not_voided"
PAGES_MISSING = "printer.pages_missing"
"""The printer ended the job and counted other pages than were sent, or none came any more."""


@dataclass(frozen=True, slots=True)
class PagePlan:
    """What is to be printed, and under which conditions. A block is a page."""

    blocks: Sequence[Block]
    void: bytes
    """A page that marks those before it as void; printed after a cancel."""
    name: str
    """What the printer is told the job is called."""
    on_progress: Callable[[Progress], None]
    cancelled: Callable[[], bool]
    hold_seconds: float
    leftover: bytes = b""
    """What marks as void what an earlier job may have left there; empty: nothing is known of it."""


class Ended(Exception):  # noqa: N818 - not an error: leaves the nested waits with the outcome
    """The job is over."""

    def __init__(self, outcome: Outcome, reason: str | None, evidence: Evidence = "none") -> None:
        super().__init__(outcome)
        self.outcome = outcome
        self.reason = reason
        self.evidence = evidence


def stops(state: PrinterState) -> bool:
    """Whether nothing is to be sent in this state; a printer that shows nothing may be fine."""
    return not isinstance(state, Ready | Unknown | TellsNothing)


def open_link(link: DescriptorLink) -> Lost | None:
    """Open the port for a job; again, if it went away since it was last used."""
    if link.is_open and isinstance(link.turn(0.0), Lost):
        link.close()
    lost = link.open(urgent=True) or link.turn(0.0)
    if not isinstance(lost, Lost):
        return None
    link.close()  # at once: the port's name stays taken while it is held
    return lost


class PageJob(ABC):
    """Runs one plan once."""

    def __init__(
        self, plan: PagePlan, link: DescriptorLink, monotonic: Callable[[], float]
    ) -> None:
        self._plan = plan
        self._link = link
        self._monotonic = monotonic
        self._job_bytes = 0
        self._ends: list[int] = []  # job bytes at the end of each page that was queued
        self._queued = 0  # blocks among them
        self._first_byte_at: float | None = None
        self._last_byte_at: float | None = None
        self._moved_at = monotonic()
        self._told: Progress | None = None
        self._lost: Lost | None = None
        self._holding: str | None = None
        """The code of what the printer waits for."""
        self._voiding = False
        self.unfinished = 0
        """Length of the last page, while it is not known that all of it went out."""

    @abstractmethod
    def _print(self) -> NoReturn:
        """Print; every way out raises Ended."""

    @abstractmethod
    def _received(self, data: bytes) -> None:
        """Sort what came from the printer."""

    @abstractmethod
    def _confirmed(self) -> int:
        """Return the number of blocks proven to be on paper."""

    def run(self) -> PrintResult:
        """Print; every way out is a value."""
        try:
            self._print()
        except Ended as end:
            return self._result(end)

    def _result(self, end: Ended) -> PrintResult:
        outcome = end.outcome
        if outcome == "unknown" and self._job_bytes == 0:
            outcome = "failed"  # not one byte of the job reached even the kernel
        proven = outcome in ("confirmed", "sent")
        return PrintResult(
            outcome=outcome,
            bytes_sent=self._job_bytes,
            blocks_sent=self._blocks_sent(),
            blocks_confirmed=self._confirmed(),
            reason=end.reason,
            evidence=end.evidence,
            first_byte_at=self._first_byte_at,
            last_byte_at=self._last_byte_at,
            confirmed_at=self._monotonic() if proven and end.evidence != "none" else None,
        )

    def _blocks_sent(self) -> int:
        sent = bisect_right(self._ends, self._job_bytes)
        return min(sent, self._queued)

    def _queue_block(self, block: Block) -> None:
        self._queue_page(block.data)
        self._queued += 1

    def _queue_page(self, data: bytes) -> None:
        self._link.queue(data, job=True)
        self.unfinished = len(data)
        self._ends.append(self._job_bytes + self._link.queued_of_job)

    def _pump(self, timeout: float = TURN_SECONDS) -> None:
        """One turn of the link; count what it took and sort what came."""
        if self._lost is not None:
            return
        match self._link.turn(max(timeout, _LEAST_SECONDS)):
            case Lost() as lost:
                self._lost = lost
            case Turn(received, taken):
                if taken:
                    self._count(taken)
                if received:
                    self._received(received)
        self._tell()

    def _count(self, taken: int) -> None:
        now = self._last_byte_at = self._monotonic()
        self._note_progress()
        if self._first_byte_at is None:
            self._first_byte_at = now
        self._job_bytes += taken

    def _note_progress(self) -> None:
        """The printer took bytes or told of a page: it is at work."""
        self._moved_at = self._monotonic()

    def _pause(self, seconds: float) -> None:
        """Keep reading and writing for so long; leave early for a cancel, and for bytes taken."""
        until, before = self._monotonic() + seconds, self._job_bytes
        while (left := until - self._monotonic()) > 0 and self._lost is None:
            if self._cancel_wanted() or self._job_bytes != before:
                return
            self._pump(min(left, TURN_SECONDS))

    @property
    def link_lost(self) -> bool:
        """Whether the port went away under the job."""
        return self._lost is not None

    def _drained(self) -> bool:
        """Whether all that was queued has left, as far as this side can see."""
        if self._link.queued or self._link.unsent():
            return False
        return self._monotonic() >= self._link.wire_clear_at

    def _cancel_wanted(self) -> bool:
        return not self._voiding and self._plan.cancelled()

    def _tell(self) -> None:
        progress = Progress(
            self._blocks_sent(),
            self._confirmed(),
            len(self._plan.blocks),
            self._job_bytes,
            self._holding,
        )
        if progress != self._told:
            self._told = progress
            self._plan.on_progress(progress)
