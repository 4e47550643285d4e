"""From the bytes of a record to a value: text, digits, hex, dates. `place` names it in errors."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from devices.card import bcd
from devices.card.errors import CardDataError

_T = TypeVar("_T")


def unpadded(value: bytes) -> bytes:
    """Text without its filling: 00 by the standard, FF and blanks on some cards."""
    return value.rstrip(b"\x00\xff ")


def text(value: bytes, place: str) -> str | None:
    """Chinese or ASCII text: GBK on the card, read as GB18030, which holds all of it."""
    return _decoded(unpadded(value), "gb18030", place) or None


def plain(value: bytes, place: str) -> str | None:
    """ASCII text: codes and numbers."""
    return _decoded(unpadded(value), "ascii", place) or None


def digits(value: bytes, place: str) -> str | None:
    """Packed decimal digits; an item that is all F is unset."""
    return _packed(value, place, bcd.unpack) or None


def day(value: bytes, place: str) -> date | None:
    """A packed date YYYYMMDD; all F or all 0 is unset."""
    return _packed(value, place, bcd.unpack_date)


def hexadecimal(value: bytes) -> str | None:
    """The bytes in upper-case hex; all F is unset."""
    return value.hex().upper() if value.strip(b"\xff") else None


def _decoded(value: bytes, encoding: str, place: str) -> str:
    try:
        return value.decode(encoding)
    except UnicodeDecodeError:
        raise CardDataError(place) from None


def _packed(value: bytes, place: str, unpack: Callable[[bytes], _T]) -> _T:
    try:
        return unpack(value)
    except ValueError:
        raise CardDataError(place) from None
