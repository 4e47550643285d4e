import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card.atr import parse_atr
from devices.card.errors import CardDataError
from tests.devices.card.cards import ATR


def test_the_usual_atr_of_the_card() -> None:
    atr = parse_atr(ATR)
    assert atr.direct
    assert atr.protocols == (0,)
    assert [(byte.name, byte.value) for byte in atr.interface] == [("TB1", 0), ("TC1", 0)]
    assert atr.historical_bytes.hex().upper() == "00814E43238697159900BF7C7A"
    assert atr.check_ok is None


def test_an_atr_with_td_bytes_and_a_check_byte() -> None:
    body = bytes.fromhex("9D9480" + "1F00" + "00814E43238697159900BF7C7A")
    check = 0
    for byte in body:
        check ^= byte
    atr = parse_atr(b"\x3b" + body + bytes((check,)))
    assert [byte.name for byte in atr.interface] == ["TA1", "TD1", "TD2", "TA3"]
    assert atr.protocols == (0, 15)
    assert atr.historical_bytes.hex().upper() == "00814E43238697159900BF7C7A"
    assert atr.check_ok is True
    assert parse_atr(b"\x3b" + body + bytes((check ^ 1,))).check_ok is False
    assert parse_atr(b"\x3b" + body).check_ok is False


@pytest.mark.parametrize(
    ("wire", "place"),
    [
        ("", "ATR shorter than 2 bytes"),
        ("FF00", "ATR offset 0: no convention 3B or 3F"),
        ("3B6D00", "ATR offset 3: TC1 missing"),
        ("3B020A", "ATR offset 3: historical bytes missing"),
    ],
)
def test_a_broken_atr_names_the_offset(wire: str, place: str) -> None:
    with pytest.raises(CardDataError) as caught:
        parse_atr(bytes.fromhex(wire))
    assert caught.value.place == place


@given(st.binary(max_size=40) | st.binary(max_size=40).map(lambda rest: b"\x3b" + rest))
def test_any_bytes_are_an_atr_or_a_card_data_error(raw: bytes) -> None:
    try:
        atr = parse_atr(raw)
    except CardDataError:
        return
    assert len(atr.historical_bytes) == raw[1] & 0x0F


def test_the_serial_of_the_card_stays_out_of_a_repr() -> None:
    assert "BF7C7A" not in repr(parse_atr(ATR)).upper()
