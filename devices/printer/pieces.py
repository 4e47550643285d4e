"""Places within a block where a question may stand: between two commands, never inside one. Pure.

A real-time question must not fall into a command (makers' manuals), so it stands behind a line
feed. Text never holds one inside a character: no trail byte of GB18030 is below 30h.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from devices.printer.blocks import Block
from devices.printer.models import PrinterModel

_INTRODUCERS = re.compile(rb"[\x10\x1b\x1c\x1d]")
_LONGEST_FIXED = 3
"""A line feed so near behind an introducer may be a parameter: `ESC $ nL nH`."""
_IMAGE = re.compile(rb"\x1b\*([\x00\x01\x20\x21])(.)(.)", re.DOTALL)
_OPEN_ENDED = re.compile(
    rb"\x1b\*|\x1b&|\x1bD|\x1b\(|\x1c2|\x1c\(|\x1cq|\x1d\(|\x1d8|\x1dv|\x1dk|\x1d\*"
)
"""Commands with data behind them. `ESC *` says how much; behind the others we do not look."""


_LOOK_SECONDS = 0.2
"""Without markers a printer that was off for a moment shows it only by a question that it did not
answer: so often one stands in the stream."""
_LEAST_PIECE = 64
_CHUNK_BYTES = 48  # of the link, where the printer stops it by software
_MARKER_BYTES = 14  # with the question behind it
FULL_BYTES = 128
"""So many bytes are left in the buffer when the printer stops the host (TM-T88III)."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a block that goes out at once, with a question behind it."""

    data: bytes = field(repr=False)
    ends_block: bool
    needs_proof: bool
    """All before it must be on paper first: it is the start or the end of the last block."""


def unasked_bytes(model: PrinterModel) -> int | None:
    """So many bytes may go out without a question behind them; None: what comes back proves all.

    A picture is no longer either: no question may fall into it, and a printer that was off for a
    moment would print the rest of its dots as text.
    """
    return None if model.marker else int(model.baud / 10 * _LOOK_SECONDS)


def cut_blocks(blocks: Sequence[Block], model: PrinterModel) -> Iterator[Piece]:
    """Cut blocks so that no power loss can hide in one.

    Two pieces fit the buffer, so that the printer never holds the line within one; without
    markers a question stands in the stream every so often, too.
    """
    most = (model.buffer_bytes - FULL_BYTES) // 2 - _MARKER_BYTES
    most = max(_LEAST_PIECE, min(most, unasked_bytes(model) or most))
    for number, block in enumerate(blocks):
        last_block = number == len(blocks) - 1
        parts = split_lines(block.data, most // 2, most) or (b"",)
        for index, part in enumerate(parts):
            ends = index == len(parts) - 1
            yield Piece(part, ends, last_block and (index == 0 or ends))


def chunks(data: bytes, model: PrinterModel) -> tuple[bytes, ...]:
    """Cut for flow control by software: when it holds us, a question can stand between."""
    if model.flow in ("xonxoff", "dsr-poll"):
        return split_lines(data, 1, _CHUNK_BYTES)
    return (data,)


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
