"""What every reader of files hands on: rows column by column, and where to go on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from archive.importing.head import Head
from archive.reasons import Reason

LONGEST_LINE = 64 * 1024
"""In bytes; far beyond any row of these tables."""
BATCH_ROWS = 600
"""So many rows are read and checked at once."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a file."""

    columns: Sequence[Sequence[str]]
    """The text of each named column of the file, in the file's order."""
    lines: Sequence[int]
    """The line on which each row stands, from 1."""
    refused: Sequence[tuple[int, Reason]]
    """Lines that hold no row."""
    position: int
    """Where reading goes on behind these rows, as this reader counts."""
    bytes_done: int
    """How much of the file was read."""
    line: int
    """The last line read."""

    @property
    def rows(self) -> int:
        """Rows, those that are none included."""
        return len(self.lines) + len(self.refused)


class Source(Protocol):
    """A file that was recognised."""

    @property
    def head(self) -> Head:
        """What kind of rows it holds."""
        ...

    def batches(self, position: int, line: int) -> Iterator[Batch]:
        """Rows from that position on, of which the line before was `line`; 0 and 0 at first.

        ImportFormatError where the file cannot be read on; what came before stays as it is.
        """
        ...
