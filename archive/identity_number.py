"""公民身份号码 by GB 11643-1999: 6 area + 8 birth + 3 sequence (odd = male) + 1 check."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Final, Literal

from archive.errors import IdentityNumberError, InvalidValueError
from archive.reasons import Reason
from archive.values import parse_date

LENGTH: Final = 18
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """A valid citizen number and what it says about its bearer."""

    text: str = field(repr=False)
    birth_date: dt.date = field(repr=False)
    sex: Literal["1", "2"] = field(repr=False)

    @property
    def area(self) -> str:
        """The six digits of the area of first registration (GB/T 2260)."""
        return self.text[:6]


def check_digit(body: str) -> str:
    """The check character for the first 17 digits: sum of weights mod 11 into 10X98765432."""
    if len(body) != LENGTH - 1 or not body.isascii() or not body.isdigit():
        raise IdentityNumberError(Reason.CHARACTERS, "1-17")
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True))
    return _CHECKS[total % 11]


def parse(text: str) -> IdentityNumber:
    """Check form, date and check digit; the error's `place` is the position, counted from 1."""
    if len(text) != LENGTH:
        raise IdentityNumberError(Reason.LENGTH, "1-18")
    number = text[:-1] + text[-1].upper()
    if number[-1] not in _CHECKS:
        raise IdentityNumberError(Reason.CHARACTERS, "18")
    expected = check_digit(number[:-1])
    if number[0] == "0":
        raise IdentityNumberError(Reason.CHARACTERS, "1")
    try:
        birth_date = parse_date(number[6:14])
    except InvalidValueError:
        raise IdentityNumberError(Reason.BIRTH_DATE, "7-14") from None
    if number[-1] != expected:
        raise IdentityNumberError(Reason.CHECK_DIGIT, "18")
    return IdentityNumber(number, birth_date, "1" if int(number[16]) % 2 else "2")


def parse_social_security_number(text: str) -> IdentityNumber | None:
    """AAC002: a citizen's number is checked, an assigned number (foreigners …) is None.

    The first character tells them apart: a digit stands for a citizen's number of 18.
    """
    if not text.isascii() or not text.isalnum() or len(text) > 32:
        raise IdentityNumberError(Reason.CHARACTERS, "1-32")
    return parse(text) if text[0].isdigit() else None
