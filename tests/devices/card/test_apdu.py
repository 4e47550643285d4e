from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card.apdu import Command, Response, StatusWord, base_of, name_of
from devices.card.errors import CardDataError

BYTE = st.integers(0, 255)


@given(
    BYTE,
    BYTE,
    BYTE,
    BYTE,
    st.binary(max_size=600),
    st.none() | st.integers(1, 256) | st.integers(257, 0x10000),
)
def test_a_command_reads_back_from_its_own_bytes(
    cla: int, ins: int, p1: int, p2: int, data: bytes, le: int | None
) -> None:
    command = Command(cla, ins, p1, p2, data, le)
    assert Command.from_bytes(command.to_bytes()) == command


@pytest.mark.parametrize(
    ("command", "wire"),
    [
        (Command(0, 0x84, 0, 0), "00840000"),
        (Command(0, 0x84, 0, 0, le=8), "0084000008"),
        (Command(0, 0xB2, 1, 0x2C, le=256), "00B2012C00"),
        (Command(0, 0x20, 0, 0, bytes.fromhex("123456")), "0020000003123456"),
        (Command(0, 0xA4, 4, 0, b"\xd1\x56", 256), "00A4040002D15600"),
        (Command(0, 0xB0, 0, 0, le=257), "00B00000000101"),
        (Command(0, 0xD6, 0, 0, bytes(256)), "00D60000000100" + "00" * 256),
    ],
)
def test_the_four_cases_go_out_as_the_standard_has_them(command: Command, wire: str) -> None:
    assert command.to_bytes().hex().upper() == wire


@pytest.mark.parametrize("wire", ["", "00A404", "00A4040002D1", "00A40400000000FF", "00B2000000"])
def test_a_broken_command_is_refused_unless_it_is_a_case(wire: str) -> None:
    raw = bytes.fromhex(wire)
    if wire == "00B2000000":
        assert Command.from_bytes(raw).le == 256
        return
    with pytest.raises(CardDataError, match="APDU"):
        Command.from_bytes(raw)


@given(st.binary(max_size=80))
def test_any_bytes_are_a_command_or_a_card_data_error(raw: bytes) -> None:
    with suppress(CardDataError):
        Command.from_bytes(raw)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Command(256, 0, 0, 0),
        lambda: Command(0, 0, 0, -1),
        lambda: Command(0, 0, 0, 0, le=0),
        lambda: Command(0, 0, 0, 0, le=65537),
        lambda: Command(0, 0, 0, 0, bytes(65536)),
    ],
)
def test_a_command_that_no_wire_can_carry_is_a_bug(wrong: Callable[[], Command]) -> None:
    with pytest.raises(ValueError):
        wrong()


def test_neither_commands_nor_responses_show_their_data() -> None:
    assert "246810" not in repr(Command(0, 0x20, 0, 0, bytes.fromhex("246810")))
    assert "data" not in repr(Response(b"secret", 0x9000))


@pytest.mark.parametrize(
    ("sw", "name"),
    [
        (0x9000, "OK"),
        (0x6115, "MORE_DATA_21"),
        (0x6C40, "RIGHT_LENGTH_64"),
        (0x63C2, "TRIES_LEFT_2"),
        (0x6300, "UNKNOWN_6300"),
        (0x6983, "LOCKED"),
        (0x9303, "APPLICATION_LOCKED"),
    ],
)
def test_status_words_have_names(sw: int, name: str) -> None:
    assert name_of(sw) == name


def test_every_status_word_of_the_card_is_its_own_base() -> None:
    assert [base_of(word) for word in StatusWord] == list(StatusWord)


def test_a_response_without_a_status_word_is_malformed() -> None:
    with pytest.raises(CardDataError):
        Response.from_bytes(b"\x90")
    assert Response.from_bytes(b"\x01\x90\x00") == Response(b"\x01", 0x9000)
