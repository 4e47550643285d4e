"""The handshake tester: finds the baud rate and how a printer really stops the host, and says why.

The port is opened without any flow control, so that everything shows: XOFF as a byte, CTS and DSR
as lines. The buffer is filled with NUL bytes, which print nothing, while the technician keeps the
cover open so that the printer does not read on; it is cleared afterwards where the printer can.
Whatever interrupts the test leaves NULs in the printer at worst.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

from devices.printer import commands
from devices.printer.descriptor import Lost
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

Limit: TypeAlias = Literal["port", "baud", "cover", "stopped", "buffer"]
OpenLink: TypeAlias = Callable[[LineSettings], SerialLink]
"""Make a link for these settings; it is opened and closed here."""

USUAL_BAUDS: Final = (9600, 19200, 38400, 57600, 115200, 4800, 2400, 1200)
_QUERIES: Final = (1, 2, 4)
_REPLY_SECONDS: Final = 0.3
_CLEAR_SECONDS: Final = 1.0
_CHUNK: Final = 32
"""Less than the reserve that the smallest printer keeps after it has stopped the host."""
_AFTER_SIGN_SECONDS: Final = 0.1
_STUCK_SECONDS: Final = 2.0
"""A port without flow control that takes not one byte for so long takes none at all."""
_SPARE: Final = 1024


@dataclass(frozen=True, slots=True)
class HandshakeVerdict:
    """What was found, why, and what to set."""

    configured: LineSettings
    baud: int | None = None
    """At which the printer answers; None when it does at none."""
    flow: Flow | None = None
    """How it stops the host, `none` when it does not; None where the test could not tell."""
    limit: Limit | None = None
    """What kept the test from a full verdict; None when nothing did. `port`: not opened, lost, or
    takes no byte; `baud`: no answer at any; `cover`: not opened; `stopped`: somebody ended the
    test; `buffer`: nothing stopped us in twice the profile's buffer, or the printer's is larger
    still."""
    offline_stops: bool | None = None
    """Whether it stops the host already when it is offline, not only when its buffer is full."""
    filled_bytes: int = 0
    """How many bytes it took before it stopped us."""
    evidence: tuple[str, ...] = ()
    """What was seen, in order: English, for the technician."""
    advice: tuple[str, ...] = ()
    """What to set, on the printer or in the configuration."""

    @property
    def agrees(self) -> bool | None:
        """Whether the configuration fits what was found; None where that is not known."""
        if self.baud is None:
            return None
        if self.baud != self.configured.baud:
            return False
        return None if self.flow is None else self.flow == self.configured.flow


class _LimitedError(Exception):
    """Leaves the procedure with what is known so far; never leaves this module."""

    def __init__(self, limit: Limit, why: str | None = None) -> None:
        super().__init__(limit)
        self.limit: Limit = limit
        self.why = why


@dataclass(slots=True)
class _Findings:
    baud: int | None = None
    flow: Flow | None = None
    offline_stops: bool | None = None
    filled: int = 0
    evidence: list[str] = field(default_factory=list)


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
        names = {"CTS fell": self.cts, "DSR fell": self.dsr, "XOFF came": self.xoff}
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
        try:
            baud = self._found.baud = self._find_baud()
            with self._open(baud) as line:
                self._find_flow(line)
        except _LimitedError as end:
            limit = end.limit
            if end.why is not None:
                self._note(end.why)
        return self._verdict(limit)

    def _verdict(self, limit: Limit | None) -> HandshakeVerdict:
        found = self._found
        configured = LineSettings(self._model.baud, self._model.flow)
        verdict = HandshakeVerdict(
            configured,
            found.baud,
            found.flow,
            limit,
            found.offline_stops,
            found.filled,
            tuple(found.evidence),
        )
        return replace(verdict, advice=tuple(_advice(verdict)))

    def _note(self, line: str) -> None:
        self._found.evidence.append(line)

    @contextmanager
    def _open(self, baud: int) -> "Iterator[_Line]":
        link = self._open_link(LineSettings(baud, "none"))
        try:
            if isinstance(lost := link.open(urgent=True), Lost):
                self._note(f"the port was not opened: {lost.detail}")
                raise _LimitedError("port")
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
                self._note(f"{baud} baud: {good} valid answers to DLE EOT")
                return baud
            self._note(f"{baud} baud: {good} of {len(_QUERIES)} valid answers, {noise} other bytes")
        raise _LimitedError("baud")

    def _find_flow(self, line: "_Line") -> None:
        idle = line.lines()
        self._note(f"idle: {_describe(idle)}")
        if not self._ask_for_open_cover():
            self._note("the cover stayed closed: the buffer cannot be filled")
            raise _LimitedError("cover")
        if not self._reports_stop(line):
            self._note("the printer does not report the open cover")
            raise _LimitedError("cover")
        signs = line.signs(idle)
        self._found.offline_stops = signs.any
        try:
            if signs.any:
                self._note(f"with the cover open, before any byte: {signs.words}")
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
                self._note(f"after {self._found.filled} bytes: {signs.words}")
                self._found.flow = signs.flow
                return
        self._note(f"after {self._found.filled} bytes: nothing has stopped us")
        self._found.flow = "none"
        raise _LimitedError("buffer")

    def _clear(self, line: "_Line") -> None:
        """Take the NULs out again; where that cannot be, they run through and print nothing."""
        if not self._model.clear:
            self._note("the printer cannot clear its buffer: the NULs run through, unseen")
        elif line.clear():
            self._note("the buffer was cleared")
        else:
            self._note("the printer did not say that its buffer is clear")


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
            raise _LimitedError("port")
        if self._link.queued < before:
            self._moved_at = self._monotonic()
        elif before and self._monotonic() - self._moved_at >= _STUCK_SECONDS:
            raise _LimitedError("port", f"the port took no byte in {_STUCK_SECONDS:g} s")
        replies = self._parser.feed(turn.received)
        self._xoff = self._xoff or Xoff() in replies
        return list(replies)


def _describe(lines: Lines) -> str:
    words = {True: "high", False: "low", None: "not known"}
    return f"CTS {words[lines.cts]}, DSR {words[lines.dsr]}, DCD {words[lines.dcd]}"


_SETTINGS: Final[dict[Flow, str]] = {
    "rtscts": "the printer's DTR/DSR handshake, its DTR wired to our CTS",
    "xonxoff": "the printer's XON/XOFF handshake",
    "dsr-poll": "the printer's DTR/DSR handshake, its DTR wired to our DSR",
    "none": "no handshake",
}


def _advice(verdict: HandshakeVerdict) -> Iterator[str]:
    configured = verdict.configured
    if verdict.limit == "port":
        return
    if verdict.baud is None:
        yield "switch the printer on, check the cable, print its self-test for its own settings"
        return
    if verdict.baud != configured.baud:
        yield (
            f"set baud = {verdict.baud} in the model, or the printer's DIP or memory switch to "
            f"{configured.baud} baud"
        )
    if verdict.flow == "none":
        yield (
            f"choose {_SETTINGS[configured.flow]} by DIP or memory switch; check that the cable "
            "carries the line: without any, what a full buffer does not hold is lost"
        )
    elif verdict.flow is not None and verdict.flow != configured.flow:
        yield (
            f'set flow = "{verdict.flow}" in the model, or by DIP or memory switch '
            f"{_SETTINGS[configured.flow]}"
        )
    if verdict.offline_stops:
        yield (
            "set the memory or DIP switch (1-3 or 2-1) to stop the host only when the buffer is "
            "full: then the printer can be asked while its cover is open"
        )
