"""CSV files, 64 KB at a time.

A row is one line: a quotation mark left open would otherwise swallow the rows behind it. Where a
piece holds no quotation mark and every line has its number of columns, which is the rule, it is
taken apart as a whole; otherwise line by line, so that a bad one is told and the rest goes on.
"""

import codecs
import csv
from collections.abc import Iterator, Sequence
from itertools import repeat
from pathlib import Path
from typing import Final

from archive.errors import ImportFormatError
from archive.importing.batch import LONGEST_LINE, Batch
from archive.importing.encoding import UTF8, UTF8_MARKED, chunks, find_encoding
from archive.importing.head import Head, recognise
from archive.reasons import Reason

FORMAT: Final = "CSV"


class CsvRows:
    """The rows of one CSV file."""

    def __init__(self, path: Path) -> None:
        encoding = find_encoding(path)
        with path.open("rb") as file:
            first = file.readline(LONGEST_LINE + 1)
        self.head: Head = recognise(path, FORMAT, encoding, _headings(path, first, encoding))
        self._codec = UTF8 if encoding == UTF8_MARKED else encoding
        self._start = len(first)

    def batches(self, position: int, line: int) -> Iterator[Batch]:
        """Rows from that byte on; the head is line 1."""
        line = max(line, 1)
        with self.head.path.open("rb") as file:
            file.seek(max(position, self._start))
            for raw, behind in chunks(file):
                batch = self._whole(raw, behind, line) or self._by_lines(raw, behind, line)
                line = batch.line
                yield batch

    def _whole(self, raw: bytes, behind: int, before: int) -> Batch | None:
        """All lines at once, or None where one of them needs a closer look."""
        if b'"' in raw or b"\0" in raw or _too_long(raw):
            return None
        try:
            text = raw.decode(self._codec).replace("\r\n", "\n")
        except UnicodeDecodeError:
            return None
        if not text.endswith("\n"):
            text += "\n"
        width, rows = len(self.head.names), text.count("\n")
        # The mark stays at the end of each row's last cell: so it shows that all rows are whole.
        cells = text.replace("\n", "\n,").split(",")
        cells.pop()
        last = cells[width - 1 :: width]
        if "\r" in text or len(cells) != rows * width:
            return None
        if not all(map(str.endswith, last, repeat("\n"))):
            return None
        columns = [cells[place::width] for place in range(width - 1)]
        lines = range(before + 1, before + 1 + rows)
        return Batch([*columns, last], lines, (), behind, behind, before + rows)

    def _by_lines(self, raw: bytes, behind: int, before: int) -> Batch:
        rows: list[Sequence[str]] = []
        lines: list[int] = []
        refused: list[tuple[int, Reason]] = []
        all_lines = raw.removesuffix(b"\n").split(b"\n")
        for number, line in enumerate(all_lines, start=before + 1):
            row = self._row(line)
            if isinstance(row, Reason):
                refused.append((number, row))
            elif row:
                rows.append(row)
                lines.append(number)
        columns = list(zip(*rows, strict=True)) or [()] * len(self.head.names)
        return Batch(columns, lines, refused, behind, behind, before + len(all_lines))

    def _row(self, raw: bytes) -> Sequence[str] | Reason:
        if len(raw) > LONGEST_LINE:
            return Reason.LINE_TOO_LONG
        if b"\0" in raw:
            return Reason.NUL
        try:
            line = raw.decode(self._codec).removesuffix("\r")
        except UnicodeDecodeError:
            return Reason.ENCODING
        if "\r" in line:
            return Reason.CHARACTERS
        try:
            row = next(csv.reader([line], strict=True), [])
        except csv.Error:
            return Reason.QUOTES
        return row if len(row) in (0, len(self.head.names)) else Reason.COLUMNS


def _headings(path: Path, first: bytes, encoding: str) -> Sequence[str]:
    try:
        line = first.removeprefix(codecs.BOM_UTF8).decode(encoding).rstrip("\r\n")
        headings = next(csv.reader([line], strict=True), [])
    except (UnicodeDecodeError, csv.Error):
        headings = []
    if not headings or b"\0" in first or len(first) > LONGEST_LINE:
        raise ImportFormatError(path, 1, "the first line holds no headings")
    return [heading.strip() for heading in headings]


def _too_long(raw: bytes) -> bool:
    """Whether a line is longer than is allowed; looks at one place for each such length."""
    place = 0
    while len(raw) - place > LONGEST_LINE:
        found = raw.rfind(b"\n", place, place + LONGEST_LINE + 1)
        if found < 0:
            return True
        place = found + 1
    return False
