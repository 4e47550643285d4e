"""XML files of GB/T 40217: a root whose elements are the records.

The standard names XML as its form of output, but no schema was at hand: a record's values are
taken from its child elements and its attributes, named by element codes or English words.
The parser is expat itself: it holds one record at a time, and stops at a DOCTYPE before any entity
is defined, so that none is ever read or expanded. What other formats call a line is the number of
the record here, since a whole file may stand on one line.
"""

import codecs
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final
from xml.parsers import expat

from archive.errors import ImportFormatError
from archive.importing.batch import LONGEST_LINE, Batch
from archive.importing.head import Head
from archive.importing.named_rows import NamedRow, batched, head_of
from archive.reasons import Reason

FORMAT: Final = "XML"

_CHUNK: Final = 1 << 16
_LONGEST_TAG: Final = 1 << 20
"""In characters: a tag is kept in memory until it ends."""
_DECLARED: Final = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_GB: Final = frozenset(("gb18030", "gbk", "gb2312", "cp936"))


class XmlRows:
    """The records of one XML file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._encoding = _encoding(path)
        self.head: Head = head_of(path, FORMAT, self._encoding, self._rows())

    def batches(self, position: int, line: int) -> Iterator[Batch]:
        """Records behind the first `position`: XML cannot be entered in the middle."""
        return batched(self.head, islice(self._rows(), position, None))

    def _rows(self) -> Iterator[NamedRow]:
        records = _Records(self._path)
        decoder = codecs.getincrementaldecoder(self._encoding)()
        with self._path.open("rb") as file:
            final = False
            while not final:
                raw = file.read(_CHUNK)
                final = not raw
                try:
                    text = decoder.decode(raw, final)
                except UnicodeDecodeError:
                    detail = f"bytes that are not {self._encoding}"
                    raise ImportFormatError(self._path, records.line, detail) from None
                yield from records.feed(text, final=final)


class _Records:
    """Follows the parser from element to element; depth 1 is the root, 2 a record."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._depth = self._count = self._size = self._silent = 0
        self._values: dict[str, str] = {}
        self._text: list[str] = []
        self._fault: Reason | None = None
        self._found: list[NamedRow] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    @property
    def line(self) -> int:
        """The line the parser is at."""
        return self._parser.CurrentLineNumber

    def feed(self, text: str, *, final: bool) -> list[NamedRow]:
        """The records that end in this part of the file."""
        self._found = []
        self._silent += len(text)
        if self._silent > _LONGEST_TAG:
            raise ImportFormatError(self._path, self.line, "a tag or comment is too long")
        try:
            self._parser.Parse(text, final)
        except expat.ExpatError as error:
            detail = f"not well-formed: {expat.ErrorString(error.code)}"
            raise ImportFormatError(self._path, error.lineno, detail) from None
        return self._found

    def _doctype(self, *_: object) -> None:
        raise ImportFormatError(self._path, self.line, "a DOCTYPE is not taken")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._silent = 0
        if self._depth == 2:
            self._values, self._fault, self._size = {}, None, 0
            for attribute, value in attributes.items():
                self._put(attribute, value)
        elif self._depth > 3:
            self._fault = Reason.STRUCTURE
        self._text = []

    def _end(self, name: str) -> None:
        if self._depth == 3:
            self._put(name, "".join(self._text))
        elif self._depth == 2:
            self._count += 1
            if not self._values:
                self._fault = self._fault or Reason.STRUCTURE
            values = self._fault or self._values
            read = self._parser.CurrentByteIndex
            self._found.append(NamedRow(self._count, self._count, read, values))
        self._depth -= 1
        self._text = []

    def _characters(self, text: str) -> None:
        self._size += len(text)
        self._silent = 0
        if self._size > LONGEST_LINE:
            self._fault = Reason.LINE_TOO_LONG
        elif self._depth == 3:
            self._text.append(text)
        elif self._depth == 2 and text.strip():
            self._fault = Reason.STRUCTURE

    def _put(self, name: str, value: str) -> None:
        own = name.rpartition(":")[2]
        if own in self._values:
            self._fault = Reason.STRUCTURE
        self._values[own] = value


def _encoding(path: Path) -> str:
    """By its mark or its declaration; UTF-8 where there is neither, as XML says."""
    with path.open("rb") as file:
        start = file.read(200)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    declared = _DECLARED.match(start)
    name = declared.group(1).decode().lower() if declared else "utf-8"
    if name in _GB:
        return "gb18030"
    if name in ("utf-8", "utf8"):
        return "utf-8"
    raise ImportFormatError(path, 1, f"encoding {name}; save the file as UTF-8 or GB18030")
