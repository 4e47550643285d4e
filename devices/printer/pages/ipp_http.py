"""One IPP request over HTTP: RFC 8010, section 4. Timeouts everywhere, and how far it got."""

import http.client
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from devices.printer.errors import PrinterConfigError

CONNECT_SECONDS = 3.0
ANSWER_SECONDS = 15.0
"""A queue answers within milliseconds; a printer that is waking up may take some seconds."""
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
        """Post the request and read the answer, each within its time."""
        connection = http.client.HTTPConnection(
            self._address.host, self._address.port, timeout=CONNECT_SECONDS
        )
        sent = False
        try:
            connection.connect()
            connection.sock.settimeout(ANSWER_SECONDS)
            sent = True
            connection.request(
                "POST", self._address.path, request, {"Content-Type": "application/ipp"}
            )
            answer = connection.getresponse()
            if answer.status != _OK:
                return HttpLost(sent, f"HTTP status {answer.status}")
            return b"".join(self._parts(answer))
        except (OSError, http.client.HTTPException) as error:
            return HttpLost(sent, str(error) or type(error).__name__)
        finally:
            connection.close()

    def _parts(self, answer: http.client.HTTPResponse) -> Iterator[bytes]:
        deadline = self._monotonic() + ANSWER_SECONDS
        size = 0
        while part := answer.read1(_CHUNK):
            size += len(part)
            if size > _MAX_ANSWER or self._monotonic() > deadline:
                raise http.client.HTTPException("the answer has no end")
            yield part
        if answer.length:  # what was announced and did not come
            raise http.client.IncompleteRead(b"", answer.length)
