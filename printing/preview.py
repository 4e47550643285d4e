"""What the pages of a PDF will look like, for a screen."""

from io import BytesIO


def page_count(pdf: bytes) -> int:
    """How many pages a PDF has."""
    import pypdfium2

    from devices.printer.pages.pdf import PDFIUM

    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def pdf_to_png(pdf: bytes, dpi: int = 150, page: int = 0) -> bytes:
    """One page, the first by default, as a PNG image."""
    import pypdfium2

    from devices.printer.pages.pdf import PDFIUM

    image = BytesIO()
    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        bitmap = document[page].render(scale=dpi / 72)
        bitmap.to_pil().save(image, "PNG", dpi=(dpi, dpi))
    return image.getvalue()
