"""Copies a store into another: of the other kind, or sealed with another key.

Rows go as logical cells, through the same door as an import, because the numbers of persons and
the seals of the target are its own. Persons go in batches, each one transaction that also notes
how far the copy is: one that broke off goes on from there. At the end every row of both stores is
read and compared, and the audit trail, which went as it stands, is verified; until then the target
answers nothing. Rows of who has left stay behind: nobody knows any more whose they are.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from archive.errors import AuditKeyError, StoreCopyError
from archive.records import SPECS, RecordKind
from archive.sql import filling
from archive.sql.cells import Cells, departed, logical, pages, rows_of_persons
from archive.sql.session import Session
from archive.sql.store import SqlStore
from archive.sql.trail import pages as trail_pages
from archive.sql.trail import read_head

BATCH: Final = 64
"""Persons in one transaction: some ten thousand contributions."""
_SHARED: Final = tuple(kind for kind in RecordKind if not SPECS[kind].of_person)
_OF_PERSONS: Final = tuple(kind for kind in RecordKind if SPECS[kind].of_person)
_START: Final = -1
_HASH_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a copy is."""

    persons: int
    total: int


@dataclass(frozen=True, slots=True)
class Tally:
    """The rows of a kind, and a sum over all of them that no order changes."""

    kind: RecordKind
    rows: int
    checksum: str


def copy_store(
    source: SqlStore,
    target: SqlStore,
    *,
    batch: int = BATCH,
    on_progress: Callable[[Progress], None] = lambda progress: None,
) -> tuple[Tally, ...]:
    """Copy everything, or what is left of it, and compare; the rows of each kind.

    Raises StoreCopyError where the target holds something else, or differs at the end; a source
    that is written to meanwhile differs. How far an import is stays with the source.
    """
    if source.trail.key.key_id != target.trail.key.key_id:
        raise AuditKeyError(target.name, "a trail is verified with the key it was written with")
    after = _begin(source, target)
    for kind in _SHARED:
        _copy_shared(source, target, kind)
    _copy_persons(source, target, after, batch, on_progress)
    _copy_loads(source, target)
    _copy_trail(source, target)
    tallies = _compared(source, target)
    with target.database.write() as session:
        filling.end(session)
    return tallies


def _begin(source: SqlStore, target: SqlStore) -> int:
    """The person after which to go on."""
    with target.database.write() as session:
        if (known := filling.noted(session)) is not None:
            origin, after = known
            if origin != str(source.name):
                raise StoreCopyError(target.name, "a copy of another store was begun in it")
            return after
        used = "SELECT 1 FROM persons UNION ALL SELECT 1 FROM sources UNION ALL SELECT 1 FROM audit"
        if session.execute(f"{used} LIMIT 1").fetchone():
            raise StoreCopyError(target.name, "it is not empty")
        filling.note(session, source.name, _START)
        return _START


def _copy_shared(source: SqlStore, target: SqlStore, kind: RecordKind) -> None:
    with source.database.read() as reader:
        for page in pages(reader, kind):
            with target.database.write() as writer:
                _load(target, writer, kind, logical(reader, kind, source.vault, page))


def _copy_persons(
    source: SqlStore,
    target: SqlStore,
    after: int,
    batch: int,
    on_progress: Callable[[Progress], None],
) -> None:
    with source.database.read() as reader:
        total = _count(reader, "persons")
        done = _count(reader, "persons", after)
        while people := _persons_after(reader, after, batch):
            with target.database.write() as writer:
                for kind in _OF_PERSONS:
                    rows = rows_of_persons(reader, kind, after + 1, people[-1])
                    _load(target, writer, kind, logical(reader, kind, source.vault, rows))
                after = people[-1]
                filling.note(writer, source.name, after)
            done += len(people)
            on_progress(Progress(done, total))


def _persons_after(reader: Session, after: int, batch: int) -> list[int]:
    query = "SELECT person FROM persons WHERE person > ? ORDER BY person LIMIT ?"
    return [person for (person,) in reader.execute(query, (after, batch))]


def _load(target: SqlStore, writer: Session, kind: RecordKind, cells: Sequence[Cells]) -> None:
    if not cells:
        return
    refused = target.loader.load(writer, kind, list(zip(*cells, strict=True))).refused
    if refused:
        detail = f"{len(refused)} rows of {kind.value}: {refused[0].code} {refused[0].reason}"
        raise StoreCopyError(target.name, detail)


def _copy_loads(source: SqlStore, target: SqlStore) -> None:
    with source.database.read() as reader, target.database.write() as writer:
        rows = reader.execute("SELECT kind, whole, rejected, at FROM loads").fetchall()
        writer.execute("DELETE FROM loads")
        writer.executemany(
            "INSERT INTO loads (kind, whole, rejected, at) VALUES (?, ?, ?, ?)", rows
        )


def _copy_trail(source: SqlStore, target: SqlStore) -> None:
    with source.database.read() as reader:
        origin = source.trail.head(reader)
        with target.database.write() as writer:
            there = target.trail.head(writer)
            if there.count < origin.pruned:
                if there.count:
                    raise StoreCopyError(target.name, "the source's trail was pruned meanwhile")
                target.trail.begin_behind(writer, origin)
                there = target.trail.head(writer)
        for page in trail_pages(reader, there.count):
            with target.database.write() as writer:
                target.trail.continue_with(writer, page)


def _compared(source: SqlStore, target: SqlStore) -> tuple[Tally, ...]:
    ours, theirs = tallies(source), tallies(target)
    wrong = [one.kind.value for one, other in zip(ours, theirs, strict=True) if one != other]
    with source.database.read() as reader, target.database.read() as other:
        origin, copied = read_head(reader), read_head(other)
    whole = origin is not None and copied is not None and origin.hash == copied.hash
    if not whole or not target.verify_audit().intact:
        wrong.append("audit")
    if wrong:
        with target.database.write() as session:
            filling.note(session, source.name, _START)  # the next attempt reads everything again
        raise StoreCopyError(target.name, f"differs in {', '.join(wrong)}")
    return theirs


def tallies(store: SqlStore) -> tuple[Tally, ...]:
    """Count and sum up the logical rows of each kind, but of who has left, in one snapshot."""
    with store.database.read() as session:
        left = departed(session)
        return tuple(_tally(store, session, kind, left) for kind in RecordKind)


def _tally(store: SqlStore, session: Session, kind: RecordKind, left: set[int]) -> Tally:
    total, count, of_person = 0, 0, SPECS[kind].of_person
    for page in pages(session, kind):
        # Rows of persons who were never known count: they are not copied, so it shows.
        count += sum(not (of_person and row[0] in left) for row in page)
        total += sum(map(_hash, logical(session, kind, store.vault, page)))
    return Tally(kind, count, f"{total % (1 << 8 * _HASH_BYTES):032x}")


def _hash(cells: Cells) -> int:
    row = repr(cells).encode()  # of texts and whole numbers; a quarter of the time of JSON
    return int.from_bytes(hashlib.blake2b(row, digest_size=_HASH_BYTES).digest())


def _count(session: Session, table: str, up_to: int | None = None) -> int:
    where, values = ("", ()) if up_to is None else ("WHERE person <= ?", (up_to,))
    row = session.execute(f"SELECT COUNT(*) FROM {table} {where}", values).fetchone()  # noqa: S608
    return int(row[0]) if row else 0
