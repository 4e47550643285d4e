"""A document as PDF: text in embedded TrueType subsets, the QR symbol as vectors.

The same document and fonts always give the same bytes. Nothing personal is in the metadata, and
a character that no font draws is refused before the first page.
"""

import hashlib
import re
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from printing.document import Document
from printing.errors import FontUnreadableError
from printing.fonts import FontChain, FontFile
from printing.layout.page import layout_pages
from printing.layout.sheet import PAGE_HEIGHT, PAGE_WIDTH, HLine, Page, QrBox, Text

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

_INK: Final = 0.067
_SOFT: Final = 0.31
_PALE: Final = 0.78
_BOLD: Final = 0.026
"""Of the size: how thick a bold letter's outline is drawn. The font has no bold face."""


_REPORTLAB: Final = threading.Lock()
"""ReportLab's fonts serve one document at a time: while it cuts a subset out of a face it moves a
reading position that all documents share (`TTFontFile.makeSubset`), and two at once read each
other's glyphs."""


def render_pdf(document: Document, fonts: FontChain) -> bytes:
    """The whole document as A4 pages. Threads may call this together; they take turns."""
    with _REPORTLAB:
        return _render(document, fonts)


def _render(document: Document, fonts: FontChain) -> bytes:
    from reportlab.pdfgen.canvas import Canvas

    typesetter = _Typesetter(fonts)
    pages = layout_pages(document, typesetter.measure)
    stream = BytesIO()
    canvas = Canvas(
        stream,
        (PAGE_WIDTH, PAGE_HEIGHT),
        invariant=1,
        pageCompression=1,
        lang="zh-CN",
        # Its own default is a font that is never embedded. The stubs call this name a number.
        initialFontName=typesetter.first,  # type: ignore[arg-type]
    )
    canvas.setTitle(document.title)
    canvas.setAuthor(document.agency)
    canvas.setSubject(document.foot.serial)
    canvas.setCreator("hall-kiosk")
    canvas.setViewerPreference("PrintScaling", "None")
    for page in pages:
        _draw(canvas, page, typesetter)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


@dataclass(frozen=True, slots=True)
class _Part:
    """Text of one font, placed from the bottom left corner as PDF counts."""

    x: float
    y: float
    text: str = field(repr=False)
    font: str
    size: float
    soft: bool
    stroke: float
    """Width of the outline; 0 for none."""


class _Typesetter:
    """Knows which font of the chain draws a character, and how wide it is."""

    def __init__(self, chain: FontChain) -> None:
        self._chain = chain
        self.first: str = _embedded(chain.files[0]).fontName
        """Name of the font that draws nearly everything."""
        self._widths: dict[str, float] = {}
        self._plain: set[str] = set()
        """Characters that the first font draws: nearly all of every page."""

    def measure(self, text: str, size: float) -> float:
        """The width of `text` in points."""
        try:
            return sum(map(self._widths.__getitem__, text)) * size / 1000
        except KeyError:
            self._chain.require(text)
            for character in set(text):
                self._learn(character)
            return self.measure(text, size)

    def parts(self, text: Text) -> Iterator["_Part"]:
        """`text` cut where the font changes."""
        y = PAGE_HEIGHT - text.y
        stroke = text.size * (_BOLD if text.bold else 0)
        if self._plain.issuperset(text.text):
            yield _Part(text.x, y, text.text, self.first, text.size, text.soft, stroke)
            return
        x = text.x
        for run in self._chain.runs(text.text):
            font = _embedded(self._chain.files[run.font]).fontName
            yield _Part(x, y, run.text, font, text.size, text.soft, stroke)
            x += self.measure(run.text, text.size)

    def _learn(self, character: str) -> None:
        position = self._chain.runs(character)[0].font
        face = _embedded(self._chain.files[position]).face
        self._widths[character] = face.charWidths[ord(character)]
        if position == 0:
            self._plain.add(character)


