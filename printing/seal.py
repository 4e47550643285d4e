"""The code that seals a statement: opaque, random, and safe to type from paper.

27 characters of Crockford's base 32 carry 135 random bits; the 28th is a check character. Nobody
guesses one, so whoever knows a code has read it from a paper. The check character is a parity over
GF(32), which finds every single mistyped character and every exchange of two characters.
"""

import hashlib
import random
import unicodedata
from typing import Final

from printing.errors import SealCodeError

_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_MINUS: Final = "\u2212"
_LENGTH: Final = 27
_POLYNOMIAL: Final = 0b100101
"""x^5 + x^2 + 1, primitive: the powers of x run through all 31 non-zero elements."""


def new_code(rng: random.Random) -> str:
    """A fresh code in seven groups of four, K7QD-93MX-... Give a `SystemRandom` in service."""
    bits = rng.getrandbits(5 * _LENGTH)
    values = [bits >> 5 * place & 31 for place in range(_LENGTH)]
    return _grouped("".join(_ALPHABET[value] for value in [*values, _parity(values)]))


def parse_code(text: str) -> str:
    """The canonical form of a typed code; SealCodeError when it cannot be one.

    Lower case, missing hyphens, O for 0 and I or L for 1 are forgiven, and what a Chinese keyboard
    types: wide letters, and dashes and spaces of every kind.
    """
    plain = "".join(filter(_counts, unicodedata.normalize("NFKC", text).upper()))
    plain = plain.translate(_LOOK_ALIKES)
    if len(plain) != _LENGTH + 1:
        raise SealCodeError(f"{len(plain)} characters instead of {_LENGTH + 1}")
    try:
        *values, check = (_ALPHABET.index(character) for character in plain)
    except ValueError:
        raise SealCodeError("a character that is never used") from None
    if _parity(values) != check:
        raise SealCodeError("the check character does not fit")
    return _grouped(plain)


def _counts(character: str) -> bool:
    dash = character == _MINUS or unicodedata.category(character) == "Pd"
    return not (dash or character.isspace())


def code_hash(code: str) -> str:
    """What is stored of a code, so that the store cannot be used to forge paper."""
    return hashlib.sha256(parse_code(code).encode("ascii")).hexdigest()


def _grouped(plain: str) -> str:
    return "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def _parity(values: list[int]) -> int:
    """The sum of x^(place+1) * value over GF(32), by Horner's rule."""
    total = 0
    for value in reversed(values):
        total ^= value
        total <<= 1
        if total & 32:
            total ^= _POLYNOMIAL
    return total
