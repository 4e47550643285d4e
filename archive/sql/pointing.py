"""What leads to persons, while a file is loaded that brings, changes and takes away such values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from archive.records import PERSON, RecordKind, RecordSpec
from archive.sql.load_tables import LoadTables
from archive.sql.loading import Pointing, owners
from archive.sql.schema import by_key, columns, select
from archive.sql.session import Database, Session
from archive.stored import Stored, key_columns, stored_columns
from archive.vault import Vault

_SLICE: Final = 5000


@dataclass(frozen=True, slots=True)
class Pointers:
    """The pointers of a kind that is loaded: staged with its rows, in force with them."""

    vault: Vault

    def point(
        self, session: Session, tables: LoadTables, pointing: Pointing, *, full: bool
    ) -> None:
        """Note what leads to whom. A full load replaces all, so only its own rows count there."""
        known = {} if full else owners(session, pointing.pointers)
        known |= owners(session, pointing.pointers, tables.pointing)
        claimed: dict[int, int] = {}
        one_each = tables.spec.kind is RecordKind.PERSONS
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
                held = self._holds(session, tables, owner, pointing.code, pointer)
            if held:
                pointing.refuse(place)
            else:
                claimed[pointer] = person
        session.executemany(
            f"INSERT INTO {tables.pointing} (pointer, person) VALUES (?, ?) "  # noqa: S608
            "ON CONFLICT (pointer) DO UPDATE SET person = excluded.person",
            list(claimed.items()),
        )

    def _holds(
        self, session: Session, tables: LoadTables, person: int, code: str, pointer: int
    ) -> bool:
        """Whether a person's row still has the value; what the file says of it comes first."""
        kind = tables.spec.kind
        count = len(key_columns(kind))
        leaving = {row[:count] for row in _rows_of(session, kind, tables.leaving, person)}
        for table in (tables.incoming, tables.own):
            rows = _rows_of(session, kind, table, person)
            if table == tables.own:
                rows = [row for row in rows if row[:count] not in leaving]
            if any(pointer == self._pointer(tables.spec, code, row) for row in rows):
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
                session.executemany(
                    "INSERT INTO pointers (pointer, person) VALUES (?, ?) "
                    "ON CONFLICT (pointer) DO NOTHING",
                    page,
                )
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

    def forget(self, session: Session, tables: LoadTables, old: Sequence[Stored]) -> None:
        """Take away what led to rows that are no longer there, or no longer so."""
        spec = tables.spec
        count = len(key_columns(spec.kind))
        query = f"{select(spec.kind)} WHERE {by_key(spec.kind)}"
        stale: list[tuple[int, int]] = []
        for row in old:
            own = session.execute(query, row[:count]).fetchone()
            for code in spec.pointers:
                if code == PERSON:  # it stays: rows of other kinds still lie under the number
                    continue
                pointer = self._pointer(spec, code, row)
                if own is None or self._pointer(spec, code, own) != pointer:
                    stale.append((pointer, row[0]))
        session.executemany("DELETE FROM pointers WHERE pointer = ? AND person = ?", stale)


def _rows_of(session: Session, kind: RecordKind, table: str, person: int) -> list[Stored]:
    query = f"SELECT {columns(kind)} FROM {table} WHERE person = ?"  # noqa: S608 - own words
    return [tuple(row) for row in session.execute(query, (person,)).fetchall()]
