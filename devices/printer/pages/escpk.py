"""Pages on a 24-pin printer: it never says that it printed, only whether it is ready."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import NoReturn, Self

from devices.printer.blocks import Block
from devices.printer.descriptor import DescriptorLink, Lost
from devices.printer.models.page import EscpkModel
from devices.printer.pages.job import (
    ABSENT,
    BUFFER,
    DATA_LOST,
    NOT_VOIDED,
    TURN_SECONDS,
    Ended,
    PageJob,
    PagePlan,
    open_link,
    stops,
)
from devices.printer.pages.readiness import Readiness
from devices.printer.pages.void_mark import void_rest
from devices.printer.result import PrintResult, Progress
from devices.printer.state import (
    FIRST_LOOK_SECONDS,
    NEVER_SEEN,
    NeedsAttention,
    PrinterState,
    TellsNothing,
)

_POLL_SECONDS = 0.5
_LONGEST_COMMAND = 8704
"""ESC * at 360 columns an inch over 8 inches, three bytes a column, rounded up."""
_END_OF_LINE = b"\x18\r"
"""CAN and CR: drop what is left of a line."""
FIRST_OF_PROCESS = -1
"""Nothing is known of what an earlier process may have broken off."""


def _ignore(_: Progress) -> None:
    """Tell nobody."""


def _never() -> bool:
    return False


class EscpkJob(PageJob):
    """One job; ends at most as `sent`, `drained`: taken while ready, and ready ever since."""

    def __init__(
        self,
        plan: PagePlan,
        link: DescriptorLink,
        readiness: Readiness,
        model: EscpkModel,
        monotonic: Callable[[], float],
        resume: int,
    ) -> None:
        """`resume`: length of a page that an earlier job broke off; 0 for none."""
        super().__init__(plan, link, monotonic)
        self._readiness = readiness
        self._model = model
        self._resume = resume
        self._tells = readiness.tells()
        self._power_lost = False

    def _received(self, data: bytes) -> None:
        """Drop it: a printer of this class has nothing to say."""

    def _confirmed(self) -> int:
        return 0

    def _print(self) -> NoReturn:
        self._check()
        if not (self._plan.blocks or self._plan.leftover or self._resume > 0):
            raise Ended("failed", None)  # there is nothing to print, and nothing to void
        if self._resume or self._plan.leftover:
            self._end_old_page()
        for block in self._plan.blocks:
            self._wait_ready()
            self._queue_block(block)
            self._drain()
        self._settle()
        if not self._tells:
            raise Ended("unknown", TellsNothing.code)
        raise Ended("sent", None, "drained")

    def _check(self) -> None:
        """Begin on a ready printer only; one that still prints an earlier job may take a while."""
        if self._plan.cancelled():
            raise Ended("cancelled", None)
        until = self._monotonic() + self._model.stall_seconds
        while stops(state := self._readiness.state()):
            busy = isinstance(state, NeedsAttention) and state.code == BUFFER
            if not busy or self._monotonic() >= until:
                raise Ended("failed", state.code)
            self._pause(_POLL_SECONDS)
            self._end_if_lost()
            if self._cancel_wanted():
                raise Ended("cancelled", None)

    def _end_old_page(self) -> None:
        """Close the command that an earlier job broke off, and mark its sheet as void.

        Empty bytes complete an image as white, and mean nothing where none is open; once as many
        are taken as its memory holds, all that stood there before has been printed. They take
        seconds, so a cancel is heeded between them. Where nothing is known to lie in the printer
        no sheet is spent. Without blocks this is all of the job.
        """
        known = self._resume > 0
        empty = min(self._resume, _LONGEST_COMMAND) if known else _LONGEST_COMMAND
        filler = bytes(max(empty, self._model.buffer_bytes))
        self._link.queue(filler + _END_OF_LINE, job=False)
        self._drain()
        if known or self._plan.leftover:
            self._voiding = alone = not self._plan.blocks
            self._link.queue(self._plan.leftover or void_rest(), job=alone)
            self._drain()

    def _wait_ready(self) -> None:
        if stops(state := self._readiness.state()):
            self._hold(state)

    def _drain(self) -> None:
        """Let everything queued go out, however long the printer takes, while it makes progress."""
        asked_at = self._moved_at = self._monotonic()
        gone = self._gone()
        while not self._drained():
            self._step()
            if self._gone() != gone:
                gone, self._moved_at = self._gone(), self._monotonic()
            if max(self._moved_at, asked_at) + _POLL_SECONDS > self._monotonic():
                continue
            asked_at = self._monotonic()
            state = self._readiness.state()
            if not stops(state) or state.code == BUFFER:
                if self._monotonic() - self._moved_at > self._model.stall_seconds:
                    self._hold(NeedsAttention("buffer"))
            else:
                self._hold(state)
        self.unfinished = 0

    def _step(self) -> None:
        self._end_if_lost()
        if self._cancel_wanted():
            self._cancel()
        self._pump(TURN_SECONDS)

    def _gone(self) -> int:
        """Bytes that have left, those before the job too, as far as this side can see."""
        return self._link.position - self._link.queued - self._link.unsent()

    def _pump(self, timeout: float = TURN_SECONDS) -> None:
        super()._pump(timeout)
        if self._job_bytes and self._readiness.power_seen() is False:
            self._power_lost = True

    def _end_if_lost(self) -> None:
        if self._lost is not None:
            raise Ended("unknown", ABSENT)
        if self._power_lost:
            self._link.drop_queued()
            raise Ended("unknown", DATA_LOST)  # without power its memory is empty

    def _hold(self, state: PrinterState) -> None:
        """Wait for somebody to come to the printer; it goes on by itself with what it has."""
        until = self._monotonic() + self._plan.hold_seconds
        before = self._gone()
        while self._monotonic() < until:
            self._holding = state.code
            self._tell()
            self._pause(min(_POLL_SECONDS, until - self._monotonic()))
            self._end_if_lost()
            if self._cancel_wanted():
                self._holding = None
                self._cancel()
            now = self._readiness.state()
            if not stops(now) and (self._gone() != before or self._drained()):
                self._holding = None
                self._moved_at = self._monotonic()
                return
            state = now if stops(now) else NeedsAttention("buffer")
        self._link.drop_queued()
        raise Ended("unknown", state.code)

    def _settle(self) -> None:
        """Stay and see that no fault stops the rest."""
        until = self._monotonic() + self._model.settle_seconds
        latest = until + self._plan.hold_seconds
        while self._monotonic() < until:
            self._step()
            if stops(state := self._readiness.state()):
                if self._monotonic() > latest:
                    raise Ended("unknown", state.code)
                self._hold_busy(state)
                until = self._monotonic() + self._model.settle_seconds

    def _hold_busy(self, state: PrinterState) -> None:
        """Give a full buffer its time before it counts as a fault."""
        until = self._monotonic() + self._model.stall_seconds
        while state.code == BUFFER and self._monotonic() < until:
            self._step()
            if not stops(state := self._readiness.state()):
                return
        self._hold(state)

    def _cancel(self) -> NoReturn:
        """Finish the page that was begun, as half a command would spoil the next, and void it."""
        if self._job_bytes == 0:
            self._link.drop_queued()
            raise Ended("cancelled", None)
        self._voiding = True
        self._drain()
        self._queue_page(self._plan.void)
        self._drain()
        self._settle()
        if self._tells:
            raise Ended("cancelled", None, "drained")
        raise Ended("unknown", NOT_VOIDED)


class EscpkPrinter:
    """One 24-pin printer; may be used from several threads, one of them prints at a time."""

    def __init__(
        self,
        link: DescriptorLink,
        readiness: Readiness,
        model: EscpkModel,
        *,
        monotonic: Callable[[], float],
        hold_seconds: float = 60.0,
    ) -> None:
        self._link = link
        self._readiness = readiness
        self.model = model
        self._monotonic = monotonic
        self._hold_seconds = hold_seconds
        self._lock = threading.Lock()
        self._unfinished = FIRST_OF_PROCESS
        self._last_state: PrinterState = NEVER_SEEN

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the port, at once, whatever the printer does."""
        with self._lock:
            self._link.close()

    def status(self) -> PrinterState:
        """Look at the printer; nothing is sent. While a job runs, what was seen before it."""
        patience = FIRST_LOOK_SECONDS if self._last_state == NEVER_SEEN else 0.0
        if not self._lock.acquire(timeout=patience):
            return self._last_state
        try:
            self._last_state = self._look()
            return self._last_state
        finally:
            self._lock.release()

    def _look(self) -> PrinterState:
        lost = self._link.open() or self._link.turn(0.0)
        if isinstance(lost, Lost):
            self._link.close()  # at once: the port's name stays taken while it is held
            return lost.state
        return self._readiness.state()

    def print_blocks(
        self,
        blocks: Sequence[Block],
        *,
        void: bytes,
        leftover: bytes = b"",
        on_progress: Callable[[Progress], None] = _ignore,
        cancelled: Callable[[], bool] = _never,
    ) -> PrintResult:
        """Print the pages in order, each at most once, and return what is known afterwards.

        `void` is a page that marks those before it as void; it is printed when the job is
        cancelled after its first byte. `leftover` marks as void and ejects a sheet that an earlier
        process may have left half printed: before the first page, or alone where there are no
        blocks. `on_progress` and `cancelled` are called from this thread.
        """
        with self._lock:
            if (lost := open_link(self._link)) is not None:
                self._last_state = lost.state
                return PrintResult("failed", 0, 0, 0, lost.state.code, "none")
            plan = PagePlan(blocks, void, "", on_progress, cancelled, self._hold_seconds, leftover)
            job = EscpkJob(
                plan,
                self._link,
                self._readiness,
                self.model,
                self._monotonic,
                self._unfinished,
            )
            return self._run(job)

    def _run(self, job: EscpkJob) -> PrintResult:
        clean = False
        before, self._unfinished = self._unfinished, _LONGEST_COMMAND  # should it never return
        try:
            result = job.run()
            drained = result.reason == TellsNothing.code and not job.unfinished
            clean = drained or result.outcome in ("sent", "cancelled", "failed")
            self._unfinished = job.unfinished if result.bytes_sent else before
        finally:
            if not clean or job.link_lost:
                self._link.close()  # nothing of this job may leave with the next
        return result
