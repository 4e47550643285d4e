"""Command and response APDUs (ISO/IEC 7816-4) and the status words of the card."""

from dataclasses import dataclass, field
from enum import IntEnum, unique
from typing import Self

from devices.card.errors import CardDataError

SHORT_DATA = 0xFF
SHORT_LE = 0x100
EXTENDED_DATA = 0xFFFF
EXTENDED_LE = 0x10000


@unique
class Ins(IntEnum):
    """Instructions the project uses (LD/T 32-2015, commands)."""

    VERIFY = 0x20
    CHANGE_PIN = 0x5E
    EXTERNAL_AUTHENTICATE = 0x82
    GET_CHALLENGE = 0x84
    INTERNAL_AUTHENTICATE = 0x88
    SELECT = 0xA4
    READ_BINARY = 0xB0
    READ_RECORD = 0xB2
    GET_RESPONSE = 0xC0
    UPDATE_BINARY = 0xD6
    UPDATE_RECORD = 0xDC
    DELIVER_SESSION_KEY = 0xDE
    """PSAM."""
    INITIALIZE_ENVIRONMENT = 0xEC
    """PSAM."""
    CIPHER_DATA = 0xFA
    """PSAM."""


@unique
class StatusWord(IntEnum):
    """Status words of the card; 61xx, 63Cx and 6Cxx carry a number and stand as their base."""

    OK = 0x9000
    MORE_DATA = 0x6100
    TRIES_LEFT = 0x63C0
    MEMORY_ERROR = 0x6581
    WRONG_LENGTH = 0x6700
    WRONG_STATE = 0x6901
    WRONG_FILE_STRUCTURE = 0x6981
    SECURITY_NOT_SATISFIED = 0x6982
    LOCKED = 0x6983
    NO_CHALLENGE = 0x6984
    CONDITIONS_NOT_SATISFIED = 0x6985
    NO_CURRENT_FILE = 0x6986
    MAC_MISSING = 0x6987
    MAC_WRONG = 0x6988
    WRONG_DATA = 0x6A80
    NOT_SUPPORTED = 0x6A81
    FILE_NOT_FOUND = 0x6A82
    RECORD_NOT_FOUND = 0x6A83
    NO_SPACE = 0x6A84
    WRONG_P1P2 = 0x6A86
    KEY_NOT_FOUND = 0x6A88
    WRONG_OFFSET = 0x6B00
    RIGHT_LENGTH = 0x6C00
    INS_UNKNOWN = 0x6D00
    CLA_UNKNOWN = 0x6E00
    INVALID = 0x6F00
    MAC_INVALID = 0x9302
    APPLICATION_LOCKED = 0x9303
    BALANCE_MAXIMUM = 0x9401
    COUNTER_MAXIMUM = 0x9402
    KEY_INDEX_UNSUPPORTED = 0x9403
    MAC_UNAVAILABLE = 0x9406


def base_of(sw: int) -> int:
    """The status word without the number that 61xx, 63Cx and 6Cxx carry."""
    if sw >> 8 in (0x61, 0x6C):
        return sw & 0xFF00
    if sw & 0xFFF0 == StatusWord.TRIES_LEFT:
        return StatusWord.TRIES_LEFT
    return sw


def name_of(sw: int) -> str:
    """The name of a status word, with its number where it carries one."""
    base = base_of(sw)
    try:
        name = StatusWord(base).name
    except ValueError:
        return f"UNKNOWN_{sw:04X}"
    if base == StatusWord.TRIES_LEFT:
        return f"{name}_{sw & 0x0F}"
    if base in (StatusWord.MORE_DATA, StatusWord.RIGHT_LENGTH):
        return f"{name}_{sw & 0xFF}"
    return name


