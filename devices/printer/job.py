"""One job on one link: from the first question to what is known about the paper.

CHECK -> SENDING -> DRAIN -> done; any trouble -> HOLD -> SENDING again, or give up. Where data was
lost and the printer proves that its buffer is empty, what is in doubt is marked void on the paper
and the job goes on behind the last proven block, once. The claim at the end never exceeds what came
back from the printer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from devices.printer import commands, patience
from devices.printer.dialog import Dialog
from devices.printer.pieces import FULL_BYTES
from devices.printer.plan import JobPlan
from devices.printer.result import Evidence, Outcome, PrintResult, Progress
from devices.printer.state import Absent, NeedsAttention, Offline, PrinterState, Ready, Unknown
from devices.printer.stream import BlockStream

HELD_BACK = "printer.buffer"
"""Flow control holds our bytes back, and the printer cannot be asked why."""
_NOT_VOIDED = "printer.not_voided"
_DATA_LOST = "printer.data_lost"
_NEEDS_POWER = "printer.error"  # only switching off and on ends it, and empties the buffer


class _Ended(Exception):  # noqa: N818 - not an error: leaves the nested waits with the outcome
    def __init__(self, outcome: Outcome, reason: str | None) -> None:
        super().__init__(outcome)
        self.outcome = outcome
        self.reason = reason


class Job:
    """Runs one plan once."""

    def __init__(self, plan: JobPlan, dialog: Dialog, monotonic: Callable[[], float]) -> None:
        self._plan = plan
        self._dialog = dialog
        self._link = dialog.link
        self._model = dialog.model
        self._monotonic = monotonic
        self._stream = BlockStream(plan.blocks, dialog, plan.first_marker)
        self._held_asked_at: float | None = None
        self._held_clean = 0
        self._usual_seconds = 0.0  # that an idle printer takes to answer
        self._frozen: tuple[int, int] | None = None
        self._evidence: Evidence = "none"
        self._confirmed_at: float | None = None
        self._continued = False
        self._told: Progress | None = None
        self._seen = (0, 0)
        self._progress_at = monotonic()
        self._asked_at = monotonic()

    @property
    def next_marker(self) -> int:
        """The first number that no marker of this job had."""
        return self._stream.next_marker

    def run(self) -> PrintResult:
        """Print; every way out is a value."""
        self._dialog.begin_job()
        try:
            self._check()
            while not self._stream.all_proven:
                self._step()
            self._settle()
            self._confirmed_at = self._monotonic()
            self._tell(None)
            self._evidence = self._proof
            return self._result("confirmed" if self._model.marker else "sent", None)
        except _Ended as end:
            return self._result(end.outcome, end.reason)

    @property
    def _proof(self) -> Evidence:
        """What tells of this printer that all is out."""
        return "marker" if self._model.marker else "drained"

    def _result(self, outcome: Outcome, reason: str | None) -> PrintResult:
        if outcome == "unknown" and self._dialog.job_bytes == 0:
            outcome = "failed"  # not one byte of the job reached even the kernel
        return PrintResult(
            outcome,
            self._dialog.job_bytes,
            *(self._frozen or self._stream.blocks_done()),
            reason,
            self._evidence,
            first_byte_at=self._dialog.first_byte_at,
            last_byte_at=self._dialog.last_byte_at,
            confirmed_at=self._confirmed_at,
        )

    def _check(self) -> None:
        """Ask before the first byte; also make sure that no older job comes out with this one."""
        if self._cancelled():
            raise _Ended("cancelled", None)
        asked_at = self._monotonic()
        state = self._dialog.settled_status()
        self._usual_seconds = self._monotonic() - asked_at
        if state == NeedsAttention("cutter") and self._model.enquiry:
            state = self._dialog.recover()
        if not isinstance(state, Ready):
            raise _Ended("failed", state.code)
        if self._model.clear and not self._dialog.clear_buffer():
            raise _Ended("failed", self._lost_code() or "printer.not_cleared")
        self._dialog.forgive()  # of what was not answered before the first byte
        self._dialog.watch()
        self._progress_at = self._monotonic()

    def _step(self) -> None:
        """One turn of the loop: look at what came, send what may go, wait."""
        self._end_if_lost()
        if self._cancelled():
            self._cancel()
        if self._dialog.trouble is not None:
            self._look_into_trouble(self._dialog.trouble)
        if self._stream.cut_is_due:
            self._settle()
        self._stream.send_next()
        self._dialog.pump(patience.TURN_SECONDS)
        self._note_progress()
        self._look_into_stall()

    def _cancelled(self) -> bool:
        """Whether to cancel; too late when a cut is out that cannot be called back."""
        return self._plan.cancelled() and (self._model.clear or not self._stream.cut_is_out)

    def _end_if_lost(self) -> None:
        if (code := self._lost_code()) is not None:
            raise _Ended("unknown", code)
        if self._dialog.data_lost:
            self._continue_or_abandon()

    def _lost_code(self) -> str | None:
        return "printer.absent" if self._dialog.lost is not None else None

    def _note_progress(self) -> None:
        seen = (self._dialog.job_bytes, self._dialog.fences_answered)
        if seen != self._seen:
            self._seen = seen
            self._progress_at = max(self._monotonic(), self._link.wire_clear_at)
            self._asked_at = self._progress_at
            self._tell(None)

    def _tell(self, hold: str | None) -> None:
        sent, confirmed = self._stream.blocks_done()
        total = len(self._plan.blocks)
        progress = Progress(sent, confirmed, total, self._dialog.job_bytes, hold)
        if progress != self._told:
            self._told = progress
            self._plan.on_progress(progress)

    def _look_into_stall(self) -> None:
        """Ask a printer that makes no progress; hold if it says why, give up if it does not."""
        now = self._monotonic()
        if now - self._asked_at < patience.STALL_SECONDS or self._dialog.lost is not None:
            return
        if self._blocked():
            self._hold(HELD_BACK)
            return
        state = self._dialog.settled_status()
        self._asked_at = self._monotonic()
        if isinstance(state, NeedsAttention):
            self._hold(state.code)
        elif isinstance(state, Unknown | Offline):
            self._end_silent()
        elif self._monotonic() - self._progress_at > patience.GIVE_UP_SECONDS:
            self._continue_or_abandon()

    def _look_into_trouble(self, trouble: NeedsAttention) -> None:
        """Ask what exactly is the matter: n=2 says "error", n=3 which."""
        if trouble.reason == "error" and not self._blocked():
            state = self._dialog.settled_status()
            trouble = state if isinstance(state, NeedsAttention) else trouble
        self._hold(trouble.code)

    def _blocked(self) -> bool:
        """Whether flow control keeps our bytes back, so that a question cannot get out either."""
        if self._monotonic() < self._link.wire_clear_at + patience.BLOCKED_SECONDS:
            return False  # bytes were taken a moment ago
        return self._link.queued > 0 or self._link.unsent() > 0

    def _end_silent(self) -> NoReturn:
        """A silent printer may have been switched off: what it had not printed is gone or not."""
        self._empty()
        raise _Ended("unknown", self._lost_code() or Offline.code)

    def _hold(self, code: str) -> None:
        """Wait for somebody to come to the printer; return when it goes on with the same stream.

        A stopped printer keeps its buffer and goes on by itself, so nothing is sent again.
        """
        until = self._monotonic() + self._plan.hold_seconds
        retry_at = self._monotonic() + patience.CUTTER_RETRY_SECONDS
        while self._monotonic() < until:
            self._tell(code)
            if self._cancelled():
                self._cancel()
            self._pause(min(patience.POLL_SECONDS, until - self._monotonic()))
            self._end_if_lost()
            if self._blocked():
                code = self._ask_held(code)
                continue
            match self._dialog.settled_status():
                case Ready():
                    self._dialog.power_lost |= code == _NEEDS_POWER and not self._model.marker
                    self._progress_at = self._asked_at = self._monotonic()
                    self._tell(None)
                    return
                case NeedsAttention() as state:
                    code = state.code
                case Unknown() | Offline():
                    self._end_silent()
                case Absent():
                    self._end_if_lost()
            if code == "printer.cutter" and self._monotonic() >= retry_at:
                self._link.queue(commands.RETRY_AFTER_ERROR, job=False)
                retry_at = self._monotonic() + patience.CUTTER_RETRY_SECONDS
        self._abandon(code)

    def _ask_held(self, code: str) -> str:
        """Ask a printer that holds our bytes back, seldom: its reserve is small.

        When it says twice that nothing is the matter, its XON was lost.
        """
        now = self._monotonic()
        if (
            self._held_asked_at is not None
            and now - self._held_asked_at < patience.ASK_HELD_SECONDS
        ):
            return code
        self._held_asked_at = now
        match self._dialog.ask_past_hold():
            case NeedsAttention() as state:
                self._held_clean = 0
                return state.code
            case Ready():
                self._held_clean += 1
                if self._held_clean > 1:
                    self._link.set_held(held=False)
        return HELD_BACK

    def _pause(self, seconds: float) -> None:
        """Keep reading and writing for so long, but leave early for a cancel."""
        until = self._monotonic() + seconds
        while (left := until - self._monotonic()) > 0 and self._dialog.lost is None:
            if self._cancelled():
                return
            self._dialog.pump(min(left, patience.TURN_SECONDS))

    def _continue_or_abandon(self) -> None:
        """Data was lost: go on behind the last proven block, below a mark that voids the rest.

        Once in a job, only where the printer says that it is empty, and never with the cut out.
        """
        confirmed = self._stream.blocks_done()[1]
        data = self._plan.continued(confirmed) if self._plan.continued else b""
        # A mark that does not fit the buffer could hide a loss of power, like any longer piece.
        fits = 0 < len(data) <= self._model.buffer_bytes - FULL_BYTES
        if not (fits and self._model.clear) or self._continued or self._stream.cut_is_out:
            self._abandon(_DATA_LOST)
        self._dialog.release()
        if not self._dialog.clear_buffer():
            self._abandon(_DATA_LOST)
        if not isinstance(state := self._dialog.settled_status(), Ready):
            self._abandon(self._lost_code() or state.code)
        self._dialog.forgive()
        self._stream.go_on_behind(confirmed, data)
        self._continued = True
        self._progress_at = self._asked_at = self._monotonic()

    def _abandon(self, reason: str) -> NoReturn:
        """Give up; what the printer still holds must not come out in the next visit."""
        self._empty()
        raise _Ended("unknown", self._lost_code() or reason)

    def _empty(self) -> None:
        self._frozen = self._stream.blocks_done()  # a marker that comes now proves nothing more
        self._dialog.release()
        if self._model.clear:
            self._dialog.clear_buffer()

    def _settle(self, *, void: bool = False) -> None:
        """Without markers: the buffer was read; stay and see that no fault stops the rest.

        Behind a void mark nobody is waited for: whoever cancels is about to leave.
        """
        if self._model.marker:
            return
        until = self._monotonic() + self._model.settle_seconds
        while True:
            if self._stream.cut_is_due and not void and self._cancelled():
                self._cancel()
            state = self._idle_status()
            if isinstance(state, NeedsAttention) and not void:
                self._hold(state.code)
                until = self._monotonic() + self._model.settle_seconds
            elif not isinstance(state, Ready):
                raise _Ended("unknown", self._lost_code() or (_NOT_VOIDED if void else state.code))
            elif self._monotonic() >= until and not self._link.unsent():
                break
            self._dialog.pump(patience.SETTLE_POLL_SECONDS)
        self._dialog.expect_all_answered()
        if not void:
            self._end_if_lost()

    def _idle_status(self) -> PrinterState:
        """Ask on an idle line: what comes far too late was held up with it, as without power."""
        asked_at = self._monotonic()
        state = self._dialog.settled_status()
        if self._monotonic() - asked_at > self._usual_seconds + patience.LATE_SECONDS:
            self._dialog.line_held = True
        return state

    def _cancel(self) -> NoReturn:
        """Stop, empty the printer, and mark what is on paper as void."""
        if self._dialog.job_bytes == 0:
            self._link.drop_queued()
            raise _Ended("cancelled", None)
        self._frozen = self._stream.blocks_done()
        cut_was_out = self._stream.cut_is_out
        emptied = self._empty_for_void()
        if self._model.marker and self._stream.blocks_done()[1] == len(self._plan.blocks):
            self._frozen = None  # its last marker crossed our cancel: it is out, and cut off
            self._evidence, self._confirmed_at = self._proof, self._monotonic()
            raise _Ended("confirmed", None)
        state = self._dialog.settled_status()
        if not isinstance(state, Ready):
            raise _Ended("unknown", state.code)
        if not (emptied and self._void()) or cut_was_out:
            raise _Ended("unknown", self._lost_code() or _NOT_VOIDED)
        self._evidence = self._proof
        raise _Ended("cancelled", None)

    def _empty_for_void(self) -> bool:
        """Clear the buffer; a printer that cannot gets the begun block whole: no half command."""
        if not self._model.clear:
            return True
        self._link.drop_queued()
        return self._dialog.clear_buffer()

    def _void(self) -> bool:
        """Print the void mark, and cut only behind a proven one; whether all of it is proven.

        A piece that fell without its mark could be taken for a whole one. One that is not cut
        hangs until a further mark below it is proven.
        """
        self._dialog.forgive()  # what is void needs no proof
        self._stream = BlockStream(self._plan.void, self._dialog, self._stream.next_marker)
        sent_at = self._monotonic()
        while not self._stream.all_proven:
            if self._stream.cut_is_due:
                self._settle(void=True)
            if self._stream.send_next():
                sent_at = self._monotonic()
            waited = self._monotonic() - max(sent_at, self._link.wire_clear_at)
            gone = self._dialog.data_lost or self._dialog.lost is not None
            if gone or waited > patience.GIVE_UP_SECONDS:
                return False
            self._dialog.pump(patience.TURN_SECONDS)
        self._settle(void=True)
        return not self._dialog.data_lost
