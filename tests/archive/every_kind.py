"""Rows of every kind, with a value in every column."""

from collections.abc import Sequence

from archive.elements import Element, Form
from archive.records import PERSON, SPECS, Cell, RecordKind
from archive.store import Loader

_NUMBERS = {
    Form.DATE: 20200100,
    Form.MONTH: 202000,
    Form.YEAR: 2000,
    Form.AMOUNT: 123400,
    Form.COUNT: 10,
    Form.NUMBER_CODE: 100,
}


def rows_of(kind: RecordKind, count: int) -> list[Sequence[Cell]]:
    """So many rows, by columns; one for each of the persons 1, 2, 3 ..."""
    return [
        [_cell(column.element, number) for number in range(1, count + 1)]
        for column in SPECS[kind].columns
    ]


def fill(store: Loader, count: int = 12) -> None:
    for kind in RecordKind:
        loaded = store.load(kind, rows_of(kind, count))
        assert (loaded.changed, loaded.refused) == (count, ()), kind


def _cell(element: Element, number: int) -> Cell:
    if element.code == PERSON:
        return str(number)
    if element.code == "record_kind":
        return "" if number == 1 else f"kind {number}"
    if element.form in _NUMBERS:
        return _NUMBERS[element.form] + (number - 1) % 12 + 1
    if element.code == "AAB001":
        return f"E{number}"
    return f"{element.code} {number} 文"
