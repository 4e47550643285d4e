"""Places within a block where a question may stand: between two commands, never inside one. Pure.

A real-time question must not fall into a command (makers' manuals), so it stands behind a line
feed. Text never holds one inside a character: no trail byte of GB18030 is below 30h.
"""

import re

_INTRODUCERS = re.compile(rb"[\x10\x1b\x1c\x1d]")
_LONGEST_FIXED = 3
"""A line feed so near behind an introducer may be a parameter: `ESC $ nL nH`."""
_IMAGE = re.compile(rb"\x1b\*([\x00\x01\x20\x21])(.)(.)", re.DOTALL)
_OPEN_ENDED = re.compile(
    rb"\x1b\*|\x1b&|\x1bD|\x1b\(|\x1c2|\x1c\(|\x1cq|\x1d\(|\x1d8|\x1dv|\x1dk|\x1d\*"
)
"""Commands with data behind them. `ESC *` says how much; behind the others we do not look."""


def split_lines(data: bytes, least: int, most: int) -> tuple[bytes, ...]:
    """Cut a block behind line feeds into pieces of `least` to `most` bytes, as far as it allows.

    A piece is longer where the block has no safe place for so long; nothing is lost or changed.
    """
    pieces: list[bytes] = []
    start = last = 0
    for place in _safe_places(data):
        if place - start > most and last > start:
            pieces.append(data[start:last])
            start = last
        if place - start >= least:
            last = place
    if len(data) - start > most and last > start:
        pieces.append(data[start:last])
        start = last
    if start < len(data):
        pieces.append(data[start:])
    return tuple(pieces)


def _safe_places(data: bytes) -> list[int]:
    places = []
    at = 0
    while at < len(data):
        if match := _IMAGE.match(data, at):
            columns = match[2][0] + 256 * match[3][0]
            at = match.end() + columns * (3 if match[1] >= b"\x20" else 1)
            continue
        if _OPEN_ENDED.match(data, at):
            break
        if data[at] == 0x0A and not _INTRODUCERS.search(data, max(0, at - _LONGEST_FIXED), at):
            places.append(at + 1)
        at += 1
    return places
