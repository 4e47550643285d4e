"""The files of the demonstration: one CSV of each kind, written while the rows are made."""

import csv
import datetime as dt
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from typing import Any, Final, Self

from archive.records import SPECS, RecordKind, spec_of
from archive.values import Month, format_date

_WRITTEN: Final[dict[type, Callable[[Any], str]]] = {
    str: str,
    int: str,
    Month: str,
    Decimal: "{:.2f}".format,
    dt.date: format_date,
    type(None): lambda nothing: "",
}


class Tables:
    """All files, open at the same time: no row waits in memory for those of other persons."""

    def __init__(self, folder: Path) -> None:
        self.paths = {kind: folder / f"{kind.value}.csv" for kind in RecordKind}
        self.rows = dict.fromkeys(RecordKind, 0)
        """How many rows each file has."""
        self._stack = ExitStack()
        self._files = {
            kind: self._stack.enter_context(path.open("w", encoding="utf-8", newline=""))
            for kind, path in self.paths.items()
        }
        self._write = {
            kind: csv.writer(file, lineterminator="\n").writerow
            for kind, file in self._files.items()
        }
        for kind, write in self._write.items():
            write(column.element.code for column in SPECS[kind].columns)
        self._fields: dict[type, tuple[RecordKind, Callable[[object], Iterable[Any]]]] = {}

    def write(self, records: Iterable[object]) -> None:
        """Values of `archive.model`, each into the file of its kind."""
        for record in records:
            kind, fields = self._fields.get(type(record)) or self._learn(type(record))
            self._write[kind]([_WRITTEN[type(value)](value) for value in fields(record)])
            self.rows[kind] += 1

    def write_lines(self, kind: RecordKind, lines: list[str]) -> None:
        """Lines that are written out already, in the order of the kind's columns."""
        self._files[kind].writelines(lines)
        self.rows[kind] += len(lines)

    def _learn(self, record: type[Any]) -> tuple[RecordKind, Callable[[object], Iterable[Any]]]:
        names = record.__dataclass_fields__
        learnt = spec_of(record).kind, attrgetter(*names)
        self._fields[record] = learnt
        return learnt

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()
