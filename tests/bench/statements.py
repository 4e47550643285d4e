"""Statements of a wished length for the benchmark."""

from itertools import count

from archive.values import Month
from printing.document import Document
from printing.encode.pdf import render_pdf
from printing.fonts import FontChain
from printing.preview import page_count
from printing.statements.issue import Window
from tests.printing.samples import FONTS, career, statement


def document_of_pages(pages: int, chain: FontChain) -> Document:
    """The shortest career, in whole half years, whose statement fills so many A4 pages."""
    for half_years in count(1):
        window = Window.ending(Month(2026, 10), 6 * half_years)
        document = statement(career(window), window=window)
        if page_count(render_pdf(document, chain)) >= pages:
            return document
    raise AssertionError


def fonts() -> FontChain:
    """The chain of the configuration's default."""
    return FontChain.of(FONTS)
