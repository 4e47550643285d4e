"""What leads to persons: keyed hashes of the values by which one is found."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from archive.reasons import Reason
from archive.records import PERSON, Cell, RecordKind, RecordSpec
from archive.sql.load_tables import LoadTables
from archive.sql.schema import columns
from archive.sql.session import Database, Session, by_values, for_values
from archive.store import Refusal
from archive.stored import Stored, key_columns, stored_columns
from archive.vault import Vault

POINTERS: Final = "pointers"
_SLICE: Final = 5000


@dataclass(slots=True)
class Pointing:
    """What the values of one column of a batch should lead to."""

    code: str
    values: Sequence[Cell]
    pointers: Sequence[int]
    persons: Sequence[int | None]
    """The numbers of the rows' persons; None where that is refused already."""
    refused: dict[int, Refusal]
    """Takes the rows whose value leads to somebody else."""

    def refuse(self, place: int) -> None:
        """The value belongs to somebody else."""
        self.refused.setdefault(place, Refusal(place, self.code, Reason.DUPLICATE))


Point = Callable[[Session, Pointing], None]
"""Lets values lead to their persons."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Where values are claimed for persons, and what says whose they are until then."""

    spec: RecordSpec
    table: str
    """Takes what leads to whom."""
    known: Sequence[str]
    """Tables of what leads to whom already; a later one comes first."""
    rows: Sequence[str]
    """Tables of the rows that still hold a value or do not; an earlier one comes first."""
    leaving: str = ""
    """Table of rows that will be in force no longer: they hold nothing."""


def at_once(spec: RecordSpec) -> Claims:
    """In force with the transaction."""
    return Claims(spec, POINTERS, (POINTERS,), (spec.table,))


def staged(tables: LoadTables, *, full: bool) -> Claims:
    """In force with the load. A full load replaces all, so only its own rows count there."""
    known = (tables.pointing,) if full else (POINTERS, tables.pointing)
    return Claims(
        tables.spec, tables.pointing, known, (tables.incoming, tables.own), tables.leaving
    )