@dataclass(frozen=True, slots=True)
class Command:
    """A command APDU; `le` is the number of bytes wanted (256 goes out as 00), or `None`."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = field(default=b"", repr=False)
    le: int | None = None

    def __post_init__(self) -> None:
        if not all(0 <= part <= 0xFF for part in (self.cla, self.ins, self.p1, self.p2)):
            message = "a byte of the command header is out of range"
            raise ValueError(message)
        if len(self.data) > EXTENDED_DATA:
            message = f"{len(self.data)} bytes of data do not fit into one command"
            raise ValueError(message)
        if self.le is not None and not 1 <= self.le <= EXTENDED_LE:
            message = f"Le {self.le} is not within 1 and {EXTENDED_LE}"
            raise ValueError(message)

    @property
    def header(self) -> bytes:
        """CLA INS P1 P2."""
        return bytes((self.cla, self.ins, self.p1, self.p2))

    @property
    def label(self) -> str:
        """The header in hex: what may be told of a command whose data are secret."""
        return self.header.hex().upper()

    @property
    def extended(self) -> bool:
        """Whether the lengths need the extended form."""
        return len(self.data) > SHORT_DATA or (self.le or 0) > SHORT_LE

    def to_bytes(self) -> bytes:
        """The APDU in short form where it fits, else extended."""
        if self.extended:
            return self._extended_bytes()
        out = bytearray(self.header)
        if self.data:
            out += bytes((len(self.data),)) + self.data
        if self.le is not None:
            out.append(self.le & 0xFF)
        return bytes(out)

    def _extended_bytes(self) -> bytes:
        out = bytearray(self.header) + b"\0"
        if self.data:
            out += len(self.data).to_bytes(2, "big") + self.data
        if self.le is not None:
            out += (self.le & 0xFFFF).to_bytes(2, "big")
        return bytes(out)

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Read any of the four cases, short or extended; `CardDataError` names the place."""
        if len(raw) < 4:
            raise CardDataError("APDU header shorter than 4 bytes")
        data, le = _body(raw[4:])
        return cls(raw[0], raw[1], raw[2], raw[3], data, le)


def _body(body: bytes) -> tuple[bytes, int | None]:
    """Data and Le from what follows the header (ISO/IEC 7816-3, clause 12.1)."""
    if not body:
        return b"", None
    if len(body) == 1:
        return b"", body[0] or SHORT_LE
    if body[0]:
        return _data_and_le(body, body[0], 1, SHORT_LE)
    if len(body) == 3:
        return b"", int.from_bytes(body[1:], "big") or EXTENDED_LE
    length = int.from_bytes(body[1:3], "big")
    if len(body) < 3 or not length:
        raise CardDataError("APDU Lc at offset 4")
    return _data_and_le(body, length, 3, EXTENDED_LE)


def _data_and_le(body: bytes, length: int, start: int, most: int) -> tuple[bytes, int | None]:
    data, rest = body[start : start + length], body[start + length :]
    le_size = 1 if most == SHORT_LE else 2
    if len(data) < length or len(rest) not in (0, le_size):
        raise CardDataError(f"APDU Lc {length} against {len(body) - start} bytes after it")
    if not rest:
        return data, None
    return data, int.from_bytes(rest, "big") or most


@dataclass(frozen=True, slots=True)
class Response:
    """Data and status word of a response APDU."""

    data: bytes = field(repr=False)
    sw: int

    @property
    def ok(self) -> bool:
        """Whether the status word is 9000."""
        return self.sw == StatusWord.OK

    @property
    def name(self) -> str:
        """The status word by name."""
        return name_of(self.sw)

    @classmethod
    def from_bytes(cls, raw: bytes) -> Self:
        """Split data and status word; an answer without a status word is malformed."""
        if len(raw) < 2:
            raise CardDataError("response without a status word")
        return cls(raw[:-2], int.from_bytes(raw[-2:], "big"))

    def to_bytes(self) -> bytes:
        """Data followed by SW1 and SW2."""
        return self.data + self.sw.to_bytes(2, "big")
