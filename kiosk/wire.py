"""The last that passed between this machine, its cards and its printers, while somebody looks.

Off by default, on for some minutes at most, in memory only. A line is made of numbers and of names
that stand in this program: no byte of a job, of a card's answer or of a PIN can get into one.
"""

import threading
from collections import deque
from collections.abc import Callable
from math import inf
from typing import Final, assert_never

from devices.card.tap import Exchange
from devices.printer.descriptor import Direction, OnTraffic
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
)
from devices.printer.trace import questions

MOST_LINES: Final = 1000


class Wire:
    """A ring of lines; used by any thread. Times are seconds since the trace began."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._lines: deque[str] = deque(maxlen=MOST_LINES)
        self._began = 0.0
        self._until = -inf

    def begin(self, seconds: float) -> None:
        """Follow what passes for so long; what was followed before is forgotten."""
        with self._lock:
            self._lines.clear()
            self._began = self._monotonic()
            self._until = self._began + seconds

    def end(self) -> None:
        """Follow no more; the lines stay until the next beginning."""
        self._until = -inf

    @property
    def on(self) -> bool:
        """Whether it follows now."""
        return self.seconds_left > 0

    @property
    def seconds_left(self) -> float:
        """Until it ends by itself."""
        return max(0.0, self._until - self._monotonic())

    def lines(self) -> tuple[str, ...]:
        """The last ones, oldest first."""
        with self._lock:
            return tuple(self._lines)

    def exchanged(self, exchange: Exchange) -> None:
        """A card was asked something."""
        sent = "PIN" if exchange.sent is None else f"{exchange.sent} bytes"
        answer = f"{exchange.received} bytes, {exchange.sw}" if exchange.sw else "no answer"
        took = f"{1000 * exchange.seconds:.0f} ms"
        self._add(f"{exchange.reader}: {exchange.ins} > {sent} < {answer}, {took}")

    def line_of(self, name: str, *, words: bool = False) -> OnTraffic:
        """What a printer's link tells; `words`: that printer answers in text, which is counted."""
        parser = ReplyParser()

        def passed(direction: Direction, data: bytes, _: float) -> None:
            if self.on:
                told = f"{len(data)} bytes" if words else _said(parser, direction, data)
                self._add(f"{name} {'<' if direction == 'in' else '>'} {told}")

        return passed

    def _add(self, line: str) -> None:
        with self._lock:
            self._lines.append(f"{self._monotonic() - self._began:9.3f}  {line}")


def _said(parser: ReplyParser, direction: Direction, data: bytes) -> str:
    match direction:
        case "job":
            return f"job, {len(data)} bytes"
        case "out":
            return questions(data) or f"{len(data)} bytes"
        case "in":
            return "; ".join(map(_name, parser.feed(data))) or f"{len(data)} bytes"
        case _:
            assert_never(direction)


def _name(reply: Reply) -> str:
    """A reply by its kind; of text that a faulty line may have sent back, only how much it is."""
    match reply:
        case StatusReply(byte):
            return f"status {byte:02X}"
        case AutoStatus(data):
            return f"automatic status {data.hex(' ').upper()}"
        case RegisterReply(byte):
            return f"register {byte:02X}"
        case InfoReply(text):
            return f"says what it is, {len(text)} bytes"
        case MarkerReply():
            return "printed so far"
        case BufferCleared():
            return "buffer cleared"
        case Xon():
            return "XON"
        case Xoff():
            return "XOFF"
        case Noise():
            return "1 byte that fits no reply"
        case _:
            assert_never(reply)
