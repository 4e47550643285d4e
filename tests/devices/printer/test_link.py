"""The serial line with pyserial mocked: what is opened, and what becomes of its errors."""

import os
import termios
from collections.abc import Iterator
from unittest.mock import MagicMock

import pytest
import serial
from pytest_mock import MockerFixture

from devices.printer.link import Lost, SerialLink, Turn
from devices.printer.printer import SerialPrinter
from devices.printer.state import Absent, Offline, Unknown
from devices.printer.status import StatusReply
from tests.devices.printer.desk import Clock, model


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    read_end, write_end = os.pipe2(os.O_NONBLOCK)
    yield read_end, write_end
    for descriptor in (read_end, write_end):
        try:
            os.close(descriptor)
        except OSError:
            continue  # the test closed it


@pytest.fixture
def serial_class(mocker: MockerFixture, pipe: tuple[int, int]) -> MagicMock:
    mocked: MagicMock = mocker.patch("devices.printer.link.serial.Serial")
    mocked.return_value.fileno.return_value = pipe[1]
    return mocked


def always(fd: int, want_write: bool, timeout: float) -> tuple[bool, bool]:
    return False, want_write


@pytest.mark.parametrize(
    ("flow", "xonxoff", "rtscts"),
    [("rtscts", False, True), ("xonxoff", True, False), ("none", False, False)],
)
def test_the_port_is_opened_for_us_alone_with_the_flow_control_of_the_model(
    serial_class: MagicMock, flow: str, xonxoff: bool, rtscts: bool
) -> None:
    link = SerialLink("/dev/serial/by-id/p", model(flow=flow), Clock())
    assert link.open() is None
    args, settings = serial_class.call_args
    assert args == ("/dev/serial/by-id/p", 115200)
    assert settings["exclusive"] is True
    assert (settings["xonxoff"], settings["rtscts"]) == (xonxoff, rtscts)
    assert "dsrdtr" not in settings  # it does nothing in pyserial on Linux


@pytest.mark.parametrize(
    "error",
    [
        serial.SerialException(2, "could not open port"),
        PermissionError(13, "Permission denied"),
        termios.error(5, "Input/output error"),
        ValueError("Not a valid port"),
    ],
)
def test_a_port_that_cannot_be_opened_is_absent_and_says_why(
    serial_class: MagicMock, error: Exception
) -> None:
    serial_class.side_effect = error
    printer = SerialPrinter("/dev/p", model(), monotonic=Clock())
    state = printer.status()
    assert isinstance(state, Absent)
    assert str(error) in state.detail
    assert printer.print_blocks([], void=b"").outcome == "failed"


def test_a_turn_hands_a_tenth_of_a_second_of_the_wire_to_the_kernel(
    serial_class: MagicMock, pipe: tuple[int, int]
) -> None:
    clock = Clock()
    link = SerialLink("/dev/p", model(baud=9600), clock, always)
    link.open()
    link.queue(b"x" * 300, job=True)
    assert link.turn(1.0) == Turn((), 96)
    assert link.turn(1.0) == Turn((), 0)  # the wire still has more than it needs
    clock.now += 0.05
    assert link.turn(1.0) == Turn((), 96)
    assert link.queued == 300 - 192
    assert len(os.read(pipe[0], 1000)) == 192
    assert link.wire_clear_at == pytest.approx(1000.0 + 0.2)


def test_only_bytes_of_the_job_are_counted(serial_class: MagicMock) -> None:
    link = SerialLink("/dev/p", model(), Clock(), always)
    link.open()
    link.queue(b"\x10\x04\x01", job=False)
    link.queue(b"12345", job=True)
    assert link.turn(1.0) == Turn((), 5)


def test_a_full_port_takes_nothing_and_does_not_spin(
    serial_class: MagicMock, pipe: tuple[int, int]
) -> None:
    waits: list[float] = []

    def wait(fd: int, want_write: bool, timeout: float) -> tuple[bool, bool]:
        waits.append(timeout)
        return False, want_write

    os.set_blocking(pipe[1], False)
    while True:
        try:
            os.write(pipe[1], b"x" * 4096)
        except BlockingIOError:
            break
    link = SerialLink("/dev/p", model(), Clock(), wait)
    link.open()
    link.queue(b"12345", job=True)
    assert link.turn(0.25) == Turn((), 0)
    assert (waits, link.queued) == ([0.25], 5)


