"""A job that lost data goes on below a mark, where the printer proves that it holds nothing."""

import pytest

from devices.printer.blocks import Block
from devices.printer.result import PrintResult
from printing.encode.escpos import continued_bytes
from tests.devices.printer.conftest import MakeDesk
from tests.devices.printer.desk import VOID, Desk, model, rows_job

ROWS = 3
CUT = Block(b"\x1c&\n\n\n\x1dVB\x00", "cut")


def job() -> list[Block]:
    return [*rows_job(4, ROWS, cut=b""), CUT]


def lose_a_marker(desk: Desk, number: int, times: int = 1) -> None:
    """That marker and those behind it stay unanswered, so many times."""

    def deaf() -> None:
        left = [times]

        def once(reply: bytes) -> bytes:
            left[0] -= 1
            return b"" if left[0] >= 0 else reply

        desk.sim.marker_filter = once

    desk.sim.schedule("marker", number, deaf)


def print_on(desk: Desk) -> PrintResult:
    desk.printer.status()
    desk.sim.begin_job("J")
    return desk.printer.print_blocks(
        job(), void=VOID, continued=lambda done: continued_bytes(1 + ROWS * done)
    )


def test_it_goes_on_behind_the_last_proven_block_and_voids_what_stands_above(desk: Desk) -> None:
    desk.printer.status()
    lose_a_marker(desk, 2)
    result = print_on(desk)
    assert (result.outcome, result.blocks_confirmed) == ("confirmed", 5)
    rows = [row for row in desk.sim.ledger() if row.text.startswith("ROW")]
    assert [row.text.split()[1] for row in rows if not row.void] == [str(n) for n in range(12)]
    assert {row.piece for row in rows} == {1}, "on one paper"
    voided = [row.text.split()[1] for row in rows if row.void]
    assert voided == ["3", "4", "5", "6", "7", "8"][: len(voided)]
    assert voided
    assert "以上第 4 行起至此作废 VOID" in desk.paper()


def test_a_job_that_loses_data_again_is_given_up(desk: Desk) -> None:
    desk.sim.schedule("marker", 2, lambda: setattr(desk.sim, "marker_filter", lambda _: b""))
    result = print_on(desk)
    assert (result.outcome, result.reason) == ("unknown", "printer.data_lost")
    assert desk.paper().count("重新打印") == 1


def test_nothing_goes_on_where_the_buffer_is_not_proven_empty(make_desk: MakeDesk) -> None:
    for printer_model in (model(clear=False), model("escpos-80mm-plain")):
        desk = make_desk(printer_model)
        desk.printer.status()
        lose_a_marker(desk, 2)
        assert print_on(desk).outcome in ("unknown", "sent")
        assert "重新打印" not in desk.paper()


def test_nor_when_the_cut_is_out(desk: Desk) -> None:
    desk.printer.status()
    desk.sim.schedule("marker", 5, lambda: setattr(desk.sim, "marker_filter", lambda _: b""))
    result = print_on(desk)
    assert (result.outcome, result.blocks_confirmed) == ("unknown", 4)
    assert "重新打印" not in desk.paper()


@pytest.mark.parametrize("byte", range(0, 260, 13))
def test_a_cancel_after_it_went_on_voids_all_of_the_paper(make_desk: MakeDesk, byte: int) -> None:
    desk = make_desk()
    desk.printer.status()
    lose_a_marker(desk, 2)
    asked: list[bool] = []
    desk.sim.begin_job("J")

    def mark(done: int) -> bytes:
        desk.sim.schedule("byte", byte, lambda: asked.append(True))
        return continued_bytes(1 + ROWS * done)

    desk.printer.print_blocks(job(), void=VOID, continued=mark, cancelled=lambda: bool(asked))
    rows = [row for row in desk.sim.ledger() if row.text.startswith("ROW")]
    valid = [row.text for row in rows if not row.void]
    assert len(valid) in (0, 12)
    assert len(valid) == len(set(valid))
