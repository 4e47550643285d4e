"""Holds, lost power and small buffers: what the driver sees of them, and what it claims then."""

import os
import pty
import select
import termios
import tty
from collections.abc import Iterator
from functools import partial

import pytest

from devices.printer.descriptor import Turn
from devices.printer.link import Lines, LineSettings, SerialLink
from devices.printer.result import Progress
from devices.printer.state import Ready
from tests.devices.printer.conftest import MakeDesk
from tests.devices.printer.desk import Clock, model, rows_job

XOFF, XON = b"\x13", b"\x11"


@pytest.fixture
def terminal() -> Iterator[tuple[int, str]]:
    printer, host = pty.openpty()
    tty.setraw(host)
    os.set_blocking(printer, False)
    yield printer, os.ttyname(host)
    os.close(printer)
    os.close(host)


def read(descriptor: int) -> bytes:
    """Read all that comes; the kernel passes it on a moment after it was written."""
    data = b""
    while select.select([descriptor], [], [], 0.05)[0]:
        data += os.read(descriptor, 4096)
    return data


def has_ixon(link: SerialLink) -> bool:
    return bool(termios.tcgetattr(link._fd)[0] & termios.IXON)


def test_a_printer_that_holds_an_xoff_is_asked_between_two_parts_and_gets_nothing_else(
    terminal: tuple[int, str],
) -> None:
    printer, port = terminal
    clock = Clock()
    link = SerialLink(port, LineSettings(115200, "xonxoff"), clock)
    assert link.open() is None
    os.write(printer, XOFF)
    link.queue(b"row 1\n", job=True)
    link.queue(b"row 2\n", job=True)
    assert link.turn(0.05) == Turn(b"", 0)
    assert link.ask_past_hold(b"\x10\x04\x02") is True
    for _ in range(5):
        clock.now += 0.1
        link.turn(0.01)
    assert read(printer) == b"\x10\x04\x02"
    assert link.queued == 12
    assert not has_ixon(link)
    os.write(printer, b"\x32")
    assert link.turn(0.05) == Turn(b"\x32", 0)
    os.write(printer, XON)
    assert link.turn(0.05) == Turn(XON, 0)
    assert link.set_held(held=False) is False
    assert has_ixon(link)
    link.turn(0.05)
    assert read(printer) == b"row 1\nrow 2\n"
    link.close()


def test_a_part_that_was_begun_is_finished_before_the_question(terminal: tuple[int, str]) -> None:
    printer, port = terminal
    dsr = [True]
    clock = Clock()
    settings = LineSettings(115200, "dsr-poll")
    link = SerialLink(port, settings, clock, lines=lambda: Lines(dsr=dsr[0]))
    assert link.open() is None
    link.queue(b"a" * 60, job=True)  # longer than a chunk
    link.queue(b"b" * 40, job=True)
    assert link.turn(0.01) == Turn(b"", 48)
    dsr[0] = False
    clock.now += 1
    assert link.turn(0.01) == Turn(b"", 0)
    assert link.ask_past_hold(b"\x10\x04\x02") is True
    clock.now += 1
    assert link.turn(0.01) == Turn(b"", 12)
    clock.now += 1
    assert link.turn(0.01) == Turn(b"", 0)
    assert read(printer) == b"a" * 60 + b"\x10\x04\x02"
    dsr[0] = True
    assert link.turn(0.01) == Turn(b"", 40)
    link.close()


def test_questions_never_use_up_the_room_that_a_held_printer_keeps(
    terminal: tuple[int, str],
) -> None:
    printer, port = terminal
    clock = Clock()
    link = SerialLink(port, LineSettings(115200, "xonxoff"), clock)
    link.open()
    os.write(printer, XOFF)
    link.queue(b"row\n", job=True)
    for _ in range(200):
        link.ask_past_hold(b"\x10\x04\x02")
        clock.now += 1
        link.turn(0.001)
    assert 60 < len(read(printer)) <= 120
    link.close()


@pytest.mark.parametrize("flow", ["rtscts", "none"])
def test_no_question_goes_past_a_hold_of_the_hardware(flow: str) -> None:
    link = SerialLink("/dev/p", LineSettings(9600, flow), Clock())  # type: ignore[arg-type]
    assert link.ask_past_hold(b"\x10\x04\x02") is False
    assert link.set_held(held=True) is False


