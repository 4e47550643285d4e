"""What a profile puts into the application files: `[files.DF02.EF06]` and its entries.

A record file has an entry for each tag in hex, whose value is a text (digits where the item is
packed), a date, `hex:` and bytes, a table of tags inside, or a list where the tag repeats.
A cyclic file has `records`, a list of records that are lists of such values, one for each field.
A transparent file has `content`. Items that are not named stay unset.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Final

from devices.card import bcd
from devices.card.simulated.layout import (
    DirectoryLayout,
    ElementaryFile,
    FileLayout,
    Slot,
    Structure,
    application_layouts,
)
from devices.card.simulated.table import Table, hex_up_to
from devices.card.tlv import Record

_HEX: Final = "hex:"
_TAG: Final = re.compile("[0-9A-F]{2}")
_LONGEST_VALUE: Final = 0xFF
_LONGEST_FILE: Final = 0x1000

Contents = dict[tuple[str, int], ElementaryFile]
"""Files that are not fresh, by application and identifier."""


def read_contents(table: Table | None) -> Contents:
    """Read the profile's `[files]`; `ProfileError` names the entry and not its value."""
    if table is None:
        return {}
    found: Contents = {}
    for directory in application_layouts():
        inside = table.table(directory.name)
        if inside is not None:
            found |= dict(_directory(inside, directory))
            inside.finish()
    table.finish()
    return found


def _directory(
    table: Table, directory: DirectoryLayout
) -> Iterator[tuple[tuple[str, int], ElementaryFile]]:
    for identifier, layout in directory.files.items():
        entries = table.table(f"EF{identifier:02X}")
        if entries is not None:
            yield (directory.name, identifier), _file(entries, layout)
            entries.finish()


def _file(table: Table, layout: FileLayout) -> ElementaryFile:
    match layout.structure:
        case Structure.TRANSPARENT:
            content = table.get("content", partial(_raw, digits=False))
            if len(content) > layout.size:
                raise table.error("content", f"more than {layout.size} bytes")
            return replace(layout.fresh(), content=content.ljust(layout.size, b"\0"))
        case Structure.CYCLIC:
            given = table.get("records", partial(_cyclic, layout=layout))
            return replace(layout.fresh(), records=given + layout.fresh().records[len(given) :])
        case Structure.RECORDS:
            return replace(layout.fresh(), records=_records(table, layout))


def _records(table: Table, layout: FileLayout) -> tuple[bytes, ...]:
    """The file's records in the order of the standard, then those it has no slot for."""
    given: dict[int, list[bytes]] = {}
    for key in table.left():
        slots = [slot for slot in layout.slots if f"{slot.tag:02X}" == key]
        values = table.get(key, partial(_values, slots=slots))
        try:
            given[_tag(key)] = values
        except ValueError as error:
            raise table.error(key, str(error)) from None
    records = []
    for slot in layout.slots:
        left = given.get(slot.tag)
        value = left.pop(0) if left else slot.fill(b"")
        records.append(Record(slot.tag, value).to_bytes())
    extra = [Record(tag, value).to_bytes() for tag, values in given.items() for value in values]
    return (*records, *extra)


def _values(value: object, slots: list[Slot]) -> list[bytes]:
    """The values of the records that share a tag."""
    several = value if isinstance(value, list) else [value]
    if slots and len(several) > len(slots):
        raise ValueError(f"more than {len(slots)} records")
    return [_bytes_of(one, slots[0] if slots else None) for one in several]


def _cyclic(value: object, layout: FileLayout) -> tuple[bytes, ...]:
    if not isinstance(value, list) or len(value) > layout.count:
        raise ValueError(f"not a list of at most {layout.count} records")
    return tuple(_fields(record, layout.slots) for record in value)


def _fields(record: object, slots: tuple[Slot, ...]) -> bytes:
    if not isinstance(record, list) or len(record) != len(slots):
        raise ValueError(f"a record is not a list of {len(slots)} fields")
    return b"".join(_bytes_of(one, slot) for one, slot in zip(record, slots, strict=True))


def _bytes_of(value: object, slot: Slot | None) -> bytes:
    raw = _raw(value, digits=slot is not None and slot.digits)
    if slot is not None:
        return slot.fill(raw)
    return _short(raw)


def _raw(value: object, *, digits: bool) -> bytes:
    if type(value) is date:
        return bcd.pack_date(value)
    if isinstance(value, dict):
        return b"".join(_nested(tag, inside) for tag, inside in value.items())
    if not isinstance(value, str):
        raise ValueError("not a text, a date or a table")
    if value.startswith(_HEX):
        return hex_up_to(_LONGEST_FILE)(value.removeprefix(_HEX))
    if digits:
        return bcd.pack(value, (len(value) + 1) // 2)
    return value.encode("gb18030")


def _nested(tag: str, value: object) -> bytes:
    return Record(_tag(tag), _short(_raw(value, digits=False))).to_bytes()


def _short(raw: bytes) -> bytes:
    """What a length of one byte can tell."""
    if len(raw) > _LONGEST_VALUE:
        raise ValueError(f"more than {_LONGEST_VALUE} bytes")
    return raw


def _tag(key: str) -> int:
    if not _TAG.fullmatch(key):
        raise ValueError("not a tag of two upper-case hex digits")
    return int(key, 16)
