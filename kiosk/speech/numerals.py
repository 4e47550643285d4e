"""How figures are said: amounts, dates, numbers, and what is hidden behind stars."""

import calendar
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Final

_DIGITS: Final = "零一二三四五六七八九"
_BY_DIGIT: Final = {**dict(zip("0123456789", _DIGITS, strict=True)), "1": "幺"}
"""A telephone number is read so that 1 and 7 are not mistaken for each other."""
_PLACES: Final = ("", "十", "百", "千")
_GROUPS: Final = ("", "万", "亿", "万亿")
_COUNTED: Final = "个份次页张段秒分小天厘项条位种家处行块遍元步人"
"""Before these words two is 两; 第 in front of it keeps 二."""

_YEAR: Final = r"(?<![0-9,.])((?:19|20)[0-9]{2})"
_DATE: Final = re.compile(_YEAR + r"-([0-9]{2})(?:-([0-9]{2}))?(?![0-9])")
_NUMBER: Final = r"(?<![0-9A-Za-z])-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"


def cardinal(number: int) -> str:
    """A whole number in words, below 10^16: 12345 is 一万二千三百四十五."""
    if number < 0:
        return "负" + cardinal(-number)
    if number == 0:
        return _DIGITS[0]
    said = ""
    gap = False
    for group in reversed(range(len(_GROUPS))):
        part = number // 10_000**group % 10_000
        if part:
            said += (_DIGITS[0] if said and (gap or part < 1000) else "") + _below(part)
            said += _GROUPS[group]
        gap = part == 0
    return said.removeprefix("一") if said.startswith("一十") else said


def _below(part: int) -> str:
    """A part below ten thousand."""
    said, gap = "", False
    for place in reversed(range(4)):
        digit = part // 10**place % 10
        if digit:
            said += (_DIGITS[0] if said and gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = digit == 0
    return said


def amount(value: Decimal) -> str:
    """Yuan as people say them: 12345.60 is 一万两千三百四十五元六角."""
    if value < 0:
        return "负" + amount(-value)
    fen = int(value * 100)
    yuan, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    said = f"{_two(cardinal(yuan))}元" if yuan or not fen else ""
    if jiao:
        said += f"{_two(_DIGITS[jiao])}角"
    elif rest and yuan:
        said += _DIGITS[0]
    return said + (f"{_two(_DIGITS[rest])}分" if rest else "")


def _two(words: str) -> str:
    """Two of something, of a thousand and of ten thousand is 两."""
    if words == "二":
        return "两"
    return re.sub(r"(?<!十)二(?=[千万亿])", "两", words)


def by_digit(digits: str) -> str:
    """A number of a telephone, a card or a form, one digit after the other."""
    return "".join(_BY_DIGIT.get(digit, digit) for digit in digits)


def in_chinese(text: str) -> str:
    """The same text with all figures in words."""
    for pattern, say in _RULES:
        text = pattern.sub(say, text)
    return text


def _year(digits: str) -> str:
    return "".join(_DIGITS[int(digit)] for digit in digits)


def _date(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    said = f"{_year(year)}年{cardinal(int(month))}月"
    return said + (f"{cardinal(int(day))}日" if day else "")


def _percent(found: re.Match[str]) -> str:
    return f"百分之{_decimal(found)}"


def _decimal(found: re.Match[str]) -> str:
    whole, _, places = found[1].replace(",", "").partition(".")
    return cardinal(int(whole)) + (f"点{_year(places)}" if places else "")


def _count(found: re.Match[str]) -> str:
    digits = found[0].replace(",", "")
    if "," not in found[0] and (len(digits) > 4 or (digits[0] == "0" and len(digits) > 1)):
        return by_digit(digits)
    return cardinal(int(digits))


def _hidden(found: re.Match[str]) -> str:
    return f"尾号{by_digit(found[1])}" if found[1] else "号码已隐藏"


def _clock(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    return f"{cardinal(hour)}点" + (f"{cardinal(minute)}分" if minute else "整")


def _amount(found: re.Match[str]) -> str:
    return amount(Decimal(found[0].rstrip("元").strip().replace(",", "")))


_RULES: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]] = (
    (re.compile(r"[0-9A-Za-z]+\*+([0-9A-Za-z]*)"), _hidden),
    (re.compile(r"(?<=[\u3400-\u9fff*])\*|\*(?=[\u3400-\u9fff])"), lambda _: "某"),
    (_DATE, _date),
    (re.compile(r"(?<![0-9:])([0-9]{1,2}):([0-9]{2})(?![0-9:])"), _clock),
    (re.compile(r"([0-9][0-9,]*(?:\.[0-9]+)?)\s*%"), _percent),
    (re.compile(_NUMBER + r"\.[0-9]{2}(?![0-9])\s*元?"), _amount),
    (re.compile(r"([0-9][0-9,]*\.[0-9]+)"), _decimal),
    (re.compile(_YEAR + r"(?![0-9,])(?!\s*[个元次页])"), lambda found: _year(found[1])),
    (re.compile(rf"(?<![0-9第,])(?<!第 )2(?=\s*[{_COUNTED}])"), lambda _: "两"),
    (re.compile(r"[0-9][0-9,]*[0-9]|[0-9]"), _count),
)
"""One after the other: what a rule has put into words holds no figure for the next."""


def in_english(text: str) -> str:
    """Dates in words, hidden numbers by their end; a synthesiser reads all else by itself."""
    text = re.sub(r"[0-9A-Za-z]+\*+([0-9A-Za-z]*)", _hidden_en, text)
    return _DATE.sub(_date_en, text)


def _hidden_en(found: re.Match[str]) -> str:
    return f"number ending in {' '.join(found[1])}" if found[1] else "number hidden"


def _date_en(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    said = f"{calendar.month_name[int(month)]} {year}" if 1 <= int(month) <= 12 else found[0]
    return f"{int(day)} {said}" if day else said
