"""The chain of font files: which of them draws a character.

Only the tables needed to answer that are read here (OpenType 1.9: `cmap` formats 4 and 12, and
`loca`), so a receipt needs no PDF library and the large fallback fonts stay on disk until a name
needs them.
"""

import struct
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import SEEK_END
from pathlib import Path
from typing import BinaryIO

from printing.errors import FontUnreadableError, GlyphMissingError


@dataclass(frozen=True, slots=True)
class FontFile:
    """One face: a TrueType file, or one member of a collection."""

    path: Path
    index: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """Characters in a row that the same font of the chain draws."""

    font: int
    text: str


class FontChain:
    """Fonts in order of preference; each character is drawn by the first that has it."""

    def __init__(self, files: Sequence[FontFile]) -> None:
        self.files = tuple(files)
        self._faces = tuple(_Face(file) for file in files)
        self._font_of: dict[str, int] = {}

    @classmethod
    def of(cls, paths: Iterable[str | Path]) -> "FontChain":
        """The chain of these files, the first member of each collection."""
        return cls([FontFile(Path(path)) for path in paths])

    def monospaced(self) -> "FontChain":
        """The chain with its first font's face of equal widths, where its collection has one."""
        first, *others = self.files
        for index in range(_members(first.path)):
            face = FontFile(first.path, index)
            if _Face(face).monospaced:
                return FontChain([face, *others])
        return self

    def font_of(self, character: str) -> int | None:
        """Position in the chain of the font that draws `character`."""
        found = self._font_of.get(character, -1)
        if found >= 0:
            return found
        for position, face in enumerate(self._faces):
            if face.draws(character):
                self._font_of[character] = position
                return position
        return None

    def missing(self, text: str) -> tuple[int, ...]:
        """The code points of `text` that no font draws."""
        return tuple(sorted({ord(c) for c in text if self.font_of(c) is None}))

    def require(self, text: str) -> None:
        """Raise GlyphMissingError unless every character can be drawn."""
        if missing := self.missing(text):
            raise GlyphMissingError(missing)

    def runs(self, text: str) -> tuple[Run, ...]:
        """`text` cut where the font changes."""
        runs: list[Run] = []
        for character in text:
            font = self.font_of(character)
            if font is None:
                raise GlyphMissingError(self.missing(text))
            if runs and runs[-1].font == font:
                runs[-1] = Run(font, runs[-1].text + character)
            else:
                runs.append(Run(font, character))
        return tuple(runs)


class _Face:
    """The character map and the glyph index of one face."""

    def __init__(self, file: FontFile) -> None:
        try:
            with file.path.open("rb") as stream:
                tables = _directory(stream, file.index)
                self._cmap = _character_map(_table(stream, tables, b"cmap"))
                long_offsets = _table(stream, tables, b"head")[50:52] == b"\0\1"
                self._loca = _table(stream, tables, b"loca")
                widths = _widths(stream, tables)
        except (OSError, struct.error, IndexError, ValueError) as error:
            raise FontUnreadableError(str(file.path), str(error) or "damaged") from error
        self._offset = struct.Struct(">L" if long_offsets else ">H")
        narrow, broad = (min(self._cmap.glyph(ord(c)), len(widths) - 1) for c in "iW")
        self.monospaced = widths[narrow] == widths[broad]
        """Whether a narrow letter is as wide as a broad one; fonts do not always say so."""

    def draws(self, character: str) -> bool:
        """Whether there is a glyph, and ink in it unless it is a space.

        WenQuanYi Micro Hei maps some characters (the pinyin vowels with a caron, the Roman
        five and ten) to glyphs without an outline: those would print as nothing.
        """
        glyph = self._cmap.glyph(ord(character))
        return glyph != 0 and (character.isspace() or self._has_outline(glyph))

    def _has_outline(self, glyph: int) -> bool:
        size = self._offset.size
        if (glyph + 2) * size > len(self._loca):
            return False
        start, end = (self._offset.unpack_from(self._loca, (glyph + n) * size) for n in (0, 1))
        return bool(end[0] > start[0])


