"""A PDF on a queue: handed over once, then watched until its paper is proven or time is up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from types import TracebackType
from typing import NoReturn, Self, TypeVar

from devices.printer.models.page import IppModel
from devices.printer.pages.ipp_http import (
    Exchange,
    HttpExchange,
    HttpLost,
    parse_address,
)
from devices.printer.pages.ipp_queue import JobReport, JobState, Queue, Refused
from devices.printer.pages.ipp_unended import Unended
from devices.printer.pages.job import ABSENT, NOT_VOIDED, PAGES_MISSING, Ended
from devices.printer.pages.pdf import page_count
from devices.printer.result import PrintResult
from devices.printer.state import Absent, NeedsAttention, PrinterState, Ready

REFUSED = "printer.refused"
"""The queue answered and did not take the job."""
ABORTED = "printer.job_aborted"
"""The job was aborted or cancelled at the printer or at the queue."""
_JOB_WAITS = NeedsAttention("job_waits")
_CANCEL_SECONDS = 5.0
"""How long a job is cancelled again and again, before somebody else's turn comes."""
_CANCEL_AGAIN_SECONDS = 0.5

_Seen = TypeVar("_Seen")


def _never() -> bool:
    return False


class IppPrinter:
    """One queue; may be used from several threads, one of them prints at a time.

    A job that has not been seen to end is remembered: it is cancelled at each look until it has,
    and nothing else is handed over before.
    """

    def __init__(
        self,
        uri: str,
        model: IppModel,
        *,
        monotonic: Callable[[], float],
        pause: Callable[[float], object] | None = None,
        exchange: Exchange | None = None,
        hold_seconds: float = 60.0,
    ) -> None:
        """`pause` waits for so many seconds between two looks at a job."""
        address = parse_address(uri)
        self._model = model
        self._monotonic = monotonic
        self._pause = pause or threading.Event().wait
        self._exchange = exchange or HttpExchange(address, monotonic)
        self._queue = Queue(address.uri, self._exchange)
        self._unended = Unended(self._queue)
        self._hold_seconds = hold_seconds
        self._lock = threading.Lock()

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
        """Nothing is kept open between two requests."""

    def expect(self, names: Collection[str]) -> None:
        """Jobs of an earlier process may wait in the queue under these job-names."""
        self._unended.expect(names)

    def only(self, names: Collection[str]) -> None:
        """Jobs of other names are none of ours any more: a person has said what became of them."""
        if self._lock.acquire(blocking=False):  # else a job is under way, and has its end to come
            try:
                self._unended.only(names)
            finally:
                self._lock.release()

    @property
    def may_come(self) -> bool:
        """Whether pages of an earlier job may still come out."""
        return bool(self._unended)

    def status(self) -> PrinterState:
        """Ask the queue how its printer is; what an earlier job left there is cancelled first."""
        state = self._queue.printer_state()
        if not self._unended or isinstance(state, Absent):
            return state
        if not self._lock.acquire(blocking=False):
            return state  # a job is under way: it watches itself
        try:
            return self._queue.printer_state() if self._unended.cancel_all() else _JOB_WAITS
        finally:
            self._lock.release()

    def print_pdf(
        self, pdf: bytes, name: str, *, cancelled: Callable[[], bool] = _never
    ) -> PrintResult:
        """Print one document; `name` is its job-name and carries no personal data.

        The one block of the result is the whole document. `confirmed` needs a completed job that
        counted exactly its pages, on a printer that counts its sheets itself and is without an
        error: evidence `impressions`.
        """
        with self._lock:
            job = _Job(
                self._queue, self._unended, self._model, self._monotonic, self._pause, cancelled
            )
            return job.run(pdf, name, self._hold_seconds)


