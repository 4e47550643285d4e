"""What every port with a descriptor has in common: bytes in, bytes out, counted; nothing waits.

The loop on the descriptor is our own: bytes are counted as the kernel takes them, never more than
a chunk at a time, and reading happens in the same turn. Whatever the operating system throws at us
(`OSError`, and `termios.error`, which is none) becomes the value `Lost`.
"""

import errno
import os
import select
import termios
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from devices.printer.holder import holder_of
from devices.printer.state import Absent, Busy, NoPort

Wait: TypeAlias = Callable[[int, bool, float], tuple[bool, bool]]
"""Wait for a descriptor to be readable, and writable if asked, for at most so many seconds."""
Direction: TypeAlias = Literal["in", "out", "job"]
"""From the printer; to it: our questions, or bytes of a job."""
OnTraffic: TypeAlias = Callable[[Direction, bytes, float], None]
"""Told of bytes as they pass, with the seconds of the clock. `job` bytes are a person's record."""

FAULTS = (OSError, ValueError, termios.error)  # SerialException is an OSError
_READ_SIZE = 4096
_BACK_OFF_SECONDS = (0.0, 1.0, 2.0, 4.0, 8.0, 10.0)
_BUSY_BACK_OFF_SECONDS = 2.0
"""The node of a port that another program lets go stays the same: only another try shows it."""
_TAKEN = (errno.EBUSY, errno.EAGAIN)
"""The claim of another program (TIOCEXCL, or a driver that lets one in), and its lock (flock)."""


@dataclass(frozen=True, slots=True)
class Lost:
    """The port cannot be opened or went away."""

    detail: str
    held: bool = False
    """Another program has it."""

    @property
    def state(self) -> NoPort:
        """The printer's state for as long as this lasts."""
        return Busy(self.detail) if self.held else Absent(self.detail)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn of the loop brought."""

    received: bytes
    job_bytes: int
    """Bytes of the job that the kernel took in this turn."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much the kernel is given ahead of the printer."""

    byte_seconds: float
    """Time of one byte on the wire; 0 where nobody knows it (USB, network)."""
    chunk: int
    """Bytes of one write: a question or a cancel never stands behind a long queue."""
    refill_seconds: float
    """Write again when the wire has less than this left; covers a late wake-up."""


UNPACED = Pace(0.0, 4096, 0.0)
"""For ports that stop the host by themselves and have no baud rate."""


