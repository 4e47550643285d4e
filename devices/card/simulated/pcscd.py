"""A pcscd of one's own with virtual readers, beside whatever pcscd the machine runs.

pcscd's own socket is fixed at /run/pcscd; by socket activation it serves ours instead. Clients
find it through PCSCLITE_CSOCK_NAME, which libpcsclite reads once, at its first call in a process:
`use` must come before any PC/SC call.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from devices.card.clients import SOCKET_VARIABLE
from devices.card.errors import ServiceDownError

PROGRAM: Final = Path("/usr/sbin/pcscd")
DRIVER: Final = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
READER_NAME: Final = "Virtual PCD"
SLOTS: Final = 2

_BECOME_PCSCD: Final = Path(__file__).with_name("become_pcscd.py")
_LONGEST_SOCKET_PATH: Final = 100
_START_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.01


class PrivatePcscd:
    """The real pcscd with two virtual slots, for as long as the context lasts.

    `directory` must be short (the path of a socket in it may have 100 characters) and holds the
    socket, the reader's configuration and pcscd's log.
    """

    def __init__(self, directory: Path, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._directory = directory
        self._monotonic = monotonic
        self._process: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None
        self._port = 0
        self._lock = threading.RLock()  # a test may kill it from the card's own thread

    @staticmethod
    def available() -> str | None:
        """Why a private pcscd cannot run here, or `None` if it can."""
        if not sys.platform.startswith("linux"):
            return "pcscd with virtual readers needs Linux"
        if not os.access(PROGRAM, os.X_OK):
            return f"{PROGRAM} is not installed (package pcscd)"
        if not DRIVER.exists():
            return f"{DRIVER} is not installed (package vsmartcard-vpcd)"
        return None

    @property
    def socket_path(self) -> Path:
        """Where clients find this pcscd."""
        return self._directory / "pcscd.comm"

    @property
    def environment(self) -> dict[str, str]:
        """What a client process needs in its environment."""
        return {SOCKET_VARIABLE: str(self.socket_path)}

    @property
    def port(self) -> int:
        """Where the card of the first slot connects."""
        return self._port

    @property
    def ports(self) -> tuple[int, ...]:
        """Where the cards of the slots connect, in the order of the reader names."""
        return tuple(self._port + slot for slot in range(SLOTS))

    @property
    def readers(self) -> tuple[str, ...]:
        """The names of the readers, as PC/SC tells them."""
        return tuple(f"{READER_NAME} 00 {slot:02X}" for slot in range(SLOTS))

    @property
    def pid(self) -> int | None:
        """The process id while pcscd runs."""
        running = self._process is not None and self._process.poll() is None
        return self._process.pid if self._process and running else None

    def use(self) -> None:
        """Make this process talk to this pcscd, from its first PC/SC call on."""
        os.environ.update(self.environment)

    def start(self) -> None:
        """Start pcscd and wait until the virtual reader listens; `ServiceDownError` if it fails."""
        with self._lock:
            self._start()

    def _start(self) -> None:
        if self.pid is not None:
            return
        if len(str(self.socket_path)) > _LONGEST_SOCKET_PATH:
            message = "the directory's path is too long for a socket in it"
            raise ValueError(message)
        if not self._port:
            self._port = _free_ports(SLOTS)
            self._write_configuration()
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
            self.socket_path.unlink(missing_ok=True)
            listener.bind(str(self.socket_path))
            self.socket_path.chmod(0o600)
            listener.listen(16)
            self._process = self._spawn(listener.fileno())
        self._wait_until_listening()

    def stop(self) -> None:
        """End pcscd in an orderly way."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End pcscd as a crash would; `start` brings it back at the same place."""
        self._end(signal.SIGKILL)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _write_configuration(self) -> None:
        folder = self._directory / "reader.conf.d"
        folder.mkdir(parents=True, exist_ok=True)
        # /dev/null as the device makes the driver listen; with a host name it would connect, and
        # Debian's build ends the whole pcscd when nobody listens there.
        folder.joinpath("vpcd").write_text(
            f'FRIENDLYNAME "{READER_NAME}"\nDEVICENAME /dev/null:0x{self._port:04X}\n'
            f"LIBPATH {DRIVER}\nCHANNELID 0x{self._port:04X}\n",
            encoding="ascii",
        )

    def _spawn(self, descriptor: int) -> subprocess.Popen[bytes]:
        """Start pcscd from a thread that lives as long as it does: the two end together."""
        started: Future[subprocess.Popen[bytes]] = Future()

        def run() -> None:
            try:
                process = self._popen(descriptor)
            except OSError as error:
                started.set_exception(error)
                return
            started.set_result(process)
            process.wait()

        self._thread = threading.Thread(target=run, name="private-pcscd", daemon=True)
        self._thread.start()
        return started.result()

    def _popen(self, descriptor: int) -> subprocess.Popen[bytes]:
        program = [str(PROGRAM), "-f", "-c", str(self._directory / "reader.conf.d")]
        step = [sys.executable, "-I", "-S", str(_BECOME_PCSCD), str(descriptor)]
        with (self._directory / "pcscd.log").open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - every part of it stands in this file
                step + program,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=(descriptor,),
                start_new_session=True,  # a Ctrl-C is for us; pcscd is ended in its turn
            )

    def _wait_until_listening(self) -> None:
        deadline = self._monotonic() + _START_SECONDS
        while not _is_taken(self._port):
            if self.pid is None or self._monotonic() > deadline:
                self.kill()
                raise ServiceDownError
            time.sleep(_POLL_SECONDS)

    def _end(self, how: signal.Signals) -> None:
        with self._lock:
            process, self._process = self._process, None
            if process is not None:
                self._finish(process, how)

    def _finish(self, process: subprocess.Popen[bytes], how: signal.Signals) -> None:
        process.send_signal(how)
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if self._thread is not None:
            self._thread.join()


def _free_ports(count: int) -> int:
    """The first of that many neighbouring free ports."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = int(probe.getsockname()[1])
        if first + count <= 0xFFFF and not any(_is_taken(first + n) for n in range(count)):
            return first


def _is_taken(port: int) -> bool:
    """Whether somebody listens there; found without connecting, a connection would be a card."""
    with socket.socket() as probe:
        # Connections of a pcscd that has ended may linger at the port: they do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            return True
    return False
