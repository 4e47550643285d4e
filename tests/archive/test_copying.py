import gc
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pytest

from archive.audit import AuditHead, AuditKey
from archive.checking import Finding, check
from archive.copying import Progress, copy_store, tallies
from archive.errors import AuditKeyError, StoreCopyError, StoreUnfinishedError
from archive.model import AuditEvent, AuditKind, Employer, Guide, Registration
from archive.records import RecordKind
from archive.sql.cells import pages
from archive.sql.store import SqlStore
from archive.vault import PlainVault, SealedVault
from tests.archive.conftest import OpenStore
from tests.archive.csv_files import DUE, LI, PERSONS_HEAD, ZHANG, Load, dues
from tests.archive.every_kind import fill
from tests.archive.places import BACKENDS, Place, PostgresPlace, SqlitePlace
from tests.archive.postgres.server import PrivateServer

ROOT = Path(__file__).parents[2]
EVENT = AuditEvent(kind=AuditKind.RECORDS_READ, kiosk="hall-01", identification_code="A" * 32)
VAULTS = {"plain": PlainVault(), "sealed": SealedVault(b"k" * 32), "other": SealedVault(b"o" * 32)}


@dataclass(frozen=True)
class Origin:
    """A store with rows of every kind and a trail."""

    store: SqlStore
    key: Path


@pytest.fixture(scope="module")
def origin_of(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[[str, str], Origin]]:
    """Origins of either kind of database, plain or sealed; each made once."""
    made: dict[tuple[str, str], Origin] = {}
    with ExitStack() as opened:

        def origin(kind: str, vault: str) -> Origin:
            if (kind, vault) not in made:
                folder = tmp_path_factory.mktemp("origin")
                place: Place = SqlitePlace(folder / "a.db")
                if kind == "postgres":
                    server: PrivateServer = request.getfixturevalue("server")
                    place = PostgresPlace(server.new_schema(), folder / "a.db.audit-key")
                store = opened.enter_context(place.open(vault=VAULTS[vault]))
                fill(store)
                for count in range(5):
                    store.append_audit(replace(EVENT, count=count))
                made[kind, vault] = Origin(store, place.key)
            return made[kind, vault]

        yield origin


@pytest.fixture
def origin(origin_of: Callable[[str, str], Origin]) -> Origin:
    return origin_of("sqlite", "plain")


@pytest.fixture
def target_for(new_place: Callable[[str], Place], open_store: OpenStore) -> Callable[..., SqlStore]:
    """An empty store of this test's kind, under the audit key of the origin."""
    return lambda origin, vault="plain": open_store(
        new_place("target"), vault=VAULTS[vault], audit_key=origin.key
    )


@pytest.mark.parametrize("kind", BACKENDS)
@pytest.mark.parametrize(
    ("sealed", "again"), [("plain", "plain"), ("plain", "sealed"), ("sealed", "other")]
)
def test_a_copy_holds_every_row_and_the_trail_as_it_stands(
    origin_of: Callable[[str, str], Origin],
    target_for: Callable[..., SqlStore],
    kind: str,
    sealed: str,
    again: str,
) -> None:
    origin = origin_of(kind, sealed)
    target = target_for(origin, again)
    copied = copy_store(origin.store, target)
    assert copied == tallies(origin.store)
    assert [tally.rows for tally in copied] == [12] * len(RecordKind)
    assert len({tally.checksum for tally in copied}) == len(RecordKind)
    assert list(target.audit_rows()) == list(origin.store.audit_rows())
    assert target.append_audit(EVENT).sequence == 6
    assert target.verify_audit().intact
    assert target.as_of() == origin.store.as_of()


@pytest.mark.parametrize("last", range(1, 4))
def test_a_copy_that_breaks_off_goes_on_where_it_was(
    origin: Origin, target_for: Callable[..., SqlStore], last: int
) -> None:
    target = target_for(origin)
    seen: list[int] = []

    def break_off(progress: Progress) -> None:
        seen.append(progress.persons)
        if len(seen) == last:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_store(origin.store, target, batch=4, on_progress=break_off)
    for answer in (
        target.as_of,
        lambda: target.person("1"),
        lambda: target.card("AAZ501 1 文"),
        lambda: target.of(Registration, "1"),
        lambda: target.known(Employer, ["E1"]),
        lambda: target.all(Guide),
        lambda: target.append_audit(EVENT),
    ):
        with pytest.raises(StoreUnfinishedError):
            answer()
    assert Finding("copy", "facts") in list(check(target))
    copied = copy_store(
        origin.store, target, batch=4, on_progress=lambda step: seen.append(step.persons)
    )
    assert seen == [4, 8, 12]
    assert target.person("1") == origin.store.person("1")
    assert copied == tallies(origin.store)


