"""Loads CSV files into a store: every row checked, refused rows told, the rest loaded.

A file is recognised by its headings, which are element codes or the English words for them,
in any order. Loading the same rows again changes nothing. Rows are written in batches, each
a transaction of its own: an import that breaks off leaves whole batches, and doing it again
completes them.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from archive.elements import Element
from archive.errors import ImportFormatError, ImportUnreadableError, InvalidValueError
from archive.importing.fields import Parser, parser
from archive.importing.head import Head, read_head
from archive.importing.lines import Lines, find_encoding
from archive.importing.rejects import Rejects, rejects_file
from archive.importing.rules import rule
from archive.reasons import Reason
from archive.records import SPECS, Cell, RecordKind
from archive.store import Loader, Refusal

BATCH_ROWS: Final = 5000


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far the import of one file is."""

    file: Path
    bytes_done: int
    bytes_total: int
    rows: int
    rejected: int


@dataclass(frozen=True, slots=True)
class FileSummary:
    """What became of one file."""

    file: Path
    kind: RecordKind | None = None
    encoding: str = ""
    rows: int = 0
    """Rows read, without the head and empty lines."""
    changed: int = 0
    """Rows that were new or brought something new."""
    rejected: int = 0
    ignored: tuple[str, ...] = ()
    """Headings that no element has; their columns were passed over."""
    error: ImportFormatError | None = None
    """Why the file could not be read, or not to its end."""

    @property
    def loaded(self) -> int:
        """Rows that the store now holds."""
        return self.rows - self.rejected


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """What became of all files, in the order in which they were loaded."""

    files: tuple[FileSummary, ...]
    rejects: Path

    @property
    def rows(self) -> int:
        """Rows read in all files."""
        return sum(file.rows for file in self.files)

    @property
    def loaded(self) -> int:
        """Rows that the store now holds."""
        return sum(file.loaded for file in self.files)

    @property
    def changed(self) -> int:
        """Rows that were new or brought something new."""
        return sum(file.changed for file in self.files)

    @property
    def rejected(self) -> int:
        """Rows refused; the rejects file tells each."""
        return sum(file.rejected for file in self.files)

    @property
    def failed(self) -> tuple[FileSummary, ...]:
        """Files that could not be read, or not to their end."""
        return tuple(file for file in self.files if file.error is not None)


ProgressListener = Callable[[ImportProgress], None]


def import_files(
    store: Loader,
    files: Sequence[Path],
    *,
    rejects: Path,
    on_progress: ProgressListener = lambda progress: None,
) -> ImportSummary:
    """Load files in the order in which they depend on each other, whatever order they come in.

    A file that cannot be read is told in its summary and the others go on; a store that
    cannot be written raises its `StoreError`, with all batches before it loaded.
    """
    summaries: list[FileSummary] = []
    heads: list[Head] = []
    for path in files:
        try:
            heads.append(_head_of(path))
        except ImportFormatError as error:
            summaries.append(FileSummary(path, error=error))
    order = list(RecordKind)
    with rejects_file(rejects) as refused:
        heads.sort(key=lambda head: order.index(head.kind))
        summaries.extend(_FileImport(store, head, refused, on_progress).run() for head in heads)
    return ImportSummary(tuple(summaries), rejects)


def _head_of(path: Path) -> Head:
    try:
        encoding = find_encoding(path)
        with path.open("rb") as file:
            return read_head(path, encoding, file)
    except OSError as error:
        raise ImportUnreadableError(path, None, error.strerror or "") from None


class _FileImport:
    """One pass over one file."""

    def __init__(
        self, store: Loader, head: Head, rejects: Rejects, on_progress: ProgressListener
    ) -> None:
        self._store = store
        self._head = head
        self._path = head.path
        self._rejects = rejects
        self._on_progress = on_progress
        self._spec = SPECS[head.kind]
        self._check = rule(head.kind)
        self._plan: tuple[tuple[Parser, int], ...] = tuple(
            (parser(column), place)
            for column, place in zip(self._spec.columns, head.places, strict=True)
        )
        self._rows = self._changed = self._rejected = 0
        self._batch: list[tuple[Cell, ...]] = []
        self._batch_lines: list[int] = []

    def run(self) -> FileSummary:
        """Read, check and load all rows."""
        error: ImportFormatError | None = None
        try:
            with self._path.open("rb") as file:
                self._load(file)
        except OSError as fault:
            error = ImportUnreadableError(self._path, None, fault.strerror or "")
        return FileSummary(
            self._path,
            self._head.kind,
            self._head.encoding,
            self._rows,
            self._changed,
            self._rejected,
            self._head.ignored,
            error,
        )

    def _load(self, file: BinaryIO) -> None:
        lines = Lines(file, self._head.encoding, self._refuse_line)
        batch, batch_lines, plan, check = self._batch, self._batch_lines, self._plan, self._check
        for row in self._rows_of(lines):
            self._rows += 1
            try:
                cells = tuple([parse(row[place]) for parse, place in plan])
            except InvalidValueError:
                self._refuse_value(lines.number, row)
                continue
            fault = check(cells)
            if fault is not None:
                self._refuse(lines.number, row, *fault)
                continue
            batch.append(cells)
            batch_lines.append(lines.number)
            if len(batch) >= BATCH_ROWS:
                self._flush(lines)
        self._flush(lines)

    def _rows_of(self, lines: Lines) -> Iterator[list[str]]:
        """Rows of the right width; each ends with an empty field for the headings left out."""
        reader = csv.reader(lines, strict=True)
        next(reader)
        width = self._head.width
        while True:
            try:
                for row in reader:
                    if len(row) == width:
                        row.append("")
                        yield row
                    elif row:
                        self._refuse_line(lines.number, Reason.COLUMNS)
            except csv.Error:
                # What `Lines` let pass can only be a carriage return inside the line.
                self._refuse_line(lines.number, Reason.CHARACTERS)
            else:
                return

    def _flush(self, lines: Lines) -> None:
        if self._batch:
            loaded = self._store.load(self._head.kind, list(zip(*self._batch, strict=True)))
            self._changed += loaded.changed
            for refusal in loaded.refused:
                self._refuse_loaded(refusal)
            self._batch.clear()
            self._batch_lines.clear()
        total = self._path.stat().st_size
        progress = ImportProgress(self._path, lines.bytes_read, total, self._rows, self._rejected)
        self._on_progress(progress)

    def _refuse_line(self, line: int, reason: Reason) -> None:
        self._rows += 1
        self._rejected += 1
        self._rejects.add(self._path, line, reason)

    def _refuse_value(self, line: int, row: list[str]) -> None:
        for column, (parse, place) in zip(self._spec.columns, self._plan, strict=True):
            try:
                parse(row[place])
            except InvalidValueError as error:
                self._refuse(line, row, column.element.code, error.reason)
                return

    def _refuse(self, line: int, row: list[str], code: str, reason: Reason) -> None:
        self._rejected += 1
        place = self._spec.place(code)
        value = row[self._head.places[place]]
        self._rejects.add(self._path, line, reason, self._element(place), value)

    def _refuse_loaded(self, refusal: Refusal) -> None:
        self._rejected += 1
        place = self._spec.place(refusal.code)
        value = str(self._batch[refusal.place][place])
        line = self._batch_lines[refusal.place]
        self._rejects.add(self._path, line, refusal.reason, self._element(place), value)

    def _element(self, place: int) -> Element:
        return self._spec.columns[place].element
