"""Statements of a wished length for the benchmark."""

from dataclasses import replace
from functools import cache
from itertools import count
from typing import Final

from archive.values import Month
from printing.document import Document, Reveal
from printing.encode.pdf import render_pdf
from printing.fonts import FontChain
from printing.preview import page_count
from printing.statements.issue import Window
from tests.printing.samples import FONTS, ISSUE, career, contribution, statement

ROWS: Final = (36, 540)
LINES: Final = ("110", "210", "410")


def document_of_rows(rows: int, reveal: Reveal, holder: int = 0) -> Document:
    """Contributions of so many rows: three lines a month, each holder with other amounts."""
    window = Window.ending(Month(2026, 10), rows // len(LINES))
    paid = [
        contribution(month, line, base=f"{6420 + 370 * (number // 12) + 10 * holder}.00")
        for number, month in enumerate(window)
        for line in LINES
    ]
    issue = replace(ISSUE, serial=f"{holder:06}")
    document = statement(paid, window=window, reveal=reveal, issue=issue)
    assert sum(len(group.rows) for group in document.tables[-1].groups) == rows
    return document


def document_of_pages(pages: int, chain: FontChain) -> Document:
    """The shortest career, in whole half years, whose statement fills so many A4 pages."""
    for half_years in count(1):
        window = Window.ending(Month(2026, 10), 6 * half_years)
        document = statement(career(window), window=window)
        if page_count(render_pdf(document, chain)) >= pages:
            return document
    raise AssertionError


@cache
def fonts() -> FontChain:
    """The chain of the configuration's default."""
    return FontChain.of(FONTS)
