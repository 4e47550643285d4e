"""The serial line: pyserial opens and configures the port, the loop on its descriptor is ours.

pyserial 3.5 loses the byte count when a write times out and spins when the queue is full, so
nothing but open and close is taken from it.
"""

import contextlib
import fcntl
import os
import struct
import termios
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import serial

from devices.printer.descriptor import FAULTS, DescriptorLink, OnTraffic, Pace, Wait
from devices.printer.models import Flow

__all__ = ["LineSettings", "Lines", "OnTraffic", "ReadLines", "SerialLink", "Wait"]

_BITS_PER_BYTE = 10  # 8N1
_CHUNK_SECONDS = 0.1
"""Wire time of one write: the kernel never holds much more than this ahead of the printer. CUPS'
serial backend does the same."""
_REFILL_SECONDS = 0.06
_SMALL_CHUNK = 48
"""Where a printer stops us by software, at most two of these are under way when it does: it keeps
128 bytes of room for what comes after its XOFF or its DSR (TM-T88III specification)."""
_RESERVE = 120
"""Of those 128, what we may use for questions while it holds us back."""
_DSR_POLL_SECONDS = 0.005
_XON_SECONDS = 1.0  # it comes as a byte, which ends the wait
_PTY_MAJORS = range(136, 144)


@dataclass(frozen=True, slots=True)
class LineSettings:
    """How the port is opened: 8 data bits, no parity, one stop bit."""

    baud: int
    flow: Flow

    @property
    def byte_seconds(self) -> float:
        """Time of one byte on the wire."""
        return _BITS_PER_BYTE / self.baud

    @property
    def pace(self) -> Pace:
        """How much may be under way."""
        chunk = max(1, int(_CHUNK_SECONDS / self.byte_seconds))
        if self.flow in ("xonxoff", "dsr-poll") and chunk > _SMALL_CHUNK:
            return Pace(self.byte_seconds, _SMALL_CHUNK, _SMALL_CHUNK * self.byte_seconds)
        return Pace(self.byte_seconds, chunk, _REFILL_SECONDS)


@dataclass(frozen=True, slots=True)
class Lines:
    """The modem lines that come in; None where the port has none, as a pseudo-terminal."""

    cts: bool | None = None
    dsr: bool | None = None
    dcd: bool | None = None


ReadLines: TypeAlias = Callable[[], Lines]


class SerialLink(DescriptorLink):
    """One serial port; `lines` stands in for the port's own modem lines, where it has none."""

    def __init__(
        self,
        port: str,
        settings: LineSettings,
        monotonic: Callable[[], float],
        wait: Wait | None = None,
        *,
        lines: ReadLines | None = None,
        on_traffic: OnTraffic | None = None,
    ) -> None:
        super().__init__(port, monotonic, wait, pace=settings.pace, on_traffic=on_traffic)
        self.settings = settings
        self._serial: serial.Serial | None = None
        self._read_lines = lines
        self._past = 0  # bytes that may go although the printer holds us back
        self._spent = 0  # bytes that went so since it last took any
        self._lifted = False  # its XOFF no longer stops the kernel; we do

    def lines(self) -> Lines:
        """Return the modem lines as they are now."""
        if self._read_lines is not None:
            return self._read_lines()
        try:
            raw = fcntl.ioctl(self._fd, termios.TIOCMGET, b"\0" * 4)
        except OSError:
            return Lines()
        (bits,) = struct.unpack("I", raw)
        return Lines(
            cts=bool(bits & termios.TIOCM_CTS),
            dsr=bool(bits & termios.TIOCM_DSR),
            dcd=bool(bits & termios.TIOCM_CAR),
        )

    def unsent(self) -> int:
        """Return the bytes in the kernel's output queue (TIOCOUTQ), 0 where it cannot tell."""
        try:
            raw = fcntl.ioctl(self._fd, termios.TIOCOUTQ, b"\0" * 4)
        except OSError:
            return 0
        return int(struct.unpack("i", raw)[0])

    def _open_descriptor(self) -> int:
        opened = serial.Serial(
            self.port,
            self.settings.baud,
            timeout=0,
            write_timeout=0,
            xonxoff=self.settings.flow == "xonxoff",
            rtscts=self.settings.flow == "rtscts",
            exclusive=True,
        )
        fd = int(opened.fileno())
        os.set_blocking(fd, False)
        _claim(fd)
        self._serial = opened
        self._past = self._spent = 0
        self._lifted = False
        return fd

    def _close_descriptor(self, fd: int) -> None:
        opened, self._serial = self._serial, None
        with contextlib.suppress(*FAULTS):  # a port that is gone has no queue
            termios.tcflush(fd, termios.TCOFLUSH)
        if opened is not None:
            opened.close()

    def _discard(self) -> None:
        termios.tcflush(self._fd, termios.TCOFLUSH)

    @property
    def _held(self) -> bool:
        if self._lifted:
            return True
        return self.settings.flow == "dsr-poll" and self.lines().dsr is False

    def _poll_again(self) -> float | None:
        """With `dsr-poll` nothing in the kernel looks at DSR, so we do, before every chunk."""
        if self._past > 0 or not self._held:
            return None
        return _XON_SECONDS if self._lifted else _DSR_POLL_SECONDS

    def _room(self) -> int:
        return min(self._past, self._pace.chunk) if self._past else self._pace.chunk

    def _account(self, data: bytes, job: bool) -> None:
        if self._past:
            self._past -= len(data)
        else:
            self._spent = 0
        super()._account(data, job)

    def ask_past_hold(self, question: bytes) -> bool:
        """Send a question into the room that a printer keeps after its XOFF or its DSR.

        Clearing IXON is what lifts an XOFF; TCOON does not. RTS/CTS is left to the hardware: too
        much may be under way there, and a printer without power holds that line, too.
        """
        if self.settings.flow not in ("xonxoff", "dsr-poll") or self._fd < 0:
            return False
        begun = len(self._out[0][0]) if self._begun else 0
        self._spent = self._spent or self.unsent()
        if self._past or self._spent + begun + len(question) > _RESERVE:
            return False
        if self.settings.flow == "xonxoff" and not self.set_held(held=True):
            return False
        self._past = self._slip_in(question)
        self._spent += self._past
        return True

    def set_held(self, *, held: bool) -> bool:
        """Hold back by ourselves while the kernel does not look at XOFF, or leave it to it again.

        Only a byte that the kernel let through shows here: then IXON was off when it came.
        """
        if self.settings.flow == "xonxoff" and held != self._lifted and self._set_ixon(on=not held):
            self._lifted = held
        return self._lifted

    def _set_ixon(self, *, on: bool) -> bool:
        try:
            settings = termios.tcgetattr(self._fd)
            settings[0] = settings[0] | termios.IXON if on else settings[0] & ~termios.IXON
            termios.tcsetattr(self._fd, termios.TCSANOW, settings)
        except FAULTS:
            return False
        return True

    def _forget_queued(self) -> None:
        self._past = 0
        super()._forget_queued()


def _claim(fd: int) -> None:
    """Refuse the port to programs that know nothing of the lock that pyserial took.

    Not on a pseudo-terminal: its other end keeps it open, and with it a killed program's claim.
    """
    with contextlib.suppress(OSError):  # no terminal at all
        if os.major(os.fstat(fd).st_rdev) not in _PTY_MAJORS:
            fcntl.ioctl(fd, termios.TIOCEXCL)
