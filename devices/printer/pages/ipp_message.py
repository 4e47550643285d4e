"""IPP messages as bytes and back: RFC 8010, section 3.

Nothing here knows what an operation means. Whatever does not follow the encoding is an
`IppFormatError`; a decoded message that is encoded again gives the same bytes.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum
from typing import ClassVar, TypeAlias

from devices.errors import DeviceError

_MAX_DEPTH = 8
"""Collections in collections; printers use two or three levels."""
_END_OF_ATTRIBUTES = 0x03
_BEGIN_COLLECTION, _END_COLLECTION, _MEMBER_NAME = 0x34, 0x37, 0x4A


class IppFormatError(DeviceError):
    """Bytes that are no IPP message."""

    code: ClassVar[str] = "printer.ipp_format"

    def __init__(self, offset: int, detail: str) -> None:
        super().__init__(f"byte {offset}: {detail}")
        self.offset = offset
        self.detail = detail


class Group(IntEnum):
    """Delimiter tags (RFC 8010, 3.5.1)."""

    OPERATION = 0x01
    JOB = 0x02
    PRINTER = 0x04
    UNSUPPORTED = 0x05


class Tag(IntEnum):
    """Value tags that this program writes or looks into (RFC 8010, 3.5.2)."""

    UNKNOWN = 0x12
    NO_VALUE = 0x13
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49


_NUMBERS = (Tag.INTEGER, Tag.ENUM)
_FIRST_TEXT, _LAST_TEXT = 0x41, 0x49
_LAST_DELIMITER = 0x0F


@dataclass(frozen=True, slots=True)
class Value:
    """One value with its tag: a number, a truth, a text, raw bytes, or a collection's members."""

    tag: int
    data: int | bool | str | bytes | tuple[Attribute, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Attribute:
    """A name with one or more values."""

    name: str
    values: tuple[Value, ...] = field(repr=False)


Attributes: TypeAlias = tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """A request (`code` is the operation) or an answer (`code` is the status)."""

    code: int
    request_id: int
    groups: tuple[tuple[int, Attributes], ...]
    """Delimiter tag and attributes, in order."""
    version: tuple[int, int] = (2, 0)
    data: bytes = field(default=b"", repr=False)
    """The document behind the attributes."""

    def find(self, group: int, name: str) -> tuple[Value, ...]:
        """Return an attribute's values from the first such group that has it; empty if none."""
        for tag, attributes in self.groups:
            for attribute in attributes:
                if tag == group and attribute.name == name:
                    return attribute.values
        return ()

    def texts(self, group: int, name: str) -> tuple[str, ...]:
        """Return an attribute's values that are texts."""
        return tuple(v.data for v in self.find(group, name) if isinstance(v.data, str))

    def number(self, group: int, name: str) -> int | None:
        """Return an attribute's first value if it is an integer or an enum."""
        for value in self.find(group, name)[:1]:
            if value.tag in _NUMBERS and isinstance(value.data, int):
                return value.data
        return None


def attribute(name: str, tag: int, *values: int | bool | str | bytes) -> Attribute:
    """Return an attribute whose values have one tag."""
    return Attribute(name, tuple(Value(tag, value) for value in values))


# Writing


def encode(message: Message) -> bytes:
    """Return the message's bytes."""
    out = bytearray(bytes(message.version))
    out += struct.pack(">Hi", message.code, message.request_id)
    for tag, attributes in message.groups:
        out.append(tag)
        for item in attributes:
            _write_attribute(out, item)
    out.append(_END_OF_ATTRIBUTES)
    return bytes(out) + message.data


def _write_attribute(out: bytearray, item: Attribute) -> None:
    name = item.name
    for value in item.values:
        _write_value(out, name, value)
        name = ""  # a further value of the same attribute


def _write_value(out: bytearray, name: str, value: Value) -> None:
    if isinstance(value.data, tuple):
        _write_field(out, _BEGIN_COLLECTION, name, b"")
        for member in value.data:
            _write_field(out, _MEMBER_NAME, "", member.name.encode())
            for part in member.values:
                _write_value(out, "", part)
        _write_field(out, _END_COLLECTION, "", b"")
    else:
        _write_field(out, value.tag, name, _value_bytes(value.data))


def _value_bytes(data: int | bool | str | bytes) -> bytes:
    match data:
        case bool():
            return bytes((data,))
        case int():
            return struct.pack(">i", data)
        case str():
            return data.encode()
        case bytes():
            return data


def _write_field(out: bytearray, tag: int, name: str, data: bytes) -> None:
    raw_name = name.encode()
    out.append(tag)
    out += struct.pack(">H", len(raw_name)) + raw_name
    out += struct.pack(">H", len(data)) + data


# Reading


def decode(raw: bytes) -> Message:
    """Return the message in these bytes; raise IppFormatError when they are none."""
    return _Reader(raw).message()


class _Reader:
    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def message(self) -> Message:
        major, minor = self._take(2)
        code, request_id = struct.unpack(">Hi", self._take(6))
        groups: list[tuple[int, Attributes]] = []
        tag = self._byte()
        while tag != _END_OF_ATTRIBUTES:
            if not 0 < tag <= _LAST_DELIMITER:
                raise self._error(f"tag {tag:02X} where a group begins")
            attributes, following = self._attributes()
            groups.append((tag, attributes))
            tag = following
        return Message(code, request_id, tuple(groups), (major, minor), self._raw[self._at :])

    def _attributes(self) -> tuple[Attributes, int]:
        """Read to the next delimiter; return it too."""
        found: list[Attribute] = []
        while (tag := self._byte()) > _LAST_DELIMITER:
            name, data = self._field()
            value = self._value(tag, data, 0)
            if name:
                found.append(Attribute(name, (value,)))
            elif found:
                found[-1] = Attribute(found[-1].name, (*found[-1].values, value))
            else:
                raise self._error("a further value without an attribute")
        return tuple(found), tag

    def _value(self, tag: int, data: bytes, depth: int) -> Value:
        if tag == _BEGIN_COLLECTION:
            if data:
                raise self._error("a collection that begins with data")
            return Value(tag, self._members(depth + 1))
        if tag in (_END_COLLECTION, _MEMBER_NAME):
            raise self._error(f"tag {tag:02X} outside a collection")
        return Value(tag, self._plain(tag, data))

    def _plain(self, tag: int, data: bytes) -> int | bool | str | bytes:
        if tag in _NUMBERS:
            if len(data) != 4:
                raise self._error(f"a number of {len(data)} bytes")
            return int.from_bytes(data, "big", signed=True)
        if tag == Tag.BOOLEAN:
            if data not in (b"\x00", b"\x01"):
                raise self._error("a truth value that is neither 0 nor 1")
            return data == b"\x01"
        if _FIRST_TEXT <= tag <= _LAST_TEXT:
            return self._text(data)
        return data

    def _members(self, depth: int) -> Attributes:
        if depth > _MAX_DEPTH:
            raise self._error("collections too deep")
        members: list[Attribute] = []
        while True:
            tag = self._byte()
            name, data = self._field()
            if name:
                raise self._error("a named field in a collection")
            if tag == _END_COLLECTION:
                if data or (members and not members[-1].values):
                    raise self._error("a collection that ends too early")
                return tuple(members)
            if tag == _MEMBER_NAME:
                if not data or (members and not members[-1].values):
                    raise self._error("a member without name or value")
                members.append(Attribute(self._text(data), ()))
            elif not members or tag <= _LAST_DELIMITER:
                raise self._error(f"tag {tag:02X} in a collection")
            else:
                value = self._value(tag, data, depth)
                members[-1] = Attribute(members[-1].name, (*members[-1].values, value))

    def _field(self) -> tuple[str, bytes]:
        name = self._text(self._take(self._length()))
        return name, self._take(self._length())

    def _text(self, data: bytes) -> str:
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            raise self._error("a text that is not UTF-8") from error

    def _length(self) -> int:
        return int.from_bytes(self._take(2), "big")

    def _byte(self) -> int:
        return self._take(1)[0]

    def _take(self, count: int) -> bytes:
        part = self._raw[self._at : self._at + count]
        if len(part) < count:
            raise self._error("the message ends too early")
        self._at += count
        return part

    def _error(self, detail: str) -> IppFormatError:
        return IppFormatError(self._at, detail)
