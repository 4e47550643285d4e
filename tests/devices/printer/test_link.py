"""The serial line with pyserial mocked: what is opened, and what becomes of its errors."""

import errno
import os
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import MagicMock

import pytest
import serial
from pytest_mock import MockerFixture

from devices.printer.descriptor import Direction, Lost, Turn
from devices.printer.link import Lines, LineSettings, SerialLink
from devices.printer.models import Flow
from devices.printer.printer import SerialPrinter
from devices.printer.state import Absent, Busy, Offline, Unknown
from tests.devices.printer.desk import Clock, model

LINE = LineSettings(115200, "rtscts")


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
    [
        ("rtscts", False, True),
        ("xonxoff", True, False),
        ("none", False, False),
        ("dsr-poll", False, False),
    ],
)
def test_the_port_is_opened_for_us_alone_with_the_flow_control_of_the_model(
    serial_class: MagicMock, flow: Flow, xonxoff: bool, rtscts: bool
) -> None:
    link = SerialLink("/dev/serial/by-id/p", LineSettings(115200, flow), Clock())
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
    assert printer.print_blocks([], void=()).outcome == "failed"


def test_a_turn_hands_a_tenth_of_a_second_of_the_wire_to_the_kernel(
    serial_class: MagicMock, pipe: tuple[int, int]
) -> None:
    clock = Clock()
    link = SerialLink("/dev/p", LineSettings(9600, "rtscts"), clock, always)
    link.open()
    link.queue(b"x" * 300, job=True)
    assert link.turn(1.0) == Turn(b"", 96)
    assert link.turn(1.0) == Turn(b"", 0)  # the wire still has more than it needs
    clock.now += 0.05
    assert link.turn(1.0) == Turn(b"", 96)
    assert link.queued == 300 - 192
    assert len(os.read(pipe[0], 1000)) == 192
    assert link.wire_clear_at == pytest.approx(1000.0 + 0.2)


def test_only_bytes_of_the_job_are_counted(serial_class: MagicMock) -> None:
    link = SerialLink("/dev/p", LINE, Clock(), always)
    link.open()
    link.queue(b"\x10\x04\x01", job=False)
    link.queue(b"12345", job=True)
    assert link.turn(1.0) == Turn(b"", 5)


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
    link = SerialLink("/dev/p", LINE, Clock(), wait)
    link.open()
    link.queue(b"12345", job=True)
    assert link.turn(0.25) == Turn(b"", 0)
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
    link = SerialLink("/dev/p", LINE, Clock(), always)
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
    link = SerialLink("/dev/p", LINE, Clock(), always)
    link.open()
    gone = OSError(5, "Input/output error")
    mocker.patch("devices.printer.link.os.write", side_effect=[4, gone])
    link.queue(b"1234", job=True)
    link.queue(b"5678", job=True)
    assert link.turn(1.0) == Turn(b"", 4)
    assert link.turn(1.0) == Lost(str(gone))


def test_what_was_written_counts_when_the_read_after_it_fails(
    serial_class: MagicMock, mocker: MockerFixture
) -> None:
    link = SerialLink("/dev/p", LINE, Clock(), lambda fd, want_write, timeout: (True, True))
    link.open()
    mocker.patch("devices.printer.link.os.read", return_value=b"")
    link.queue(b"1234", job=True)
    assert link.turn(1.0) == Turn(b"", 4)
    assert link.turn(1.0) == Lost("the port was hung up")


def test_a_port_that_is_opened_again_has_forgotten_its_failure(
    serial_class: MagicMock, mocker: MockerFixture, pipe: tuple[int, int]
) -> None:
    link = SerialLink("/dev/p", LINE, Clock(), always)
    link.open()
    failing = mocker.patch("devices.printer.link.os.write", side_effect=[1, OSError("gone")])
    link.queue(b"1", job=True)
    link.queue(b"2", job=True)
    link.turn(1.0)
    mocker.stop(failing)
    link.close()
    assert link.open() is None
    link.queue(b"123", job=True)
    assert link.turn(1.0) == Turn(b"", 3)


def test_an_end_of_file_is_a_hang_up(serial_class: MagicMock, pipe: tuple[int, int]) -> None:
    serial_class.return_value.fileno.return_value = pipe[0]
    os.close(pipe[1])
    link = SerialLink("/dev/p", LINE, Clock())
    link.open()
    assert link.turn(1.0) == Lost("the port was hung up")


def test_replies_are_read_in_the_same_loop(serial_class: MagicMock, pipe: tuple[int, int]) -> None:
    serial_class.return_value.fileno.return_value = pipe[0]
    os.write(pipe[1], b"\x12")
    link = SerialLink("/dev/p", LINE, Clock())
    link.open()
    assert link.turn(1.0) == Turn(b"\x12", 0)


def test_a_refused_port_is_tried_less_and_less_often_but_at_once_for_a_person(
    serial_class: MagicMock,
) -> None:
    clock = Clock()
    link = SerialLink("/dev/p", LINE, clock, always)
    serial_class.side_effect = FileNotFoundError("no such port")
    tried: list[float] = []
    for _ in range(400):
        assert link.open() == Lost("no such port")
        if not tried or serial_class.call_count > len(tried):
            tried.append(clock.now - 1000)
        clock.now += 0.125
    assert tried == [0, 0.125, 1.125, 3.125, 7.125, 15.125, 25.125, 35.125, 45.125]
    assert link.open(urgent=True) == Lost("no such port")
    assert serial_class.call_count == len(tried) + 1
    serial_class.side_effect = None
    assert link.open(urgent=True) is None


