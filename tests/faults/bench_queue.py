"""Queues behind IPP for `make crash`: a printer that counts its sheets, one that does not, CUPS."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import cast

import pypdfium2
from pytest_mock import MockerFixture
from reportlab.pdfgen.canvas import Canvas

from devices.printer.pages.ipp import IppPrinter
from devices.printer.pages.ipp_http import EXCHANGE_SECONDS, HttpLost
from devices.printer.pages.ipp_message import decode
from devices.printer.pages.ipp_queue import JobState, Operation
from devices.printer.pages.pdf import PDFIUM
from devices.printer.result import PrintResult
from kiosk.leftover import REPORT, void_behind
from kiosk.machine import Machine
from printing.job import PrintedJob, Ticket, names_open, print_report
from printing.journal import Journal
from tests.devices.printer.pages.test_ipp import Office
from tests.faults.bench import (
    BLOCKS,
    Bench,
    Mortal,
    Row,
    machine_with,
    rows_of,
    rows_of_all,
    rows_on,
)

HOLD_SECONDS = 10.0
PAGE_SECONDS = 15.0
"""Longest silence of a page; one takes two seconds."""
CANCEL_SECONDS = 12.0
"""Of a printer that is slow to stop."""
AFTER_A_JOB = 130.0


class MortalOffice(Mortal, Office):
    """A queue whose client can die, and whose every exchange can be struck.

    What is counted in place of bytes: HTTP hands a request over as a whole or not at all, so one
    count stands for all bytes of a request and one for all of an answer. A document counts once
    more, as a printer makes a job of its head and aborts it where the rest stays away.
    """

    def __init__(self, model: str, *, counts: bool) -> None:
        self.count = 0
        self.at_count: list[tuple[int, Callable[[], None]]] = []
        self.reachable = True
        self.muted = False
        self.hung = False
        self._waiting: list[bytes] = []
        """Requests that a hung queue reads once it goes on, when nobody waits for an answer."""
        self.noise = b""
        """What comes in place of the next answer."""
        self.broken = False
        super().__init__(model, counts=counts)

    def another_process(self) -> IppPrinter:
        return IppPrinter(
            "ipp://127.0.0.1/ipp/print",
            replace(self.model, page_seconds=PAGE_SECONDS),
            monotonic=lambda: self.now,
            pause=self.pause,
            exchange=self.exchange,
            hold_seconds=HOLD_SECONDS,
        )

    def when_count(self, count: int, act: Callable[[], None]) -> None:
        self.at_count.append((self.count + count, act))

    def hang_up(self) -> None:
        """The connection breaks off."""
        self.broken = True

    def hang(self) -> None:
        """The queue's program stands still; the system takes what is sent to it."""
        self.hung = True

    def go_on(self) -> None:
        self.hung = False
        for request in self._waiting:
            self.sim.handle(request)
        self._waiting.clear()

    def abort(self) -> None:
        """Somebody ends what is under way, at the printer or at the queue."""
        for job in self.sim.jobs:
            if not job.state.ended:
                job.state = JobState.ABORTED

    def pause(self, seconds: float) -> None:
        end = self.now + seconds
        while due := min((entry for entry in self.at if entry[0] <= end), default=None, key=_when):
            self.at.remove(due)
            self.now = max(self.now, due[0])
            due[1]()
        self.now = max(self.now, end)
        self.live()

    def exchange(self, request: bytes) -> bytes | HttpLost:
        self.live()
        self.broken = False
        if not self.reachable:
            return HttpLost(False, "connection refused")
        self._passes()
        if decode(request).code == Operation.PRINT_JOB and self._goes_on():
            waits = [job.name for job in self.sim.jobs if not job.state.ended]
            assert not waits, "handed over while an earlier job may come out"
            self._passes()
            if not self._goes_on():  # half a document came
                self.sim.handle(request)
                self.sim.jobs[-1].state = JobState.ABORTED
        self.live()
        if not self._goes_on():
            return HttpLost(True, "reset")
        if self.hung:
            self._waiting.append(request)
            self.pause(EXCHANGE_SECONDS)
            return HttpLost(True, "timed out")
        answer = self.sim.handle(request)
        self._passes()
        self.live()
        return self._answered(answer)

    def _answered(self, answer: bytes) -> bytes | HttpLost:
        if self.muted:
            self.pause(EXCHANGE_SECONDS)
            return HttpLost(True, "timed out")
        if not self._goes_on():
            return HttpLost(True, "reset")
        noise, self.noise = self.noise, b""
        return noise or answer

    def _goes_on(self) -> bool:
        return self.reachable and not self.broken and not self.killed

    def _passes(self) -> None:
        """A request, a document or an answer is on its way."""
        self.pause(0.001)
        self.count += 1
        for entry in [entry for entry in self.at_count if entry[0] <= self.count]:
            self.at_count.remove(entry)
            entry[1]()


