"""The fonts of a PDF: which draws a character, how wide it is, what is written for it."""

import hashlib
import mmap
import re
import struct
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from printing.errors import FontUnreadableError
from printing.fonts import FontChain, FontFile

if TYPE_CHECKING:
    from reportlab.pdfbase.pdfdoc import PDFDocument
    from reportlab.pdfbase.ttfonts import TTFont

Piece = tuple[str, str]
"""A font's name in the file, and what is written in it: its own codes in hexadecimal."""


class Ruler:
    """Measures text in the fonts that a PDF embeds."""

    def __init__(self, chain: FontChain) -> None:
        self._chain = chain
        self._widths: dict[str, float] = {}
        """Of each text, in thousandths of its size: a table says the same again and again."""
        self._characters: dict[str, float] = {}

    def measure(self, text: str, size: float) -> float:
        """The width of `text` in points; GlyphMissingError where no font draws it."""
        width = self._widths.get(text)
        if width is None:
            width = self._widths[text] = self._sum(text)
        return width * size / 1000

    def _sum(self, text: str) -> float:
        try:
            return sum(map(self._characters.__getitem__, text))
        except KeyError:
            self._chain.require(text)
            for character in set(text) - self._characters.keys():
                face = _embedded(self._chain.files[self._chain.runs(character)[0].font]).face
                self._characters[character] = face.charWidths[ord(character)]
            return self._sum(text)


class Typesetter:
    """Sets text of one document; the characters it meets are those that the file embeds."""

    def __init__(self, chain: FontChain, document: "PDFDocument") -> None:
        self._chain = chain
        self._document = document
        self._first = _embedded(chain.files[0])
        """Draws nearly everything."""
        self._plain: set[str] = set()
        """Characters that the first font draws: nearly all of every page."""
        self._pieces: dict[str, list[Piece]] = {}

    def pieces(self, text: str) -> list[Piece]:
        """`text`, cut where the font changes."""
        found = self._pieces.get(text)
        if found is None:
            found = self._pieces[text] = [
                (font.getSubsetInternalName(subset, self._document), codes.hex())
                for font, part in self._fonts(text)
                for subset, codes in font.splitString(part, self._document)
            ]
        return found

    def _fonts(self, text: str) -> list[tuple["TTFont", str]]:
        if self._plain.issuperset(text):
            return [(self._first, text)]
        runs = self._chain.runs(text)
        self._plain.update(*(run.text for run in runs if run.font == 0))
        return [(_embedded(self._chain.files[run.font]), run.text) for run in runs]


@cache
def _embedded(file: FontFile) -> "TTFont":
    """The face of a font file, read and registered once for the process."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError

    face_class = _face_class()
    name = "hall-" + hashlib.sha256(f"{file.path}#{file.index}".encode()).hexdigest()[:12]
    try:
        font = face_class(name, _Mapped(str(file.path)), subfontIndex=file.index)
    except (TTFError, OSError, LookupError, ValueError, struct.error) as error:
        raise FontUnreadableError(str(file.path), type(error).__name__) from error
    _slim(font)
    pdfmetrics.registerFont(font)
    return font


def _slim(font: "TTFont") -> None:
    """Drop what ReportLab keeps of a font's glyphs and needs only to shape text, which is not done.

    A chain of fonts has 160,000 glyphs; with objects for each, every collection of garbage looked
    through all of them. Glyphs with the same metrics share one pair.
    """
    kept: dict[tuple[int, int], tuple[int, int]] = {}
    font.face.hmetrics = [kept.setdefault(pair, pair) for pair in font.face.hmetrics]
    font.face.glyphToChar = {}  # type: ignore[attr-defined]  # not in its stubs


class _Mapped:
    """A font file that stays on disk: of 50 MB of fallback fonts a name needs a few kilobytes."""

    def __init__(self, path: str) -> None:
        self.name = path

    def read(self) -> mmap.mmap:
        """All of it, as far as ReportLab knows: it takes slices, and they are read when taken."""
        with Path(self.name).open("rb") as stream:  # the map outlives it
            return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)


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
