"""A sheet of paper: what stands where, as marks; drawn only when a picture is wanted."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from PIL import Image, ImageChops

from devices.printer.simulated.fonts import GlyphMemory
from devices.printer.simulated.paper import Bitmap

_INK = 255


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character of the printer's own fonts, its cell's upper left corner at (x, y)."""

    x: int
    y: int
    char: str = field(repr=False)
    width: int
    height: int
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Dots:
    """An image, stretched to a size on the paper."""

    x: int
    y: int
    bitmap: Bitmap
    width: int
    height: int


Mark: TypeAlias = Glyph | Dots


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet in the tray."""

    number: int
    """Counted from 1 since the printer was made."""
    job: str
    """The name of its job, where the printer knows it."""
    dpi: int
    width: int
    height: int
    marks: tuple[Mark, ...] = field(repr=False)

    @property
    def transcript(self) -> str:
        """The characters, row by row from the top; cells that follow each other without gap."""
        rows: dict[int, list[Glyph]] = {}
        for mark in self.marks:
            if isinstance(mark, Glyph):
                rows.setdefault(mark.y, []).append(mark)
        return "".join(f"{_row(rows[y])}\n" for y in sorted(rows))


def _row(glyphs: list[Glyph]) -> str:
    text, end = "", 0
    for glyph in sorted(glyphs, key=lambda glyph: glyph.x):
        if text and glyph.x > end + glyph.height // 4:
            text += " "
        text += glyph.char
        end = glyph.x + glyph.width
    return text.rstrip()


def draw(sheet: Sheet, memory: GlyphMemory) -> Image.Image:
    """Draw a sheet, a pixel per dot; mode 1, black is 0."""
    ink = Image.new("L", (sheet.width, sheet.height), 0)
    for mark in sheet.marks:
        image = _image(mark, memory)
        ink.paste(_INK, (mark.x, mark.y), image)
    return ImageChops.invert(ink).convert("1")


def save_sheet(sheet: Sheet, out: Path, memory: GlyphMemory) -> None:
    """Write one sheet's text and picture as `page-NNNN`, the picture last and whole."""
    stem = out / f"page-{sheet.number:04d}"
    stem.with_suffix(".txt").write_text(sheet.transcript, "utf-8")
    part = out / f".{stem.name}.part"
    draw(sheet, memory).save(part, format="PNG")
    part.replace(stem.with_suffix(".png"))


def _image(mark: Mark, memory: GlyphMemory) -> Image.Image:
    match mark:
        case Dots(bitmap=bitmap):
            dots = Image.frombytes("1", (bitmap.width, bitmap.height), bitmap.rows).convert("L")
            return dots.resize((mark.width, mark.height), Image.Resampling.NEAREST)
        case Glyph():
            image = memory.cell(mark.char, mark.width, mark.height)
            if not mark.bold:
                return image
            shifted = Image.new("L", image.size, 0)
            shifted.paste(image, (1, 0))
            return ImageChops.lighter(image, shifted)
