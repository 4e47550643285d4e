"""A pseudo-terminal with a simulated printer behind it: for the driver, and any other program."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import termios
import threading
import tty
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Generic, Protocol, Self, TypeVar

from devices.printer.descriptor import wait_for_descriptor
from devices.printer.errors import PrinterConfigError
from devices.printer.models import Flow
from devices.printer.simulated.saver import Piece, Saver

_READ_SIZE = 4096
_SETTINGS_SECONDS = 0.02
_NICENESS = -10
_PSEUDO_TERMINALS = "/dev/pts/"


class OnALine(Protocol):
    """What a simulated printer needs to be put behind a port."""

    plugged: bool
    port_taken: bool
    host_flow: Flow

    @property
    def room(self) -> int:
        """Bytes that `receive` takes now."""
        ...

    def receive(self, data: bytes) -> None:
        """Put bytes on the wire."""
        ...

    def advance(self) -> float | None:
        """Do what is due; the seconds until more is due."""
        ...

    def take_output(self) -> bytes:
        """Take the replies that are due."""
        ...

    def open_port(self, flow: Flow) -> None:
        """Let the host open its port."""
        ...

    def hang_up(self) -> None:
        """Pull the cable."""
        ...

    def plug_in(self) -> None:
        """Put the cable in."""
        ...

    def on_wake(self, wake: Callable[[], None]) -> None:
        """Have `wake` called whenever hands have changed something."""
        ...

    def tear_off(self) -> None:
        """Take out the paper that is printed on and not yet out."""
        ...


Simulated = TypeVar("Simulated", bound=OnALine)


class PseudoTerminal(ABC, Generic[Simulated, Piece]):
    """Runs a simulated printer on a pseudo-terminal, in a thread of its own.

    `path` is the port to open. `link`, if given, is a symbolic link kept on it, a name that
    stays when the printer is plugged in again; nothing but such a link is ever replaced.
    """

    def __init__(
        self,
        simulated: Simulated,
        link: Path | None,
        saver: Saver[Piece] | None,
    ) -> None:
        self.simulated = simulated
        self._link = link
        self._saver = saver
        self._master = self._slave = -1
        self._other = -1  # the port as another program has it open, locked
        self._wake_read = self._wake_write = -1
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._turn = threading.Condition()
        self._turns_begun = self._turns_done = 0
        self._device = ""
        self._refused: PrinterConfigError | None = None
        self._paper = threading.Condition()
        self._pieces: list[Piece] = []

    @abstractmethod
    def _take_pieces(self) -> list[Piece]:
        """Take the paper that came out since the last time."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def path(self) -> str:
        """The port's name."""
        return str(self._link) if self._link is not None else self._device

    @property
    def _came_out(self) -> tuple[Piece, ...]:
        with self._paper:
            return tuple(self._pieces)

    def _wait_for_pieces(self, count: int, timeout: float) -> bool:
        with self._paper:
            if not self._paper.wait_for(lambda: len(self._pieces) >= count, timeout):
                return False
        return self._saver is None or self._saver.wait_for(count, timeout)

    def start(self) -> None:
        """Switch the simulation on and plug it in; raise PrinterConfigError as `plug` does."""
        if self._saver is not None:
            self._saver.start()
        try:
            self.plug()
        except PrinterConfigError:
            self._stop()
            if self._saver is not None:
                self._saver.close()
            raise

    def close(self) -> None:
        """Tear off what is uncut, write it, and stop."""
        self.simulated.advance()
        self.simulated.tear_off()
        self._stop()
        self._collect()
        if self._saver is not None:
            self._saver.close()

    def plug(self) -> None:
        """Put the cable in: a new port, under the same link.

        Raise PrinterConfigError when something else has the link's name.
        """
        if self._thread is None:
            self._wake_read, self._wake_write = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
            self._stopping = False
            self._open_port()
            self.simulated.on_wake(self._wake)
            self._thread = threading.Thread(target=self._run, name="pty-printer", daemon=True)
            self._thread.start()
            _hurry(self._thread)
        self.simulated.plug_in()
        self.wait_until_done()
        if self._refused is not None:
            raise self._refused

    def unplug(self) -> None:
        """Pull the cable: whoever has the port open gets an error."""
        self.simulated.hang_up()
        self.wait_until_done()

    def wait(self, fd: int, want_write: bool, timeout: float) -> tuple[bool, bool]:
        """Wait for the host's descriptor, and let the simulation have its turn before giving up.

        For a driver in this process: on a busy machine this thread may be starved, and a printer
        never is. A driver that waits here wakes late then, and counts no silence against it.
        """
        found = wait_for_descriptor(fd, want_write, timeout)
        if not any(found):
            self.wait_until_done()
            found = wait_for_descriptor(fd, want_write, 0)
        return found

    def wait_until_done(self) -> None:
        """Wait until the simulation has done all that is due by now."""
        with self._turn:
            if self._thread is None:
                return
            wanted = self._turns_begun + 1
            self._wake()
            self._turn.wait_for(lambda: self._turns_done >= wanted or self._stopping)

    def _stop(self) -> None:
        if self._thread is None:
            return
        self.simulated.on_wake(lambda: None)
        self._stopping = True
        self._wake()
        self._thread.join()
        self._thread = None
        self._close_port()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _open_port(self) -> None:
        self._master, self._slave = os.openpty()
        # Raw before any byte flows, or the line discipline would echo and translate; and the
        # slave stays open here, so that the port outlives the programs that open it.
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._device = os.ttyname(self._slave)
        self._refused = None
        if self._link is not None:
            try:
                _point_link(self._link, self._device)
            except OSError as error:
                self._refused = PrinterConfigError(str(self._link), _why(error))
                self._close_port()

    def _close_port(self) -> None:
        self._end_other_program()
        if self._master < 0:
            return
        os.close(self._master)
        os.close(self._slave)
        self._master = self._slave = -1
        if self._link is not None and _target(self._link) == self._device:
            self._link.unlink(missing_ok=True)

    def _wake(self) -> None:
        with contextlib.suppress(BlockingIOError):  # full: it will wake up anyway
            os.write(self._wake_write, b"\0")

    def _run(self) -> None:
        while not self._stopping:
            with self._turn:
                self._turns_begun += 1
            timeout = self._work()
            with self._turn:
                self._turns_done = self._turns_begun
                self._turn.notify_all()
            self._sleep(timeout)
        with self._turn:
            self._turn.notify_all()

    def _work(self) -> float | None:
        if self._master >= 0:
            self._heed_the_hosts_settings()
            self._receive()
        timeout = self.simulated.advance()
        self._keep_port()
        if self._master >= 0:
            self._send(self.simulated.take_output())
        self._collect()
        return timeout

    def _keep_port(self) -> None:
        """Have a port while the cable is in, and the other program's lock while it has the port."""
        taken = self.simulated.port_taken
        if taken != (self._other >= 0):
            if taken:  # after the cable was out for a moment: whoever had the port has lost it
                self._close_port()
            else:
                self._end_other_program()
        if not (taken or self.simulated.plugged):
            self._close_port()
            self._refused = None
        elif self._master < 0 and self._refused is None:
            self._open_port()
            if taken and self._master >= 0:
                self._other = os.open(self._device, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
                fcntl.flock(self._other, fcntl.LOCK_EX)

    def _end_other_program(self) -> None:
        other, self._other = self._other, -1
        if other >= 0:
            os.close(other)

    def _sleep(self, timeout: float | None) -> None:
        wanted = [self._wake_read]
        if self._master >= 0 and self.simulated.room:
            wanted.append(self._master)
        elif self._master >= 0:  # stopped: the host may change its mind without a byte
            timeout = min(timeout or _SETTINGS_SECONDS, _SETTINGS_SECONDS)
        ready, _, _ = select.select(wanted, [], [], timeout)
        if self._wake_read in ready:
            os.read(self._wake_read, _READ_SIZE)

    def _heed_the_hosts_settings(self) -> None:
        """A pseudo-terminal has no modem lines; what the host asked of its port shows here."""
        settings = termios.tcgetattr(self._slave)
        flow: Flow = "none"
        if settings[2] & termios.CRTSCTS:
            flow = "rtscts"
        elif settings[0] & termios.IXON:
            flow = "xonxoff"
        if flow != self.simulated.host_flow:
            self.simulated.open_port(flow)

    def _receive(self) -> None:
        if room := self.simulated.room:
            with contextlib.suppress(BlockingIOError):
                self.simulated.receive(os.read(self._master, room))

    def _send(self, data: bytes) -> None:
        if data:
            with contextlib.suppress(BlockingIOError):  # nobody reads: a real wire loses it too
                os.write(self._master, data)

    def _collect(self) -> None:
        pieces = self._take_pieces()
        if not pieces:
            return
        if self._saver is not None:
            for piece in pieces:
                self._saver.save(piece)
        with self._paper:
            self._pieces += pieces
            self._paper.notify_all()


def _hurry(thread: threading.Thread) -> None:
    """Let the simulation go before what else the machine does: a printer has its own processor."""
    with contextlib.suppress(OSError):  # not permitted: it waits its turn like everybody
        os.setpriority(os.PRIO_PROCESS, thread.native_id or 0, _NICENESS)


def _target(path: Path) -> str | None:
    """Return where a symbolic link points; None when there is none."""
    try:
        return str(path.readlink())
    except OSError:
        return None


def _point_link(link: Path, device: str) -> None:
    """Make the link; one that an earlier simulation left behind makes way, nothing else does."""
    if (_target(link) or "").startswith(_PSEUDO_TERMINALS):
        link.unlink(missing_ok=True)
    link.symlink_to(device)


def _why(error: OSError) -> str:
    if isinstance(error, FileExistsError):
        return "something else has this name; the port's link would replace it"
    return error.strerror or type(error).__name__
