"""A picture that an earlier process broke off takes neither questions nor rows for its dots."""

import select
from dataclasses import replace
from functools import partial

import pytest

from devices.printer.commands import BAND_ROWS, ECHO, NO_SIZE
from devices.printer.open_picture import LATE_ANSWERS
from devices.printer.state import NeedsAttention, Ready
from tests.devices.printer.conftest import MakeDesk
from tests.devices.printer.desk import Desk, model, rows_job

pytestmark = pytest.mark.slow

CELL = b"\x1b*\x21\x18\x00" + b"\xff" * 72
"""A character that the ROM lacks, as the encoder sends it."""
QR_BAND = b"\x1b*\x21" + bytes((230, 0)) + b"\xff" * 3 * 230
SYMBOL = b"\x1d(k" + bytes((86, 0, 49, 80, 48)) + b"A" * 83
LINE = b"\x1dv0\0" + bytes((72, 0, BAND_ROWS, 0)) + b"\xff" * 72 * BAND_ROWS
"""A line with such a character in tall print, on the widest paper."""
NARROW_LINE = b"\x1dv0\0" + bytes((48, 0, BAND_ROWS, 0)) + b"\xff" * 48 * BAND_ROWS
NARROW = ("escpos-58mm", "escpos-58mm-raster", "escpos-sprt")
WITHOUT_CLEAR = (*NARROW, "escpos-80mm-plain")
LARGER = b"\x1dv0\0" + bytes((48, 0, 48, 4))
"""1,072 rows: a bit of the size flipped."""


@pytest.fixture
def make_desk(make_desk: MakeDesk) -> MakeDesk:
    """With a printer into which nobody has looked yet."""
    return partial(make_desk, looked=False)


def rows_behind(desk: Desk) -> list[int]:
    """Whatever was broken off, the next paper is whole."""
    state = desk.printer.status()
    assert isinstance(state, Ready), state
    assert desk.printer.print_blocks(rows_job(3), void=()).outcome == "sent"
    return desk.rows()


@pytest.mark.parametrize("name", WITHOUT_CLEAR)
@pytest.mark.parametrize("picture", [CELL, QR_BAND, SYMBOL, LINE], ids=["cell", "qr", "k", "line"])
def test_a_picture_that_was_broken_off_swallows_no_row_of_the_next_job(
    make_desk: MakeDesk, name: str, picture: bytes
) -> None:
    if picture is LINE and name in NARROW:
        picture = NARROW_LINE
    for byte in (1, 2, 4, 5, 6, 7, 8, 9, len(picture) // 2, len(picture) - 1):
        desk = make_desk(model(name))
        desk.sim.receive(picture[:byte])
        desk.run(5)
        assert rows_behind(desk) == [*range(9)], byte
        desk.close()


@pytest.mark.parametrize("name", WITHOUT_CLEAR)
@pytest.mark.parametrize("rows_before", [1, 8, 30])
@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.4, 1.0])
def test_an_answer_to_what_a_killed_process_asked_proves_no_picture_ended(
    make_desk: MakeDesk, name: str, rows_before: int, seconds: float
) -> None:
    """Its rows, its question and a begun picture wait for paper in the printer."""
    desk = make_desk(model(name), print_timing=True)
    desk.sim.take_paper()
    desk.sim.receive(b"a row\n" * rows_before + ECHO[desk.model.echo] * 2 + NARROW_LINE[:1200])
    desk.run(2)
    assert desk.printer.status() == NeedsAttention("paper_out")
    desk.sim.load_paper()
    desk.run(seconds)
    while not isinstance(desk.printer.status(), Ready):
        pass
    assert desk.printer.print_blocks(rows_job(3), void=()).outcome == "sent"
    desk.run(5)
    assert desk.rows() == [*range(9)]


@pytest.mark.parametrize("name", WITHOUT_CLEAR)
def test_one_that_noise_made_larger_than_any_ends_bit_by_bit(
    make_desk: MakeDesk, name: str
) -> None:
    desk = make_desk(model(name))
    desk.sim.receive(LARGER)
    desk.run(5)
    ends: list[str] = []
    while ends[-1:] != ["sent"]:
        assert len(ends) < 40
        ends.append(desk.printer.print_blocks(rows_job(3), void=()).outcome)
    assert ends[:4] == ["failed", "failed", "unknown", "failed"]
    assert rows_behind(desk)[-9:] == [*range(9)]


