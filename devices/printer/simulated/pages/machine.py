"""What every simulated page printer has: a wire, a buffer, lines, a tray, and hands on it.

It has no thread and no descriptor: whoever runs it calls `receive`, `advance` and `take_output`.
All methods may be called from several threads.
"""

from __future__ import annotations

import contextlib
import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from devices.printer.link import Lines
from devices.printer.models import Flow
from devices.printer.simulated.escpos import StreamError
from devices.printer.simulated.host_port import HostPort
from devices.printer.simulated.pages.sheet import Sheet
from devices.printer.simulated.schedule import Schedule
from devices.printer.simulated.wire import Wire

_XON, _XOFF = b"\x11", b"\x13"
_FULL_BYTES, _RELEASE_BYTES = 256, 528
"""Free bytes at which the host is stopped, and let go on (LQ-850X, LQ-950 manuals)."""
_NOT_BUSY, _PAPER_OUT, _SELECTED, _NO_ERROR = 0x80, 0x20, 0x10, 0x08


@dataclass(frozen=True, slots=True)
class Port:
    """How the host reaches the printer."""

    baud: int
    """0: bytes take no time (USB, network)."""
    flow: Flow
    buffer_bytes: int


class PageMachine(HostPort, ABC):
    """One printer with paper in it, switched on."""

    def __init__(self, port: Port, *, monotonic: Callable[[], float], port_bytes: int = 64) -> None:
        """`port_bytes`: how much the host's port chip holds when flow control stops it."""
        super().__init__(port.flow)
        self._port = port
        self._monotonic = monotonic
        self._port_bytes = port_bytes
        self._lock = threading.RLock()
        self._wire = Wire(port.baud, monotonic)
        self._buffer = bytearray()
        self._output: deque[tuple[float, bytes]] = deque()
        self._wake: Callable[[], None] = lambda: None
        self._schedule = Schedule()
        self._stopped_host = False
        self._told_to_stop = False
        self._held = False
        self._free_at = monotonic()
        """When the mechanism is done with what it does now."""
        self.tray: list[Sheet] = []
        """The sheets that came out, whole or not."""
        self.errors: list[StreamError] = []
        """Everything that the stream had wrong."""
        self.wire_bytes = 0
        """Bytes that arrived from the host."""
        self.overrun_bytes = 0
        """Bytes lost because the buffer was full."""
        self.reply_seconds = 0.0
        """How long a slow printer takes for each reply."""
        self.reply_filter: Callable[[bytes], bytes] = lambda reply: reply
        """What a bad cable or a sick printer makes of a reply."""
        self.on = True
        self.selected = True
        self.paper_in = True
        self.cover_open = False
        self.jammed = False
        self.muted = False

    # The wire

    @property
    def room(self) -> int:
        """Bytes that `receive` takes now: what the host's port chip has room for."""
        with self._lock:
            return max(0, self._port_bytes - self._wire.length) if self.plugged else 0

    @property
    def in_flight(self) -> int:
        """Bytes that were sent and that it has not taken."""
        with self._lock:
            return self._wire.length

    def receive(self, data: bytes) -> None:
        """Put bytes on the wire."""
        with self._lock:
            self._wire.send(data)

    def advance(self) -> float | None:
        """Do what is due; return the seconds until more is due, None if nothing will be."""
        with self._lock:
            while True:
                arrived = self._wire.arrived(self._schedule.next_in("byte", self.wire_bytes))
                self.wire_bytes += len(arrived)
                if self.on:
                    if arrived:
                        self._store(arrived)
                    self._work()
                self._schedule.happened("byte", self.wire_bytes)
                self._control_flow()
                if not arrived:
                    return self._due_in()

    def at_byte(self, count: int, act: Callable[[], object]) -> None:
        """Do something when so many bytes have come since it was made, and before the next."""
        with self._touch():
            self._schedule.add("byte", count, act)

    def unschedule(self) -> None:
        """Forget what was to be done and has not been."""
        with self._touch():
            self._schedule.clear()

    def take_output(self) -> bytes:
        """Take the replies that are due."""
        with self._lock:
            if not self._output:
                return b""
            now, out = self._monotonic(), bytearray()
            while self._output and self._output[0][0] <= now:
                out += self._output.popleft()[1]
            return bytes(out)

    def lines(self) -> Lines:
        """Return what a full cable shows: CTS for room and readiness, DSR for power."""
        with self._lock:
            return Lines(cts=self.on and not self._holds_line(), dsr=self.on, dcd=self.on)

    def port_status(self) -> int:
        """Return the status byte of the parallel port or the USB printer class."""
        with self._lock:
            bits = 0 if self._stopped_host or self._held else _NOT_BUSY
            bits |= 0 if self.paper_in else _PAPER_OUT
            bits |= _SELECTED if self.on and self.selected else 0
            return bits | (0 if self.cover_open or self.jammed else _NO_ERROR)

    def _store(self, data: bytes) -> None:
        room = max(0, self._port.buffer_bytes - self._level())
        self.overrun_bytes += max(0, len(data) - room)
        self._buffer += data[:room]

    def _drop_nuls(self) -> int:
        """Take the NULs in front, which mean nothing between two commands; return how many.

        At once: a driver may send thousands, to end what another program broke off.
        """
        count = len(self._buffer) - len(self._buffer.lstrip(b"\0"))
        del self._buffer[:count]
        return count

    def _level(self) -> int:
        """Bytes in the receive buffer."""
        return len(self._buffer)

    def _holds_line(self) -> bool:
        return self._held or self._stopped_host or (self.stopped and not self._keeps_line)

    _keeps_line = False
    """Whether a stopped printer still takes bytes until its buffer is full."""

    def _control_flow(self) -> None:
        free = self._port.buffer_bytes - self._level()
        if free <= _FULL_BYTES:
            self._stopped_host = True
        elif free >= _RELEASE_BYTES:
            self._stopped_host = False
        flow = self._port.flow
        held = self._holds_line() if self.on else flow in ("rtscts", "dsr-poll")
        if flow == "xonxoff" and held != self._told_to_stop:
            self._reply(_XOFF if held else _XON)
        self._told_to_stop = held
        self._hold_wire()

    def _hold_wire(self) -> None:
        """A host that heeds something else than this printer does goes on, and overruns it."""
        heeded = self.host_flow == self._port.flow != "none"
        self._wire.paused = heeded and self._told_to_stop

    def _reply(self, data: bytes, at: float | None = None) -> None:
        if self.on and self.plugged and not self.muted:
            ready = self._monotonic() if at is None else at
            self._output.append((ready + self.reply_seconds, self.reply_filter(data)))

    def _due_in(self) -> float | None:
        now = self._monotonic()
        due = [self._wire.due_in(), self._free_at - now if self._free_at > now else None]
        if self._output:
            due.append(self._output[0][0] - now)
        times = [max(0.0, seconds) for seconds in due if seconds is not None]
        return min(times) if times else None

    # The mechanism

    @property
    def stopped(self) -> bool:
        """Whether nothing is printed; the buffer stays."""
        return not (self.on and self.selected and self.paper_in) or self.cover_open or self.jammed

    @abstractmethod
    def _work(self) -> None:
        """Take from the buffer, and print, what can be done now."""

    @abstractmethod
    def _boot(self) -> None:
        """Forget everything, as after switching on."""

    @abstractmethod
    def tear_off(self) -> None:
        """Take out the sheet that was begun, if there is anything on it."""

    @abstractmethod
    def _changed(self) -> None:
        """Hands have changed something that the printer may want to tell."""

    # Hands

    def on_wake(self, wake: Callable[[], None]) -> None:
        """Have `wake` called whenever hands have changed something."""
        self._wake = wake

    @contextlib.contextmanager
    def _touch(self) -> Iterator[None]:
        with self._lock:
            yield
        self._wake()

    def _drop_wire(self) -> None:
        self._wire.clear()
        self._output.clear()

    def take_paper(self) -> None:
        """Let the paper end."""
        self._set(paper_in=False)

    def load_paper(self) -> None:
        """Put paper in."""
        self._set(paper_in=True)

    def open_cover(self) -> None:
        """Open the cover; printing stops, the buffer stays."""
        self._set(cover_open=True)

    def close_cover(self) -> None:
        """Close the cover; printing goes on by itself."""
        self._set(cover_open=False)

    def jam(self) -> None:
        """Let the paper jam."""
        self._set(jammed=True)

    def clear_jam(self) -> None:
        """Take out what jams it."""
        self._set(jammed=False)

    def select(self, online: bool) -> None:
        """Press the panel's online key."""
        self._set(selected=online)

    def hold(self, held: bool = True) -> None:
        """Keep BUSY or XOFF for no reason, or let it go."""
        with self._touch():
            self._held = held
            self._control_flow()

    def mute(self, muted: bool = True) -> None:
        """Break the wire from printer to host, or mend it."""
        with self._touch():
            self.muted = muted

    def switch_off(self) -> None:
        """Switch off: silent, and whatever was in its memory is gone."""
        with self._touch():
            self._forget()
            self.on = False
            self._control_flow()

    def switch_on(self) -> None:
        """Switch on, with default settings; a host that was stopped before is let go on."""
        with self._touch():
            self._forget()
            self.on = True
            if self._port.flow == "xonxoff":
                self._reply(_XON)
            self._control_flow()

    def say(self, data: bytes) -> None:
        """Send bytes that nobody asked for: noise on the line."""
        with self._touch():
            self._output.append((self._monotonic(), data))

    def _forget(self) -> None:
        self._buffer.clear()
        self._output.clear()
        self._stopped_host = False
        self._free_at = self._monotonic()
        self._boot()

    def _set(self, **state: bool) -> None:
        with self._touch():
            for name, value in state.items():
                setattr(self, name, value)
            self._changed()
            self._control_flow()
