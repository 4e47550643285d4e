"""The driver against the simulated printer on a virtual clock: what comes out, what is claimed."""

from collections.abc import Callable

import pytest

from devices.printer.blocks import Block
from devices.printer.result import PrintResult, Progress
from devices.printer.state import Absent, NeedsAttention, Offline, Ready, Unknown
from tests.devices.printer.conftest import MakeDesk
from tests.devices.printer.desk import Desk, model, rows_job

ALL_ROWS = list(range(12))
JOB = rows_job(4)
JOB_BYTES = sum(len(block.data) for block in JOB) + 80
"""With markers and questions, a little more than the job puts on the wire."""


def test_a_job_is_confirmed_when_the_last_marker_came_back(desk: Desk) -> None:
    result = desk.print_rows(JOB)
    assert (result.outcome, result.evidence, result.reason) == ("confirmed", "marker", None)
    assert (result.blocks_sent, result.blocks_confirmed) == (4, 4)
    assert desk.rows() == ALL_ROWS
    assert result.bytes_sent == sum(len(block.data) for block in JOB) + 4 * 11
    assert result.first_byte_at is not None
    assert result.last_byte_at is not None
    assert result.confirmed_at is not None
    assert result.first_byte_at <= result.last_byte_at <= result.confirmed_at
    assert desk.sim.errors == []


def test_the_confirmation_waits_for_the_paper_not_for_the_wire(make_desk: MakeDesk) -> None:
    desk = make_desk(model(speed_mm_s=10), print_timing=True)
    result = desk.print_rows(JOB)
    assert result.outcome == "confirmed"
    assert result.confirmed_at is not None
    assert result.last_byte_at is not None
    paper_seconds = 3 * 30 / 8 / 10  # the last block's; it left when all before it was on paper
    assert result.confirmed_at - result.last_byte_at > 0.9 * paper_seconds
    assert desk.rows() == ALL_ROWS


def test_the_driver_adds_little_to_the_time_of_the_wire(desk: Desk) -> None:
    blocks = rows_job(8, rows=40)
    started = desk.clock.now
    result = desk.print_rows(blocks)
    assert result.outcome == "confirmed"
    assert desk.clock.now - started <= 1.03 * desk.sim.wire_seconds


def test_at_most_two_blocks_are_ever_unacknowledged(make_desk: MakeDesk) -> None:
    desk = make_desk(model(speed_mm_s=20), print_timing=True)
    told: list[Progress] = []
    assert desk.print_rows(rows_job(6), told.append).outcome == "confirmed"
    assert max(step.blocks_sent - step.blocks_confirmed for step in told) <= 2
    assert told[-1] == Progress(6, 6, 6, told[-1].bytes_sent, None)


def test_without_markers_a_job_is_sent_and_never_confirmed(make_desk: MakeDesk) -> None:
    desk = make_desk(model("escpos-58mm"))
    result = desk.print_rows(rows_job(4, cut=b""))
    assert (result.outcome, result.evidence, result.blocks_confirmed) == ("sent", "drained", 0)
    assert desk.rows() == ALL_ROWS


def test_a_printer_without_paper_gets_no_byte_of_the_job(desk: Desk) -> None:
    desk.sim.take_paper()
    result = desk.print_rows(JOB)
    assert (result.outcome, result.reason) == ("failed", "printer.paper_out")
    assert (result.bytes_sent, result.first_byte_at) == (0, None)
    desk.sim.load_paper()
    desk.run(5)
    assert desk.paper() == ""


@pytest.mark.parametrize(
    ("hands", "state"),
    [
        (lambda sim: sim.low_paper(), Ready("near_end")),
        (lambda sim: sim.take_paper(), NeedsAttention("paper_out")),
        (lambda sim: sim.open_cover(), NeedsAttention("cover_open")),
        (lambda sim: sim.switch_off(), Unknown()),
        (lambda sim: sim.mute(), Unknown()),
        (lambda sim: None, Ready("ok")),
    ],
)
def test_the_state_is_what_hands_did_to_the_printer(
    desk: Desk, hands: Callable[[object], None], state: object
) -> None:
    hands(desk.sim)
    assert desk.printer.status() == state


