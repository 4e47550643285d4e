"""The ESC/POS stream, cut strictly into characters and commands.

Text is read as the printer reads it: in kanji mode a byte from 81h up takes the next one as a
pair, so a trail byte never looks like a command. Whatever a printer of this class does not know
is an error with its offset; reading goes on behind it.

Source: Epson's ESC/POS reference; lengths and ranges agree with the makers' manuals.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from devices.printer.models import PrinterModel
from devices.printer.simulated import charset
from devices.printer.simulated.grammar import FIXED, SIZED, TOO_LONG, Fixed

DLE, ESC, FS, GS = 0x10, 0x1B, 0x1C, 0x1D
_PREFIXES = {DLE: "DLE", ESC: "ESC", FS: "FS", GS: "GS"}
_NULS = re.compile(rb"\x00+")
_CONTROLS = {0x09: "HT", 0x0A: "LF", 0x0C: "FF", 0x0D: "CR"}


@dataclass(frozen=True, slots=True)
class Text:
    """One character cell."""

    offset: int
    code: bytes
    char: str = field(repr=False)
    wide: bool
    """A full cell of 24 dots; else a half one."""

    @property
    def end(self) -> int:
        """Offset of the byte after it."""
        return self.offset + len(self.code)


@dataclass(frozen=True, slots=True)
class Command:
    """One command with its parameters, data included."""

    offset: int
    name: str
    args: bytes = field(repr=False)
    end: int


@dataclass(frozen=True, slots=True)
class StreamError:
    """Bytes that the printer does not understand, or that make no sense where they stand."""

    offset: int
    data: bytes = field(repr=False)
    message: str
    end: int


Item: TypeAlias = Text | Command | StreamError


class _NeedMoreError(Exception):
    """The buffer ends inside an item."""


class StreamParser:
    """Feed it any bytes, split anywhere; it never raises and gives the same items.

    NULs in a row are one item, as far as they came together: what ends a picture is thousands.
    """

    def __init__(self, model: PrinterModel, offset: int = 0) -> None:
        self._model = model
        self._buffer = bytearray()
        self._offset = offset
        self._kanji = True  # the default of printers made for China
        self._page = 0

    @property
    def pending(self) -> int:
        """Bytes held because their item is not complete."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Item]:
        """Return the items that these bytes complete."""
        self._buffer += data
        items: list[Item] = []
        at = 0
        try:
            while at < len(self._buffer):
                item = self._next(at)
                at = item.end - self._offset
                items.append(item)
        except _NeedMoreError:
            pass
        del self._buffer[:at]
        self._offset += at
        return items

    def skip(self, count: int) -> None:
        """Count bytes that were lost before they got here."""
        self._offset += count

    def finish(self) -> StreamError | None:
        """Return an error when the stream ends inside an item."""
        if not self._buffer:
            return None
        rest = bytes(self._buffer)
        self._buffer.clear()
        start, self._offset = self._offset, self._offset + len(rest)
        return StreamError(start, rest, "the stream ends inside a command", self._offset)

    def _byte(self, at: int) -> int:
        if at >= len(self._buffer):
            raise _NeedMoreError
        return self._buffer[at]

    def _slice(self, at: int, length: int) -> bytes:
        if at + length > len(self._buffer):
            raise _NeedMoreError
        return bytes(self._buffer[at : at + length])

    def _error(self, at: int, length: int, message: str) -> StreamError:
        start = self._offset + at
        return StreamError(start, self._slice(at, length), message, start + length)

    def _next(self, at: int) -> Item:
        first = self._byte(at)
        if first in _PREFIXES:
            return self._prefixed(at)
        if first == 0 and (nuls := _NULS.match(self._buffer, at)):
            return Command(self._offset + at, "NUL", b"", self._offset + nuls.end())
        if first in _CONTROLS:
            start = self._offset + at
            return Command(start, _CONTROLS[first], b"", start + 1)
        if first < 0x20 or first == 0x7F:
            return self._error(at, 1, f"control character {first:02X}")
        return self._text(at, first)

    def _text(self, at: int, first: int) -> Item:
        start = self._offset + at
        if first < 0x80:
            return Text(start, bytes((first,)), chr(first), wide=False)
        if self._kanji:
            return self._pair(at, first)
        char = charset.decode_single(first, self._page)
        if char is None:
            return self._error(at, 1, f"{first:02X} is not in code page {self._page}")
        return Text(start, bytes((first,)), char, wide=False)

    def _pair(self, at: int, first: int) -> Item:
        if not charset.is_lead(first):
            return self._error(at, 1, f"{first:02X} opens no hanzi")
        second = self._byte(at + 1)
        if 0x30 <= second <= 0x39:
            return self._error(at, 1, f"four-byte GB18030 at {first:02X} {second:02X}")
        if not charset.is_trail(second):
            return self._error(at, 1, f"{second:02X} closes no hanzi opened by {first:02X}")
        pair = bytes((first, second))
        start = self._offset + at
        if charset.is_user_pair(pair):
            return Text(start, pair, charset.UNKNOWN, wide=True)
        char = charset.decode_pair(pair, self._model.rom)
        if char is None:
            return self._error(at, 2, f"{pair.hex(' ').upper()} is not in the printer's memory")
        return Text(start, pair, char, wide=True)

    def _prefixed(self, at: int) -> Item:
        prefix, second = self._byte(at), self._byte(at + 1)
        key = bytes((prefix, second))
        if key in FIXED:
            return self._fixed(at, key, FIXED[key])
        if key in SIZED:
            name, measure = SIZED[key]
            return self._sized(at, name, measure)
        return self._error(at, 2, f"unknown command {_PREFIXES[prefix]} {second:02X}")

    def _fixed(self, at: int, key: bytes, spec: Fixed) -> Item:
        args = self._slice(at + 2, spec.length)
        if spec.first is not None and args[0] not in spec.first:
            return self._error(at, 2 + spec.length, f"{spec.name} with parameter {args[0]:02X}")
        self._remember(spec.name, args)
        start = self._offset + at
        return Command(start, spec.name, args, start + 2 + spec.length)

    def _sized(
        self, at: int, name: str, measure: Callable[[Callable[[int], int]], int | str]
    ) -> Item:
        length = measure(lambda index: self._byte(at + 2 + index))
        if isinstance(length, str):
            return self._error(at, 2, f"{name}: {length}")
        if length > TOO_LONG:
            return self._error(at, 2, f"{name} announces {length} bytes")
        args = self._slice(at + 2, length)
        start = self._offset + at
        return Command(start, name, args, start + 2 + length)

    def _remember(self, name: str, args: bytes) -> None:
        """Keep the modes that change how bytes are read."""
        match name:
            case "FS &":
                self._kanji = True
            case "FS .":
                self._kanji = False
            case "ESC t":
                self._page = args[0]
            case "ESC @":
                self._kanji, self._page = True, 0
