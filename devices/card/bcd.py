"""Packed BCD, the card's `cn` format: left-aligned, padded right with F."""

from datetime import date


def pack(digits: str, length: int) -> bytes:
    """Pack decimal digits into `length` bytes; `ValueError` if they do not fit."""
    if not (digits.isascii() and (digits.isdigit() or not digits)) or len(digits) > 2 * length:
        message = f"not at most {2 * length} decimal digits"
        raise ValueError(message)
    return bytes.fromhex(digits.ljust(2 * length, "F"))


def unpack(packed: bytes) -> str:
    """The decimal digits without padding; `ValueError` if anything else is inside."""
    digits = packed.hex().upper().rstrip("F")
    if digits and not digits.isdigit():
        message = "a nibble is no decimal digit"
        raise ValueError(message)
    return digits


def pack_date(day: date | None) -> bytes:
    """YYYYMMDD in four bytes; no date is four times FF."""
    return pack("" if day is None else f"{day:%Y%m%d}".zfill(8), 4)


def unpack_date(packed: bytes) -> date | None:
    """A date, or `None` for an unset item (all F, all 0); `ValueError` for no real day."""
    digits = unpack(packed)
    if not digits.strip("0"):
        return None
    if len(digits) != 8:
        message = "a date has eight digits"
        raise ValueError(message)
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