def test_status_costs_milliseconds_and_silence_at_most_two_replies(desk: Desk) -> None:
    desk.printer.status()  # the first time, it is also asked what it is
    started = desk.clock.now
    desk.printer.status()
    assert desk.clock.now - started < 0.005
    desk.sim.switch_off()
    started = desk.clock.now
    assert desk.printer.status() == Unknown()
    assert desk.printer.status() == Offline()
    assert desk.clock.now - started < 0.65
    desk.sim.switch_on()
    assert desk.printer.status() == Ready("ok")


def test_a_slow_wire_is_not_taken_for_silence(make_desk: MakeDesk) -> None:
    desk = make_desk(model(baud=150))
    desk.printer.status()
    before = desk.sim.wire_bytes
    assert desk.printer.status() == Ready("ok")
    assert desk.sim.wire_bytes - before == 9, "asked once"


def test_old_questions_are_not_answered_when_the_printer_is_switched_on(desk: Desk) -> None:
    desk.sim.switch_off()
    assert [desk.printer.status() for _ in range(5)] == [Unknown()] + [Offline()] * 4
    before = desk.sim.wire_bytes
    desk.sim.switch_on()
    desk.run(1)
    assert desk.sim.wire_bytes - before <= 64, "no more than the port chip held"
    assert desk.printer.status() == Ready("ok")


def test_noise_on_the_line_is_silence_with_a_count(desk: Desk) -> None:
    desk.sim.mute()
    desk.after(0.1, lambda: desk.sim.send_noise(b"\xff\xfe\x80"))
    assert desk.printer.status() == Unknown(noise=3)


def test_a_late_reply_is_not_taken_for_the_answer_to_a_new_question(desk: Desk) -> None:
    desk.sim.mute()
    desk.printer.status()
    desk.sim.mute(silent=False)
    desk.sim.send_noise(b"\x16\x16")  # the drawer's bit: as an answer to n=2, an open cover
    desk.run(0.01)
    assert desk.printer.status() == Ready("ok")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["take", "cover"])
def test_a_stop_in_the_middle_holds_and_goes_on_with_each_row_once(desk: Desk, name: str) -> None:
    def stop() -> None:
        desk.sim.take_paper() if name == "take" else desk.sim.open_cover()

    def cure() -> None:
        desk.sim.load_paper() if name == "take" else desk.sim.close_cover()

    desk.printer.status()
    for byte in range(20, JOB_BYTES, 7):
        told: list[Progress] = []
        desk.when_byte(byte, stop)
        desk.after(4.0, cure)
        before = len(desk.rows())
        result = desk.print_rows(JOB, told.append)
        desk.run(6.0)
        cure()
        assert result.outcome == "confirmed", (byte, result)
        assert desk.rows()[before:] == ALL_ROWS, byte
        if result.confirmed_at and result.first_byte_at:
            held = result.confirmed_at - result.first_byte_at > 2
            code = "printer.paper_out" if name == "take" else "printer.cover_open"
            assert held == any(step.hold == code for step in told)


def test_who_asks_during_a_held_job_hears_what_it_waits_for(desk: Desk) -> None:
    assert desk.printer.status() == Ready("ok")
    desk.when_byte(150, desk.sim.take_paper)
    heard: list[str] = []

    def listen(step: Progress) -> None:
        if step.hold:
            heard.append(desk.printer.status().code)
            desk.sim.load_paper()

    assert desk.print_rows(JOB, listen).outcome == "confirmed"
    assert set(heard) == {"printer.paper_out"}
    assert desk.printer.status() == Ready("ok")


def test_a_hold_ends_and_the_old_job_never_comes_out(desk: Desk) -> None:
    desk.sim.take_paper(after_lines=4)
    started = desk.clock.now
    result = desk.print_rows(JOB)
    assert 30 <= desk.clock.now - started < 33
    assert (result.outcome, result.reason) == ("unknown", "printer.paper_out")
    assert result.blocks_confirmed == 1
    desk.sim.load_paper()
    desk.run(10)
    assert desk.rows() == [0, 1, 2, 3]


