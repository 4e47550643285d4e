"""A printer on TCP port 9100: a plain stream both ways."""

import fcntl
import socket
import struct
import termios
from collections.abc import Callable
from typing import TypeAlias
from urllib.parse import urlsplit

from devices.printer.descriptor import DescriptorLink, OnTraffic, Wait
from devices.printer.errors import PrinterConfigError

CONNECT_SECONDS = 3.0
_DEFAULT_PORT = 9100
_IDLE_SECONDS, _INTERVAL_SECONDS, _PROBES = 10, 5, 3
"""A printer that lost its power says nothing: after 25 s the kernel gives the connection up."""
_RESET = struct.pack("ii", 1, 0)

Connect: TypeAlias = Callable[[tuple[str, int], float], socket.socket]
"""socket.create_connection, or what stands in for it."""


def parse_address(port: str) -> tuple[str, int]:
    """Return host and port of a tcp:// name; raise PrinterConfigError when it is none."""
    try:
        parts = urlsplit(port)
        host, number = parts.hostname, parts.port or _DEFAULT_PORT
    except ValueError as error:
        raise PrinterConfigError(port, str(error)) from error
    if parts.scheme != "tcp" or not host or parts.path not in ("", "/"):
        raise PrinterConfigError(port, "must look like tcp://127.0.0.1:9100")
    return host, number


class SocketLink(DescriptorLink):
    """One connection; opened when needed and given up after each fault."""

    def __init__(
        self,
        port: str,
        monotonic: Callable[[], float],
        wait: Wait | None = None,
        *,
        connect: Connect = socket.create_connection,
        on_traffic: OnTraffic | None = None,
    ) -> None:
        super().__init__(port, monotonic, wait, on_traffic=on_traffic)
        self._address = parse_address(port)
        self._connect = connect
        self._dropped = False  # what is queued was dropped, and nothing was queued since

    def unsent(self) -> int:
        """Return the bytes that the printer's side has not acknowledged (SIOCOUTQ)."""
        try:
            raw = fcntl.ioctl(self._fd, termios.TIOCOUTQ, b"\0" * 4)
        except OSError:
            return 0
        return int(struct.unpack("i", raw)[0])

    def queue(self, data: bytes, *, job: bool) -> None:
        """Line bytes up for the wire; `job` says whether they count as bytes of the job."""
        self._dropped = False
        super().queue(data, job=job)

    def _open_descriptor(self) -> int:
        self._dropped = False
        connected = self._connect(self._address, CONNECT_SECONDS)
        try:
            _set_up(connected)
        except OSError:  # it was reset at once
            connected.close()
            raise
        return connected.detach()

    def _close_descriptor(self, fd: int) -> None:
        """Close; what the kernel still holds goes out by itself, unless it was to be dropped."""
        with socket.socket(fileno=fd) as same:
            if self._dropped:
                same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    def _discard(self) -> None:
        """Have the kernel drop what it holds if the connection is closed next."""
        self._dropped = True


def _set_up(connected: socket.socket) -> None:
    if connected.family in (socket.AF_INET, socket.AF_INET6):
        tcp = socket.IPPROTO_TCP
        connected.setsockopt(tcp, socket.TCP_NODELAY, 1)
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connected.setsockopt(tcp, socket.TCP_KEEPIDLE, _IDLE_SECONDS)
        connected.setsockopt(tcp, socket.TCP_KEEPINTVL, _INTERVAL_SECONDS)
        connected.setsockopt(tcp, socket.TCP_KEEPCNT, _PROBES)
    connected.setblocking(False)
