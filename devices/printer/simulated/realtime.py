"""Real-time requests: seen at the wire, wherever they stand, even inside an image."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

_PATTERN = re.compile(
    rb"\x10\x04(?P<status>[\x01-\x04]|\x07[\x01\x02]|\x08\x03)"
    rb"|\x10\x05(?P<enquiry>[\x00-\x02])"
    rb"|(?P<clear>\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08)"
)
_DLE = b"\x10"
_CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
_STARTS = (b"\x10\x04", b"\x10\x05", b"\x10\x04\x07", b"\x10\x04\x08")
_LONGEST_START = len(_CLEAR) - 1

Kind: TypeAlias = Literal["status", "enquiry", "clear"]


@dataclass(frozen=True, slots=True)
class Request:
    """One real-time request."""

    kind: Kind
    n: int
    """The first parameter of DLE EOT and DLE ENQ; 0 for a clear."""
    end: int
    """Index behind it in the data that was fed."""


class RealTimeScanner:
    """Finds requests in a stream that is fed in pieces of any size."""

    def __init__(self) -> None:
        self._tail = b""

    def feed(self, data: bytes) -> Iterator[Request]:
        """Yield the requests that end in these bytes, in order."""
        text = self._tail + data
        shift = len(self._tail)
        done = 0
        for match in _PATTERN.finditer(text):
            done = match.end()
            yield _request(match, done - shift)
        self._tail = _open_start(text[done:])


def _request(match: re.Match[bytes], end: int) -> Request:
    if match["status"] is not None:
        return Request("status", match["status"][0], end)
    if match["enquiry"] is not None:
        return Request("enquiry", match["enquiry"][0], end)
    return Request("clear", 0, end)


def _open_start(text: bytes) -> bytes:
    """Return the longest end of the text that may be the start of a request."""
    if _DLE not in text[-_LONGEST_START:]:
        return b""
    for length in range(min(_LONGEST_START, len(text)), 0, -1):
        end = text[-length:]
        if _CLEAR.startswith(end) or end in _STARTS:
            return end
    return b""
