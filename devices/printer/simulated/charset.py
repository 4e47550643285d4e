"""The characters in the simulated printer's memory: hanzi pairs and single-byte pages."""

from devices.printer.models import ReceiptRom, Rom

_ROM_CODECS: dict[Rom, str] = {"gb2312": "gb2312", "gbk": "gbk", "gb18030-2byte": "gb18030"}
_PAGES = {0: "cp437", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 16: "cp1252", 17: "cp866",
          18: "cp852", 19: "cp858"}  # fmt: skip
"""ESC t n, as most makers number them."""
UNKNOWN = "〓"
"""What stands in a transcript for a character that cannot be told."""


def is_lead(byte: int) -> bool:
    """Whether a byte opens a hanzi pair (GBK and the two-byte zones of GB18030)."""
    return 0x81 <= byte <= 0xFE


def is_trail(byte: int) -> bool:
    """Whether a byte may close a hanzi pair."""
    return 0x40 <= byte <= 0xFE and byte != 0x7F


def is_user_pair(pair: bytes) -> bool:
    """Whether FS 2 may define this pair (FE A1 and up)."""
    return pair[0] == 0xFE and pair[1] >= 0xA1


def decode_pair(pair: bytes, rom: ReceiptRom) -> str | None:
    """Return the character of a pair, None when the printer's memory has none there."""
    if rom == "none":
        return None
    try:
        text = pair.decode(_ROM_CODECS[rom])
    except UnicodeDecodeError:
        return None
    return text if len(text) == 1 else None


def decode_single(byte: int, page: int) -> str | None:
    """Return the character of a byte from 80h up in a code page, None when not known."""
    codec = _PAGES.get(page)
    if codec is None:
        return None
    try:
        return bytes((byte,)).decode(codec)
    except UnicodeDecodeError:
        return None
