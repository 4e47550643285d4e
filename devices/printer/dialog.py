"""Questions and answers on the line: which reply belongs to which question."""

from collections import deque
from collections.abc import Callable

from devices.printer import commands
from devices.printer.link import Lost, SerialLink, Turn
from devices.printer.models import PrinterModel
from devices.printer.state import Absent, NeedsAttention, PrinterState, Silent
from devices.printer.status import (
    AutoStatus,
    BufferCleared,
    InfoReply,
    MarkerReply,
    Noise,
    RegisterReply,
    Reply,
    StatusReply,
    Xoff,
    Xon,
    decode_state,
    meanings,
)

REPLY_SECONDS = 0.3
"""A printer answers DLE EOT within a few milliseconds; twice this without a reply is silence."""
_STATUS_QUERIES = (1, 2, 4)  # at most four may be under way at once
_OFFLINE_CAUSE, _ERROR_CAUSE = 2, 3


class Dialog:
    """The questions under way on one link, and what has come back."""

    def __init__(
        self, link: SerialLink, model: PrinterModel, monotonic: Callable[[], float]
    ) -> None:
        self.link = link
        self._model = model
        self._monotonic = monotonic
        self._asked: deque[int] = deque()
        self._answers: dict[int, int] = {}
        self._fences: deque[bytes] = deque()
        self._cleared = False
        self._noise = 0
        self.lost: Lost | None = None
        """Set once the port is gone; nothing more can be done on this link then."""
        self.trouble: NeedsAttention | None = None
        """What a status reply reported that was asked for inside the stream."""
        self.fence_skipped = False
        """A later fence answered before an earlier one: data between them was lost."""
        self.fences_answered = 0
        """Fences of this job that were answered, in order."""
        self.job_bytes = 0
        """Bytes of the job that the kernel took since `begin_job`."""
        self.last_byte_at: float | None = None
        self.first_byte_at: float | None = None

    @property
    def fences_open(self) -> int:
        """Fences sent and not answered."""
        return len(self._fences)

    def begin_job(self) -> None:
        """Forget the last job."""
        self._asked.clear()
        self._fences.clear()
        self.trouble = None
        self.fence_skipped = False
        self.fences_answered = 0
        self.job_bytes = 0
        self.first_byte_at = self.last_byte_at = None

    def pump(self, timeout: float) -> None:
        """Let the link do one turn and sort what came."""
        if self.lost is not None:
            return
        match self.link.turn(timeout):
            case Lost() as lost:
                self.lost = lost
            case Turn(replies, taken):
                if taken:
                    self._count(taken)
                for reply in replies:
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
                self._fence_came(identifier)
            case RegisterReply():
                self._fence_came(b"")
            case BufferCleared():
                self._cleared = True
            case Noise():
                self._noise += 1
            case Xon() | Xoff() | AutoStatus() | InfoReply():
                pass  # flow control is the kernel's; nobody here asked for the others

    def _status_came(self, byte: int) -> None:
        if not self._asked:
            self._noise += 1
            return
        query = self._asked.popleft()
        self._answers[query] = byte
        if query == _OFFLINE_CAUSE and meanings(self._model, query, byte):
            state = decode_state(self._model, {query: byte})
            self.trouble = state if isinstance(state, NeedsAttention) else None

    def _fence_came(self, identifier: bytes) -> None:
        if self._fences and self._fences[0] == identifier:
            self._fences.popleft()
            self.fences_answered += 1
        elif identifier in self._fences:
            self.fence_skipped = True
        else:
            self._noise += 1  # an id of an earlier job, or one that nobody sent

    def send_fence(self, number: int) -> None:
        """Queue what proves, when answered, that all before it was printed (or only read)."""
        if self._model.marker:
            self.link.queue(commands.marker(number), job=True)
            self._fences.append(commands.marker_id(number))
        else:
            self.link.queue(commands.PAPER_ECHO, job=True)
            self._fences.append(b"")

    def ask_in_stream(self) -> None:
        """Queue DLE EOT 2 behind what is queued; the reply sets `trouble` when it comes."""
        self.link.queue(commands.STATUS[_OFFLINE_CAUSE], job=False)
        self._asked.append(_OFFLINE_CAUSE)

    def expect_statuses(self, queries: bytes) -> None:
        """Expect replies to DLE EOT sequences that lie inside image data by chance."""
        self._asked.extend(queries)

    def status(self) -> PrinterState:
        """Ask for the printer's state and wait for it, at most about 0.6 s."""
        self._settle_stale()
        answered = self._ask(_STATUS_QUERIES)
        if not answered and not self.link.queued:  # a port that takes nothing is not asked twice
            answered = self._ask(_STATUS_QUERIES)
        if self.lost is not None:
            return Absent(self.lost.detail)
        if not answered:
            return Silent(self._noise)
        answers = {query: self._answers[query] for query in _STATUS_QUERIES}
        if "error" in meanings(self._model, _OFFLINE_CAUSE, answers[_OFFLINE_CAUSE]) and self._ask(
            (_ERROR_CAUSE,)
        ):
            answers[_ERROR_CAUSE] = self._answers[_ERROR_CAUSE]
        self.trouble = None
        return decode_state(self._model, answers)

    def _settle_stale(self) -> None:
        """Take in what is still coming for earlier questions, or it would answer the new ones."""
        if self._asked:
            self._wait_until(lambda: not self._asked)
        self._asked.clear()
        self.pump(0.0)
        self._noise = 0

    def _ask(self, queries: tuple[int, ...]) -> bool:
        self._asked.clear()
        for query in queries:
            self._answers.pop(query, None)
            self.link.queue(commands.STATUS[query], job=False)
            self._asked.append(query)
        return self._wait_until(lambda: not self._asked)

    def clear_buffer(self) -> bool:
        """Clear the printer's buffer; True when the printer said that it is empty."""
        self._cleared = False
        self.link.queue(commands.CLEAR_BUFFER, job=False)
        done = self._wait_until(lambda: self._cleared)
        if done:
            self._fences.clear()  # the ids of cleared data never come
        return done

    def _wait_until(self, condition: Callable[[], bool]) -> bool:
        """Pump until the condition holds; give up REPLY_SECONDS after the wire is clear.

        A port that takes no bytes at all gives up REPLY_SECONDS after the last one it took.
        """
        started = self._monotonic()
        while not condition():
            deadline = max(started, self.link.wire_clear_at) + REPLY_SECONDS
            left = deadline - self._monotonic()
            if left <= 0 or self.lost is not None:
                return False
            self.pump(left)
        return True
