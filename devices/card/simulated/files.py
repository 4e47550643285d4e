"""The file system of the simulated card, built from its profile."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from devices.card import bcd, ssc
from devices.card.simulated.layout import (
    Access,
    DirectoryLayout,
    ElementaryFile,
    Structure,
    application_layouts,
)
from devices.card.simulated.profile import CardProfile
from devices.card.ssc import Item
from devices.card.tlv import Record, encode_ber

_FINGERPRINT, _PHOTO = (0x07, 0x300), (0x08, 0x1000)
_NO_CHARACTERS = bytes.fromhex("8120D5FF8130812081")
"""Lead bytes of GB18030 without what must follow them."""


@dataclass(frozen=True, slots=True)
class Directory:
    """One application or environment with its files by short identifier."""

    label: str
    aid: bytes
    fci: bytes
    files: dict[int, ElementaryFile]


def build_file_system(profile: CardProfile) -> dict[bytes, Directory]:
    """Every application of the card by its name; a foreign card has none of them."""
    if profile.foreign:
        return {}
    directories = [_ssse(profile)]
    directories += [_application(layout, profile) for layout in application_layouts()]
    if profile.faults.truncate_tlv:
        directories = [_spoiled(directory, _cut, _cut) for directory in directories]
    if profile.faults.hostile_tlv:
        directories = [_spoiled(directory, _lie, _nest) for directory in directories]
    return {directory.aid: directory for directory in directories}


def _application(layout: DirectoryLayout, profile: CardProfile) -> Directory:
    files = {
        identifier: profile.contents.get((layout.name, identifier)) or file.fresh()
        for identifier, file in layout.files.items()
    }
    fci = encode_ber(0x6F, encode_ber(0x84, layout.aid))
    return Directory(layout.name, layout.aid, fci, files)


def _transparent(size: tuple[int, int], access: Access) -> ElementaryFile:
    identifier, length = size
    return ElementaryFile(identifier, access, Structure.TRANSPARENT, content=bytes(length))


def _ssse(profile: CardProfile) -> Directory:
    issuer = encode_ber(0x9F0C, encode_ber(0x86, bytes((profile.algorithm,))))
    proprietary = encode_ber(0xA5, encode_ber(0x88, b"\x01") + issuer)
    fci = encode_ber(0x6F, encode_ber(0x84, ssc.SSSE_AID) + proprietary)
    holder = Access.RKSSSE if profile.version.startswith("3.") else Access.FREE
    fingerprint = Access.FREE if profile.version.startswith("1.") else Access.RKSSSE
    files = (
        ElementaryFile(ssc.EF05, Access.FREE, Structure.RECORDS, _issuer_records(profile)),
        ElementaryFile(ssc.EF06, holder, Structure.RECORDS, _holder_records(profile)),
        _transparent(_FINGERPRINT, fingerprint),
        _transparent(_PHOTO, Access.RKSSSE),
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
    if profile.faults.invalid_name:
        name = _NO_CHARACTERS
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


def _spoiled(
    directory: Directory, record: Callable[[bytes], bytes], fci: Callable[[bytes], bytes]
) -> Directory:
    files = {
        identifier: replace(file, records=tuple(map(record, file.records)))
        for identifier, file in directory.files.items()
    }
    return replace(directory, fci=fci(directory.fci), files=files)


def _cut(tlv: bytes) -> bytes:
    """Half of it: its length says more than there is."""
    return tlv[: len(tlv) // 2 + 1]


def _lie(record: bytes) -> bytes:
    """The same tag with a length far beyond the end."""
    return record[:1] + b"\xfe" + _nest(record)


def _nest(tlv: bytes) -> bytes:
    """Objects inside objects, more than any reader should follow."""
    return b"".join(bytes((tlv[0] | 0x20, room)) for room in range(0x7C, -1, -2))
