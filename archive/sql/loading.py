"""A batch of checked rows made ready for the store: references resolved, clashes refused."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from archive.reasons import Reason
from archive.records import PERSON, SPECS, Cell, RecordKind, RecordSpec
from archive.sql.cells import person_ids
from archive.sql.dialect import Dialect
from archive.sql.pointing import (
    Point,
    Pointers,
    Pointing,
    at_once,
    owners,
    rows_of,
    write_pointers,
)
from archive.sql.session import Session, by_values
from archive.store import Loaded, Refusal
from archive.stored import Payer, Stored, encode
from archive.vault import Vault

Columns = Sequence[Sequence[Cell]]

_EMPLOYER: Final = "AAB001"
_REGION: Final = "AAB301"


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

    @property
    def pointers(self) -> Pointers:
        """What leads to persons."""
        return Pointers(self.vault)

    def load(self, session: Session, kind: RecordKind, columns: Columns) -> Loaded:
        """Insert or update rows given by columns."""
        if not columns or not columns[0]:
            return Loaded(0, ())
        spec = SPECS[kind]
        claims = at_once(spec)
        ready = self.ready(session, spec, columns, partial(self.pointers.point, claims=claims))
        rows = list(ready.rows())
        old: list[Stored] = []
        if spec.pointers:
            old = rows_of(session, kind, spec.table, {row[0] for row in rows})
        changed = self.dialect.upsert_rows(session, kind, rows) if rows else 0
        self.pointers.forget(session, claims, old)
        return Loaded(changed, tuple(ready.refused.values()))

    def ready(self, session: Session, spec: RecordSpec, columns: Columns, point: Point) -> Ready:
        """Rows to write; persons and payers that are new have their numbers then."""
        if not spec.of_person:
            return Ready(encode(spec, self.vault, columns), range(len(columns[0])))
        if spec.kind is RecordKind.PERSONS:
            return self._ready_persons(session, spec, columns, point)
        return self._ready_rows(session, spec, columns, point)

    def leaving(self, session: Session, spec: RecordSpec, columns: Columns) -> Ready:
        """Rows that are no longer valid; one of nobody cannot leave, and nobody is made for it."""
        if not spec.of_person:
            return Ready(encode(spec, self.vault, columns), range(len(columns[0])))
        return self._ready_rows(session, spec, columns, lambda session, pointing: None)

    def _ready_rows(
        self, session: Session, spec: RecordSpec, columns: Columns, point: Point
    ) -> Ready:
        """Rows of persons who are there; those of others are refused."""
        keys = self._present(session, columns[0])
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

    def _keys(self, session: Session, given: Iterable[Cell]) -> dict[Cell, int]:
        """The numbers to which these lead; a number is kept also for who is no longer there."""
        pointers = {one: self.vault.pointer(PERSON, str(one)) for one in set(given)}
        found = owners(session, set(pointers.values()))
        return {one: found[pointer] for one, pointer in pointers.items() if pointer in found}

    def _present(self, session: Session, given: Iterable[Cell]) -> dict[Cell, int]:
        """The numbers of those who are in the store under just this AAC001."""
        keys = self._keys(session, given)
        there = person_ids(session, self.vault, set(keys.values()))
        return {one: number for one, number in keys.items() if there.get(number) == one}

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
        given = columns[0]
        keys = self._keys(session, given)
        new = dict.fromkeys(one for one in given if one not in keys)
        pointers = {one: self.vault.pointer(PERSON, str(one)) for one in new}
        fresh = list(dict.fromkeys(pointers.values()))
        made = dict(zip(fresh, self.dialect.new_keys(session, fresh), strict=True))
        keys |= {one: made[pointer] for one, pointer in pointers.items()}
        persons = list(map(keys.__getitem__, given))
        refused: dict[int, Refusal] = {}
        self._refuse_strangers(session, given, keys, refused)
        self._point_all(session, spec, columns, persons, refused, point)
        kept, places = _without(columns, refused)
        write_pointers(session, {pointers[one]: keys[one] for one in kept[0] if one in pointers})
        numbers = list(map(keys.__getitem__, kept[0]))
        return Ready(encode(spec, self.vault, kept, numbers), places, refused)

    def _refuse_strangers(
        self,
        session: Session,
        given: Sequence[Cell],
        keys: dict[Cell, int],
        refused: dict[int, Refusal],
    ) -> None:
        """Refuse those whose AAC001 leads to the number of somebody else, by its hash."""
        whose: dict[int, Cell] = dict(person_ids(session, self.vault, set(keys.values())))
        for place, one in enumerate(given):
            if whose.setdefault(keys[one], one) != one:
                refused[place] = Refusal(place, PERSON, Reason.DUPLICATE)


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
