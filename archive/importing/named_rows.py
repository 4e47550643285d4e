"""Rows that name their values themselves, as those of JSON lines and XML do."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from archive.errors import ImportFormatError
from archive.importing.batch import BATCH_ROWS, Batch
from archive.importing.head import Head, recognise
from archive.reasons import Reason

_LOOKED_AT: Final = 200
"""So many first rows are looked at for names: a row may leave out what it has no value for."""


class NamedRow(NamedTuple):
    """One row, or why there is none."""

    line: int
    """On which line it stands; of XML the number of the record."""
    position: int
    """Where reading goes on behind it."""
    bytes_done: int
    values: dict[str, str] | Reason


def head_of(path: Path, format_: str, encoding: str, rows: Iterable[NamedRow]) -> Head:
    """Recognise a file by the names in its first rows."""
    names: dict[str, None] = {}
    try:
        for row in islice(rows, _LOOKED_AT):
            if isinstance(row.values, dict):
                names |= dict.fromkeys(row.values)
    except ImportFormatError:
        if not names:
            raise
        # The file is known for what it is; that it breaks off is told when it is read.
    if not names:
        raise ImportFormatError(path, 1, "no record at the beginning of the file")
    return recognise(path, format_, encoding, tuple(names))


def batched(head: Head, rows: Iterator[NamedRow]) -> Iterator[Batch]:
    """The rows column by column."""
    while taken := list(islice(rows, BATCH_ROWS)):
        good: Sequence[tuple[int, dict[str, str]]] = [
            (row.line, row.values) for row in taken if isinstance(row.values, dict)
        ]
        yield Batch(
            [[values.get(name, "") for _, values in good] for name in head.names],
            [line for line, _ in good],
            [(row.line, row.values) for row in taken if isinstance(row.values, Reason)],
            taken[-1].position,
            taken[-1].bytes_done,
            taken[-1].line,
        )
