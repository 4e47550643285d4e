"""A printer that speaks IPP and does not exist: requests in, answers and sheets out.

`handle` takes one request and gives the answer; `server.IppServer` puts HTTP around it. Time is
the injected clock's: jobs go on whenever somebody asks.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from PIL import Image

from devices.printer.pages.ipp_message import (
    Attribute,
    Group,
    IppFormatError,
    Message,
    Tag,
    attribute,
    decode,
    encode,
)
from devices.printer.pages.ipp_queue import JobState, Operation
from devices.printer.pages.pdf import page_count, page_images

_OK, _BAD_REQUEST, _NOT_FOUND, _BAD_FORMAT = 0x0000, 0x0400, 0x0406, 0x040A
_NOT_POSSIBLE, _UNSUPPORTED = 0x0404, 0x0501
_Group: TypeAlias = tuple[int, tuple[Attribute, ...]]
_IDLE, _PRINTING, _STOPPED = 3, 4, 5


@dataclass(slots=True)
class SimulatedJob:
    """One job in the printer's memory."""

    number: int
    name: str
    pdf: bytes = field(repr=False)
    pages: int
    state: JobState = JobState.PENDING
    printed: int = 0
    """Sheets of it in the tray: what really came out."""
    processed: bool = False
    """It was begun."""
    began_at: float = 0.0
    stops_at: float | None = None
    """When it is cancelled, as was asked for."""
    forgotten: bool = False
    """The printer lost its memory; the sheets stay in the tray."""