def test_a_port_that_was_plugged_in_again_is_opened_at_once(
    serial_class: MagicMock, tmp_path: Path
) -> None:
    port = tmp_path / "port"
    link = SerialLink(str(port), LINE, Clock(), always)
    serial_class.side_effect = FileNotFoundError("no such port")
    for _ in range(3):
        link.open()
    tried = serial_class.call_count
    serial_class.side_effect = None
    port.touch()
    assert link.open() is None
    assert serial_class.call_count == tried + 1


def test_a_held_port_is_tried_often_enough_to_be_back_within_three_seconds(
    serial_class: MagicMock,
) -> None:
    """Its node stays the same, so that nothing but another try shows that it is free."""
    clock = Clock()
    link = SerialLink("/dev/p", LINE, clock, always)
    held = serial.SerialException(errno.EAGAIN, "could not lock the port")
    serial_class.side_effect = held
    for _ in range(400):
        assert link.open() == Lost(str(held), held=True)
        clock.now += 0.125
    tried = serial_class.call_count
    for _ in range(16):
        link.open()
        clock.now += 0.125
    assert serial_class.call_count > tried


@pytest.mark.parametrize(
    ("number", "held"),
    [
        (errno.EBUSY, True),  # TIOCEXCL of a terminal program; a printer port that lets one in
        (errno.EAGAIN, True),  # flock
        (errno.EACCES, False),  # no right to open it: ending the other program would not help
        (errno.ENOENT, False),
    ],
)
def test_a_port_is_busy_only_where_another_program_keeps_us_out(
    serial_class: MagicMock, number: int, held: bool
) -> None:
    serial_class.side_effect = OSError(number, "refused")
    lost = SerialLink("/dev/p", LINE, Clock(), always).open()
    assert isinstance(lost, Lost)
    assert lost.state.code == ("printer.busy" if held else "printer.absent")


def test_a_held_port_names_the_program_that_holds_it(tmp_path: Path) -> None:
    main, follower = os.openpty()
    port = os.ttyname(follower)
    hold = "import fcntl,sys; f = open(sys.argv[1], 'rb+', buffering=0); fcntl.flock(f, 2)"
    with subprocess.Popen(
        [sys.executable, "-c", hold + "; print(flush=True); input()", port],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        lost = SerialLink(port, LINE, Clock()).open()
        other.communicate(b"\n")
    assert isinstance(lost, Lost)
    assert lost.state == Busy(lost.detail)
    assert f"held by process {other.pid} (python" in lost.detail
    assert SerialLink(port, LINE, Clock()).open() is None
    os.close(main)
    os.close(follower)


def test_a_dsr_that_is_low_stops_the_host_within_the_printers_reserve(
    serial_class: MagicMock, pipe: tuple[int, int]
) -> None:
    """The kernel knows no DTR/DSR handshake, so the line is looked at before every small chunk."""
    clock, waits = Clock(), []
    dsr = [True] * 2 + [False] * 50 + [True] * 9

    def wait(fd: int, want_write: bool, timeout: float) -> tuple[bool, bool]:
        waits.append(timeout)
        clock.now += timeout if not want_write else 0.001
        return False, want_write

    settings = LineSettings(9600, "dsr-poll")
    link = SerialLink("/dev/p", settings, clock, wait, lines=lambda: Lines(dsr=dsr.pop(0)))
    link.open()
    link.queue(b"x" * 300, job=True)
    for _ in range(40):
        link.turn(1.0)
    assert len(os.read(pipe[0], 1000)) == 96 < 128
    held = waits[5:]
    assert min(held) >= 0.004, "no busy loop"
    assert max(held) <= 0.02, "and it goes on soon"
    while link.queued:
        link.turn(1.0)
    assert len(os.read(pipe[0], 1000)) == 204


def test_a_port_without_modem_lines_says_that_it_does_not_know(
    serial_class: MagicMock,
) -> None:
    link = SerialLink("/dev/p", LineSettings(9600, "dsr-poll"), Clock(), always)
    link.open()
    assert link.lines() == Lines()
    link.queue(b"1", job=True)
    assert link.turn(1.0) == Turn(b"", 1)


def test_the_modem_lines_are_read_from_the_port(
    serial_class: MagicMock, mocker: MockerFixture
) -> None:
    link = SerialLink("/dev/p", LINE, Clock(), always)
    link.open()
    bits = termios.TIOCM_DSR | termios.TIOCM_CAR
    mocker.patch("devices.printer.link.fcntl.ioctl", return_value=struct.pack("I", bits))
    assert link.lines() == Lines(cts=False, dsr=True, dcd=True)


def test_the_port_is_claimed_against_programs_that_take_no_lock(
    serial_class: MagicMock, mocker: MockerFixture
) -> None:
    ioctl = mocker.patch("devices.printer.link.fcntl.ioctl", return_value=b"\0" * 4)
    SerialLink("/dev/p", LINE, Clock(), always).open()
    assert ioctl.call_args.args[1] == termios.TIOCEXCL


def test_a_tap_sees_every_byte_and_which_are_of_a_job(
    serial_class: MagicMock, pipe: tuple[int, int]
) -> None:
    seen: list[tuple[str, bytes, float]] = []

    def tap(direction: Direction, data: bytes, seconds: float) -> None:
        seen.append((direction, data, seconds))

    link = SerialLink("/dev/p", LINE, Clock(), always, on_traffic=tap)
    link.open()
    link.queue(b"\x10\x04\x01", job=False)
    link.queue(b"row", job=True)
    link.turn(1.0)
    serial_class.return_value.fileno.return_value = pipe[0]
    reader = SerialLink("/dev/p", LINE, Clock(), on_traffic=tap)
    reader.open()
    reader.turn(1.0)
    assert seen == [
        ("out", b"\x10\x04\x01", 1000.0),
        ("job", b"row", 1000.0),
        ("in", b"\x10\x04\x01row", 1000.0),
    ]
