"""The strict reader of the simulated printer."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from devices.printer.models import load_model
from devices.printer.simulated.escpos import Command, Item, StreamError, StreamParser, Text
from devices.printer.simulated.realtime import RealTimeScanner
from tests.devices.printer.desk import model

COMMANDS = st.sampled_from(
    [
        b"\x1b@", b"\x1c&", b"\x1c.", b"\x1ba\x01", b"\x1d!\x11", b"\x1b*\x21\x02\x00abcdef",
        b"\x1dv0\x00\x01\x00\x02\x00\x00\xff", b"\x1d(k\x03\x001Q0", b"\x1dVB\x00", b"\x10\x04\x01",
        b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", b"\x1d(H\x06\x00000001",
        b"\x1c2\xfe\xa1" + b"x" * 72,
        "缴费明细".encode("gb18030"), "𬭚".encode("gb18030"), b"12.00\n",
        b"\x1bt\x10", b"\x1bD\x08\x00",
    ]
)  # fmt: skip
STREAMS = st.lists(st.one_of(COMMANDS, st.binary(max_size=6)), max_size=20).map(b"".join)


def read(data: bytes, name: str = "escpos-80mm") -> list[Item]:
    parser = StreamParser(load_model(name))
    items = parser.feed(data)
    rest = parser.finish()
    return items if rest is None else [*items, rest]


def nuls_joined(items: list[Item]) -> list[Item]:
    """A run of NULs is one item of each piece in which it came."""
    joined: list[Item] = []
    for item in items:
        match joined[-1:], item:
            case [Command(name="NUL") as before], Command(name="NUL"):
                joined[-1] = replace(before, end=item.end)
            case _:
                joined.append(item)
    return joined


@given(STREAMS, st.integers(0, 400))
@example(b"a\0\0\0\n", 2)
def test_any_stream_split_anywhere_gives_the_same_items(data: bytes, at: int) -> None:
    parser = StreamParser(load_model("escpos-80mm"))
    pieces = parser.feed(data[:at]) + parser.feed(data[at:])
    rest = parser.finish()
    assert nuls_joined([*pieces, rest] if rest else pieces) == read(data)


@given(STREAMS)
def test_the_items_cover_every_byte_once_and_in_order(data: bytes) -> None:
    at = 0
    for item in read(data):
        assert item.offset == at
        assert item.end > at
        at = item.end
    assert at == len(data)


@given(STREAMS, st.integers(0, 400))
def test_real_time_requests_are_found_wherever_the_stream_is_split(data: bytes, at: int) -> None:
    whole = [(request.kind, request.n) for request in RealTimeScanner().feed(data)]
    scanner = RealTimeScanner()
    pieces = [*scanner.feed(data[:at]), *scanner.feed(data[at:])]
    assert [(request.kind, request.n) for request in pieces] == whole


def test_a_trail_byte_is_never_taken_for_a_command() -> None:
    items = read("镕@".encode("gb18030"))
    assert [(item.char, item.wide) for item in items if isinstance(item, Text)] == [
        ("镕", True),
        ("@", False),
    ]


def test_a_four_byte_character_is_an_error_and_prints_its_digits_as_printers_do() -> None:
    items = read(b"\x8130".replace(b"30", b"\x30") + b"\x846")
    assert isinstance(items[0], StreamError)
    assert "four-byte" in items[0].message
    assert [item.char for item in items if isinstance(item, Text)] == ["0", "6"]


@pytest.mark.parametrize(
    ("text", "rom", "known"),
    [("社", "gb2312", True), ("镕", "gb2312", False), ("镕", "gbk", True), ("䶮", "gbk", False),
     ("䶮", "gb18030-2byte", True)],
)  # fmt: skip
def test_a_character_outside_the_memory_is_an_error(text: str, rom: str, known: bool) -> None:
    parser = StreamParser(model(rom=rom))
    (item,) = parser.feed(text.encode("gb18030"))
    assert isinstance(item, Text) is known


@pytest.mark.parametrize(
    ("data", "offset", "message"),
    [
        (b"ab\x1bQcd", 2, "unknown command ESC 51"),
        (b"\x07", 0, "control character 07"),
        (b"\x1ba\x07x", 0, "ESC a with parameter 07"),
        (b"\x1dV\x09", 0, "GS V: mode 09"),
        (b"\x1d(Z\x02\x00ab", 0, "GS (: function group 5A"),
        (b"x\x1b*\x21\x08\x00abc", 1, "the stream ends inside a command"),
        (b"\x1d8L\xff\xff\xff\x7f", 0, "GS 8 announces 2147483652 bytes"),
        ("好".encode("gb18030") + b"\xb0\x0a", 2, "0A closes no hanzi opened by B0"),
        (b"\x80", 0, "80 opens no hanzi"),
        (b"\x1c.\x1bt\x63\xe9", 5, "E9 is not in code page 99"),
    ],
)
def test_what_the_printer_does_not_know_is_an_error_with_its_offset(
    data: bytes, offset: int, message: str
) -> None:
    errors = [item for item in read(data) if isinstance(item, StreamError)]
    assert (errors[0].offset, errors[0].message) == (offset, message)


def test_reading_goes_on_behind_an_error() -> None:
    items = read(b"\x1bQok\n")
    assert [item.char for item in items if isinstance(item, Text)] == ["o", "k"]
    assert isinstance(items[-1], Command)


def test_without_kanji_mode_high_bytes_are_single_characters() -> None:
    items = read(b"\x1c.\x1bt\x10\xe9\x1c&" + "好".encode("gb18030"))
    assert [item.char for item in items if isinstance(item, Text)] == ["é", "好"]