class _Format12:
    """`cmap` format 12: groups of consecutive code points over the whole of Unicode."""

    def __init__(self, table: bytes) -> None:
        count = struct.unpack_from(">L", table, 12)[0]
        self._groups = list(struct.iter_unpack(">LLL", table[16 : 16 + 12 * count]))
        self._ends = [last for _, last, _ in self._groups]

    def glyph(self, codepoint: int) -> int:
        at = bisect_left(self._ends, codepoint)
        if at == len(self._ends) or codepoint < self._groups[at][0]:
            return 0
        return int(self._groups[at][2] + codepoint - self._groups[at][0])


class _Format4:
    """`cmap` format 4: segments of the Basic Multilingual Plane."""

    def __init__(self, table: bytes) -> None:
        self._table = table
        self._size = size = struct.unpack_from(">H", table, 6)[0]
        self._ends = struct.unpack_from(f">{size // 2}H", table, 14)

    def glyph(self, codepoint: int) -> int:
        at = bisect_left(self._ends, codepoint)
        if codepoint > 0xFFFF or at == len(self._ends):
            return 0
        first, delta, offset = (
            struct.unpack_from(">H", self._table, 16 + self._size * row + 2 * at)[0]
            for row in (1, 2, 3)
        )
        if codepoint < first:
            return 0
        if offset == 0:
            return int(codepoint + delta & 0xFFFF)
        place = 16 + self._size * 3 + 2 * at + offset + 2 * (codepoint - first)
        glyph = struct.unpack_from(">H", self._table, place)[0]
        return int(glyph + delta & 0xFFFF) if glyph else 0


def _directory(stream: BinaryIO, index: int) -> dict[bytes, tuple[int, int]]:
    """Where the tables of the face lie: tag -> (offset, length)."""
    start = 0
    head = stream.read(12)
    if head[:4] == b"ttcf":
        count = struct.unpack_from(">L", head, 8)[0]
        if index >= count:
            raise ValueError(f"the collection holds {count} faces")
        stream.seek(12 + 4 * index)
        start = struct.unpack(">L", stream.read(4))[0]
    stream.seek(start)
    tag, tables = struct.unpack(">4sH", stream.read(6))
    if tag == b"OTTO":
        raise ValueError("CFF outlines cannot be embedded, a TrueType font is needed")
    if tag not in (b"\0\1\0\0", b"true"):
        raise ValueError("not a TrueType font")
    stream.seek(start + 12)
    entries = struct.iter_unpack(">4sLLL", stream.read(16 * tables))
    found = {name: (offset, length) for name, _, offset, length in entries}
    size = stream.seek(0, SEEK_END)
    if any(offset + length > size for offset, length in found.values()):
        raise ValueError("the file is cut short")
    return found


def _table(stream: BinaryIO, tables: dict[bytes, tuple[int, int]], tag: bytes) -> bytes:
    if tag not in tables:
        raise ValueError(f"no {tag.decode()} table")
    offset, length = tables[tag]
    stream.seek(offset)
    return stream.read(length)


def _widths(stream: BinaryIO, tables: dict[bytes, tuple[int, int]]) -> tuple[int, ...]:
    """How wide each glyph is, in units of the font; the last is that of all further ones."""
    count = struct.unpack_from(">H", _table(stream, tables, b"hhea"), 34)[0]
    return struct.unpack_from(">" + count * "Hh", _table(stream, tables, b"hmtx"))[::2]


def _members(path: Path) -> int:
    """How many faces a file holds."""
    with path.open("rb") as stream:
        tag, _, count = struct.unpack(">4sLL", stream.read(12))
    return int(count) if tag == b"ttcf" else 1


def _character_map(cmap: bytes) -> _Format4 | _Format12:
    """The Unicode map with the widest range: full (format 12) before BMP only (format 4)."""
    found: dict[int, int] = {}
    for record in range(struct.unpack_from(">H", cmap, 2)[0]):
        platform, _, offset = struct.unpack_from(">HHL", cmap, 4 + 8 * record)
        kind = struct.unpack_from(">H", cmap, offset)[0]
        if platform in (0, 3):
            found[kind] = offset
    if 12 in found:
        return _Format12(cmap[found[12] :])
    if 4 in found:
        return _Format4(cmap[found[4] :])
    raise ValueError("no Unicode character map")
