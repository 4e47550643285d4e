"""Whether a store is sound: its schema, its pages, what refers to what, and the audit trail."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from archive.errors import StoreEmptyError, StoreSealError
from archive.records import SPECS, Cell, RecordKind
from archive.sql.cells import logical, pages, rows_of_persons
from archive.sql.dialect import Table
from archive.sql.session import Session, by_values
from archive.sql.store import SqlStore
from archive.stored import key_columns, stored_columns

_PERSONS_AT_ONCE: Final = 200
_OF_PERSONS: Final = tuple(kind for kind in RecordKind if SPECS[kind].of_person)
_POINTING: Final = tuple(kind for kind in _OF_PERSONS if SPECS[kind].pointers)
_STRANGERS: Final = """
    SELECT COUNT(*) FROM {table} r WHERE NOT EXISTS
        (SELECT 1 FROM persons p WHERE p.person = r.person)"""
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
    `seal`, `as_of` or, of the audit trail, `audit.` with the code of its finding."""
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
        yield from _references(session)
        yield from _pointers(store, session)
    try:
        store.as_of()
    except StoreEmptyError:
        yield Finding("as_of", RecordKind.META.value)
    for found in store.verify_audit().findings:
        yield Finding(f"audit.{found.code}", str(found.sequence))


def _differs(store: SqlStore, session: Session, kind: RecordKind) -> bool:
    found = store.dialect.table(session, kind.value)
    return found != Table(stored_columns(kind), key_columns(kind))


def _references(session: Session) -> Iterator[Finding]:
    queries = [("person", kind.value, _STRANGERS.format(table=kind.value)) for kind in _OF_PERSONS]
    queries += [("payer", "contributions", _UNPAID), ("employer", "payers", _NO_EMPLOYER)]
    for code, table, query in queries:
        if count := _count(session, query):
            yield Finding(code, table, count)


def _pointers(store: SqlStore, session: Session) -> Iterator[Finding]:
    """Each value that leads to a person does, and nothing else leads anywhere."""
    missing: Counter[str] = Counter()
    sealed: Counter[str] = Counter()
    right = 0
    for page in pages(session, RecordKind.PERSONS, _PERSONS_AT_ONCE):
        known = {row[0] for row in page}
        for kind in _POINTING:
            found_rows = rows_of_persons(session, kind, page[0][0], page[-1][0])
            rows = [row for row in found_rows if row[0] in known]
            try:
                wanted = _wanted(store, session, kind, rows)
            except StoreSealError as error:
                sealed[error.column] += 1
                continue
            query = "SELECT pointer, person FROM pointers WHERE pointer IN (?)"
            found = dict(by_values(session, query, wanted))
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


def _wanted(
    store: SqlStore, session: Session, kind: RecordKind, rows: list[tuple[Cell, ...]]
) -> dict[int, int]:
    spec = SPECS[kind]
    wanted: dict[int, int] = {}
    for code in spec.pointers:
        place = spec.place(code)
        for stored, cells in zip(rows, logical(session, kind, store.vault, rows), strict=True):
            pointer = store.vault.pointer(code, str(cells[place]))
            wanted[pointer] = int(str(stored[0]))
    return wanted


def _count(session: Session, query: str) -> int:
    row = session.execute(query).fetchone()
    return int(row[0]) if row else 0
