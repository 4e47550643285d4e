from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.card.errors import CardDataError
from devices.card.tlv import (
    Record,
    encode_ber,
    find,
    parse_ber,
    parse_record,
    parse_records,
)

PRIMITIVE_TAGS = st.sampled_from([0x84, 0x86, 0x88, 0x9F0C, 0x5A, 0xDF8101])


@given(st.lists(st.tuples(PRIMITIVE_TAGS, st.binary(max_size=400)), max_size=6))
def test_ber_objects_read_back(objects: list[tuple[int, bytes]]) -> None:
    wire = b"".join(encode_ber(tag, value) for tag, value in objects)
    assert [(node.tag, node.value) for node in parse_ber(wire, "x")] == objects


@given(st.binary(max_size=60))
def test_any_bytes_are_ber_or_a_card_data_error(data: bytes) -> None:
    with suppress(CardDataError):
        parse_ber(data, "FCI")


def test_a_deeply_nested_object_does_not_exhaust_the_machine() -> None:
    wire = b""
    for _ in range(3000):
        wire = encode_ber(0x6F, wire)
    assert parse_ber(wire, "x")[0].tag == 0x6F


@pytest.mark.parametrize(
    ("wire", "place"),
    [
        ("84", "FCI, length at offset 1"),
        ("8402AA", "FCI, length at offset 1"),
        ("6F04840FAABB", "FCI, length at offset 3"),
        ("9F", "FCI, tag at offset 0"),
        ("8480AA", "FCI, length at offset 1"),
        ("8485AA", "FCI, length at offset 1"),
    ],
)
def test_broken_ber_names_the_offset(wire: str, place: str) -> None:
    with pytest.raises(CardDataError) as caught:
        parse_ber(bytes.fromhex(wire), "FCI")
    assert caught.value.place == place


def test_filling_between_objects_is_skipped() -> None:
    nodes = parse_ber(bytes.fromhex("0000840101FF880102"), "x")
    assert [node.tag for node in nodes] == [0x84, 0x88]


def test_an_object_is_found_however_deep() -> None:
    nodes = parse_ber(bytes.fromhex("6F07A5058801018600"), "x")
    found = find(nodes, 0x88)
    assert found is not None
    assert found.value == b"\x01"
    assert find(nodes, 0x99) is None


@given(st.lists(st.builds(Record, st.integers(1, 254), st.binary(max_size=255)), max_size=8))
def test_records_read_back(records: list[Record]) -> None:
    wire = b"".join(record.to_bytes() for record in records)
    assert list(parse_records(wire, "x")) == records


@pytest.mark.parametrize("filling", ["00", "FF", "000000", "FFFFFFFF"])
def test_filling_at_the_end_is_no_record_and_within_the_file_it_is(filling: str) -> None:
    raw = bytes.fromhex(filling)
    assert parse_records(b"\x0a\x011" + raw, "x") == (Record(0x0A, b"1"),)
    with suppress(CardDataError):
        assert parse_records(raw + b"\x0a\x011", "x") != (Record(0x0A, b"1"),)


@given(st.binary(max_size=60), st.integers(0, 255))
def test_any_bytes_are_records_or_a_card_data_error(data: bytes, tag: int) -> None:
    with suppress(CardDataError):
        parse_records(data, "EF06")
    with suppress(CardDataError):
        parse_record(data, tag, "EF06")


@pytest.mark.parametrize("wire", ["", "0502AABB", "0402AA", "04", "0401AA0401BB"])
def test_one_record_means_one_whole_record_with_its_tag(wire: str) -> None:
    with pytest.raises(CardDataError):
        parse_record(bytes.fromhex(wire), 0x04, "EF05 tag 04")
