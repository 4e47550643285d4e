import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card.apdu import Command
from devices.card.errors import ScriptError
from devices.card.script import ScriptLine, parse_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("84", ScriptLine(Command(0, 0x84, 0, 0))),
        ("0084/08", ScriptLine(Command(0, 0x84, 0, 0, le=8))),
        ("B20528/6", ScriptLine(Command(0, 0xB2, 5, 0x28, le=6))),
        ("805E0100:1234FF5678", ScriptLine(Command(0x80, 0x5E, 1, 0, bytes.fromhex("1234FF5678")))),
        ("A40400:D156/00=9000", ScriptLine(Command(0, 0xA4, 4, 0, b"\xd1\x56", 256), 0x9000)),
        ("  20/00=63c6  ", ScriptLine(Command(0, 0x20, 0, 0, le=256), 0x63C6)),
        ("B0/0000", ScriptLine(Command(0, 0xB0, 0, 0, le=65536))),
    ],
)
def test_a_line_says_what_it_means(text: str, line: ScriptLine) -> None:
    assert parse_line(text) == line


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("", 1),
        ("A", 1),
        ("A40400000000", 1),
        ("A4:", 4),
        ("A4:123", 6),
        ("A4/", 4),
        ("A4/12345", 4),
        ("A4=900", 4),
        ("A4=", 4),
        ("A4/08:12", 6),
        ("A4 0400", 4),
        ("20:24x8", 6),
        ("20:12:34", 6),
        ("２0", 1),
    ],
)
def test_a_wrong_line_names_the_column_and_never_the_data(text: str, column: int) -> None:
    with pytest.raises(ScriptError) as caught:
        parse_line(text)
    assert caught.value.place.startswith(f"column {column}:")
    assert "123" not in str(caught.value)
    assert caught.value.code == "card.script"


@given(st.text(max_size=40) | st.from_regex(r"[0-9A-F:/= ]{0,30}", fullmatch=True))
def test_any_text_is_a_command_or_a_script_error(text: str) -> None:
    try:
        line = parse_line(text)
    except ScriptError:
        return
    assert Command.from_bytes(line.command.to_bytes()) == line.command


@given(
    st.binary(min_size=4, max_size=4),
    st.binary(max_size=300),
    st.none() | st.integers(1, 0x10000),
    st.none() | st.integers(0, 0xFFFF),
)
def test_what_a_technician_writes_is_what_goes_out(
    header: bytes, data: bytes, le: int | None, sw: int | None
) -> None:
    text = header.hex()
    text += f":{data.hex()}" if data else ""
    if le is not None:
        text += f"/{le % 256:02x}" if le <= 256 else f"/{le % 65536:04x}"
    text += f"={sw:04x}" if sw is not None else ""
    line = parse_line(text)
    assert (line.command.header, line.command.data, line.command.le) == (header, data, le)
    assert line.expected_sw == sw
