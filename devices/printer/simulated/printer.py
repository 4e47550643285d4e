"""A printer that does not exist: bytes in, replies and paper out, and hands that do things to it.

It has no thread and no descriptor: whoever runs it calls `receive`, `advance` and `take_output`.
All methods may be called from several threads.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from devices.printer.link import Lines
from devices.printer.models import PrinterModel
from devices.printer.simulated import answers
from devices.printer.simulated.controller import PrintController
from devices.printer.simulated.escpos import StreamError, StreamParser
from devices.printer.simulated.hands import Hands
from devices.printer.simulated.host_port import HostPort
from devices.printer.simulated.ledger import LedgerRow
from devices.printer.simulated.noise import NoisyLine
from devices.printer.simulated.paper import Receipt
from devices.printer.simulated.realtime import RealTimeScanner, Request
from devices.printer.simulated.schedule import Kind, Schedule
from devices.printer.simulated.wire import Wire

_XON, _XOFF = b"\x11", b"\x13"
_FULL, _RELEASE = (128, 16 / 45), (256, 26 / 45)
"""Free bytes at which the host is stopped, and let go on: of 4 KB, and as a share of the 45-byte
buffer that a switch chooses (TM-T88III specification)."""
BOOT_SECONDS = 0.3
"""From power to the first answer; real printers take longer."""


class SimulatedPrinter(Hands, HostPort):
    """One printer on a table, with its paper, its cover and its switch."""

    def __init__(
        self,
        model: PrinterModel,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        baud_timing: bool = False,
        print_timing: bool = False,
        port_bytes: int = 1024,
        offline_drops_line: bool = False,
        jitter: Callable[[], float] = lambda: 0.0,
        known_glyphs: Mapping[bytes, str] = MappingProxyType({}),
    ) -> None:
        """Make a printer with paper in it, switched on.

        `baud_timing`: bytes need their time on the wire; `print_timing`: paper needs its time.
        `port_bytes`: how much the host's port chip holds when flow control stops it.
        `offline_drops_line`: the memory switch that stops the host whenever nothing can be
        printed, not only when the buffer is full.
        `jitter`: seconds that each reply comes later than it could.
        `known_glyphs`: 72 bytes of a 24x24 glyph, column-wise, to the character it shows.
        """
        Hands.__init__(self)
        HostPort.__init__(self, model.flow)
        self.model = model
        self.reply_seconds = 0.0
        """How long a slow printer, or a converter on the line, takes for each reply."""
        self.wire_bytes = 0
        """Bytes that arrived from the host."""
        self.overrun_bytes = 0
        """Bytes lost because the buffer was full."""
        self.from_host, self.to_host = NoisyLine(), NoisyLine()
        self._monotonic = monotonic
        self._jitter = jitter
        self._port_bytes = port_bytes
        self._offline_drops_line = offline_drops_line
        self._full_at, self._release_at = (
            min(most, int(model.buffer_bytes * share)) for most, share in (_FULL, _RELEASE)
        )
        self._wire = Wire(model.baud if baud_timing else 0, monotonic)
        self._reply_byte_seconds = 10 / model.baud if baud_timing else 0.0
        self._reply_wire_free_at = 0.0
        self._output: deque[tuple[float, bytes]] = deque()
        self._schedule = Schedule()
        self._line_held = self._stopped_host = self._xoff_seen = False
        self._xons_to_lose = 0
        self._reported, self._reported_body = b"", replace(self._body)
        self._controller = PrintController(
            model, self._body, known_glyphs, monotonic, self._reply, self._schedule.happened
        )
        self._controller.timing = print_timing
        self._boot()

    def _boot(self) -> None:
        """Start with empty buffers and default settings, as after switching on."""
        self._scanner = RealTimeScanner()
        self._parser = StreamParser(self.model, self._controller.stored)
        self._output.clear()
        self._stopped_host = False
        self._controller.power_up()

    @property
    def wire_seconds(self) -> float:
        """Seconds that the bytes received so far need on the wire at the model's baud rate."""
        return self.wire_bytes * 10 / self.model.baud

    @property
    def last_byte_at(self) -> float:
        """When the last byte from the host had crossed the wire, by its baud rate."""
        return self._wire.busy_until

    @property
    def room(self) -> int:
        """Bytes that `receive` takes now: what the host's port chip has room for."""
        with self._lock:
            return max(0, self._port_bytes - self._wire.length) if self.plugged else 0

    @property
    def errors(self) -> list[StreamError]:
        """Everything that the stream had wrong."""
        return self._controller.errors

    @property
    def markers(self) -> int:
        """How many GS ( H it has carried out, whatever became of the answers."""
        return self._controller.markers

    @property
    def marker_filter(self) -> Callable[[bytes], bytes]:
        """What a sick printer makes of its GS ( H replies."""
        return self._controller.marker_filter

    @marker_filter.setter
    def marker_filter(self, change: Callable[[bytes], bytes]) -> None:
        self._controller.marker_filter = change

    def lines(self) -> Lines:
        """Return CTS and DSR as the host sees them: both are the printer's one "ready" line.

        A printer that uses XON/XOFF, or nothing, raises it while it has power.
        """
        with self._lock:
            ready = self._ready()
            return Lines(cts=ready, dsr=ready)

    def _ready(self) -> bool:
        """The "ready" line."""
        if self._stopped_host and self.model.flow in ("rtscts", "dsr-poll"):
            return False
        return self._body.on and self.plugged

    # The wire

    def receive(self, data: bytes) -> None:
        """Put bytes on the wire."""
        with self._lock:
            self._wire.send(data)

    def advance(self) -> float | None:
        """Do what is due; return the seconds until more is due, None if nothing will be."""
        with self._lock:
            while True:
                self._schedule.happened("second", self._monotonic())
                arrived = self._wire.arrived(self._schedule.next_in("byte", self.wire_bytes))
                self.wire_bytes += len(arrived)
                data = self.from_host.carry(arrived)
                if self._body.on:
                    self._arrive(data)
                else:
                    self._controller.stored += len(data)
                self._schedule.happened("byte", self.wire_bytes)
                self._controller.execute_due()
                self._report()
                if not (arrived and self._wire.length):
                    break
            return self._due_in()

    def take_output(self) -> bytes:
        """Take the replies that are due."""
        with self._lock:
            if not self._output:
                return b""
            now = self._monotonic()
            out = bytearray()
            while self._output and self._output[0][0] <= now:
                out += self._output.popleft()[1]
            carried = self.to_host.carry(bytes(out))
            for byte in carried:
                if byte in (_XON[0], _XOFF[0]):
                    self._xoff_seen = byte == _XOFF[0]
            self._hold_wire()
            return carried

    def take_receipts(self) -> list[Receipt]:
        """Take the pieces of paper that were cut or torn off."""
        with self._lock:
            receipts, self._controller.receipts = self._controller.receipts, []
            return receipts

    def _due_in(self) -> float | None:
        now = self._monotonic()
        due = [self._wire.due_in(), self._schedule.next_in("second", now)]
        if self._controller.items and not self._body.stopped:
            due.append(self._controller.free_at - now)
        if self._output:
            due.append(self._output[0][0] - now)
        soonest = min((seconds for seconds in due if seconds is not None), default=None)
        return soonest and max(0.0, soonest)

    def _reply(self, data: bytes) -> None:
        if data and self.plugged and self._body.on and not self._body.reply_wire_cut:
            ready_at = self._monotonic() + self.reply_seconds + self._jitter()
            start = max(ready_at, self._reply_wire_free_at)
            self._reply_wire_free_at = start + len(data) * self._reply_byte_seconds
            self._output.append((self._reply_wire_free_at, data))

    def _arrive(self, data: bytes) -> None:
        if not data:
            return
        start = 0
        for request in self._scanner.feed(data):
            self._store(data[start : request.end])
            start = request.end
            self._real_time(request)
        self._store(data[start:])

    def _store(self, data: bytes) -> None:
        """Keep what fits the receive buffer; without flow control the rest is lost."""
        self._controller.raw += data
        self._controller.stored += len(data)
        room = max(0, self.model.buffer_bytes - self._level())
        lost = max(0, len(data) - room)
        self.overrun_bytes += lost
        self._controller.store(self._parser.feed(data[:room]))
        self._parser.skip(lost)

    def _level(self) -> int:
        """Bytes in the receive buffer; a running image is printed as it comes."""
        pending = self._parser.pending
        held = pending if pending and self._body.stopped else 0
        return self._controller.waiting_bytes + held

    def _report(self) -> None:
        """Tell the host what has changed: flow control, and automatic status if it is on."""
        flow = self._flow_change()
        status = self._changed_status()
        if flow == _XOFF:  # the only byte that may fall between the four
            self._reply(status[:1] + flow + status[1:])
        else:
            self._reply(status + flow)
        self._hold_wire()

    def _changed_status(self) -> bytes:
        """Return the automatic status if it is on and has something new to tell."""
        before, enabled = self._reported, self._controller.auto_status
        if not enabled:
            self._reported = b""
        elif not before or self._body != self._reported_body:
            self._reported_body = replace(self._body)
            self._reported = answers.auto_status(self.model, self._body)
            if before and answers.auto_status_differs(before, self._reported, enabled):
                return self._reported
        return b""

    def _flow_change(self) -> bytes:
        """Stop the host or let it go on; return the byte that says so, if the flow has one."""
        if not self._body.on:
            return b""
        free = self.model.buffer_bytes - self._level()
        full = free < self._release_at if self._stopped_host else free <= self._full_at
        stop = self._line_held or full or (self._offline_drops_line and self._body.offline)
        if stop == self._stopped_host:
            return b""
        self._stopped_host = stop
        if self.model.flow != "xonxoff":
            return b""
        if not stop and self._xons_to_lose:
            self._xons_to_lose -= 1
            return b""
        return _XOFF if stop else _XON

    def _hold_wire(self) -> None:
        """Let the host's port obey the flow control that it was opened with."""
        match self.host_flow:
            case "rtscts":
                self._wire.paused = not self._ready()
            case "xonxoff":
                self._wire.paused = self._xoff_seen
            case "dsr-poll" | "none":
                self._wire.paused = False

    def _real_time(self, request: Request) -> None:
        match request.kind:
            case "status":
                self._reply(answers.status_byte(self.model, self._body, request.n))
            case "enquiry":
                if self.model.enquiry and self._body.cutter_stopped and request.n in (1, 2):
                    self._body.cutter_stopped = self._body.cutter_jammed
                    if request.n == 2:
                        self._clear()
            case "clear":
                if self.model.clear:
                    self._clear()
                    self._reply(b"\x37\x25\x00")

    def _clear(self) -> None:
        self._parser = StreamParser(self.model, self._controller.stored)
        self._controller.clear()
        self._output = deque(entry for entry in self._output if entry[1][:2] != b"\x37\x22")

    # What is on paper

    def begin_job(self, name: str) -> None:
        """Count all that the host sends from now on as that job's, in the ledger."""
        with self._lock:
            self._controller.ledger.begin(name, self._controller.stored + self._wire.length)

    def ledger(self) -> tuple[LedgerRow, ...]:
        """Return every row that came out, in order, cut off or not."""
        with self._lock:
            return self._controller.ledger.rows()

    def tear_off(self) -> None:
        """Feed to the tear bar by hand and tear off what is printed."""
        with self._touch():
            self._controller.tear_off()

    # Power, cable and line

    def schedule(self, kind: Kind, count: float, act: Callable[[], object]) -> None:
        """Do something after so many more bytes from the host, lines, markers or seconds."""
        now = {
            "byte": self.wire_bytes,
            "line": self._controller.lines,
            "marker": self._controller.markers,
            "second": self._monotonic(),
        }
        with self._touch():
            self._schedule.add(kind, now[kind] + count, act)

    def unschedule(self) -> None:
        """Forget what is scheduled and has not happened."""
        with self._touch():
            self._schedule.clear()

    def switch_off(self) -> None:
        """Switch off: silent, and whatever was in the buffer is gone."""
        with self._touch() as body:
            self._boot()
            body.on = False
            self._hold_wire()

    def switch_on(self) -> None:
        """Switch on, with default settings; one that is on stays as it is."""
        with self._touch() as body:
            if body.on:
                return
            self._boot()
            body.power_up()
            if self.model.flow == "xonxoff":
                self._reply(_XON)
            self._hold_wire()

    def cycle_power(self) -> None:
        """Switch off and on again: the shortest loss of power that resets a printer."""
        self.switch_off()
        self.schedule("second", BOOT_SECONDS, self.switch_on)

    def hold_line(self, held: bool = True) -> None:
        """Stop the host for ever, or let it go on, by whatever flow control the printer has."""
        with self._touch():
            self._line_held = held
            self._report()

    def lose_xon(self, count: int = 1) -> None:
        """Lose so many of the next XONs on their way."""
        with self._touch():
            self._xons_to_lose = count

    def send_noise(self, data: bytes) -> None:
        """Put bytes on the wire to the host that the printer never sent."""
        with self._touch():
            self._output.append((self._monotonic(), data))

    def _port_opened(self) -> None:
        self._xoff_seen = False  # what stopped the last one is forgotten
        super()._port_opened()

    def _drop_wire(self) -> None:
        self._wire.clear()
        self._output.clear()
