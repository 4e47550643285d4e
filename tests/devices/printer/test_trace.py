import pytest

from devices.printer.descriptor import Direction
from devices.printer.trace import Trace
from tests.devices.printer.conftest import MakeDesk
from tests.devices.printer.desk import rows_job


def line_of(direction: Direction, data: bytes, *, reveal_job: bool = False) -> str:
    lines: list[str] = []
    Trace(lines.append, 100.0, reveal_job=reveal_job)(direction, data, 101.5)
    (line,) = lines
    return line


@pytest.mark.parametrize(
    ("direction", "data", "line"),
    [
        ("out", b"\x10\x04\x02", "> 10 04 02  DLE EOT 2: status?"),
        (
            "out",
            b"\x1d\x49\x42\x1d\x61\x0e",
            "> 1D 49 42 1D 61 0E  GS I 66: what are you?; GS a 14: tell what changes",
        ),
        ("out", b"\x01\x02", "> 01 02"),
        ("job", b"\x1d\x28\x48\x06\x00\x30\x300042", "GS ( H 0042: tell when printed"),
        ("job", b"\x1d\x72\x01", "> 1D 72 01  GS r 1: read so far?"),
        ("in", b"\x12\x37\x220042\x00", "status 12; printed 0042"),
        ("in", b"\x37\x25\x00\x13\x11", "buffer cleared; XOFF; XON"),
        ("in", b"\x5fEPSON\x00\x02\xff", "says 'EPSON'; register 02; noise FF"),
        ("in", b"\x14\x00\x0c\x00", "automatic status 14 00 0C 00"),
    ],
)
def test_bytes_are_named(direction: Direction, data: bytes, line: str) -> None:
    shown = line_of(direction, data)
    assert shown.startswith("    1.500000 ")
    assert shown.endswith(line)


def test_a_job_shows_its_length_only() -> None:
    data = "王小明 99010119850315012X".encode("gb18030")
    assert line_of("job", data) == f"    1.500000 > job, {len(data)} bytes"
    with_fence = data + b"\x1d\x72\x01"
    assert "1D" not in line_of("job", with_fence)
    assert "1D 72 01" in line_of("job", with_fence, reveal_job=True)


def test_a_reply_that_was_split_is_named_when_it_is_whole() -> None:
    lines: list[str] = []
    trace = Trace(lines.append, 100.0)
    trace("in", b"\x37\x2200", 101.0)
    trace("in", b"42\x00", 101.25)
    assert lines == [
        "    1.000000 < 37 22 30 30",
        "    1.250000 < 34 32 00  printed 0042",
    ]


def test_a_whole_job_is_traced_without_a_word_of_it(make_desk: MakeDesk) -> None:
    desk = make_desk()
    lines: list[str] = []
    desk.printer._link.on_traffic = Trace(lines.append, desk.clock.now)
    assert desk.print_rows(rows_job(2)).outcome == "confirmed"
    text = "\n".join(lines)
    assert "GS ( H" in text
    assert "printed " in text
    assert "buffer cleared" in text
    assert b"ROW".hex(" ").upper() not in text


def test_a_printer_that_speaks_in_words_is_shown_in_words() -> None:
    lines: list[str] = []
    Trace(lines.append, words=True)("in", b"@PJL INFO STATUS\r\nCODE=10001\r\n\x0c", 0.5)
    assert lines[0].endswith("@PJL INFO STATUS..CODE=10001...")
