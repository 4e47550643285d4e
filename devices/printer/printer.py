"""The printer on a serial port: its state, and jobs of blocks with proof of paper."""

import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from devices.printer.blocks import Block
from devices.printer.descriptor import Lost, OnTraffic, Wait
from devices.printer.dialog import Dialog
from devices.printer.job import Job
from devices.printer.link import LineSettings, ReadLines, SerialLink
from devices.printer.models import PrinterModel
from devices.printer.open_picture import OpenPicture
from devices.printer.patience import CUTTER_RETRY_SECONDS
from devices.printer.plan import JobPlan
from devices.printer.probe import Disagreement, Probe, believed, disagreements, probe
from devices.printer.result import PrintResult, Progress, ignore, never
from devices.printer.state import (
    FIRST_LOOK_SECONDS,
    NEEDS,
    NEVER_SEEN,
    Absent,
    NeedsAttention,
    NoPort,
    Offline,
    PrinterState,
    Ready,
    Unknown,
)

__all__ = ["PrintResult", "Progress", "SerialPrinter"]


CLOSE_SECONDS = 6.0
"""So long a job that is cancelled by `close` may take to mark its paper as void."""


class SerialPrinter:
    """One printer; may be used from several threads, one of them prints at a time.

    The port is opened when first needed, and again after it went away, so the object lives as
    long as the kiosk. Name the port by `/dev/serial/by-id` or `by-path`: after re-plugging the
    kernel's own name may be another.
    """

    def __init__(
        self,
        port: str,
        model: PrinterModel,
        *,
        monotonic: Callable[[], float],
        hold_seconds: float = 60.0,
        wait: Wait | None = None,
        lines: ReadLines | None = None,
        on_traffic: OnTraffic | None = None,
    ) -> None:
        self._model = model
        self._monotonic = monotonic
        self._hold_seconds = hold_seconds
        self._link = SerialLink(
            port,
            LineSettings(model.baud, model.flow),
            monotonic,
            wait,
            lines=lines,
            on_traffic=on_traffic,
        )
        self._dialog: Dialog | None = None
        self._lock = threading.Lock()
        self._closing = False
        self._last_state: PrinterState = NEVER_SEEN
        self._held_by: str | None = None
        self._picture = OpenPicture(model)
        self._probe: Probe | None = None
        self._try_cutter_at = monotonic()
        # An id of an earlier run that is still on its way must not pass for one of ours.
        self._next_marker = int(monotonic()) % 10_000

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
        """Close the port; a job that runs is cancelled, and after `CLOSE_SECONDS` left alone.

        Only a callback of the job that does not return can keep this from its end.
        """
        self._closing = True
        try:
            if not self._lock.acquire(timeout=CLOSE_SECONDS):
                if (dialog := self._dialog) is not None:
                    dialog.lost = Lost("closed while a job ran")  # its next turn ends it
                self._lock.acquire()
            try:
                self._close()
            finally:
                self._lock.release()
        finally:
            self._closing = False

    def status(self) -> PrinterState:
        """Ask the printer how it is: milliseconds, or 0.3 s when it is silent.

        While a job runs, return what it waits for, else the state that was last asked for: the job
        watches the printer.
        """
        patience = FIRST_LOOK_SECONDS if self._last_state == NEVER_SEEN else 0.0
        if not self._lock.acquire(timeout=patience):
            return NEEDS.get(self._held_by or "", self._last_state)
        try:
            return self._status(lambda: self._closing)
        finally:
            self._lock.release()

    @property
    def probe(self) -> Probe | None:
        """What the printer said it is, since its port was opened; None until it was ready."""
        return self._probe

    @property
    def disagreements(self) -> tuple[Disagreement, ...]:
        """Where the printer is not what its profile says."""
        return disagreements(self._model, self._probe) if self._probe is not None else ()

    def _probe_once(self, dialog: Dialog) -> None:
        """Ask a ready printer what it is, once in each opening of its port.

        One that sent no markers although its profile says so is asked again before each job: it
        costs 0.3 s, and the reason may have gone.
        """
        if self._probe is not None and self._probe.markers is not False:
            return
        dialog.model = self._model
        found = probe(dialog, self._next_marker)
        self._next_marker = (self._next_marker + 1) % 10_000
        if isinstance(found, Probe):
            self._probe = found
        if self._probe is not None:
            dialog.model = believed(self._model, self._probe)

    def _status(self, stop: Callable[[], bool]) -> PrinterState:
        dialog = self._open()
        if isinstance(dialog, NoPort):
            self._last_state = dialog
            return dialog
        state = dialog.status()
        ended = not (isinstance(state, Ready) and self._picture.possible)
        if not (ended or self._picture.end(dialog, stop)):
            state = Absent(dialog.lost.detail) if dialog.lost else NeedsAttention("buffer")
        if isinstance(state, Ready) and self._probe is None:
            self._probe_once(dialog)
            state = dialog.status()
        if state == NeedsAttention("cutter") and self._model.enquiry:
            state = self._try_cutter(dialog, state)
        if isinstance(state, Absent):
            self._close()  # at once: the port's name stays taken while it is held
        elif isinstance(state, Unknown | Offline):
            self._link.drop_queued()  # or old questions would be answered when it is switched on
            self._picture.not_heard()
        self._last_state = state
        return state

    def _stopped_in_picture(self, stop: Callable[[], bool]) -> PrintResult | None:
        """The end of a job where a picture may still be open; None where the job can begin."""
        if not self._picture.possible:
            return None
        if not stop():
            state = self._status(stop)
            if isinstance(state, Unknown | Offline):  # by an XOFF that noise made: lifted now
                state = self._status(stop)
            if isinstance(state, Ready):
                return None
            if not stop():
                return PrintResult("failed", 0, 0, 0, state.code, "none")
        return PrintResult("cancelled", 0, 0, 0, None, "none")

    def clear(self) -> bool:
        """Have the printer forget what it has not printed; whether it says that it has.

        Not while a job runs: this waits for its end. Where a model cannot, or is silent, False.
        """
        if not self._model.clear:
            return False
        with self._lock:
            dialog = self._open()
            if isinstance(dialog, NoPort):
                return False
            dialog.release()
            if cleared := dialog.clear_buffer():
                return cleared
            self._link.drop_queued()
            if dialog.lost is not None:
                self._close()
            return False

    def _try_cutter(self, dialog: Dialog, state: PrinterState) -> PrinterState:
        """Have the cutter tried again, seldom: freed by hand, it waits for just that."""
        if self._monotonic() < self._try_cutter_at:
            return state
        self._try_cutter_at = self._monotonic() + CUTTER_RETRY_SECONDS
        return dialog.recover()

    def print_blocks(
        self,
        blocks: Sequence[Block],
        *,
        void: Sequence[Block],
        continued: Callable[[int], bytes] | None = None,
        on_progress: Callable[[Progress], None] = ignore,
        cancelled: Callable[[], bool] = never,
    ) -> PrintResult:
        """Print the blocks in order, each at most once, and return what is known afterwards.

        `void` marks the paper as void and, as its last block, cuts it once the mark is proven; it
        is printed when the job is cancelled after its first byte. `continued` makes the mark below
        which a job goes on that lost data: it voids all behind so many blocks, whose rows then
        come again. `on_progress` and `cancelled` are called from this thread, often.
        """

        def watch(step: Progress) -> None:
            self._held_by = step.hold
            on_progress(step)

        def stop() -> bool:
            return self._closing or cancelled()

        with self._lock:
            dialog = self._open(urgent=True)
            if isinstance(dialog, NoPort):
                self._last_state = dialog
                return PrintResult("failed", 0, 0, 0, dialog.code, "none")
            if (result := self._stopped_in_picture(stop)) is not None:
                return result
            self._probe_once(dialog)
            plan = JobPlan(
                blocks,
                void,
                continued,
                self._next_marker,
                watch,
                stop,
                self._hold_seconds,
            )
            job = Job(plan, dialog, self._monotonic)
            try:
                return self._run(job, dialog)
            finally:
                self._held_by = None
                self._next_marker = job.next_marker

    def _run(self, job: Job, dialog: Dialog) -> PrintResult:
        done = False
        try:
            result = job.run()
            done = dialog.lost is None
            if done and result.outcome not in ("confirmed", "sent"):
                self._picture.suspect()
                self._link.drop_queued()  # nothing of this job may leave with the next
        finally:
            dialog.end_job()
            if not done:
                self._close()
        return result

    def _open(self, *, urgent: bool = False) -> Dialog | NoPort:
        lost = self._link.open(urgent=urgent)
        if isinstance(lost, Lost):
            return lost.state
        if self._dialog is None:
            self._dialog = Dialog(self._link, self._model, self._monotonic)
        self._picture.end_size(self._dialog)
        return self._dialog

    def _close(self) -> None:
        self._link.close()
        self._picture.suspect()
        self._dialog = self._probe = None  # what was known about the printer ends with the port
