"""How a job ends that is cancelled, whose printer is closed, or when two things go wrong."""

import threading

import pytest
from pytest_mock import MockerFixture

from devices.printer.blocks import Block
from devices.printer.result import PrintResult, Progress
from devices.printer.state import Offline, Unknown
from tests.devices.printer.conftest import MakeDesk
from tests.devices.printer.desk import Desk, model, rows_job

ALL_ROWS = list(range(12))
JOB = rows_job(4)
LONG_HOLD = 20_000.0
"""Seconds of the virtual clock: more than pass until another thread has had its turn."""


def test_a_port_that_is_gone_is_the_word_when_data_are_lost_as_well(
    desk: Desk, mocker: MockerFixture
) -> None:
    desk.printer.status()
    answers = iter((b"",))  # the first marker is lost, so the second one skips it

    def skip_one(reply: bytes) -> bytes:
        if (answer := next(answers, None)) is not None:
            return answer
        mocker.patch.object(desk.sim, "_clear", desk.sim.hang_up)
        return reply

    desk.sim.marker_filter = skip_one
    result = desk.print_rows(rows_job(4))
    assert (result.outcome, result.reason) == ("unknown", "printer.absent")


@pytest.mark.parametrize("line", [1, 2, 3])
def test_an_error_that_only_power_ends_is_not_sent_when_it_has_gone(
    make_desk: MakeDesk, line: int
) -> None:
    for tenths in range(10, 20):
        desk = make_desk(model("escpos-80mm-plain"), print_timing=True)
        desk.printer.status()
        desk.sim.schedule("line", line, desk.sim.break_down)
        desk.after(tenths / 10, desk.sim.cycle_power)
        result = desk.print_rows(rows_job(2, rows=2))
        assert (result.outcome, result.reason) == ("unknown", "printer.data_lost"), tenths
        assert len(desk.rows()) < 4


def close_when_held(desk: Desk, blocks: list[Block], line: int = 1) -> PrintResult:
    """Print, and close the printer from another thread once it is out of paper."""
    closer = threading.Thread(target=desk.printer.close)

    def close(step: Progress) -> None:
        if step.hold is not None and closer.ident is None:
            closer.start()

    desk.printer.status()
    desk.sim.schedule("line", line, desk.sim.take_paper)
    result = desk.print_rows(blocks, close)
    closer.join()
    return result


def test_closing_cancels_a_job_that_waits_for_somebody(make_desk: MakeDesk) -> None:
    desk = make_desk(hold_seconds=LONG_HOLD)
    result = close_when_held(desk, rows_job(4))
    assert (result.outcome, result.reason) == ("unknown", "printer.paper_out")
    assert desk.clock.now < LONG_HOLD
    desk.sim.load_paper()
    assert desk.print_rows(rows_job(2)).outcome == "confirmed", "opened again when it is needed"


def test_closing_leaves_alone_a_job_that_cannot_be_cancelled(
    make_desk: MakeDesk, mocker: MockerFixture
) -> None:
    mocker.patch("devices.printer.printer.CLOSE_SECONDS", 0.01)
    desk = make_desk(
        model("escpos-80mm-plain"), hold_seconds=LONG_HOLD, print_timing=True
    )  # its cut is in the buffer already, and cannot be called back
    result = close_when_held(desk, rows_job(2, rows=2), line=3)
    assert (result.outcome, result.reason) == ("unknown", "printer.absent")
    assert desk.clock.now < LONG_HOLD


def test_a_cancel_before_the_first_byte_prints_nothing(desk: Desk) -> None:
    result = desk.print_rows(JOB, cancelled=lambda: True)
    assert (result.outcome, result.bytes_sent) == ("cancelled", 0)
    desk.run(5)
    assert desk.paper() == ""


def test_a_cancel_in_the_middle_clears_the_printer_and_marks_the_paper_void(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk(model(speed_mm_s=10), print_timing=True)
    cancel_at = desk.clock.now + 1.8
    result = desk.print_rows(JOB, cancelled=lambda: desk.clock.now > cancel_at)
    assert (result.outcome, result.reason, result.evidence) == ("cancelled", None, "marker")
    assert 0 < result.blocks_confirmed < 4
    desk.run(60)
    assert result.blocks_confirmed * 3 <= len(desk.rows())
    lines = desk.paper().split()
    assert "VOID" in lines
    assert desk.rows() == list(range(len(desk.rows())))
    assert desk.rows() != ALL_ROWS
    assert lines.index("VOID") > lines.index("ROW")


def test_a_cancel_while_the_paper_is_out_is_not_called_void(desk: Desk) -> None:
    desk.sim.take_paper(after_lines=4)
    cancel_at = desk.clock.now + 3
    result = desk.print_rows(JOB, cancelled=lambda: desk.clock.now > cancel_at)
    assert (result.outcome, result.reason) == ("unknown", "printer.paper_out")
    desk.sim.load_paper()
    desk.run(5)
    assert desk.rows() == [0, 1, 2, 3]


@pytest.mark.parametrize("clears", [True, False])
def test_what_a_stopped_printer_holds_is_gone_only_when_it_says_so(
    make_desk: MakeDesk, clears: bool
) -> None:
    desk = make_desk(model("escpos-80mm" if clears else "escpos-80mm-plain"), print_timing=True)
    desk.printer.status()
    desk.sim.schedule("line", 2, desk.sim.take_paper)
    desk.sim.receive(b"".join(block.data for block in rows_job(3, cut=b"")))
    desk.run(5.0)
    out = len(desk.sim.ledger())
    assert desk.printer.clear() is clears
    desk.sim.load_paper()
    desk.run(5.0)
    assert (len(desk.sim.ledger()) == out) is clears


def test_a_silent_printer_does_not_say_that_it_has_cleared_its_memory(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.printer.status()
    desk.sim.switch_off()
    assert not desk.printer.clear()
    desk.sim.switch_on()
    desk.run(1.0)
    assert desk.printer.clear()
    desk.sim.hang_up()
    assert not desk.printer.clear()


def test_a_marker_of_an_earlier_job_that_comes_late_is_no_noise(desk: Desk) -> None:
    """Noise points to a wrong speed of the line."""
    desk.printer.status()
    desk.sim.mute()
    desk.after(0.05, lambda: desk.sim.send_noise(b"\x37\x220007\0"))
    assert desk.printer.status() == Unknown(noise=0)
    desk.after(0.05, lambda: desk.sim.send_noise(b"\xfe"))
    assert desk.printer.status() == Offline(noise=1)
