"""The little that a page printer must know about a PDF: its pages, and their dots.

pdfium and Pillow are loaded when they are needed: a daemon that prints no page has no use for them.
"""

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

PDFIUM = threading.Lock()
"""pdfium is not safe for threads; whoever calls it in this process holds this lock."""
_POINTS_PER_INCH = 72


def page_count(pdf: bytes) -> int | None:
    """Return the number of pages; None for bytes that are no PDF."""
    import pypdfium2

    with PDFIUM:
        try:
            with pypdfium2.PdfDocument(pdf) as document:
                return len(document)
        except pypdfium2.PdfiumError:
            return None


def page_images(pdf: bytes, dpi: int) -> "Iterator[Image.Image]":
    """Draw the pages one after another, black and white, ink 0; raise ValueError for no PDF."""
    import pypdfium2

    count = page_count(pdf)
    if count is None:
        raise ValueError("these bytes are no PDF")
    for number in range(count):
        with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
            bitmap = document[number].render(scale=dpi / _POINTS_PER_INCH, grayscale=True)
            image = bitmap.to_pil().convert("L")
        yield image.point([255 if level >= 128 else 0 for level in range(256)]).convert("1")
