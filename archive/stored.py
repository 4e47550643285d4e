"""Between logical cells and the columns of a store, the same for every store.

A store keeps a person's rows under a number of its own (`person`), never under AAC001; personal
columns are text that the vault has sealed. Contributions, of which there are most by far, are
kept small: an employer and region together are a `payer`, the settlement and the posting are
counted from the month, and what was paid is kept as what is short of the due.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cache, lru_cache
from itertools import repeat
from operator import sub
from typing import Any, Final, TypeVar, assert_never

from archive.elements import Element, Form
from archive.model import Contribution
from archive.records import SPECS, Cell, RecordKind, RecordSpec
from archive.values import Month, format_date, from_fen
from archive.vault import Vault

Stored = tuple[Any, ...]
"""A row as a store keeps it: text, whole numbers, or nothing."""
Payer = tuple[str, str]
"""AAB001 and AAB301 of a contribution."""

Key = TypeVar("Key")
Value = TypeVar("Value")

_CACHED: Final = 65536
_INTEGERS: Final = (
    Form.DATE,
    Form.MONTH,
    Form.YEAR,
    Form.AMOUNT,
    Form.COUNT,
    Form.NUMBER_CODE,
)


@dataclass(frozen=True, slots=True)
class StoredColumn:
    """A column of a table."""

    name: str
    type: str
    """TEXT or INTEGER."""
    null: bool


CONTRIBUTION_COLUMNS: Final = tuple(
    StoredColumn(name, "INTEGER", null=name == "posted_after")
    for name in (
        *("person", "line", "month", "kind", "settled_after", "payer"),
        *("base", "employer_due", "employee_due", "employer_short", "employee_short"),
        *("paid_status", "to_account", "posted_after"),
    )
)


@cache
def stored_columns(kind: RecordKind) -> tuple[StoredColumn, ...]:
    """The columns of a kind's table."""
    if kind is RecordKind.CONTRIBUTIONS:
        return CONTRIBUTION_COLUMNS
    spec = SPECS[kind]
    columns = tuple(
        StoredColumn(
            column.element.field,
            "INTEGER" if _is_integer(column.element) else "TEXT",
            null=not column.filled and place >= spec.key,
        )
        for place, column in enumerate(spec.columns)
    )
    person = StoredColumn("person", "INTEGER", null=False)
    if kind is RecordKind.PERSONS:
        return person, *columns
    return (person, *columns[1:]) if spec.of_person else columns


@cache
def key_columns(kind: RecordKind) -> tuple[str, ...]:
    """The columns of the primary key."""
    count = 1 if kind is RecordKind.PERSONS else SPECS[kind].key
    return tuple(column.name for column in stored_columns(kind)[:count])


def encode(
    spec: RecordSpec,
    vault: Vault,
    columns: Sequence[Sequence[Cell]],
    persons: Sequence[int] = (),
    payers: Sequence[int] = (),
) -> list[Sequence[Any]]:
    """Columns of the store from columns of cells, each checked before.

    `persons` is the number of each row's person, `payers` of each contribution's payer.
    """
    if spec.kind is RecordKind.CONTRIBUTIONS:
        return _encode_contributions(columns, persons, payers)
    kept: list[Sequence[Any]] = [] if not spec.of_person else [persons]
    first = 0 if spec.kind is RecordKind.PERSONS or not spec.of_person else 1
    for column, cells in zip(spec.columns[first:], columns[first:], strict=True):
        if column.element.personal:
            kept.append(_sealed(vault, _place(spec, column.element), persons, cells))
        else:
            kept.append(cells)
    return kept


def _place(spec: RecordSpec, element: Element) -> str:
    return f"{spec.table}.{element.field}"


def _sealed(
    vault: Vault, place: str, persons: Sequence[int], cells: Sequence[Cell]
) -> list[str | None]:
    return [
        None if cell is None else vault.seal(place, person, str(cell))
        for person, cell in zip(persons, cells, strict=True)
    ]


