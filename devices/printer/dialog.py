"""Questions and answers on the line: which reply belongs to which question."""

import contextlib
from collections import deque
from collections.abc import Callable

from devices.printer import commands
from devices.printer.descriptor import DescriptorLink, Lost, Turn
from devices.printer.models import PrinterModel
from devices.printer.pieces import FULL_BYTES
from devices.printer.question import LOOK_SECONDS, Question
from devices.printer.state import Absent, NeedsAttention, Offline, PrinterState, Unknown
from devices.printer.status import (
    AutoStatus,
    BufferCleared,
    InfoReply,
    MarkerReply,
    Noise,
    RegisterReply,
    Reply,
    ReplyParser,
    StatusReply,
    Xoff,
    Xon,
    decode_auto,
    decode_state,
    meanings,
)

REPLY_SECONDS = 0.3
"""A printer answers DLE EOT within a few milliseconds; twice this without a reply is silence."""
_OFFLINE_CAUSE, _ERROR_CAUSE = 2, 3


class Dialog:
    """The questions under way on one link, and what has come back."""

    def __init__(
        self, link: DescriptorLink, model: PrinterModel, monotonic: Callable[[], float]
    ) -> None:
        self.link = link
        self.model = model
        """As far as it has proven to be one: a printer that sends no markers loses them here."""
        self._monotonic = monotonic
        self._parser = ReplyParser()
        self._asked: deque[Question] = deque()
        self._answers: dict[int, int] = {}
        self._fences: deque[tuple[bytes, int]] = deque()  # identifier, and its end on the line
        self._read_to = 0  # up to here a fence has answered
        self._cleared = False
        self.register: int | bytes | None = None
        """The last answer to GS r, ESC v or GS I that belonged to no job."""
        self.late_answers = 0  # of that kind, which come first within the next job
        self.marker: bytes | None = None
        """The last marker that came back."""
        self._noise = 0
        self._silences = 0
        self._owed = 0  # answers to the questions of this job that did not come yet
        self.auto_state: PrinterState | None = None
        """What the printer said last by itself."""
        self._contradictions = 0
        self._doubtful_from: int | None = None
        self._round_trip: float | None = None
        self.lost: Lost | None = None
        """Set once the port is gone; nothing more can be done on this link then."""
        self.trouble: NeedsAttention | None = None
        """What a status reply reported that was asked for inside the stream."""
        self.fence_skipped = False
        """A later fence answered before an earlier one: data between them was lost."""
        self.line_held = False
        """The line stood still within a block, and nothing will show whether power was lost."""
        self.power_lost = False
        """Something happened that only a loss of power explains."""
        self.fences_answered = 0
        """Fences of this job that were answered, in order."""
        self.in_job = False  # its end sets it back
        self.job_bytes = 0
        """Bytes of the job that the kernel took since `begin_job`."""
        self.last_byte_at: float | None = None
        self.first_byte_at: float | None = None

    @property
    def fences_open(self) -> int:
        """Fences sent and not answered."""
        return len(self._fences)

    @property
    def fences_proven(self) -> int:
        """Fences answered, up to where power may have failed: the question behind tells later."""
        known = [asked.fences_before for asked in self._behind_blocks()]
        doubtful = [] if self._doubtful_from is None else [self._doubtful_from]
        return min([self.fences_answered, *known, *doubtful])

    @property
    def fences_sent(self) -> int:
        """Fences of this job, answered or not."""
        return self.fences_answered + len(self._fences)

    @property
    def data_lost(self) -> bool:
        """Whether something that was sent is missing on the paper, or may be."""
        return self.fence_skipped or self.line_held or self.power_lost

    @property
    def settled(self) -> bool:
        """Whether every block that was sent is proven and the line behind it is known good."""
        return not self._fences and not self._behind_blocks() and not self.data_lost

    def begin_job(self) -> None:
        """Forget the last job, and silence before this one: it asks twice by itself."""
        self._asked.clear()
        self._round_trip = None
        self._read_to = self.link.position
        self.trouble = None
        self.fence_skipped = self.line_held = self.power_lost = False
        self._owed = self._silences = self._contradictions = 0
        self.auto_state = self._doubtful_from = None
        self.in_job = True
        self.fences_answered = self.job_bytes = 0
        self.first_byte_at = self.last_byte_at = None

    def end_job(self) -> None:
        """What it did not see proven is no longer waited for."""
        self._fences.clear()
        self.in_job = False

    def pump(self, timeout: float) -> None:
        """Let the link do one turn and sort what came."""
        if self.lost is not None:
            return
        started = self._monotonic()
        due = [(asked, self.link.clear_at(asked.place or 0)) for asked in self._behind_blocks()]
        for _, at in due:
            timeout = min(timeout, at - started if at > started else LOOK_SECONDS)
        match self.link.turn(timeout):
            case Lost() as lost:
                self.lost = lost
            case Turn(received, taken):
                for asked, at in due:
                    asked.note_silence(self._monotonic() - max(started, at))
                if taken:
                    self._count(taken)
                for reply in self._parser.feed(received):
                    self._sort(reply)

    def _count(self, taken: int) -> None:
        self.last_byte_at = self._monotonic()
        if self.first_byte_at is None:
            self.first_byte_at = self.last_byte_at
        self.job_bytes += taken

    def _sort(self, reply: Reply) -> None:
        match reply:
            case StatusReply(byte):
                self._status_came(byte)
            case MarkerReply(identifier):
                self.marker = identifier
                self._fence_came(identifier)
            case RegisterReply(byte) if not self._fences:
                self.register = byte
            case RegisterReply() if self.late_answers:
                self.late_answers -= 1
            case RegisterReply():
                self._fence_came(b"")
            case InfoReply(text):
                self.register = text
            case BufferCleared():
                self._cleared = True
            case AutoStatus(data):
                self._auto_came(data)
            case Xon():
                self._xon_came()
            case Xoff():
                self.link.set_held(held=True)
            case Noise():
                self._noise += 1

    def _auto_came(self, data: bytes) -> None:
        """Take what the printer said by itself; only when we asked it to (see `watch`)."""
        if not self.model.auto_bits:
            return
        self.auto_state = decode_auto(self.model, data)
        self._contradictions = 0
        if isinstance(self.auto_state, NeedsAttention):
            self.trouble = self.auto_state

    def _xon_came(self) -> None:
        """An XON lifts our own hold; one that nobody waits for comes when the power comes back."""
        self.link.set_held(held=False)
        if self.model.flow != "xonxoff" and self.job_bytes and not self.model.marker:
            self.power_lost = True

    def _status_came(self, byte: int) -> None:
        self._owed = max(0, self._owed - 1)
        if not self._asked:
            self._noise += 1
            return
        asked = self._asked.popleft()
        query = asked.query
        self._answers[query] = byte
        if asked.is_late(self._round_trip or 0.0):
            self._doubt(asked)
        if query == _OFFLINE_CAUSE and meanings(self.model, query, byte):
            state = decode_state(self.model, {query: byte})
            self.trouble = state if isinstance(state, NeedsAttention) else None

    def _fence_came(self, identifier: bytes) -> None:
        if self._fences and self._fences[0][0] == identifier:
            self._read_to = self._fences.popleft()[1]
            self.fences_answered += 1
        elif any(identifier == sent for sent, _ in self._fences):
            self.fence_skipped = True

    def send_fence(self, number: int) -> None:
        """Queue what proves, when answered, that all before it was printed (or only read)."""
        if self.model.marker:
            self.link.queue(commands.marker(number), job=True)
            identifier = commands.marker_id(number)
        else:
            self.link.queue(commands.ECHO[self.model.echo], job=True)
            identifier = b""
        self._fences.append((identifier, self.link.position))

    def ask_in_stream(self) -> None:
        """Queue DLE EOT 2 behind a block and its fence.

        The reply sets `trouble`. It comes at once when the printer has received the question, so
        it also tells whether the line stood still in between (see `_doubt`).
        """
        self.link.queue(commands.STATUS[_OFFLINE_CAUSE], job=False)
        before = self.fences_answered + len(self._fences) - 1
        place = self.link.position
        self._asked.append(Question(_OFFLINE_CAUSE, place, before, place - self._read_to))
        self._owed += 1

    def watch(self) -> None:
        """Have the printer tell by itself what changes, where the model can be trusted to.

        ESC @ and a loss of power may end it, so it is asked for again behind a job's first part.
        """
        if self.model.auto_bits:
            self.link.queue(commands.AUTO_STATUS_ON, job=False)

    def expect_statuses(self, queries: bytes) -> None:
        """Expect replies to DLE EOT sequences that lie inside image data by chance."""
        self._asked.extend(map(Question, queries))
        self._owed += len(queries)

    def _behind_blocks(self) -> list[Question]:
        return [asked for asked in self._asked if asked.place is not None]

    def _doubt(self, asked: Question) -> None:
        """Decide whether a power cycle could pass for the time that the line was held.

        A printer without power holds an RTS/CTS line. What it had received is gone, and the rest
        of the block comes afterwards with its marker, as if nothing had happened. Only an earlier
        block that it held whole and unprinted shows it: that one's marker never comes, and the
        next one is seen to skip it. Without markers nothing shows it, and a full buffer is the
        only other reason for a held line; where XON/XOFF stops the host, `expect_all_answered`
        sees what a dead printer left unanswered.
        """
        if self.model.marker:
            if self.fences_answered >= asked.fences_before and not self.line_held:
                self.line_held = True
                self._doubtful_from = asked.fences_before
        elif self.model.flow in ("rtscts", "dsr-poll"):
            self.line_held |= asked.outstanding < self.model.buffer_bytes - FULL_BYTES

    def status(self) -> PrinterState:
        """Ask for the printer's state and wait for it, at most about 0.3 s."""
        self._settle_stale()
        answered = self._ask(self.model.queries)
        if self.lost is not None:
            return Absent(self.lost.detail)
        if not answered:
            self._silences += 1
            self._asked.clear()
            if not self.in_job or not self.job_bytes:
                self.release()
            return Unknown(self._noise) if self._silences == 1 else Offline(self._noise)
        self._silences = 0
        answers = {query: self._answers[query] for query in self.model.queries}
        if "error" in meanings(self.model, _OFFLINE_CAUSE, answers[_OFFLINE_CAUSE]) and self._ask(
            (_ERROR_CAUSE,)
        ):
            answers[_ERROR_CAUSE] = self._answers[_ERROR_CAUSE]
        self.trouble = None
        state = decode_state(self.model, answers)
        self._compare(state)
        return state

    def release(self) -> None:
        """Drop what is queued, and lift an XOFF, which noise may have made: what the port's chip
        holds goes out now, in its own job's time, not in the next."""
        self.link.drop_queued()
        self.link.set_held(held=True)
        self.link.set_held(held=False)

    def recover(self) -> PrinterState:
        """Let a printer that stopped for its cutter try again, with its buffer empty; ask it."""
        self.link.queue(commands.CLEAR_AFTER_ERROR, job=False)
        return self.settled_status()

    def _compare(self, state: PrinterState) -> None:
        """Look for a sign that the power was lost.

        What a printer promised to tell by itself, it tells until its power is lost: asked twice,
        it must not say otherwise.
        """
        if not self.in_job:
            return
        told, stopped = self.auto_state, isinstance(state, NeedsAttention)
        if told is not None and isinstance(told, NeedsAttention) != stopped:
            self._contradictions += 1
            self.power_lost = self.power_lost or self._contradictions > 1
        else:
            self._contradictions = 0

    def expect_all_answered(self) -> None:
        """See whether every question of the job was answered; call it when the line is quiet.

        A printer answers DLE EOT whatever its buffer holds, late at worst. One that never did was
        off, and lost what it held. With markers the paper itself is proven.
        """
        if self._owed and not self.model.marker:
            self.power_lost = True

    def ask_past_hold(self) -> PrinterState | None:
        """Ask a printer that holds our bytes back; None when it cannot be asked or says nothing."""
        if not self.link.ask_past_hold(commands.STATUS[_OFFLINE_CAUSE]):
            return None
        asked = Question(_OFFLINE_CAUSE)
        taken = self.link.position - self.link.queued
        unsent = [late for late in self._behind_blocks() if (late.place or 0) > taken]
        for late in unsent:
            late.place = (late.place or 0) + len(commands.STATUS[_OFFLINE_CAUSE])
        self._asked.insert(len(self._asked) - len(unsent), asked)
        self._owed += 1
        if not self.wait_until(lambda: not any(one is asked for one in self._asked)):
            with contextlib.suppress(ValueError):
                self._asked.remove(asked)
            return None
        return decode_state(self.model, {_OFFLINE_CAUSE: self._answers[_OFFLINE_CAUSE]})

    def forgive(self) -> None:
        """Forget what was held against data that is given up: what follows is proven anew."""
        self.fence_skipped = self.line_held = self.power_lost = False
        self._doubtful_from = None
        self._owed = 0

    def settled_status(self) -> PrinterState:
        """Ask as `status` does, and once more when nothing came: never `Unknown`."""
        state = self.status()
        return self.status() if isinstance(state, Unknown) else state

    def _settle_stale(self) -> None:
        """Take in what is still coming for earlier questions, or it would answer the new ones."""
        if self._asked:
            self.wait_until(lambda: not self._asked)
        for asked in self._behind_blocks():
            self._doubt(asked)
        self._asked.clear()
        self.pump(0.0)
        self._noise = 0

    def _ask(self, queries: tuple[int, ...]) -> bool:
        self._asked.clear()
        for query in queries:
            self._answers.pop(query, None)
            self.link.queue(commands.STATUS[query], job=False)
            self._asked.append(Question(query))
            self._owed += 1
        answered = self.wait_until(lambda: not self._asked)
        if answered and self._round_trip is None:  # before a job, so on an idle line
            self._round_trip = max(0.0, self._monotonic() - self.link.wire_clear_at)
        return answered

    def clear_buffer(self) -> bool:
        """Clear the printer's buffer; True when the printer said that it is empty."""
        self._cleared = False
        self.link.queue(commands.CLEAR_BUFFER, job=False)
        done = self.wait_until(lambda: self._cleared)
        if done:
            self._fences.clear()  # the ids of cleared data never come
        return done

    def wait_until(self, condition: Callable[[], bool], patience: float = REPLY_SECONDS) -> bool:
        """Pump until the condition holds; give up some time after the wire is clear.

        A port that takes no bytes at all gives up so long after the last one it took.
        """
        started = self._monotonic()
        while not condition():
            deadline = max(started, self.link.wire_clear_at) + patience
            left = deadline - self._monotonic()
            if left <= 0 or self.lost is not None:
                return False
            self.pump(left)
        return True
