"""The description of a simulated card: a TOML file, checked, as values."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from devices.card.errors import CardError, ProfileError
from devices.card.pin import Pin
from devices.card.ssc import CARD_NUMBER, NAME, NAME_EXTENSION, SOCIAL_SECURITY_NUMBER, Algorithm

_T = TypeVar("_T")
_MOST_TRIES = 15
_LONGEST_APDU = 261


@dataclass(frozen=True, slots=True)
class HolderProfile:
    """What EF06 says of the holder."""

    social_security_number: str = field(repr=False)
    name: str = field(repr=False)
    sex: str = field(repr=False)
    ethnicity: str = field(repr=False)
    birth_place: str = field(repr=False)
    birth_date: date = field(repr=False)

    @property
    def name_bytes(self) -> bytes:
        """The name as the card stores it: GB18030, which is GBK with more characters."""
        return self.name.encode("gb18030")


@dataclass(frozen=True, slots=True)
class PinProfile:
    """The PIN of the card and the tries it begins with."""

    packed: bytes = field(repr=False)
    tries: int
    tries_left: int


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with the card."""

    mute: bool = False
    """It does not answer its reset."""
    remove_at_apdu: int | None = None
    """It is pulled at this command after power-on, counted from 1."""
    answers: tuple[tuple[bytes, int], ...] = ()
    """Commands that begin so are answered with this status word."""


@dataclass(frozen=True, slots=True)
class CardProfile:
    """A whole simulated card; `holder` is `None` for a blank one, `pin` where none is set."""

    version: str
    algorithm: Algorithm
    historical_bytes: bytes = field(repr=False)
    identification_code: bytes = field(repr=False)
    card_class: str
    initialiser: bytes
    issued: date
    expires: date
    card_number: str = field(repr=False)
    foreign: bool = False
    """No social-security environment on it."""
    holder: HolderProfile | None = None
    pin: PinProfile | None = None
    baud: int = 0
    """Speed of the contacts; 0 answers at once."""
    faults: Faults = Faults()

    @property
    def atr(self) -> bytes:
        """The usual form: T=0, direct, TB1 and TC1, historical bytes, no check byte."""
        return bytes((0x3B, 0x60 | len(self.historical_bytes), 0, 0)) + self.historical_bytes


def load_profile(path: Path) -> CardProfile:
    """Read a card's description from a file; `ProfileError` names the file or the key."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: {type(error).__name__}") from None
    return parse_profile(text)


def parse_profile(text: str) -> CardProfile:
    """Read a card's description; `ProfileError` names the key, not its value."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"TOML: {error}") from None
    root = _Table("", document)
    card = root.table("card")
    if card is None:
        raise ProfileError("card: missing")
    profile = _card(card, root)
    root.finish()
    _check_name(profile)
    return profile


def _card(card: "_Table", root: "_Table") -> CardProfile:
    profile = CardProfile(
        version=card.get("version", _version),
        algorithm=card.get("algorithm", _algorithm, "des"),
        historical_bytes=card.get("historical_bytes", _hex_up_to(15)),
        identification_code=card.get("identification_code", _hex_of(16)),
        card_class=card.get("card_class", _ascii_of(1), "3"),
        initialiser=card.get("initialiser", _hex_of(12)),
        issued=card.get("issued", _date),
        expires=card.get("expires", _date),
        card_number=card.get("card_number", _ascii_of(CARD_NUMBER.length)),
        foreign=card.get("aid", _aid, "ssse"),
        holder=_holder(root.table("holder")),
        pin=_pin(root.table("pin")),
        baud=_baud(root.table("timing")),
        faults=_faults(root.table("faults")),
    )
    card.finish()
    return profile


def _holder(table: "_Table | None") -> HolderProfile | None:
    if table is None:
        return None
    number = table.get("social_security_number", _text)
    if not (number.isascii() and 0 < len(number) <= SOCIAL_SECURITY_NUMBER.length):
        raise ProfileError("holder.social_security_number: not 1 to 18 ASCII characters")
    holder = HolderProfile(
        social_security_number=number,
        name=table.get("name", _text),
        sex=table.get("sex", _ascii_of(1), "9"),
        ethnicity=table.get("ethnicity", _digits_of(2), "01"),
        birth_place=table.get("birth_place", _digits_of(6)),
        birth_date=table.get("birth_date", _date),
    )
    table.finish()
    return holder


