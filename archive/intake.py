"""The side of a store that an import writes to.

What a file brings is staged first, where no reader sees it. Once the file was read to its end it
takes effect: a full load all at once in place of what was there, a delta person by person. How
far it is stands in the store, written together with the rows, so that an import that was killed
anywhere goes on exactly there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from archive.records import Cell, RecordKind
from archive.store import Refusal

Columns = Sequence[Sequence[Cell]]
"""Cells column by column, in the order of the kind's columns."""


class Step(Enum):
    """How far a file is."""

    READING = "reading"
    READ = "read"
    """All rows are staged."""
    CLEARING = "clearing"
    """The rows hold; what they took the place of is being cleared away."""
    DONE = "done"
    FAILED = "failed"
    """It could not be read to its end; nothing of it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProgress:
    """How far one file of an import is."""

    run: str
    """Digest of all files of the import and of how they are loaded."""
    number: int
    """The file's place among them."""
    kind: RecordKind
    step: Step = Step.READING
    position: int = 0
    """Where reading goes on, as the file's reader counts."""
    line: int = 0
    """The last line that was read."""
    rows: int = 0
    changed: int = 0
    removed: int = 0
    rejected: int = 0
    warned: int = 0
    rejects_position: int = 0
    """Bytes of the rejects file that are told for good."""


@dataclass(frozen=True, slots=True)
class Staged:
    """What became of a batch."""

    refused: Sequence[Refusal]
    warned: Sequence[Refusal]
    """Rows that were taken, though something about them cannot be right."""


class Intake(Protocol):
    """Takes in the files of one import at a time.

    Any method raises a `StoreError`; another import that began meanwhile is `StoreLockedError`.
    """

    def resume(self, run: str) -> dict[int, FileProgress]:
        """How far the files of this import are, by number; empty where it has not begun."""
        ...

    def begin(self, files: Sequence[FileProgress]) -> None:
        """Note a new import; what is left of another one that broke off is thrown away."""
        ...

    def stage(
        self,
        before: FileProgress,
        columns: Columns,
        gone: Columns,
        settle: Callable[[Staged], FileProgress],
        *,
        full: bool,
    ) -> FileProgress:
        """Stage rows, and keys of rows that are no longer valid, in one transaction.

        `settle` is told what was refused; the progress it answers is written with the rows.
        """
        ...

    def note(self, before: FileProgress, after: FileProgress) -> FileProgress:
        """Write progress that brings no rows."""
        ...

    def finish(self, progress: FileProgress, *, full: bool) -> FileProgress:
        """Let what was staged for the kind take effect; the answer counts what changed."""
        ...

    def abandon(self, files: Sequence[FileProgress]) -> Sequence[FileProgress]:
        """Note that files of one kind have failed, and throw away what was staged for it."""
        ...

    def end(self) -> None:
        """Forget the progress of an import that has ended."""
        ...


class Importable(Protocol):
    """A store that takes in files."""

    @property
    def intake(self) -> Intake:
        """Where its rows come in."""
        ...
