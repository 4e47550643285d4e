"""PCL XL, byte by byte: a stream is cut into operations, and the simulated laser is strict."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.printer.pages.pjl import LONGEST_PIECE, UEL
from devices.printer.pages.xl import xl_blocks
from devices.printer.pages.xl_stream import XlStreamError, read_operation
from tests.devices.printer.pages.documents import pdf
from tests.devices.printer.pages.laser import pcl
from tests.devices.printer.pages.test_xl import GS, HEAD, MODEL, on_paper, with_gs


def test_a_stream_is_cut_into_operations() -> None:
    stream = b"\xc1\x2c\x01\xf8\xa7\xc8\xc0\x02ab\xf8\xa8\x50\xfb\x03xyz\n\x42"
    first = read_operation(stream, 0)
    assert first is not None
    assert (first.operator, first.attributes, first.data) == (
        0x50,
        {0xA7: 300, 0xA8: (97, 98)},
        b"xyz",
    )
    second = read_operation(stream, first.end)
    assert second is not None
    assert (second.operator, second.end) == (0x42, len(stream))
    assert all(read_operation(stream[:end], 0) is None for end in range(first.end))


@pytest.mark.parametrize(
    "stream",
    [
        b"\x1b\x41",  # no tag
        b"\xc6\x00",  # no type
        b"\xd8\x00\x00",
        b"\xf0\x00",
        b"\xc0\x00\x41",  # a value without an attribute
        b"\xc8\xc2\x01\x00\x00\x00a\xf8\xa8\x41",  # a length of four bytes
        b"\xc0\x01\xf8\x02\xc0\x01\xf8\x02\x41",  # an attribute twice
        b"\x50\x41",  # no data
        b"\xfb\x01a",  # data for nobody
        b"\xc1",
    ],
)
def test_what_is_no_stream_is_refused_or_waited_for(stream: bytes) -> None:
    if stream == b"\xc1":
        assert read_operation(stream, 0) is None
        return
    with pytest.raises(XlStreamError):
        read_operation(stream, 0)


@given(st.binary(max_size=200))
@settings(max_examples=300)
def test_any_bytes_are_operations_or_an_error_with_its_place(stream: bytes) -> None:
    at = 0
    while at < len(stream):
        try:
            operation = read_operation(stream, at)
        except XlStreamError:
            return
        if operation is None:
            return
        assert at < operation.end <= len(stream)
        at = operation.end


# The simulated printer is strict

SESSION = b"\xd1\x2c\x01\x2c\x01\xf8\x89\xc0\x00\xf8\x86\x41"
SOURCE = b"\xc0\x00\xf8\x88\xc0\x01\xf8\x82\x48"
PAGE = b"\xc0\x00\xf8\x28\xc0\x02\xf8\x25\x43"
ENDS = b"\x44\x49\x42"


def entered(body: bytes) -> bytes:
    return UEL + b"@PJL ENTER LANGUAGE=PCLXL\r\n" + HEAD + body


def test_an_empty_page_comes_out() -> None:
    machine = on_paper(entered(SESSION + SOURCE + PAGE + ENDS))
    assert (machine.errors, len(machine.tray)) == ([], 1)


FONT = b"\xc8\xc0\x01a\xf8\xa8"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (SESSION + SOURCE + PAGE + b"\x44\x49", "session that was not ended"),
        (SESSION + SOURCE + PAGE + b"\x1d" + ENDS, "tag 1D"),
        (SESSION + SOURCE + PAGE + b"\xb0" + ENDS, "operator B0"),
        (SESSION + PAGE + ENDS, "BeginPage in session"),
        (SESSION + SOURCE + PAGE + b"\x42", "EndSession in page"),
        (SOURCE, "OpenDataSource in nothing"),
        (SESSION + SOURCE + b"\xc0\x00\xf8\x28\x43", "BeginPage without attribute 37"),
        (SESSION + SOURCE + b"\xc0\x00\xf8\x28\xc0\x00\xf8\x25\x43", "media 0"),
        (SESSION + SOURCE + b"\xc0\x01\xf8\x28\xc0\x02\xf8\x25\x43", "orientation 1"),
        (SESSION.replace(b"\x2c\x01\x2c", b"\x58\x02\x2c"), "units"),
        (SESSION + SOURCE + PAGE + b"\xc0\x00\xf8\x77\x85" + ENDS, "NewPath with attribute 119"),
        (SESSION + SOURCE + PAGE + b"\xc0\x02\xf8\x4d\xc0\x01\xf8\x50\x9d\xfb\x03abc", "points"),
        (SESSION + SOURCE + PAGE + b"\xc8\xc0\x01a\xf8\xab\xa8", "text without a font"),
        (SESSION + SOURCE + PAGE + FONT + b"\x52", "a glyph for no font"),
        (SESSION + SOURCE + PAGE + b"\xc0\x01\xf8\x63\x63", "attribute 99"),
        (SESSION + SOURCE + PAGE + b"\x63", "neither one grey nor none"),
    ],
)
def test_what_is_wrong_in_a_session_is_an_error_and_what_follows_it_is_printed(
    body: bytes, message: str
) -> None:
    machine = on_paper(entered(body), entered(SESSION + SOURCE + PAGE + ENDS), UEL, b"ok\r\n\f")
    assert message in machine.errors[0].message
    assert len(machine.errors) == 1
    assert machine.tray[-2].marks == ()
    assert machine.rows == ["ok"]


def test_a_printer_that_does_not_speak_it_says_so() -> None:
    machine = on_paper(entered(SESSION + SOURCE + PAGE + ENDS), model=pcl("pcl-network"))
    assert "unknown: @PJL ENTER LANGUAGE=PCLXL" in machine.errors[0].message


@cache
def first_page() -> bytes:
    return xl_blocks(pdf(1), MODEL.dpi, GS)[0].data


@with_gs
@given(st.data())
@settings(max_examples=15, deadline=None)
def test_a_spoilt_page_never_breaks_the_printer(data: st.DataObject) -> None:
    page = bytearray(first_page())
    head = page.index(HEAD[:12])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(head, len(page) - 1))
        page[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    assert len(on_paper(bytes(page)).tray) <= 1


@with_gs
@given(st.data())
@settings(max_examples=15, deadline=None)
def test_what_follows_a_page_broken_off_anywhere_comes_out(data: st.DataObject) -> None:
    head = first_page().index(HEAD[:12])
    broken = first_page()[: data.draw(st.integers(head, len(first_page())))]
    machine = on_paper(broken, bytes(LONGEST_PIECE), entered(SESSION + SOURCE + PAGE + ENDS))
    assert len(machine.tray) <= 2
    assert machine.tray[-1].marks == ()
