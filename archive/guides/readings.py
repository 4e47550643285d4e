"""How a character may be typed: itself, its readings without tones, or its first letter."""

import os
import unicodedata
from functools import lru_cache
from typing import Final

# pypinyin's own switch, read at its import: its table of phrases takes 45 MB, and who searches asks
# for single characters only. Who reads sentences loads the table (`kiosk/speech/voice.py`).
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")

_CACHED: Final = 16_384
_UMLAUT: Final = "ü"


def plain(text: str) -> str:
    """Text as it is compared: NFKC, no case, letters and digits only, words apart by one space."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    spaced = "".join(char if char.isalnum() else " " * char.isspace() for char in folded)
    return " ".join(spaced.split())


@lru_cache(_CACHED)
def readings(char: str) -> frozenset[str]:
    """All readings of a character, whichever its word asks for: 重 is zhong and chong.

    Those with ü are also found by v and by u, as keyboards and people write it. What is no Chinese
    character has no reading.
    """
    # Its tables take a tenth of a second: only who searches waits for them.
    from pypinyin import Style, pinyin

    if char.isascii():
        return frozenset()
    found = pinyin(char, Style.NORMAL, heteronym=True, errors="ignore", v_to_u=True)
    spelt = {reading for group in found for reading in group if reading}
    return frozenset(
        reading.replace(_UMLAUT, letter) for reading in spelt for letter in (("v", "u"))
    )
