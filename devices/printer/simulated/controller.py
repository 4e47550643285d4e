"""The printer's print controller: takes items from the receive buffer, in order, to paper."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping

from devices.printer.models import PrinterModel
from devices.printer.simulated import answers
from devices.printer.simulated.body import Body
from devices.printer.simulated.escpos import Command, Item, StreamError, Text
from devices.printer.simulated.ledger import Ledger
from devices.printer.simulated.paper import Receipt
from devices.printer.simulated.schedule import Kind
from devices.printer.simulated.typesetter import RefusedError, Typesetter

_DOTS_PER_MM = 8
_TORN_MARGIN_DOTS = 40
_RESET = Command(0, "ESC @", b"", 0)
READ_AHEAD_LINES = 4
"""So many lines are read, set, and only then printed: GS r and ESC v tell of what was read."""
_ENDS_A_LINE = ("LF", "FF", "ESC J", "ESC d", "GS V")
_ASKS_WHEN_READ = ("GS r", "ESC v")


class PrintController:
    """Executes items while nothing stops the printer; what it answers goes to `reply`."""

    def __init__(
        self,
        model: PrinterModel,
        body: Body,
        known_glyphs: Mapping[bytes, str],
        monotonic: Callable[[], float],
        reply: Callable[[bytes], None],
        happened: Callable[[Kind, float], None],
    ) -> None:
        """`happened` is told of each line and marker, by its number since the printer was made."""
        self.model = model
        self._body = body
        self._monotonic = monotonic
        self._reply = reply
        self._happened = happened
        self.timing = False
        """Whether the paper needs time to move."""
        self.free_at = monotonic()
        """When the mechanism is done with what it was given."""
        self.items: deque[Item] = deque()
        """What waits in the receive buffer, cut into items."""
        self.errors: list[StreamError] = []
        self.receipts: list[Receipt] = []
        self.ledger = Ledger()
        self.marker_filter: Callable[[bytes], bytes] = lambda reply: reply
        self.auto_status = 0
        """n of the last GS a."""
        self.lines = self.markers = 0
        self.raw = bytearray()
        """What came over the wire since the last cut."""
        self.stored = 0
        """Bytes of the stream that went by the receive buffer, lost ones included."""
        self._receipt_count = 0
        self._read = self._read_lines = 0  # at the head of `items`: read, but not printed
        self.waiting_bytes = 0
        """Bytes that were not read yet: what was, no longer takes room in the receive buffer."""
        self._typesetter = Typesetter(model, known_glyphs)

    def clear(self) -> None:
        """Forget what is not printed, and all settings but those that ESC @ keeps."""
        self.items.clear()
        self._read = self._read_lines = self.waiting_bytes = 0
        self._typesetter.execute(_RESET)
        self.free_at = self._monotonic()

    def power_up(self) -> None:
        """Start with empty buffers and default settings."""
        self.clear()
        self.auto_status = 0

    def store(self, items: Iterable[Item]) -> None:
        """Put items into the receive buffer."""
        for item in items:
            self.items.append(item)
            self.waiting_bytes += _size(item)

    def _read_ahead(self) -> None:
        """Read some lines while the paper moves, and answer what asks for no more than that."""
        while self._read < len(self.items) and self._read_lines < READ_AHEAD_LINES:
            item = self.items[self._read]
            self.waiting_bytes -= _size(item)
            if isinstance(item, Command) and item.name in _ASKS_WHEN_READ:
                del self.items[self._read]
                self._execute(item)
                continue
            self._read_lines += _ends_line(item)
            self._read += 1

    def execute_due(self) -> None:
        """Carry out what can be carried out now."""
        while self.items and not self._body.stopped:
            if self.timing and self.free_at > self._monotonic():
                self._read_ahead()
                return
            before = self._typesetter.y
            lines = len(self._typesetter.lines)
            item = self.items[0]
            if self._execute(item) and self.items:
                self._drop_first()
            for line in self._typesetter.lines[lines:]:
                if line.marks:
                    self.ledger.add(line.text, item.offset, self._receipt_count + 1)
            self._move_paper(self._typesetter.y - before)

    def _drop_first(self) -> None:
        item = self.items.popleft()
        if self._read:
            self._read -= 1
            self._read_lines -= _ends_line(item)
        else:
            self.waiting_bytes -= _size(item)

    def _move_paper(self, dots: int) -> None:
        """Account for paper that went by: its time, and the end of the roll."""
        if dots <= 0:
            return
        if self.timing:
            start = max(self._monotonic(), self.free_at)
            self.free_at = start + dots / _DOTS_PER_MM / self.model.speed_mm_s
        self.lines += 1
        self._body.line_went_by()
        self._happened("line", self.lines)

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
                case Command() if self._answer(item):
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
        args = command.args
        match command.name:
            case "GS r" if self.model.echo == "gs-r":
                self._reply(answers.register(self.model, self._body, args[0]))
            case "ESC v":
                self._reply(answers.register(self.model, self._body, 1))
            case "GS r":
                raise RefusedError("this printer does not answer it")
            case "GS I":
                self._reply(answers.identity(self.model, args[0]))
            case "GS a":
                self.auto_status = args[0]
                if args[0]:
                    self._reply(answers.auto_status(self.model, self._body))
            case "GS (" if args[:1] == b"H":
                self._marker(args[3:])
            case _:
                return False
        return True

    def _marker(self, body: bytes) -> None:
        if len(body) != 6 or body[:2] != b"00" or not self.model.marker:
            raise RefusedError("not a process identifier that this printer knows")
        self.markers += 1
        self._happened("marker", self.markers)
        self._reply(self.marker_filter(b"\x37\x22" + body[2:] + b"\x00"))

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

    def tear_off(self) -> None:
        """Feed to the tear bar and tear off what is printed, if there is anything."""
        if self._typesetter.lines:
            self._typesetter.y += _TORN_MARGIN_DOTS
            self._finish_receipt(self._typesetter.y, upto=None)
            self._typesetter.y = self.model.blade_dots

    def _finish_receipt(self, length: int, upto: int | None) -> None:
        """Take the paper off; `upto` is the stream offset that ends its bytes."""
        behind = 0 if upto is None else max(0, self.stored - upto)
        kept = max(0, len(self.raw) - behind)
        raw = bytes(self.raw[:kept])
        del self.raw[:kept]
        self._receipt_count += 1
        start = (upto if upto is not None else self.stored) - len(raw)
        self.receipts.append(
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


def _ends_line(item: Item) -> bool:
    return isinstance(item, Command) and item.name in _ENDS_A_LINE


def _size(item: Item) -> int:
    return item.end - item.offset