@dataclass(frozen=True, slots=True)
class Pointers:
    """Claimed, put in force and forgotten together with the rows that hold the values."""

    vault: Vault

    def point(self, session: Session, pointing: Pointing, claims: Claims) -> None:
        """Note what leads to whom; a value that somebody else holds is refused."""
        known: dict[int, int] = {}
        for table in claims.known:
            known |= owners(session, pointing.pointers, table)
        claimed: dict[int, int] = {}
        one_each = claims.spec.kind is RecordKind.PERSONS
        given = dict(zip(pointing.persons, pointing.pointers, strict=True)) if one_each else {}
        pairs = zip(pointing.pointers, pointing.persons, strict=True)
        for place, (pointer, person) in enumerate(pairs):
            if person is None:
                continue
            owner = claimed.get(pointer, known.get(pointer, person))
            if owner == person:
                held = False
            elif pointer in claimed:
                held = True
            elif owner in given:
                held = given[owner] == pointer
            else:
                held = self._holds(session, claims, owner, pointing.code, pointer)
            if held:
                pointing.refuse(place)
            else:
                claimed[pointer] = person
        session.executemany(
            f"INSERT INTO {claims.table} (pointer, person) VALUES (?, ?) "  # noqa: S608
            "ON CONFLICT (pointer) DO UPDATE SET person = excluded.person",
            list(claimed.items()),
        )

    def _holds(
        self, session: Session, claims: Claims, person: int, code: str, pointer: int
    ) -> bool:
        """Whether a person's row still has the value."""
        kind, count = claims.spec.kind, len(key_columns(claims.spec.kind))
        leaving = rows_of(session, kind, claims.leaving, (person,)) if claims.leaving else []
        gone = {row[:count] for row in leaving}
        for table in claims.rows:
            rows = rows_of(session, kind, table, (person,))
            if table == claims.spec.table:
                rows = [row for row in rows if row[:count] not in gone]
            if any(pointer == self._pointer(claims.spec, code, row) for row in rows):
                return True
            if rows and kind is RecordKind.PERSONS:
                return False
        return False

    def _pointer(self, spec: RecordSpec, code: str, row: Stored) -> int:
        """What leads to a row by this element."""
        column = spec.columns[spec.place(code)]
        name = column.element.field
        at = [column.name for column in stored_columns(spec.kind)].index(name)
        text = self.vault.open(f"{spec.table}.{name}", row[0], row[at])
        return self.vault.pointer(code, text)

    def spread(self, database: Database, tables: LoadTables) -> None:
        """New ones lead to rows that are not there yet, or not yet so: no reader takes them."""
        last = -1
        while True:
            with database.write() as session:
                page = session.execute(
                    f"SELECT pointer, person FROM {tables.pointing} WHERE pointer > ? "  # noqa: S608
                    f"ORDER BY pointer LIMIT {_SLICE}",
                    (last,),
                ).fetchall()
                write_pointers(session, dict(page))
            if len(page) < _SLICE:
                return
            last = page[-1][0]

    def redirect(
        self, session: Session, tables: LoadTables, where: str = "true", values: Sequence[Any] = ()
    ) -> None:
        """What the file gives to persons leads to them from now on, whoever had it before.

        `where` chooses the persons whose rows take effect in the same transaction: a number never
        leads to somebody whose row does not have it yet.
        """
        if tables.spec.pointers:
            session.execute(
                "INSERT INTO pointers (pointer, person) "  # noqa: S608 - own words
                f"SELECT pointer, person FROM {tables.pointing} WHERE {where} "
                "ON CONFLICT (pointer) DO UPDATE SET person = excluded.person "
                "WHERE pointers.person <> excluded.person",
                values,
            )

    def forget(self, session: Session, claims: Claims, gone: Sequence[Stored]) -> None:
        """Take away what led to rows that are no longer there, or no longer so.

        What leads to a person by AAC001 stays: rows of other kinds still lie under the number.
        """
        spec, count = claims.spec, len(key_columns(claims.spec.kind))
        codes = [code for code in spec.pointers if code != PERSON]
        if not codes or not gone:
            return
        held = {
            row[:count]: row
            for row in rows_of(session, spec.kind, claims.rows[0], {row[0] for row in gone})
        }
        stale: set[tuple[int, int]] = set()
        for row in gone:
            own = held.get(row[:count])
            for code in codes:
                pointer = self._pointer(spec, code, row)
                if own is None or self._pointer(spec, code, own) != pointer:
                    stale.add((pointer, row[0]))
        led = owners(session, {pointer for pointer, _ in stale}, claims.table)
        theirs = [pointer for pointer, person in led.items() if (pointer, person) in stale]
        for_values(session, f"DELETE FROM {claims.table} WHERE pointer IN (?)", theirs)  # noqa: S608


def rows_of(session: Session, kind: RecordKind, table: str, persons: Iterable[int]) -> list[Stored]:
    """The rows of some persons in a table of the kind's columns."""
    query = f"SELECT {columns(kind)} FROM {table} WHERE person IN (?)"  # noqa: S608 - own words
    return list(by_values(session, query, persons))


def owners(session: Session, pointers: Iterable[int], table: str = POINTERS) -> dict[int, int]:
    """The persons to whom these lead already."""
    query = f"SELECT pointer, person FROM {table} WHERE pointer IN (?)"  # noqa: S608 - own words
    return {pointer: person for pointer, person in by_values(session, query, pointers)}  # noqa: C416 - rows are tuples


def write_pointers(session: Session, pointers: dict[int, int]) -> None:
    """Let each lead to its person; one that leads somewhere is left alone."""
    session.executemany(
        "INSERT INTO pointers (pointer, person) VALUES (?, ?) ON CONFLICT (pointer) DO NOTHING",
        list(pointers.items()),
    )
