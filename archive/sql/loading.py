"""A batch of checked rows made ready for the store: references resolved, clashes refused."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from archive.model import Person
from archive.reasons import Reason
from archive.records import PERSON, SPECS, Cell, RecordKind, RecordSpec
from archive.sql.dialect import Dialect
from archive.sql.schema import select
from archive.sql.session import Session, by_values
from archive.store import Loaded, Refusal
from archive.stored import Payer, Stored, decoder, encode, open_person_id
from archive.vault import Vault

Columns = Sequence[Sequence[Cell]]

_EMPLOYER: Final = "AAB001"
_REGION: Final = "AAB301"


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


@dataclass(slots=True)
class Ready:
    """Rows as the store keeps them, column by column."""

    columns: Sequence[Sequence[Any]]
    places: Sequence[int]
    """Where each row stood in the batch."""
    refused: dict[int, Refusal] = field(default_factory=dict)

    def rows(self) -> Iterator[Stored]:
        """Row by row; none is kept, so that a batch does not become ten thousand objects."""
        return zip(*self.columns, strict=True)

    def refuse(self, faults: Iterable[Refusal]) -> None:
        """Leave out rows at fault, which are told by their place among the rows."""
        out = {one.place: one for one in faults}
        for place, one in out.items():
            at = self.places[place]
            self.refused[at] = Refusal(at, one.code, one.reason)
        if out:
            kept = [place for place in range(len(self.places)) if place not in out]
            self.columns = [[column[place] for place in kept] for column in self.columns]
            self.places = [self.places[place] for place in kept]


@dataclass(frozen=True, slots=True)
class BatchLoader:
    """Makes rows ready, and writes them, inside the caller's transaction."""

    vault: Vault
    dialect: Dialect

    def load(self, session: Session, kind: RecordKind, columns: Columns) -> Loaded:
        """Insert or update rows given by columns."""
        if not columns or not columns[0]:
            return Loaded(0, ())
        spec = SPECS[kind]
        if kind is RecordKind.PERSONS:
            self._forget_old_numbers(session, spec, columns)
        ready = self.ready(session, spec, columns, self._point)
        if not ready.places:
            return Loaded(0, tuple(ready.refused.values()))
        changed = self.dialect.upsert_rows(session, kind, list(ready.rows()))
        return Loaded(changed, tuple(ready.refused.values()))

    def ready(self, session: Session, spec: RecordSpec, columns: Columns, point: Point) -> Ready:
        """Rows to write; persons and payers that are new have their numbers then."""
        if not spec.of_person:
            return Ready(encode(spec, self.vault, columns), range(len(columns[0])))
        if spec.kind is RecordKind.PERSONS:
            return self._ready_persons(session, spec, columns, point)
        keys = self._present(session, self.keys(session, columns[0]))
        persons = list(map(keys.get, columns[0]))
        refused: dict[int, Refusal] = {}
        if None in persons:
            _refuse(refused, PERSON, Reason.UNKNOWN_PERSON, persons, lambda one: one is None)
        self._refuse_unknown_employers(session, spec, columns, refused)
        self._point_all(session, spec, columns, persons, refused, point)
        kept, places = _without(columns, refused)
        numbers = list(map(keys.__getitem__, kept[0]))
        payers = self._payers(session, spec, kept)
        return Ready(encode(spec, self.vault, kept, numbers, payers), places, refused)

    def keys(self, session: Session, person_ids: Iterable[Cell]) -> dict[Cell, int]:
        """The numbers of those persons that are known."""
        pointers = {self.vault.pointer(PERSON, str(one)): one for one in set(person_ids)}
        found = owners(session, pointers)
        return {pointers[pointer]: person for pointer, person in found.items()}

    def _present(self, session: Session, keys: dict[Cell, int]) -> dict[Cell, int]:
        """Those who are in the store: a number is kept also for who is not yet, or no longer."""
        query = "SELECT person FROM persons WHERE person IN (?)"
        there = {person for (person,) in by_values(session, query, set(keys.values()))}
        return {one: person for one, person in keys.items() if person in there}

    def _point_all(
        self,
        session: Session,
        spec: RecordSpec,
        columns: Columns,
        persons: Sequence[int | None],
        refused: dict[int, Refusal],
        point: Point,
    ) -> None:
        """Let the columns lead to their persons by which one is found without knowing AAC001."""
        for code in spec.pointers:
            if code != PERSON:
                values = columns[spec.place(code)]
                pointers = [self.vault.pointer(code, str(value)) for value in values]
                whose = [None if at in refused else one for at, one in enumerate(persons)]
                point(session, Pointing(code, values, pointers, whose, refused))

    def _point(self, session: Session, pointing: Pointing) -> None:
        """At once, for everybody to see."""
        known = owners(session, pointing.pointers)
        fresh: dict[int, int] = {}
        pairs = zip(pointing.pointers, pointing.persons, strict=True)
        for place, (pointer, person) in enumerate(pairs):
            if person is None:
                continue
            if known.setdefault(pointer, person) != person:
                pointing.refuse(place)
            else:
                fresh[pointer] = person
        write_pointers(session, fresh)

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
        wanted = set(named) - {"", None}
        query = "SELECT employer_id FROM employers WHERE employer_id IN (?)"
        missing = wanted - {row[0] for row in by_values(session, query, wanted)}
        if missing:
            _refuse(refused, _EMPLOYER, Reason.UNKNOWN_EMPLOYER, named, missing.__contains__)

    def _payers(self, session: Session, spec: RecordSpec, columns: Columns) -> list[int]:
        """The numbers of the employers and regions that contributions name; new ones are made."""
        if spec.kind is not RecordKind.CONTRIBUTIONS or not columns[0]:
            return []
        employers, regions = columns[spec.place(_EMPLOYER)], columns[spec.place(_REGION)]
        named = set(zip(employers, regions, strict=True))
        pairs: dict[tuple[Cell, Cell], Payer] = {
            one: (str(one[0]), str(one[1] or "")) for one in named
        }
        numbers = self._known_payers(session, pairs.values())
        missing = sorted(set(pairs.values()) - set(numbers))
        if missing:
            last = session.execute("SELECT COALESCE(MAX(payer), -1) FROM payers").fetchone()
            first = (last[0] if last else -1) + 1
            numbers |= {pair: first + place for place, pair in enumerate(missing)}
            session.executemany(
                "INSERT INTO payers (payer, employer_id, region) VALUES (?, ?, ?)",
                [(numbers[pair], *pair) for pair in missing],
            )
        if len({region for _, region in named}) == 1:
            by_employer = {employer: numbers[pairs[employer, region]] for employer, region in named}
            return list(map(by_employer.__getitem__, employers))
        found = {one: numbers[pair] for one, pair in pairs.items()}
        return list(map(found.__getitem__, zip(employers, regions, strict=True)))

    def _known_payers(self, session: Session, pairs: Iterable[Payer]) -> dict[Payer, int]:
        query = "SELECT employer_id, region, payer FROM payers WHERE employer_id IN (?)"
        found = by_values(session, query, sorted({pair[0] for pair in pairs}))
        return {(employer, region): payer for employer, region, payer in found}

    def _ready_persons(
        self, session: Session, spec: RecordSpec, columns: Columns, point: Point
    ) -> Ready:
        """Persons are who everything else points to: their numbers are found or made here."""
        person_ids = columns[0]
        keys = self.keys(session, person_ids)
        new = list(dict.fromkeys(one for one in person_ids if one not in keys))
        pointers = [self.vault.pointer(PERSON, str(one)) for one in new]
        made = dict(zip(new, self.dialect.new_keys(session, pointers), strict=True))
        all_keys = keys | made
        persons = list(map(all_keys.__getitem__, person_ids))
        refused: dict[int, Refusal] = {}
        self._point_all(session, spec, columns, persons, refused, point)
        kept, places = _without(columns, refused)
        known = dict(zip(new, pointers, strict=True))
        write_pointers(session, {known[one]: made[one] for one in kept[0] if one in made})
        numbers = list(map(all_keys.__getitem__, kept[0]))
        return Ready(encode(spec, self.vault, kept, numbers), places, refused)

    def _forget_old_numbers(self, session: Session, spec: RecordSpec, columns: Columns) -> None:
        """A number that was corrected leads to its person no longer: it may be somebody else's."""
        keys = self.keys(session, columns[0])
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


def owners(session: Session, pointers: Iterable[int], table: str = "pointers") -> dict[int, int]:
    """The persons to whom these lead already."""
    query = f"SELECT pointer, person FROM {table} WHERE pointer IN (?)"  # noqa: S608 - own words
    return {pointer: person for pointer, person in by_values(session, query, pointers)}  # noqa: C416 - rows are tuples


def write_pointers(session: Session, pointers: dict[int, int], table: str = "pointers") -> None:
    """Let each lead to its person; one that leads somewhere is left alone."""
    session.executemany(
        f"INSERT INTO {table} (pointer, person) VALUES (?, ?) "  # noqa: S608 - own words
        "ON CONFLICT (pointer) DO NOTHING",
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


def _without(columns: Columns, refused: dict[int, Refusal]) -> tuple[Columns, Sequence[int]]:
    if not refused:
        return columns, range(len(columns[0]))
    kept = [place for place in range(len(columns[0])) if place not in refused]
    return [[column[place] for place in kept] for column in columns], kept
