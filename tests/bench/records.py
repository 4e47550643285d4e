"""How fast a citizen's records are found, how that grows with the number of persons, and how much
space they take. `make bench PERSONS=1000000` does it by hand for a province.
"""

import os
import random
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from archive.copying import copy_store
from archive.demo_data import write_demo_data
from archive.importer import import_files
from archive.postgres.store import PostgresStore
from archive.records import RecordKind
from archive.sql.schema import order, select
from archive.sqlite.store import SqliteStore
from archive.store import Store
from archive.values import Month
from kiosk.composition import utc_now
from tests.archive.postgres.server import PrivateServer, server_binaries
from tests.bench.province import multiply

PERSONS = int(os.environ.get("BENCH_PERSONS", "10000"))
IMPORTED = 10_000
"""So many persons are imported at most; more are made of them, as an import takes hours."""
LOOKS = 2000
READING_SECONDS = 3.0
EVER = Month(1949, 1), Month(2099, 12)
HISTORY = (
    f"{select(RecordKind.CONTRIBUTIONS)} WHERE person = ? AND month BETWEEN ? AND ? "
    f"ORDER BY {order(RecordKind.CONTRIBUTIONS)}"
)
"""What a look at a whole history sends, for the plain drivers."""

Look = Callable[[str], object]


