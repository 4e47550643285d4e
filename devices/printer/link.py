"""The serial line: pyserial opens and configures the port, the loop on its descriptor is ours.

pyserial 3.5 loses the byte count when a write times out and spins when the queue is full, so
nothing but open and close is taken from it. Whatever the operating system throws at us here
(`OSError`, and `termios.error`, which is none) becomes the value `Lost`.
"""

import contextlib
import fcntl
import os
import select
import struct
import termios
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import serial

from devices.printer.models import PrinterModel
from devices.printer.status import Reply, ReplyParser

Wait: TypeAlias = Callable[[int, bool, float], tuple[bool, bool]]
"""Wait for a descriptor to be readable, and writable if asked, for at most so many seconds."""

_CHUNK_SECONDS = 0.1
"""Wire time of one write: the kernel never holds much more than this ahead of the printer, so a
question or a cancel is not stuck behind a long queue. CUPS' serial backend does the same."""
_REFILL_SECONDS = 0.06
"""Write the next chunk when the wire has less than this left; covers a late wake-up."""
_BITS_PER_BYTE = 10  # 8N1
_READ_SIZE = 4096


@dataclass(frozen=True, slots=True)
class Lost:
    """The port cannot be opened or went away."""

    detail: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn of the loop brought."""

    replies: tuple[Reply, ...]
    job_bytes: int
    """Bytes of the job that the kernel took in this turn."""


class SerialLink:
    """One serial port, from opening to closing; not for several threads at once."""

    def __init__(
        self,
        port: str,
        model: PrinterModel,
        monotonic: Callable[[], float],
        wait: Wait | None = None,
    ) -> None:
        self._port = port
        self._model = model
        self._monotonic = monotonic
        self._wait: Wait = wait or wait_for_descriptor
        self._byte_seconds = _BITS_PER_BYTE / model.baud
        self._chunk = max(1, int(_CHUNK_SECONDS / self._byte_seconds))
        self._serial: serial.Serial | None = None
        self._fd = -1
        self._parser = ReplyParser()
        self._out: deque[tuple[memoryview, bool]] = deque()
        self._wire_clear_at = 0.0
        self._taken = 0
        self._failure: Lost | None = None

    @property
    def queued(self) -> int:
        """Bytes given to `queue` that the kernel has not taken."""
        return sum(len(part) for part, _ in self._out)

    @property
    def wire_clear_at(self) -> float:
        """When the last byte that the kernel took has left the wire, by the baud rate."""
        return self._wire_clear_at

    @property
    def position(self) -> int:
        """Bytes that the kernel took and that are queued: names the place behind the last one."""
        return self._taken + self.queued

    def clear_at(self, position: int) -> float:
        """When all before `position` has left the wire, by the baud rate.

        If the kernel has not taken it all, when it should have taken more.
        """
        return self._wire_clear_at - max(0, self._taken - position) * self._byte_seconds

    def open(self) -> Lost | None:
        """Open the port if it is not open; the value says why it cannot be."""
        if self._serial is not None:
            return None
        try:
            opened = serial.Serial(
                self._port,
                self._model.baud,
                timeout=0,
                write_timeout=0,
                xonxoff=self._model.flow == "xonxoff",
                rtscts=self._model.flow == "rtscts",
                exclusive=True,
            )
            self._fd = opened.fileno()
            os.set_blocking(self._fd, False)
        except (OSError, ValueError, termios.error) as error:  # SerialException is an OSError
            return Lost(_describe(error))
        self._serial = opened
        self._parser = ReplyParser()
        self._failure = None
        self._wire_clear_at = self._monotonic()
        return None

    def close(self) -> None:
        """Close without waiting: the kernel's queue is dropped first, or close() could hang."""
        opened, self._serial = self._serial, None
        if opened is None:
            return
        self._out.clear()
        with contextlib.suppress(OSError, termios.error):  # a port that is gone has no queue
            termios.tcflush(self._fd, termios.TCOFLUSH)
        with contextlib.suppress(OSError, termios.error):  # the descriptor is given up either way
            opened.close()
        self._fd = -1

    def queue(self, data: bytes, *, job: bool) -> None:
        """Line bytes up for the wire; `job` says whether they count as bytes of the job."""
        if data:
            self._out.append((memoryview(data), job))

    def drop_queued(self) -> Lost | None:
        """Forget what is queued, here and in the kernel."""
        self._out.clear()
        try:
            termios.tcflush(self._fd, termios.TCOFLUSH)
        except (OSError, termios.error) as error:
            return Lost(_describe(error))
        self._wire_clear_at = min(self._wire_clear_at, self._monotonic())
        return None

    def unsent(self) -> int:
        """Return the bytes in the kernel's output queue (TIOCOUTQ), 0 where it cannot tell."""
        try:
            raw = fcntl.ioctl(self._fd, termios.TIOCOUTQ, b"\0" * 4)
        except OSError:
            return 0
        return int(struct.unpack("i", raw)[0])

    def turn(self, timeout: float) -> Turn | Lost:
        """Wait up to `timeout` seconds for something to do, then read and write what goes.

        What went before a failure counts: the failure is the next turn's result then.
        """
        if (failure := self._failure) is not None:
            return failure
        until_refill = self._wire_clear_at - _REFILL_SECONDS - self._monotonic()
        may_write = bool(self._out) and until_refill <= 0
        if self._out and not may_write:
            timeout = min(timeout, until_refill)
        try:
            readable, writable = self._wait(self._fd, may_write, timeout)
        except (OSError, ValueError, termios.error) as error:
            return Lost(_describe(error))
        before = self._taken
        of_job = self._write_chunk() if writable else 0
        replies = self._parser.feed(self._read()) if readable else ()
        if self._taken == before and not replies and (failure := self._failed()):
            return failure
        return Turn(replies, of_job)

    def _failed(self) -> Lost | None:
        return self._failure

    def _write_chunk(self) -> int:
        """Hand at most one chunk to the kernel; return how many bytes of the job it took."""
        room = self._chunk
        of_job = 0
        while self._out and room > 0:
            part, job = self._out[0]
            try:
                taken = os.write(self._fd, part[:room])
            except BlockingIOError:
                break
            except (OSError, termios.error) as error:
                self._failure = Lost(_describe(error))
                break
            room -= taken
            self._taken += taken
            of_job += taken if job else 0
            start = max(self._wire_clear_at, self._monotonic())
            self._wire_clear_at = start + taken * self._byte_seconds
            if taken < len(part):
                self._out[0] = (part[taken:], job)
            else:
                self._out.popleft()
        return of_job

    def _read(self) -> bytes:
        try:
            data = os.read(self._fd, _READ_SIZE)
        except BlockingIOError:
            return b""
        except (OSError, termios.error) as error:
            self._failure = Lost(_describe(error))
            return b""
        if not data:  # readable and yet nothing: end of file
            self._failure = Lost("the port was hung up")
        return data


def wait_for_descriptor(fd: int, want_write: bool, timeout: float) -> tuple[bool, bool]:
    """Wait with poll(2); an error or hang-up counts as readable, so that reading reports it."""
    poller = select.poll()
    poller.register(fd, select.POLLIN | (select.POLLOUT if want_write else 0))
    events = poller.poll(max(0.0, timeout) * 1000)
    mask = events[0][1] if events else 0
    broken = select.POLLERR | select.POLLHUP | select.POLLNVAL
    return bool(mask & (select.POLLIN | broken)), bool(mask & select.POLLOUT)


def _describe(error: Exception) -> str:
    return str(error) or type(error).__name__
