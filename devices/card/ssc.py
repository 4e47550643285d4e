"""The driver of the Chinese social security card (LD/T 32-2015): identity and PIN, read only."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from devices.card import bcd
from devices.card.apdu import SHORT_LE, Command, Ins, Response, StatusWord, base_of
from devices.card.channel import Channel, Traffic
from devices.card.connection import CardConnection
from devices.card.errors import (
    CardBlockedError,
    CardDataError,
    CardRefusedError,
    ForeignCardError,
    PinLockedError,
    WrongPinError,
)
from devices.card.fci import Algorithm, Fci, parse_fci
from devices.card.identity import CardIdentity
from devices.card.pin import NoPin, Pin, PinLocked, PinReady, PinState
from devices.card.tlv import parse_record

__all__ = ["Algorithm", "Fci", "SocialSecurityCard", "parse_fci"]

SSSE_AID: Final = bytes.fromhex("7378312E73682EC9E7BBE1B1A3D5CF")
"""`sx1.sh.社会保障`, the social-security environment."""
EF05: Final = 0x05
"""发卡机构数据, readable without a key on every version."""
EF06: Final = 0x06
"""持卡人基本信息; from version 3.00 on behind external authentication with RKSSSE."""

_T = TypeVar("_T")

_BLOCKED = (StatusWord.NOT_SUPPORTED, StatusWord.APPLICATION_LOCKED)
_ABSENT = (StatusWord.RECORD_NOT_FOUND, StatusWord.FILE_NOT_FOUND)


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


@dataclass(frozen=True, slots=True)
class _Holder:
    social_security_number: str | None = field(default=None, repr=False)
    name: str | None = field(default=None, repr=False)
    sex: str | None = field(default=None, repr=False)
    ethnicity: str | None = field(default=None, repr=False)
    birth_place: str | None = field(default=None, repr=False)
    birth_date: date | None = field(default=None, repr=False)


class _Protected(Exception):  # noqa: N818 - a way out of the reading, no error of the card
    """EF06 wants an authentication that this reader cannot give."""


class SocialSecurityCard:
    """One card over one connection. Nothing is written; a PIN is sent only by `verify_pin`."""

    def __init__(self, connection: CardConnection) -> None:
        self._connection = connection
        self._channel = Channel(connection)
        self._fci: Fci | None = None

    @property
    def traffic(self) -> Traffic:
        """What went over the wire for this card so far."""
        return self._channel.traffic

    def select(self) -> Fci:
        """Enter the social-security environment, or tell that the card has none."""
        response = self._channel.send(Command(0, Ins.SELECT, 4, 0, SSSE_AID))
        if response.ok:
            self._fci = parse_fci(response.data)
        elif response.sw in _BLOCKED:
            raise CardBlockedError
        elif response.sw == StatusWord.FILE_NOT_FOUND and self._has_files_at_root():
            self._fci = Fci()
        else:
            raise ForeignCardError
        return self._fci

    def _has_files_at_root(self) -> bool:
        """Some Shanghai cards do not know the name yet have EF05 at the root."""
        select_ef05 = Command(0, Ins.SELECT, 2, 0, bytes((0xEF, EF05)))
        if not self._channel.send(select_ef05).ok:
            return False
        by_number = Command(0, Ins.READ_RECORD, CARD_NUMBER.tag, 4, le=CARD_NUMBER.length + 2)
        response = self._channel.send(by_number)
        head = bytes((CARD_NUMBER.tag, CARD_NUMBER.length))
        return response.ok and response.data.startswith(head)

    def read_identity(self) -> CardIdentity:
        """Read both files item by item; what the card does not have or show is `None`."""
        self._ensure_selected()
        version = self._text(VERSION)
        if not version:
            raise CardDataError(f"{VERSION.place}: no version")
        code = self._hex(IDENTIFICATION_CODE)
        identification = {
            "identification_code": code,
            "issuing_area": _area(code),
            "card_class": self._text(CARD_CLASS),
            "initialiser": self._hex(INITIALISER),
            "card_number": self._text(CARD_NUMBER),
        }
        issued, expires = self._date(ISSUED), self._date(EXPIRES)
        holder = self._holder(version)
        return CardIdentity(
            version=version,
            **identification,
            issued=issued,
            expires=expires,
            atr=self._connection.atr,
            social_security_number=holder.social_security_number,
            name=holder.name,
            sex=holder.sex,
            ethnicity=holder.ethnicity,
            birth_place=holder.birth_place,
            birth_date=holder.birth_date,
        )

    def pin_state(self) -> PinState:
        """Ask for the tries left: VERIFY without data, which uses up no try.

        This card answers 9000 only when no PIN is set; after a right PIN it still says 63Cx.
        """
        self._ensure_selected()
        response = self._channel.send(Command(0, Ins.VERIFY, 0, 0, le=SHORT_LE))
        if response.ok:
            return NoPin()
        if base_of(response.sw) == StatusWord.TRIES_LEFT and response.sw & 0x0F:
            return PinReady(response.sw & 0x0F)
        if base_of(response.sw) in (StatusWord.TRIES_LEFT, StatusWord.LOCKED):
            return PinLocked()
        raise _refusal(Command(0, Ins.VERIFY, 0, 0), response)

    def verify_pin(self, pin: Pin) -> None:
        """Send the holder's PIN once. The wrong one uses up a try."""
        self._ensure_selected()
        command = Command(0, Ins.VERIFY, 0, 0, pin.packed())
        response = self._channel.send(command)
        if response.ok:
            return
        if base_of(response.sw) == StatusWord.TRIES_LEFT and response.sw & 0x0F:
            raise WrongPinError(response.sw & 0x0F)
        if base_of(response.sw) in (StatusWord.TRIES_LEFT, StatusWord.LOCKED):
            raise PinLockedError
        raise _refusal(command, response)

    def _ensure_selected(self) -> None:
        if self._fci is None:
            self.select()

    def _holder(self, version: str) -> _Holder:
        try:
            return _Holder(
                social_security_number=self._text(SOCIAL_SECURITY_NUMBER),
                name=self._name(version),
                sex=self._text(SEX),
                ethnicity=self._digits(ETHNICITY),
                birth_place=self._digits(BIRTH_PLACE),
                birth_date=self._date(BIRTH_DATE),
            )
        except _Protected:
            if not version.startswith(("1.", "2.")):
                return _Holder()
            raise CardRefusedError("EF06", StatusWord.SECURITY_NOT_SATISFIED) from None

    def _read(self, item: Item) -> bytes | None:
        """The value of one item by its tag, or `None` where the card has no such record."""
        command = Command(0, Ins.READ_RECORD, item.tag, item.file << 3, le=item.length + 2)
        response = self._channel.send(command)
        if response.ok:
            return parse_record(response.data, item.tag, item.place)
        if response.sw in _ABSENT:
            return None
        if response.sw == StatusWord.SECURITY_NOT_SATISFIED and item.file == EF06:
            raise _Protected
        raise _refusal(command, response)

    def _name(self, version: str) -> str | None:
        """姓名 and 姓名扩展: the bytes are joined first, a character may lie across both."""
        name = _unpadded(self._read(NAME))
        if not version.startswith("1."):
            name += _unpadded(self._read(NAME_EXTENSION))
        return _decoded(name, "gb18030", NAME) or None

    def _text(self, item: Item) -> str | None:
        return _decoded(_unpadded(self._read(item)), "ascii", item) or None

    def _hex(self, item: Item) -> str | None:
        value = self._read(item) or b""
        return value.hex().upper() if value.strip(b"\xff") else None

    def _digits(self, item: Item) -> str | None:
        return self._packed(item, bcd.unpack) or None

    def _date(self, item: Item) -> date | None:
        return self._packed(item, bcd.unpack_date)

    def _packed(self, item: Item, unpack: Callable[[bytes], _T]) -> _T:
        try:
            return unpack(self._read(item) or b"")
        except ValueError:
            raise CardDataError(item.place) from None


def _area(code: str | None) -> str | None:
    return code[:6] if code and code[:6].isdigit() else None


def _unpadded(value: bytes | None) -> bytes:
    return (value or b"").rstrip(b"\x00\xff ")


def _decoded(value: bytes, encoding: str, item: Item) -> str:
    try:
        return value.decode(encoding)
    except UnicodeDecodeError:
        raise CardDataError(item.place) from None


def _refusal(command: Command, response: Response) -> CardRefusedError | CardBlockedError:
    if response.sw == StatusWord.APPLICATION_LOCKED:
        return CardBlockedError()
    return CardRefusedError(command.label, response.sw)