class SimulatedIppPrinter:
    """One printer with paper in it, switched on."""

    def __init__(
        self,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        page_seconds: float = 2.0,
        counts: bool = True,
    ) -> None:
        """`counts`: it reports job-impressions-completed."""
        self._monotonic = monotonic
        self._page_seconds = page_seconds
        self._counts = counts
        self._lock = threading.RLock()
        self.jobs: list[SimulatedJob] = []
        self.reasons: set[str] = set()
        """What is wrong with it now, as printer-state-reasons."""
        self.notices: set[str] = set()
        """Reasons that stop nothing: `media-low-warning`, `toner-low-warning` ..."""
        self.requests: list[Message] = []
        self.errors: list[str] = []
        """Requests that were none."""
        self.on = True
        self.occupied = False
        """Busy with somebody else's long job: ours wait."""
        self.abort_at_page: int | None = None
        """Abort the job when so many of its pages are out."""
        self.complete_early = False
        """Call a job completed as soon as it is received, whatever the paper does."""
        self.refused_cancels = 0
        """So many times it refuses to cancel a job, which goes on."""
        self.cancel_seconds = 0.0
        """So long a job goes on after its cancel was accepted (RFC 8011, 4.3.3)."""
        self.miscount = 0
        """How many impressions it reports too many (or too few)."""

    # Hands

    def fault(self, *reasons: str) -> None:
        """Stop it: `media-empty`, `cover-open`, `media-jam`, `toner-empty` ..."""
        with self._lock:
            self._work()
            self.reasons |= set(reasons)

    def cure(self) -> None:
        """Take every fault away; it goes on with the sheet it had begun."""
        with self._lock:
            self._work()
            self.reasons.clear()
            for job in self.jobs:
                job.began_at = self._monotonic()

    def power_cycle(self) -> None:
        """Switch it off and on: the jobs in its memory are gone, and their numbers come again."""
        with self._lock:
            self._work()
            for job in self.jobs:
                job.state, job.forgotten = JobState.ABORTED, True

    @property
    def ledger(self) -> tuple[tuple[str, int], ...]:
        """Every sheet that came out: job-name and page, in order."""
        with self._lock:
            self._work()
            return tuple((job.name, page + 1) for job in self.jobs for page in range(job.printed))

    def pictures(self, dpi: int = 150) -> list[Image.Image]:
        """Draw the sheets in the tray."""
        with self._lock:
            self._work()
            done = [(job.pdf, job.printed) for job in self.jobs]
        return [
            image
            for pdf, printed in done
            for image, _ in zip(page_images(pdf, dpi), range(printed), strict=False)
        ]

    # The mechanism

    def _work(self) -> None:
        """Print what time has allowed since it was last looked at."""
        idle = self.on and not self.occupied
        while idle and not self.reasons and (job := self._current()) is not None:
            if job.state is JobState.PENDING:
                job.state, job.began_at = JobState.PROCESSING, self._monotonic()
                job.processed = True
            page_at, now = job.began_at + self._page_seconds, self._monotonic()
            if job.stops_at is not None and job.stops_at <= min(page_at, now):
                job.state = JobState.CANCELED
                continue
            if now < page_at:
                return
            job.began_at = page_at
            job.printed += 1
            if job.printed == self.abort_at_page:
                job.state = JobState.ABORTED
            elif job.printed >= job.pages and not job.state.ended:
                job.state = JobState.COMPLETED

    def _current(self) -> SimulatedJob | None:
        running = (JobState.PENDING, JobState.PROCESSING)
        for job in self.jobs:
            early = job.state is JobState.COMPLETED and job.printed < job.pages
            if job.state in running or early:
                return job
        return None

    # Requests

    def handle(self, raw: bytes) -> bytes:
        """Answer one request."""
        with self._lock:
            self._work()
            try:
                request = decode(raw)
            except IppFormatError as error:
                self.errors.append(str(error))
                return encode(Message(_BAD_REQUEST, 0, (_head(),)))
            self.requests.append(request)
            status, groups = self._answer(request)
            return encode(Message(status, request.request_id, (_head(), *groups)))

    def _answer(self, request: Message) -> tuple[int, tuple[_Group, ...]]:
        if (wrong := _wrong_head(request)) is not None:
            self.errors.append(wrong)
            return _BAD_REQUEST, ()
        match request.code:
            case Operation.GET_PRINTER_ATTRIBUTES:
                return _OK, ((Group.PRINTER, self._printer()),)
            case Operation.VALIDATE_JOB:
                return self._accepts(request), ()
            case Operation.PRINT_JOB:
                return self._take_job(request)
            case Operation.GET_JOBS:
                waiting = [job for job in self.jobs if not job.state.ended]
                return _OK, tuple((Group.JOB, self._job(job)) for job in waiting)
            case Operation.GET_JOB_ATTRIBUTES | Operation.CANCEL_JOB:
                return self._about_job(request)
        self.errors.append(f"operation {request.code:04X}")
        return _UNSUPPORTED, ()

    def _printer(self) -> tuple[Attribute, ...]:
        busy = any(not job.state.ended for job in self.jobs)
        state = _STOPPED if self.reasons else _PRINTING if busy else _IDLE
        reasons = sorted(self.reasons | self.notices) or ["none"]
        return (
            attribute("printer-state", Tag.ENUM, state),
            attribute("printer-state-reasons", Tag.KEYWORD, *reasons),
            attribute("printer-is-accepting-jobs", Tag.BOOLEAN, True),
        )

    def _accepts(self, request: Message) -> int:
        formats = request.texts(Group.OPERATION, "document-format")
        return _OK if formats == ("application/pdf",) else _BAD_FORMAT

    def _take_job(self, request: Message) -> tuple[int, tuple[_Group, ...]]:
        pages = page_count(request.data)
        if self._accepts(request) != _OK or pages is None:
            return _BAD_FORMAT, ()
        name = "".join(request.texts(Group.OPERATION, "job-name"))
        number = 1 + sum(not job.forgotten for job in self.jobs)
        job = SimulatedJob(number, name, request.data, pages)
        if self.complete_early:
            job.state, job.began_at = JobState.COMPLETED, self._monotonic()
        self.jobs.append(job)
        return _OK, ((Group.JOB, self._job(job)),)

    def _about_job(self, request: Message) -> tuple[int, tuple[_Group, ...]]:
        number = request.number(Group.OPERATION, "job-id")
        job = next((j for j in self.jobs if j.number == number and not j.forgotten), None)
        if job is None:
            return _NOT_FOUND, ()
        if request.code == Operation.CANCEL_JOB:
            if job.state.ended:
                return _NOT_POSSIBLE, ()
            if self.refused_cancels:
                self.refused_cancels -= 1
                return _NOT_POSSIBLE, ()
            if job.stops_at is None:
                job.stops_at = self._monotonic() + self.cancel_seconds
            if not self.cancel_seconds:
                job.state = JobState.CANCELED
            return _OK, ()
        return _OK, ((Group.JOB, self._job(job)),)

    def _job(self, job: SimulatedJob) -> tuple[Attribute, ...]:
        reported = job.printed
        count = (
            attribute("job-impressions-completed", Tag.INTEGER, max(0, reported + self.miscount))
            if self._counts
            else attribute("job-impressions-completed", Tag.NO_VALUE, b"")
        )
        return (
            attribute("job-id", Tag.INTEGER, job.number),
            attribute("job-name", Tag.NAME, job.name),
            attribute("job-state", Tag.ENUM, int(job.state)),
            attribute("time-at-processing", Tag.INTEGER, int(job.began_at))
            if job.processed
            else attribute("time-at-processing", Tag.NO_VALUE, b""),
            count,
        )


def _head() -> _Group:
    return Group.OPERATION, (
        attribute("attributes-charset", Tag.CHARSET, "utf-8"),
        attribute("attributes-natural-language", Tag.LANGUAGE, "en"),
    )


def _wrong_head(request: Message) -> str | None:
    """Return what is wrong with how a request begins (RFC 8011, 4.1.4)."""
    if not request.groups or request.groups[0][0] != Group.OPERATION:
        return "no operation attributes"
    names = [item.name for item in request.groups[0][1][:3]]
    if names != ["attributes-charset", "attributes-natural-language", "printer-uri"]:
        return f"a request that begins with {', '.join(names)}"
    return None
