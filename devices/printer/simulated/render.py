"""The paper as a picture: one pixel per dot, black on white, like the printer's own."""

from PIL import Image, ImageChops

from devices.printer.simulated.fonts import GlyphMemory
from devices.printer.simulated.paper import BitmapMark, GlyphMark, Mark, PrintedLine, Receipt

_INK = 255


def render(receipt: Receipt, memory: GlyphMemory) -> Image.Image:
    """Draw a receipt with the paper's margins; mode 1, black is 0."""
    ink = Image.new("L", (receipt.paper_dots, receipt.length), 0)
    margin = (receipt.paper_dots - receipt.dots) // 2
    for line in receipt.lines:
        if line.marks:
            area = _draw_line(line, receipt.dots, memory)
            ink.paste(_INK, (margin, line.top), area)
    return ImageChops.invert(ink).convert("1")


def _draw_line(line: PrintedLine, dots: int, memory: GlyphMemory) -> Image.Image:
    area = Image.new("L", (dots, line.height), 0)
    for mark in line.marks:
        image = _draw_mark(mark, memory)
        area.paste(_INK, (mark.x, line.height - mark.rows), image)
    return area.rotate(180) if line.upside_down else area


def _draw_mark(mark: Mark, memory: GlyphMemory) -> Image.Image:
    match mark:
        case BitmapMark(bitmap=bitmap):
            dots = Image.frombytes("1", (bitmap.width, bitmap.height), bitmap.rows).convert("L")
            return _enlarge(dots, mark.scale_x, mark.scale_y)
        case GlyphMark():
            return _draw_glyph(mark, memory)


def _draw_glyph(mark: GlyphMark, memory: GlyphMemory) -> Image.Image:
    if mark.smooth and mark.scale_x == mark.scale_y:
        image = memory.cell(mark.char, mark.columns, mark.rows)
    else:
        plain = memory.cell(mark.char, mark.width, mark.height)
        image = _enlarge(plain, mark.scale_x, mark.scale_y)
    if mark.bold:
        shifted = Image.new("L", image.size, 0)
        shifted.paste(image, (1, 0))
        image = ImageChops.lighter(image, shifted)
    if mark.underline:
        image = image.copy()
        image.paste(_INK, (0, image.height - mark.underline, image.width, image.height))
    return ImageChops.invert(image) if mark.reverse else image


def _enlarge(image: Image.Image, scale_x: int, scale_y: int) -> Image.Image:
    if (scale_x, scale_y) == (1, 1):
        return image
    size = (image.width * scale_x, image.height * scale_y)
    return image.resize(size, Image.Resampling.NEAREST)
