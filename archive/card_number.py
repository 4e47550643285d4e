"""卡号: eight digits or capitals, the first a letter, and a check character."""

from typing import Final

from archive.errors import CardNumberError
from archive.reasons import Reason

LENGTH: Final = 9
_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def check_character(body: str) -> str:
    """11 - (weighted sum mod 11), where A counts 10 … Z 35; 10 is X and 11 is 0."""
    if len(body) != LENGTH - 1 or any(char not in _ALPHABET for char in body):
        raise CardNumberError(Reason.CHARACTERS, "1-8")
    if body[0].isdigit():
        raise CardNumberError(Reason.CHARACTERS, "1")
    total = sum(w * _ALPHABET.index(char) for w, char in zip(_WEIGHTS, body, strict=True))
    check = 11 - total % 11
    return {10: "X", 11: "0"}.get(check, str(check))


def parse(text: str) -> str:
    """The number in nine characters; the printed form may put '-' before the check character."""
    number = text[:-2] + text[-1] if text[-2:-1] == "-" else text
    if len(number) != LENGTH:
        raise CardNumberError(Reason.LENGTH, "1-9")
    if check_character(number[:-1]) != number[-1]:
        raise CardNumberError(Reason.CHECK_DIGIT, "9")
    return number
