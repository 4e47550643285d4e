"""One IPP request over HTTP: RFC 8010, section 4. Timeouts everywhere, and how far it got."""

import http.client
import io
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from devices.printer.errors import PrinterConfigError

CONNECT_SECONDS = 3.0
EXCHANGE_SECONDS = 15.0
"""For all of a request and its answer. A queue answers within milliseconds; a printer that is
waking up may take some seconds."""
_DEFAULT_PORT = 631
_MAX_ANSWER = 1 << 20
_CHUNK = 16384
_OK = 200


@dataclass(frozen=True, slots=True)
class HttpLost:
    """No whole answer came."""

    sent: bool
    """Whether a part of the request may have reached the other side."""
    detail: str


class Exchange(Protocol):
    """One request and its answer's bytes."""

    def __call__(self, request: bytes) -> bytes | HttpLost:
        """Send the request; every fault is a value."""
        ...


@dataclass(frozen=True, slots=True)
class IppAddress:
    """Where a queue is."""

    host: str
    port: int
    path: str

    @property
    def uri(self) -> str:
        """The printer-uri that goes into every request."""
        return f"ipp://{self.host}:{self.port}{self.path}"


def parse_address(uri: str) -> IppAddress:
    """Return the address in an ipp:// URI; raise PrinterConfigError when it is none."""
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname, parts.port or _DEFAULT_PORT
    except ValueError as error:
        raise PrinterConfigError(uri, str(error)) from error
    if parts.scheme != "ipp" or not host:
        raise PrinterConfigError(uri, "must look like ipp://127.0.0.1:631/printers/name")
    return IppAddress(host, port, parts.path or "/")


class HttpExchange:
    """A new connection for each request: a queue restarted in between costs nothing."""

    def __init__(self, address: IppAddress, monotonic: Callable[[], float]) -> None:
        self._address = address
        self._monotonic = monotonic

    def __call__(self, request: bytes) -> bytes | HttpLost:
        """Post the request and read the answer, all of it before one deadline."""
        address = self._address.host, self._address.port
        try:
            connected = socket.create_connection(address, CONNECT_SECONDS)
        except OSError as error:
            return HttpLost(False, _describe(error))
        with connected:
            try:
                return self._post(connected, request)
            except (OSError, http.client.HTTPException) as error:
                return HttpLost(True, _describe(error))

    def _post(self, connected: socket.socket, request: bytes) -> bytes | HttpLost:
        connection = http.client.HTTPConnection(self._address.host, self._address.port)
        connection.sock = _Hurried(connected, self._monotonic)
        head = {"Content-Type": "application/ipp"}
        connection.request("POST", self._address.path, request, head)
        answer = connection.getresponse()
        if answer.status != _OK:
            return HttpLost(True, f"HTTP status {answer.status}")
        return b"".join(_parts(answer))


class _Hurried:
    """As much of a socket as http.client uses; every wait ends at the same deadline."""

    def __init__(self, connected: socket.socket, monotonic: Callable[[], float]) -> None:
        self._connected = connected
        self._monotonic = monotonic
        self._deadline = monotonic() + EXCHANGE_SECONDS

    def hurry(self) -> socket.socket:
        """Return the socket with the time that is left."""
        left = self._deadline - self._monotonic()
        if left <= 0:
            raise TimeoutError("the exchange takes too long")
        self._connected.settimeout(left)
        return self._connected

    def sendall(self, data: bytes) -> None:
        """Send everything; the timeout is that of the whole call."""
        self.hurry().sendall(data)

    def makefile(self, _: str) -> io.BufferedReader:
        """Return the answer as a file."""
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """Leave the socket open: the answer may still be read; its owner closes it."""


class _Reader(io.RawIOBase):
    def __init__(self, hurried: _Hurried) -> None:
        self._hurried = hurried

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - the base class' signature
        return self._hurried.hurry().recv_into(buffer)


def _parts(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    size = 0
    while part := answer.read1(_CHUNK):
        size += len(part)
        if size > _MAX_ANSWER:
            raise http.client.HTTPException("the answer has no end")
        yield part
    if answer.length:  # what was announced and did not come
        raise http.client.IncompleteRead(b"", answer.length)


def _describe(error: Exception) -> str:
    return str(error) or type(error).__name__
