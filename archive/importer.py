"""Loads files into a store: every row checked, refused rows told, the rest loaded.

A file is recognised by its content: CSV, XML of GB/T 40217 or JSON lines, its values named by
element codes or English words. A delta brings what is new or has changed, and takes away rows
with AAE100 = 0; of one kind and key a valid row says more than one that is not. A full load
takes the place of everything there is of its kinds; all files of a kind together are one load.

A file takes effect once it was read to its end, a full load in one moment. An import that was
broken off goes on where it was when it is begun again with the same files; loading the same
rows again changes nothing. `archive.intake` says how.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from archive.errors import ImportFormatError, ImportUnreadableError
from archive.importing.batch import Source
from archive.importing.file_import import FileImport, ImportProgress
from archive.importing.rejects import Rejects, holds
from archive.importing.source import open_source
from archive.intake import FileProgress, Importable, Intake, Step
from archive.records import RecordKind

__all__ = ["FileSummary", "ImportProgress", "ImportSummary", "import_files"]


@dataclass(frozen=True, slots=True)
class FileSummary:
    """What became of one file."""

    file: Path
    kind: RecordKind | None = None
    format: str = ""
    encoding: str = ""
    full: bool = False
    rows: int = 0
    """Rows read, without the head and empty lines."""
    changed: int = 0
    """Rows that were new or brought something new; of a full load told with its last file."""
    removed: int = 0
    """Rows that are in the store no longer; of a full load told with its last file."""
    rejected: int = 0
    warned: int = 0
    """Rows that were loaded, though something about them cannot be right."""
    resumed_at: int | None = None
    """The line behind which an import that was broken off went on."""
    ignored: tuple[str, ...] = ()
    """Headings that the kind has no column for; their columns were passed over."""
    error: ImportFormatError | None = None
    """Why the file could not be read, or not to its end: nothing of it was loaded."""

    @property
    def loaded(self) -> int:
        """Rows that the store now holds, or no longer holds, as the file says."""
        return 0 if self.error else self.rows - self.rejected


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
        """Rows that the store now holds as the files say."""
        return sum(file.loaded for file in self.files)

    @property
    def changed(self) -> int:
        """Rows that were new or brought something new."""
        return sum(file.changed for file in self.files)

    @property
    def removed(self) -> int:
        """Rows that are in the store no longer."""
        return sum(file.removed for file in self.files)

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
    store: Importable,
    files: Sequence[Path],
    *,
    rejects: Path,
    full: bool = False,
    on_progress: ProgressListener = lambda progress: None,
) -> ImportSummary:
    """Load files in the order in which they depend on each other, whatever order they come in.

    A file that cannot be read is told in its summary and the others go on; a store that
    cannot be written raises its `StoreError`, and the same call goes on from there.
    """
    unreadable: list[FileSummary] = []
    sources: list[Source] = []
    for path in files:
        try:
            sources.append(open_source(path))
        except ImportFormatError as error:
            unreadable.append(FileSummary(path, full=full, error=error))
    if full and unreadable:
        # It may be a part of any kind: without it, what only it holds would be taken away.
        return ImportSummary((*unreadable, *map(_not_begun, sources)), rejects)
    order = list(RecordKind)
    sources.sort(key=lambda source: order.index(source.head.kind))
    run = _Run(store.intake, sources, rejects, on_progress, full=full)
    return ImportSummary((*unreadable, *run.run()), rejects)


def _not_begun(source: Source) -> FileSummary:
    path = source.head.path
    error = ImportFormatError(path, 1, "another file of this full load cannot be read")
    return FileSummary(path, source.head.kind, full=True, error=error)


class _Run:
    """One import of some files, from its beginning or from where it broke off."""

    def __init__(
        self,
        intake: Intake,
        sources: Sequence[Source],
        rejects: Path,
        on_progress: ProgressListener,
        *,
        full: bool,
    ) -> None:
        self._intake = intake
        self._sources = sources
        self._rejects_path = rejects
        self._on_progress = on_progress
        self._full = full

    def run(self) -> list[FileSummary]:
        progress = self._begin()
        resumed = [
            one.line if one.line or one.step is not Step.READING else None for one in progress
        ]
        told = max((one.rejects_position for one in progress), default=0)
        errors: dict[int, ImportFormatError] = {}
        with Rejects(self._rejects_path, told) as rejects:
            for numbers in self._loads():
                self._load(numbers, progress, rejects, errors)
        self._intake.end()
        return [
            self._summary(source, one, errors.get(one.number), line)
            for source, one, line in zip(self._sources, progress, resumed, strict=True)
        ]

    def _begin(self) -> list[FileProgress]:
        """How far each file is: of this import, if it was broken off, or at the beginning."""
        run = _digest(self._sources, full=self._full)
        known = self._intake.resume(run)
        told = max((one.rejects_position for one in known.values()), default=0)
        if len(known) == len(self._sources) and holds(self._rejects_path, told):
            return [known[number] for number in range(len(self._sources))]
        fresh = [
            FileProgress(run=run, number=number, kind=source.head.kind)
            for number, source in enumerate(self._sources)
        ]
        with Rejects(self._rejects_path, 0):
            self._intake.begin(fresh)
        return fresh

    def _loads(self) -> Iterable[list[int]]:
        """The files that take effect together: in a full load all of a kind, else each alone."""
        if not self._full:
            return ([number] for number in range(len(self._sources)))
        kinds = groupby(range(len(self._sources)), lambda number: self._sources[number].head.kind)
        return (list(numbers) for _, numbers in kinds)

    def _load(
        self,
        numbers: list[int],
        progress: list[FileProgress],
        rejects: Rejects,
        errors: dict[int, ImportFormatError],
    ) -> None:
        last = numbers[-1]
        if progress[last].step in (Step.DONE, Step.FAILED):
            return
        for number in numbers:
            reading = FileImport(
                self._intake, self._sources[number], rejects, self._on_progress, full=self._full
            )
            try:
                progress[number] = reading.read(progress[number])
            except ImportFormatError as error:
                errors[number] = error
                progress[number] = reading.staged or progress[number]
        rows = sum(progress[number].rows - progress[number].rejected for number in numbers)
        if self._full and not rows:
            # Columns that slipped, or the wrong file: everything there is would go.
            detail = "no row of it is good: a full load of nothing is not taken"
            errors |= {
                n: ImportFormatError(self._sources[n].head.path, 1, detail)
                for n in numbers
                if n not in errors
            }
        if not errors.keys() & set(numbers):
            progress[last] = self._intake.finish(progress[last], full=self._full)
            return
        failed = self._intake.abandon([progress[number] for number in numbers])
        for number, after in zip(numbers, failed, strict=True):
            progress[number] = after

    def _summary(
        self,
        source: Source,
        progress: FileProgress,
        error: ImportFormatError | None,
        resumed_at: int | None,
    ) -> FileSummary:
        head = source.head
        if error is None and progress.step is Step.FAILED:
            error = ImportUnreadableError(head.path, None, "not read to its end")
        return FileSummary(
            file=head.path,
            kind=head.kind,
            format=head.format,
            encoding=head.encoding,
            full=self._full,
            rows=progress.rows,
            changed=progress.changed,
            removed=progress.removed,
            rejected=progress.rejected,
            warned=progress.warned,
            resumed_at=resumed_at,
            ignored=head.ignored,
            error=error,
        )


def _digest(sources: Sequence[Source], *, full: bool) -> str:
    """The same files in the same mode are the same import."""
    digest = hashlib.sha256(b"full" if full else b"delta")
    for source in sources:
        try:
            with source.head.path.open("rb") as file:
                own = hashlib.file_digest(file, "sha256").digest()
        except OSError as error:
            raise ImportUnreadableError(source.head.path, None, error.strerror or "") from None
        digest.update(own + source.head.path.name.encode() + b"\0")
    return digest.hexdigest()