@pytest.mark.parametrize("buffer_bytes", [300, 512, 1024])
def test_a_buffer_of_less_than_two_blocks_leaves_a_job_confirmed(
    make_desk: MakeDesk, buffer_bytes: int
) -> None:
    desk = make_desk(model(buffer_bytes=buffer_bytes, speed_mm_s=100), print_timing=True)
    blocks = rows_job(3, rows=40)
    told: list[Progress] = []
    result = desk.print_rows(blocks, told.append)
    assert (result.outcome, result.blocks_confirmed, result.blocks_sent) == ("confirmed", 3, 3)
    assert desk.rows() == list(range(120))
    assert all(step.blocks_confirmed <= step.blocks_sent <= 3 for step in told)
    assert desk.sim.overrun_bytes == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["escpos-58mm", "escpos-sprt", "escpos-80mm-plain"])
@pytest.mark.parametrize("off_seconds", [0.3, 0.8, 2.0])
def test_without_markers_a_power_loss_is_seen_and_never_called_sent_with_rows_missing(
    make_desk: MakeDesk, name: str, off_seconds: float
) -> None:
    rows = list(range(120))
    total = sum(len(block.data) for block in rows_job(3, rows=40, cut=b""))
    outcomes = []
    for byte in range(40, total, 211):
        desk = make_desk(model(name), print_timing=True)
        desk.printer.status()
        desk.when_byte(byte, desk.sim.switch_off)
        desk.at_byte.append(
            (desk.at_byte[0][0], partial(desk.after, off_seconds, desk.sim.switch_on))
        )
        result = desk.print_rows(rows_job(3, rows=40, cut=b""))
        desk.run(8)
        outcomes.append(result.outcome)
        if result.outcome == "sent":
            assert desk.rows() == rows, byte
    assert "unknown" in outcomes


@pytest.mark.parametrize("name", ["escpos-58mm", "escpos-sprt", "escpos-80mm-plain"])
def test_without_markers_a_job_with_a_full_buffer_and_a_hold_is_still_sent(
    make_desk: MakeDesk, name: str
) -> None:
    desk = make_desk(model(name, speed_mm_s=40), print_timing=True)
    assert isinstance(desk.printer.status(), Ready)  # as the kiosk looks before each paper
    desk.after(1.0, desk.sim.open_cover)
    desk.after(6.0, desk.sim.close_cover)
    told: list[Progress] = []
    result = desk.print_rows(rows_job(3, rows=40, cut=b""), told.append)
    assert (result.outcome, result.evidence) == ("sent", "drained")
    assert desk.rows() == list(range(120))
    assert "printer.cover_open" in {step.hold for step in told}


def test_trouble_is_told_at_once_by_a_printer_with_automatic_status(make_desk: MakeDesk) -> None:
    desk = make_desk(model(baud=9600), print_timing=True)
    blocks = rows_job(2, rows=60)
    held_at: list[float] = []

    def note(step: Progress) -> None:
        if step.hold == "printer.cover_open":
            held_at.append(desk.clock.now)

    desk.printer.status()
    opened_at = desk.clock.now + 0.4
    desk.after(0.4, desk.sim.open_cover)
    desk.after(3.0, desk.sim.close_cover)
    result = desk.print_rows(blocks, note)
    assert result.outcome == "confirmed"
    assert held_at[0] - opened_at < 0.1, "long before the question behind the block"
    assert desk.rows() == list(range(120))


def test_a_power_cycle_in_a_hold_is_seen_by_the_automatic_status_that_ended(
    make_desk: MakeDesk,
) -> None:
    """The printer comes back with its cover open, as it was, and says nothing by itself later."""
    desk = make_desk(model(), print_timing=True)
    desk.printer.status()
    desk.when_byte(400, desk.sim.open_cover)
    desk.after(2.0, desk.sim.switch_off)
    desk.after(2.1, desk.sim.switch_on)
    desk.after(4.0, desk.sim.close_cover)
    result = desk.print_rows(rows_job(2, rows=40))
    desk.run(5)
    assert result.outcome == "unknown" or desk.rows() == list(range(80))
