"""A store over any SQL database: what `archive.store` promises, said once."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from functools import cache, partial
from pathlib import Path
from typing import ParamSpec, Self, TypeVar

from archive.audit import AuditKey, subject
from archive.errors import InvalidValueError, StoreDamagedError, StoreEmptyError
from archive.model import AuditEvent, CardRecord, Contribution, Person
from archive.records import PERSON, SPECS, Cell, RecordKind, RecordSpec, spec_of
from archive.sql.cells import payers_of
from archive.sql.dialect import Dialect
from archive.sql.filling import Gate
from archive.sql.incoming import IncomingTables
from archive.sql.loading import BatchLoader
from archive.sql.schema import order, select
from archive.sql.session import Database, Session, by_values
from archive.sql.trail import AuditTables
from archive.store import ALL_ROWS, Answer, AsOf, AuditCheck, AuditFilter, AuditRow, Loaded, Record
from archive.stored import Payer, Stored, day, decode_contributions, decoder, open_person_id
from archive.values import Month
from archive.vault import Vault

P = ParamSpec("P")
T = TypeVar("T")
_CONTRIBUTIONS = select(RecordKind.CONTRIBUTIONS)
_AS_OF = """
    SELECT s.record_kind, s.as_of, s.source,
           (SELECT COUNT(*) FROM loads WHERE kind = ? OR ? = ''),
           (SELECT COUNT(*) FROM loads WHERE (kind = ? OR ? = '') AND (whole = 0 OR rejected > 0))
    FROM sources s
    ORDER BY CASE WHEN ? IN ('', s.record_kind) THEN 0 WHEN s.record_kind = '' THEN 1 ELSE 2 END,
             s.as_of"""
"""Of a kind without a date of its own, nor one for all kinds, another's: the oldest."""

_MOST_PAYERS = 65_536


