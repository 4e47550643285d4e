"""Whether a store is sound: its schema, its pages, what refers to what, and the audit trail."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from archive.errors import StoreEmptyError, StoreSealError, StoreUnfinishedError
from archive.records import SPECS, RecordKind
from archive.sql.cells import departed, pages
from archive.sql.dialect import Table
from archive.sql.pointing import owners, rows_of
from archive.sql.session import Session
from archive.sql.store import SqlStore
from archive.stored import Stored, key_columns, opener, stored_columns

_PERSONS_AT_ONCE: Final = 200
_OF_PERSONS: Final = tuple(kind for kind in RecordKind if SPECS[kind].of_person)
_POINTING: Final = tuple(kind for kind in _OF_PERSONS if SPECS[kind].pointers)
_STRANGERS: Final = """
    SELECT person, COUNT(*) FROM {table} r WHERE NOT EXISTS
        (SELECT 1 FROM persons p WHERE p.person = r.person) GROUP BY person"""
_UNPAID: Final = """
    SELECT COUNT(*) FROM contributions c WHERE NOT EXISTS
        (SELECT 1 FROM payers p WHERE p.payer = c.payer)"""
_NO_EMPLOYER: Final = """
    SELECT COUNT(*) FROM payers p WHERE p.employer_id <> '' AND NOT EXISTS
        (SELECT 1 FROM employers e WHERE e.employer_id = p.employer_id)"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be; nothing personal is in it."""

    code: str
    """`schema`, `damage`, `person`, `payer`, `employer`, `pointer.missing`, `pointer.stray`,
    `seal`, `as_of`, `copy` or, of the audit trail, `audit.` with the code of its finding."""
    place: str
    """A table, a column, or the row of the trail."""
    count: int = 1


def check(store: SqlStore) -> Iterator[Finding]:
    """Every finding, in one snapshot; the trail in one of its own. The whole store is read."""
    with store.database.read() as session:
        wrong = [kind.value for kind in RecordKind if _differs(store, session, kind)]
        yield from (Finding("schema", table) for table in wrong)
        if wrong:
            return  # the rest would only say so again
        yield from (Finding("damage", line) for line in store.dialect.damage(session))
        left = departed(session)
        yield from _references(session, left)
        yield from _pointers(store, session, left)
    try:
        store.as_of()
    except StoreEmptyError:
        yield Finding("as_of", RecordKind.META.value)
    except StoreUnfinishedError:
        yield Finding("copy", "facts")
    for found in store.verify_audit().findings:
        yield Finding(f"audit.{found.code}", str(found.sequence))


def _differs(store: SqlStore, session: Session, kind: RecordKind) -> bool:
    found = store.dialect.table(session, kind.value)
    return found != Table(stored_columns(kind), key_columns(kind))


def _references(session: Session, left: set[int]) -> Iterator[Finding]:
    for kind in _OF_PERSONS:
        found = session.execute(_STRANGERS.format(table=kind.value))
        if count := sum(rows for person, rows in found if person not in left):
            yield Finding("person", kind.value, count)
    for code, table, query in (
        ("payer", "contributions", _UNPAID),
        ("employer", "payers", _NO_EMPLOYER),
    ):
        if count := _count(session, query):
            yield Finding(code, table, count)


def _pointers(store: SqlStore, session: Session, left: set[int]) -> Iterator[Finding]:
    """Each value that leads to a person does, and nothing else leads anywhere."""
    missing: Counter[str] = Counter()
    sealed: Counter[str] = Counter()
    right = len(left)  # by AAC001, of which nothing else is known any more
    for numbers in _numbers(session, left):
        for kind in _POINTING:
            rows = rows_of(session, kind, kind.value, numbers)
            try:
                wanted = _wanted(store, kind, rows)
            except StoreSealError as error:
                sealed[error.column] += 1
                continue
            found = owners(session, wanted)
            lost = [one for one, person in wanted.items() if found.get(one) != person]
            missing[kind.value] += len(lost)
            right += len(wanted) - len(lost)
    yield from (Finding("seal", column, count) for column, count in sealed.items())
    yield from (
        Finding("pointer.missing", table, count) for table, count in missing.items() if count
    )
    stray = _count(session, "SELECT COUNT(*) FROM pointers") - right
    if stray and not sealed:
        yield Finding("pointer.stray", "pointers", stray)


def _numbers(session: Session, left: set[int]) -> Iterator[Sequence[int]]:
    """All persons, and those who have left, some at a time."""
    for page in pages(session, RecordKind.PERSONS, _PERSONS_AT_ONCE):
        yield [row[0] for row in page]
    numbers = sorted(left)
    for start in range(0, len(numbers), _PERSONS_AT_ONCE):
        yield numbers[start : start + _PERSONS_AT_ONCE]


def _wanted(store: SqlStore, kind: RecordKind, rows: Sequence[Stored]) -> dict[int, int]:
    """What should lead to these rows, and to whom; all that is sealed in them is opened."""
    spec, vault = SPECS[kind], store.vault
    skipped = 0 if kind is RecordKind.PERSONS else 1  # the rows of others are without AAC001
    opened = list(map(opener(spec, vault), rows))
    return {
        vault.pointer(code, str(cells[spec.place(code) - skipped])): row[0]
        for code in spec.pointers
        for row, cells in zip(rows, opened, strict=True)
    }


def _count(session: Session, query: str) -> int:
    row = session.execute(query).fetchone()
    return int(row[0]) if row else 0
