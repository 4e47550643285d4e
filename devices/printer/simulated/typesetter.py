"""From characters and commands to lines on the paper: the printer's print controller."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from devices.printer.models import PrinterModel
from devices.printer.simulated import charset
from devices.printer.simulated.bitmaps import from_columns, qr_code
from devices.printer.simulated.escpos import Command, Text
from devices.printer.simulated.paper import (
    COLUMN_DOTS,
    ROW_DOTS,
    Bitmap,
    BitmapMark,
    GlyphMark,
    Mark,
    PrintedLine,
)

DEFAULT_SPACING = 30
"""Dots from line to line after ESC 2, the usual default."""
_QR_LEVELS = {48: "L", 49: "M", 50: "Q", 51: "H"}


class RefusedError(ValueError):
    """The command is known and makes no sense here."""


@dataclass(slots=True)
class _Mode:
    """What ESC @ sets back."""

    align: int = 0
    spacing: int = DEFAULT_SPACING
    bold: bool = False
    underline: int = 0
    kanji_underline: int = 0
    reverse: bool = False
    smooth: bool = False
    upside_down: bool = False
    small: bool = False
    scale: tuple[int, int] = (1, 1)
    kanji_scale: tuple[int, int] = (1, 1)
    char_gap: int = 0
    kanji_gaps: tuple[int, int] = (0, 0)
    left: int = 0
    width: int | None = None
    tabs: tuple[int, ...] = tuple(range(8, 256, 8))
    qr_module: int = 3
    qr_level: str = "L"
    qr_data: bytes = b""
    graphics: Bitmap | None = None
    graphics_scale: tuple[int, int] = (1, 1)


class Typesetter:
    """Executes items one by one; `lines` and `y` are the paper so far."""

    def __init__(self, model: PrinterModel, known_glyphs: Mapping[bytes, str]) -> None:
        self._model = model
        self._known_glyphs = known_glyphs
        self._mode = _Mode()
        self._user_glyphs: dict[bytes, bytes] = {}
        self._x = 0
        self._marks: list[Mark] = []
        self._text = _LineText()
        self.lines: list[PrintedLine] = []
        self.y = model.blade_dots
        """Dot row under the print head, from the paper's upper edge."""
        self._handlers: dict[str, Callable[[bytes], None]] = self._table()

    def take_sheet(self, length: int) -> tuple[PrintedLine, ...]:
        """Cut the paper `length` dots from its edge; return the lines on the piece."""
        piece = tuple(line for line in self.lines if line.top < length)
        self.lines = [
            replace(line, top=line.top - length) for line in self.lines if line.top >= length
        ]
        self.y -= length
        return piece

    def ink_end(self) -> int:
        """Return the dot row below the last ink."""
        return max((line.bottom for line in self.lines if line.marks), default=0)

    @property
    def in_line(self) -> bool:
        """Whether characters wait for their line to be printed."""
        return bool(self._marks)

    def put(self, item: Text) -> None:
        """Set one character, on the next line if this one is full."""
        mode = self._mode
        scale_x, scale_y = mode.kanji_scale if item.wide else mode.scale
        before, after = mode.kanji_gaps if item.wide else (0, mode.char_gap)
        width = ROW_DOTS if item.wide else 9 if mode.small else COLUMN_DOTS
        self._make_room((before + width + after) * scale_x)
        self._x += before * scale_x
        if item.wide and charset.is_user_pair(item.code):
            self._put_user_glyph(item.code, scale_x, scale_y)
        else:
            self._add(
                GlyphMark(
                    x=self._x,
                    char=item.char,
                    width=width,
                    height=17 if mode.small and not item.wide else ROW_DOTS,
                    scale_x=scale_x,
                    scale_y=scale_y,
                    bold=mode.bold,
                    underline=mode.kanji_underline if item.wide else mode.underline,
                    reverse=mode.reverse,
                    smooth=mode.smooth,
                ),
                item.char,
            )
        self._x += after * scale_x

    def _put_user_glyph(self, code: bytes, scale_x: int, scale_y: int) -> None:
        columns = self._user_glyphs.get(code)
        if columns is None:
            raise RefusedError(f"the glyph {code.hex(' ').upper()} was never defined")
        mark = BitmapMark(self._x, from_columns(columns, 24, 3), scale_x, scale_y)
        self._add(mark, self._known_glyphs.get(columns, charset.UNKNOWN))

    def execute(self, command: Command) -> None:
        """Carry out one command; raise RefusedError when it makes no sense."""
        handler = self._handlers.get(command.name)
        if handler is not None:
            handler(command.args)

    def _make_room(self, dots: int) -> None:
        if self._x + dots > self._right and self._marks:
            self._print_line(0)

    @property
    def _right(self) -> int:
        mode = self._mode
        wanted = self._model.dots if mode.width is None else mode.left + mode.width
        return min(self._model.dots, wanted)

    def _add(self, mark: Mark, text: str) -> None:
        if mark.x + mark.columns > self._right:
            raise RefusedError(f"runs {mark.x + mark.columns - self._right} dots over the edge")
        self._text.add(mark.x, mark.columns, text)
        self._marks.append(mark)
        self._x = mark.x + mark.columns

    def _print_line(self, feed: int | None) -> None:
        """Print what is set and feed: at least `feed` dots, None for the line spacing."""
        wanted = self._mode.spacing if feed is None else feed
        height = max((mark.rows for mark in self._marks), default=0)
        if self._marks or feed is None:
            shift = self._shift()
            marks = tuple(
                replace(mark, x=mark.x + shift) if shift else mark for mark in self._marks
            )
            line = PrintedLine(
                self.y, height, marks, self._text.line(shift), self._mode.upside_down
            )
            self.lines.append(line)
        if self._marks and feed == 0:
            wanted = self._mode.spacing  # a full line goes on like LF
        self.y += max(wanted, height)
        self._marks = []
        self._text = _LineText()
        self._x = self._mode.left

    def _shift(self) -> int:
        if not self._marks or not self._mode.align:
            return 0
        last = self._marks[-1]
        free = max(0, self._right - (last.x + last.columns))
        return free // 2 if self._mode.align == 1 else free

    def _block(self, bitmap: Bitmap, scale_x: int, scale_y: int, text: str) -> None:
        """Print an image on lines of its own, without line spacing."""
        if self._marks:
            raise RefusedError("an image of its own starts in the middle of a line")
        self._add(BitmapMark(self._x, bitmap, scale_x, scale_y), "")
        self._text.add(self._x, 0, text)
        height = bitmap.height * scale_y
        spacing, self._mode.spacing = self._mode.spacing, height
        try:
            self._print_line(None)
        finally:
            self._mode.spacing = spacing

    def _table(self) -> dict[str, Callable[[bytes], None]]:
        mode = self._set
        return {
            "NUL": lambda _: None,  # fills the line and prints nothing
            "LF": lambda _: self._print_line(None),
            "FF": lambda _: self._print_line(None),
            "HT": self._tab,
            "ESC @": self._reset,
            "ESC  ": lambda a: mode(char_gap=a[0]),
            "ESC !": self._print_mode,
            "ESC $": lambda a: self._move_to(self._mode.left + _word(a)),
            "ESC \\": lambda a: self._move_to(self._x + _signed(a)),
            "ESC -": lambda a: mode(underline=a[0] & 3),
            "ESC 2": lambda _: mode(spacing=DEFAULT_SPACING),
            "ESC 3": lambda a: mode(spacing=a[0]),
            "ESC D": lambda a: mode(tabs=tuple(a[:-1])),
            "ESC E": lambda a: mode(bold=bool(a[0] & 1)),
            "ESC G": lambda a: mode(bold=bool(a[0] & 1)),
            "ESC J": lambda a: self._feed(a[0]),
            "ESC M": lambda a: mode(small=bool(a[0] & 1)),
            "ESC a": lambda a: self._at_line_start(align=a[0] & 3),
            "ESC d": lambda a: self._feed(a[0] * self._mode.spacing),
            "ESC {": lambda a: self._at_line_start(upside_down=bool(a[0] & 1)),
            "ESC *": self._bit_image,
            "GS !": self._size,
            "GS B": lambda a: mode(reverse=bool(a[0] & 1)),
            "GS L": self._left_margin,
            "GS W": lambda a: mode(width=_word(a)),
            "GS b": lambda a: mode(smooth=bool(a[0] & 1)),
            "GS v": self._raster,
            "GS (": self._function,
            "GS 8": lambda a: self._graphics(a[5:]),
            "FS !": self._kanji_mode,
            "FS -": lambda a: mode(kanji_underline=a[0] & 3),
            "FS 2": self._define_glyph,
            "FS S": lambda a: mode(kanji_gaps=(a[0], a[1])),
            "FS W": lambda a: mode(kanji_scale=(2, 2) if a[0] & 1 else (1, 1)),
        }

    def _set(self, **changes: object) -> None:
        for name, value in changes.items():
            setattr(self._mode, name, value)

    def _at_line_start(self, **changes: object) -> None:
        """Set a mode that printers take only at the start of a line."""
        if self._marks:
            raise RefusedError("only at the start of a line")
        self._set(**changes)

    def _reset(self, _: bytes) -> None:
        self._mode = _Mode()
        self._user_glyphs.clear()
        self._marks = []
        self._text = _LineText()
        self._x = 0

    def _tab(self, _: bytes) -> None:
        at = (self._x - self._mode.left) // COLUMN_DOTS
        stop = next((tab for tab in self._mode.tabs if tab > at), None)
        if stop is not None:
            self._move_to(self._mode.left + stop * COLUMN_DOTS)

    def _move_to(self, x: int) -> None:
        if not 0 <= x < self._right:
            raise RefusedError(f"position {x} is off the line")
        self._x = x

    def _feed(self, dots: int) -> None:
        if self._marks or dots:
            self._print_line(max(dots, 1))

    def _print_mode(self, args: bytes) -> None:
        n = args[0]
        self._set(
            small=bool(n & 0x01),
            bold=bool(n & 0x08),
            scale=(2 if n & 0x20 else 1, 2 if n & 0x10 else 1),
            underline=1 if n & 0x80 else 0,
        )

    def _kanji_mode(self, args: bytes) -> None:
        n = args[0]
        self._set(
            kanji_scale=(2 if n & 0x04 else 1, 2 if n & 0x08 else 1),
            kanji_underline=1 if n & 0x80 else 0,
        )

    def _size(self, args: bytes) -> None:
        scale = ((args[0] >> 4) + 1, (args[0] & 7) + 1)
        self._set(scale=scale, kanji_scale=scale)

    def _left_margin(self, args: bytes) -> None:
        self._at_line_start(left=_word(args))
        self._x = self._mode.left

    def _define_glyph(self, args: bytes) -> None:
        if not charset.is_user_pair(args[:2]):
            raise RefusedError("glyphs may be defined from FE A1 up")
        self._user_glyphs[args[:2]] = args[2:]

    def _bit_image(self, args: bytes) -> None:
        mode, width, data = args[0], _word(args[1:3]), args[3:]
        if not width:
            raise RefusedError("an empty image")
        bands = 3 if mode >= 32 else 1
        scale_x = 1 if mode & 1 else 2
        mark = BitmapMark(self._x, from_columns(data, width, bands), scale_x, 3 // bands)
        glyph = width <= ROW_DOTS and bands == 3
        text = self._known_glyphs.get(data, charset.UNKNOWN) if glyph else f"[image {width}]"
        self._add(mark, text)

    def _raster(self, args: bytes) -> None:
        mode, stride, height = args[1] & 3, _word(args[2:4]), _word(args[4:6])
        if not stride or not height:
            raise RefusedError("an empty raster")
        bitmap = Bitmap(stride * 8, height, args[6:])
        text = f"[image {bitmap.width}x{height}]"
        self._block(bitmap, 2 if mode & 1 else 1, 2 if mode & 2 else 1, text)

    def _function(self, args: bytes) -> None:
        group, body = args[0], args[3:]
        if group == ord("k"):
            self._qr(body)
        elif group == ord("L"):
            self._graphics(body)

    def _graphics(self, body: bytes) -> None:
        """GS ( L function 112 stores a raster, function 50 (or 2) prints it."""
        function = body[1] if len(body) > 1 else 0
        if function in (2, 50):
            stored = self._mode.graphics
            if stored is None:
                raise RefusedError("no graphics stored")
            text = f"[image {stored.width}x{stored.height}]"
            self._block(stored, *self._mode.graphics_scale, text)
            self._mode.graphics = None
        elif function == 112 and len(body) >= 10:
            width, height = _word(body[6:8]), _word(body[8:10])
            scales = body[3] in (1, 2) and body[4] in (1, 2)
            if len(body) - 10 != (width + 7) // 8 * height or not width * height or not scales:
                raise RefusedError("graphics data of the wrong length or scale")
            self._set(graphics=Bitmap(width, height, body[10:]), graphics_scale=(body[3], body[4]))
        else:
            raise RefusedError(f"graphics function {function} is not known")

    def _qr(self, body: bytes) -> None:
        """GS ( k, cn=49: model, module size, level, data, print."""
        if not self._model.qr or len(body) < 3 or body[0] != 49:
            raise RefusedError("this symbol is not known")
        function, args = body[1], body[2:]
        if function == 65 and args[0] in (49, 50):
            return
        if function == 67 and 1 <= args[0] <= 16:
            self._set(qr_module=args[0])
        elif function == 69 and args[0] in _QR_LEVELS:
            self._set(qr_level=_QR_LEVELS[args[0]])
        elif function == 80 and args[0] == 48 and len(args) > 1:
            self._set(qr_data=args[1:])
        elif function == 81 and args[0] == 48:
            self._print_qr()
        else:
            raise RefusedError(f"QR function {function} with parameter {args[0]:02X}")

    def _print_qr(self) -> None:
        mode = self._mode
        if not mode.qr_data:
            raise RefusedError("no QR data stored")
        try:
            bitmap = qr_code(mode.qr_data, mode.qr_level)
        except ValueError as error:
            raise RefusedError(str(error)) from error
        text = f"[QR {mode.qr_data.decode('utf-8', 'replace')}]"
        self._block(bitmap, mode.qr_module, mode.qr_module, text)


class _LineText:
    """The text of a line, with blanks where the paper has them."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._start: int | None = None
        self._end = 0

    def add(self, x: int, width: int, text: str) -> None:
        if self._start is None:
            self._start = self._end = x
        self._parts.append(" " * round((x - self._end) / COLUMN_DOTS))
        self._parts.append(text)
        self._end = x + width

    def line(self, shift: int) -> str:
        indent = " " * round(((self._start or 0) + shift) / COLUMN_DOTS)
        return (indent + "".join(self._parts)).rstrip()


def _word(args: bytes) -> int:
    return args[0] + 256 * args[1]


def _signed(args: bytes) -> int:
    return int.from_bytes(args[:2], "little", signed=True)