@pytest.mark.slow
@pytest.mark.parametrize("flow", ["rtscts", "none"])
@pytest.mark.parametrize("off_seconds", [0.2, 0.9, 5.0, 60.0])
def test_a_power_cycle_at_any_byte_is_never_confirmed_with_a_row_missing(
    make_desk: MakeDesk, off_seconds: float, flow: str
) -> None:
    desk = make_desk(model(flow=flow))
    for byte in range(1, JOB_BYTES, 5):
        desk.when_byte(byte, desk.sim.switch_off)
        desk.after(off_seconds, desk.sim.switch_on)
        check_claim(desk, off_seconds)


@pytest.mark.slow
@pytest.mark.parametrize("flow", ["rtscts", "none"])
def test_a_power_cycle_during_a_hold_is_seen(make_desk: MakeDesk, flow: str) -> None:
    """The cover is opened in a job; somebody switches off and on, and then closes it."""
    desk = make_desk(model(flow=flow, buffer_bytes=4096 if flow == "none" else 190))
    outcomes = set()
    for byte in range(20, JOB_BYTES, 3):
        desk.when_byte(byte, desk.sim.open_cover)
        desk.after(2.0, desk.sim.switch_off)
        desk.after(4.0, desk.sim.switch_on)
        desk.after(6.0, desk.sim.close_cover)
        outcomes.add(check_claim(desk, 7.0).outcome)
    assert "unknown" in outcomes


def test_a_printer_that_falls_silent_in_a_hold_is_not_waited_for(make_desk: MakeDesk) -> None:
    desk = make_desk(model(flow="none"))
    desk.printer.status()
    desk.when_byte(60, desk.sim.open_cover)
    desk.after(2.0, desk.sim.switch_off)
    started = desk.clock.now
    result = desk.print_rows(JOB)
    assert (result.outcome, result.reason) == ("unknown", "printer.offline")
    assert desk.clock.now - started < 4


@pytest.mark.slow
def test_a_printer_switched_off_behind_a_blocked_line_is_not_believed(
    make_desk: MakeDesk,
) -> None:
    """The first half of a block is lost with the power; the second half and its marker come."""
    desk = make_desk()
    blocks = rows_job(2, rows=80)
    desk.printer.status()
    for byte in range(40, 1000, 60):
        desk.when_byte(byte, desk.sim.switch_off)
        desk.after(3.0, desk.sim.switch_on)
        before = len(desk.rows())
        result = desk.print_rows(blocks)
        desk.run(5)
        assert result.outcome == "unknown", byte
        rows = desk.rows()[before:]
        assert len(rows) == len(set(rows))
        desk.at_byte.clear()
        desk.at_time.clear()


def check_claim(desk: Desk, seconds: float) -> PrintResult:
    """Print, let time pass, and compare the claim with the paper; then put all right again."""
    before = len(desk.rows())
    result = desk.print_rows(JOB)
    desk.run(seconds)
    rows = desk.rows()[before:]
    assert len(rows) == len(set(rows))
    if result.outcome == "confirmed":
        assert rows == ALL_ROWS
    if result.outcome == "failed":
        assert rows == []
    desk.at_byte.clear()
    desk.at_time.clear()
    desk.sim.switch_on()
    desk.sim.close_cover()
    return result


