"""Power that goes and comes back within a job of real size: the claim never exceeds the paper.

A printer without power holds an RTS/CTS line, so the host loses nothing and sees only a pause;
the printer has lost what it had not printed.
"""

from collections.abc import Callable
from functools import partial

import pytest

from devices.printer.blocks import Block
from devices.printer.result import Progress
from tests.devices.printer.conftest import MakeDesk
from tests.devices.printer.desk import Desk, model, rows_job, statement_job

pytestmark = pytest.mark.slow

JOB = statement_job()
JOB_BYTES = sum(len(block.data) + 14 for block in JOB)
"""With the markers and questions behind the blocks."""


def full_paper(make_desk: MakeDesk) -> str:
    desk = make_desk()
    assert desk.print_rows(JOB).outcome == "confirmed"
    return desk.paper()


def unwrapped(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("print_timing", [False, True])
@pytest.mark.parametrize("off_seconds", [0.1, 0.3, 0.6, 0.9, 2.0])
def test_a_power_loss_is_never_confirmed_with_text_missing(
    make_desk: MakeDesk, off_seconds: float, print_timing: bool
) -> None:
    full = full_paper(make_desk)
    outcomes = []
    for byte in range(300, JOB_BYTES, 487):
        desk = make_desk(print_timing=print_timing)

        def lose_power(desk: Desk = desk) -> None:
            desk.sim.switch_off()
            desk.after(off_seconds, desk.sim.switch_on)

        desk.when_byte(byte, lose_power)
        result = desk.print_rows(JOB)
        desk.run(8)
        outcomes.append(result.outcome)
        if result.outcome == "confirmed":
            assert desk.paper() == full, byte
    assert outcomes.count("unknown") > len(outcomes) / 2, "the losses were real"


def test_a_short_power_loss_on_a_slow_line_is_not_confirmed_either(make_desk: MakeDesk) -> None:
    full = full_paper(make_desk)
    for byte in range(300, JOB_BYTES, 1201):
        desk = make_desk(model(baud=9600))
        desk.when_byte(byte, desk.sim.switch_off)
        desk.at_byte.append((desk.at_byte[0][0], partial(desk.after, 0.1, desk.sim.switch_on)))
        result = desk.print_rows(JOB)
        desk.run(8)
        assert result.outcome == "unknown" or desk.paper() == full, byte


def test_a_job_is_not_cut_after_a_power_loss(make_desk: MakeDesk) -> None:
    for byte in range(300, JOB_BYTES - 100, 487):
        desk = make_desk()
        desk.when_byte(byte, desk.sim.switch_off)
        desk.after(0.3, desk.sim.switch_on)
        result = desk.print_rows(JOB)
        desk.run(8)
        assert len(desk.sim.take_receipts()) == (result.outcome == "confirmed"), byte


@pytest.mark.parametrize("speed_mm_s", [15, 60, 200])
def test_a_slow_mechanism_alone_leaves_a_job_confirmed(
    make_desk: MakeDesk, speed_mm_s: int
) -> None:
    desk = make_desk(model(speed_mm_s=speed_mm_s), print_timing=True)
    assert desk.print_rows(JOB).outcome == "confirmed"
    assert desk.paper() == full_paper(make_desk)


@pytest.mark.parametrize("baud", [9600, 38400])
def test_a_slow_wire_alone_leaves_a_job_confirmed(make_desk: MakeDesk, baud: int) -> None:
    assert make_desk(model(baud=baud)).print_rows(JOB).outcome == "confirmed"


@pytest.mark.parametrize("flow", ["xonxoff", "rtscts"])
def test_a_small_buffer_alone_leaves_a_job_of_the_small_printer_sent(
    make_desk: MakeDesk, flow: str
) -> None:
    small = model("escpos-58mm", baud=38400, flow=flow, buffer_bytes=400, speed_mm_s=60)
    desk = make_desk(small, print_timing=True)
    held: list[bool] = []
    desk.at_time += [
        (desk.clock.now + t / 10, lambda: held.append(desk.sim._wire.paused)) for t in range(100)
    ]
    result = desk.print_rows(JOB[:-1])
    assert (result.outcome, desk.sim.overrun_bytes) == ("sent", 0)
    assert True not in held, "what is under way fits the buffer"
    assert unwrapped(desk.paper()) == unwrapped(full_paper(make_desk))


@pytest.mark.parametrize("late", [0.05, 0.25])
def test_a_printer_that_answers_slowly_is_confirmed_like_any_other(
    make_desk: MakeDesk, late: float
) -> None:
    desk = make_desk()
    desk.sim.reply_seconds = late
    assert desk.print_rows(JOB).outcome == "confirmed"


@pytest.mark.parametrize("every", [1, 2, 3, 5])
def test_a_host_that_is_busy_elsewhere_does_not_doubt_its_printer(
    make_desk: MakeDesk, every: int
) -> None:
    desk = make_desk()
    turns = 0
    wait = desk.wait

    def wait_on_a_busy_machine(fd: int, want_write: bool, timeout: float) -> tuple[bool, bool]:
        nonlocal turns
        turns += 1
        found = wait(fd, want_write, timeout)
        if turns % every == 0:
            desk.run(0.2)
            return wait(fd, want_write, 0)
        return found

    desk.printer._link._wait = wait_on_a_busy_machine
    assert desk.print_rows(JOB).outcome == "confirmed"
    assert desk.paper() == full_paper(make_desk)


@pytest.mark.parametrize(("speed_mm_s", "outcome"), [(20, "confirmed"), (10_000, "unknown")])
def test_a_held_line_is_forgiven_only_while_a_whole_block_waits_to_be_printed(
    make_desk: MakeDesk, speed_mm_s: int, outcome: str
) -> None:
    """That block's marker would never come if the power had been lost."""
    desk = make_desk(model(speed_mm_s=speed_mm_s), print_timing=True)
    desk.when_byte(len(JOB[0].data) + 200, desk.hold_line)
    desk.after(0.5, lambda: desk.hold_line(held=False))
    result = desk.print_rows(JOB)
    assert result.outcome == outcome
    assert result.reason == (None if outcome == "confirmed" else "printer.data_lost")


def test_a_void_mark_that_lost_a_part_is_not_called_void(make_desk: MakeDesk) -> None:
    mark = Block(b"\x1b@\x1c&\n" + b"VOID " * 100 + b"\n", "void")
    outcomes = set()
    for byte in range(9, 540, 59):
        desk = make_desk()
        turns = iter(range(10_000))
        clear = desk.sim._clear

        def lose_power(desk: Desk = desk) -> None:
            desk.sim.switch_off()
            desk.after(0.3, desk.sim.switch_on)

        def clear_for_void(desk: Desk = desk, clear: Callable[[], None] = clear) -> None:
            clear()
            if desk.sim.wire_bytes > 1000:  # not the one before the job
                desk.when_byte(byte, lose_power)  # noqa: B023 - called in this turn of the loop

        desk.sim._clear = clear_for_void  # type: ignore[method-assign]
        started = desk.clock.now
        result = desk.printer.print_blocks(
            JOB,
            void=(mark, Block(b"\x1dVB\x00", "cut")),
            cancelled=lambda: next(turns) > 20,  # noqa: B023 - as above
        )
        assert desk.clock.now - started < 2, "seen at once, not when patience ends"
        desk.run(8)
        outcomes.add(result.outcome)
        if result.outcome == "cancelled":
            assert unwrapped(desk.paper()).count("VOID") == 100, byte
    assert "unknown" in outcomes


def test_a_cancel_within_a_block_is_called_void_when_the_mark_is_proven(
    make_desk: MakeDesk,
) -> None:
    desk = make_desk(model(baud=9600))
    cancel_at = desk.clock.now + 1.0
    result = desk.print_rows(JOB, cancelled=lambda: desk.clock.now > cancel_at)
    assert (result.outcome, result.reason) == ("cancelled", None)
    assert "VOID" in desk.paper()


def test_no_byte_of_the_cut_follows_a_block_that_arrived_late(make_desk: MakeDesk) -> None:
    desk = make_desk(model(baud=1200))  # the marker is answered long before the question behind it
    jobs = rows_job(3)
    before_the_cut = sum(len(block.data) + 11 for block in jobs[:-1])
    desk.when_byte(before_the_cut, desk.hold_line)
    release = partial(desk.after, 0.3, partial(desk.hold_line, held=False))
    desk.at_byte.append((before_the_cut, release))
    result = desk.print_rows(jobs)
    assert (result.outcome, result.bytes_sent) == ("unknown", before_the_cut)


@pytest.mark.parametrize("hands", [lambda sim: None, lambda sim: sim.low_paper()])
def test_the_cut_goes_out_only_when_all_before_it_is_on_paper(
    make_desk: MakeDesk, hands: Callable[[object], None]
) -> None:
    desk = make_desk(model(speed_mm_s=50), print_timing=True)
    hands(desk.sim)
    told: list[Progress] = []
    assert desk.print_rows(JOB, told.append).outcome == "confirmed"
    before_the_cut = sum(len(block.data) + 11 for block in JOB[:-1])
    with_cut = [step for step in told if step.bytes_sent > before_the_cut]
    assert {step.blocks_confirmed for step in with_cut} == {len(JOB) - 1, len(JOB)}


def test_a_piece_whose_last_rows_are_not_proven_is_not_cut(desk: Desk) -> None:
    jobs = rows_job(4)
    markers: list[bytes] = []

    def lose_the_third(reply: bytes) -> bytes:
        markers.append(reply)
        return b"" if len(markers) == 3 else reply

    desk.printer.status()  # it is probed first, with a marker of its own
    desk.sim.marker_filter = lose_the_third
    result = desk.print_rows(jobs)
    assert (result.outcome, result.blocks_confirmed) == ("unknown", 2)
    assert desk.sim.take_receipts() == []