def filled(folder: Path, persons: int) -> tuple[Path, list[str]]:
    """A store with so many persons, and their numbers."""
    data, path = folder / f"data-{persons}", folder / f"store-{persons}.db"
    if persons > IMPORTED:
        if not path.exists():
            multiply(filled(folder, IMPORTED)[0], path, persons // IMPORTED)
        return path, _ids(path)
    if not path.exists():
        files = write_demo_data(data, persons, 1).files
        with SqliteStore(path, utc_now) as store:
            import_files(store, files, rejects=folder / "rejects.csv")
        for file in files:
            file.unlink()
    return path, _ids(path)


def _ids(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT person_id FROM persons ORDER BY 1")]


def look_ups(folder: Path) -> Iterator[str]:
    """Whole histories: ours beside the same SQL by plain sqlite3, with few and with all persons."""
    less = min(PERSONS // 10, IMPORTED)
    few = _measured(folder, less)
    many = _measured(folder, PERSONS)
    for persons, taken in ((less, few), (PERSONS, many)):
        yield f"one of {persons:,} persons in SQLite, {taken.told('sqlite3')}"
    growth = _at(many.ours, 99) / _at(few.ours, 99)
    yield f"p99 of {PERSONS // less} times as many persons: {growth:.2f} times (aim <= 1.3)"


def look_ups_postgres(folder: Path) -> Iterator[str]:
    """The same in a private PostgreSQL, beside plain psycopg."""
    binaries = server_binaries()
    if binaries is None:
        yield "look-ups in PostgreSQL: its server is not installed"
        return
    path, ids = filled(folder, PERSONS // 10)
    audit_key = path.with_name(f"{path.name}.audit-key")
    server = PrivateServer(binaries)
    try:
        url = server.new_database()
        with (
            SqliteStore(path, utc_now, create=False) as source,
            PostgresStore(url, utc_now, audit_key=audit_key) as store,
            psycopg.connect(url, autocommit=True) as connection,
        ):
            copy_store(source, store)
            connection.execute("ANALYZE")
            query = HISTORY.replace("?", "%s")
            found = connection.execute("SELECT person_id, person FROM persons").fetchall()
            keys: dict[str, int] = dict(found)

            def plain(person_id: str) -> list[Any]:
                months = int(EVER[0]), int(EVER[1])
                return connection.execute(query, (keys[person_id], *months)).fetchall()

            taken = _compared(store, plain, ids)
            yield f"one of {PERSONS // 10:,} persons in PostgreSQL, {taken.told('psycopg')}"
    finally:
        server.close()


@dataclass(frozen=True)
class Taken:
    """Seconds that each look took, by three ways, and how many rows it found on average."""

    ours: list[float]
    plain: list[float]
    values: list[float]
    rows: float

    def told(self, driver: str) -> str:
        """In a line."""
        return (
            f"whole history of {self.rows:.0f} rows: p50 {_ms(self.ours, 50)}, "
            f"p99 {_ms(self.ours, 99)}; plain {driver} p50 {_ms(self.plain, 50)}, "
            f"p99 {_ms(self.plain, 99)}; ratio at p50 {_ratio(self.ours, self.plain):.2f} "
            f"(aim <= 1.5); with all values made {_ratio(self.values, self.plain):.2f}"
        )


def _measured(folder: Path, persons: int) -> Taken:
    path, ids = filled(folder, persons)
    with (
        SqliteStore(path, utc_now, create=False) as store,
        closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection,
    ):
        keys = dict(connection.execute("SELECT person_id, person FROM persons").fetchall())

        def plain(person_id: str) -> list[Any]:
            months = int(EVER[0]), int(EVER[1])
            return connection.execute(HISTORY, (keys[person_id], *months)).fetchall()

        return _compared(store, plain, ids)


def _compared(store: Store, plain: Callable[[str], list[Any]], ids: Sequence[str]) -> Taken:
    rng = random.Random(1)
    chosen = [rng.choice(ids) for _ in range(LOOKS)]
    rows = statistics.fmean(len(plain(person_id)) for person_id in chosen)
    ours = _times(lambda person_id: store.contributions(person_id, *EVER), chosen)
    return Taken(ours, _times(plain, chosen), _times(partial(_whole, store), chosen), rows)


def _times(look: Look, chosen: Sequence[str]) -> list[float]:
    taken = []
    for person_id in chosen:
        start = time.perf_counter()
        look(person_id)
        taken.append(time.perf_counter() - start)
    return taken


def space(folder: Path) -> Iterator[str]:
    """Bytes on the disk for a row of contributions, and for all that is known of a person."""
    path, ids = filled(folder, PERSONS)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        rows = connection.execute("SELECT COUNT(*) FROM contributions").fetchone()[0]
        pages = connection.execute(
            "SELECT SUM(pgsize) FROM dbstat WHERE name = 'contributions'"
        ).fetchone()[0]
    whole = path.stat().st_size / len(ids)
    yield (
        f"a contribution takes {pages / rows:.1f} bytes (aim <= 40); "
        f"all records of a person take {whole / 1024:.1f} KiB, {rows / len(ids):.0f} contributions"
    )


def readers(folder: Path) -> Iterator[str]:
    """Look-ups a second by 1, 4 and 16 readers while an import runs; none may fail."""
    path, ids = filled(folder, PERSONS // 10)
    files = write_demo_data(folder / "more", PERSONS // 10, 2).files
    with SqliteStore(path, utc_now, create=False) as store:
        for count in (1, 4, 16):
            done, failed, loaded = _read_beside_import(store, ids, files, folder, count)
            yield (
                f"{count} readers beside an import ({loaded:,} rows/s): "
                f"{done / READING_SECONDS:,.0f} look-ups/s, {failed} failed (aim 0)"
            )


def _read_beside_import(
    store: SqliteStore, ids: Sequence[str], files: Sequence[Path], folder: Path, count: int
) -> tuple[int, int, int]:
    stop = threading.Event()
    done, failed = [0] * count, [0] * count
    rows = [0]

    def load() -> None:
        start = time.perf_counter()
        summary = import_files(store, files, rejects=folder / "rejects.csv")
        rows[0] = round(summary.rows / (time.perf_counter() - start))

    def read(place: int) -> None:
        rng = random.Random(place)
        while not stop.is_set():
            try:
                _whole(store, rng.choice(ids))
                done[place] += 1
            except Exception:  # noqa: BLE001 - whatever it is, it is counted
                failed[place] += 1

    threads = [threading.Thread(target=read, args=(place,)) for place in range(count)]
    loading = threading.Thread(target=load)
    for thread in (loading, *threads):
        thread.start()
    stop.wait(READING_SECONDS)
    stop.set()
    for thread in (*threads, loading):
        thread.join()
    return sum(done), sum(failed), rows[0]


def _whole(store: Store, person_id: str) -> object:
    return store.contributions(person_id, *EVER).rows


def _at(taken: Sequence[float], percent: int) -> float:
    return statistics.quantiles(taken, n=100)[percent - 1]


def _ms(taken: Sequence[float], percent: int) -> str:
    return f"{_at(taken, percent) * 1000:.2f} ms"


def _ratio(ours: Sequence[float], plain: Sequence[float]) -> float:
    return statistics.median(ours) / statistics.median(plain)