class QueueBench(Bench):
    """A printer behind IPP."""

    printer = REPORT
    keeps = "nothing"
    limit = 500.0

    def __init__(self, model: str, mocker: MockerFixture, *, counts: bool = True) -> None:
        # A sheet of letters in place of a large picture: that one is drawn and read elsewhere.
        mocker.patch("kiosk.leftover.pdf_void", lambda _, serial: _pdf((f"VOID {serial}",)))
        self.desk = self.port = MortalOffice(model, counts=counts)
        self.good = "confirmed" if counts and self.desk.model.counts_sheets else "sent"

    def clock(self) -> float:
        return self.desk.now

    def print(
        self, journal: Journal, job: str, ticket: Ticket, cancelled: Callable[[], bool]
    ) -> PrintedJob:
        """As the kiosk does: what was left behind is voided before."""
        if reason := void_behind(self.machine(journal), cancelled):
            return PrintedJob(0, PrintResult("failed", 0, 0, 0, reason, "none"))
        document = pages_of(job)
        return print_report(journal, self.desk.printer, document, ticket, cancelled=cancelled)

    def at_byte(self, count: int, act: Callable[[], None]) -> None:
        self.desk.when_count(count, act)

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        self.desk.after(seconds, act)

    def soon(self, seconds: float, act: Callable[[], object]) -> None:
        self.desk.at.append((self.desk.now + seconds, cast("Callable[[], None]", act)))

    def wait(self, seconds: float) -> None:
        self.desk.pause(seconds)

    def start_again(self, journal: Journal) -> None:
        self.desk.printer = self.desk.another_process()
        self.desk.printer.expect(names_open(journal, REPORT))

    def unschedule(self) -> None:
        self.desk.at.clear()
        self.desk.at_count.clear()

    def repair(self) -> None:
        desk, sim = self.desk, self.desk.sim
        desk.go_on()
        desk.reachable, desk.muted, desk.noise = True, False, b""
        sim.on, sim.occupied, sim.refused_cancels, sim.miscount = True, False, 0, 0
        sim.cancel_seconds = 0.0
        sim.cure()

    def block_rows(self, job: str, block: int) -> list[str]:
        """A document is one block."""
        return [*rows_of_all(job)]

    def paper(self) -> list[Row]:
        assert self.desk.sim.ledger is not None  # what time has allowed is out
        sheets = [sheet for job in self.desk.sim.jobs for sheet in texts_of(job.pdf)[: job.printed]]
        return rows_on(sheets)

    def machine(self, journal: Journal) -> Machine:
        return machine_with(journal, report=self.desk.printer)

    def bytes_sent(self) -> int:
        return self.desk.count

    def tear_off(self) -> None:
        """What lies half printed in a page printer nobody takes."""

    def finish(self) -> None:
        self.desk.pause(AFTER_A_JOB)

    def close(self) -> None:
        self.desk.printer.close()


def pages_of(job: str) -> bytes:
    """A document of three pages."""
    return _pdf(*(tuple(rows_of(job, number)) for number in range(BLOCKS)))


@cache
def _pdf(*pages: tuple[str, ...]) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=True)
    for rows in pages:
        for number, row in enumerate(rows):
            canvas.drawString(72, 740 - 40 * number, row)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@cache
def texts_of(pdf: bytes) -> list[list[str]]:
    """The rows of each page, as they can be read in the file."""
    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_bounded().splitlines() for page in document]


def _when(entry: tuple[float, object]) -> float:
    return entry[0]
