import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.printer.pieces import split_lines

TEXT = "ROW 王小明 养老保险\n".encode("gb18030")
IMAGE = b"\x1b*\x21\x18\x00" + b"\n" * 72


@given(st.binary(max_size=400), st.integers(0, 60), st.integers(1, 200))
def test_pieces_joined_are_the_block(data: bytes, least: int, most: int) -> None:
    assert b"".join(split_lines(data, least, most)) == data


def test_a_block_of_text_is_cut_behind_line_feeds() -> None:
    pieces = split_lines(TEXT * 10, 30, 50)
    assert len(pieces) > 4
    assert all(piece.endswith(b"\n") and 30 <= len(piece) <= 50 for piece in pieces)


@pytest.mark.parametrize(
    "closed",
    [
        b"\x1d(k" + b"\n" * 80,  # a QR symbol's data
        b"\x1dv0\x00\x08\x00\x08\x00" + b"\n" * 64,
        b"\x1b$\n\x00",
        b"\x1bJ\n",
        b"\x1bD\n\x10\x00",
        IMAGE[:-1],
    ],
)
def test_no_line_feed_inside_a_command_is_taken_for_one(closed: bytes) -> None:
    assert split_lines(closed, 1, 2) == (closed,)


def test_a_line_with_the_image_of_a_rare_character_is_cut_behind_it() -> None:
    row = b"ROW " + IMAGE + b"abcd\n"
    assert split_lines(row * 3, 1, len(row)) == (row,) * 3
