"""From blocks or a PDF to paper: journalled first, printed once, and recorded as observed."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

from devices.printer.blocks import Block
from devices.printer.report import NOT_FETCHED, ReportPrinter
from devices.printer.result import Evidence, PrintResult, Progress
from devices.printer.state import TellsNothing
from printing.errors import EndNotWrittenError, JournalError
from printing.journal import Journal, Medium, Observed, Order


class ReceiptPrinter(Protocol):
    """What prints blocks in order, each at most once, and says what it observed."""

    def print_blocks(
        self,
        blocks: Sequence[Block],
        *,
        void: Sequence[Block],
        continued: Callable[[int], bytes] | None = ...,
        on_progress: Callable[[Progress], None] = ...,
        cancelled: Callable[[], bool] = ...,
    ) -> PrintResult:
        """Print one job."""
        ...


class PagePrinter(Protocol):
    """What prints pages in order, each at most once, and says what it observed."""

    def print_blocks(
        self,
        blocks: Sequence[Block],
        *,
        void: bytes,
        leftover: bytes = ...,
        on_progress: Callable[[Progress], None] = ...,
        cancelled: Callable[[], bool] = ...,
    ) -> PrintResult:
        """Print one job; a block is a page. `leftover` voids first what may lie half printed."""
        ...


VOID: Final = "void"
"""The journal's name of what voids paper of an earlier job."""


@dataclass(frozen=True, slots=True)
class Voids:
    """How a printer of pages marks those of a job as void; both are told its serial number."""

    page: Callable[[str], bytes]
    """A page of its own behind those that are out."""
    rest: Callable[[str], bytes]
    """What ends and marks what an earlier job left in the printer."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Which paper is to be printed, where, and in whose visit."""

    statement: str
    serial: str
    printer: str
    """Name of the printer in the configuration."""
    generation: int

    def order(self, medium: Medium, data: bytes, blocks: int) -> Order:
        """What the journal keeps of the job."""
        digest = hashlib.sha256(data).hexdigest()
        return Order(
            self.statement, self.serial, medium, self.printer, digest, self.generation, blocks
        )


@dataclass(frozen=True, slots=True)
class PrintedJob:
    """The end of a job: its number in the journal and what was observed."""

    job_id: int
    result: PrintResult


def _ignore(progress: Progress) -> None:
    """Nobody watches."""


def _never() -> bool:
    return False


def print_receipt(
    journal: Journal,
    printer: ReceiptPrinter,
    blocks: Sequence[Block],
    ticket: Ticket,
    *,
    void: Sequence[Block],
    continued: Callable[[int], bytes] | None = None,
    on_progress: Callable[[Progress], None] = _ignore,
    cancelled: Callable[[], bool] = _never,
) -> PrintedJob:
    """Print a receipt. `void` marks and cuts its paper when it is cancelled after its first byte.

    `continued` voids the paper from a row of print on, counted from 1, and says that it goes on
    below: where the printer lost data and proves that it is empty. Without it such a job is
    `unknown`.

    `cancelled` turns true when its visit has ended; then nothing more is sent. A job whose visit
    ended before its first byte is recorded as cancelled and never sent.

    JournalError where it cannot be written down first; EndNotWrittenError where only its end
    cannot.
    """
    order = ticket.order("receipt", b"".join(block.data for block in blocks), len(blocks))

    labels = [block.label for block in blocks]

    def send(job_id: int) -> PrintResult:
        noted = _Noted(journal, job_id, on_progress, "marker")
        return printer.print_blocks(
            blocks,
            void=void,
            continued=_behind(blocks, continued),
            on_progress=noted,
            cancelled=cancelled,
        )

    return _print(journal, order, labels, send, cancelled)


def print_report(
    journal: Journal,
    printer: ReportPrinter,
    pdf: bytes,
    ticket: Ticket,
    *,
    cancelled: Callable[[], bool] = _never,
) -> PrintedJob:
    """Hand over a report; its file is named by the serial."""
    order = ticket.order("report", pdf, 1)
    name = _file_name(ticket.serial)

    def send(_: int) -> PrintResult:
        return printer.print_pdf(pdf, name, cancelled=cancelled)

    return _print(journal, order, ["file"], send, cancelled)


def print_pages(
    journal: Journal,
    printer: PagePrinter,
    pages: Sequence[Block],
    ticket: Ticket,
    *,
    void: Voids,
    document: bytes | None = None,
    on_progress: Callable[[Progress], None] = _ignore,
    cancelled: Callable[[], bool] = _never,
) -> PrintedJob:
    """Print a report page by page; `void` makes what voids those that are out.

    `document` is the file that the pages were drawn from, where there is one: then the journal's
    digest is the file's, as the seal's is.

    Where the last job of this printer may have left a page half printed, that one comes out first
    and void: a new process or a driver that was opened anew knows it from the journal alone.
    Without `pages` that is all of the job.
    """
    data = b"".join(page.data for page in pages) if document is None else document
    order = ticket.order("report", data, len(pages))
    half = half_printed(journal, ticket.printer)
    leftover = void.rest(serial_to_void(journal, ticket)) if half else b""
    page = void.page(ticket.serial)

    def send(job_id: int) -> PrintResult:
        noted = _Noted(journal, job_id, on_progress, "pages")
        return printer.print_blocks(
            pages, void=page, leftover=leftover, on_progress=noted, cancelled=cancelled
        )

    return _print(journal, order, [page.label for page in pages], send, cancelled)