def test_a_copy_that_breaks_off_in_the_trail_goes_on_there(
    origin: Origin, target_for: Callable[..., SqlStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    target = target_for(origin)
    with monkeypatch.context() as small:
        small.setattr("archive.sql.trail._PAGE", 2)
        append, calls = target.trail.continue_with, iter(range(2))
        small.setattr(
            target.trail,
            "continue_with",
            lambda session, rows: (next(calls), append(session, rows)),
        )
        with pytest.raises((StopIteration, RuntimeError)):
            copy_store(origin.store, target)
    assert target.verify_audit().rows == 4
    copy_store(origin.store, target)
    assert list(target.audit_rows()) == list(origin.store.audit_rows())


def test_a_row_that_differs_at_the_end_is_named_by_its_kind_and_mended_by_the_next_copy(
    origin: Origin, target_for: Callable[..., SqlStore]
) -> None:
    target = target_for(origin)

    def spoil(progress: Progress) -> None:
        with target.database.write() as session:
            session.execute("UPDATE contributions SET base = base + 1")

    with pytest.raises(StoreCopyError, match=r"differs in contributions\)"):
        copy_store(origin.store, target, on_progress=spoil)
    with pytest.raises(StoreUnfinishedError):
        target.person("1")
    assert copy_store(origin.store, target) == tallies(origin.store)


def test_a_row_whose_person_nobody_knows_is_not_passed_over_in_silence(
    target_for: Callable[..., SqlStore], open_store: OpenStore, place: Place
) -> None:
    source = open_store()
    place.run("INSERT INTO years (person, line, paid_months, deemed_months) VALUES (7, 110, 1, 0)")
    with pytest.raises(StoreCopyError, match="years"):
        copy_store(source, target_for(place))


def test_who_has_left_does_not_stop_a_copy_and_stays_behind(
    load: Load, store: SqlStore, place: Place, target_for: Callable[..., SqlStore]
) -> None:
    load(*dues(DUE))
    load(f"{PERSONS_HEAD},AAE100\n{ZHANG},0\n{LI},1\n")
    target = target_for(place)
    rows = {one.kind: one.rows for one in copy_store(store, target)}
    assert (rows[RecordKind.PERSONS], rows[RecordKind.CONTRIBUTIONS]) == (1, 0)
    assert list(check(target)) == []


def test_nothing_is_copied_into_a_store_that_is_in_use(
    origin: Origin, target_for: Callable[..., SqlStore]
) -> None:
    target = target_for(origin)
    target.append_audit(EVENT)
    with pytest.raises(StoreCopyError, match="not empty"):
        copy_store(origin.store, target)


def test_two_stores_are_not_copied_into_one(
    origin_of: Callable[[str, str], Origin], origin: Origin, target_for: Callable[..., SqlStore]
) -> None:
    target = target_for(origin)

    def break_off(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_store(origin.store, target, on_progress=break_off)
    other = origin_of("sqlite", "sealed")
    other_trail = other.store.trail
    try:
        other.store.trail = origin.store.trail
        with pytest.raises(StoreCopyError, match="another store"):
            copy_store(other.store, target)
    finally:
        other.store.trail = other_trail


def test_a_trail_is_not_copied_under_another_key(
    origin: Origin, new_place: Callable[[str], Place], open_store: OpenStore
) -> None:
    with pytest.raises(AuditKeyError):
        copy_store(origin.store, open_store(new_place("target")))


def test_a_trail_whose_oldest_rows_were_pruned_is_copied_from_there(
    place: Place, store: SqlStore, target_for: Callable[..., SqlStore]
) -> None:
    rows = [store.append_audit(EVENT) for _ in range(4)]
    key = AuditKey.load(place.key)
    head = AuditHead.sealed(key, 4, rows[3].hash, 2, rows[1].hash)
    place.run(
        "DELETE FROM audit WHERE sequence <= 2",
        f"UPDATE audit_head SET pruned = 2, pruned_hash = '{rows[1].hash}', seal = '{head.seal}'",
    )
    assert store.verify_audit().intact
    target = target_for(place)
    copy_store(store, target)
    assert list(target.audit_rows()) == rows[2:]
    assert target.verify_audit().intact


@pytest.mark.slow
def test_a_copy_that_is_killed_goes_on_and_is_whole(
    origin: Origin, new_place: Callable[[str], Place], open_store: OpenStore
) -> None:
    place = new_place("target")
    script = (
        "import os\n"
        "from pathlib import Path\n"
        "from archive.copying import copy_store\n"
        "from tests.archive.places import PostgresPlace, SqlitePlace\n"
        f"source = SqlitePlace(Path({str(origin.store.name)!r})).open()\n"
        f"target = {_made(place)}.open(audit_key=Path({str(origin.key)!r}), wait=5.0)\n"
        "def kill(progress):\n"
        "    if progress.persons == 8:\n"
        "        with target.database.write() as session:\n"
        "            session.execute('DELETE FROM persons')\n"
        "            os.kill(os.getpid(), 9)\n"
        "copy_store(source, target, batch=4, on_progress=kill)\n"
    )
    died = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    assert died.returncode == -9
    target = open_store(place, audit_key=origin.key, wait=5.0)
    seen: list[int] = []
    copied = copy_store(
        origin.store, target, batch=4, on_progress=lambda step: seen.append(step.persons)
    )
    assert seen == [12]
    assert copied == tallies(origin.store)


def _made(place: Place) -> str:
    if isinstance(place, PostgresPlace):
        return f"PostgresPlace({place.url!r}, Path({str(place.key)!r}))"
    assert isinstance(place, SqlitePlace)
    return f"SqlitePlace(Path({str(place.path)!r}))"


@pytest.mark.slow
def test_memory_stays_flat_however_many_persons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archive.copying.pages", partial(pages, size=8))

    def held(persons: int) -> int:
        """The most that is held between two batches, garbage left out."""
        most = 0

        def measure(progress: Progress) -> None:
            nonlocal most
            gc.collect()
            most = max(most, tracemalloc.get_traced_memory()[0])

        source, target = (SqlitePlace(tmp_path / f"{persons}{name}.db") for name in "ab")
        with source.open() as ours, target.open(audit_key=source.key) as theirs:
            fill(ours, persons)
            tracemalloc.start()
            copy_store(ours, theirs, batch=8, on_progress=measure)
            tracemalloc.stop()
        return most

    held(8)  # what is kept for good
    small, large = held(16), held(48)
    assert large < small + 20_000, "bytes; the rows of 32 persons more are ten times as many"