def test_where_none_is_open_the_longest_is_ended_once_and_no_more(make_desk: MakeDesk) -> None:
    desk = make_desk(model("escpos-58mm-raster"))
    desk.printer.status()
    first = desk.sim.wire_bytes
    for _ in range(5):
        desk.printer.status()
    look = (desk.sim.wire_bytes - first) // 5
    longest = BAND_ROWS * desk.model.dots // 8
    asked = (LATE_ANSWERS + 1) * len(ECHO[desk.model.echo])
    # the first look asks twice more, around what proves the printer to be itself
    assert first == len(NO_SIZE) + look + longest + asked + 2 * look
    assert desk.sim.errors == []


@pytest.mark.parametrize("name", WITHOUT_CLEAR)
def test_a_printer_that_waits_for_paper_is_not_filled_by_looks_at_it(
    make_desk: MakeDesk, name: str
) -> None:
    desk = make_desk(model(name), print_timing=True)
    desk.sim.take_paper()
    for _ in range(400):  # eight bytes more each would not fit
        assert desk.printer.status() == NeedsAttention("paper_out")
    assert desk.sim.wire_bytes == len(NO_SIZE) + 400 * 9
    desk.sim.load_paper()
    desk.run(1)
    assert rows_behind(desk) == [*range(9)]


def test_what_ends_a_size_goes_again_to_a_printer_that_did_not_hear_it(make_desk: MakeDesk) -> None:
    desk = make_desk(model("escpos-58mm"))
    desk.sim.receive(LINE[:5])
    desk.hold_line()  # by noise: nothing that we send reaches it
    assert not isinstance(desk.printer.status(), Ready)
    desk.hold_line(False)
    assert rows_behind(desk) == [*range(9)]


def test_a_printer_that_never_answers_is_tried_three_times_and_taken_as_it_says_it_is(
    make_desk: MakeDesk,
) -> None:
    """As a clone whose profile names the wrong question: what it prints is proven by nothing."""
    desk = make_desk(model("escpos-80mm-plain", identify=()))
    desk.sim._controller.model = replace(desk.model, echo="esc-v")
    states = [desk.printer.status() for _ in range(5)]
    assert states == [NeedsAttention("buffer")] * 2 + [Ready("ok")] * 3
    before = desk.sim.wire_bytes
    desk.printer.status()
    assert desk.sim.wire_bytes - before < 20
    assert desk.printer.print_blocks(rows_job(1), void=()).outcome == "unknown"
    assert desk.printer.status() == NeedsAttention("buffer")


def test_answers_that_come_behind_the_last_try_prove_no_block_of_the_job(
    make_desk: MakeDesk,
) -> None:
    """Old rows are still being printed after three tries; who asked before them is gone."""
    desk = make_desk(model("escpos-58mm-raster"), print_timing=True)
    desk.sim.receive(b"a row\n" * 90 + ECHO["gs-r"] * 2)
    while not isinstance(desk.printer.status(), Ready):
        pass
    assert len(desk.sim.ledger()) < 90
    assert desk.printer.print_blocks(rows_job(6, 20), void=()).outcome == "unknown"


def test_who_gives_a_job_up_while_a_picture_is_ended_does_not_wait_for_it(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk(model("escpos-58mm"))
    gone = desk.clock.now + 0.5
    result = desk.printer.print_blocks(
        rows_job(3), void=(), cancelled=lambda: desk.clock.now >= gone
    )
    assert (result.outcome, result.bytes_sent) == ("cancelled", 0)
    assert desk.clock.now - gone < 0.5
    assert rows_behind(desk) == [*range(9)]


def test_answers_that_come_late_are_all_in_before_the_next_job(make_desk: MakeDesk) -> None:
    """Rows were still being printed, and no picture was open: an answer within the next job would
    prove a block that nobody has read.
    """
    desk = make_desk(model("escpos-58mm-raster"), print_timing=True)
    desk.printer.status()
    gone: list[bool] = []
    desk.after(0.5, lambda: gone.append(True))
    desk.printer.print_blocks(rows_job(1, 80), void=(), cancelled=lambda: bool(gone))
    desk.sim.receive(b"a row\n" * 60)
    desk.run(0.1)
    assert desk.printer.status() == NeedsAttention("buffer")
    while not isinstance(desk.printer.status(), Ready):
        pass
    desk.run(5)
    assert not select.select([desk.host], [], [], 0)[0], "an answer that nobody waits for"


def test_a_printer_that_can_clear_its_buffer_is_sent_nothing_for_it(make_desk: MakeDesk) -> None:
    desk = make_desk(model("escpos-80mm"))
    desk.sim.receive(LINE[:100])
    desk.run(5)
    desk.printer.status()
    assert desk.printer.print_blocks(rows_job(3), void=()).outcome == "confirmed"
    assert desk.rows() == [*range(9)]