def test_a_port_that_vanishes_leaves_the_fate_unknown_and_comes_back_by_itself(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk()
    desk.when_byte(90, desk.unplug)
    result = desk.print_rows(JOB)
    assert (result.outcome, result.reason) == ("unknown", "printer.absent")
    assert result.bytes_sent > 0
    assert result.blocks_confirmed <= 1
    desk.port_refused = FileNotFoundError("no such port")
    assert desk.printer.status() == Absent("no such port")
    assert desk.print_rows(JOB).reason == "printer.absent"
    again = make_desk()
    again.printer = desk.printer
    desk.printer._link._wait = again.wait
    desk.clock.now += 1.0  # the port was refused twice, so it is left alone for a second
    assert desk.printer.status() == Ready("ok")


def test_a_wrong_marker_proves_nothing(desk: Desk) -> None:
    desk.sim.marker_filter = lambda reply: b"\x37\x22zzzz\x00"
    result = desk.print_rows(JOB)
    assert (result.outcome, result.reason) == ("unknown", "printer.data_lost")
    assert (result.blocks_confirmed, result.evidence) == (0, "none")
    assert result.confirmed_at is None


def test_a_marker_that_skips_one_proves_a_loss(desk: Desk) -> None:
    replies: list[bytes] = []

    def lose_the_second(reply: bytes) -> bytes:
        replies.append(reply)
        return b"" if len(replies) == 2 else reply

    desk.printer.status()
    desk.sim.marker_filter = lose_the_second
    started = desk.clock.now
    result = desk.print_rows(JOB)
    assert desk.clock.now - started < 1, "seen at once, not when patience ends"
    assert (result.outcome, result.reason) == ("unknown", "printer.data_lost")
    assert result.blocks_confirmed == 1


def test_doubled_markers_do_no_harm(desk: Desk) -> None:
    desk.sim.marker_filter = lambda reply: reply + reply
    assert desk.print_rows(JOB).outcome == "confirmed"


def test_a_printer_that_falls_silent_ends_the_job_unknown(desk: Desk) -> None:
    desk.when_byte(100, desk.sim.mute)
    result = desk.print_rows(JOB)
    assert (result.outcome, result.reason) == ("unknown", "printer.offline")
    assert result.blocks_confirmed < 4


def test_a_cutter_jam_is_held_and_tried_again(desk: Desk) -> None:
    desk.sim.jam_cutter()
    told: list[Progress] = []
    desk.after(8, desk.sim.free_cutter)
    result = desk.print_rows(JOB, told.append)
    assert result.outcome == "confirmed"
    assert "printer.cutter" in {step.hold for step in told}
    assert desk.rows() == ALL_ROWS


def test_what_an_earlier_program_left_in_the_buffer_does_not_come_out(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk(model(speed_mm_s=50), print_timing=True)
    desk.sim.receive(b"SOMEBODY ELSE\n" * 50)
    desk.run(0.3)
    assert desk.print_rows(JOB).outcome == "confirmed"
    lines = desk.paper().splitlines()
    assert 0 < lines.count("SOMEBODY ELSE") < 10
    assert desk.rows() == ALL_ROWS


def test_an_uncleared_printer_gets_no_job(make_desk: MakeDesk) -> None:
    desk = make_desk()
    desk.sim.model = model(clear=False)  # the model says it can, the printer cannot
    result = desk.print_rows(JOB)
    assert (result.outcome, result.reason) == ("failed", "printer.not_cleared")
    assert result.bytes_sent == 0


def test_a_status_sequence_inside_an_image_does_not_shift_the_answers(desk: Desk) -> None:
    desk.sim.low_paper()  # to n=2 the answer to n=4 would be an open cover
    image = b"\x1b*\x21\x18\x00" + b"\x10\x04\x04" * 24 + b"\n"
    job = [Block(b"\x1b@" + image, "image"), *rows_job(4)[1:]]
    told: list[Progress] = []
    result = desk.print_rows(job, told.append)
    assert result.outcome == "confirmed"
    assert {step.hold for step in told} == {None}
    desk.sim.load_paper()
    assert desk.printer.status() == Ready("ok")


def test_a_host_held_back_by_flow_control_reports_that_it_is_blocked(make_desk: MakeDesk) -> None:
    desk = make_desk()
    told: list[Progress] = []
    desk.when_byte(150, desk.hold_line)
    desk.after(6, lambda: desk.hold_line(held=False))
    result = desk.print_rows(rows_job(3, rows=30), told.append)
    assert "printer.buffer" in {step.hold for step in told}
    rows = desk.rows()
    assert len(rows) == len(set(rows))
    assert result.outcome == "unknown" or rows == list(range(90))


def test_xon_and_xoff_hold_the_host_without_loss(make_desk: MakeDesk) -> None:
    desk = make_desk(model("escpos-58mm", buffer_bytes=300, baud=38400), print_timing=True)
    result = desk.print_rows(rows_job(2, cut=b""))
    assert result.outcome == "sent"
    assert desk.sim.overrun_bytes == 0


def test_a_job_of_no_blocks_is_confirmed_at_once_and_prints_nothing(desk: Desk) -> None:
    result = desk.print_rows([])
    assert result.bytes_sent == 0
    assert desk.paper() == ""
