"""The laser printer on a serial port or on TCP port 9100: its state, and jobs of pages."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from types import TracebackType
from typing import Literal, Self

from devices.printer.blocks import Block
from devices.printer.descriptor import DescriptorLink, Lost
from devices.printer.models.page import PclModel
from devices.printer.pages.job import PagePlan, open_link
from devices.printer.pages.pcl import pdf_blocks
from devices.printer.pages.pjl_job import Left, PjlJob, PjlTools
from devices.printer.pages.xl import Ghostscript, Reason, XlError, xl_blocks
from devices.printer.result import PrintResult, Progress
from devices.printer.state import (
    FIRST_LOOK_SECONDS,
    NEVER_SEEN,
    Absent,
    Offline,
    PrinterState,
    TellsNothing,
    Unknown,
)

NO_PDF = "printer.no_pdf"
"""What was to be printed is no PDF."""
_log = logging.getLogger(__name__)


def _ignore(_: Progress) -> None:
    """Tell nobody."""


def _never() -> bool:
    return False


class PjlPrinter:
    """One printer; may be used from several threads, one of them prints at a time."""

    def __init__(
        self,
        link: DescriptorLink,
        model: PclModel,
        *,
        monotonic: Callable[[], float],
        pause: Callable[[float], object] | None = None,
        hold_seconds: float = 60.0,
        ghostscript: Ghostscript | None = None,
    ) -> None:
        """`pause` waits for so many seconds while a lost connection is tried again.

        With `ghostscript` documents go out in PCL XL; the model must speak it.
        """
        self._ghostscript = ghostscript
        self.xl_fault: Reason | None = None
        """What kept the last document from going out in PCL XL."""
        self._link = link
        self._model = model
        self._monotonic = monotonic
        self._pause = pause or threading.Event().wait
        self._hold_seconds = hold_seconds
        self._lock = threading.Lock()
        # A token or a job of an earlier run that is still on its way must not pass for ours.
        self._numbers = count(int(monotonic() * 10) % 1_000_000)
        self._left: Left = "doubt"
        self._void = b""  # what voids the pages that are left
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
        """Ask the printer how it is: milliseconds, or at most 4 s when it is silent.

        While a job runs, return the state that was last asked for: the job watches the printer.
        """
        patience = FIRST_LOOK_SECONDS if self._last_state == NEVER_SEEN else 0.0
        if not self._lock.acquire(timeout=patience):
            return self._last_state
        try:
            self._last_state = self._look()
            return self._last_state
        finally:
            self._lock.release()

    def _look(self) -> PrinterState:
        if isinstance(lost := self._link.open(), Lost):
            return lost.state
        plan = PagePlan((), b"", "", _ignore, _never, 0.0)
        state = PjlJob(plan, self._tools()).status()
        if isinstance(state, Absent):
            self._link.close()  # at once: the port's name stays taken while it is held
        elif isinstance(state, Unknown) and self._model.back_channel:
            self._link.drop_queued()  # or old questions would be answered when it is switched on
            if isinstance(self._last_state, Unknown | Offline):
                return Offline(state.noise)
        return state

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

        Each block is one page that stands alone: PCL from a reset to a form feed, or a session of
        PCL XL. `void` is a page of PCL, printed when the job is cancelled after its first byte.
        `leftover` is one that voids pages which an earlier process may have left: they are
        brought out, and it behind them, before the first, or alone where there are no blocks.
        `on_progress` and `cancelled` are called from this thread, often.
        """
        if not (blocks or leftover):
            return PrintResult("failed", 0, 0, 0, NO_PDF, "none")
        with self._lock:
            if (lost := open_link(self._link)) is not None:
                self._last_state = lost.state
                return PrintResult("failed", 0, 0, 0, lost.state.code, "none")
            if leftover:
                self._left = "pages"
            name = f"K{next(self._numbers):06d}"
            plan = PagePlan(
                blocks,
                void,
                name,
                on_progress,
                cancelled,
                self._hold_seconds,
                leftover or self._void,
            )
            return self._run(PjlJob(plan, self._tools()), plan)

    def make_pages(
        self, pdf: bytes, *, cancelled: Callable[[], bool] = _never
    ) -> tuple[Block, ...]:
        """Draw a document for `print_blocks`; what is no PDF has no pages.

        Once `cancelled`, which is asked before each page, only those that were drawn so far.
        """
        try:
            return self._pages(pdf, cancelled)
        except ValueError:
            return ()

    @property
    def tells_pages(self) -> bool:
        """Whether it says of each page when it is out."""
        return self._model.back_channel

    @property
    def pages(self) -> Literal["raster", "xl", "xl_off"]:
        """How documents are made; `xl_off`: the model speaks PCL XL, and nothing here writes it."""
        if self._ghostscript is not None:
            return "xl"
        return "xl_off" if self._model.pcl_xl else "raster"

    def _pages(self, pdf: bytes, cancelled: Callable[[], bool]) -> tuple[Block, ...]:
        """In PCL XL where it can be had, else as our own raster: the paper is the same."""
        if self._ghostscript is not None:
            self.xl_fault = None
            try:
                return xl_blocks(pdf, self._model.dpi, self._ghostscript, cancelled)
            except XlError as error:
                self.xl_fault = error.reason
                _log.warning("raster instead of PCL XL: %s", error.reason)
        return tuple(pdf_blocks(pdf, self._model, cancelled))

    def _run(self, job: PjlJob, plan: PagePlan) -> PrintResult:
        clean = False
        before = self._left, self._void
        self._left, self._void = "pages", plan.void if plan.blocks else plan.leftover
        try:
            result = job.run()
            clean = result.outcome in ("confirmed", "cancelled") or (
                result.reason == TellsNothing.code and not job.unfinished
            )
            if clean or not result.bytes_sent:
                done = result.bytes_sent or result.outcome == "confirmed"
                self._left, self._void = ("nothing", b"") if done else before
        finally:
            if not clean or job.link_lost:
                self._link.drop_queued()  # nothing of this job may leave with the next
                self._link.close()
        return result

    def _tools(self) -> PjlTools:
        tokens: Iterator[str] = (f"T{number:06d}" for number in self._numbers)
        return PjlTools(self._link, self._model, self._monotonic, self._pause, tokens, self._left)
