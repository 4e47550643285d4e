"""A printer on a desk: the shipped driver and the simulated printer, joined without real time.

pyserial is mocked: its descriptor is one end of a socket pair, and waiting for that descriptor
moves a clock on and lets the simulated printer work. Nothing sleeps, everything repeats exactly.
"""

import contextlib
import errno
import select
import socket
import termios
from collections.abc import Callable
from dataclasses import dataclass, replace

from pytest_mock import MockerFixture

from devices.printer.blocks import Block
from devices.printer.models import Flow, PrinterModel, load_model
from devices.printer.printer import SerialPrinter
from devices.printer.result import PrintResult, Progress
from devices.printer.simulated.printer import SimulatedPrinter

VOID = (Block(b"\x1b@\x1c&\nVOID\n", "void"), Block(b"\x1dVB\x00", "cut"))


def model(name: str = "escpos-80mm", **changes: object) -> PrinterModel:
    return replace(load_model(name), **changes)  # type: ignore[arg-type]


def rows_job(blocks: int, rows: int = 3, cut: bytes = b"\x1dVB\x00") -> list[Block]:
    """Blocks of numbered rows: ROW 0, ROW 1 ... and a cut at the end."""
    made = []
    for number in range(blocks):
        first = number * rows
        text = "".join(f"ROW {row} 行\n" for row in range(first, first + rows))
        data = (b"\x1b@" if number == 0 else b"") + b"\x1c&" + text.encode("gb18030")
        made.append(Block(data + (cut if number == blocks - 1 else b""), f"block {number}"))
    return made


def statement_job() -> list[Block]:
    """A job of the size of a real statement: blocks of about 400 to 700 bytes, and a cut."""
    made = []
    for number in range(16):
        rows = 8 if number % 3 else 14
        lines = "".join(
            f"ROW {number * 14 + row} 养老保险 6420.00 513.60 示例有限公司\n" for row in range(rows)
        )
        start = b"\x1b@\x1c&" if number == 0 else b"\x1c&"
        made.append(Block(start + lines.encode("gb18030"), f"rows {number}"))
    return [*made, Block(b"\x1c&\n\n\n\x1dVB\x00", "cut")]


def _cable() -> tuple[socket.socket, socket.socket]:
    host, device = socket.socketpair()
    host.setblocking(False)
    device.setblocking(False)
    return host, device


