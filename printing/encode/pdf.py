"""A document as PDF: text in embedded TrueType subsets, the QR symbol as vectors, all of it tagged.

The same document and fonts always give the same bytes. Nothing personal is in the metadata, and
a character that no font draws is refused before the first page.
"""

import threading
import zlib
from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Final

from printing.document import Document
from printing.encode.faces import Ruler, Typesetter
from printing.encode.pdf_about import information, metadata
from printing.encode.pdf_file import PdfFile, Stream
from printing.encode.pdf_tags import Marks, add_structure
from printing.fonts import FontChain
from printing.layout.page import layout_pages
from printing.layout.sheet import PAGE_HEIGHT, PAGE_WIDTH, HLine, Item, Page, QrBox, Sheets, Text
from printing.layout.size import Size
from printing.layout.structure import Node
from printing.layout.words import words_of
from printing.qr import modules

if TYPE_CHECKING:
    from reportlab.pdfbase.pdfdoc import PDFDocument

_INK: Final = "0.067"
_SOFT: Final = "0.31"
_PALE: Final = "0.78"
_BOLD: Final = 0.026
"""Of the size: how thick a bold letter's outline is drawn. The font has no bold face."""


_REPORTLAB: Final = threading.Lock()
"""ReportLab's fonts serve one document at a time: while it cuts a subset out of a face it moves a
reading position that all documents share (`TTFontFile.makeSubset`), and two at once read each
other's glyphs."""


def render_pdf(document: Document, fonts: FontChain, size: Size = "normal") -> bytes:
    """The whole document as A4 pages. Threads may call this together; they take turns."""
    return draw_pdf(document, lay_out_pdf(document, fonts, size), fonts)


def lay_out_pdf(document: Document, fonts: FontChain, size: Size = "normal") -> Sheets:
    """The pages as `draw_pdf` draws them: how many they are is known long before they are drawn.

    A character that no font draws is refused here.
    """
    with _REPORTLAB:
        sheets = layout_pages(document, Ruler(fonts).measure, size)
    texts = (item.text for page in sheets.pages for item in page.items if isinstance(item, Text))
    fonts.require("".join(set().union(*texts)))
    return sheets


def draw_pdf(document: Document, sheets: Sheets, fonts: FontChain) -> bytes:
    """The pages of a document that was laid out in these fonts."""
    with _REPORTLAB:
        return _drawn(document, sheets, fonts)


def _drawn(document: Document, sheets: Sheets, fonts: FontChain) -> bytes:
    from reportlab.pdfbase.pdfdoc import PDFDocument

    embedded = PDFDocument(compression=1, invariant=1)
    typesetter = Typesetter(fonts, embedded)
    marks = Marks()
    pen = _Pen(typesetter, marks)
    contents = [pen.draw(page) for page in sheets.pages]
    file = PdfFile()
    _add_fonts(file, embedded)
    tree, pages = _add_pages(file, contents)
    structure = add_structure(file, sheets.structure, marks, pages)
    about = file.add(Stream.of("/Type/Metadata/Subtype/XML", metadata(document)))
    language = words_of(document).language
    root = file.add(
        f"<</Type/Catalog/Pages {tree} 0 R/Lang({language})/Metadata {about} 0 R"
        f"/StructTreeRoot {structure} 0 R/MarkInfo<</Marked true>>"
        "/ViewerPreferences<</DisplayDocTitle true/PrintScaling/None>>>>".encode("ascii")
    )
    return file.written(root, file.add(information(document)))


_FONTS: Final = 1
"""Object of ReportLab's dictionary of fonts: the first that it makes."""


def _add_fonts(file: PdfFile, embedded: "PDFDocument") -> None:
    """All that ReportLab made, under its own numbers; they refer to each other."""
    from reportlab.pdfbase.pdfdoc import PDFStream
    from reportlab.pdfbase.pdfdoc import format as formatted

    for font in embedded.delayedFonts:
        font.addObjects(embedded)
    number = _FONTS
    while name := embedded.numberToId.get(number):
        made = embedded.idToObject[name]
        body = formatted(made, embedded, toplevel=1)
        file.add(Stream(body) if isinstance(made, PDFStream) else body)
        number += 1