def _encode_contributions(
    columns: Sequence[Sequence[Any]], persons: Sequence[int], payers: Sequence[int]
) -> list[Sequence[Any]]:
    """`map` over a cache takes a tenth of the time that a loop over rows does."""
    (_, line, month, kind, settled, _, base, due, own_due, paid, own_paid, status, *more) = columns
    to_account, posted, _ = more
    return [
        *(persons, line, month, kind, list(map(_months_after, month, settled)), payers),
        *(base, due, own_due, list(map(sub, due, paid)), list(map(sub, own_due, own_paid))),
        *(status, [amount or 0 for amount in to_account]),
        list(map(_days_after, month, posted)),
    ]


@lru_cache(_CACHED)
def _months_after(month: int, settled: int) -> int:
    return (settled // 100 - month // 100) * 12 + settled % 100 - month % 100


@lru_cache(_CACHED)
def _days_after(month: int, posted: int | None) -> int | None:
    """Days from the first of the month to the day on which the money came."""
    return None if posted is None else (day(posted) - dt.date(month // 100, month % 100, 1)).days


def opener(spec: RecordSpec, vault: Vault) -> Callable[[Stored], tuple[Cell, ...]]:
    """From a stored row to its cells as an import gives them, the number of the person left out.

    For every kind but contributions, whose stored columns are others.
    """
    first = 0 if spec.kind is RecordKind.PERSONS or not spec.of_person else 1
    plan = [
        (_place(spec, column.element), column.element.form in _INTEGERS)
        if column.element.personal
        else None
        for column in spec.columns[first:]
    ]
    skip = 1 if spec.of_person else 0

    def read(row: Stored) -> tuple[Cell, ...]:
        return tuple(
            cell
            if sealed is None or cell is None
            else _opened(vault.open(sealed[0], row[0], cell), number=sealed[1])
            for sealed, cell in zip(plan, row[skip:], strict=True)
        )

    return read


def _opened(text: str, *, number: bool) -> Cell:
    return int(text) if number else text


def contribution_cells(row: Stored, person_id: str, payer: Payer) -> tuple[Cell, ...]:
    """A row of `contributions` as an import gives it."""
    _, line, month, kind, after, _, base, due, own_due, short, own_short, status, *more = row
    to_account, posted_after = more
    posted = None if posted_after is None else _posted_cell(month, posted_after)
    return (
        *(person_id, line, month, kind, _settled_cell(month, after), payer[0]),
        *(base, due, own_due, due - short, own_due - own_short, status),
        *(to_account, posted, payer[1] or None),
    )


@lru_cache(_CACHED)
def _settled_cell(month: int, after: int) -> int:
    return int(_SETTLED[month, after])


@lru_cache(_CACHED)
def _posted_cell(month: int, after: int) -> int:
    return int(format_date(_MONTHS[month].first_day + dt.timedelta(days=after)))


def decoder(spec: RecordSpec, vault: Vault) -> Callable[[Stored, str], Any]:
    """From a stored row, and the AAC001 of its person, to the kind's value."""
    if spec.kind is RecordKind.CONTRIBUTIONS:
        raise ValueError("contributions are read together with their payers")
    names = [item.name for item in fields(spec.record)]
    defaults = [None if item.default is MISSING else item.default for item in fields(spec.record)]
    readers = [_reader(spec, column.element, vault) for column in spec.columns]
    plan = list(zip(names, readers, defaults, strict=True))
    skip = 1 if spec.kind is RecordKind.PERSONS else 0
    record, of_person = spec.record, spec.of_person

    def read(row: Stored, person_id: str) -> Any:  # noqa: ANN401 - the spec's record
        person = row[0] if of_person else 0
        values = {
            name: default if cell is None else convert(cell, person)
            for (name, convert, default), cell in zip(plan, row[skip:], strict=True)
        }
        if of_person:
            values["person_id"] = person_id
        return record(**values)

    return read


def _reader(spec: RecordSpec, element: Element, vault: Vault) -> Callable[[Any, int], Any]:
    convert = _converter(element.form)
    if not element.personal or element.code == "AAC001":
        return lambda cell, _: convert(cell)
    place, is_number = _place(spec, element), element.form in _INTEGERS
    if is_number:
        return lambda cell, person: convert(int(vault.open(place, person, cell)))
    return lambda cell, person: vault.open(place, person, cell)


def _converter(form: Form) -> Callable[[Any], Any]:
    match form:
        case Form.DATE:
            return day
        case Form.MONTH:
            return _MONTHS.__getitem__
        case Form.AMOUNT:
            return _YUAN.__getitem__
        case Form.NUMBER_CODE:
            return str
        case Form.YEAR | Form.COUNT:
            return int
        case (
            Form.TEXT
            | Form.PARAGRAPHS
            | Form.IDENTIFIER
            | Form.CODE
            | Form.CITIZEN_NUMBER
            | Form.CARD_NUMBER
            | Form.HEX
            | Form.AREA
        ):
            return str
        case _:
            assert_never(form)


def decode_contributions(
    person_id: str, payers: Mapping[int, Payer], rows: Sequence[Stored]
) -> tuple[Contribution, ...]:
    """All of a person's rows at once, by columns, as they were encoded."""
    if not rows:
        return ()
    (_, line, month, kind, after, payer, base, due, own_due, short, own_short, *more) = zip(
        *rows, strict=True
    )
    status, to_account, posted_after = more
    return tuple(
        map(
            Contribution,
            repeat(person_id),
            map(_CODES.__getitem__, line),
            map(_MONTHS.__getitem__, month),
            map(_CODES.__getitem__, kind),
            map(_SETTLED.__getitem__, zip(month, after, strict=True)),
            [payers[number][0] for number in payer],
            map(_YUAN.__getitem__, base),
            map(_YUAN.__getitem__, due),
            map(_YUAN.__getitem__, own_due),
            map(_YUAN.__getitem__, map(sub, due, short)),
            map(_YUAN.__getitem__, map(sub, own_due, own_short)),
            map(_CODES.__getitem__, status),
            map(_YUAN.__getitem__, to_account),
            map(_POSTED.__getitem__, zip(month, posted_after, strict=True)),
            [payers[number][1] for number in payer],
        )
    )


def open_person_id(row: Stored, vault: Vault) -> str:
    """AAC001 of a row of `persons`."""
    return vault.open("persons.person_id", int(row[0]), str(row[1]))


@lru_cache(_CACHED)
def _parse_day(value: int) -> dt.date:
    year, rest = divmod(value, 10000)
    return dt.date(year, *divmod(rest, 100))


day: Final[Callable[[int], dt.date]] = _parse_day


class _Cache(dict[Key, Value]):
    """Values by what stands for them: a citizen's page repeats few months, dates and amounts."""

    def __init__(self, make: Callable[[Key], Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Key) -> Value:
        if len(self) >= _CACHED:
            self.clear()
        value = self[key] = self._make(key)
        return value


def _settled(month_after: tuple[int, int]) -> Month:
    month, after = month_after
    return _MONTHS[month].plus(after)


def _posted(month_after: tuple[int, int | None]) -> dt.date | None:
    month, after = month_after
    return None if after is None else _MONTHS[month].first_day + dt.timedelta(days=after)


_MONTHS: Final = _Cache(Month.from_int)
_CODES: Final[_Cache[int, str]] = _Cache(str)
_YUAN: Final = _Cache(from_fen)
_SETTLED: Final = _Cache(_settled)
_POSTED: Final = _Cache(_posted)


def _is_integer(element: Element) -> bool:
    """Personal columns are text, whatever their form: they may be sealed."""
    return element.form in _INTEGERS and not element.personal
