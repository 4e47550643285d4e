"""A page printer on a desk: the shipped driver and the simulated printer, without real time.

The driver's descriptor is one end of a socket pair; waiting for it moves a clock on and lets the
simulated printer work. Nothing sleeps, everything repeats exactly.
"""

import contextlib
import select
import socket
from collections.abc import Callable

from devices.printer.descriptor import Direction
from devices.printer.pages.socket_link import SocketLink
from devices.printer.pages.usb_lp import UsbLpLink
from devices.printer.simulated.pages.laser import SimulatedLaser
from devices.printer.simulated.pages.machine import PageMachine

FD_ROOM = 1 << 20


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Cable:
    """Joins one machine and one link."""

    def __init__(self, clock: Clock, machine: PageMachine) -> None:
        self.clock = clock
        self.machine = machine
        self.at_time: list[tuple[float, Callable[[], object]]] = []
        self.at_job_byte: list[tuple[int, Callable[[], None]]] = []
        self._asked = 0  # bytes of questions that went before the job's first
        self.reachable = True
        self.connections = 0
        self._device: socket.socket | None = None
        self._may_have_sent = True  # bytes of the driver, which lie before the machine's port
        self._whole_writes = False  # USB: a write is done when the printer has all of it

    def plug(self) -> socket.socket:
        """Return the host's end of a new connection."""
        self.unplug()
        if not self.reachable:
            raise ConnectionRefusedError(111, "Connection refused")
        host, self._device = socket.socketpair()
        host.setblocking(False)
        self._device.setblocking(False)
        self.connections += 1
        return host

    def unplug(self) -> None:
        if self._device is not None:
            self._device.close()
            self._device = None

    def usb(self) -> UsbLpLink:
        self._whole_writes = True
        return UsbLpLink(
            "/dev/usb/lp0",
            self.clock,
            self.wait,
            open_port=lambda *_: self.plug().detach(),
            on_traffic=self.on_traffic,
            ioctl=lambda fd, request, buffer: bytes((self.machine.port_status(), 0, 0, 0)),
        )

    def hang_up(self) -> None:
        """End the network connection; the laser printer notices too."""
        self.unplug()
        assert isinstance(self.machine, SimulatedLaser)
        self.machine.hang_up()

    def cut_power(self, seconds: float) -> None:
        """Switch a network printer off for some seconds."""
        self.hang_up_quietly()
        self.machine.switch_off()
        self.reachable = False
        self.after(seconds, self._power_back)

    def hang_up_quietly(self) -> None:
        """End the connection; what was on its way is gone."""
        self.unplug()
        self.machine._wire.clear()

    def _power_back(self) -> None:
        self.machine.switch_on()
        self.reachable = True

    def tcp(self) -> SocketLink:
        return SocketLink(
            "tcp://127.0.0.1",
            self.clock,
            self.wait,
            connect=lambda *_: self.plug(),
            on_traffic=self.on_traffic,
        )

    def after(self, seconds: float, action: Callable[[], object]) -> None:
        self.at_time.append((self.clock.now + seconds, action))
        self.at_time.sort(key=lambda entry: entry[0])

    def when_byte(self, count: int, action: Callable[[], None]) -> None:
        """Do something as soon as the printer has got so many more bytes."""
        self.machine.at_byte(self.machine.wire_bytes + count, action)

    def when_job_byte(self, count: int, action: Callable[[], None]) -> None:
        """Do something as soon as the printer has got so many bytes of the next job."""
        self.at_job_byte.append((count, action))

    def into_job(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something so many seconds after the next job's first byte."""
        self.when_job_byte(1, lambda: self.after(seconds, action))

    def on_traffic(self, direction: Direction, data: bytes, _: float) -> None:
        """Hear of bytes that leave, so that a job's first one is known."""
        if direction == "out":
            self._asked += len(data)
        elif direction == "job":
            for count, action in self.at_job_byte:
                self.machine.at_byte(self._asked + count, action)
            self.at_job_byte.clear()
            self._asked += len(data)

    def wait(self, fd: int, want_write: bool, timeout: float) -> tuple[bool, bool]:
        deadline = self.clock.now + max(0.0, timeout)
        self._may_have_sent = True
        while True:
            due = self._let_work()
            readable = bool(select.select([fd], [], [], 0)[0])
            writable = want_write and self._takes_more()
            if readable or writable or self.clock.now >= deadline:
                return readable, writable
            self._move_on(deadline, due)

    def _takes_more(self) -> bool:
        if self._device is None:
            return True  # the write will fail
        if not self._whole_writes:
            return self.machine.room > 0
        waiting = bool(select.select([self._device], [], [], 0)[0])
        return not waiting and not self.machine.in_flight

    def run(self, seconds: float) -> None:
        """Let time pass without the driver."""
        deadline = self.clock.now + seconds
        self._may_have_sent = True
        while self.clock.now < deadline:
            self._move_on(deadline, self._let_work())

    def _move_on(self, deadline: float, due: float | None) -> None:
        times = [deadline]
        if due is not None:
            times.append(self.clock.now + max(due, 1e-5))
        if self.at_time:
            times.append(self.at_time[0][0])
        self.clock.now = max(self.clock.now, min(times))

    def _let_work(self) -> float | None:
        while self.at_time and self.at_time[0][0] <= self.clock.now:
            self.at_time.pop(0)[1]()
        if self._may_have_sent and self._device is not None and (room := self.machine.room):
            self._may_have_sent = self._take_sent(self._device, room)
        due = self.machine.advance()
        if (out := self.machine.take_output()) and self._device is not None:
            with contextlib.suppress(BrokenPipeError):
                self._device.send(out)
        return due

    def _take_sent(self, device: socket.socket, room: int) -> bool:
        """Take what the driver has written; whether there may be more, as none comes meanwhile."""
        try:
            data = device.recv(room)
        except (BlockingIOError, ConnectionResetError):
            data = b""
        self.machine.receive(data)
        return len(data) == room

    def flush(self, fd: int, queue: int) -> None:
        """TCOFLUSH: what the port has not sent is gone."""
        if self._device is not None:
            with contextlib.suppress(BlockingIOError):
                self._device.recv(FD_ROOM)

    def serial(self, *_: object, **__: object) -> "FakeSerial":
        return FakeSerial(self.plug())


class FakeSerial:
    """As much of pyserial as is used."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    def fileno(self) -> int:
        return self._end.fileno()

    def close(self) -> None:
        self._end.close()
