import copy
import pickle
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card.errors import PinFormatError
from devices.card.pin import Pin


@given(st.text("0123456789", min_size=4, max_size=12))
def test_a_pin_is_packed_and_never_shown(digits: str) -> None:
    pin = Pin.from_text(digits)
    assert pin.packed().hex().upper() == digits + "F" * (len(digits) % 2)
    assert digits not in f"{pin!r} {pin} {pin:>20} {pin.__dir__()}"


@given(st.text(max_size=14))
def test_anything_else_is_no_pin(text: str) -> None:
    if 4 <= len(text) <= 12 and text.isascii() and text.isdigit():
        return
    with pytest.raises(PinFormatError) as caught:
        Pin.from_text(text)
    assert str(caught.value) == str(PinFormatError()), "the same for all that was typed"


@pytest.mark.parametrize(
    "text", ["", "123", "1234567890123", "12 4", "１２３４", "-123", "12.4", "²²²²"]
)
def test_near_misses_are_no_pin(text: str) -> None:
    with pytest.raises(PinFormatError):
        Pin.from_text(text)


@pytest.mark.parametrize("leak", [copy.copy, copy.deepcopy, pickle.dumps, hash])
def test_a_pin_is_neither_copied_nor_hashed_nor_serialised(leak: Callable[[Pin], object]) -> None:
    with pytest.raises(TypeError) as caught:
        leak(Pin.from_text("246810"))
    assert "246810" not in str(caught.value)


def test_two_pins_with_the_same_digits_do_not_tell_so() -> None:
    assert Pin.from_text("246810") != Pin.from_text("246810")


def test_a_cleared_pin_is_gone() -> None:
    pin = Pin.from_text("246810")
    pin.clear()
    with pytest.raises(PinFormatError):
        pin.packed()
