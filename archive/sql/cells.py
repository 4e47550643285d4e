"""Stored rows back to logical cells, as an import gives them: what a copy and a check walk over."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from archive.records import SPECS, Cell, RecordKind
from archive.sql.schema import order, select
from archive.sql.session import Session, by_values
from archive.stored import (
    Payer,
    Stored,
    contribution_cells,
    key_columns,
    open_person_id,
    opener,
)
from archive.vault import Vault

Cells = tuple[Cell, ...]
PAGE: Final = 2000


def pages(session: Session, kind: RecordKind, size: int = PAGE) -> Iterator[list[Stored]]:
    """All rows of a kind in the order of the key, some at a time."""
    key = key_columns(kind)
    rest = f"ORDER BY {order(kind)} LIMIT ?"
    behind = f"WHERE ({', '.join(key)}) > ({', '.join('?' * len(key))})"
    rows = session.execute(f"{select(kind)} {rest}", (size,)).fetchall()
    while rows:
        yield rows
        last = rows[-1][: len(key)]
        rows = session.execute(f"{select(kind)} {behind} {rest}", (*last, size)).fetchall()


def rows_of_persons(session: Session, kind: RecordKind, first: int, last: int) -> list[Stored]:
    """The rows of a kind whose person's number lies between two, both included."""
    query = f"{select(kind)} WHERE person BETWEEN ? AND ? ORDER BY {order(kind)}"
    return session.execute(query, (first, last)).fetchall()


def logical(
    session: Session, kind: RecordKind, vault: Vault, rows: Sequence[Stored]
) -> list[Cells]:
    """The rows as an import gives them; those whose person or payer is unknown are left out."""
    spec = SPECS[kind]
    if kind is RecordKind.PERSONS or not spec.of_person:
        return list(map(opener(spec, vault), rows))
    persons = person_ids(session, vault, {row[0] for row in rows})
    known = [row for row in rows if row[0] in persons]
    if kind is RecordKind.CONTRIBUTIONS:
        payers = payers_of(session, {row[5] for row in known})
        return [
            contribution_cells(row, persons[row[0]], payers[row[5]])
            for row in known
            if row[5] in payers
        ]
    read = opener(spec, vault)
    return [(persons[row[0]], *read(row)) for row in known]


def person_ids(session: Session, vault: Vault, persons: Iterable[int]) -> dict[int, str]:
    """AAC001 of those numbers whose persons are in the store."""
    query = "SELECT person, person_id FROM persons WHERE person IN (?)"
    return {row[0]: open_person_id(row, vault) for row in by_values(session, query, persons)}


def departed(session: Session) -> set[int]:
    """The numbers of those who have left, whom nothing but what led to them tells any more.

    Their rows of other kinds wait for them, or for the next full load; nobody is shown them.
    """
    query = (
        "SELECT DISTINCT person FROM pointers a WHERE NOT EXISTS "
        "(SELECT 1 FROM persons p WHERE p.person = a.person)"
    )
    return {person for (person,) in session.execute(query)}


def payers_of(session: Session, numbers: Iterable[int]) -> dict[int, Payer]:
    """Who stands behind the numbers of contributions, as far as they are known."""
    query = "SELECT payer, employer_id, region FROM payers WHERE payer IN (?)"
    found = by_values(session, query, numbers)
    return {payer: (employer, region) for payer, employer, region in found}