def _draw(canvas: "Canvas", page: Page, typesetter: _Typesetter) -> None:
    strokes: dict[float, list[_Part]] = {}
    for item in page.items:
        match item:
            case HLine():
                canvas.setLineWidth(item.weight)
                canvas.setStrokeGray(_PALE if item.pale else _INK)
                y = PAGE_HEIGHT - item.y
                canvas.line(item.x, y, item.x + item.length, y)
            case QrBox():
                _draw_qr(canvas, item)
            case Text():
                for part in typesetter.parts(item):
                    strokes.setdefault(part.stroke, []).append(part)
    canvas.setStrokeGray(_INK)
    for stroke, parts in strokes.items():
        canvas.setLineWidth(stroke)
        _draw_parts(canvas, parts, outlined=stroke > 0)


def _draw_parts(canvas: "Canvas", parts: list[_Part], *, outlined: bool) -> None:
    """Write texts; outlined ones are filled and stroked, which makes them bold."""
    out = canvas.beginText()
    out.setTextRenderMode(2 if outlined else 0)
    state: tuple[str, float] | None = None
    soft: bool | None = None
    for part in parts:
        if part.soft is not soft:
            soft = part.soft
            out.setFillGray(_SOFT if soft else _INK)
        if state != (part.font, part.size):
            state = (part.font, part.size)
            out.setFont(part.font, part.size)
        out.setTextOrigin(part.x, part.y)
        out.textLine(part.text)
    out.setTextRenderMode(0)
    canvas.drawText(out)


def _draw_qr(canvas: "Canvas", box: QrBox) -> None:
    """All dark modules as one path, a rectangle for each run of a row."""
    import segno

    matrix = segno.make_qr(box.content, error="m", boost_error=False).matrix
    module = box.side / len(matrix)
    path = canvas.beginPath()
    for number, row in enumerate(matrix):
        y = PAGE_HEIGHT - box.y - (number + 1) * module
        start = 0
        for dark, cells in groupby(row):
            length = len(list(cells))
            if dark:
                path.rect(box.x + start * module, y, length * module, module)
            start += length
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)


@cache
def _embedded(file: FontFile) -> "TTFont":
    """The face of a font file, read and registered once for the process."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError

    face_class = _face_class()
    name = "hall-" + hashlib.sha256(f"{file.path}#{file.index}".encode()).hexdigest()[:12]
    try:
        font = face_class(name, str(file.path), subfontIndex=file.index)
    except (TTFError, OSError, LookupError, struct.error) as error:
        raise FontUnreadableError(str(file.path), type(error).__name__) from error
    pdfmetrics.registerFont(font)
    return font


@cache
def _face_class() -> "type[TTFont]":
    """ReportLab's font, with a character map that holds beyond the Basic Multilingual Plane.

    ReportLab 5.1 writes U+20BB7 into the map as <20BB7>; PDF wants UTF-16 (ISO 32000-1, 9.10.3),
    and a reader that copies or searches the text finds another character.
    """
    from reportlab.pdfbase import ttfonts

    class Face(ttfonts.TTFont):
        def addObjects(self, doc: Any) -> None:  # noqa: ANN401, N802 - ReportLab's own signature
            subsets = [list(subset) for subset in self.state[doc].subsets]
            super().addObjects(doc)
            for number, subset in enumerate(subsets):
                if any(code > 0xFFFF for code in subset):
                    tag = ttfonts.SUBSETN(number) + b"+" + self.face.name + self.face.subfontNameX
                    stream = doc.idToObject[f"toUnicodeCMap:{tag.decode('pdfdoc')}"]
                    stream.content = _utf16(stream.content)

    return Face


def _utf16(character_map: str) -> str:
    """The map with every code point of five digits as its two surrogates."""
    return re.sub(
        "<([0-9A-F]{5,6})>",
        lambda found: f"<{chr(int(found[1], 16)).encode('utf-16-be').hex().upper()}>",
        character_map,
    )
