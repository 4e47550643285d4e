"""The few ESC/P-K commands that begin a page, for statements and for the self-test alike.

Source: Printronix/InfoPrint and Compuprint LQ-1600K emulations; Epson's LQ manuals.
"""

HALF_DOTS = 12
"""An ASCII character of the hanzi mode, in 1/180 inch; a hanzi is twice as wide."""
LINE_DOTS = 30
"""Six lines an inch."""
DOTS_90, DOTS_180 = 38, 39
"""Columns an inch, as ESC * numbers them."""
_MOST_COLUMNS = 120
"""In one command: a printer may want to hold all of it in its buffer. One of a kilobyte that stops
the host while half of it is full would wait for the rest for ever."""


def page_start(page_lines: int, column_dots: int) -> bytes:
    """Hanzi on, characters in columns of so many dots, 1/6 inch a line, the page's length.

    The length begins here, so this is sent at the top of a form only. Makers' defaults of the gaps
    disagree: they are always sent.
    """
    length = b"\x1bC" + bytes((page_lines,))
    return b"\x1b@\x1c&" + gaps(column_dots - HALF_DOTS) + spacing(LINE_DOTS) + length


def gaps(dots: int) -> bytes:
    """FS S and FS T: so much behind a half-width character, and twice as much behind a hanzi."""
    return b"\x1cS" + bytes((0, 2 * dots)) + b"\x1cT" + bytes((0, dots))


def spacing(dots: int) -> bytes:
    """ESC 3: from line to line, in 1/180 inch."""
    return b"\x1b3" + bytes((dots,))


def to_dot(dot: int) -> bytes:
    """ESC $: to a place from the left, in 1/180 inch; a multiple of three."""
    sixtieths = dot // 3
    return b"\x1b$" + bytes((sixtieths & 0xFF, sixtieths >> 8))


def columns_of_dots(data: bytes, density: int = DOTS_180) -> bytes:
    """ESC *: three bytes a column of 24 dots, so many columns an inch, by commands that join."""
    parts = (data[at : at + 3 * _MOST_COLUMNS] for at in range(0, len(data), 3 * _MOST_COLUMNS))
    return b"".join(bytes((*b"\x1b*", density, len(part) // 3, 0)) + part for part in parts)
