"""The stream of a PCL printer behind PJL, cut strictly into characters, commands, operations.

Whatever is not here is an error with its offset; reading goes on behind it.

Source: HP's PCL 5 and PJL technical references; Brother's and Lexmark's manuals agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from devices.printer.pages.xl_stream import (
    HEAD,
    LONGEST_HEAD,
    Operation,
    XlStreamError,
    read_operation,
)
from devices.printer.simulated.escpos import StreamError

UEL = b"\x1b%-12345X"
_ESC = 0x1B
_PARAMETERISED = re.compile(
    rb"\x1b([!-/])([`-~])((?:[+-]?[0-9]*\.?[0-9]*[`-~])*)([+-]?[0-9]*\.?[0-9]*)([@-^])"
)
_PART = re.compile(rb"([+-]?[0-9]*\.?[0-9]*)([@-~])")
_UNFINISHED = re.compile(rb"\x1b(?:[!-/](?:[`-~](?:[+-]?[0-9.]*[`-~]?)*)?)?")
_TRANSFER = b"*b"
_KNOWN = {
    b"&l": b"OAEPDXHSCF", b"&a": b"RCHVLM", b"*p": b"XY", b"*t": b"R", b"*r": b"SABCTF",
    b"*b": b"WMY", b"&k": b"HGS", b"(s": b"PHVSBT", b"&s": b"C", b"&d": b"D@",
}  # fmt: skip
"""Groups and the letters that end their parameters."""
_ENTER_XL = re.compile(r"@PJL ENTER LANGUAGE ?= ?PCLXL", re.IGNORECASE)
_LONGEST_LINE = 512
_CONTROLS = {0x0A: "LF", 0x0C: "FF", 0x0D: "CR", 0x00: "NUL"}


@dataclass(frozen=True, slots=True)
class Char:
    """One character cell."""

    offset: int
    char: str = field(repr=False)
    end: int


@dataclass(frozen=True, slots=True)
class Order:
    """One or several commands in one escape sequence, as (letter, value), with its data."""

    offset: int
    group: str
    """`&l`, `*b` ...; `E` for a reset, `LF`, `CR`, `FF`, `NUL`."""
    parts: tuple[tuple[str, float], ...]
    data: bytes = field(repr=False)
    end: int


@dataclass(frozen=True, slots=True)
class PjlLine:
    """One line of the job language."""

    offset: int
    text: str
    end: int


@dataclass(frozen=True, slots=True)
class Exit:
    """The universal exit: back to the job language."""

    offset: int
    end: int


@dataclass(frozen=True, slots=True)
class XlHead:
    """What a stream of PCL XL begins with."""

    offset: int
    end: int


@dataclass(frozen=True, slots=True)
class XlStep:
    """One operation of PCL XL."""

    offset: int
    operation: Operation
    end: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """The rest of a stream of PCL XL that was found wrong."""

    offset: int
    end: int


XlItem: TypeAlias = XlHead | XlStep | Skipped
Item: TypeAlias = Char | Order | PjlLine | Exit | StreamError | XlItem
_XlState: TypeAlias = Literal["none", "head", "stream", "lost"]


class PclReader:
    """Takes one item after another from the front of a buffer."""

    def __init__(self) -> None:
        self.offset = 0
        """Bytes taken since the printer was made."""
        self.in_pjl = True
        """Whether lines of the job language are expected; anything else begins a page."""
        self._xl: _XlState = "none"

    def renewed(self) -> PclReader:
        """Return one that begins anew, further along."""
        reader = PclReader()
        reader.offset = self.offset
        return reader

    def read(self, buffer: bytes) -> Item | None:
        """Return the first item in the buffer, None when it is not complete."""
        if UEL.startswith(buffer[: len(UEL)]) and len(buffer) < len(UEL):
            return None
        if buffer.startswith(UEL):
            return Exit(self.offset, self.offset + len(UEL))
        if self.in_pjl and b"@PJL".startswith(buffer[:4]):
            return self._line(buffer)
        match self._xl:
            case "none":
                return self._pcl(buffer)
            case "head":
                return self._xl_head(buffer)
            case "stream":
                return self._operation(buffer)
            case "lost":  # as such a printer does: nothing counts until the universal exit
                end = buffer.find(_ESC, 1)
                return Skipped(self.offset, self.offset + (end if end > 0 else len(buffer)))

    @property
    def lost(self) -> bool:
        """Whether the rest of a stream of PCL XL is skipped, as something in it was wrong."""
        return self._xl == "lost"

    def refused(self, item: Item) -> None:
        """Say that an item made no sense where it stood; a stream of PCL XL ends there."""
        if isinstance(item, XlStep):
            self._xl = "lost"

    def took(self, item: Item) -> None:
        """Say that an item was carried out."""
        self.offset = item.end
        match item:
            case Exit():
                self.in_pjl, self._xl = True, "none"
            case PjlLine(text=text):
                self.in_pjl = not text.upper().startswith("@PJL ENTER LANGUAGE")
                self._xl = "head" if _ENTER_XL.fullmatch(text) else "none"
            case XlHead():
                self._xl = "stream"
            case StreamError() if self._xl != "none":
                self._xl = "lost"
            case Order(group="LF" | "CR" | "NUL"):
                pass  # between two lines of the job language
            case Char() | Order():
                self.in_pjl = False
            case StreamError() | XlStep() | Skipped():
                pass

    def _line(self, buffer: bytes) -> Item | None:
        end = buffer.find(b"\n")
        if end < 0:
            return (
                self._error(buffer, len(buffer), "a line without end")
                if len(buffer) > _LONGEST_LINE
                else None
            )
        text = buffer[:end].decode("ascii", "replace").strip()
        return PjlLine(self.offset, text, self.offset + end + 1)

    def _xl_head(self, buffer: bytes) -> Item | None:
        found = HEAD.match(buffer)
        if found is not None:
            return XlHead(self.offset, self.offset + found.end())
        if b"\n" in buffer or len(buffer) > LONGEST_HEAD:
            return self._error(buffer, 1, "no head of PCL XL")
        return None

    def _operation(self, buffer: bytes) -> Item | None:
        try:
            operation = read_operation(buffer, 0)
        except XlStreamError as error:
            # What cannot stand there may be the universal exit, so it is left to be looked at.
            return self._error(buffer, max(1, error.offset), error.detail)
        if operation is None:
            return None
        return XlStep(self.offset, operation, self.offset + operation.end)

    def _pcl(self, buffer: bytes) -> Item | None:
        first = buffer[0]
        if first in _CONTROLS:
            return Order(self.offset, _CONTROLS[first], (), b"", self.offset + 1)
        if first == _ESC:
            return self._escape(buffer)
        if first < 0x20 or first >= 0x7F:
            return self._error(buffer, 1, f"byte {first:02X}")
        return Char(self.offset, chr(first), self.offset + 1)

    def _escape(self, buffer: bytes) -> Item | None:
        if buffer[:2] == b"\x1bE":
            return Order(self.offset, "E", (), b"", self.offset + 2)
        found = _PARAMETERISED.match(buffer)
        if found is None:
            whole = _UNFINISHED.fullmatch(buffer)
            return None if whole else self._error(buffer, 2, "an unknown escape sequence")
        return self._order(buffer, found)

    def _order(self, buffer: bytes, found: re.Match[bytes]) -> Item | None:
        group = found[1] + found[2]
        parts = tuple(
            (letter.decode().upper(), float(value or b"0"))
            for value, letter in _PART.findall(found[3] + found[4] + found[5])
        )
        if any(letter.encode() not in _KNOWN.get(group, b"") for letter, _ in parts):
            return self._error(buffer, found.end(), f"{found[0][1:].decode('latin-1')} is unknown")
        length = int(parts[-1][1]) if group == _TRANSFER and parts[-1][0] == "W" else 0
        end = found.end() + length
        if len(buffer) < end:
            return None
        data = buffer[found.end() : end]
        return Order(self.offset, group.decode(), parts, data, self.offset + end)

    def _error(self, buffer: bytes, length: int, message: str) -> StreamError:
        return StreamError(self.offset, buffer[:length], message, self.offset + length)
