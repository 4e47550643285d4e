"""Figures in words: what is heard is the same amount, the same day, the same number."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.speech.numerals import amount, cardinal, in_chinese, in_english

_DIGITS = "零一二三四五六七八九"
_UNITS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10**4, "亿": 10**8}


def value_of(words: str) -> int:
    """Read a number in words as a listener does."""
    total, group, digit = 0, 0, 0
    for sign in words.replace("两", "二"):
        if sign in _GROUPS:
            total, group, digit = total + (group + digit) * _GROUPS[sign], 0, 0
        elif sign in _UNITS:
            group, digit = group + (digit or 1) * _UNITS[sign], 0
        else:
            digit = _DIGITS.index(sign)
    return total + group + digit


@given(st.integers(0, 10**12 - 1))
def test_a_number_in_words_is_heard_as_that_number(number: int) -> None:
    assert value_of(cardinal(number)) == number


@given(st.integers(0, 10**10))
def test_an_amount_in_words_is_heard_as_that_amount(fen: int) -> None:
    said = amount(Decimal(fen) / 100)
    yuan, _, rest = said.rpartition("元")
    jiao, _, last = rest.rpartition("角")
    heard = value_of(yuan) * 100 + value_of(jiao.lstrip("零")) * 10
    assert heard + value_of(last.removesuffix("分").lstrip("零") or "零") == fen


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("12,345.60 元", "一万两千三百四十五元六角"),
        ("-0.05", "负五分"),
        ("100.05", "一百元零五分"),
        ("截至 2026-10-31", "截至 二零二六年十月三十一日"),
        ("2019-01 至 2020-12", "二零一九年一月 至 二零二零年十二月"),
        ("2026年10月31日", "二零二六年十月三十一日"),
        ("6.03%", "百分之六点零三"),
        ("第 2 步，2 个月，12 份", "第 二 步，两 个月，十二 份"),
        ("拨打 12333", "拨打 幺二三三三"),
        ("林*岚，李*，欧**娜", "林某岚，李某，欧某某娜"),
        ("卡号 D214*****569X", "卡号 尾号五六九X"),
        ("09:41", "九点四十一分"),
        ("共 1,234 个", "共 一千二百三十四 个"),
    ],
)
def test_figures_of_a_screen_are_said_as_people_say_them(shown: str, said: str) -> None:
    assert in_chinese(shown) == said


def test_in_english_dates_are_words_and_hidden_numbers_are_told_by_their_end() -> None:
    assert in_english("as of 2026-10-31, 2019-01") == "as of 31 October 2026, January 2019"
    assert in_english("card D214*****569X") == "card number ending in 5 6 9 X"
