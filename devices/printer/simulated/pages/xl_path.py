"""A path of PCL XL: lines and curves from a cursor, and the dots that they cover."""

from __future__ import annotations

import struct
from typing import Final, TypeAlias

from PIL import Image, ImageChops, ImageDraw

from devices.printer.simulated.pages.sheet import Dots
from devices.printer.simulated.paper import Bitmap

Point: TypeAlias = tuple[int, int]

_POINT_TYPES: Final = "BbHh"
"""Of ubyte, sbyte, uint16 and sint16, as `struct` names them."""
_STEPS = 8
"""Straight pieces of a curve."""


def points_of(data: bytes, kind: object, count: object) -> list[Point] | None:
    """Return the points in a path's data; None when they are not as many as was said."""
    if not isinstance(kind, int) or not isinstance(count, int) or kind >= len(_POINT_TYPES):
        return None
    form = f"<{2 * count}{_POINT_TYPES[kind]}"
    if len(data) != struct.calcsize(form):
        return None
    flat = struct.unpack(form, data)
    return list(zip(flat[::2], flat[1::2], strict=True))


class Path:
    """Subpaths from one NewPath to the next."""

    def __init__(self) -> None:
        self.cursor: Point = (0, 0)
        self._subpaths: list[list[Point]] = []

    def clear(self) -> None:
        """Forget the lines; the cursor stays."""
        self._subpaths = []

    def move(self, point: Point) -> None:
        """Begin a subpath elsewhere."""
        self.cursor = point
        self._subpaths.append([point])

    def line(self, point: Point, *, relative: bool) -> None:
        """Go on in a straight line."""
        self._go(self._from_cursor(point) if relative else point)

    def curve(self, first: Point, second: Point, end: Point, *, relative: bool) -> None:
        """Go on in a Bézier curve."""
        if relative:
            first, second, end = (self._from_cursor(point) for point in (first, second, end))
        corners = (self.cursor, first, second, end)
        for step in range(1, _STEPS + 1):
            part = step / _STEPS
            weights = (
                (1 - part) ** 3,
                3 * part * (1 - part) ** 2,
                3 * part**2 * (1 - part),
                part**3,
            )
            x, y = (
                round(sum(w * p[i] for w, p in zip(weights, corners, strict=True))) for i in (0, 1)
            )
            self._go((x, y))

    def close(self) -> None:
        """Go back to where the subpath began."""
        if self._subpaths:
            self._go(self._subpaths[-1][0])

    def _from_cursor(self, point: Point) -> Point:
        return self.cursor[0] + point[0], self.cursor[1] + point[1]

    def _go(self, point: Point) -> None:
        if not self._subpaths:
            self._subpaths.append([self.cursor])
        self._subpaths[-1].append(point)
        self.cursor = point

    def filled(self, size: Point) -> Dots | None:
        """Return what the path encloses; None for nothing."""
        areas = [area for area in self._subpaths if len(area) > 2]
        if not areas:
            return None
        left, top, canvas = _canvas(areas, 0, size)
        for area in areas:
            one = Image.new("1", canvas.size, 0)
            ImageDraw.Draw(one).polygon([(x - left, y - top) for x, y in area], fill=1)
            canvas = ImageChops.logical_xor(canvas, one)
        return _dots(left, top, canvas)

    def stroked(self, width: int, size: Point) -> Dots | None:
        """Return what a pen of that width draws along the path; None for nothing."""
        lines = [line for line in self._subpaths if len(line) > 1]
        if not lines:
            return None
        left, top, canvas = _canvas(lines, width, size)
        pen = ImageDraw.Draw(canvas)
        for line in lines:
            pen.line([(x - left, y - top) for x, y in line], fill=1, width=width)
        return _dots(left, top, canvas)


def _canvas(lines: list[list[Point]], room: int, size: Point) -> tuple[int, int, Image.Image]:
    """Where the lines are, with room around them, no larger than the paper."""
    xs, ys = ([point[i] for line in lines for point in line] for i in (0, 1))
    left, top = max(min(xs) - room, 0), max(min(ys) - room, 0)
    right, bottom = min(max(xs) + room, size[0]), min(max(ys) + room, size[1])
    wide, high = max(right - left + 1, 1), max(bottom - top + 1, 1)
    return left, top, Image.new("1", (wide, high), 0)


def _dots(left: int, top: int, canvas: Image.Image) -> Dots:
    bitmap = Bitmap(canvas.width, canvas.height, canvas.tobytes())
    return Dots(left, top, bitmap, canvas.width, canvas.height)