class _Job:
    """One document on its way."""

    def __init__(
        self,
        queue: Queue,
        unended: Unended,
        model: IppModel,
        monotonic: Callable[[], float],
        pause: Callable[[float], object],
        cancelled: Callable[[], bool],
    ) -> None:
        self._queue = queue
        self._unended = unended
        self._name = ""
        self._model = model
        self._monotonic = monotonic
        self._pause = pause
        self._cancelled = cancelled
        self._job: int | None = None
        self._seen: JobReport | None = None
        self._progress_at = self._held_since = self._latest = 0.0
        self._hold_seconds = 0.0

    def run(self, pdf: bytes, name: str, hold_seconds: float) -> PrintResult:
        self._name, self._hold_seconds = name, hold_seconds
        first = last = None
        try:
            self._check()
            first = self._monotonic()
            self._hand_over(pdf)
            last = self._monotonic()
            self._watch(page_count(pdf))
        except Ended as end:
            proven = end.outcome in ("failed", "cancelled")  # then nothing of it is on paper
            confirmed = int(end.outcome == "confirmed")
            at = self._monotonic() if confirmed else None
            return PrintResult(
                end.outcome,
                0 if proven else len(pdf),
                int(self._job is not None and not proven),
                confirmed,
                end.reason,
                end.evidence,
                first,
                last,
                at,
            )
        raise AssertionError("a watched job always ends")

    def _check(self) -> None:
        if self._cancelled():
            raise Ended("cancelled", None)
        ended = self._repeat(self._unended.cancel_all, _CANCEL_SECONDS)
        state = self._queue.printer_state()
        if not ended and not isinstance(state, Absent):
            raise Ended("failed", _JOB_WAITS.code)
        if not isinstance(state, Ready):
            raise Ended("failed", state.code)
        match self._queue.validate(self._name):
            case HttpLost():
                raise Ended("failed", ABSENT)
            case Refused():
                raise Ended("failed", REFUSED)

    def _hand_over(self, pdf: bytes) -> None:
        self._unended.expect((self._name,))
        match self._queue.print_job(self._name, pdf):
            case int() as job:
                self._job = job
                self._unended.taken(job, self._name)
            case HttpLost(sent=False):
                self._unended.refused(self._name)
                raise Ended("failed", ABSENT)
            case HttpLost():
                self._repeat(self._unended.cancel_all, self._hold_seconds)
                self._unended.expect((self._name,))  # it may arrive late: the next look searches
                raise Ended("unknown", ABSENT)
            case Refused():
                self._unended.refused(self._name)
                raise Ended("failed", REFUSED)

    def _repeat(self, look: Callable[[], _Seen], seconds: float) -> _Seen:
        """Look until something is seen, or for so long; what was seen."""
        until = self._monotonic() + seconds
        while not (seen := look()) and self._monotonic() < until:
            self._pause(min(self._model.poll_seconds, _CANCEL_AGAIN_SECONDS))
        return seen

    def _watch(self, pages: int | None) -> NoReturn:
        """Look at the job and at the printer until the job's end is known."""
        assert self._job is not None
        now = self._progress_at = self._held_since = self._monotonic()
        self._latest = now + self._hold_seconds + self._model.page_seconds * max(1, pages or 1)
        while True:
            if self._cancelled():
                self._give_up(None)
            report = self._queue.job_report(self._job, self._name)
            state = self._queue.printer_state()
            if isinstance(report, Refused) and report.no_such_job:
                self._unended.ended(self._job)
                raise Ended("unknown", ABORTED)
            if isinstance(report, JobReport):
                self._note(report)
                if report.state in (JobState.CANCELED, JobState.ABORTED):
                    self._unended.ended(self._job)
                    self._stop(report, ABORTED)
                if report.state is JobState.COMPLETED and isinstance(state, Ready):
                    self._unended.ended(self._job)
                    self._judge(report, pages)
            self._look_at_time(report, state)
            self._pause(self._model.poll_seconds)

    def _note(self, report: JobReport) -> None:
        if report != self._seen:
            self._seen = report
            self._progress_at = self._monotonic()

    def _judge(self, report: JobReport, pages: int | None) -> NoReturn:
        """A completed job on a ready printer: what does it prove?"""
        if not report.impressions or pages is None:
            raise Ended("sent", None)  # it does not count, or not these pages
        if report.impressions != pages:
            raise Ended("unknown", PAGES_MISSING)
        if not self._model.counts_sheets:
            raise Ended("sent", None)
        raise Ended("confirmed", None, "impressions")

    def _look_at_time(self, report: JobReport | HttpLost | Refused, state: PrinterState) -> None:
        """Give up when the printer needed somebody, or made no progress, for too long."""
        now = self._monotonic()
        if isinstance(state, Ready) and isinstance(report, JobReport):
            self._held_since = now
        else:
            self._progress_at = now
            if now - self._held_since > self._hold_seconds:
                mute = REFUSED if isinstance(report, Refused) else ABSENT
                self._give_up(mute if isinstance(state, Ready) else state.code)
        if now - self._progress_at > self._model.page_seconds or now > self._latest:
            self._give_up(PAGES_MISSING if isinstance(state, Ready) else state.code)

    def _give_up(self, reason: str | None) -> NoReturn:
        """Cancel the job until it has ended, so that nothing of it comes out in the next visit."""
        job = self._job
        assert job is not None
        end = self._repeat(lambda: self._unended.cancel(job), _CANCEL_SECONDS)
        self._stop(end, reason)

    def _stop(self, end: JobReport | Refused | None, reason: str | None) -> NoReturn:
        """End a job that was stopped: where it was never begun, nothing of it is on paper."""
        if isinstance(end, JobReport) and end.state is not JobState.COMPLETED and not end.began:
            raise Ended("failed" if reason else "cancelled", reason)
        raise Ended("unknown", reason or NOT_VOIDED)