def _add_pages(file: PdfFile, contents: list[str]) -> tuple[int, list[int]]:
    """The pages: the object of their tree, and those of each page."""
    tree = file.next_number
    pages = [tree + 1 + 2 * at for at in range(len(contents))]
    kids = " ".join(f"{page} 0 R" for page in pages)
    file.add(
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}"
        f"/MediaBox[0 0 {PAGE_WIDTH:.3f} {PAGE_HEIGHT:.3f}]"
        f"/Resources<</Font {_FONTS} 0 R/ProcSet[/PDF/Text]>>>>".encode("ascii")
    )
    for at, content in enumerate(contents):
        file.add(
            f"<</Type/Page/Parent {tree} 0 R/Contents {pages[at] + 1} 0 R"
            f"/StructParents {at}/Tabs/S>>".encode("ascii")
        )
        file.add(Stream.of("/Filter/FlateDecode", zlib.compress(content.encode("ascii"))))
    return tree, pages


class _Pen:
    """Writes what stands on a page as the operators of PDF (ISO 32000-1, annex A)."""

    def __init__(self, typesetter: Typesetter, marks: Marks) -> None:
        self._typesetter = typesetter
        self._marks = marks
        self._code: list[str] = []
        self._state: dict[str, str] = {}
        """What each operator of the graphics state was given last on this page."""

    def draw(self, page: Page) -> str:
        """The content of a page, in the order of reading."""
        self._code, self._state = [], {}
        self._marks.turn()
        for node, items in groupby(page.items, key=_node):
            if node is None:
                self._code.append("/Artifact BMC")
            else:
                self._code.append(f"/{node.kind}<</MCID {self._marks.number(node)}>>BDC")
            for is_text, same in groupby(items, key=lambda item: isinstance(item, Text)):
                draw = self._texts if is_text else self._drawings
                draw(same)
            self._code.append("EMC")
        return "\n".join(self._code)

    def _texts(self, items: Iterable[Item]) -> None:
        self._code.append("BT")
        for item in items:
            assert isinstance(item, Text)
            self._set("g", _SOFT if item.soft else _INK)
            self._set("Tr", "2" if item.bold else "0")
            if item.bold:  # its letters are filled and outlined
                self._set("w", f"{_BOLD * item.size:.3f}")
                self._set("G", _INK)
            self._code.append(f"1 0 0 1 {item.x:.2f} {PAGE_HEIGHT - item.y:.2f} Tm")
            for font, codes in self._typesetter.pieces(item.text):
                self._set("Tf", f"{font} {item.size:g}")
                self._code.append(f"<{codes}>Tj")
        self._code.append("ET")

    def _drawings(self, items: Iterable[Item]) -> None:
        for item in items:
            match item:
                case HLine():
                    self._set("w", f"{item.weight:g}")
                    self._set("G", _PALE if item.pale else _INK)
                    y = PAGE_HEIGHT - item.y
                    self._code.append(
                        f"{item.x:.2f} {y:.2f} m {item.x + item.length:.2f} {y:.2f} l S"
                    )
                case QrBox():
                    self._code += _qr(item)
                case Text():
                    raise AssertionError

    def _set(self, operator: str, value: str) -> None:
        if self._state.get(operator) != value:
            self._state[operator] = value
            self._code.append(f"{value} {operator}")


def _node(item: Item) -> Node | None:
    return None if isinstance(item, HLine) else item.node


def _qr(box: QrBox) -> list[str]:
    """All dark modules as one path, a rectangle for each run of a row; a module is a unit."""
    matrix = modules(box.content)
    scale = box.side / len(matrix)
    code = [f"q 0 g {scale:.5f} 0 0 {-scale:.5f} {box.x:.2f} {PAGE_HEIGHT - box.y:.2f} cm"]
    for number, row in enumerate(matrix):
        start = 0
        for dark, cells in groupby(row):
            length = len(list(cells))
            if dark:
                code.append(f"{start} {number} {length} 1 re")
            start += length
    return [*code, "f Q"]
