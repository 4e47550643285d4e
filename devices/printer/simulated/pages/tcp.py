"""A simulated laser printer on a real TCP port of 127.0.0.1, in a thread of its own."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from devices.printer.simulated.fonts import GlyphMemory
from devices.printer.simulated.pages.laser import SimulatedLaser
from devices.printer.simulated.pages.sheet import save_sheet

_READ_SIZE = 4096
_LONGEST_WAIT = 0.05


class TcpPrinter:
    """Runs one printer at `port`; one host at a time, as on port 9100.

    Each sheet goes to `out`, if given, as `page-NNNN.png` and `page-NNNN.txt`.
    """

    def __init__(
        self, simulated: SimulatedLaser, *, number: int = 0, out: Path | None = None
    ) -> None:
        """`number`: the TCP port; 0 for any that is free."""
        self.simulated = simulated
        self._out = out
        self._memory = GlyphMemory()
        self._server = socket.create_server(("127.0.0.1", number))
        self._host: socket.socket | None = None
        self._written = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run)

    @property
    def port(self) -> str:
        """The name under which the driver opens it."""
        return f"tcp://127.0.0.1:{self._server.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._thread.join()
        self._drop_host()
        self._server.close()

    def _run(self) -> None:
        while not self._stopping.is_set():
            due = self.simulated.advance()
            self._answer()
            self._save()
            wait = _LONGEST_WAIT if due is None else min(due, _LONGEST_WAIT)
            listening: list[socket.socket] = [self._server]
            if self._host is not None and self.simulated.room:
                listening.append(self._host)
            ready, _, _ = select.select(listening, [], [], wait)
            if self._server in ready:
                self._accept()
            elif self._host in ready:
                self._read()

    def _accept(self) -> None:
        host, _ = self._server.accept()
        host.setblocking(False)
        self._drop_host()
        self._host = host

    def _read(self) -> None:
        assert self._host is not None
        try:
            data = self._host.recv(min(_READ_SIZE, self.simulated.room))
        except ConnectionError:
            data = b""
        if data:
            self.simulated.receive(data)
        else:
            self._finish_stream()

    def _finish_stream(self) -> None:
        """The host has closed: what arrived is still read, then the job ends."""
        self.simulated.advance()
        self.simulated.hang_up()
        self._drop_host()

    def _answer(self) -> None:
        out = self.simulated.take_output()
        if out and self._host is not None:
            with contextlib.suppress(OSError):  # the host is gone, or does not read
                self._host.sendall(out)

    def _drop_host(self) -> None:
        if self._host is not None:
            self._host.close()
            self._host = None

    def _save(self) -> None:
        if self._out is None:
            return
        for sheet in self.simulated.tray[self._written :]:
            self._written += 1
            save_sheet(sheet, self._out, self._memory)
