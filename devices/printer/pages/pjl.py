"""The job language of laser printers: what is said to them, and what comes back.

Source: HP's PJL technical reference; Brother and Ricoh agree on what is used here.
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

UEL = b"\x1b%-12345X"
"""Universal exit language: whatever it was doing, the printer reads job language now."""
LONGEST_PIECE = 2048
"""Bytes of a row, a glyph or another thing that a page printer takes whole: so many NULs complete
one that was broken off, and mean nothing elsewhere."""
UNSOLICITED = b"@PJL USTATUSOFF\r\n" + b"".join(
    b"@PJL USTATUS %s=ON\r\n" % kind for kind in (b"DEVICE", b"JOB", b"PAGE")
)
_FF = 0x0C
_LONGEST = 1024
_NUMBER = re.compile(r"[0-9]{1,9}")


def ask_status(token: str) -> bytes:
    """Return a question for the state; the echo of `token` comes first."""
    return UEL + f"@PJL\r\n@PJL ECHO {token}\r\n@PJL INFO STATUS\r\n".encode() + UEL


def ask_count(token: str) -> bytes:
    """Return a question for the sheets that the printer ever printed."""
    return UEL + f"@PJL\r\n@PJL ECHO {token}\r\n@PJL INFO PAGECOUNT\r\n".encode() + UEL


def begin_job(name: str, *, answers: bool = True) -> bytes:
    """Return what opens a job."""
    job = f'@PJL JOB NAME="{name}"\r\n@PJL ENTER LANGUAGE=PCL\r\n'.encode()
    return UEL + b"@PJL\r\n" + (UNSOLICITED if answers else b"") + job


def end_job(name: str) -> bytes:
    """Return what closes a job."""
    return UEL + f'@PJL EOJ NAME="{name}"\r\n'.encode() + UEL


@dataclass(frozen=True, slots=True)
class Echo:
    """All that was sent before the token has been read."""

    token: str


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """An answer to INFO STATUS, or told unasked."""

    code: int
    online: bool


@dataclass(frozen=True, slots=True)
class PageLanded:
    """A sheet of the running job lies in the tray."""

    number: int


@dataclass(frozen=True, slots=True)
class JobBegan:
    """The printer has begun to read a job."""

    name: str


@dataclass(frozen=True, slots=True)
class JobEnded:
    """The last page of a job is out."""

    name: str
    pages: int


@dataclass(frozen=True, slots=True)
class PageCount:
    """Sheets that the printer ever printed."""

    sheets: int


@dataclass(frozen=True, slots=True)
class Garbled:
    """Bytes that fit no message."""

    length: int


Message: TypeAlias = Echo | DeviceStatus | PageLanded | JobBegan | JobEnded | PageCount | Garbled


class MessageReader:
    """Feed it any bytes, split anywhere; messages end with a form feed."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> tuple[Message, ...]:
        """Return the messages that these bytes complete."""
        self._buffer += data
        *whole, rest = bytes(self._buffer).split(bytes((_FF,)))
        messages = [_parse(part) for part in whole]
        if len(rest) > _LONGEST:
            messages.append(Garbled(len(rest)))
            rest = b""
        self._buffer = bytearray(rest)
        return tuple(messages)


def _parse(raw: bytes) -> Message:
    text = raw.decode("ascii", "replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    garbled = Garbled(len(raw))
    if not lines:
        return garbled
    head, rest = lines[0].upper(), lines[1:]
    if head.startswith("@PJL ECHO "):
        return Echo(lines[0][len("@PJL ECHO ") :].strip())
    match head:
        case "@PJL INFO STATUS" | "@PJL USTATUS DEVICE":
            return _status(_pairs(rest)) or garbled
        case "@PJL USTATUS JOB":
            return _job(rest) or garbled
        case "@PJL USTATUS PAGE":
            number = _only_number(rest)
            return garbled if number is None else PageLanded(number)
        case "@PJL INFO PAGECOUNT":
            number = _only_number([line.removeprefix("PAGECOUNT=") for line in rest])
            return garbled if number is None else PageCount(number)
    return garbled


def _pairs(lines: list[str]) -> dict[str, str]:
    split = (line.partition("=") for line in lines)
    return {key.strip().upper(): value.strip().strip('"') for key, _, value in split}


def _status(pairs: dict[str, str]) -> DeviceStatus | None:
    code, online = pairs.get("CODE", ""), pairs.get("ONLINE", "").upper()
    if not _NUMBER.fullmatch(code) or online not in ("TRUE", "FALSE"):
        return None
    return DeviceStatus(int(code), online == "TRUE")


def _job(lines: list[str]) -> Message | None:
    pairs = _pairs(lines[1:])
    name, pages = pairs.get("NAME"), pairs.get("PAGES", "")
    match lines[0].upper() if lines else "":
        case "START" if name is not None:
            return JobBegan(name)
        case "END" if name is not None and _NUMBER.fullmatch(pages):
            return JobEnded(name, int(pages))
    return None


def _only_number(lines: list[str]) -> int | None:
    return int(lines[0]) if len(lines) == 1 and _NUMBER.fullmatch(lines[0]) else None
