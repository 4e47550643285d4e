"""The data items of the social-security environment (人社信息函〔2012〕37号, LD/T 32-2015)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from devices.card import fields
from devices.card.errors import CardDataError
from devices.card.records import RecordFile, Row
from devices.card.tlv import Record

SSSE_AID: Final = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
"""`sx1.sh.社会保障`, the social-security environment."""
EF05: Final = 0x05
"""发卡机构数据, readable without a key on every version."""
EF06: Final = 0x06
"""持卡人基本信息; from version 3.00 on behind external authentication with RKSSSE."""


@dataclass(frozen=True, slots=True)
class Item:
    """One data item: the file it lies in, its record's tag and the length of its value."""

    file: int
    tag: int
    length: int

    @property
    def place(self) -> str:
        """How the item is called in an error."""
        return f"EF{self.file:02X} tag {self.tag:02X}"


IDENTIFICATION_CODE = Item(EF05, 0x01, 0x10)
CARD_CLASS = Item(EF05, 0x02, 0x01)
VERSION = Item(EF05, 0x03, 0x04)
INITIALISER = Item(EF05, 0x04, 0x0C)
ISSUED = Item(EF05, 0x05, 0x04)
EXPIRES = Item(EF05, 0x06, 0x04)
CARD_NUMBER = Item(EF05, 0x07, 0x09)
SOCIAL_SECURITY_NUMBER = Item(EF06, 0x08, 0x12)
NAME = Item(EF06, 0x09, 0x1E)
NAME_EXTENSION = Item(EF06, 0x4E, 0x14)
SEX = Item(EF06, 0x0A, 0x01)
ETHNICITY = Item(EF06, 0x0B, 0x01)
BIRTH_PLACE = Item(EF06, 0x0C, 0x03)
BIRTH_DATE = Item(EF06, 0x0D, 0x04)

ISSUER_ITEMS: Final = (
    *(IDENTIFICATION_CODE, CARD_CLASS, VERSION, INITIALISER, ISSUED, EXPIRES, CARD_NUMBER),
)
"""EF05 in the order of its record numbers."""
HOLDER_ITEMS: Final = (
    *(SOCIAL_SECURITY_NUMBER, NAME, NAME_EXTENSION, SEX, ETHNICITY, BIRTH_PLACE, BIRTH_DATE),
)
"""EF06 in the order of its record numbers; 1.0 cards have no NAME_EXTENSION."""


def file_of(items: tuple[Item, ...]) -> RecordFile:
    """The file in which these items lie."""
    sfi = items[0].file
    return RecordFile(f"EF{sfi:02X}", sfi, tuple(Row(item.tag, item.length) for item in items))


class ItemValues:
    """The items of one file as values; an absent or unset one is `None`."""

    __slots__ = ("_values",)

    def __init__(self, records: Iterable[Record]) -> None:
        self._values: dict[int, set[bytes]] = {}
        for record in records:
            self._values.setdefault(record.tag, set()).add(record.value)

    def raw(self, item: Item) -> bytes:
        """The bytes of an item; two records of one tag that differ are malformed."""
        values = self._values.get(item.tag, {b""})
        if len(values) > 1:
            raise CardDataError(f"{item.place}: two different records")
        return next(iter(values))

    def plain(self, item: Item) -> str | None:
        """An item of ASCII characters."""
        return fields.plain(self.raw(item), item.place)

    def digits(self, item: Item) -> str | None:
        """An item of packed decimal digits."""
        return fields.digits(self.raw(item), item.place)

    def day(self, item: Item) -> date | None:
        """An item that is a date."""
        return fields.day(self.raw(item), item.place)

    def hexadecimal(self, item: Item) -> str | None:
        """An item of bytes."""
        return fields.hexadecimal(self.raw(item))

    def name(self) -> str | None:
        """姓名 and 姓名扩展: the bytes are joined first, a character may lie across both."""
        parts = (fields.unpadded(self.raw(item)) for item in (NAME, NAME_EXTENSION))
        return fields.text(b"".join(parts), NAME.place)
