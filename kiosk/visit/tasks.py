"""Work at the devices: one thread, one task after another, each answered by an event."""

import logging
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Final, TypeVar

from kiosk.logs import event as log
from kiosk.logs import where
from kiosk.progress import Progress
from kiosk.visit.events import Event

T = TypeVar("T")
WORKER: Final = "devices"
"""Name of the worker's loop, for the watchdog."""
TASK_SECONDS: Final = 120.0
"""A card and a look into the records take seconds, and a printer is heard of all the time."""
TIDY_SECONDS: Final = 1800.0
"""The longest void mark at the slowest line, behind what stands in the memory and with a hold
before it, is out long before."""


def devices_worker() -> Executor:
    """The one thread that touches the devices of a kiosk in service."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="devices")


class Tasks:
    """Hands tasks to the worker, says by when it will be heard of, and posts the answers."""

    def __init__(self, worker: Executor, progress: Progress, post: Callable[[Event], None]) -> None:
        self._worker = worker
        self._progress = progress
        self._post = post

    def submit(
        self, task: Callable[[], Event | None], seconds: float = TASK_SECONDS
    ) -> Future[None]:
        """Have a task done after those that wait; it takes at most so many seconds."""

        def work() -> None:
            if (answer := task()) is not None:
                self._post(answer)

        submitted = self.run(work, seconds)
        submitted.add_done_callback(_say_if_it_failed)
        return submitted

    def run(self, task: Callable[[], T], seconds: float) -> Future[T]:
        """As `submit`, for an answer that is the caller's own."""

        def work() -> T:
            self._progress.expect(WORKER, seconds)
            try:
                return task()
            finally:
                self._progress.rest(WORKER)

        return self._worker.submit(work)


def _say_if_it_failed(work: Future[None]) -> None:
    """Tasks have their own fence; what fails outside of it must not vanish in the worker."""
    if (error := work.exception()) is not None:
        log(logging.ERROR, "worker.failed", error=type(error).__name__, where=where(error))
