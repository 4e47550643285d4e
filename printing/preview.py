"""What a paper will look like, for a screen and for tests."""

import threading
from io import BytesIO

from printing.layout.roll import Line, Qr, Roll, Rule
from printing.text import width

_PDFIUM = threading.Lock()
"""PDFium is not safe to call from two threads at a time."""


def roll_text(roll: Roll) -> str:
    """The receipt as text of fixed pitch, a line of text for each printed one."""
    return "".join(f"{_text(line, roll.columns)}\n" for line in roll.lines)


def _text(line: Line | Rule | Qr, columns: int) -> str:
    match line:
        case Line():
            indent = (columns - line.size * width(line.text)) // 2 if line.centred else 0
            return " " * indent + line.text
        case Rule():
            return "-" * columns
        case Qr():
            return " " * ((columns - 10) // 2) + "[二维码]"


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has."""
    import pypdfium2

    with _PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def pdf_to_png(pdf: bytes, dpi: int = 150, page: int = 0) -> bytes:
    """One page, the first by default, as a PNG image."""
    import pypdfium2

    image = BytesIO()
    with _PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        bitmap = document[page].render(scale=dpi / 72)
        bitmap.to_pil().save(image, "PNG", dpi=(dpi, dpi))
    return image.getvalue()