def half_printed(journal: Journal, printer: str) -> bool:
    """Whether a page of the last job may lie in that printer, begun and not ended.

    From a printer that never tells anything no job ends better than `unknown`: there it has to do
    that everything was sent, or each paper would be followed by a void page. Nor is the void sheet
    of a queue, which is a job of one block, followed by another: it may have come out.
    """
    try:
        journal.catch_up()
        last = journal.last_on_paper(printer)
    except JournalError as error:
        error.nothing_sent = True
        raise
    if last is None or last.state != "unknown":
        return False
    if last.order.statement == VOID and last.order.blocks:
        return False
    seen = last.observed
    return seen.reason != TellsNothing.code or seen.blocks_sent < last.order.blocks


def serial_to_void(journal: Journal, mark: Ticket) -> str:
    """Whose paper a mark takes back: the serial of that printer's last job of unknown end.

    Where a person has decided about it meanwhile there is none, and the mark names itself.
    """
    found = [
        job.order.serial
        for job in journal.unknown_jobs()
        if job.order.printer == mark.printer and job.order.statement != VOID
    ]
    return found[-1] if found else mark.serial


def doubt_report(journal: Journal, named: str, printer: str) -> str:
    """Whose file nobody took: its job, the last one of that name, is not known to have come out.

    Returns its serial number; a second file of one has a number of its own behind it.
    """
    jobs = journal.jobs(serial=named) or journal.jobs(serial=named.rpartition("-")[0])
    sent = (one for one in jobs if one.order.printer == printer and one.state == "sent")
    if found := next(sent, None):
        journal.record(found.id, "unknown", Observed(reason=NOT_FETCHED))
    return jobs[0].order.serial if jobs else named


def names_left(journal: Journal, printer: str) -> frozenset[str]:
    """Under which names a killed process may have left files half written in that printer's folder.

    The journal's last hundred jobs are enough: a process leaves one, its last.
    """
    return frozenset(
        _file_name(job.order.serial) for job in journal.jobs() if job.order.printer == printer
    )


def names_open(journal: Journal, printer: str) -> frozenset[str]:
    """Under which names jobs may wait in that printer's queue: whose end nobody has seen.

    What a person has settled is none of them.
    """
    known = (*journal.jobs(), *journal.unknown_jobs())
    return frozenset(
        _file_name(job.order.serial)
        for job in known
        if job.order.printer == printer and job.state in ("queued", "sending", "unknown")
    )


def _file_name(serial: str) -> str:
    return f"{serial}.pdf"


def _behind(
    blocks: Sequence[Block], continued: Callable[[int], bytes] | None
) -> Callable[[int], bytes] | None:
    """`continued` by the number of proven blocks, in place of the first row behind them."""
    if continued is None:
        return None
    return lambda count: continued(1 + sum(block.rows for block in blocks[:count]))


class _Noted:
    """Writes down what is known of each block as it becomes known, then passes it on."""

    def __init__(
        self,
        journal: Journal,
        job_id: int,
        on_progress: Callable[[Progress], None],
        evidence: Evidence,
    ) -> None:
        self._journal = journal
        self._job_id = job_id
        self._on_progress = on_progress
        self._evidence = evidence
        self._known = (0, 0)

    def __call__(self, step: Progress) -> None:
        known = (step.blocks_sent, step.blocks_confirmed)
        if known != self._known:
            self._known = known
            # Bytes are out: a full disk must not stop them in the middle. The journal then claims
            # less than is known, and says that it cannot be written when the job has ended.
            with suppress(JournalError):
                self._journal.note(self._job_id, *known, self._evidence)
        self._on_progress(step)


def _print(
    journal: Journal,
    order: Order,
    labels: Sequence[str],
    send: Callable[[int], PrintResult],
    cancelled: Callable[[], bool],
) -> PrintedJob:
    try:
        job_id = journal.queue(order, labels)
        if cancelled():
            journal.conclude(job_id, "cancelled", Observed(reason="visit.ended"))
            return PrintedJob(job_id, PrintResult("cancelled", 0, 0, 0, "visit.ended", "none"))
    except JournalError as error:
        error.nothing_sent = True
        raise
    try:
        journal.record(job_id, "sending")
    except JournalError as error:
        error.nothing_sent = True
        with suppress(JournalError):  # then it is written later
            journal.conclude(job_id, "failed", Observed(reason=error.code))
        raise
    try:
        result = send(job_id)
    except BaseException as error:
        # A bug or an interrupt: bytes may be out, so the journal must not stay at `sending`.
        with suppress(JournalError):  # then it is written later
            journal.conclude(job_id, "unknown", Observed(reason=f"bug.{type(error).__name__}"))
        raise
    observed = Observed(
        result.evidence,
        result.reason,
        result.bytes_sent,
        result.blocks_sent,
        result.blocks_confirmed,
    )
    try:
        journal.conclude(job_id, result.outcome, observed)
    except JournalError as error:
        raise EndNotWrittenError(error.path, error.detail, job_id, result) from error
    return PrintedJob(job_id, result)
