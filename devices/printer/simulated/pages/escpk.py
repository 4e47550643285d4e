"""A 24-pin printer that does not exist: ESC/P-K in, sheets out, line by line."""

from __future__ import annotations

import time
from collections.abc import Callable

from devices.printer.models.page import EscpkModel
from devices.printer.simulated import bitmaps
from devices.printer.simulated.escpos import Command, Item, StreamError, Text
from devices.printer.simulated.pages.escpk_grammar import BIT_IMAGES, EscpkReader
from devices.printer.simulated.pages.machine import PageMachine, Port
from devices.printer.simulated.pages.sheet import Dots, Glyph, Mark, Sheet
from devices.printer.simulated.paper import Bitmap

DPI = 180
_CELL, _HALF = 24, 12
_SIXTH = 30
_PITCHES = {"ESC P": 36, "ESC M": 30, "ESC g": 24}
"""ASCII cells outside hanzi mode in 1/360 inch: 10, 12 and 15 per inch."""
_FEED_SECONDS = 0.05


class SimulatedEscpk(PageMachine):
    """One printer; `model` says what is in its memory and how it is reached."""

    def __init__(
        self,
        model: EscpkModel,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        usb: bool = False,
        baud_timing: bool = True,
        print_timing: bool = True,
        port_bytes: int = 64,
    ) -> None:
        """`baud_timing`: bytes need their time on the wire; `print_timing`: paper needs its time.

        `port_bytes`: how much the host's port chip holds when flow control stops it.
        """
        baud = model.baud if baud_timing and not usb else 0
        port = Port(baud, "rtscts" if usb else model.flow, model.buffer_bytes)
        super().__init__(port, monotonic=monotonic, port_bytes=port_bytes)
        self.model = model
        self._print_timing = print_timing
        self._reader = EscpkReader(model.rom)
        self._glyphs: dict[bytes, Bitmap] = {}
        self.rows: list[str] = []
        """Every row of text on paper, in order: the ledger."""
        self._marks: list[Mark] = []
        self._line: list[Mark] = []
        self._y = 0
        self._boot()

    def _boot(self) -> None:
        self._reader.reset()
        self._reader.offset += len(self._buffer)
        self._line.clear()
        self._glyphs.clear()
        self._defaults()

    def _defaults(self) -> None:
        self._x = 0  # 1/360 inch
        self._kanji = self._bold = self._half_joined = False
        self._scale = 1
        self._pitch = _PITCHES["ESC P"]
        self._spacing = _SIXTH
        self._length = self.model.page_lines * _SIXTH
        self._full_gap, self._half_gap = (0, 3), (0, 2)  # Printronix' defaults

    def _changed(self) -> None:
        """It has no voice."""

    def _work(self) -> None:
        while self._buffer and not self.stopped and not self._held:
            if self._print_timing and self._free_at > self._monotonic():
                return
            if self._buffer[0] == 0:
                self._reader.offset += self._drop_nuls()
                continue
            item = self._reader.read(bytes(self._buffer))
            if item is None:
                return
            self._execute(item)
            del self._buffer[: item.end - item.offset]
            self._reader.took(item)

    def _execute(self, item: Item) -> None:
        match item:
            case StreamError():
                self.errors.append(item)
            case Text():
                self._put(item)
            case Command(name="LF"):
                self._feed(self._spacing)
            case Command(name="FF"):
                self._eject()
            case Command(name="ESC *"):
                self._bit_image(item)
            case Command():
                self._set_mode(item)

    # Text and images

    def _put(self, text: Text) -> None:
        left, right = self._full_gap if text.wide else self._half_gap
        if not self._kanji:
            left, right = 0, (self._pitch // 2) - _HALF
        left, right = left * self._scale, right * self._scale
        width, height = (_CELL if text.wide else _HALF) * self._scale, _CELL * self._scale
        x = self._x // 2 + left
        glyph = self._glyphs.get(text.code)
        if x + width > self.model.columns * self.model.column_dots:
            self._complain(text, "beyond the right margin")
        elif glyph is not None:
            self._line.append(Dots(x, self._y, glyph, width, height))
        elif text.char not in " \u3000":
            self._line.append(Glyph(x, self._y, text.char, width, height, self._bold))
        self._x += 2 * (left + width + right)

    def _bit_image(self, command: Command) -> None:
        step = BIT_IMAGES[command.args[0]]
        columns = command.args[1] + 256 * command.args[2]
        if columns:
            bitmap = bitmaps.from_columns(command.args[3:], columns, 3)
            width = max(1, columns * step // 2)
            self._line.append(Dots(self._x // 2, self._y, bitmap, width, _CELL))
        self._x += columns * step

    def _complain(self, item: Text | Command, message: str) -> None:
        self.errors.append(StreamError(item.offset, b"", message, item.end))

    # Modes

    def _set_mode(self, command: Command) -> None:
        args = command.args
        match command.name:
            case "ESC @":
                self._line.clear()
                self._defaults()
            case "CR":
                self._x = 0
            case "CAN":
                self._line.clear()
            case "ESC $":
                self._x = (args[0] + 256 * args[1]) * 6
            case "ESC \\":
                self._x += int.from_bytes(args, "little", signed=True) * 2
            case "ESC 2":
                self._spacing = _SIXTH
            case "ESC 3":
                self._spacing = args[0]
            case "ESC A":
                self._spacing = args[0] * 3
            case "ESC J":
                self._feed(args[0], carriage=False)
            case "ESC C":
                self._set_length(command)
            case "ESC E" | "ESC F":
                self._bold = command.name == "ESC E"
            case "ESC P" | "ESC M" | "ESC g":
                self._pitch = _PITCHES[command.name]
            case _:
                self._set_hanzi_mode(command)

    def _set_hanzi_mode(self, command: Command) -> None:
        args = command.args
        match command.name:
            case "FS &" | "FS .":
                self._kanji = command.name == "FS &"
            case "FS S":
                self._full_gap = (args[0], args[1])
            case "FS T":
                self._half_gap = (args[0], args[1])
            case "FS W":
                self._scale = 2 if args[0] & 1 else 1
            case "FS 2":
                self._glyphs[args[:2]] = bitmaps.from_columns(args[2:], _CELL, 3)
            case "NUL" | "ESC x" | "FS x" | "ESC O":
                pass  # the quality of the letters, and no perforation to skip
            case _:
                self._complain(command, f"{command.name} is not simulated")

    def _set_length(self, command: Command) -> None:
        if self._y:
            self._complain(command, "sets the top of form in the middle of a sheet")
        args = command.args
        self._length = args[0] * self._spacing if args[0] else args[1] * DPI

    # Paper

    def _feed(self, dots: int, *, carriage: bool = True) -> None:
        """Print the line that is complete, and move the paper."""
        self._strike()
        self._y += dots
        if carriage:
            self._x = 0
        if self._y >= self._length:
            self._finish_sheet(self._length)
            self._y = 0

    def _strike(self) -> None:
        """Bring the line onto the paper."""
        cells = sum(mark.width for mark in self._line) / _HALF
        start = max(self._free_at, self._monotonic())
        self._free_at = start + _FEED_SECONDS + cells / self.model.cps
        glyphs = [mark for mark in self._line if isinstance(mark, Glyph)]
        if glyphs:
            line = Sheet(0, "", DPI, 0, 0, tuple(glyphs))
            self.rows += line.transcript.splitlines()
        self._marks += self._line
        self._line = []

    def _eject(self) -> None:
        self._strike()
        self._finish_sheet(self._length)
        self._y = self._x = 0

    def _finish_sheet(self, height: int) -> None:
        width = self.model.columns * self.model.column_dots
        number = len(self.tray) + 1
        self.tray.append(Sheet(number, "", DPI, width, height, tuple(self._marks)))
        self._marks = []

    def tear_off(self) -> None:
        """Take out the sheet that was begun, if there is anything on it."""
        with self._touch():
            if self._marks:
                self._finish_sheet(max(1, self._y + _CELL))
            self._y = 0
