"""The technician's APDU language: `[CLA]INS[P1P2][:DATA][/LE][=SW]`, all parts in hex.

`A40400:D15600000503/00=9000` selects an application; what is left out is 00 or absent.
"""

import re
from dataclasses import dataclass

from devices.card.apdu import EXTENDED_DATA, EXTENDED_LE, SHORT_LE, Command
from devices.card.errors import ScriptError

_LINE = re.compile(
    r"\s*(?P<header>[0-9A-Fa-f]*)(?P<data>:[0-9A-Fa-f]*)?(?P<le>/[0-9A-Fa-f]*)?(?P<sw>=[0-9A-Fa-f]*)?\s*"
)


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """One command and the status word the technician expects, if any was named."""

    command: Command
    expected_sw: int | None = None


def parse_line(text: str) -> ScriptLine:
    """Read one line; `ScriptError` names the column, never the text (it may hold a PIN)."""
    match = _LINE.match(text)
    if match is None or match.end() < len(text):
        column = match.end() + 1 if match else 1
        raise ScriptError(f"column {column}: neither hex nor a mark that may stand here")
    cla, ins, p1, p2 = _header(match["header"], match.start("header") + 1)
    data = _data(match["data"][1:], match.start("data") + 2) if match["data"] else b""
    le = _le(match["le"][1:], match.start("le") + 2) if match["le"] else None
    expected = _status_word(match["sw"][1:], match.start("sw") + 2) if match["sw"] else None
    return ScriptLine(Command(cla, ins, p1, p2, data, le), expected)


def _header(digits: str, column: int) -> tuple[int, int, int, int]:
    raw = _bytes(digits, column)
    match len(raw):
        case 1:
            return 0, raw[0], 0, 0
        case 2:
            return raw[0], raw[1], 0, 0
        case 3:
            return 0, raw[0], raw[1], raw[2]
        case 4:
            return raw[0], raw[1], raw[2], raw[3]
        case _:
            raise ScriptError(f"column {column}: the header has {len(raw)} bytes, not 1 to 4")


def _data(digits: str, column: int) -> bytes:
    raw = _bytes(digits, column)
    if not raw:
        raise ScriptError(f"column {column}: no data after ':'")
    if len(raw) > EXTENDED_DATA:
        raise ScriptError(f"column {column}: more data than one command can carry")
    return raw


def _le(digits: str, column: int) -> int:
    if not 1 <= len(digits) <= 4:
        raise ScriptError(f"column {column}: Le has 1 to 4 hex digits")
    return int(digits, 16) or (SHORT_LE if len(digits) <= 2 else EXTENDED_LE)


def _status_word(digits: str, column: int) -> int:
    if len(digits) != 4:
        raise ScriptError(f"column {column}: a status word has 4 hex digits")
    return int(digits, 16)


def _bytes(digits: str, column: int) -> bytes:
    if len(digits) % 2:
        raise ScriptError(f"column {column + len(digits) - 1}: half a byte")
    return bytes.fromhex(digits)
