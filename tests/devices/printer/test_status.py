import queue
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.printer.models import load_model
from devices.printer.printer import SerialPrinter
from devices.printer.state import NEVER_SEEN, NeedsAttention, PrinterState, Ready
from devices.printer.status import (
    AutoStatus,
    BufferCleared,
    InfoReply,
    MarkerReply,
    Noise,
    RegisterReply,
    Reply,
    ReplyParser,
    StatusReply,
    Xoff,
    Xon,
    decode_state,
)

LIKELY = st.sampled_from(b"\x11\x12\x13\x16\x32\x10\x14\x37\x22\x25\x00\x5f\x03\x0c0001AZ\xff")
STREAMS = st.lists(st.one_of(LIKELY, st.integers(0, 255)), max_size=200).map(bytes)


@pytest.mark.parametrize(
    ("data", "replies"),
    [
        (b"\x12\x16\x7e", (StatusReply(0x12), StatusReply(0x16), StatusReply(0x7E))),
        (b"\x11\x13", (Xon(), Xoff())),
        (b"\x37\x220001\x00", (MarkerReply(b"0001"),)),
        (b"\x37\x25\x00", (BufferCleared(),)),
        (b"\x5fEPSON\x00", (InfoReply(b"EPSON"),)),
        (b"\x00\x03\x0c", (RegisterReply(0), RegisterReply(3), RegisterReply(0x0C))),
        (b"\x14\x00\x0f\x00", (AutoStatus(b"\x14\x00\x0f\x00"),)),
        (b"\x14\x00\x13\x0f\x00", (Xoff(), AutoStatus(b"\x14\x00\x0f\x00"))),
        (b"\xff\x92", (Noise(0xFF), Noise(0x92))),
        (b"\x37\x12", (Noise(0x37), StatusReply(0x12))),
    ],
)
def test_each_kind_of_reply_is_told_by_its_fixed_bits(
    data: bytes, replies: tuple[Reply, ...]
) -> None:
    assert ReplyParser().feed(data) == replies


def test_a_status_byte_inside_a_broken_block_is_found_again() -> None:
    assert StatusReply(0x12) in ReplyParser().feed(b"\x37\x2200\x120001\x00")


@given(STREAMS, st.integers(0, 200))
def test_any_bytes_split_anywhere_give_the_same_replies(data: bytes, at: int) -> None:
    whole = ReplyParser().feed(data)
    parser = ReplyParser()
    assert parser.feed(data[:at]) + parser.feed(data[at:]) == whole


@given(STREAMS)
def test_a_marker_gets_through_whatever_noise_came_before_it(noise: bytes) -> None:
    """After a break that no reply bridges (three bytes that fit nowhere), all is clear again."""
    parser = ReplyParser()
    parser.feed(noise + b"\xff\xff\xff")
    assert parser.feed(b"\x37\x22ABCD\x00\x12") == (MarkerReply(b"ABCD"), StatusReply(0x12))


@pytest.mark.parametrize(
    ("replies", "state"),
    [
        ({1: 0x12, 2: 0x12, 4: 0x12}, Ready("ok")),
        ({1: 0x16, 2: 0x12, 4: 0x12}, Ready("ok")),
        ({1: 0x12, 2: 0x12, 4: 0x1E}, Ready("near_end")),
        ({1: 0x1A, 2: 0x32, 4: 0x7E}, NeedsAttention("paper_out")),
        ({1: 0x1A, 2: 0x16, 4: 0x7E}, NeedsAttention("cover_open")),
        ({1: 0x1A, 2: 0x52, 3: 0x1A, 4: 0x12}, NeedsAttention("cutter")),
        ({1: 0x1A, 2: 0x52, 3: 0x52, 4: 0x12}, NeedsAttention("head")),
        ({1: 0x1A, 2: 0x52, 3: 0x32, 4: 0x12}, NeedsAttention("error")),
        ({1: 0x1A, 2: 0x12, 4: 0x12}, NeedsAttention("error")),
    ],
)
def test_the_status_bytes_of_the_manuals_mean_what_they_say(
    replies: dict[int, int], state: PrinterState
) -> None:
    assert decode_state(load_model("escpos-80mm"), replies) == state


def test_a_model_without_a_near_end_sensor_does_not_know_its_paper() -> None:
    assert decode_state(load_model("escpos-58mm"), {1: 0x12, 2: 0x12, 4: 0x1E}) == Ready("unknown")


def test_codes_are_those_of_the_catalogue() -> None:
    assert Ready("ok").code == "printer.ready"
    assert Ready("near_end").code == "printer.paper_low"
    assert NeedsAttention("paper_out").code == "printer.paper_out"


def test_who_asks_while_the_first_look_is_under_way_gets_what_it_finds() -> None:
    """A technician who opens the console as the daemon starts reads of no absent printer."""
    told = queue.SimpleQueue[PrinterState]()
    printer = SerialPrinter("/nowhere", load_model("escpos-80mm"), monotonic=time.monotonic)
    asking = threading.Thread(target=lambda: told.put(printer.status()))
    with printer._lock:
        asking.start()
        assert told.empty()
    asking.join(5)
    assert told.get(timeout=5) != NEVER_SEEN
