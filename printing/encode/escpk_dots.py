"""What a 24-pin printer strikes as columns of dots: the QR symbol, and large text of our fonts."""

from collections.abc import Iterable, Iterator, Sequence

from devices.printer.pages.escpk_commands import HALF_DOTS
from printing.encode.picture import CellSource
from printing.layout.pin_sheet import CLOSE_DOTS, LARGE, Piece
from printing.text import width


def dot_bands(modules: Iterable[Iterable[bool]], module_dots: int) -> Iterator[bytes]:
    """The dots of a symbol, a band of 24 pins after the other from its top."""
    rows = [_stretched(row, module_dots) for row in modules for _ in range(module_dots)]
    blank = [False] * len(rows[0])
    for top in range(0, len(rows), CLOSE_DOTS):
        band = rows[top : top + CLOSE_DOTS]
        band += [blank] * (CLOSE_DOTS - len(band))
        yield b"".join(map(_column, zip(*band, strict=True)))


def drawn_strips(piece: Piece, column_dots: int, pen: CellSource) -> tuple[bytes, bytes]:
    """The upper and the lower half of a piece of text, 24 dots high each, struck in two passes.

    Each character stands where the printer's own would.
    """
    from PIL import Image

    times = LARGE if piece.large else 1
    dots = column_dots * times
    high = CLOSE_DOTS * times
    image = Image.new("L", (width(piece.text) * dots, LARGE * CLOSE_DOTS))
    x = 0
    for character in piece.text:
        across = width(character)
        if character not in " \u3000":
            cell = pen.cell(character, across * HALF_DOTS * times, high)
            for shift in range(1 + piece.bold):
                image.paste(255, (x + shift, 0), cell)
        x += across * dots
    turned = image.transpose(Image.Transpose.TRANSPOSE).convert("1")
    upper = turned.crop((0, 0, CLOSE_DOTS, turned.height))
    lower = turned.crop((CLOSE_DOTS, 0, LARGE * CLOSE_DOTS, turned.height))
    return upper.tobytes(), lower.tobytes()


def _stretched(row: Iterable[bool], times: int) -> list[bool]:
    return [module for module in row for _ in range(times)]


def _column(dots: Sequence[bool]) -> bytes:
    """24 dots, the topmost the highest bit of the first byte."""
    return int("".join("1" if dot else "0" for dot in dots), 2).to_bytes(3, "big")
