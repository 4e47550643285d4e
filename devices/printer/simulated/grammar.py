"""Which commands the simulated printer knows, and how long each of them is."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeAlias

TOO_LONG = 0x40000
"""No single command of this class of printers carries more."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A command of fixed length; `first` are the values that its first parameter may take."""

    name: str
    length: int
    first: Collection[int] | None = None


_SWITCH = (0, 1, 48, 49)
_ANY = None


def _table(prefix: int, rows: dict[str, tuple[int, Collection[int] | None]]) -> dict[bytes, Fixed]:
    names = {0x10: "DLE", 0x1B: "ESC", 0x1C: "FS", 0x1D: "GS"}
    return {
        bytes((prefix, ord(letter))): Fixed(f"{names[prefix]} {letter}", length, first)
        for letter, (length, first) in rows.items()
    }


FIXED: dict[bytes, Fixed] = {
    b"\x10\x05": Fixed("DLE ENQ", 1, (0, 1, 2)),
    **_table(
        0x1B,
        {
            "@": (0, _ANY),
            " ": (1, _ANY),
            "!": (1, _ANY),
            "$": (2, _ANY),
            "\\": (2, _ANY),
            "-": (1, (0, 1, 2, 48, 49, 50)),
            "2": (0, _ANY),
            "3": (1, _ANY),
            "=": (1, _ANY),
            "E": (1, _ANY),
            "G": (1, _ANY),
            "J": (1, _ANY),
            "M": (1, _SWITCH),
            "R": (1, range(18)),
            "a": (1, (0, 1, 2, 48, 49, 50)),
            "d": (1, _ANY),
            "t": (1, _ANY),
            "v": (0, _ANY),
            "{": (1, _ANY),
        },
    ),
    **_table(
        0x1D,
        {
            "!": (1, [w | h for w in range(0, 0x80, 0x10) for h in range(8)]),
            "B": (1, _ANY),
            "I": (1, (1, 2, 3, 65, 66, 67, 68, 69)),
            "L": (2, _ANY),
            "W": (2, _ANY),
            "a": (1, _ANY),
            "b": (1, _ANY),
            "r": (1, (1, 2, 4, 49, 50, 52)),
        },
    ),
    **_table(
        0x1C,
        {
            "&": (0, _ANY),
            ".": (0, _ANY),
            "!": (1, _ANY),
            "-": (1, (0, 1, 2, 48, 49, 50)),
            "2": (74, (0xFE,)),
            "C": (1, _SWITCH),
            "S": (2, _ANY),
            "W": (1, _ANY),
        },
    ),
}
"""Prefix and letter -> command."""

Peek: TypeAlias = Callable[[int], int]
Measure: TypeAlias = Callable[[Peek], int | str]
"""From the parameters to their total length, or to what is wrong with them."""


def _real_time_status(peek: Peek) -> int | str:
    n = peek(0)
    if n in (7, 8, 18):
        return 2
    return 1 if 1 <= n <= 5 else f"parameter {n:02X}"


def _real_time_request(peek: Peek) -> int | str:
    function = peek(0)
    known = {1: 3, 2: 3, 8: 8}
    return known.get(function, f"function {function:02X}")


def _bit_image(peek: Peek) -> int | str:
    mode = peek(0)
    columns = peek(1) + 256 * peek(2)
    per_column = {0: 1, 1: 1, 32: 3, 33: 3}
    if mode not in per_column:
        return f"mode {mode}"
    return 3 + per_column[mode] * columns


def _tabs(peek: Peek) -> int | str:
    for index in range(33):
        if peek(index) == 0:
            return index + 1
    return "more than 32 tab stops"


def _raster(peek: Peek) -> int | str:
    if peek(0) != 0x30 or peek(1) not in (0, 1, 2, 3, 48, 49, 50, 51):
        return "mode"
    return 6 + (peek(2) + 256 * peek(3)) * (peek(4) + 256 * peek(5))


def _cut(peek: Peek) -> int | str:
    mode = peek(0)
    if mode in (0, 1, 48, 49):
        return 1
    return 2 if mode in (65, 66) else f"mode {mode:02X}"


def _function(known: bytes) -> Measure:
    def measure(peek: Peek) -> int | str:
        letter = peek(0)
        length = 3 + peek(1) + 256 * peek(2)
        return length if letter in known else f"function group {letter:02X}"

    return measure


def _long_graphics(peek: Peek) -> int | str:
    if peek(0) != ord("L"):
        return f"function group {peek(0):02X}"
    return 5 + peek(1) + (peek(2) << 8) + (peek(3) << 16) + (peek(4) << 24)


SIZED: dict[bytes, tuple[str, Measure]] = {
    b"\x10\x04": ("DLE EOT", _real_time_status),
    b"\x10\x14": ("DLE DC4", _real_time_request),
    b"\x1b*": ("ESC *", _bit_image),
    b"\x1bD": ("ESC D", _tabs),
    b"\x1dv": ("GS v", _raster),
    b"\x1dV": ("GS V", _cut),
    b"\x1d(": ("GS (", _function(b"HLk")),
    b"\x1d8": ("GS 8", _long_graphics),
    b"\x1c(": ("FS (", _function(b"A")),
}
"""Commands whose length lies in their parameters."""
