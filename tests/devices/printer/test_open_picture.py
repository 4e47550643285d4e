"""A picture that an earlier process broke off takes neither questions nor rows for its dots."""

import select

import pytest

from devices.printer.commands import BAND_ROWS, ECHO, NO_SIZE
from devices.printer.state import NeedsAttention, Ready
from tests.devices.printer.conftest import MakeDesk
from tests.devices.printer.desk import Desk, model, rows_job

CELL = b"\x1b*\x21\x18\x00" + b"\xff" * 72
"""A character that the ROM lacks, as the encoder sends it."""
QR_BAND = b"\x1b*\x21" + bytes((230, 0)) + b"\xff" * 3 * 230
SYMBOL = b"\x1d(k" + bytes((86, 0, 49, 80, 48)) + b"A" * 83
LINE = b"\x1dv0\0" + bytes((72, 0, BAND_ROWS, 0)) + b"\xff" * 72 * BAND_ROWS
"""A line with such a character in tall print, on the widest paper."""
NARROW = ("escpos-58mm", "escpos-58mm-raster", "escpos-sprt")
WITHOUT_CLEAR = (*NARROW, "escpos-80mm-plain")
LARGER = b"\x1dv0\0" + bytes((48, 0, 48, 4))
"""1,072 rows: a bit of the size flipped."""


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
        picture = LINE.replace(bytes((72, 0, 48, 0)), bytes((48, 0, 48, 0)))[: -24 * 48]
    for byte in (1, 2, 4, 5, 6, 7, 8, 9, len(picture) // 2, len(picture) - 1):
        desk = make_desk(model(name))
        desk.sim.receive(picture[:byte])
        desk.run(5)
        assert rows_behind(desk) == [*range(9)], byte
        desk.close()


@pytest.mark.parametrize("name", WITHOUT_CLEAR)
def test_one_that_noise_made_larger_than_any_is_ended_look_by_look(
    make_desk: MakeDesk, name: str
) -> None:
    desk = make_desk(model(name))
    desk.sim.receive(LARGER)
    desk.run(5)
    refused = desk.printer.print_blocks(rows_job(1), void=())
    assert (refused.outcome, refused.reason) == ("failed", "printer.buffer")
    looks = 0
    while desk.printer.status() == NeedsAttention("buffer"):
        assert (looks := looks + 1) < 30
    assert looks > 3
    assert rows_behind(desk) == [*range(9)]


def test_where_none_is_open_a_few_bytes_show_it_and_no_more_is_sent(make_desk: MakeDesk) -> None:
    desk = make_desk(model("escpos-58mm-raster"))
    desk.printer.status()
    first = desk.sim.wire_bytes
    desk.printer.status()
    look = desk.sim.wire_bytes - first
    # the first look asks once more behind what proves the printer to be itself
    assert first == 2 * look + len(NO_SIZE) + len(ECHO[desk.model.echo]) + look
    assert desk.sim.errors == []


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
