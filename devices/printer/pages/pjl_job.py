"""One job on a laser printer: pages out, messages in, and what they prove."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn, TypeAlias

from devices.printer.blocks import Block
from devices.printer.descriptor import DescriptorLink, Lost
from devices.printer.models.page import PclModel
from devices.printer.pages.job import (
    ABSENT,
    BUFFER,
    NOT_VOIDED,
    PAGES_MISSING,
    TURN_SECONDS,
    Ended,
    PageJob,
    PagePlan,
)
from devices.printer.pages.ledger import Ledger
from devices.printer.pages.pjl import (
    LONGEST_PIECE,
    DeviceStatus,
    Echo,
    Message,
    MessageReader,
    PageCount,
    ask_count,
    ask_status,
    begin_job,
    end_job,
)
from devices.printer.pages.pjl_codes import decode_status, is_idle
from devices.printer.result import Outcome
from devices.printer.state import (
    Absent,
    NeedsAttention,
    Offline,
    PrinterState,
    Ready,
    TellsNothing,
    Unknown,
)

_REPLY_SECONDS = 2.0
"""A printer answers within milliseconds; one that is composing a page takes longer."""
_POLL_SECONDS = 1.0
_VOID_SECONDS = 5.0
"""So long a stopped or silent printer is waited for after a cancel: what it has is voided later."""
_FILLER = bytes(LONGEST_PIECE)

Left: TypeAlias = Literal["nothing", "doubt", "pages"]
"""What an earlier job left in the printer: `doubt` before this process' first job, `pages` after
one that broke off."""


@dataclass(frozen=True, slots=True)
class PjlTools:
    """What a job needs besides its plan."""

    link: DescriptorLink
    model: PclModel
    monotonic: Callable[[], float]
    pause: Callable[[float], object]
    """Waits for so many seconds while there is no connection."""
    tokens: Iterator[str]
    left: Left


class _AgainError(Exception):
    """Every page up to `landed` is out and nothing else will come: print the others."""

    def __init__(self, landed: int) -> None:
        super().__init__(landed)
        self.landed = landed


class PjlJob(PageJob):
    """Runs one plan once, or answers one question."""

    def __init__(self, plan: PagePlan, tools: PjlTools) -> None:
        super().__init__(plan, tools.link, tools.monotonic)
        self._tools = tools
        self._model = tools.model
        self._reader = MessageReader()
        self._echoed = ""
        self._noise = 0
        self._status: DeviceStatus | None = None
        self._counted: PageCount | None = None
        self._sheets_before: int | None = None
        self._recovered = self._closed = False
        self._landed_before = 0  # pages of an earlier attempt, proven to be out
        self._held_seconds = 0.0  # since the last progress
        self._asked_at = 0.0
        self._ledger = Ledger(plan.name, len(plan.blocks))
        self._void = Ledger(f"{plan.name}-void", 1)

    def _received(self, data: bytes) -> None:
        for message in self._reader.feed(data):
            self._sort(message)

    def _sort(self, message: Message) -> None:
        before = self._ledger.steps, self._void.steps
        self._ledger.take(message)
        self._void.take(message)
        if (self._ledger.steps, self._void.steps) != before:
            self._note_progress()
        match message:
            case Echo(token):
                self._echoed = token
            case DeviceStatus():
                self._status = message
            case PageCount():
                self._counted = message
            case _:
                pass

    def _note_progress(self) -> None:
        super()._note_progress()
        self._held_seconds = 0.0

    def _confirmed(self) -> int:
        return self._landed_before + self._ledger.landed

    def _blocks_sent(self) -> int:
        return self._landed_before + super()._blocks_sent()

    # Questions

    def status(self) -> PrinterState:
        """Ask for the state: twice, before silence is called that."""
        if not self._model.back_channel:
            self._pump(0.0)
            return Absent(self._lost.detail) if self._lost else Unknown()
        self._status, self._asked_at = None, self._monotonic()
        if not self._ask(ask_status) and not self._link.queued:
            self._ask(ask_status)
        if self._lost is not None:
            return Absent(self._lost.detail)
        return Unknown() if self._status is None else decode_status(self._status)

    def _sheets(self) -> int | None:
        """Ask how many sheets it ever printed."""
        self._counted = None
        self._ask(ask_count)
        return None if self._counted is None else self._counted.sheets

    def _ask(self, question: Callable[[str], bytes]) -> bool:
        """Send a question and wait for its echo and for its answer; whether both came."""
        token = next(self._tools.tokens)
        self._link.queue(question(token), job=False)
        wants_count = question is ask_count
        started = self._monotonic()
        while max(started, self._link.wire_clear_at) + _REPLY_SECONDS > self._monotonic():
            if self._lost is not None:
                return False
            answered = self._counted if wants_count else self._status
            if self._echoed == token and answered is not None:
                return True
            self._pump()
        return False

    # The job

    def _print(self) -> NoReturn:
        self._check()
        if not self._plan.blocks:
            self._end_voided("confirmed")
        try:
            self._run_job(self._plan.blocks)
        except _AgainError as proven:
            others = self._plan.blocks[proven.landed :]
            self._landed_before = proven.landed
            self._ledger = Ledger(f"{self._plan.name}-rest", len(others))
            self._ends, self._queued = [], 0
            self._run_job(others)

    def _check(self) -> None:
        if self._plan.cancelled():
            raise Ended("cancelled", None)
        if self._tools.left != "nothing":
            self._link.queue(_FILLER + end_job(""), job=False)
        if self._model.back_channel:
            self._wait_idle()
        if self._tools.left == "pages":
            self._void_sheet(f"{self._plan.name}-old", self._plan.leftover, job=False)
        if self._model.page_count:
            self._sheets_before = self._sheets()

    def _wait_idle(self) -> None:
        """Begin when nothing is on its way to the tray, or it would lie among our pages."""
        left = self._tools.left
        settle = 0.0 if left == "nothing" else self._model.settle_seconds
        until = self._monotonic() + self._model.page_seconds
        since: float | None = None
        while True:
            state = self.status()
            busy = isinstance(state, Ready) or (isinstance(state, Unknown) and left == "pages")
            if not busy or self._monotonic() >= until:
                raise Ended("failed", BUFFER if isinstance(state, Ready) else state.code)
            idle = self._status is not None and is_idle(self._status)
            since = (since or self._monotonic()) if idle else None
            if since is not None and self._monotonic() - since >= settle:
                self._holding = None
                return
            self._holding = None if idle else BUFFER
            self._tell()
            self._pause(_POLL_SECONDS)
            if self._cancel_wanted():
                self._link.drop_queued()
                raise Ended("cancelled", None)

    def _void_sheet(self, name: str, page: bytes, *, job: bool) -> None:
        """Print a void page as a job of its own, and wait for it."""
        answers = self._model.back_channel
        self._moved_at = self._monotonic()
        self._void = Ledger(name, 1)
        self.unfinished = len(page)
        whole = begin_job(name, answers=answers) + page + end_job(name)
        self._link.queue(whole, job=job)
        while not self._drained() or (answers and not self._void.ended):
            self._step()
        self.unfinished = 0

    def _run_job(self, blocks: Sequence[Block]) -> NoReturn:
        answers = self._model.back_channel
        self._moved_at = self._monotonic()
        self._closed = False
        self._link.queue(begin_job(self._ledger.name, answers=answers), job=True)
        for block in blocks:
            self._queue_block(block)
            while self._link.queued:
                self._step()
        self._close_job()
        while not self._drained():
            self._step()
        self.unfinished = 0
        if not answers:
            raise Ended("unknown", TellsNothing.code)
        while not self._ledger.ended:
            self._step()
        self._judge()

    def _close_job(self) -> None:
        if not self._closed:
            self._closed = True
            self._link.queue(end_job(self._ledger.name), job=True)

    def _judge(self) -> NoReturn:
        if not self._ledger.proven:
            raise Ended("unknown", PAGES_MISSING)
        self._tell()
        raise Ended("confirmed", None, "pages")

    def _step(self) -> None:
        """Look at what came, and let the link do one turn."""
        if self._lost is not None:
            self._recover(ABSENT)
        if self._cancel_wanted():
            self._cancel()
        state = self._told_state()
        if not isinstance(state, Ready):
            self._hold(state)
        self._pump(TURN_SECONDS)
        quiet = self._monotonic() - max(self._moved_at, self._asked_at)
        voiding = self._voiding and self._model.back_channel
        if self._late() or (voiding and quiet > _VOID_SECONDS):
            self._look_into_stall()

    def _late(self) -> bool:
        return self._monotonic() - self._moved_at > self._model.page_seconds

    def _told_state(self) -> PrinterState:
        """What it told last, as far as it stops the job; a code that is not known does not."""
        told = None if self._status is None else decode_status(self._status)
        return told if isinstance(told, NeedsAttention) else Ready("unknown")

    def _look_into_stall(self) -> None:
        """Neither bytes nor pages for too long: ask, where a question can get out."""
        late = self._late()
        if not self._drained():
            if late:
                self._hold(NeedsAttention("buffer"))
            return
        state = self.status()
        match state:
            case NeedsAttention():
                self._hold(state)
            case Ready():
                if late:
                    self._recover(PAGES_MISSING)
            case _:
                self._recover(Offline.code if self._status is None else state.code)

    def _hold(self, state: PrinterState) -> None:
        """Wait for somebody to come to the printer; it goes on by itself with what it has."""
        began, moved_at = self._monotonic(), self._moved_at
        patience = self._plan.hold_seconds
        patience = min(patience, _VOID_SECONDS) if self._voiding else patience
        until = began + patience - self._held_seconds
        before = self._job_bytes - self._link.unsent()
        while self._monotonic() < until:
            self._holding = state.code
            self._tell()
            self._pause(_POLL_SECONDS)
            moved = self._job_bytes - self._link.unsent() != before
            told = self._told_state()
            if self._lost is not None or self._cancel_wanted():
                break
            if isinstance(told, Ready) and (state.code != BUFFER or moved or self._drained()):
                break
            state = state if isinstance(told, Ready) else told
        else:
            self._link.drop_queued()
            raise Ended("unknown", state.code)
        self._holding = None
        if self._moved_at == moved_at:  # no progress: a state that flickers gains no time
            held = self._monotonic() - began
            self._held_seconds += held
            self._moved_at += held

    # After a lost connection

    def _recover(self, reason: str) -> NoReturn:
        """Print the rest where it is proven what is out; else leave it to a person.

        Proven means: a counter that survives a power cut stands exactly where our own ledger
        stands, and the printer is idle, and both stay so.
        """
        before = self._sheets_before
        if before is None or self._recovered or self._voiding or self._ledger.doubt:
            raise Ended("unknown", reason)
        self._recovered = True
        until = self._monotonic() + self._plan.hold_seconds
        if self._lost is not None:
            self._connect_again(until, reason)
        self._status = None
        sheets = self._sheets_when_idle(until)
        landed = self._ledger.landed
        if sheets is None or self._ledger.doubt or sheets - before != landed:
            raise Ended("unknown", reason)
        if landed == len(self._plan.blocks):
            raise Ended("confirmed", None, "pages")
        raise _AgainError(landed)

    def _connect_again(self, until: float, reason: str) -> None:
        self._link.close()
        while isinstance(self._link.open(urgent=True), Lost):
            if self._monotonic() >= until or self._cancel_wanted():
                raise Ended("unknown", reason)
            self._tools.pause(_POLL_SECONDS)
        self._lost = None
        self._reader = MessageReader()
        self._link.queue(_FILLER, job=False)

    def _sheets_when_idle(self, until: float) -> int | None:
        """Return the counter once it stood still on an idle printer; None when time is up.

        A cancel ends the wait: what is out is voided before the next job.
        """
        seen: int | None = None
        since = self._monotonic()
        while self._monotonic() < until and self._lost is None and not self._cancel_wanted():
            self.status()
            idle = self._status is not None and is_idle(self._status)
            sheets = self._sheets() if idle else None
            if sheets is None or sheets != seen:
                seen, since = sheets, self._monotonic()
            elif self._monotonic() - since >= self._model.settle_seconds:
                return seen
            self._pause(_POLL_SECONDS)
        return None

    # Cancel

    def _cancel(self) -> NoReturn:
        """Finish the page that was begun, as half a command would spoil the next, and void it."""
        if self._job_bytes == 0:
            self._link.drop_queued()
            raise Ended("cancelled", None)
        self._voiding = True
        self._close_job()
        while not self._drained() or (self._model.back_channel and not self._ledger.ended):
            self._step()
        self._void_sheet(f"{self._plan.name}-void", self._plan.void, job=True)
        self._end_voided("cancelled")

    def _end_voided(self, outcome: Outcome) -> NoReturn:
        if self._void.proven:
            raise Ended(outcome, None, "pages")
        raise Ended("unknown", NOT_VOIDED)
