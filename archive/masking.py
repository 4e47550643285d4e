"""Names and numbers with most of themselves hidden.

At least half of a number stays hidden whatever its length, and so does one character of a name.
"""

import unicodedata
from typing import Final

STAR: Final = "*"


def mask_name(name: str) -> str:
    """First and last character kept (张*丰); of two characters only the first (李*)."""
    characters = _characters(name)
    if len(characters) < 2:
        return STAR * len(characters)
    last = characters[-1] if len(characters) > 2 else STAR
    return characters[0] + STAR * (len(characters) - 2) + last


def mask_number(number: str) -> str:
    """An identity number: three and four characters kept (110***********0014)."""
    return _mask(number, 3, 4)


def mask_card(number: str) -> str:
    """A card number: four and four characters kept, fewer of a short one."""
    return _mask(number, 4, 4)


def _mask(text: str, head: int, tail: int) -> str:
    for kept_head, kept_tail in ((head, tail), (2, 2), (1, 1)):
        if (kept_head + kept_tail) * 2 <= len(text):
            hidden = len(text) - kept_head - kept_tail
            return text[:kept_head] + STAR * hidden + text[-kept_tail:]
    return STAR * len(text)


def _characters(name: str) -> list[str]:
    """What a reader sees as one character each: a variant selector stays with its base."""
    characters: list[str] = []
    for char in name.strip():
        if characters and (unicodedata.combining(char) or _selects_variant(char)):
            characters[-1] += char
        else:
            characters.append(char)
    return characters


def _selects_variant(char: str) -> bool:
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
