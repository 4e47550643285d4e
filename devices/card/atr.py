"""The answer to reset (ISO/IEC 7816-3, clause 8), read in general: no prefix is assumed."""

from dataclasses import dataclass, field

from devices.card.errors import CardDataError

_PLACE = "ATR"
_HISTORICAL_BYTES = 13


@dataclass(frozen=True, slots=True)
class InterfaceByte:
    """One interface byte by its name in the standard: TA1, TB1, ... TD2."""

    name: str
    value: int


@dataclass(frozen=True, slots=True)
class Atr:
    """A parsed answer to reset."""

    raw: bytes = field(repr=False)
    direct: bool
    """Direct convention (3B), else inverse (3F)."""
    interface: tuple[InterfaceByte, ...]
    protocols: tuple[int, ...]
    """The protocols offered, T=0 when none is named."""
    historical_bytes: bytes = field(repr=False)
    """卡复位信息; the last six are the card's serial."""
    check_ok: bool | None
    """Whether the check byte TCK is right; `None` where the card sends none."""


@dataclass(frozen=True, slots=True)
class ResetInformation:
    """卡复位信息: what the thirteen historical bytes of a social security card say."""

    chip_maker: str
    """Registration number of the chip's maker, four hex digits."""
    vendor_data: bytes
    """Three bytes that the chip's or the operating system's vendor is free in."""
    card_maker: str
    """Registration number of the card's maker, four hex digits."""
    serial: bytes = field(repr=False)
    """Six bytes that are the card's own."""
    key_factor: bytes = field(repr=False)
    """Eight bytes, from the card's maker on: they make the card's keys its own."""


def reset_information(atr: bytes) -> ResetInformation:
    """The historical bytes as values; `CardDataError` for another card's answer to reset."""
    historical = parse_atr(atr).historical_bytes
    if len(historical) != _HISTORICAL_BYTES:
        raise CardDataError(f"{_PLACE}: {len(historical)} historical bytes, not 13")
    return ResetInformation(
        chip_maker=historical[:2].hex().upper(),
        vendor_data=historical[2:5],
        card_maker=historical[5:7].hex().upper(),
        serial=historical[7:],
        key_factor=historical[5:],
    )


def parse_atr(raw: bytes) -> Atr:
    """Read an answer to reset; `CardDataError` names the offset of what is missing."""
    if len(raw) < 2:
        raise CardDataError(f"{_PLACE} shorter than 2 bytes")
    if raw[0] not in (0x3B, 0x3F):
        raise CardDataError(f"{_PLACE} offset 0: no convention 3B or 3F")
    interface, protocols, offset = _interface(raw)
    end = offset + (raw[1] & 0x0F)
    if end > len(raw):
        raise CardDataError(f"{_PLACE} offset {len(raw)}: historical bytes missing")
    return Atr(
        raw=raw,
        direct=raw[0] == 0x3B,
        interface=interface,
        protocols=protocols,
        historical_bytes=raw[offset:end],
        check_ok=_check(raw, end, protocols),
    )


def _interface(raw: bytes) -> tuple[tuple[InterfaceByte, ...], tuple[int, ...], int]:
    found: list[InterfaceByte] = []
    protocols: list[int] = []
    present, group, offset = raw[1] >> 4, 1, 2
    while present:
        following = 0
        for bit, letter in enumerate("ABCD"):
            if not present >> bit & 1:
                continue
            if offset >= len(raw):
                raise CardDataError(f"{_PLACE} offset {offset}: T{letter}{group} missing")
            found.append(InterfaceByte(f"T{letter}{group}", raw[offset]))
            if letter == "D":
                following = raw[offset] >> 4
                protocols.append(raw[offset] & 0x0F)
            offset += 1
        present, group = following, group + 1
    return tuple(found), tuple(dict.fromkeys(protocols)) or (0,), offset


def _check(raw: bytes, end: int, protocols: tuple[int, ...]) -> bool | None:
    """TCK is there when anything but T=0 is offered; all bytes after TS then XOR to 0."""
    if end >= len(raw):
        return None if protocols == (0,) else False
    total = 0
    for byte in raw[1 : end + 1]:
        total ^= byte
    return total == 0
