"""A PDF on a queue: handed over once, then watched until its paper is proven or time is up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import NoReturn, Self

from devices.printer.models.page import IppModel
from devices.printer.pages.ipp_http import (
    Exchange,
    HttpExchange,
    HttpLost,
    parse_address,
)
from devices.printer.pages.ipp_queue import JobReport, JobState, Queue, Refused
from devices.printer.pages.job import ABSENT, NOT_VOIDED, PAGES_MISSING, Ended
from devices.printer.pages.pdf import page_count
from devices.printer.result import PrintResult
from devices.printer.state import PrinterState, Ready

REFUSED = "printer.refused"
"""The queue answered and did not take the job."""
ABORTED = "printer.job_aborted"
"""The job was aborted or cancelled at the printer or at the queue."""
_CANCEL_SECONDS = 5.0


def _never() -> bool:
    return False


class IppPrinter:
    """One queue; may be used from several threads, one of them prints at a time."""

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

    def status(self) -> PrinterState:
        """Ask the queue how its printer is."""
        return self._queue.printer_state()

    def print_pdf(
        self, pdf: bytes, name: str, *, cancelled: Callable[[], bool] = _never
    ) -> PrintResult:
        """Print one document; `name` is its job-name and carries no personal data.

        The one block of the result is the whole document. `confirmed` needs a completed job that
        counted exactly its pages, on a printer that counts its sheets itself and is without an
        error: evidence `impressions`.
        """
        with self._lock:
            job = _Job(self._queue, self._model, self._monotonic, self._pause, cancelled)
            return job.run(pdf, name, self._hold_seconds)


class _Job:
    """One document on its way."""

    def __init__(
        self,
        queue: Queue,
        model: IppModel,
        monotonic: Callable[[], float],
        pause: Callable[[float], object],
        cancelled: Callable[[], bool],
    ) -> None:
        self._queue = queue
        self._model = model
        self._monotonic = monotonic
        self._pause = pause
        self._cancelled = cancelled
        self._job: int | None = None
        self._seen: JobReport | None = None
        self._progress_at = self._held_since = self._latest = 0.0
        self._hold_seconds = 0.0

    def run(self, pdf: bytes, name: str, hold_seconds: float) -> PrintResult:
        self._hold_seconds = hold_seconds
        sent = 0
        first = last = None
        try:
            self._check(name)
            first = self._monotonic()
            self._hand_over(pdf, name)
            sent, last = len(pdf), self._monotonic()
            self._watch(page_count(pdf))
        except Ended as end:
            if end.outcome == "unknown" and self._job is None:
                sent = len(pdf)  # it may have arrived
            confirmed = int(end.outcome == "confirmed")
            at = self._monotonic() if confirmed else None
            return PrintResult(
                end.outcome,
                sent,
                int(self._job is not None),
                confirmed,
                end.reason,
                end.evidence,
                first,
                last,
                at,
            )
        raise AssertionError("a watched job always ends")

    def _check(self, name: str) -> None:
        if self._cancelled():
            raise Ended("cancelled", None)
        state = self._queue.printer_state()
        if not isinstance(state, Ready):
            raise Ended("failed", state.code)
        match self._queue.validate(name):
            case HttpLost():
                raise Ended("failed", ABSENT)
            case Refused():
                raise Ended("failed", REFUSED)

    def _hand_over(self, pdf: bytes, name: str) -> None:
        match self._queue.print_job(name, pdf):
            case int() as job:
                self._job = job
            case HttpLost(sent=False):
                raise Ended("failed", ABSENT)
            case HttpLost():
                self._cancel_unanswered(name)
                raise Ended("unknown", ABSENT)
            case Refused():
                raise Ended("failed", REFUSED)

    def _cancel_unanswered(self, name: str) -> None:
        """Find a job whose number never came, and cancel it: it must not come out later."""
        until = self._monotonic() + self._hold_seconds
        while self._monotonic() < until:
            jobs = self._queue.waiting_jobs(name)
            if isinstance(jobs, tuple):
                for job in jobs:
                    self._queue.cancel(job)
                return
            self._pause(self._model.poll_seconds)

    def _watch(self, pages: int | None) -> NoReturn:
        """Look at the job and at the printer until the job's end is known."""
        assert self._job is not None
        now = self._progress_at = self._held_since = self._monotonic()
        self._latest = now + self._hold_seconds + self._model.page_seconds * max(1, pages or 1)
        while True:
            if self._cancelled():
                self._give_up(None)
            report = self._queue.job_report(self._job)
            state = self._queue.printer_state()
            if isinstance(report, JobReport):
                self._note(report)
                if report.state in (JobState.CANCELED, JobState.ABORTED):
                    raise Ended("unknown", ABORTED)
                if report.state is JobState.COMPLETED and isinstance(state, Ready):
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
        if isinstance(report, Refused):
            raise Ended("unknown", ABORTED)  # the queue has forgotten the job
        if isinstance(state, Ready) and isinstance(report, JobReport):
            self._held_since = now
        else:
            self._progress_at = now
            if now - self._held_since > self._hold_seconds:
                self._give_up(ABSENT if isinstance(state, Ready) else state.code)
        if now - self._progress_at > self._model.page_seconds or now > self._latest:
            self._give_up(PAGES_MISSING if isinstance(state, Ready) else state.code)

    def _give_up(self, reason: str | None) -> NoReturn:
        """Cancel the job, so that nothing of it comes out in the next visit."""
        assert self._job is not None
        self._queue.cancel(self._job)
        until = self._monotonic() + _CANCEL_SECONDS
        while self._monotonic() < until:
            report = self._queue.job_report(self._job)
            if isinstance(report, JobReport) and report.state.ended:
                if self._never_began(report) and reason is None:
                    raise Ended("cancelled", None)
                break
            self._pause(min(self._model.poll_seconds, 0.5))
        raise Ended("unknown", reason or NOT_VOIDED)

    def _never_began(self, report: JobReport) -> bool:
        """Whether the job was cancelled while it still waited, so that no page can be out."""
        waited = self._seen is None or self._seen.state in (JobState.PENDING, JobState.HELD)
        return waited and report.state is JobState.CANCELED and report.impressions == 0
