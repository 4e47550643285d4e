"""A batch of texts becomes a batch of cells: column by column, the rows at fault told apart."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from archive.codes import code_table
from archive.importing.batch import Batch
from archive.importing.fields import Cells
from archive.importing.head import VALID, Head
from archive.importing.rules import Rule, rules, warnings
from archive.reasons import Reason
from archive.records import SPECS, Cell, Column, RecordKind
from archive.store import Refusal

Columns = Sequence[Sequence[Cell]]

_VOID: Final = "0"
"""AAE100 of a row that is no longer valid; an empty one stands for a valid row."""


class Told(NamedTuple):
    """What is wrong with a line, or with a field of it."""

    line: int
    reason: Reason
    code: str = ""
    """The element at fault; empty: the whole line."""
    value: str = ""
    loaded: bool = False
    """Whether the row is taken all the same."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The rows of a batch, taken apart."""

    columns: Columns
    lines: Sequence[int]
    """Where each row of `columns` stands in the file."""
    gone: Columns
    """Rows that are no longer valid."""
    told: Sequence[Told]


class Checker:
    """Checks the rows of one file; what it has read once it knows again."""

    def __init__(self, head: Head) -> None:
        self._head = head
        self._spec = SPECS[head.kind]
        self._rules = rules(head.kind)
        self._warnings = warnings(head.kind)
        known: dict[tuple[object, ...], Cells] = {}
        self._cells = [known.setdefault(_form(c), Cells(c)) for c in self._spec.columns]
        codes = [column.element.code for column in self._spec.columns]
        self._places = dict(zip(codes, head.places, strict=True)) | {VALID: head.valid}

    def check(self, batch: Batch) -> Checked:
        """Read all columns, then look at rows as a whole."""
        refused: dict[int, Refusal] = {}
        columns: Columns = [
            self._column(place, batch, refused) for place in range(len(self._cells))
        ]
        undated = self._undated(columns, refused)
        void = self._void(batch, refused)
        columns, places = _without(columns, range(len(batch.lines)), refused)
        if places:
            for one in _faults(self._rules, columns, places):
                refused.setdefault(one.place, one)
            columns, places = _without(columns, places, refused)
        gone, _ = _only(columns, places, void)
        columns, places = _without(columns, places, void)
        warned = _faults(self._warnings, columns, places)
        told = [
            *(
                self._told(batch, one, loaded=False)
                for one in refused.values()
                if one.place not in undated
            ),
            *(self._told(batch, one, loaded=True) for one in warned),
            *(Told(line, reason) for line, reason in batch.refused),
        ]
        lines = batch.lines if len(places) == len(batch.lines) else [batch.lines[p] for p in places]
        return Checked(columns, lines, gone, told)

    def _told(self, batch: Batch, fault: Refusal, *, loaded: bool) -> Told:
        named = self._places[fault.code]
        value = "" if named is None else batch.columns[named][fault.place].strip()
        return Told(batch.lines[fault.place], fault.reason, fault.code, value, loaded)

    def _column(self, place: int, batch: Batch, refused: dict[int, Refusal]) -> Sequence[Cell]:
        cells, column = self._cells[place], self._spec.columns[place]
        named = self._head.places[place]
        if named is None:
            return [column.empty] * len(batch.lines)
        before = cells.refused
        found = list(map(cells.__getitem__, batch.columns[named]))
        if cells.refused > before:
            for row, cell in enumerate(found):
                if isinstance(cell, Reason):
                    refused.setdefault(row, Refusal(row, column.element.code, cell))
        return found

    def _undated(self, columns: Columns, refused: dict[int, Refusal]) -> set[int]:
        """Rows of `sources` that give a kind no date, as in a copy: left out, but no fault."""
        if self._spec.kind is not RecordKind.META:
            return set()
        return {
            row
            for row, one in refused.items()
            if (one.code, one.reason) == ("as_of", Reason.REQUIRED) and columns[0][row]
        }

    def _void(self, batch: Batch, refused: dict[int, Refusal]) -> set[int]:
        """The rows that are no longer valid."""
        if self._head.valid is None:
            return set()
        column, table = batch.columns[self._head.valid], code_table(VALID)
        if set(map(str.strip, column)) <= {"", "1"}:
            return set()
        for row, text in enumerate(column):
            if text.strip() and text.strip() not in table:
                refused.setdefault(row, Refusal(row, VALID, Reason.UNKNOWN_CODE))
        return {row for row, text in enumerate(column) if text.strip() == _VOID}


def _form(column: Column) -> tuple[object, ...]:
    """What decides how a text is read: due and paid amounts, say, are read as one."""
    element = column.element
    return element.form, element.length, element.table, column.filled, column.empty


def _faults(rules: Sequence[Rule], columns: Columns, places: Sequence[int]) -> Iterator[Refusal]:
    """What the rules find, by the rows' places in the batch."""
    for rule in rules:
        for fault in rule(columns):
            yield Refusal(places[fault.place], fault.code, fault.reason)


def _without(
    columns: Columns, places: Sequence[int], left_out: Container[int]
) -> tuple[Columns, Sequence[int]]:
    if not left_out:
        return columns, places
    return _pick(columns, places, [i for i, p in enumerate(places) if p not in left_out])


def _only(
    columns: Columns, places: Sequence[int], wanted: set[int]
) -> tuple[Columns, Sequence[int]]:
    if not wanted:
        return [[] for _ in columns], []
    return _pick(columns, places, [i for i, p in enumerate(places) if p in wanted])


def _pick(
    columns: Columns, places: Sequence[int], kept: Sequence[int]
) -> tuple[Columns, Sequence[int]]:
    return [[column[i] for i in kept] for column in columns], [places[i] for i in kept]
