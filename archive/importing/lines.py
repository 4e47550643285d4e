"""Lines of a CSV file: encoding found out, each line on its own, memory flat.

A row is one line. A quotation mark left open would otherwise swallow the rows behind it.
"""

import codecs
import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from archive.errors import ImportFormatError
from archive.reasons import Reason

LONGEST_LINE: Final = 64 * 1024
"""In bytes; far beyond any row of these tables."""

_SAMPLE_LINES: Final = 2000
_UTF8: Final = "utf-8"
_UTF8_MARKED: Final = "utf-8-sig"
_GB: Final = "gb18030"


def find_encoding(path: Path) -> str:
    """`utf-8-sig`, `utf-8` or `gb18030`, by the first lines that are not ASCII.

    GB18030 decodes much that is UTF-8 too, hardly ever the other way round: so it is
    UTF-8 unless most of those lines cannot be.
    """
    with path.open("rb") as file:
        start = file.read(4)
        if start.startswith(codecs.BOM_UTF8):
            return _UTF8_MARKED
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise ImportFormatError(path, 1, "UTF-16; save the file as UTF-8 or GB18030")
        file.seek(0)
        seen = good = 0
        for raw in _bounded(file):
            if not raw.isascii():
                seen += 1
                good += _decodes(raw)
                if seen == _SAMPLE_LINES:
                    break
    return _UTF8 if good * 2 >= seen else _GB


class Lines:
    """The text lines of an open file; a line that is no text is reported, not returned."""

    def __init__(
        self, file: BinaryIO, encoding: str, on_bad: Callable[[int, Reason], None]
    ) -> None:
        self.number = 0
        """The number of the line last read, from 1."""
        self.bytes_read = 0
        self._file = file
        self._encoding = encoding
        self._on_bad = on_bad

    def __iter__(self) -> Iterator[str]:
        encoding = self._encoding
        for raw in _bounded(self._file):
            self.number += 1
            self.bytes_read += len(raw)
            fault = _fault_of_bytes(raw)
            if fault is None:
                try:
                    line = raw.decode(encoding)
                except UnicodeDecodeError:
                    fault = Reason.ENCODING
                else:
                    fault = _fault_of_quotes(line)
            encoding = _UTF8 if encoding == _UTF8_MARKED else encoding
            if fault is None:
                yield line
            else:
                self._on_bad(self.number, fault)


def _fault_of_bytes(raw: bytes) -> Reason | None:
    if len(raw) > LONGEST_LINE:
        return Reason.LINE_TOO_LONG
    return Reason.NUL if b"\0" in raw else None


def _fault_of_quotes(line: str) -> Reason | None:
    """An even number of marks proves nothing: `a"b,"c` leaves the second field open."""
    if '"' in line:
        try:
            next(csv.reader([line], strict=True))
        except csv.Error:
            return Reason.QUOTES
    return None


def _bounded(file: BinaryIO) -> Iterator[bytes]:
    """Lines; of one that is too long only its beginning, still longer than is allowed."""
    while raw := file.readline(LONGEST_LINE + 1):
        yield raw
        while len(raw) > LONGEST_LINE and not raw.endswith(b"\n"):
            raw = file.readline(LONGEST_LINE + 1)


def _decodes(raw: bytes) -> bool:
    try:
        raw.decode(_UTF8)
    except UnicodeDecodeError:
        return False
    return True
