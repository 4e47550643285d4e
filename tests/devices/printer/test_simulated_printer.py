"""The simulated printer by itself: timing, buffer, flow control, replies."""

import pytest

from devices.printer.simulated.printer import SimulatedPrinter
from tests.devices.printer.conftest import MakeDesk
from tests.devices.printer.desk import Clock, model

QUERY = b"\x10\x04\x01"
ALL_WELL = b"\x12"


def settle(printer: SimulatedPrinter, clock: Clock) -> list[tuple[float, bytes]]:
    """Let the printer do all it can; return its replies with their times."""
    replies = []
    while (due := printer.advance()) is not None:
        if out := printer.take_output():
            replies.append((clock.now, out))
            continue
        clock.now += max(due, 1e-6)
    if out := printer.take_output():
        replies.append((clock.now, out))
    return replies


def test_a_reply_comes_when_its_question_has_passed_the_wire() -> None:
    clock = Clock(0.0)
    printer = SimulatedPrinter(model(baud=9600), monotonic=clock, baud_timing=True)
    printer.receive(b"x" * 93 + QUERY)
    ((at, reply),) = settle(printer, clock)
    assert reply == ALL_WELL
    assert at == pytest.approx(0.1 + 10 / 9600, abs=1e-4)  # the reply needs its time, too
    assert printer.wire_seconds == pytest.approx(0.1)


def test_a_marker_comes_when_the_paper_has_moved() -> None:
    clock = Clock(0.0)
    printer = SimulatedPrinter(model(speed_mm_s=10), monotonic=clock, print_timing=True)
    printer.receive(b"row\n" * 8 + b"\x1d(H\x06\x00000007")
    ((at, reply),) = settle(printer, clock)
    assert reply == b"\x37\x220007\x00"
    assert at == pytest.approx(8 * 30 / 8 / 10, abs=1e-4)


def test_questions_are_answered_inside_an_image_and_with_the_cover_open() -> None:
    clock = Clock()
    printer = SimulatedPrinter(model(), monotonic=clock)
    printer.open_cover()
    printer.receive(b"\x1dv0\x00\x04\x00\x02\x00\x00" + b"\x10\x04\x02" + b"\x00" * 4)
    printer.advance()
    assert printer.take_output() == b"\x16"


def test_what_the_buffer_cannot_hold_is_lost_and_counted() -> None:
    printer = SimulatedPrinter(model(flow="none", buffer_bytes=100), monotonic=Clock())
    printer.open_cover()
    for _ in range(10):
        printer.receive(b"12345678901234567890")
        printer.advance()
    assert printer.overrun_bytes == 100
    printer.close_cover()
    printer.advance()
    printer.receive(b"\x1bQ")
    printer.advance()
    assert [error.offset for error in printer.errors] == [200]


def test_xoff_at_the_mark_and_xon_when_there_is_room_again() -> None:
    printer = SimulatedPrinter(model("escpos-58mm", buffer_bytes=400), monotonic=Clock())
    printer.open_cover()
    printer.receive(b"x" * 271)
    printer.advance()
    assert printer.take_output() == b""
    printer.receive(b"x")
    printer.advance()
    assert printer.take_output() == b"\x13"
    printer.close_cover()
    printer.advance()
    assert printer.take_output() == b"\x11"


def test_a_clear_empties_the_buffer_and_says_so() -> None:
    printer = SimulatedPrinter(model(), monotonic=Clock())
    printer.open_cover()
    printer.receive(b"OLD JOB\n\x1dv0\x00\xff")
    printer.advance()
    printer.receive(b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08")
    printer.advance()
    assert printer.take_output() == b"\x37\x25\x00"
    printer.close_cover()
    printer.receive(b"new\n")
    printer.advance()
    printer.tear_off()
    assert printer.take_receipts()[0].transcript == "new\n"
    assert printer.errors == []


def test_paper_that_ends_stops_at_the_line_and_the_rest_follows_later() -> None:
    printer = SimulatedPrinter(model(), monotonic=Clock())
    printer.take_paper(after_lines=2)
    printer.receive(b"1\n2\n3\n4\n\x1dr\x01" + b"\x10\x04\x01\x10\x04\x02\x10\x04\x04")
    printer.advance()
    assert printer.take_output() == b"\x12\x12\x12"  # asked at the wire, before the paper ended
    printer.receive(b"\x10\x04\x01\x10\x04\x02\x10\x04\x04")
    printer.advance()
    assert printer.take_output() == b"\x1a\x32\x7e"
    printer.load_paper()
    printer.advance()
    assert printer.take_output() == b"\x00"  # GS r waited for its turn
    printer.tear_off()
    assert printer.take_receipts()[0].transcript == "1\n2\n3\n4\n"


def test_switching_off_forgets_the_buffer_and_says_nothing() -> None:
    printer = SimulatedPrinter(model(flow="none"), monotonic=Clock())
    printer.open_cover()
    printer.receive(b"lost\n")
    printer.advance()
    printer.switch_off()
    printer.receive(b"never seen\n" + QUERY)
    printer.advance()
    assert printer.take_output() == b""
    printer.close_cover()
    printer.switch_on()
    printer.receive(QUERY)
    printer.advance()
    assert printer.take_output() == ALL_WELL
    printer.tear_off()
    assert printer.take_receipts() == []


@pytest.mark.parametrize(
    ("n", "reply"),
    [(1, b"\x20"), (2, b"\x03"), (67, b"\x5fescpos-80mm\x00"), (69, b"\x5fGB18030\x00")],
)
def test_it_tells_what_it_is(n: int, reply: bytes) -> None:
    printer = SimulatedPrinter(model(), monotonic=Clock())
    printer.receive(bytes((0x1D, 0x49, n)))
    printer.advance()
    assert printer.take_output() == reply


def test_a_printer_without_markers_reports_the_command_as_an_error() -> None:
    printer = SimulatedPrinter(model(marker=False), monotonic=Clock())
    printer.receive(b"\x1d(H\x06\x00000001")
    printer.advance()
    assert printer.take_output() == b""
    assert len(printer.errors) == 1


def test_a_held_line_brings_nothing_over_in_the_meantime(make_desk: MakeDesk) -> None:
    desk = make_desk(model(baud=9600))
    desk.sim.receive(b"x" * 60)
    desk.run(0.01)
    desk.hold_line()
    before = desk.sim.wire_bytes
    desk.run(1.0)
    desk.hold_line(held=False)
    desk.run(0.01)
    assert desk.sim.wire_bytes - before < 15
