"""Jobs of ours whose end nobody has seen: cancelled anew at each look, until the queue says it."""

from __future__ import annotations

from collections.abc import Collection

from devices.printer.pages.ipp_http import HttpLost
from devices.printer.pages.ipp_queue import JobReport, Queue, Refused


class Unended:
    """What may still come out at one queue. An empty one is false.

    Only jobs with a name of ours are touched: a printer that lost its memory may give one of our
    numbers to somebody else's job.
    """

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._jobs: dict[int, str] = {}
        """Their names, by number."""
        self._names: set[str] = set()
        """Of jobs that may wait there under numbers that are not known."""

    def __bool__(self) -> bool:
        return bool(self._jobs or self._names)

    def expect(self, names: Collection[str]) -> None:
        """Jobs with these names may wait there."""
        self._names.update(names)

    def only(self, names: Collection[str]) -> None:
        """Forget jobs of other names."""
        self._names.intersection_update(names)
        self._jobs = {job: name for job, name in self._jobs.items() if name in names}

    def taken(self, job: int, name: str) -> None:
        """The queue gave a job its number."""
        self._names.discard(name)
        self._jobs[job] = name

    def refused(self, name: str) -> None:
        """No job of this name is there."""
        self._names.discard(name)

    def ended(self, job: int) -> None:
        """The queue was heard to say that the job ended, or that it knows none."""
        self._jobs.pop(job, None)

    def cancel(self, job: int) -> JobReport | Refused | None:
        """Cancel it once more, unless it has ended; what the queue says of it then, else None."""
        seen = self._end_of(job)
        if seen is None:
            self._queue.cancel(job)
            seen = self._end_of(job)
        if seen is not None:
            self.ended(job)
        return seen

    def cancel_all(self) -> bool:
        """Cancel once more what has not ended; whether nothing is left that could come out."""
        if self._names:
            found = self._queue.waiting_jobs(self._names)
            if isinstance(found, HttpLost | Refused):
                return False
            self._jobs.update(found)
            self._names.clear()
        for job in tuple(self._jobs):
            self.cancel(job)
        return not self

    def _end_of(self, job: int) -> JobReport | Refused | None:
        match self._queue.job_report(job, self._jobs[job]):
            case JobReport() as report if report.state.ended:
                return report
            case Refused() as refused if refused.no_such_job:
                return refused
            case _:
                return None
