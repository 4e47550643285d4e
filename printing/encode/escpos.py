"""A roll as ESC/POS: text by the printer's own characters, in blocks that stand alone.

Text costs a fiftieth of a picture on the wire. A character outside the ROM is sent as the picture
of its cell; a job that holds one no font can draw is refused before its first byte. Commands:
Epson's ESC/POS reference; the makers of other printers agree on all that are used here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from devices.printer.blocks import Block
from printing.encode.picture import (
    LINE_DOTS,
    PICTURE,
    QR_MODULE,
    Canvas,
    CellSource,
    bands,
    rows_within,
    without_commands,
)
from printing.encode.void_words import MARK, roll_marks
from printing.errors import LayoutError, TextRefusedError
from printing.layout.roll import Line, Qr, Roll, RollLine, Rule, Run
from printing.layout.size import Size
from printing.qr import modules
from printing.text import Rom, rom_bytes, width

_INITIALISE: Final = b"\x1b@"
_HANZI_ON: Final = b"\x1c&"
"""FS &: after ESC @ some models read bytes from 80h as single characters."""
_LEFT: Final = b"\x1ba\x00"
_CENTRE: Final = b"\x1ba\x01"
_SIZES: Final = {1: b"\x1d!\x00", 2: b"\x1d!\x11"}
_TALL: Final = b"\x1d!\x01"
"""GS !: one less than the width and one less than the height, in halves of a byte."""
_BOLD: Final = {False: b"\x1bE\x00", True: b"\x1bE\x01"}
_CELL_IMAGE: Final = b"\x1b*\x21\x18\x00"
"""ESC * 33: 24 columns of 24 dots, in line with the text."""
FEED_LINES: Final = 3
_FEED_AND_CUT: Final = b"\n" * FEED_LINES + b"\x1dVB\x00"
"""GS V 66: feeds to the blade first, so that nothing printed stays in the machine."""
TEAR_LINES: Final = 6
_FEED_TO_TEAR: Final = b"\n" * TEAR_LINES
_STATE: Final = _HANZI_ON + _LEFT + _SIZES[1] + _BOLD[False]
"""What every block starts with, whatever became of the one before it."""
_RULE: Final = "\u2500"
_PITCH: Final[dict[Size, bytes]] = {
    "normal": b"",
    "large": b"\x1b3" + bytes((LINE_DOTS["large"],)),
}
"""ESC 3: dots from line to line. Printers that count in halves of a dot ignore what is less than
the letters' own height."""
_OWN_PITCH: Final = b"\x1b2"

_BLOCK_ROWS: Final = 8
_BLOCK_BYTES: Final = 1024
_QR_BAND: Final = 24


class GlyphSource(CellSource, Protocol):
    """Pictures of characters that the ROM lacks."""

    def columns(self, character: str) -> bytes:
        """72 bytes: 24 columns of 24 dots from the top."""
        ...


def encode_escpos(
    roll: Roll,
    *,
    rom: Rom,
    columns: int,
    cut: bool,
    qr: bool,
    glyphs: GlyphSource,
    most: int | None = None,
) -> tuple[Block, ...]:
    """The bytes of `roll` for a printer of this ROM and width, in order.

    `cut` and `qr` tell whether it has a cutter and draws QR symbols itself (GS ( k); without the
    latter the symbol is sent as a picture. `most`: bytes of a picture. Every block sends the state
    it needs.
    """
    canvas = Canvas(columns, glyphs, roll.size)
    encoder = _LineEncoder(rom, canvas, columns, glyphs, qr=qr, most=most)
    gathered = _Blocks(_STATE + _PITCH[roll.size])
    for line in roll.lines:
        for part in encoder.parts(line):
            gathered.add(part)
    end = _FEED_AND_CUT if cut else _FEED_TO_TEAR
    if roll.size == "large":
        end = _OWN_PITCH + end
    gathered.add(_Part(end, "cut", printed=False))
    return gathered.finish()


def void_blocks(serial: str, *, columns: int, cut: bool) -> tuple[Block, ...]:
    """What voids the paper of that number: a large 作废 VOID, and a cut where there is a blade.

    Twice as high, and twice as wide where there is room. The mark starts by clearing what is left
    of a line. The cut is a block of its own, so that it goes out only behind a mark that is proven.
    """
    rows = roll_marks(serial, columns)
    large = _SIZES[2] if width(MARK + rows[0]) <= columns else _TALL
    number = "\n".join(rows).removeprefix(MARK)
    text = large + MARK.encode("gb18030") + _TALL + number.encode() + b"\n"
    mark = _INITIALISE + _HANZI_ON + _CENTRE + _BOLD[True] + b"\n" + text
    end = _STATE + (_FEED_AND_CUT if cut else _FEED_TO_TEAR)
    return Block(mark, "void"), Block(end, "cut")


def continued_bytes(row: int) -> bytes:
    """What voids the paper from so many rows of print on and says that it goes on below there.

    Counted from 1, blank rows and rules left out. Starts by clearing what is left of a line, and
    fits the narrowest paper.
    """
    rule = _RULE * 16
    chinese = (f"以上第 {row} 行起至此作废 VOID", "其内容在下面重新打印")
    lines = ("", rule, *chinese, f"Void from row {row}: see below", rule, "")
    text = "\n".join(lines).encode("gb18030")
    return _INITIALISE + _STATE + _CENTRE + _BOLD[True] + text + b"\n" + _STATE


