"""One page of PCL XL as it is composed: glyphs that the session brought, and painted paths.

Paths are filled even-odd and not clipped, which draws a text page as it is meant.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final

from devices.printer.pages.xl_stream import Operation
from devices.printer.simulated.pages.pcl_page import RefusedError
from devices.printer.simulated.pages.sheet import Dots, Mark
from devices.printer.simulated.pages.xl_grammar import Order
from devices.printer.simulated.pages.xl_path import Path, Point, points_of
from devices.printer.simulated.paper import Bitmap

_A4_INCHES = (8.27, 11.69)
_A4, _PORTRAIT, _INCH = 2, 0, 0
_BITMAP_HEAD: Final = struct.Struct(">BBhhHH")
"""Format, class, left and top offset, width and height of a downloaded glyph."""
_WHITE = 255


class XlPage:
    """Composes the pages of sessions at a resolution of the printer."""

    def __init__(self, dpi: int) -> None:
        self.dpi = dpi
        self.width, self.height = (round(inches * dpi) for inches in _A4_INCHES)
        self._actions: dict[str, Callable[[Operation], None]] = {
            "BeginSession": self._begin_session,
            "BeginPage": self._begin_page,
            "BeginFontHeader": self._begin_font,
            "ReadFontHeader": self._read_font,
            "BeginChar": self._begin_char,
            "ReadChar": self._read_char,
            "SetFont": self._set_font,
            "Text": self._text,
            "SetCursor": self._set_cursor,
            "SetBrushSource": self._set_brush,
            "SetPenSource": self._set_pen,
            "SetPenWidth": self._set_pen_width,
            "NewPath": self._new_path,
            "CloseSubPath": self._close,
            "LinePath": self._lines,
            "LineRelPath": self._lines,
            "BezierPath": self._curves,
            "BezierRelPath": self._curves,
            "PaintPath": self._paint,
            "Rectangle": self._rectangle,
        }
        self.reset()

    def reset(self) -> None:
        """Forget the session and what it brought."""
        self._order = Order()
        self._fonts: dict[bytes, dict[int, Bitmap]] = {}
        self.clear()

    def clear(self) -> None:
        """Begin a new page."""
        self.marks: list[Mark] = []
        self._path = Path()
        self._font: dict[int, Bitmap] | None = None
        self._named = b""
        self._brush = self._pen = 0
        self._pen_width = 1

    @property
    def open(self) -> bool:
        """Whether a session was begun and not ended."""
        return self._order.place != "nothing"

    def finish(self) -> tuple[Mark, ...]:
        """Return the page's marks."""
        return tuple(self.marks)

    def execute(self, operation: Operation) -> str:
        """Carry out one operation and return its name; raise RefusedError."""
        name = self._order.take(operation)
        if action := self._actions.get(name):
            action(operation)
        return name

    # The session

    def _begin_session(self, operation: Operation) -> None:
        units = operation.attributes[0x89]
        if operation.attributes[0x86] != _INCH or units != (self.dpi, self.dpi):
            raise RefusedError(f"{units!r} units")

    def _begin_page(self, operation: Operation) -> None:
        media, way = operation.attributes[0x25], operation.attributes[0x28]
        if (media, way) != (_A4, _PORTRAIT):
            raise RefusedError(f"media {media!r}, orientation {way!r}")
        self.clear()

    # Fonts

    def _begin_font(self, operation: Operation) -> None:
        name = _name(operation)
        if name in self._fonts:
            raise RefusedError("a font twice")
        self._fonts[name] = {}

    def _begin_char(self, operation: Operation) -> None:
        self._named = _name(operation)
        if self._named not in self._fonts:
            raise RefusedError("a glyph for no font")

    def _read_font(self, operation: Operation) -> None:
        if operation.attributes[0xA7] != len(operation.data):
            raise RefusedError("a font's head of another length")

    def _read_char(self, operation: Operation) -> None:
        code, size, data = operation.attributes[0xA2], operation.attributes[0xA3], operation.data
        if size != len(data) or len(data) < _BITMAP_HEAD.size or not isinstance(code, int):
            raise RefusedError("a glyph of another length")
        _, _, left, top, width, height = _BITMAP_HEAD.unpack_from(data)
        rows = data[_BITMAP_HEAD.size :]
        if len(rows) != (width + 7) // 8 * height or (left, top) != (0, 0):
            raise RefusedError("a glyph of another length")
        if code in self._fonts[self._named]:
            raise RefusedError("a glyph twice")
        self._fonts[self._named][code] = Bitmap(width, height, rows)

    def _set_font(self, operation: Operation) -> None:
        self._font = self._fonts.get(_name(operation))

    def _text(self, operation: Operation) -> None:
        codes = operation.attributes[0xAB]
        if self._font is None or not isinstance(codes, tuple) or len(codes) != 1:
            raise RefusedError("text without a font, or without its places")
        glyph = self._font.get(int(codes[0]))
        if glyph is None:
            raise RefusedError("a glyph that was not brought")
        x, y = self._path.cursor
        self._mark(Dots(x, y, glyph, glyph.width, glyph.height))

    # Paths

    def _set_cursor(self, operation: Operation) -> None:
        self._path.move(_point(operation, 0x4C))

    def _set_brush(self, operation: Operation) -> None:
        self._brush = _level(operation, 0x04)

    def _set_pen(self, operation: Operation) -> None:
        self._pen = _level(operation, 0x05)

    def _set_pen_width(self, operation: Operation) -> None:
        width = operation.attributes[0x4B]
        self._pen_width = max(1, int(width)) if isinstance(width, int | float) else 1

    def _new_path(self, _: Operation) -> None:
        self._path.clear()

    def _close(self, _: Operation) -> None:
        self._path.close()

    def _lines(self, operation: Operation) -> None:
        relative = operation.operator == 0x9D
        if 0x45 in operation.attributes:
            self._path.line(_point(operation, 0x45), relative=relative)
            return
        for point in self._points(operation):
            self._path.line(point, relative=relative)

    def _curves(self, operation: Operation) -> None:
        points = self._points(operation)
        if len(points) % 3:
            raise RefusedError(f"curves of {len(points)} points")
        for at in range(0, len(points), 3):
            first, second, end = points[at : at + 3]
            self._path.curve(first, second, end, relative=operation.operator == 0x95)

    def _points(self, operation: Operation) -> list[Point]:
        points = points_of(
            operation.data, operation.attributes.get(0x50), operation.attributes.get(0x4D)
        )
        if points is None:
            raise RefusedError("points of another length")
        return points

    def _rectangle(self, operation: Operation) -> None:
        box = operation.attributes[0x42]
        if not isinstance(box, tuple) or len(box) != 4:
            raise RefusedError("a box without four edges")
        left, top, right, bottom = (int(edge) for edge in box)
        path = Path()
        path.move((left, top))
        for corner in ((right, top), (right, bottom), (left, bottom), (left, top)):
            path.line(corner, relative=False)
        self._draw(path)

    def _paint(self, _: Operation) -> None:
        self._draw(self._path)

    def _draw(self, path: Path) -> None:
        size = (self.width, self.height)
        if self._brush < _WHITE and (filled := path.filled(size)):
            self._mark(filled)
        if self._pen < _WHITE and (stroked := path.stroked(self._pen_width, size)):
            self._mark(stroked)

    def _mark(self, dots: Dots) -> None:
        if not (-1 <= dots.x <= self.width and -1 <= dots.y <= self.height):
            raise RefusedError("beyond the paper's edge")
        self.marks.append(dots)


def _name(operation: Operation) -> bytes:
    name = operation.attributes[0xA8]
    if not isinstance(name, tuple):
        raise RefusedError("a font without a name")
    return bytes(int(code) for code in name)


def _point(operation: Operation, attribute: int) -> Point:
    value = operation.attributes[attribute]
    if not isinstance(value, tuple) or len(value) != 2:
        raise RefusedError("a point without two places")
    return int(value[0]), int(value[1])


def _level(operation: Operation, none: int) -> int:
    """The grey of a pen or a brush; no colour at all is as good as white."""
    level = operation.attributes.get(0x09)
    if (level is None) == (none not in operation.attributes):
        raise RefusedError("neither one grey nor none")
    if level is None:
        return _WHITE
    return int(level) if isinstance(level, int) else _WHITE
