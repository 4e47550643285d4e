"""What a 24-pin printer strikes so that nobody overlooks that a sheet is void.

Its own letters are twice as large at most; these are four times as large. They are kept as dots, so
that a printer can be told without a font.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final

from devices.printer.pages.escpk_commands import (
    DOTS_90,
    LINE_DOTS,
    columns_of_dots,
    spacing,
    to_dot,
)

_ACROSS: Final = 108
_ROWS: Final = (
    "000000000000000000000000000",
    "000000000000000000000000000",
    "07bc00001e00000000000000000",
    "0738001ffffe000000000000000",
    "0738001ffffe000e038f81f83f8",
    "0f7fff1c0000000f07bfc0f03fe",
    "0e7fff1c0e0000070738e0f038e",
    "1ef7001cce7800070770e0f0386",
    "1ee7001dce3c00078f7070f0387",
    "3fe7001dce1800038e7070f0387",
    "7fc7fc1ffffe00038e6070f0387",
    "7f87fc1ffffe0003de6070f0387",
    "7e07001c3c000001dc6070f0387",
    "0e07001c3c000001dc7070f0387",
    "0e07001c3ffc0001fc7070f0387",
    "0e07001c7ffc0000f870e0f0386",
    "0e07fe1c7e3c0000f838e0f038e",
    "0e07fc1cff780000f83fc0f03fc",
    "0e07003de7f00000700f81f83f8",
    "0e07003bc3e0000000000000000",
    "0e07007f8ff8000000000000000",
    "0e07007b7f7f000000000000000",
    "0e070070780e000000000000000",
    "000000000000000000000000000",
)
"""作废 VOID in cells of 24 dots, a row a line, the leftmost dot the highest bit."""
_TIMES: Final = 4
_COLUMNS: Final = 2
"""A dot is so many columns wide: of 90 an inch, which a slow line gets in half the time."""
_PINS: Final = 24
_WORDS: Final = 60
"""A line of large letters and the white below it, in 1/180 inch."""
MARK_DOTS: Final = _ACROSS * _TIMES
"""How wide it is, in 1/180 inch."""


@cache
def struck_mark(dot: int) -> bytes:
    """The mark from a dot of the line on, a multiple of three: 96 dots high, in four passes.

    The lines below it stand 1/6 inch apart.
    """
    passes = (to_dot(dot) + columns_of_dots(band, DOTS_90) + b"\r\n" for band in _bands())
    return spacing(_PINS) + b"".join(passes) + spacing(LINE_DOTS)


def void_rest(name: str = "") -> bytes:
    """Mark the sheet that lies half printed, and those of that name, as void, and eject it.

    The form's top must stay where it is: ESC @ and ESC C would set it to the middle of the sheet.
    The words come first: below the last lines of a sheet the drawn mark runs on to the next.
    """
    mark, of = "作废 VOID".encode("gb18030"), f"  {name}".rstrip().encode("gb18030")
    words = b"\x1c&" + spacing(_WORDS) + b"\x1cW\x01" + mark + b"\x1cW\x00" + of + b"\r\n"
    return words + struck_mark(0) + b"\f"


def _bands() -> Iterator[bytes]:
    """Three bytes a column of 24 pins, the topmost the highest bit."""
    rows = [f"{int(row, 16):0{_ACROSS}b}" for row in _ROWS]
    high = _PINS // _TIMES
    for top in range(0, len(rows), high):
        columns = zip(*rows[top : top + high], strict=True)
        pins = ("".join(dot * _TIMES for dot in column) for column in columns)
        yield b"".join(int(column, 2).to_bytes(3, "big") * _COLUMNS for column in pins)
