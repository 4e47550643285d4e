from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card.bcd import pack, pack_date, unpack, unpack_date


@given(st.text("0123456789", max_size=24))
def test_digits_read_back(digits: str) -> None:
    assert unpack(pack(digits, 12)) == digits


@given(st.dates())
def test_dates_read_back(day: date) -> None:
    assert unpack_date(pack_date(day)) == day


@given(st.binary(max_size=12))
def test_any_bytes_are_digits_or_a_value_error(packed: bytes) -> None:
    try:
        digits = unpack(packed)
    except ValueError:
        return
    assert not digits or digits.isdigit()


@pytest.mark.parametrize("unset", ["FFFFFFFF", "00000000", ""])
def test_an_unset_date_is_none(unset: str) -> None:
    assert unpack_date(bytes.fromhex(unset)) is None


@pytest.mark.parametrize("wrong", ["20101301", "20100230", "2010FFFF", "2010A101", "201010"])
def test_what_is_no_day_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):
        unpack_date(bytes.fromhex(wrong))


@pytest.mark.parametrize(("digits", "length"), [("12345", 2), ("12a", 4), ("１２", 4)])
def test_what_does_not_fit_is_refused(digits: str, length: int) -> None:
    with pytest.raises(ValueError):
        pack(digits, length)


def test_an_odd_last_nibble_is_filled_with_f() -> None:
    assert pack("12345", 3).hex().upper() == "12345F"
    assert pack_date(None).hex().upper() == "FFFFFFFF"
