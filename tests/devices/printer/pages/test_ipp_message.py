import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.printer.pages.ipp_message import (
    Attribute,
    Group,
    IppFormatError,
    Message,
    Tag,
    Value,
    attribute,
    decode,
    encode,
)

PRINT_JOB = bytes.fromhex(
    "0101 0002 00000001 01"
    "47 0012 617474726962757465732d63686172736574 0005 7574662d38"
    "48 001b 617474726962757465732d6e61747572616c2d6c616e6775616765 0005 656e2d7573"
    "45 000b 7072696e7465722d757269 0016 6970703a2f2f7072696e7465722f70696e6574726565"
    "42 0008 6a6f622d6e616d65 0006 666f6f626172"
    "22 0016 6970702d6174747269627574652d666964656c697479 0001 01"
    "02 21 0006 636f70696573 0004 00000014"
    "44 0005 7369646573 0013 74776f2d73696465642d6c6f6e672d65646765"
    "03"
)
"""RFC 8010, appendix A.1, with the printer-uri shortened."""


def test_the_print_job_request_of_the_standard_is_read() -> None:
    message = decode(PRINT_JOB + b"%PDF")
    assert (message.version, message.code, message.request_id) == ((1, 1), 2, 1)
    assert message.texts(Group.OPERATION, "job-name") == ("foobar",)
    assert message.find(Group.OPERATION, "ipp-attribute-fidelity") == (Value(Tag.BOOLEAN, True),)
    assert message.number(Group.JOB, "copies") == 20
    assert message.data == b"%PDF"


def test_what_was_read_is_written_back_byte_by_byte() -> None:
    assert encode(decode(PRINT_JOB)) == PRINT_JOB


def test_several_values_share_one_name() -> None:
    reasons = attribute("printer-state-reasons", Tag.KEYWORD, "media-empty-error", "cover-open")
    raw = encode(Message(0, 1, ((Group.PRINTER, (reasons,)),)))
    assert raw.count(b"printer-state-reasons") == 1
    assert decode(raw).texts(Group.PRINTER, "printer-state-reasons") == (
        "media-empty-error",
        "cover-open",
    )


@pytest.mark.parametrize(
    ("raw", "detail"),
    [
        (b"", "too early"),
        (PRINT_JOB[:-1], "too early"),
        (PRINT_JOB[:40], "too early"),
        (b"\x02\x00\x00\x00\x00\x00\x00\x01\x21", "where a group begins"),
        (
            b"\x02\x00\x00\x00\x00\x00\x00\x01\x04\x21\x00\x00\x00\x04\0\0\0\1\x03",
            "without an attr",
        ),
        (b"\x02\x00\x00\x00\x00\x00\x00\x01\x04\x21\x00\x01a\x00\x02\0\1\x03", "number of 2 bytes"),
        (b"\x02\x00\x00\x00\x00\x00\x00\x01\x04\x22\x00\x01a\x00\x01\2\x03", "truth value"),
        (b"\x02\x00\x00\x00\x00\x00\x00\x01\x04\x41\x00\x01a\x00\x01\xff\x03", "not UTF-8"),
        (b"\x02\x00\x00\x00\x00\x00\x00\x01\x04\x37\x00\x01a\x00\x00\x03", "outside a collection"),
        (
            b"\x02\x00\x00\x00\x00\x00\x00\x01\x04\x34\x00\x01a\x00\x00"
            + b"\x4a\x00\x00\x00\x01b\x34\x00\x00\x00\x00" * 9,
            "too deep",
        ),
    ],
)
def test_bytes_that_are_no_message_are_refused_with_their_place(raw: bytes, detail: str) -> None:
    with pytest.raises(IppFormatError, match=detail):
        decode(raw)


_NAMES = st.text("abcdefgh-中", min_size=1, max_size=12)
_PLAIN = st.one_of(
    st.builds(Value, st.sampled_from([0x21, 0x23]), st.integers(-(2**31), 2**31 - 1)),
    st.builds(Value, st.just(0x22), st.booleans()),
    st.builds(Value, st.integers(0x41, 0x49), st.text(max_size=40)),
    st.builds(
        Value,
        st.sampled_from([0x10, 0x12, 0x13, 0x30, 0x31, 0x32, 0x33, 0x35]),
        st.binary(max_size=40),
    ),
)


def _attributes(values: st.SearchStrategy[Value]) -> st.SearchStrategy[tuple[Attribute, ...]]:
    one = st.builds(Attribute, _NAMES, st.lists(values, min_size=1, max_size=3).map(tuple))
    return st.lists(one, max_size=4).map(tuple)


_VALUES = st.recursive(
    _PLAIN, lambda inner: st.builds(Value, st.just(0x34), _attributes(inner)), max_leaves=6
)
_MESSAGES = st.builds(
    Message,
    st.integers(0, 0xFFFF),
    st.integers(-(2**31), 2**31 - 1),
    st.lists(
        st.tuples(st.sampled_from([1, 2, 4, 5]), _attributes(_VALUES)), min_size=1, max_size=3
    ).map(tuple),
    st.tuples(st.integers(0, 255), st.integers(0, 255)),
    st.binary(max_size=30),
)


@pytest.mark.slow
@given(_MESSAGES)
@settings(max_examples=150)
def test_any_message_survives_the_wire(message: Message) -> None:
    assert decode(encode(message)) == message


@given(st.integers(0, len(PRINT_JOB) - 1), st.binary(max_size=4))
@settings(max_examples=400)
def test_damaged_bytes_give_a_message_or_the_one_error(at: int, instead: bytes) -> None:
    raw = PRINT_JOB[:at] + instead + PRINT_JOB[at + 1 :]
    with contextlib.suppress(IppFormatError):
        decode(raw)