def test_questions_do_not_pile_up_on_a_port_that_takes_nothing(serial_class: MagicMock) -> None:
    clock = Clock()

    def nothing_goes(fd: int, want_write: bool, timeout: float) -> tuple[bool, bool]:
        clock.now += timeout
        return False, False

    printer = SerialPrinter("/dev/p", model(), monotonic=clock, wait=nothing_goes)
    for silent in (Unknown(), Offline(), Offline()):
        started = clock.now
        assert printer.status() == silent
        assert clock.now - started < 0.35
        assert printer._link.queued == 0


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), termios.error(5, "gone")])
def test_a_port_that_breaks_is_lost_and_closing_it_never_hangs_or_raises(
    serial_class: MagicMock, mocker: MockerFixture, error: Exception
) -> None:
    link = SerialLink("/dev/p", model(), Clock(), always)
    link.open()
    mocker.patch("devices.printer.link.os.write", side_effect=error)
    flush = mocker.patch("devices.printer.link.termios.tcflush", side_effect=error)
    serial_class.return_value.close.side_effect = error
    link.queue(b"12345", job=True)
    assert link.turn(1.0) == Lost(str(error))
    assert link.drop_queued() == Lost(str(error))
    flush.reset_mock()
    link.close()
    assert flush.call_args.args[1] == termios.TCOFLUSH
    serial_class.return_value.close.assert_called_once()
    serial_class.return_value.flush.assert_not_called()  # tcdrain could wait for ever


def test_what_went_before_a_failed_write_counts_and_the_failure_comes_next(
    serial_class: MagicMock, mocker: MockerFixture
) -> None:
    link = SerialLink("/dev/p", model(), Clock(), always)
    link.open()
    gone = OSError(5, "Input/output error")
    mocker.patch("devices.printer.link.os.write", side_effect=[4, gone])
    link.queue(b"1234", job=True)
    link.queue(b"5678", job=True)
    assert link.turn(1.0) == Turn((), 4)
    assert link.turn(1.0) == Lost(str(gone))


def test_what_was_written_counts_when_the_read_after_it_fails(
    serial_class: MagicMock, mocker: MockerFixture
) -> None:
    link = SerialLink("/dev/p", model(), Clock(), lambda fd, want_write, timeout: (True, True))
    link.open()
    mocker.patch("devices.printer.link.os.read", return_value=b"")
    link.queue(b"1234", job=True)
    assert link.turn(1.0) == Turn((), 4)
    assert link.turn(1.0) == Lost("the port was hung up")


def test_a_port_that_is_opened_again_has_forgotten_its_failure(
    serial_class: MagicMock, mocker: MockerFixture, pipe: tuple[int, int]
) -> None:
    link = SerialLink("/dev/p", model(), Clock(), always)
    link.open()
    failing = mocker.patch("devices.printer.link.os.write", side_effect=[1, OSError("gone")])
    link.queue(b"1", job=True)
    link.queue(b"2", job=True)
    link.turn(1.0)
    mocker.stop(failing)
    link.close()
    assert link.open() is None
    link.queue(b"123", job=True)
    assert link.turn(1.0) == Turn((), 3)


def test_an_end_of_file_is_a_hang_up(serial_class: MagicMock, pipe: tuple[int, int]) -> None:
    serial_class.return_value.fileno.return_value = pipe[0]
    os.close(pipe[1])
    link = SerialLink("/dev/p", model(), Clock())
    link.open()
    assert link.turn(1.0) == Lost("the port was hung up")


def test_replies_are_read_in_the_same_loop(serial_class: MagicMock, pipe: tuple[int, int]) -> None:
    serial_class.return_value.fileno.return_value = pipe[0]
    os.write(pipe[1], b"\x12")
    link = SerialLink("/dev/p", model(), Clock())
    link.open()
    assert link.turn(1.0) == Turn((StatusReply(0x12),), 0)
