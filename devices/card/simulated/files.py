"""The file system of the simulated card, built from its profile."""

import tomllib
from dataclasses import dataclass, field
from enum import Enum
from importlib import resources
from typing import TypedDict

from devices.card import bcd, ssc
from devices.card.simulated.profile import CardProfile
from devices.card.ssc import Item
from devices.card.tlv import Record, encode_ber

_FINGERPRINT, _PHOTO = (0x07, 0x300), (0x08, 0x1000)


class Access(Enum):
    """What a file wants before it is read."""

    FREE = "free"
    PIN = "pin"
    KEY = "key"
    PIN_AND_KEY = "pin_and_key"


class Structure(Enum):
    """How a file is read."""

    RECORDS = "records"
    CYCLIC = "cyclic"
    TRANSPARENT = "transparent"


@dataclass(frozen=True, slots=True)
class ElementaryFile:
    """One EF: records as they lie on the card, or one run of bytes."""

    identifier: int
    access: Access
    structure: Structure
    records: tuple[bytes, ...] = field(default=(), repr=False)
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Directory:
    """One application or environment with its files by short identifier."""

    label: str
    aid: bytes
    fci: bytes
    files: dict[int, ElementaryFile]


class _FileRow(TypedDict, total=False):
    id: int
    read: str
    records: list[tuple[int, int, int]]
    cyclic: tuple[int, int]
    bytes: int


def build_file_system(profile: CardProfile) -> dict[bytes, Directory]:
    """Every application of the card by its name; a foreign card has none of them."""
    if profile.foreign:
        return {}
    table = tomllib.loads(resources.files(__package__).joinpath("files.toml").read_text("utf-8"))
    directories = [_ssse(profile)]
    for row in table["directory"]:
        aid = bytes.fromhex(row["aid"])
        files = {entry["id"]: _application_file(entry) for entry in row["files"]}
        fci = encode_ber(0x6F, encode_ber(0x84, aid))
        directories.append(Directory(row["name"], aid, fci, files))
    return {directory.aid: directory for directory in directories}


def _application_file(row: _FileRow) -> ElementaryFile:
    access = Access(row["read"])
    if "bytes" in row:
        return _transparent((row["id"], row["bytes"]), access)
    if "cyclic" in row:
        count, length = row["cyclic"]
        records = (b"\xff" * length,) * count
        return ElementaryFile(row["id"], access, Structure.CYCLIC, records)
    records = tuple(
        Record(tag, bytes((padding,)) * length).to_bytes()
        for tag, length, padding in row["records"]
    )
    return ElementaryFile(row["id"], access, Structure.RECORDS, records)


def _transparent(size: tuple[int, int], access: Access) -> ElementaryFile:
    identifier, length = size
    return ElementaryFile(identifier, access, Structure.TRANSPARENT, content=bytes(length))


def _ssse(profile: CardProfile) -> Directory:
    issuer = encode_ber(0x9F0C, encode_ber(0x86, bytes((profile.algorithm,))))
    proprietary = encode_ber(0xA5, encode_ber(0x88, b"\x01") + issuer)
    fci = encode_ber(0x6F, encode_ber(0x84, ssc.SSSE_AID) + proprietary)
    holder = Access.KEY if profile.version.startswith("3.") else Access.FREE
    fingerprint = Access.FREE if profile.version.startswith("1.") else Access.KEY
    files = (
        ElementaryFile(ssc.EF05, Access.FREE, Structure.RECORDS, _issuer_records(profile)),
        ElementaryFile(ssc.EF06, holder, Structure.RECORDS, _holder_records(profile)),
        _transparent(_FINGERPRINT, fingerprint),
        _transparent(_PHOTO, Access.KEY),
    )
    return Directory("SSSE", ssc.SSSE_AID, fci, {file.identifier: file for file in files})


def _issuer_records(profile: CardProfile) -> tuple[bytes, ...]:
    return (
        _record(ssc.IDENTIFICATION_CODE, profile.identification_code),
        _record(ssc.CARD_CLASS, profile.card_class.encode("ascii")),
        _record(ssc.VERSION, profile.version.encode("ascii")),
        _record(ssc.INITIALISER, profile.initialiser),
        _record(ssc.ISSUED, bcd.pack_date(profile.issued)),
        _record(ssc.EXPIRES, bcd.pack_date(profile.expires)),
        _record(ssc.CARD_NUMBER, profile.card_number.encode("ascii")),
    )


def _holder_records(profile: CardProfile) -> tuple[bytes, ...]:
    """EF06; a card without a holder has every record, unset. 1.0 cards have no 4E."""
    holder = profile.holder
    name = holder.name_bytes if holder else b""
    number = holder.social_security_number if holder else ""
    records = [
        _record(ssc.SOCIAL_SECURITY_NUMBER, number.encode("ascii")),
        _record(ssc.NAME, name[: ssc.NAME.length]),
    ]
    if not profile.version.startswith("1."):
        records.append(_record(ssc.NAME_EXTENSION, name[ssc.NAME.length :]))
    records += [
        _record(ssc.SEX, holder.sex.encode("ascii") if holder else b""),
        _record(ssc.ETHNICITY, bcd.pack(holder.ethnicity if holder else "", ssc.ETHNICITY.length)),
        _record(
            ssc.BIRTH_PLACE, bcd.pack(holder.birth_place if holder else "", ssc.BIRTH_PLACE.length)
        ),
        _record(ssc.BIRTH_DATE, bcd.pack_date(holder.birth_date if holder else None)),
    ]
    return tuple(records)


def _record(item: Item, value: bytes) -> bytes:
    return Record(item.tag, value.ljust(item.length, b"\0")).to_bytes()