class Port:
    """As much of an open `serial.Serial` as is used."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self.is_open = True

    def fileno(self) -> int:
        return self._fd

    def close(self) -> None:
        self.is_open = False


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


class Desk:
    def __init__(
        self,
        mocker: MockerFixture,
        printer_model: PrinterModel,
        *,
        print_timing: bool = False,
        hold_seconds: float = 30.0,
    ) -> None:
        self.clock = Clock()
        self.model = printer_model
        self.sim = SimulatedPrinter(
            printer_model,
            monotonic=self.clock,
            baud_timing=True,
            print_timing=print_timing,
            port_bytes=64,
        )
        self.host, self.device = _cable()
        self._papers = ""
        self.at_time: list[tuple[float, Callable[[], None]]] = []
        self.at_byte: list[tuple[int, Callable[[], None]]] = []
        self.port: Port | None = None
        """The port that was opened last."""
        self._may_have_sent = True
        """Whether bytes of the driver may lie between its port and the printer's."""
        self.port_refused: OSError | None = None
        """Why the port cannot be opened."""
        # Plain functions: sweeps make thousands of desks, and a mock costs more than a short job.
        mocker.patch("devices.printer.link.serial.Serial", self._open_port)
        mocker.patch("devices.printer.link.termios.tcflush", self._flush)
        mocker.patch("devices.printer.link.termios.tcgetattr", self._get_attributes)
        mocker.patch("devices.printer.link.termios.tcsetattr", self._set_attributes)
        self.printer = SerialPrinter(
            "/dev/printer",
            printer_model,
            monotonic=self.clock,
            hold_seconds=hold_seconds,
            wait=self.wait,
            lines=self.sim.lines,
        )

    def was_looked_into(self) -> None:
        """Nothing is open in it that an earlier process broke off: to end that takes seconds."""
        self.printer._picture.possible = self.printer._picture._size_missing = False

    def close(self) -> None:
        self.printer.close()
        self.host.close()
        self.device.close()

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        self.at_time.append((self.clock.now + seconds, action))
        self.at_time.sort(key=lambda entry: entry[0])

    def when_byte(self, count: int, action: Callable[[], None]) -> None:
        """Do something as soon as the printer has got so many more bytes."""
        self.at_byte.append((self.sim.wire_bytes + count, action))
        self.at_byte.sort(key=lambda entry: entry[0])

    def unplug(self) -> None:
        self.sim.hang_up()
        self.device.close()

    def _open_port(self, *_: object, xonxoff: bool, rtscts: bool, **__: object) -> Port:
        """As `serial.Serial(...)`: what came before nobody reads, what stopped us is forgotten."""
        if self.sim.port_taken:
            raise BlockingIOError(errno.EAGAIN, "could not lock the port")
        if self.port_refused is not None:
            raise self.port_refused
        if not self.sim.plugged:
            raise FileNotFoundError(errno.ENOENT, "no such port")
        if self.device.fileno() < 0:
            self.host.close()
            self.host, self.device = _cable()
        with contextlib.suppress(BlockingIOError):
            while self.host.recv(4096):
                pass
        flow: Flow = "xonxoff" if xonxoff else "rtscts" if rtscts else self._flow_without_port()
        self.sim.open_port(flow)
        self.port = Port(self.host.fileno())
        return self.port

    def _flow_without_port(self) -> Flow:
        return "dsr-poll" if self.model.flow == "dsr-poll" else "none"

    def wait(self, fd: int, want_write: bool, timeout: float) -> tuple[bool, bool]:
        deadline = self.clock.now + max(0.0, timeout)
        self._may_have_sent = True
        while True:
            due = self._let_work()
            readable = bool(select.select([fd], [], [], 0)[0])
            writable = want_write and self.device.fileno() >= 0 and self.sim.room > 0
            if readable or writable or self.clock.now >= deadline:
                return readable, writable
            self._move_on(deadline, due)

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
        if not self.sim.plugged:
            self.device.close()
        if self.device.fileno() < 0:
            self.sim.take_output()  # nobody has the port open: what it says is lost
            return self.sim.advance()
        if self._may_have_sent and (room := self.sim.room):
            self._take_sent(room)
        due = self.sim.advance()
        while self.at_byte and self.at_byte[0][0] <= self.sim.wire_bytes:
            self.at_byte.pop(0)[1]()
            due = self.sim.advance()
        if not self.sim.plugged:
            self.device.close()
        elif out := self.sim.take_output():
            if self.sim.host_flow == "xonxoff":  # the kernel takes them out
                out = out.translate(None, b"\x11\x13")
            self.device.send(out)
        return due

    def _take_sent(self, room: int) -> None:
        """Take what the driver has written; nothing more comes from it while it waits."""
        try:
            data = self.device.recv(room)
        except BlockingIOError:
            data = b""
        self.sim.receive(data)
        self._may_have_sent = len(data) == room

    def _flush(self, fd: int, queue: int) -> None:
        """TCOFLUSH: what the port has not sent is gone."""
        if self.device.fileno() >= 0:
            with contextlib.suppress(BlockingIOError):
                self.device.recv(1 << 20)

    def _get_attributes(self, fd: int) -> list[int]:
        return [termios.IXON if self.sim.host_flow == "xonxoff" else 0, 0, 0, 0, 0, 0]

    def _set_attributes(self, fd: int, when: int, attributes: list[int]) -> None:
        """IXON off: an XOFF that stopped the port does so no longer, and comes as a byte."""
        self.sim.open_port("xonxoff" if attributes[0] & termios.IXON else "none")

    def hold_line(self, held: bool = True) -> None:
        """Have the printer's side stop the line, or let it go, for whatever reason."""
        self.sim.hold_line(held)

    def paper(self) -> str:
        """Return everything that is on paper, cut off or not."""
        self.sim.tear_off()
        self._papers += "".join(receipt.transcript for receipt in self.sim.take_receipts())
        return self._papers

    def rows(self) -> list[int]:
        """Return the numbers of the printed rows, in order."""
        lines = self.paper().splitlines()
        return [int(line.split()[1]) for line in lines if line.startswith("ROW ")]

    def print_rows(
        self,
        blocks: list[Block],
        on_progress: Callable[[Progress], None] = lambda _: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> PrintResult:
        return self.printer.print_blocks(
            blocks, void=VOID, on_progress=on_progress, cancelled=cancelled
        )
