"""The handshake tester: finds the baud rate and how a printer really stops the host, and says why.

The port is opened without any flow control, so that everything shows: XOFF as a byte, CTS and DSR
as lines. The buffer is filled with NUL bytes, which print nothing, while the technician keeps the
cover open so that the printer does not read on; it is cleared afterwards where the printer can.
Whatever interrupts the test leaves NULs in the printer at worst.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from devices.printer import commands
from devices.printer.descriptor import Lost
from devices.printer.handshake_verdict import HandshakeVerdict, Limit, Note, advice_for
from devices.printer.link import Lines, LineSettings, SerialLink
from devices.printer.models import Flow, PrinterModel
from devices.printer.result import never
from devices.printer.status import (
    BufferCleared,
    Noise,
    Reply,
    ReplyParser,
    StatusReply,
    Xoff,
    meanings,
)

OpenLink: TypeAlias = Callable[[LineSettings], SerialLink]
"""Make a link for these settings; it is opened and closed here."""

USUAL_BAUDS: Final = (9600, 19200, 38400, 57600, 115200, 4800, 2400, 1200)
_QUERIES: Final = (1, 2, 4)
_REPLY_SECONDS: Final = 0.3
_CLEAR_SECONDS: Final = 1.0
_CHUNK: Final = 32
"""Less than the reserve that the smallest printer keeps after it has stopped the host."""
_AFTER_SIGN_SECONDS: Final = 0.1
_STUCK_SECONDS: Final = 2
"""A port without flow control that takes not one byte for so long takes none at all."""
_SPARE: Final = 1024


class _LimitedError(Exception):
    """Leaves the procedure with what is known so far; never leaves this module."""

    def __init__(self, limit: Limit, why: Note | None = None, lost: Lost | None = None) -> None:
        super().__init__(limit)
        self.limit: Limit = limit
        self.why = why
        self.lost = lost


@dataclass(slots=True)
class _Findings:
    baud: int | None = None
    flow: Flow | None = None
    offline_stops: bool | None = None
    filled: int = 0
    evidence: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Signs:
    """By which the printer has told us to stop."""

    xoff: bool = False
    cts: bool = False
    dsr: bool = False

    @property
    def any(self) -> bool:
        return self.xoff or self.cts or self.dsr

    @property
    def flow(self) -> Flow:
        """Hardware first: it acts at once, and needs nothing of our software."""
        return "rtscts" if self.cts else "xonxoff" if self.xoff else "dsr-poll"

    @property
    def words(self) -> str:
        names = {"CTS": self.cts, "DSR": self.dsr, "XOFF": self.xoff}
        return ", ".join(name for name, seen in names.items() if seen)


def _cover_stays_closed() -> bool:
    return False


class HandshakeTest:
    """One run of the test; nothing else may use the port meanwhile."""

    def __init__(
        self,
        open_link: OpenLink,
        model: PrinterModel,
        monotonic: Callable[[], float],
        *,
        ask_for_open_cover: Callable[[], bool] = _cover_stays_closed,
        cancelled: Callable[[], bool] = never,
    ) -> None:
        """`ask_for_open_cover` has the technician open it and returns whether that was done."""
        self._open_link = open_link
        self._model = model
        self._monotonic = monotonic
        self._ask_for_open_cover = ask_for_open_cover
        self._cancelled = cancelled
        self._found = _Findings()

    def run(self) -> HandshakeVerdict:
        """Test and return the verdict; takes seconds, most of them to fill a slow printer."""
        limit: Limit | None = None
        lost: Lost | None = None
        try:
            baud = self._found.baud = self._find_baud()
            with self._open(baud) as line:
                self._find_flow(line)
        except _LimitedError as end:
            limit, lost = end.limit, end.lost
            if end.why is not None:
                self._found.evidence.append(end.why)
        return self._verdict(limit, lost)

    def _verdict(self, limit: Limit | None, lost: Lost | None) -> HandshakeVerdict:
        found = self._found
        configured = LineSettings(self._model.baud, self._model.flow)
        verdict = HandshakeVerdict(
            configured,
            found.baud,
            found.flow,
            limit,
            lost,
            found.offline_stops,
            found.filled,
            tuple(found.evidence),
        )
        return replace(verdict, advice=tuple(advice_for(verdict)))

    def _note(self, key: str, **data: str | int) -> None:
        self._found.evidence.append(Note(key, data))

    @contextmanager
    def _open(self, baud: int) -> "Iterator[_Line]":
        link = self._open_link(LineSettings(baud, "none"))
        try:
            if isinstance(lost := link.open(urgent=True), Lost):
                why = Note("handshake.port_refused", {"detail": lost.detail})
                raise _LimitedError("port", why, lost)
            yield _Line(link, self._monotonic, self._cancelled)
        finally:
            link.close()

    def _find_baud(self) -> int:
        bauds = (self._model.baud, *(baud for baud in USUAL_BAUDS if baud != self._model.baud))
        for baud in bauds:
            with self._open(baud) as line:
                replies = line.ask_status()
            good = sum(isinstance(reply, StatusReply) for reply in replies)
            noise = sum(isinstance(reply, Noise) for reply in replies)
            if good == len(_QUERIES) and not noise:
                self._note("handshake.answered", baud=baud, good=good)
                return baud
            self._note(
                "handshake.unanswered", baud=baud, good=good, asked=len(_QUERIES), noise=noise
            )
        raise _LimitedError("baud")

    def _find_flow(self, line: "_Line") -> None:
        idle = line.lines()
        self._note("handshake.idle", lines=_describe(idle))
        if not self._ask_for_open_cover():
            self._note("handshake.cover_closed")
            raise _LimitedError("cover")
        if not self._reports_stop(line):
            self._note("handshake.cover_unreported")
            raise _LimitedError("cover")
        signs = line.signs(idle)
        self._found.offline_stops = signs.any
        try:
            if signs.any:
                self._note("handshake.stopped_open", signs=signs.words)
                self._found.flow = signs.flow
            else:
                self._fill(line, idle)
        finally:
            self._clear(line)

    def _reports_stop(self, line: "_Line") -> bool:
        replies = [reply for reply in line.ask_status() if isinstance(reply, StatusReply)]
        pairs = zip(_QUERIES, replies, strict=False)
        return any(
            meanings(self._model, query, reply.byte) - {"paper_low"} for query, reply in pairs
        )

    def _fill(self, line: "_Line", idle: Lines) -> None:
        most = 2 * self._model.buffer_bytes + _SPARE
        while self._found.filled < most:
            self._found.filled += line.send_nothing(_CHUNK)
            if line.signs(idle).any:
                line.listen(_AFTER_SIGN_SECONDS)  # a second sign may come a little later
                signs = line.signs(idle)
                self._note("handshake.stopped_full", bytes=self._found.filled, signs=signs.words)
                self._found.flow = signs.flow
                return
        self._note("handshake.not_stopped", bytes=self._found.filled)
        self._found.flow = "none"
        raise _LimitedError("buffer")

    def _clear(self, line: "_Line") -> None:
        """Take the NULs out again; where that cannot be, they run through and print nothing."""
        if not self._model.clear:
            self._note("handshake.no_clear")
        elif line.clear():
            self._note("handshake.cleared")
        else:
            self._note("handshake.not_cleared")


class _Line:
    """The open port with all flow control off, and what came over it."""

    def __init__(
        self, link: SerialLink, monotonic: Callable[[], float], cancelled: Callable[[], bool]
    ) -> None:
        self._link = link
        self._monotonic = monotonic
        self._cancelled = cancelled
        self._parser = ReplyParser()
        self._xoff = False
        self._moved_at = monotonic()  # when the port last took a byte of what was to go

    def lines(self) -> Lines:
        return self._link.lines()

    def signs(self, idle: Lines) -> _Signs:
        """Compare with the lines as they were while the printer was idle."""
        now = self._link.lines()
        return _Signs(
            xoff=self._xoff,
            cts=bool(idle.cts) and now.cts is False,
            dsr=bool(idle.dsr) and now.dsr is False,
        )

    def ask_status(self) -> list[Reply]:
        """Ask DLE EOT 1, 2 and 4 and return all that comes until 0.3 s after they went out."""
        for query in _QUERIES:
            self._queue(commands.STATUS[query])
        replies: list[Reply] = []
        while len(replies) < len(_QUERIES) and self._left(_REPLY_SECONDS) > 0:
            replies += self._turn(self._left(_REPLY_SECONDS))
        return replies + self.listen(0.0)

    def send_nothing(self, count: int) -> int:
        """Send NULs and wait until they are on the wire; return how many."""
        if self._cancelled():
            raise _LimitedError("stopped")
        self._queue(bytes(count))
        while self._link.queued:
            self._turn(_REPLY_SECONDS)
        self.listen(max(0.0, self._link.wire_clear_at - self._monotonic()))
        return count

    def clear(self) -> bool:
        self._queue(commands.CLEAR_BUFFER)
        replies: list[Reply] = []
        started = self._monotonic()
        while self._monotonic() < max(started, self._link.wire_clear_at) + _CLEAR_SECONDS:
            replies += self._turn(_REPLY_SECONDS)
            if BufferCleared() in replies:
                return True
        return False

    def listen(self, seconds: float) -> list[Reply]:
        until = self._monotonic() + seconds
        replies = self._turn(seconds)
        while (left := until - self._monotonic()) > 0:
            replies += self._turn(left)
        return replies

    def _queue(self, data: bytes) -> None:
        self._link.queue(data, job=False)
        self._moved_at = self._monotonic()

    def _left(self, patience: float) -> float:
        if self._link.queued:
            return patience
        return self._link.wire_clear_at + patience - self._monotonic()

    def _turn(self, seconds: float) -> list[Reply]:
        before = self._link.queued
        turn = self._link.turn(seconds)
        if isinstance(turn, Lost):
            why = Note("handshake.port_lost", {"detail": turn.detail})
            raise _LimitedError("port", why, turn)
        if self._link.queued < before:
            self._moved_at = self._monotonic()
        elif before and self._monotonic() - self._moved_at >= _STUCK_SECONDS:
            raise _LimitedError("port", Note("handshake.port_stuck", {"seconds": _STUCK_SECONDS}))
        replies = self._parser.feed(turn.received)
        self._xoff = self._xoff or Xoff() in replies
        return list(replies)


def _describe(lines: Lines) -> str:
    level = {True: "1", False: "0", None: "?"}
    return f"CTS {level[lines.cts]}, DSR {level[lines.dsr]}, DCD {level[lines.dcd]}"
