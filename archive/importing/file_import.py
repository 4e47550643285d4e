"""One pass over one file: its rows checked and staged, its faults told."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Final

from archive.elements import Form, by_code
from archive.errors import ImportUnreadableError
from archive.importing.batch import Batch, Source
from archive.importing.check import Checked, Checker, Told
from archive.importing.rejects import Rejects
from archive.intake import Columns, FileProgress, Intake, Staged, Step
from archive.records import SPECS, Cell, RecordSpec
from archive.values import from_fen

ROWS_AT_ONCE: Final = 20_000
"""So many rows go into the store in one transaction: each has to reach the disk."""


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far the import of one file is."""

    file: Path
    rows: int
    rejected: int
    done: float
    """The part of the file that was read, 0 to 1."""


@dataclass(slots=True)
class _Pile:
    """Checked rows on their way into the store."""

    checked: list[Checked] = field(default_factory=list)
    rows: int = 0
    last: Batch | None = None

    def add(self, batch: Batch, checked: Checked) -> None:
        self.checked.append(checked)
        self.rows += batch.rows
        self.last = batch

    def columns(self) -> Columns:
        return _joined(one.columns for one in self.checked)

    def gone(self) -> Columns:
        return _joined(one.gone for one in self.checked)

    def told(self, spec: RecordSpec, columns: Columns, staged: Staged) -> list[Told]:
        """All faults in the order of their lines; of a row that is refused no warning."""
        told = list(chain.from_iterable(one.told for one in self.checked))
        if staged.refused or staged.warned:
            lines = list(chain.from_iterable(one.lines for one in self.checked))
            for faults, loaded in ((staged.refused, False), (staged.warned, True)):
                for one in faults:
                    value = _written(spec, one.code, columns[spec.place(one.code)][one.place])
                    told.append(Told(lines[one.place], one.reason, one.code, value, loaded))
        refused = {one.line for one in told if not one.loaded}
        told = [one for one in told if not (one.loaded and one.line in refused)]
        return sorted(told, key=attrgetter("line"))


class FileImport:
    """Brings one file into the store, batch by batch."""

    def __init__(
        self,
        intake: Intake,
        source: Source,
        rejects: Rejects,
        on_progress: Callable[[ImportProgress], None],
        *,
        full: bool,
    ) -> None:
        self._intake = intake
        self._source = source
        self._path = source.head.path
        self._spec = SPECS[source.head.kind]
        self._rejects = rejects
        self._on_progress = on_progress
        self._full = full
        self._checker = Checker(source.head)
        self.staged: FileProgress | None = None
        """How far what is staged goes, also when reading broke off."""

    def read(self, progress: FileProgress) -> FileProgress:
        """Stage everything that is not staged yet; ImportFormatError where that is impossible."""
        if progress.step is not Step.READING:
            return progress
        try:
            size = self._path.stat().st_size
            for pile in self._piles(progress):
                if pile.last is not None:
                    progress = self.staged = self._stage(progress, pile, pile.last)
                    done = min(pile.last.bytes_done / size, 1.0)
                    self._on_progress(
                        ImportProgress(self._path, progress.rows, progress.rejected, done)
                    )
        except OSError as error:
            raise ImportUnreadableError(self._path, None, error.strerror or "") from None
        return self._intake.note(progress, replace(progress, step=Step.READ))

    def _piles(self, progress: FileProgress) -> Iterator[_Pile]:
        pile = _Pile()
        for batch in self._source.batches(progress.position, progress.line):
            pile.add(batch, self._checker.check(batch))
            if pile.rows >= ROWS_AT_ONCE:
                yield pile
                pile = _Pile()
        yield pile

    def _stage(self, before: FileProgress, pile: _Pile, last: Batch) -> FileProgress:
        columns = pile.columns()

        def settle(staged: Staged) -> FileProgress:
            told = pile.told(self._spec, columns, staged)
            for one in told:
                element = by_code()[one.code] if one.code else None
                self._rejects.add(
                    self._path, one.line, one.reason, element, one.value, loaded=one.loaded
                )
            warned = len({one.line for one in told if one.loaded})
            return replace(
                before,
                position=last.position,
                line=last.line,
                rows=before.rows + pile.rows,
                rejected=before.rejected + sum(not one.loaded for one in told),
                warned=before.warned + warned,
                rejects_position=self._rejects.sync(),
            )

        return self._intake.stage(before, columns, pile.gone(), settle, full=self._full)


def _joined(parts: Iterable[Columns]) -> Columns:
    return [list(chain.from_iterable(pieces)) for pieces in zip(*parts, strict=True)]


def _written(spec: RecordSpec, code: str, cell: Cell) -> str:
    """A cell as files write it."""
    if cell is None:
        return ""
    element = spec.columns[spec.place(code)].element
    return str(from_fen(int(cell)) if element.form is Form.AMOUNT else cell)