@dataclass(frozen=True, slots=True)
class _Part:
    """The bytes of one line, which leave the printer in the state of a block's start."""

    data: bytes
    label: str = ""
    """Names a part that is a block of its own; empty for a row of text."""
    printed: bool = True
    """Whether a reader counts it: no blank row and no rule."""


class _Blocks:
    """Gathers lines into blocks of at most eight rows and a kilobyte."""

    def __init__(self, state: bytes) -> None:
        self._state = state
        self._done: list[Block] = []
        self._held: list[_Part] = []
        self._row = 1

    def add(self, part: _Part) -> None:
        size = sum(len(held.data) for held in self._held) + len(part.data)
        if part.label or len(self._held) == _BLOCK_ROWS or size > _BLOCK_BYTES - len(self._state):
            self._flush()
        if part.label:
            self._emit([part], part.label)
        else:
            self._held.append(part)

    def finish(self) -> tuple[Block, ...]:
        self._flush()
        return tuple(self._done)

    def _flush(self) -> None:
        if self._held:
            last = self._row + len(self._held) - 1
            self._emit(self._held, f"rows {self._row}-{last}")
            self._row = last + 1
            self._held = []

    def _emit(self, parts: Sequence[_Part], label: str) -> None:
        start = self._state if self._done else _INITIALISE + self._state
        data = start + b"".join(part.data for part in parts)
        self._done.append(Block(data, label, sum(part.printed for part in parts)))


class _LineEncoder:
    """Turns lines into bytes for one printer; refuses what it cannot print."""

    def __init__(
        self,
        rom: Rom,
        canvas: Canvas,
        columns: int,
        glyphs: GlyphSource,
        *,
        qr: bool,
        most: int | None,
    ) -> None:
        self._rom: Rom = rom
        self._canvas = canvas
        self._columns = columns
        self._glyphs = glyphs
        self._qr = qr
        self._most = most

    def parts(self, line: RollLine) -> Iterator[_Part]:
        match line:
            case Line() if line.height > 1 and not self._in_rom(line.text):
                yield from self._drawn(line)
            case Line():
                yield _Part(self._line(line), printed=bool(line.text.strip()))
            case Rule():
                yield _Part(self._text(_RULE * (self._columns // 2)) + b"\n", printed=False)
            case Qr() if self._qr:
                yield _Part(_CENTRE + _native_qr(line.content) + _LEFT, "qr")
            case Qr():
                for number, band in enumerate(_drawn_qr(line.content, self._most), 1):
                    yield _Part(_CENTRE + band + _LEFT, f"qr band {number}")

    def _in_rom(self, text: str) -> bool:
        return all(rom_bytes(character, self._rom) for character in text)

    def _drawn(self, line: Line) -> Iterator[_Part]:
        """A line as a picture: a picture of a single cell has one size only.

        It counts as printed with its last band.
        """
        held, drawn = b"", []
        for part in bands(self._canvas.draw(line), self._most):
            held += part
            if part.startswith(PICTURE):
                drawn.append(held)
                held = b""
        *above, last = drawn or [b""]
        for band in above:
            yield _Part(band, "line band", printed=False)
        yield _Part(last + held, "line end")

    def _line(self, line: Line) -> bytes:
        if line.size * width(line.text) > self._columns:
            raise LayoutError("line", line.size * width(line.text), self._columns)
        size = b"\x1d!" + bytes(((line.size - 1) << 4 | line.height - 1,))
        data = b"".join(self._run(run) for run in line.runs)
        before = (_CENTRE if line.centred else b"") + (size if line.height > 1 else b"")
        after = (_SIZES[1] if line.height > 1 else b"") + (_LEFT if line.centred else b"")
        return before + data + b"\n" + after

    def _run(self, run: Run) -> bytes:
        data = self._text(run.text)
        return _BOLD[True] + data + _BOLD[False] if run.bold else data

    def _text(self, text: str) -> bytes:
        return b"".join(map(self._character, text))

    def _character(self, character: str) -> bytes:
        if character < " " or character == "\x7f":
            raise TextRefusedError("line", 0, ord(character))
        return rom_bytes(character, self._rom) or _CELL_IMAGE + without_commands(
            self._glyphs.columns(character)
        )


def _qr_command(function: int, data: bytes) -> bytes:
    size = len(data) + 2
    return b"\x1d(k" + bytes((size & 0xFF, size >> 8, 49, function)) + data


def _native_qr(content: str) -> bytes:
    """GS ( k: model 2, module size, error correction M, store, print."""
    return (
        _qr_command(65, b"2\0")
        + _qr_command(67, bytes((QR_MODULE,)))
        + _qr_command(69, b"1")
        + _qr_command(80, b"0" + content.encode())
        + _qr_command(81, b"0")
    )


def _drawn_qr(content: str, most: int | None) -> Iterator[bytes]:
    """The symbol as raster bands (GS v 0), short ones: what follows a cut band stays readable."""
    matrix = modules(content)
    across = (len(matrix) * QR_MODULE + 7) // 8
    rows = []
    for row in matrix:
        dots = "".join(str(int(dark)) * QR_MODULE for dark in row)
        rows += [int(dots.ljust(8 * across, "0"), 2).to_bytes(across, "big")] * QR_MODULE
    high = min(_QR_BAND, rows_within(most, across))
    for start in range(0, len(rows), high):
        band = rows[start : start + high]
        head = b"\x1dv0\0" + bytes((across, 0, len(band), 0))
        yield head + without_commands(b"".join(band))
