"""One page of PCL 5 as it is composed: text in the resident font, and raster rows."""

from __future__ import annotations

from devices.printer.simulated.pages.pcl_grammar import Char, Order
from devices.printer.simulated.pages.sheet import Dots, Glyph, Mark
from devices.printer.simulated.paper import Bitmap

_A4_INCHES = (8.27, 11.69)
_LEFT_INCHES = 71 / 300
"""From the paper's edge to the logical page of A4."""
_TOP_INCHES = 0.5
_COURIER_PER_INCH, _LINES_PER_INCH = 10, 6


class RefusedError(Exception):
    """An order that makes no sense; the message says why."""


class PclPage:
    """Composes one page at a time at a resolution of the printer."""

    def __init__(self, dpi: int) -> None:
        self.dpi = dpi
        self.width, self.height = (round(inches * dpi) for inches in _A4_INCHES)
        self.reset()

    def reset(self) -> None:
        """ESC E: defaults, and an empty page."""
        self._raster_dpi = 75
        self._line = self.dpi // _LINES_PER_INCH
        self._top = round(_TOP_INCHES * self.dpi)
        self.clear()

    def clear(self) -> None:
        """Begin a new page."""
        self.marks: list[Mark] = []
        self._x = self._left = round(_LEFT_INCHES * self.dpi)
        self._y = self._top
        self._seed = b""
        self._rows: list[bytes] = []
        self._raster_at: tuple[int, int] | None = None
        self._raster_width = 0
        self._mode = 0

    @property
    def empty(self) -> bool:
        """Whether nothing stands on it."""
        return not self.marks and not self._rows

    def finish(self) -> tuple[Mark, ...]:
        """Return the page's marks."""
        self._end_raster()
        return tuple(self.marks)

    def put(self, item: Char) -> None:
        """Set one character of the resident font."""
        self._end_raster()
        width = self.dpi // _COURIER_PER_INCH
        height = self.dpi // _LINES_PER_INCH
        if item.char != " ":
            if self._x + width > self.width or self._y + height > self.height:
                self._x += width
                raise RefusedError("beyond the paper's edge")
            self.marks.append(Glyph(self._x, self._y, item.char, width, height))
        self._x += width

    def execute(self, order: Order) -> None:
        """Carry out everything but a reset and a form feed; raise RefusedError."""
        if order.group == "CR":
            self._x = self._left
        elif order.group == "LF":
            self._y += self._line
        for letter, value in order.parts:
            self._command(order.group, letter, int(value), order.data)

    def _command(self, group: str, letter: str, value: int, data: bytes) -> None:
        match group, letter:
            case "*t", "R":
                if value not in (75, 100, 150, 300, 600) or self.dpi % value:
                    raise RefusedError(f"raster at {value} dpi")
                self._raster_dpi = value
            case "*r", "S":
                self._raster_width = value
            case "*r", "A":
                self._raster_at = (self._x if value else self._left, self._y)
                self._seed = b""
            case "*r", ("B" | "C"):
                self._end_raster()
            case "*b", ("M" | "Y" | "W"):
                self._raster_row(letter, value, data)
            case "*p", ("X" | "Y"):
                self._end_raster()
                self._move(letter, value)
            case "&l", "E":
                self._y = self._top = value * self._line
            case "&l", "D":
                self._line = self.dpi // max(1, value)

    def _move(self, letter: str, value: int) -> None:
        """PCL units are dots at the printer's resolution here (ESC &u is not known)."""
        if letter == "X":
            self._x = self._left + value
        else:
            self._y = self._top + value

    def _raster_row(self, letter: str, value: int, data: bytes) -> None:
        if letter == "M":
            if value not in (0, 1, 2, 3):
                raise RefusedError(f"compression {value}")
            self._mode = value
            return
        if self._raster_at is None:
            self._raster_at = (self._left, self._y)
        if letter == "Y":
            self._rows += [b""] * value
            self._seed = b""
            return
        self._seed = decompress(self._mode, data, self._seed)
        self._rows.append(self._seed)

    def _end_raster(self) -> None:
        if self._raster_at is None:
            return
        x, y = self._raster_at
        scale = self.dpi // self._raster_dpi
        stride = max([(self._raster_width + 7) // 8, *(len(row) for row in self._rows)])
        rows, self._rows, self._raster_at = self._rows, [], None
        if not stride or not rows:
            return
        data = b"".join(row.ljust(stride, b"\0") for row in rows)
        bitmap = Bitmap(stride * 8, len(rows), data)
        self.marks.append(Dots(x, y, bitmap, stride * 8 * scale, len(rows) * scale))
        self._y = y + len(rows) * scale


def decompress(mode: int, data: bytes, seed: bytes) -> bytes:
    """Return one raster row (ESC *b#M: 0 plain, 1 run length, 2 packbits, 3 delta row)."""
    match mode:
        case 0:
            return data
        case 1:
            pairs = zip(data[::2], data[1::2], strict=False)
            return b"".join(bytes((byte,)) * (count + 1) for count, byte in pairs)
        case 2:
            return _unpack(data)
        case _:
            return _delta(data, seed)


def _unpack(data: bytes) -> bytes:
    out, at = bytearray(), 0
    while at < len(data):
        control, at = data[at], at + 1
        if control < 128:
            out += data[at : at + control + 1]
            at += control + 1
        elif control > 128:
            out += data[at : at + 1] * (257 - control)
            at += 1
    return bytes(out)


def _delta(data: bytes, seed: bytes) -> bytes:
    row, at, place = bytearray(seed), 0, 0
    while at < len(data):
        count, offset, at = (data[at] >> 5) + 1, data[at] & 31, at + 1
        if offset == 31:
            while at < len(data):
                more, at = data[at], at + 1
                offset += more
                if more < 255:
                    break
        place += offset
        row.extend(bytes(max(0, place + count - len(row))))
        row[place : place + count] = data[at : at + count].ljust(count, b"\0")
        at, place = at + count, place + count
    return bytes(row)