def _pin(table: "_Table | None") -> PinProfile | None:
    if table is None:
        return None
    try:
        packed = Pin.from_text(table.get("digits", _text)).packed()
    except CardError:
        raise ProfileError("pin.digits: not 4 to 12 digits") from None
    tries = table.get("tries", _whole(1, _MOST_TRIES), 6)
    left = table.get("tries_left", _whole(0, tries), tries)
    table.finish()
    return PinProfile(packed, tries, left)


def _baud(table: "_Table | None") -> int:
    if table is None:
        return 0
    baud = table.get("baud", _whole(0, 1_000_000), 0)
    table.finish()
    return baud


def _faults(table: "_Table | None") -> Faults:
    if table is None:
        return Faults()
    at = table.get("remove_at_apdu", _whole(0, 1_000_000), 0)
    faults = Faults(table.get("mute", _flag, False), at or None, _answers(table.table("answers")))
    table.finish()
    return faults


def _answers(table: "_Table | None") -> tuple[tuple[bytes, int], ...]:
    if table is None:
        return ()
    return tuple(table.hex_key(key) for key in table.left())


def _check_name(profile: CardProfile) -> None:
    if profile.holder is None:
        return
    extension = 0 if profile.version.startswith("1.") else NAME_EXTENSION.length
    if not 0 < len(profile.holder.name_bytes) <= NAME.length + extension:
        raise ProfileError(f"holder.name: not 1 to {NAME.length + extension} bytes of GB18030")


class _Table:
    """A TOML table that is read key by key; what nobody asked for is an error."""

    def __init__(self, place: str, content: Mapping[str, object]) -> None:
        self._place = place
        self._left = dict(content)

    def left(self) -> tuple[str, ...]:
        return tuple(self._left)

    def hex_key(self, key: str) -> tuple[bytes, int]:
        """An entry whose key is the beginning of a command and whose value is a status word."""
        sw = self.get(key, _hex_of(2))
        try:
            return _hex_up_to(_LONGEST_APDU)(key), int.from_bytes(sw, "big")
        except ValueError as error:
            raise ProfileError(f"{self._place}{key}: the key is {error}") from None

    def table(self, key: str) -> "_Table | None":
        content = self._left.pop(key, None)
        if content is None:
            return None
        if not isinstance(content, dict):
            raise ProfileError(f"{self._place}{key}: not a table")
        return _Table(f"{self._place}{key}.", content)

    def get(self, key: str, read: Callable[[object], _T], default: object = None) -> _T:
        value = self._left.pop(key, default)
        if value is None:
            raise ProfileError(f"{self._place}{key}: missing")
        try:
            return read(value)
        except ValueError as error:
            raise ProfileError(f"{self._place}{key}: {error}") from None

    def finish(self) -> None:
        for key in self._left:
            raise ProfileError(f"{self._place}{key}: unknown key")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("not true or false")
    return value


def _date(value: object) -> date:
    if type(value) is not date:
        raise ValueError("not a date as 2029-06-01")
    return value


def _version(value: object) -> str:
    text = _text(value)
    if text not in ("1.00", "2.00", "3.00"):
        raise ValueError("not 1.00, 2.00 or 3.00")
    return text


def _algorithm(value: object) -> Algorithm:
    try:
        return Algorithm[_text(value).upper()]
    except KeyError:
        raise ValueError("not des, ssf33 or sm4") from None


def _aid(value: object) -> bool:
    if value not in ("ssse", "foreign"):
        raise ValueError("not ssse or foreign")
    return value == "foreign"


def _hex_up_to(most: int) -> Callable[[object], bytes]:
    def read(value: object) -> bytes:
        try:
            raw = bytes.fromhex(_text(value))
        except ValueError:
            raise ValueError("not hex") from None
        if len(raw) > most:
            raise ValueError(f"more than {most} bytes")
        return raw

    return read


def _hex_of(length: int) -> Callable[[object], bytes]:
    def read(value: object) -> bytes:
        raw = _hex_up_to(length)(value)
        if len(raw) != length:
            raise ValueError(f"not {2 * length} hex digits")
        return raw

    return read


def _ascii_of(length: int) -> Callable[[object], str]:
    def read(value: object) -> str:
        text = _text(value)
        if not (text.isascii() and text.isprintable() and len(text) == length):
            raise ValueError(f"not {length} ASCII characters")
        return text

    return read


def _digits_of(length: int) -> Callable[[object], str]:
    def read(value: object) -> str:
        text = _ascii_of(length)(value)
        if not text.isdigit():
            raise ValueError(f"not {length} digits")
        return text

    return read


def _whole(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"not a whole number from {least} to {most}")
        return value

    return read
