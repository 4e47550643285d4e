"""What a printer sends back: telling the bytes apart, and what they mean. Pure.

One stream carries several kinds of replies; their fixed bits tell them apart (Epson's ESC/POS
reference, appendix on received data; Citizen's manuals agree):

    0xx1xx10          DLE EOT: real-time status
    0xx1xx00 + 3      automatic status back (GS a): three more bytes other than XOFF
    0xx0xxxx          GS r, GS I n: a register
    11, 13            XON, XOFF
    37 22 id*4 00     GS ( H: process identifier
    37 25 00          DLE DC4 8: the buffer is cleared
    5F text 00        GS I 65..69
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from devices.printer.models import Meaning, PrinterModel
from devices.printer.state import NeedsAttention, PrinterState, Ready, Reason

_XON, _XOFF = 0x11, 0x13
_BLOCK, _INFO = 0x37, 0x5F
_PROCESS_ID, _CLEARED = 0x22, 0x25
_LONGEST_INFO = 80


@dataclass(frozen=True, slots=True)
class StatusReply:
    """Answer to DLE EOT; which one was asked, only the order of the questions tells."""

    byte: int


@dataclass(frozen=True, slots=True)
class AutoStatus:
    """Automatic status back: how the printer was when it sent this, by itself."""

    data: bytes


@dataclass(frozen=True, slots=True)
class RegisterReply:
    """Answer to GS r, to ESC v or to a one-byte GS I."""

    byte: int


@dataclass(frozen=True, slots=True)
class InfoReply:
    """Answer to GS I 65..69: maker, model, font and so on."""

    text: bytes


@dataclass(frozen=True, slots=True)
class MarkerReply:
    """All data before the GS ( H with this identifier is printed."""

    id: bytes


@dataclass(frozen=True, slots=True)
class BufferCleared:
    """DLE DC4 8 is done."""


@dataclass(frozen=True, slots=True)
class Xon:
    """The printer may be written to again."""


@dataclass(frozen=True, slots=True)
class Xoff:
    """The printer asks the host to stop writing."""


@dataclass(frozen=True, slots=True)
class Noise:
    """A byte that is no part of any reply."""

    byte: int


Reply: TypeAlias = (
    StatusReply
    | AutoStatus
    | RegisterReply
    | InfoReply
    | MarkerReply
    | BufferCleared
    | Xon
    | Xoff
    | Noise
)


class _Inside(Enum):
    """Which reply of several bytes is under way."""

    NOTHING = auto()
    AUTO_STATUS = auto()
    BLOCK = auto()
    INFO = auto()


class ReplyParser:
    """Cuts the stream into replies; any bytes, split anywhere, never raise."""

    def __init__(self) -> None:
        self._inside = _Inside.NOTHING
        self._held = bytearray()
        self._pending: deque[int] = deque()

    def feed(self, data: bytes) -> tuple[Reply, ...]:
        """Return the replies that these bytes complete."""
        out: list[Reply] = []
        self._pending.extend(data)
        while self._pending:
            self._take(self._pending.popleft(), out)
        return tuple(out)

    def _take(self, byte: int, out: list[Reply]) -> None:
        if self._inside is not _Inside.NOTHING and byte in (_XON, _XOFF):
            out.append(Xon() if byte == _XON else Xoff())  # they may fall between any two bytes
            return
        match self._inside:
            case _Inside.NOTHING:
                self._start(byte, out)
            case _Inside.AUTO_STATUS:
                self._auto_status(byte, out)
            case _Inside.BLOCK:
                self._block(byte, out)
            case _Inside.INFO:
                self._info(byte, out)

    def _start(self, byte: int, out: list[Reply]) -> None:
        if byte == _XON:
            out.append(Xon())
        elif byte == _XOFF:
            out.append(Xoff())
        elif byte == _BLOCK:
            self._open(_Inside.BLOCK, byte)
        elif byte == _INFO:
            self._open(_Inside.INFO, byte)
        elif byte & 0x93 == 0x12:
            out.append(StatusReply(byte))
        elif byte & 0x93 == 0x10:
            self._open(_Inside.AUTO_STATUS, byte)
        elif byte & 0x90 == 0x00:
            out.append(RegisterReply(byte))
        else:
            out.append(Noise(byte))

    def _open(self, inside: _Inside, byte: int) -> None:
        self._inside = inside
        self._held = bytearray((byte,))

    def _close(self) -> bytes:
        held = bytes(self._held)
        self._inside = _Inside.NOTHING
        self._held = bytearray()
        return held

    def _break(self, byte: int, out: list[Reply]) -> None:
        """The reply under way was none: its first byte is noise, the rest is looked at again.

        Looking again matters: a stray 37 must not swallow the status byte after it.
        """
        held = self._close()
        out.append(Noise(held[0]))
        self._pending.extendleft(reversed((*held[1:], byte)))

    def _auto_status(self, byte: int, out: list[Reply]) -> None:
        if byte & 0x90:
            self._break(byte, out)
        else:
            self._held.append(byte)
            if len(self._held) == 4:
                out.append(AutoStatus(self._close()))

    def _block(self, byte: int, out: list[Reply]) -> None:
        held = self._held
        wanted = (
            byte in (_PROCESS_ID, _CLEARED)
            if len(held) == 1
            else byte == 0
            if held[1] == _CLEARED or len(held) == 6
            else 0x20 <= byte <= 0x7E
        )
        if not wanted:
            self._break(byte, out)
            return
        held.append(byte)
        if byte == 0:
            block = self._close()
            out.append(BufferCleared() if block[1] == _CLEARED else MarkerReply(block[2:6]))

    def _info(self, byte: int, out: list[Reply]) -> None:
        if byte == 0 and len(self._held) > 1:
            out.append(InfoReply(self._close()[1:]))
        elif 0x20 <= byte <= 0x7E and len(self._held) <= _LONGEST_INFO:
            self._held.append(byte)
        else:
            self._break(byte, out)


_WORST_FIRST: tuple[tuple[Meaning, Reason], ...] = (
    ("cover_open", "cover_open"),  # an open cover also reports the paper missing
    ("paper_out", "paper_out"),
    ("cutter", "cutter"),
    ("head", "head"),
    ("error", "error"),
    ("offline", "error"),  # offline and no cause given
)


def meanings(model: PrinterModel, query: int, byte: int) -> frozenset[Meaning]:
    """Return what one status byte says, by the model's bit table."""
    bits = (bit for bit in model.status_bits if bit.query == query)
    return frozenset(bit.means for bit in bits if byte & bit.mask)


def decode_state(model: PrinterModel, replies: Mapping[int, int]) -> PrinterState:
    """Return the state that the answers to DLE EOT n (n -> byte) add up to.

    With the cover open the paper's sensor may say anything (n=4), so the cover comes first.
    """
    said: frozenset[Meaning] = frozenset().union(
        *(meanings(model, query, byte) for query, byte in replies.items())
    )
    senses = any(bit.means == "paper_low" for bit in model.status_bits)
    return _worst(said, senses=senses and 4 in replies)


def decode_auto(model: PrinterModel, data: bytes) -> PrinterState:
    """Return the state that the four bytes of automatic status add up to."""
    said = frozenset(bit.means for bit in model.auto_bits if data[bit.byte - 1] & bit.mask)
    return _worst(said, senses=any(bit.means == "paper_low" for bit in model.auto_bits))


def _worst(said: frozenset[Meaning], *, senses: bool) -> PrinterState:
    for meaning, reason in _WORST_FIRST:
        if meaning in said:
            return NeedsAttention(reason)
    if "paper_low" in said:
        return Ready("near_end")
    return Ready("ok" if senses else "unknown")
