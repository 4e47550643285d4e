"""What the pages of a PDF will look like, for a screen, and what they say."""

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


def pdf_text(pdf: bytes) -> str:
    """The text of all pages; nothing where it is no PDF that can be opened."""
    import pypdfium2

    from devices.printer.pages.pdf import PDFIUM

    with PDFIUM:
        try:
            document = pypdfium2.PdfDocument(pdf)
        except pypdfium2.PdfiumError:
            return ""
        with document:
            return "\n".join(page.get_textpage().get_text_bounded() for page in document)