class SqlStore:
    """`Store` and `Loader` on a `Database`."""

    def __init__(
        self,
        database: Database,
        name: Path | str,
        vault: Vault,
        key: AuditKey,
        now: Callable[[], dt.datetime],
        dialect: Dialect,
        migrated_from: int,
    ) -> None:
        self.name = name
        """What errors call the store: a file or a database."""
        self.database = database
        self.vault = vault
        self.dialect = dialect
        self.migrated_from = migrated_from
        """How many steps the schema had when this store was opened; 0: it was made."""
        self._gate = Gate(name)
        self.trail = AuditTables(database, key, now, name, self._gate)
        self.loader = BatchLoader(vault, dialect)
        self.intake = IncomingTables(database, self.loader, name, now)
        self._decoder = cache(lambda spec: self._sound(decoder(spec, vault)))
        self._known_payers: dict[int, Payer] = {}

    def person(self, person_id: str) -> Person | None:
        """The person with this AAC001."""
        return self._person_at(PERSON, person_id)

    def person_by_number(self, number: str) -> Person | None:
        """The person with this social security number (AAC002)."""
        wanted = number.upper()
        found = self._person_at("AAC002", wanted)
        return found if found is not None and found.social_security_number == wanted else None

    def card(self, identification_code: str) -> CardRecord | None:
        """The card with this identification code, whatever its status."""
        return self.find(CardRecord, identification_code.upper())

    def find(self, record: type[Record], number: str) -> Record | None:
        """The card order, case or transfer with this number, whoever it belongs to."""
        spec = spec_of(record)
        (code,) = spec.pointers
        with self._reading() as session:
            person = self._owner(session, code, number)
            person_id = None if person is None else self._person_id(session, person)
            if person is None or person_id is None:
                return None
            rows = self._rows_of(session, spec, person)
        name = fields(spec.record)[spec.place(code)].name
        found = (self._decoder(spec)(row, person_id) for row in rows)
        return next((one for one in found if getattr(one, name) == number), None)

    def of(self, record: type[Record], person_id: str) -> Answer[Record]:
        """All rows of a kind for a person, in the order of the key; one range read."""
        spec = spec_of(record)
        if spec.kind is RecordKind.CONTRIBUTIONS:
            raise ValueError("contributions are asked for by months")
        with self._reading() as session:
            person = self._number(session, person_id)
            rows = [] if person is None else self._rows_of(session, spec, person)
            as_of = self._as_of(session, spec.kind)
        read = self._decoder(spec)
        return Answer(rows, lambda stored: tuple(read(row, person_id) for row in stored), as_of)

    def contributions(
        self, person_id: str, first: Month, last: Month, line: str | None = None
    ) -> Answer[Contribution]:
        """Months `first` to `last` inclusive, by line, then month; one range read."""
        with self._reading() as session:
            person = self._number(session, person_id)
            where, values = "person = ?", [person]
            if line is not None:
                where, values = "person = ? AND line = ?", [person, int(line)]
            rows = session.execute(
                f"{_CONTRIBUTIONS} WHERE {where} AND month BETWEEN ? AND ? "
                "ORDER BY line, month, kind, settled_after, payer",
                (*values, int(first), int(last)),
            ).fetchall()
            payers = self._payers(session, {row[5] for row in rows})
            as_of = self._as_of(session, RecordKind.CONTRIBUTIONS)
        return Answer(rows, self._sound(partial(decode_contributions, person_id, payers)), as_of)

    def first_contribution(self, person_id: str) -> Month | None:
        """The earliest month of which a contribution of any line is recorded."""
        with self._reading() as session:
            person = self._number(session, person_id)
            query = "SELECT MIN(month) FROM contributions WHERE person = ?"
            ((month,),) = session.execute(query, (person,))
        return None if month is None else Month.from_int(month)

    def known(self, record: type[Record], ids: Iterable[str]) -> dict[str, Record]:
        """Those employers, agencies or notices that are known, by their number."""
        spec = spec_of(record)
        read, key = self._decoder(spec), spec.fields[0]
        with self._reading() as session:
            query = f"{select(spec.kind)} WHERE {key} IN (?)"
            return {row[0]: read(row, "") for row in by_values(session, query, sorted(set(ids)))}

    def all(self, record: type[Record]) -> tuple[Record, ...]:
        """Every row of a small kind that belongs to nobody: guides, agencies, notices."""
        spec = spec_of(record)
        if spec.of_person:
            raise ValueError(f"{spec.table} belong to persons")
        read = self._decoder(spec)
        with self._reading() as session:
            found = session.execute(f"{select(spec.kind)} ORDER BY {order(spec.kind)}")
            return tuple(read(row, "") for row in found)

    def as_of(self, kind: RecordKind | None = None) -> AsOf:
        """How far the data of a kind go; of all kinds together without one."""
        with self._reading() as session:
            return self._as_of(session, kind)

    def load(self, kind: RecordKind, columns: Sequence[Sequence[Cell]]) -> Loaded:
        """Insert or update rows, given column by column, as one transaction."""
        with self.database.write() as session:
            return self.loader.load(session, kind, columns)

    def append_audit(self, event: AuditEvent, most: int | None = None) -> AuditRow:
        """Write the event, which may be a print too many; it is on disk before this returns."""
        return self.trail.append(event, most)

    def check_limit(self, event: AuditEvent, most: int) -> None:
        """Refuse a print that `append_audit` would refuse now; nothing is written."""
        self.trail.check_limit(event, most)

    def audit_rows(self, after: int = 0, wanted: AuditFilter = ALL_ROWS) -> Iterator[AuditRow]:
        """The rows that are wanted from the one after that sequence on, oldest first."""
        return self.trail.rows(after, wanted)

    def audit_subject(self, identification_code: str | None, number: str = "") -> str:
        """By what the trail knows a card, or the number of who has none: a keyed hash."""
        return subject(self.trail.key, identification_code, number)

    def prune_audit(self, kiosk: str, keep_days: int) -> int:
        """Take away the rows that are older than so many days; how many there were."""
        return self.trail.prune(kiosk, dt.timedelta(days=keep_days))

    @property
    def lost(self) -> bool:
        """Never, on a server: it knows its own files."""
        return False

    def past(self, keep: dt.timedelta) -> dt.datetime | None:
        """What happened before this is older than `keep`; None: the clock may have leapt."""
        return self.trail.past(keep)

    def latest(self) -> dt.datetime | None:
        """The latest time of the trail since somebody last looked at the clock."""
        return self.trail.latest()

    def copies(self, identification_code: str, statement: str) -> int:
        """How many papers of a statement were asked for with this card, by the trail."""
        return self.trail.copies(identification_code, statement)

    def verify_audit(self) -> AuditCheck:
        """Walk the whole trail and tell every change, gap or truncation."""
        return self.trail.verify()

    def close(self) -> None:
        """Give up all connections; further calls raise StoreUnavailableError."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _person_at(self, code: str, value: str) -> Person | None:
        spec = SPECS[RecordKind.PERSONS]
        with self._reading() as session:
            by_id = code == PERSON
            person = self._number(session, value) if by_id else self._owner(session, code, value)
            rows = [] if person is None else self._rows_of(session, spec, person)
        if not rows:
            return None
        found: Person = self._decoder(spec)(rows[0], open_person_id(rows[0], self.vault))
        return found

    def _owner(self, session: Session, code: str, value: str) -> int | None:
        pointer = self.vault.pointer(code, value)
        row = session.execute(
            "SELECT person FROM pointers WHERE pointer = ?", (pointer,)
        ).fetchone()
        return None if row is None else int(row[0])

    def _number(self, session: Session, person_id: str) -> int | None:
        """Under which the rows of this AAC001 lie; None where nobody has it, or no longer.

        A pointer is a hash, and may have been forged: the rows of whom it leads to are answered
        only if they are of just this AAC001.
        """
        person = self._owner(session, PERSON, person_id)
        found = None if person is None else self._person_id(session, person)
        if found is None:
            return None
        if found != person_id:
            raise StoreDamagedError(self.name, "a number leads to somebody else")
        return person

    def _person_id(self, session: Session, person: int) -> str | None:
        """AAC001 of a number; None where the person is no longer there."""
        row = session.execute(
            "SELECT person, person_id FROM persons WHERE person = ?", (person,)
        ).fetchone()
        return open_person_id(row, self.vault) if row else None

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with self.database.read() as session:
            self._gate.passed(session)
            yield session

    def _rows_of(self, session: Session, spec: RecordSpec, person: int) -> list[Stored]:
        query = f"{select(spec.kind)} WHERE person = ? ORDER BY {order(spec.kind)}"
        return session.execute(query, (person,)).fetchall()

    def _payers(self, session: Session, numbers: Iterable[int]) -> dict[int, Payer]:
        """Who stands behind the numbers; one that was seen is not asked for again: none changes."""
        known, wanted = self._known_payers, set(numbers)
        payers = {number: known[number] for number in wanted & known.keys()}
        if missing := wanted - payers.keys():
            fresh = payers_of(session, missing)
            payers |= fresh
            if len(known) > _MOST_PAYERS:
                self._known_payers = fresh
            else:
                known.update(fresh)
        return payers

    def _as_of(self, session: Session, kind: RecordKind | None) -> AsOf:
        name = kind.value if kind else ""
        row = session.execute(_AS_OF, (name,) * 5).fetchone()
        if row is None:
            raise StoreEmptyError(self.name)
        dated, until, source, loads, lacking = row
        if name and loads and dated not in {"", name}:
            raise StoreEmptyError(self.name)
        never = () if kind is None or loads else (kind,)
        whole = not (never or lacking)
        return AsOf(self._sound(day)(until), source or "", whole=whole, never=never)

    def _sound(self, read: Callable[P, T]) -> Callable[P, T]:
        """Cells that cannot be what was written (a date that is no date) are damage."""

        def sound(*cells: P.args, **more: P.kwargs) -> T:
            try:
                return read(*cells, **more)
            except (ValueError, TypeError, LookupError, ArithmeticError, InvalidValueError):
                raise StoreDamagedError(self.name, "a value that no row can have") from None

        return sound