class DescriptorLink(ABC):
    """One port, from opening to closing and opening again; not for several threads at once."""

    def __init__(
        self,
        port: str,
        monotonic: Callable[[], float],
        wait: Wait | None = None,
        *,
        pace: Pace = UNPACED,
        on_traffic: OnTraffic | None = None,
    ) -> None:
        self.port = port
        self.on_traffic = on_traffic
        self._monotonic = monotonic
        self._wait: Wait = wait or wait_for_descriptor
        self._pace = pace
        self._fd = -1
        self._out: deque[tuple[memoryview, bool]] = deque()
        self._wire_clear_at = 0.0
        self._taken = 0
        self._begun = False  # the first part that is queued went out in part
        self._failure: Lost | None = None
        self._refused: _Refused | None = None

    @abstractmethod
    def _open_descriptor(self) -> int:
        """Open the port without waiting and return its descriptor; raise one of FAULTS."""

    @abstractmethod
    def _close_descriptor(self, fd: int) -> None:
        """Give the descriptor up; must not wait for bytes that do not go out. May raise FAULTS."""

    @abstractmethod
    def _discard(self) -> None:
        """Drop what the kernel holds for the printer, where it can; may raise FAULTS."""

    def unsent(self) -> int:
        """Return the bytes in the kernel's output queue, 0 where it cannot tell."""
        return 0

    def _poll_again(self) -> float | None:
        """None when the printer takes bytes; else the seconds until it is worth looking again."""
        return None

    def _room(self) -> int:
        """Return how many bytes may go in this turn."""
        return self._pace.chunk

    def ask_past_hold(self, question: bytes) -> bool:
        """Send a question although the printer holds us back; False where that cannot be done.

        It goes between two parts of what is queued, never into one.
        """
        return False

    def set_held(self, *, held: bool) -> bool:
        """Take an XOFF or XON that came as a byte; return whether it holds us back now."""
        return False

    @property
    def is_open(self) -> bool:
        """Whether the port is open."""
        return self._fd >= 0

    @property
    def queued(self) -> int:
        """Bytes given to `queue` that the kernel has not taken."""
        return sum(len(part) for part, _ in self._out)

    @property
    def queued_of_job(self) -> int:
        """Of these, the bytes of the job."""
        return sum(len(part) for part, job in self._out if job)

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
        return self._wire_clear_at - max(0, self._taken - position) * self._pace.byte_seconds

    def open(self, *, urgent: bool = False) -> Lost | None:
        """Open the port if it is not open; the value says why it cannot be.

        A port that was refused twice is tried again after 1, 2, 4 ... 10 s, one that another
        program holds after 2 s at most; at once when its node is another one, and at once when a
        person waits for a job (`urgent`).
        """
        if self._fd >= 0:
            return None
        node = _node(self.port)
        refused, now = self._refused, self._monotonic()
        if refused and not urgent and refused.node == node and now < refused.until:
            return refused.lost
        try:
            self._fd = self._open_descriptor()
        except FAULTS as error:
            return self._refuse(self._why_not_opened(error), node)
        self._refused = self._failure = None
        self._wire_clear_at = now
        return None

    def _refuse(self, lost: Lost, node: "_Node") -> Lost:
        before = self._refused
        tries = before.tries + 1 if before and before.node == node else 0
        seconds = _BACK_OFF_SECONDS[min(tries, len(_BACK_OFF_SECONDS) - 1)]
        if lost.held:
            seconds = min(seconds, _BUSY_BACK_OFF_SECONDS)
        self._refused = _Refused(lost, node, tries, self._monotonic() + seconds)
        return lost

    def _why_not_opened(self, error: Exception) -> Lost:
        detail = describe(error)
        if getattr(error, "errno", None) not in _TAKEN:
            return Lost(detail)
        if holder := holder_of(self.port):
            detail = f"{detail}; held by process {holder.pid} ({holder.program})"
        return Lost(detail, held=True)

    def close(self) -> None:
        """Close without waiting: the kernel's queue is dropped first, or close() could hang."""
        fd, self._fd = self._fd, -1
        if fd < 0:
            return
        self._forget_queued()
        try:
            self._close_descriptor(fd)
        except FAULTS:
            return  # a port that is gone is closed all the same

    def queue(self, data: bytes, *, job: bool) -> None:
        """Line bytes up for the wire; `job` says whether they count as bytes of the job."""
        if data:
            self._out.append((memoryview(data), job))

    def drop_queued(self) -> Lost | None:
        """Forget what is queued, here and in the kernel."""
        self._forget_queued()
        try:
            self._discard()
        except FAULTS as error:
            return Lost(describe(error))
        self._wire_clear_at = min(self._wire_clear_at, self._monotonic())
        return None

    def _forget_queued(self) -> None:
        self._out.clear()
        self._begun = False

    def turn(self, timeout: float) -> Turn | Lost:
        """Wait up to `timeout` seconds for something to do, then read and write what goes.

        What went before a failure counts: the failure is the next turn's result then.
        """
        if (failure := self._failure) is not None:
            return failure
        try:
            may_write, timeout = self._plan_wait(timeout)
            readable, writable = self._wait(self._fd, may_write, timeout)
        except FAULTS as error:
            return Lost(describe(error))
        before = self._taken
        of_job = self._write_chunk() if writable else 0
        received = self._read() if readable else b""
        if self._taken == before and not received and (failure := self._failed()):
            return failure
        return Turn(received, of_job)

    def _plan_wait(self, timeout: float) -> tuple[bool, float]:
        """Whether to write in this turn, and how long to wait at most."""
        if not self._out:
            return False, timeout
        until_refill = self._wire_clear_at - self._pace.refill_seconds - self._monotonic()
        if until_refill > 0:
            return False, min(timeout, until_refill)
        held = self._poll_again()
        return held is None, timeout if held is None else min(timeout, held)

    def _failed(self) -> Lost | None:
        return self._failure

    def _write_chunk(self) -> int:
        """Hand at most one chunk to the kernel; return how many bytes of the job it took."""
        room = self._room()
        of_job = 0
        while self._out and room > 0:
            part, job = self._out[0]
            if room < len(part) <= self._room() and not self._begun:
                break  # it fits the next chunk whole, so that a question can stand before it
            piece = part[:room]
            try:
                taken = os.write(self._fd, piece)
            except BlockingIOError:
                break
            except FAULTS as error:
                self._failure = Lost(describe(error))
                break
            room -= taken
            of_job += taken if job else 0
            self._account(bytes(piece[:taken]), job)
            self._begun = taken < len(part) and (taken > 0 or self._begun)
            if taken == len(part):
                self._out.popleft()
                continue
            self._out[0] = (part[taken:], job)
            if taken < len(piece):
                break
        return of_job

    def _slip_in(self, data: bytes) -> int:
        """Line a question up before all that is queued; return the bytes that go till its end."""
        at = int(self._begun)
        self._out.insert(at, (memoryview(data), False))
        return sum(len(part) for part, _ in list(self._out)[: at + 1])

    def _account(self, data: bytes, job: bool) -> None:
        now = self._monotonic()
        self._taken += len(data)
        start = max(self._wire_clear_at, now)
        self._wire_clear_at = start + len(data) * self._pace.byte_seconds
        if self.on_traffic is not None:
            self.on_traffic("job" if job else "out", data, now)

    def _read(self) -> bytes:
        try:
            data = os.read(self._fd, _READ_SIZE)
        except BlockingIOError:
            return b""
        except FAULTS as error:
            self._failure = Lost(describe(error))
            return b""
        if not data:  # readable and yet nothing: end of file
            self._failure = Lost("the port was hung up")
        elif self.on_traffic is not None:
            self.on_traffic("in", data, self._monotonic())
        return data


_Node: TypeAlias = tuple[int, int, int, int] | None


@dataclass(frozen=True, slots=True)
class _Refused:
    """The last try to open, and when the next one is due."""

    lost: Lost
    node: _Node
    tries: int
    until: float


def _node(port: str) -> _Node:
    """What the name stands for now; a device that was plugged in again is another node."""
    try:
        found = os.stat(port)  # noqa: PTH116 - a name like tcp://... is no path, and has no node
    except FAULTS:
        return None
    return found.st_dev, found.st_ino, found.st_rdev, found.st_ctime_ns


def wait_for_descriptor(fd: int, want_write: bool, timeout: float) -> tuple[bool, bool]:
    """Wait with poll(2); an error or hang-up counts as readable, so that reading reports it."""
    poller = select.poll()
    poller.register(fd, select.POLLIN | (select.POLLOUT if want_write else 0))
    events = poller.poll(max(0.0, timeout) * 1000)
    mask = events[0][1] if events else 0
    broken = select.POLLERR | select.POLLHUP | select.POLLNVAL
    return bool(mask & (select.POLLIN | broken)), bool(mask & select.POLLOUT)


def describe(error: Exception) -> str:
    """What the operating system said, for the technician."""
    return str(error) or type(error).__name__
