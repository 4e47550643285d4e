"""The ESC/P-K stream of a 24-pin printer, cut strictly into characters and commands.

In hanzi mode (FS &) a byte from 81h up takes the next one as a pair. Whatever a printer of the
LQ-1600K class does not know is an error with its offset; reading goes on behind it.

Source: Printronix/InfoPrint and Compuprint LQ-1600K emulations; Epson's LQ manuals.
"""

from collections.abc import Callable

from devices.printer.models import Rom
from devices.printer.simulated import charset
from devices.printer.simulated.escpos import Command, Item, StreamError, Text

_ESC, _FS = 0x1B, 0x1C
_PREFIXES = {_ESC: "ESC", _FS: "FS"}
_CONTROLS = {0x00: "NUL", 0x09: "HT", 0x0A: "LF", 0x0C: "FF", 0x0D: "CR", 0x18: "CAN"}
BIT_IMAGES = {32: 6, 33: 3, 38: 4, 39: 2, 40: 1}
"""ESC * modes of 24 pins, and the width of their columns in 1/360 inch."""
_LENGTHS = {
    b"\x1b@": 0, b"\x1b2": 0, b"\x1b3": 1, b"\x1bA": 1, b"\x1bJ": 1, b"\x1b$": 2, b"\x1b\\": 2,
    b"\x1bE": 0, b"\x1bF": 0, b"\x1bP": 0, b"\x1bM": 0, b"\x1bg": 0, b"\x1bx": 1, b"\x1bN": 1,
    b"\x1bO": 0, b"\x1c&": 0, b"\x1c.": 0, b"\x1cS": 2, b"\x1cT": 2, b"\x1cU": 0, b"\x1cx": 1,
    b"\x1cW": 1, b"\x1c-": 1, b"\x1cJ": 0, b"\x1cK": 0, b"\x1c\x0f": 0, b"\x1c\x12": 0,
    b"\x1c2": 74,
}  # fmt: skip
"""Commands of fixed length, and how many bytes follow the two of their name."""


class _NeedMoreError(Exception):
    """The buffer ends inside an item."""


class EscpkReader:
    """Takes one item after another from the front of a buffer."""

    def __init__(self, rom: Rom) -> None:
        self._rom = rom
        self._buffer = b""
        self._kanji = False
        self.offset = 0
        """Bytes taken since the printer was made."""

    def reset(self) -> None:
        """Go back to the settings after switching on."""
        self._kanji = False

    def read(self, buffer: bytes) -> Item | None:
        """Return the first item in the buffer, None when it is not complete."""
        self._buffer = buffer
        try:
            return self._next()
        except _NeedMoreError:
            return None

    def took(self, item: Item) -> None:
        """Say that an item was carried out, so that its bytes are gone and its modes hold."""
        self.offset = item.end
        match item:
            case Command(name="FS &"):
                self._kanji = True
            case Command(name="FS ." | "ESC @"):
                self._kanji = False

    def _at(self, index: int) -> int:
        if index >= len(self._buffer):
            raise _NeedMoreError
        return self._buffer[index]

    def _next(self) -> Item:
        first = self._at(0)
        if first in _PREFIXES:
            return self._command(_PREFIXES[first])
        if first in _CONTROLS:
            return Command(self.offset, _CONTROLS[first], b"", self.offset + 1)
        if first < 0x20 or first == 0x7F:
            return self._error(1, f"control character {first:02X}")
        if first < 0x80:
            return Text(self.offset, bytes((first,)), chr(first), wide=False)
        return self._pair(first)

    def _pair(self, first: int) -> Item:
        if not self._kanji or not charset.is_lead(first):
            return self._error(1, f"{first:02X} opens no hanzi here")
        second = self._at(1)
        if not charset.is_trail(second):
            return self._error(1, f"{second:02X} closes no hanzi opened by {first:02X}")
        pair = bytes((first, second))
        known = charset.is_user_pair(pair)
        char = charset.UNKNOWN if known else charset.decode_pair(pair, self._rom)
        if char is None:
            return self._error(2, f"{pair.hex(' ').upper()} is not in the printer's memory")
        return Text(self.offset, pair, char, wide=True)

    def _command(self, prefix: str) -> Item:
        key = bytes((self._at(0), self._at(1)))
        measure = _SIZED.get(key)
        length = (
            _LENGTHS.get(key) if measure is None else measure(lambda index: self._at(index + 2))
        )
        name = f"{prefix} {chr(key[1])}" if key[1] >= 0x20 else f"{prefix} {key[1]:02X}"
        if length is None:
            return self._error(2, f"unknown command {name}")
        self._at(1 + length)
        return Command(self.offset, name, self._buffer[2 : 2 + length], self.offset + 2 + length)

    def _error(self, length: int, message: str) -> StreamError:
        return StreamError(self.offset, self._buffer[:length], message, self.offset + length)


Peek = Callable[[int], int]


def _bit_image(peek: Peek) -> int | None:
    return 3 + 3 * (peek(1) + 256 * peek(2)) if peek(0) in BIT_IMAGES else None


def _page_length(peek: Peek) -> int | None:
    if peek(0):
        return 1 if peek(0) <= 127 else None
    return 2 if 1 <= peek(1) <= 22 else None


def _tabs(peek: Peek) -> int | None:
    return next((index + 1 for index in range(33) if peek(index) == 0), None)


_SIZED: dict[bytes, Callable[[Peek], int | None]] = {
    b"\x1b*": _bit_image,
    b"\x1bC": _page_length,
    b"\x1bD": _tabs,
}
"""Commands whose length lies in their parameters; None for parameters that make no sense."""
