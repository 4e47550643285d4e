"""The two TLV forms on the card: BER (ISO/IEC 7816-4, the FCI) and the record's short form."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from devices.card.errors import CardDataError

_PADDING = (0x00, 0xFF)
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Node:
    """One BER data object; `children` are the objects inside a constructed one."""

    tag: int
    value: bytes = field(repr=False)
    children: tuple["Node", ...] = ()

    def find(self, tag: int) -> "Node | None":
        """The first object with that tag inside this one, however deep."""
        return find(self.children, tag)


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a variable-record file: a tag byte, a length byte, the value."""

    tag: int
    value: bytes = field(repr=False)

    def to_bytes(self) -> bytes:
        """The record as it lies on the card."""
        return bytes((self.tag, len(self.value))) + self.value


def find(nodes: tuple[Node, ...], tag: int) -> Node | None:
    """The first object with that tag, depth first."""
    for node in nodes:
        if node.tag == tag:
            return node
        if (inside := node.find(tag)) is not None:
            return inside
    return None


def parse_ber(data: bytes, place: str) -> tuple[Node, ...]:
    """Read BER-TLV objects; `CardDataError` names `place` and the offset."""
    return tuple(_nodes(data, place, 0, 0))


def _nodes(data: bytes, place: str, base: int, depth: int) -> Iterator[Node]:
    offset = 0
    while offset < len(data):
        if data[offset] in _PADDING:
            offset += 1  # ISO/IEC 7816-4, 6.2: filling between data objects
            continue
        first = data[offset]
        tag, at_length = _tag(data, offset, place, base)
        start, end = _extent(data, at_length, place, base)
        value = data[start:end]
        children: tuple[Node, ...] = ()
        if first & 0x20 and depth < _DEEPEST:
            children = tuple(_nodes(value, place, base + start, depth + 1))
        yield Node(tag, value, children)
        offset = end


def _tag(data: bytes, offset: int, place: str, base: int) -> tuple[int, int]:
    """The tag and the offset after it."""
    tag = data[offset]
    end = offset + 1
    if tag & 0x1F != 0x1F:
        return tag, end
    while True:
        if end >= len(data) or end - offset > 3:
            raise CardDataError(f"{place}, tag at offset {base + offset}")
        tag = tag << 8 | data[end]
        end += 1
        if not tag & 0x80:
            return tag, end


def _extent(data: bytes, offset: int, place: str, base: int) -> tuple[int, int]:
    """Start and end of the value whose length field is at `offset`."""
    fault = f"{place}, length at offset {base + offset}"
    if offset >= len(data):
        raise CardDataError(fault)
    length, start = data[offset], offset + 1
    if length & 0x80:
        size = length & 0x7F
        start += size
        if not 1 <= size <= 3 or start > len(data):
            raise CardDataError(fault)
        length = int.from_bytes(data[offset + 1 : start], "big")
    if start + length > len(data):
        raise CardDataError(fault)
    return start, start + length


def encode_ber(tag: int, value: bytes) -> bytes:
    """One BER-TLV object with the shortest length field."""
    head = tag.to_bytes(max(1, (tag.bit_length() + 7) // 8), "big")
    if len(value) < 0x80:
        return head + bytes((len(value),)) + value
    length = len(value).to_bytes((len(value).bit_length() + 7) // 8, "big")
    return head + bytes((0x80 | len(length),)) + length + value


def parse_records(data: bytes, place: str) -> tuple[Record, ...]:
    """Read records that stand one after another, as READ RECORD "all" answers them.

    Filling at the end of the file (only 00 or only FF) is no record.
    """
    records: list[Record] = []
    offset = 0
    while offset < len(data):
        if data[offset] in _PADDING and not data[offset:].strip(data[offset : offset + 1]):
            break
        end = offset + 2 + (data[offset + 1] if offset + 1 < len(data) else 0)
        if offset + 2 > len(data) or end > len(data):
            raise CardDataError(f"{place}, record at offset {offset}")
        records.append(Record(data[offset], data[offset + 2 : end]))
        offset = end
    return tuple(records)


def parse_record(data: bytes, tag: int, place: str) -> bytes:
    """The value of exactly one record that must carry that tag."""
    match parse_records(data, place):
        case (Record(tag=found, value=value),) if found == tag:
            return value
        case _:
            raise CardDataError(f"{place}: not one record with this tag")
