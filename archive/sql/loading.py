"""A batch of checked rows into the store: references resolved, clashes refused."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from archive.model import Person
from archive.reasons import Reason
from archive.records import PERSON, SPECS, Cell, RecordKind, RecordSpec
from archive.sql.dialect import Dialect
from archive.sql.schema import select
from archive.sql.session import Session, by_values
from archive.store import Loaded, Refusal
from archive.stored import Payer, decoder, encode, open_person_id
from archive.vault import Vault

Columns = Sequence[Sequence[Cell]]
_EMPLOYER: Final = "AAB001"
_REGION: Final = "AAB301"


@dataclass(frozen=True, slots=True)
class BatchLoader:
    """Writes batches inside the caller's transaction."""

    vault: Vault
    dialect: Dialect

    def load(self, session: Session, kind: RecordKind, columns: Columns, table: str = "") -> Loaded:
        """Insert or update rows given by columns; `table` is another of the kind's columns."""
        spec = SPECS[kind]
        if not columns or not columns[0]:
            return Loaded(0, ())
        if kind is RecordKind.PERSONS:
            return self._load_persons(session, spec, columns, table)
        if not spec.of_person:
            rows = encode(spec, self.vault, columns)
            return Loaded(self.dialect.write_rows(session, kind, table, rows), ())
        return self._load_of_persons(session, spec, columns, table)

    def keys(self, session: Session, person_ids: Iterable[Cell]) -> dict[Cell, int]:
        """The numbers of those persons that are known."""
        pointers = {self.vault.pointer(PERSON, str(one)): one for one in set(person_ids)}
        found = _owners(session, pointers)
        return {pointers[pointer]: person for pointer, person in found.items()}

    def _load_of_persons(
        self, session: Session, spec: RecordSpec, columns: Columns, table: str
    ) -> Loaded:
        refused: dict[int, Refusal] = {}
        keys = self.keys(session, columns[0])
        persons = list(map(keys.get, columns[0]))
        if None in persons:
            _refuse(refused, PERSON, Reason.UNKNOWN_PERSON, persons, lambda one: one is None)
        self._refuse_unknown_employers(session, spec, columns, refused)
        for code in spec.pointers:
            self._point(session, spec, columns, persons, code, refused)
        kept = _without(columns, refused)
        numbers = [keys[one] for one in kept[0]]
        payers = self._payers(session, spec, kept)
        rows = encode(spec, self.vault, kept, numbers, payers)
        changed = self.dialect.write_rows(session, spec.kind, table, rows) if rows else 0
        return Loaded(changed, tuple(refused.values()))

    def _refuse_unknown_employers(
        self,
        session: Session,
        spec: RecordSpec,
        columns: Columns,
        refused: dict[int, Refusal],
    ) -> None:
        if not any(column.element.code == _EMPLOYER for column in spec.columns):
            return
        named = columns[spec.place(_EMPLOYER)]
        wanted = {one for one in set(named) if one}
        query = "SELECT employer_id FROM employers WHERE employer_id IN (?)"
        missing = wanted - {row[0] for row in by_values(session, query, wanted)}
        if missing:
            _refuse(refused, _EMPLOYER, Reason.UNKNOWN_EMPLOYER, named, missing.__contains__)

    def _point(
        self,
        session: Session,
        spec: RecordSpec,
        columns: Columns,
        persons: Sequence[int | None],
        code: str,
        refused: dict[int, Refusal],
    ) -> None:
        """Let the values of a column lead to their persons; one that leads elsewhere is refused."""
        values = columns[spec.place(code)]
        pointers = [self.vault.pointer(code, str(value)) for value in values]
        owners = _owners(session, pointers)
        fresh: dict[int, int] = {}
        for place, (pointer, person) in enumerate(zip(pointers, persons, strict=True)):
            if person is None or place in refused:
                continue
            owner = owners.setdefault(pointer, person)
            if owner != person:
                refused[place] = Refusal(place, code, Reason.DUPLICATE)
            else:
                fresh[pointer] = person
        _write_pointers(session, fresh)

    def _payers(self, session: Session, spec: RecordSpec, columns: Columns) -> list[int]:
        """The numbers of the employers and regions that contributions name; new ones are made."""
        if spec.kind is not RecordKind.CONTRIBUTIONS or not columns[0]:
            return []
        employers, regions = columns[spec.place(_EMPLOYER)], columns[spec.place(_REGION)]
        pairs = [
            (str(one), str(region or "")) for one, region in zip(employers, regions, strict=True)
        ]
        numbers = self._known_payers(session, pairs)
        missing = sorted(set(pairs) - set(numbers))
        if missing:
            last = session.execute("SELECT COALESCE(MAX(payer), -1) FROM payers").fetchone()
            first = (last[0] if last else -1) + 1
            numbers |= {pair: first + place for place, pair in enumerate(missing)}
            session.executemany(
                "INSERT INTO payers (payer, employer_id, region) VALUES (?, ?, ?)",
                [(numbers[pair], *pair) for pair in missing],
            )
        return [numbers[pair] for pair in pairs]

    def _known_payers(self, session: Session, pairs: Sequence[Payer]) -> dict[Payer, int]:
        query = "SELECT employer_id, region, payer FROM payers WHERE employer_id IN (?)"
        found = by_values(session, query, sorted({pair[0] for pair in pairs}))
        return {(employer, region): payer for employer, region, payer in found}

    def _load_persons(
        self, session: Session, spec: RecordSpec, columns: Columns, table: str
    ) -> Loaded:
        """Persons are who everything else points to: their numbers are found or made here."""
        person_ids = columns[0]
        keys = self.keys(session, person_ids)
        new = list(dict.fromkeys(one for one in person_ids if one not in keys))
        pointers = [self.vault.pointer(PERSON, str(one)) for one in new]
        made = dict(zip(new, self.dialect.new_keys(session, pointers), strict=True))
        self._forget_old_numbers(session, spec, columns, keys)
        persons = [keys.get(one) or made[one] for one in person_ids]
        refused: dict[int, Refusal] = {}
        for code in spec.pointers:
            if code != PERSON:
                self._point(session, spec, columns, persons, code, refused)
        kept = _without(columns, refused)
        numbers = [keys.get(one) or made[one] for one in kept[0]]
        known = dict(zip(new, pointers, strict=True))
        _write_pointers(session, {known[one]: made[one] for one in kept[0] if one in made})
        rows = encode(spec, self.vault, kept, numbers)
        changed = self.dialect.write_rows(session, spec.kind, table, rows) if rows else 0
        return Loaded(changed, tuple(refused.values()))

    def _forget_old_numbers(
        self, session: Session, spec: RecordSpec, columns: Columns, keys: dict[Cell, int]
    ) -> None:
        """A number that was corrected leads to its person no longer: it may be somebody else's."""
        if not keys:
            return
        given = dict(zip(columns[0], columns[spec.place("AAC002")], strict=True))
        read = decoder(spec, self.vault)
        rows = by_values(session, f"{select(spec.kind)} WHERE person IN (?)", keys.values())
        old: list[Person] = [read(row, open_person_id(row, self.vault)) for row in rows]
        stale = [
            (self.vault.pointer("AAC002", person.social_security_number),)
            for person in old
            if given.get(person.person_id) != person.social_security_number
        ]
        session.executemany("DELETE FROM pointers WHERE pointer = ?", stale)


def _owners(session: Session, pointers: Iterable[int]) -> dict[int, int]:
    query = "SELECT pointer, person FROM pointers WHERE pointer IN (?)"
    return {pointer: person for pointer, person in by_values(session, query, pointers)}  # noqa: C416 - rows are tuples


def _write_pointers(session: Session, pointers: dict[int, int]) -> None:
    session.executemany(
        "INSERT INTO pointers (pointer, person) VALUES (?, ?) ON CONFLICT (pointer) DO NOTHING",
        list(pointers.items()),
    )


def _refuse(
    refused: dict[int, Refusal],
    code: str,
    reason: Reason,
    values: Sequence[object],
    wrong: Callable[[object], bool],
) -> None:
    for place, value in enumerate(values):
        if wrong(value):
            refused.setdefault(place, Refusal(place, code, reason))


def _without(columns: Columns, refused: dict[int, Refusal]) -> Columns:
    if not refused:
        return columns
    kept = [place for place in range(len(columns[0])) if place not in refused]
    return [[column[place] for place in kept] for column in columns]
