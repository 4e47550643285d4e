"""A hex trace of a port for the technician: times, bytes, and what they are called.

Bytes of a job are a person's record: of them only the count is shown, unless what is printed is
the self-test page.
"""

import re
from collections.abc import Callable
from typing import assert_never

from devices.printer.descriptor import Direction
from devices.printer.status import (
    AutoStatus,
    BufferCleared,
    InfoReply,
    MarkerReply,
    Noise,
    RegisterReply,
    Reply,
    ReplyParser,
    StatusReply,
    Xoff,
    Xon,
)

_ARROWS: dict[Direction, str] = {"in": "<", "out": ">", "job": ">"}
_FENCE = re.compile(rb"\x1d\x28\x48\x06\x00\x30\x30[0-9]{4}|\x1d\x72\x01|\x1b\x76")
"""What we put behind a block ourselves, alone in its part: there is no record in it."""
_COMMANDS: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), name)
    for pattern, name in (
        (rb"\x10\x04(.)", "DLE EOT {}: status?"),
        (rb"\x10\x05(.)", "DLE ENQ {}: go on after an error"),
        (rb"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", "DLE DC4 8: clear the buffer"),
        (rb"\x1d\x61(.)", "GS a {}: tell what changes"),
        (rb"\x1d\x49(.)", "GS I {}: what are you?"),
        (rb"\x1d\x72(.)", "GS r {}: read so far?"),
        (rb"\x1b\x76", "ESC v: read so far?"),
        (rb"\x1d\x28\x48\x06\x00\x30\x30(....)", "GS ( H {}: tell when printed"),
        (rb"\x00+", "NUL: nothing"),
    )
)


class Trace:
    """Writes a line for all that passes; give it to a link as its `on_traffic`."""

    def __init__(
        self,
        write: Callable[[str], None],
        started: float = 0.0,
        *,
        reveal_job: bool = False,
        words: bool = False,
    ) -> None:
        """`started` is subtracted from the link's times; `words`: this printer speaks in text."""
        self._write = write
        self._started = started
        self._reveal_job = reveal_job
        self._words = words
        self._parser = ReplyParser()

    def __call__(self, direction: Direction, data: bytes, seconds: float) -> None:
        """Take bytes as they pass."""
        if self._words:
            names = _readable(data)
        else:
            names = _received(self._parser.feed(data)) if direction == "in" else questions(data)
        passed = seconds - self._started
        self._write(_line(direction, data, passed, names, reveal_job=self._reveal_job))


def _line(
    direction: Direction, data: bytes, seconds: float, names: str, *, reveal_job: bool
) -> str:
    start = f"{seconds:12.6f} {_ARROWS[direction]} "
    if direction == "job" and not reveal_job and not _FENCE.fullmatch(data):
        return f"{start}job, {len(data)} bytes"
    shown = data.hex(" ").upper()
    return f"{start}{shown}  {names}".rstrip()


def _readable(data: bytes) -> str:
    """The words of a printer that speaks in words (PJL)."""
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in data)


def questions(data: bytes) -> str:
    """Our own questions by name; behind what is none, the count of its bytes."""
    names = []
    at = 0
    while at < len(data):
        for pattern, name in _COMMANDS:
            if match := pattern.match(data, at):
                names.append(name.format(*map(_argument, match.groups())))
                at = match.end()
                break
        else:
            return "; ".join((*names, f"{len(data) - at} bytes")) if names else ""
    return "; ".join(names)


def _argument(data: bytes) -> str:
    return str(data[0]) if len(data) == 1 else data.decode("ascii", "replace")


def _received(replies: tuple[Reply, ...]) -> str:
    return "; ".join(map(_name, replies))


def _name(reply: Reply) -> str:
    match reply:
        case StatusReply(byte):
            return f"status {byte:02X}"
        case AutoStatus(data):
            return f"automatic status {data.hex(' ').upper()}"
        case RegisterReply(byte):
            return f"register {byte:02X}"
        case InfoReply(text):
            return f"says {text.decode('ascii', 'replace')!r}"
        case MarkerReply(identifier):
            return f"printed {identifier.decode('ascii', 'replace')}"
        case BufferCleared():
            return "buffer cleared"
        case Xon():
            return "XON"
        case Xoff():
            return "XOFF"
        case Noise(byte):
            return f"noise {byte:02X}"
        case _:
            assert_never(reply)
