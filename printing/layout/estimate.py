"""How much paper a roll takes, before anything is printed."""

from math import ceil
from typing import Final

from devices.printer.models import PrinterModel
from printing.encode.escpos import FEED_LINES, TEAR_LINES
from printing.encode.picture import LINE_DOTS, QR_MODULE
from printing.layout.roll import Line, Qr, Roll, RollLine
from printing.qr import modules

DOTS_PER_CM: Final = 80
"""203 dpi, as all receipt printers of the models have."""
_LINE: Final = LINE_DOTS["normal"]
_LETTER: Final = 24
"""Lines of higher letters are as far apart as those are high, where that is more."""


def receipt_cm(roll: Roll, model: PrinterModel) -> int:
    """Centimetres of paper from cut to cut, rounded up."""
    dots = sum(_dots(line, LINE_DOTS[roll.size]) for line in roll.lines)
    end = FEED_LINES if model.cut else TEAR_LINES
    return ceil((dots + end * _LINE + model.blade_dots) / DOTS_PER_CM)


def _dots(line: RollLine, pitch: int) -> int:
    match line:
        case Line():
            return max(pitch, _LETTER * line.height)
        case Qr():
            return len(modules(line.content)) * QR_MODULE
        case _:
            return pitch
