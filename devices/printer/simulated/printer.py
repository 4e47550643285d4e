"""A printer that does not exist: bytes in, replies and paper out, and hands that do things to it.

It has no thread and no descriptor: whoever runs it calls `receive`, `advance` and `take_output`.
All methods may be called from several threads.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from types import MappingProxyType

from devices.printer.models import PrinterModel
from devices.printer.simulated.body import Body
from devices.printer.simulated.escpos import Command, Item, StreamError, StreamParser, Text
from devices.printer.simulated.paper import Receipt
from devices.printer.simulated.realtime import RealTimeScanner, Request
from devices.printer.simulated.typesetter import RefusedError, Typesetter
from devices.printer.simulated.wire import Wire

_XON, _XOFF = b"\x11", b"\x13"
_FULL_BYTES, _RELEASE_BYTES = 128, 256
"""Free bytes at which the host is stopped, and let go on (TM-T88III specification)."""
_DOTS_PER_MM = 8
_TORN_MARGIN_DOTS = 40


class SimulatedPrinter:
    """One printer on a table, with its paper, its cover and its switch."""

    def __init__(
        self,
        model: PrinterModel,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        baud_timing: bool = False,
        print_timing: bool = False,
        port_bytes: int = 1024,
        known_glyphs: Mapping[bytes, str] = MappingProxyType({}),
    ) -> None:
        """Make a printer with paper in it, switched on.

        `baud_timing`: bytes need their time on the wire; `print_timing`: paper needs its time.
        `port_bytes`: how much the host's port chip holds when flow control stops it.
        `known_glyphs`: 72 bytes of a 24x24 glyph, column-wise, to the character it shows.
        """
        self.model = model
        self._monotonic = monotonic
        self._known_glyphs = known_glyphs
        self._lock = threading.RLock()
        self._print_timing = print_timing
        self._port_bytes = port_bytes
        self._wire = Wire(model.baud if baud_timing else 0, monotonic)
        self._output: deque[tuple[float, bytes]] = deque()
        self._receipts: list[Receipt] = []
        self._receipt_count = 0
        self._wake: Callable[[], None] = lambda: None
        self.marker_filter: Callable[[bytes], bytes] = lambda reply: reply
        """What a sick printer makes of its GS ( H replies."""
        self.reply_seconds = 0.0
        """How long a slow printer, or a converter on the line, takes for each reply."""
        self.wire_bytes = 0
        """Bytes that arrived from the host."""
        self.overrun_bytes = 0
        """Bytes lost because the buffer was full."""
        self.errors: list[StreamError] = []
        """Everything that the stream had wrong."""
        self._body = Body()
        self._stored = 0  # bytes of the stream that went by the receive buffer
        self._raw = bytearray()
        self._typesetter = Typesetter(model, known_glyphs)
        self._boot()

    def _boot(self) -> None:
        """Start with empty buffers and default settings, as after switching on."""
        self._scanner = RealTimeScanner()
        self._parser = StreamParser(self.model, self._stored)
        self._items: deque[Item] = deque()
        self._stopped_host = self._wire.paused = False
        self._mechanism_free_at = self._monotonic()
        self._output.clear()
        self._typesetter.execute(Command(0, "ESC @", b"", 0))

    @property
    def wire_seconds(self) -> float:
        """Seconds that the bytes received so far need on the wire at the model's baud rate."""
        return self.wire_bytes * 10 / self.model.baud

    @property
    def room(self) -> int:
        """Bytes that `receive` takes now: what the host's port chip has room for."""
        with self._lock:
            return max(0, self._port_bytes - self._wire.length)

    def on_wake(self, wake: Callable[[], None]) -> None:
        """Have `wake` called whenever hands have changed something."""
        self._wake = wake

    # The wire

    def receive(self, data: bytes) -> None:
        """Put bytes on the wire."""
        with self._lock:
            self._wire.send(data)

    def advance(self) -> float | None:
        """Do what is due; return the seconds until more is due, None if nothing will be."""
        with self._lock:
            while True:
                arrived = self._wire.arrived()
                self.wire_bytes += len(arrived)
                if self._body.on:
                    self._arrive(arrived)
                else:
                    self._stored += len(arrived)
                self._execute_due()
                self._control_flow()
                if not arrived:
                    break
            return self._due_in()

    def take_output(self) -> bytes:
        """Take the replies that are due."""
        with self._lock:
            now = self._monotonic()
            out = bytearray()
            while self._output and self._output[0][0] <= now:
                out += self._output.popleft()[1]
            return bytes(out)

    def take_receipts(self) -> list[Receipt]:
        """Take the pieces of paper that were cut or torn off."""
        with self._lock:
            receipts, self._receipts = self._receipts, []
            return receipts

    def _due_in(self) -> float | None:
        now = self._monotonic()
        due = [self._wire.due_in()]
        if self._items and not self._body.stopped:
            due.append(self._mechanism_free_at - now)
        if self._output:
            due.append(self._output[0][0] - now)
        times = [max(0.0, seconds) for seconds in due if seconds is not None]
        return min(times) if times else None

    def _reply(self, data: bytes, at: float | None = None) -> None:
        if self._body.on and not self._body.reply_wire_cut:
            ready_at = self._monotonic() if at is None else at
            self._output.append((ready_at + self.reply_seconds, data))

    def _arrive(self, data: bytes) -> None:
        start = 0
        for request in self._scanner.feed(data):
            self._store(data[start : request.end])
            start = request.end
            self._real_time(request)
        self._store(data[start:])

    def _store(self, data: bytes) -> None:
        """Keep what fits the receive buffer; without flow control the rest is lost."""
        self._raw += data
        self._stored += len(data)
        room = max(0, self.model.buffer_bytes - self._level())
        lost = max(0, len(data) - room)
        self.overrun_bytes += lost
        self._items.extend(self._parser.feed(data[:room]))
        self._parser.skip(lost)

    def _level(self) -> int:
        """Bytes in the receive buffer; a running image is printed as it comes."""
        waiting = sum(item.end - item.offset for item in self._items)
        return waiting + (self._parser.pending if self._body.stopped else 0)

    def _control_flow(self) -> None:
        free = self.model.buffer_bytes - self._level()
        if not self._stopped_host and free <= _FULL_BYTES:
            self._stopped_host = True
            self._wire.paused = self.model.flow != "none"
            if self.model.flow == "xonxoff":
                self._reply(_XOFF)
        elif self._stopped_host and free >= _RELEASE_BYTES:
            self._stopped_host = self._wire.paused = False
            if self.model.flow == "xonxoff":
                self._reply(_XON)

    def _real_time(self, request: Request) -> None:
        match request.kind:
            case "status":
                self._reply(bytes((self._body.status_byte(request.n),)))
            case "enquiry":
                if self._body.cutter_stopped and request.n in (1, 2):
                    self._body.cutter_stopped = self._body.cutter_jammed
                    if request.n == 2:
                        self._clear()
            case "clear":
                if self.model.clear:
                    self._clear()
                    self._reply(b"\x37\x25\x00")

    def _clear(self) -> None:
        self._items.clear()
        self._parser = StreamParser(self.model, self._stored)
        self._typesetter.execute(Command(0, "ESC @", b"", 0))
        self._output = deque(entry for entry in self._output if entry[1][:2] != b"\x37\x22")
        self._mechanism_free_at = self._monotonic()

    # The print controller

    def _execute_due(self) -> None:
        while self._items and not self._body.stopped:
            if self._print_timing and self._mechanism_free_at > self._monotonic():
                return
            before = self._typesetter.y
            if self._execute(self._items[0]):
                self._items.popleft()
            self._move_paper(self._typesetter.y - before)

    def _move_paper(self, dots: int) -> None:
        """Account for paper that went by: its time, and the end of the roll."""
        if dots <= 0:
            return
        if self._print_timing:
            start = max(self._monotonic(), self._mechanism_free_at)
            self._mechanism_free_at = start + dots / _DOTS_PER_MM / self.model.speed_mm_s
        self._body.line_went_by()

    def _execute(self, item: Item) -> bool:
        """Carry out one item; False when it waits for a fault to be cured."""
        try:
            match item:
                case StreamError():
                    self.errors.append(item)
                case Text():
                    self._typesetter.put(item)
                case Command(name="GS V"):
                    return self._cut(item)
                case Command(name="GS r" | "GS I" | "GS (") if self._answer(item):
                    pass
                case Command():
                    self._typesetter.execute(item)
        except RefusedError as refusal:
            self._complain(item, str(refusal))
        return True

    def _complain(self, item: Item, message: str) -> None:
        data = item.code if isinstance(item, Text) else b""
        name = f"{item.name}: " if isinstance(item, Command) else ""
        self.errors.append(StreamError(item.offset, data, f"{name}{message}", item.end))

    def _answer(self, command: Command) -> bool:
        """Answer a command that has a reply; False if it is none of these."""
        if command.name == "GS r":
            near = 0x03 if self._body.paper_low else 0
            self._reply(bytes((near if command.args[0] in (1, 49) else 0,)))
        elif command.name == "GS I":
            self._reply(self._identity(command.args[0]))
        elif command.args[:1] == b"H":
            self._marker(command.args[3:])
        else:
            return False
        return True

    def _marker(self, body: bytes) -> None:
        if len(body) != 6 or body[:2] != b"00" or not self.model.marker:
            raise RefusedError("not a process identifier that this printer knows")
        printed = self._mechanism_free_at if self._print_timing else self._monotonic()
        self._reply(self.marker_filter(b"\x37\x22" + body[2:] + b"\x00"), printed)

    def _identity(self, n: int) -> bytes:
        texts = {65: b"1.00", 66: b"SIMULATED", 67: self.model.name.encode(), 68: b"0", 69: b"GB"}
        if n in texts:
            return b"\x5f" + texts[n] + b"\x00"
        return bytes(({1: 0x20, 2: 0x01 | (0x02 if self.model.cut else 0), 3: 0x01}[n],))

    def _cut(self, command: Command) -> bool:
        if not self.model.cut:
            raise RefusedError("this printer has no cutter")
        if self._typesetter.in_line:
            raise RefusedError("a cut in the middle of a line")
        if self._body.cutter_jammed:
            self._body.cutter_stopped = True
            return False
        if command.args[0] >= 65:
            self._typesetter.y += self.model.blade_dots + command.args[1]
        blade = self._typesetter.y - self.model.blade_dots
        over = self._typesetter.ink_end() - blade
        if over > 0:
            self._complain(command, f"cuts {over} dots into the print; feed to the blade first")
        self._finish_receipt(blade, upto=command.end)
        return True

    def _finish_receipt(self, length: int, upto: int | None) -> None:
        """Take the paper off; `upto` is the stream offset that ends its bytes."""
        behind = 0 if upto is None else max(0, self._stored - upto)
        kept = max(0, len(self._raw) - behind)
        raw = bytes(self._raw[:kept])
        del self._raw[:kept]
        self._receipt_count += 1
        start = (upto if upto is not None else self._stored) - len(raw)
        self._receipts.append(
            Receipt(
                number=self._receipt_count,
                dots=self.model.dots,
                paper_dots=self.model.paper_dots,
                length=length,
                lines=self._typesetter.take_sheet(length),
                raw=raw,
                errors=tuple(error for error in self.errors if error.end > start),
            )
        )

    # Hands

    def take_paper(self, after_lines: int = 0) -> None:
        """Let the paper end, now or when so many more lines are printed."""
        with self._lock:
            self._body.take_paper(after_lines)
        self._wake()

    def load_paper(self) -> None:
        """Put in a full roll; the paper that was begun goes on: the same job, the same strip."""
        with self._lock:
            self._body.load_paper()
        self._wake()

    def low_paper(self) -> None:
        """Let the roll come to its near-end mark."""
        with self._lock:
            self._body.paper_low = True
        self._wake()

    def open_cover(self) -> None:
        """Open the cover; printing stops, the buffer stays."""
        with self._lock:
            self._body.cover_open = True
        self._wake()

    def close_cover(self) -> None:
        """Close the cover; printing goes on by itself."""
        with self._lock:
            self._body.cover_open = False
        self._wake()

    def jam_cutter(self) -> None:
        """Make the next cut fail."""
        with self._lock:
            self._body.cutter_jammed = True
        self._wake()

    def free_cutter(self) -> None:
        """Take out what jams the cutter; the printer waits for DLE ENQ."""
        with self._lock:
            self._body.cutter_jammed = False
        self._wake()

    def switch_off(self) -> None:
        """Switch off: silent, and whatever was in the buffer is gone."""
        with self._lock:
            self._boot()
            self._body.on = False
            self._wire.paused = self.model.flow == "rtscts"  # no power, no "clear to send"
        self._wake()

    def switch_on(self) -> None:
        """Switch on, with default settings."""
        with self._lock:
            self._boot()
            self._body.on = True
        self._wake()

    def mute(self, silent: bool = True) -> None:
        """Break the wire from printer to host, or mend it; the printer goes on printing."""
        with self._lock:
            self._body.reply_wire_cut = silent
        self._wake()

    def send_noise(self, data: bytes) -> None:
        """Put bytes on the wire to the host that the printer never sent."""
        with self._lock:
            self._output.append((self._monotonic(), data))
        self._wake()

    def tear_off(self) -> None:
        """Feed to the tear bar by hand and tear off what is printed."""
        with self._lock:
            if self._typesetter.lines:
                self._typesetter.y += _TORN_MARGIN_DOTS
                self._finish_receipt(self._typesetter.y, upto=None)
                self._typesetter.y = self.model.blade_dots
        self._wake()
