"""The files of the card's applications as values: employment, insurance, the person."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from devices.card import fields
from devices.card.application_table import REUSED_TAGS, ApplicationFile, Field, Kind
from devices.card.errors import CardDataError
from devices.card.records import Absent, CyclicRecords, Protected, Records
from devices.card.ssc import SocialSecurityCard
from devices.card.tlv import Record, parse_records

Value = str | date | int | bytes | tuple["Entry", ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One item that is set; `name` is empty where its meaning is not published."""

    tag: int
    name: str
    value: Value = field(repr=False)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds: its items, or of a cyclic file its records, the newest first."""

    entries: tuple[Entry, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Malformed:
    """The file's data break their format at `place`; the other files are not touched by that."""

    place: str


FileContent = Contents | Absent | Protected | Malformed


def read_files(
    card: SocialSecurityCard, files: Iterable[ApplicationFile]
) -> tuple[tuple[ApplicationFile, FileContent], ...]:
    """Read several files, each with what came of it."""
    return tuple((file, read_file(card, file)) for file in files)


def read_file(card: SocialSecurityCard, file: ApplicationFile) -> FileContent:
    """Read one file. A missing application or file is `Absent`, one that wants a PIN `Protected`.

    Raises the errors of the card itself: removed, reset, blocked, refused.
    """
    first = card.read_issuer().version.startswith("1.")
    if not card.select_application(file.aid):
        return Absent()
    try:
        return _cycle(card, file) if file.cyclic else _records(card, file, first=first)
    except CardDataError as error:
        return Malformed(error.place)


def _records(
    card: SocialSecurityCard, file: ApplicationFile, *, first: bool
) -> Contents | Absent | Protected:
    content = card.read_records(file.as_records())
    if not isinstance(content, Records):
        return content
    return Contents(tuple(_entries(content.records, file.fields, file.place, first=first)))


def _cycle(card: SocialSecurityCard, file: ApplicationFile) -> Contents | Absent | Protected:
    content = card.read_cyclic(file.as_cycle())
    if not isinstance(content, CyclicRecords):
        return content
    groups = (
        (number, tuple(_parts(record, file, number)))
        for number, record in enumerate(content.records, 1)
        if _is_set(record)
    )
    return Contents(tuple(Entry(number, "record", group) for number, group in groups))


def _parts(record: bytes, file: ApplicationFile, number: int) -> Iterator[Entry]:
    """The fixed-length fields of a cyclic record; they have no tags of their own."""
    place = f"{file.place} record {number}"
    if len(record) != file.as_cycle().length:
        raise CardDataError(f"{place}: {len(record)} bytes")
    offset = 0
    for part in file.fields:
        length = part.length or 0
        value = _value(record[offset : offset + length], part, place)
        offset += length
        if value is not None:
            yield Entry(0, part.name, value)


def _entries(
    records: tuple[Record, ...], known: tuple[Field, ...], place: str, *, first: bool = False
) -> Iterator[Entry]:
    """The items that are set; tags that the table does not know are kept without a name."""
    for record in records:
        item = next((each for each in known if each.tag == record.tag), Field(record.tag))
        raw: bytes = record.value
        if first and record.tag in REUSED_TAGS:
            item, raw = _second_form(item, raw)
        value = _value(raw, item, f"{place} tag {record.tag:02X}")
        if value is not None:
            yield Entry(record.tag, item.name, value)


def _second_form(item: Field, raw: bytes) -> tuple[Field, bytes]:
    """On a 1.0 card a value that ends in EE is in 2.0 form; else its tag means something else.

    Sources do not say whether EE is one byte or two characters: both are taken.
    """
    bare = fields.unpadded(raw)
    for mark in (b"EE", b"\xee"):
        if bare.endswith(mark):
            return item, bare.removesuffix(mark)
    return Field(item.tag), raw


def _value(raw: bytes, item: Field, place: str) -> Value | None:
    """The value of an item, or `None` for an unset one."""
    if not _is_set(raw) and item.kind is not Kind.NUMBER:
        return None
    match item.kind:
        case Kind.TEXT:
            return fields.text(raw, place)
        case Kind.DIGITS:
            return fields.digits(raw, place)
        case Kind.DATE:
            return fields.day(raw, place)
        case Kind.NUMBER:
            return int.from_bytes(raw, "big")
        case Kind.BYTES:
            return raw
        case Kind.GROUP:
            return tuple(_entries(parse_records(raw, place), item.inner, place)) or None


def _is_set(raw: bytes) -> bool:
    return bool(raw.strip(b"\x00") and raw.strip(b"\xff"))
