"""The binary stream of PCL XL, cut into operations: attributes, an operator, and its data.

Source: HP's "PCL XL Feature Reference Protocol Class 2.0"; values are low byte first, as the
stream's head `) HP-PCL XL` says.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

BEGIN_SESSION: Final = 0x41
END_SESSION: Final = 0x42
BEGIN_PAGE: Final = 0x43
END_PAGE: Final = 0x44
HEAD: Final = re.compile(rb"\) HP-PCL XL;[1-3];[01](?:;[ -~\0]*)?\n")
LONGEST_HEAD: Final = 256

Value: TypeAlias = int | float | bytes | tuple[int | float, ...]

_SCALARS: Final = "BHIhif"
"""Of the types ubyte, uint16, uint32, sint16, sint32 and real32, as `struct` names them."""
_FIRST_TYPE, _ONE, _ARRAY, _PAIR, _BOX = 0xC0, 0, 1, 2, 4
_ATTRIBUTE_BYTE, _ATTRIBUTE_WORD, _DATA_LONG, _DATA_BYTE = 0xF8, 0xF9, 0xFA, 0xFB
_OPERATORS: Final = range(0x41, 0xC0)
_BLANK: Final = b"\0\t\n\v\f\r "
_POINTS, _NUMBER_OF_POINTS = frozenset((0x93, 0x95, 0x9B, 0x9D)), 0x4D
_READS_DATA: Final = frozenset((0x50, 0x53, 0x5C, 0xB1, 0xB4, 0xB9))
"""The operators that begin with Read, and ScanLineRel; the curves and lines of `_POINTS` do so
when they name a number of points."""


class XlStreamError(ValueError):
    """The stream is not PCL XL: where, counted from its begin, and what is there."""

    def __init__(self, offset: int, detail: str) -> None:
        super().__init__(f"{offset}: {detail}")
        self.offset = offset
        self.detail = detail


class _MoreError(Exception):
    """The operation is not complete yet."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operator with what stood before and behind it."""

    offset: int
    operator: int
    attributes: Mapping[int, Value] = field(repr=False)
    data: bytes = field(repr=False)
    end: int


def read_operation(stream: bytes, offset: int) -> Operation | None:
    """Return the operation that begins at `offset`; None when the stream ends within it.

    Raise XlStreamError at a tag that is none, and where data stands that no operator wants.
    """
    cursor = _Cursor(stream, offset)
    try:
        attributes = _attributes(cursor)
        operator = cursor.byte()
        if operator not in _OPERATORS:
            raise XlStreamError(cursor.at - 1, f"tag {operator:02X}")
        wants = operator in _READS_DATA
        wants |= operator in _POINTS and _NUMBER_OF_POINTS in attributes
        data = _embedded(cursor) if wants else b""
    except _MoreError:
        return None
    return Operation(offset, operator, attributes, data, cursor.at)


class _Cursor:
    """A place in the stream."""

    def __init__(self, stream: bytes, at: int) -> None:
        self._stream = stream
        self.at = at

    def peek(self) -> int:
        """The next tag, behind blanks."""
        while self.at < len(self._stream) and self._stream[self.at] in _BLANK:
            self.at += 1
        if self.at == len(self._stream):
            raise _MoreError
        return self._stream[self.at]

    def byte(self) -> int:
        tag = self.peek()
        self.at += 1
        return tag

    def take(self, count: int) -> bytes:
        taken = self._stream[self.at : self.at + count]
        if len(taken) < count:
            raise _MoreError
        self.at += count
        return taken

    def numbers(self, letter: str, count: int) -> tuple[int | float, ...]:
        form = f"<{count}{letter}"
        return struct.unpack(form, self.take(struct.calcsize(form)))


def _attributes(cursor: _Cursor) -> dict[int, Value]:
    """Values, each with the number of its attribute behind it."""
    found: dict[int, Value] = {}
    while _FIRST_TYPE <= cursor.peek() < _ATTRIBUTE_BYTE:
        value = _value(cursor)
        match cursor.byte():
            case 0xF8:
                number = cursor.take(1)[0]
            case 0xF9:
                number = int.from_bytes(cursor.take(2), "little")
            case tag:
                raise XlStreamError(cursor.at - 1, f"tag {tag:02X} behind a value")
        if number in found:
            raise XlStreamError(cursor.at, f"attribute {number} twice")
        found[number] = value
    return found


def _value(cursor: _Cursor) -> Value:
    tag = cursor.byte()
    shape, kind = divmod(tag - _FIRST_TYPE, 8)
    if kind >= len(_SCALARS) or shape not in (_ONE, _ARRAY, _PAIR, _BOX):
        # a type of 0xD8 to 0xDF and from 0xE8 on is reserved
        raise XlStreamError(cursor.at - 1, f"type {tag:02X}")
    letter = _SCALARS[kind]
    if shape == _ARRAY:
        return cursor.numbers(letter, _length(cursor))
    values = cursor.numbers(letter, max(1, shape))
    return values[0] if shape == _ONE else values


def _length(cursor: _Cursor) -> int:
    """How many elements an array has: itself a value, of one or of two bytes."""
    match cursor.byte():
        case 0xC0:
            return cursor.take(1)[0]
        case 0xC1:
            return int.from_bytes(cursor.take(2), "little")
        case tag:
            raise XlStreamError(cursor.at - 1, f"an array's length of type {tag:02X}")


def _embedded(cursor: _Cursor) -> bytes:
    match cursor.byte():
        case 0xFB:
            return cursor.take(cursor.take(1)[0])
        case 0xFA:
            return cursor.take(int.from_bytes(cursor.take(4), "little"))
        case tag:
            raise XlStreamError(cursor.at - 1, f"tag {tag:02X} where data must stand")
