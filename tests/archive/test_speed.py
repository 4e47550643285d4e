"""Budgets; the machine that runs them may be busy, so they ask for less than is usual."""

import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

from archive.demo_data import DemoSummary
from archive.importer import import_files
from archive.sqlite.store import SqliteStore
from archive.values import Month
from tests.archive.conftest import now


def test_36_months_are_looked_up_within_five_milliseconds(demo_store: SqliteStore) -> None:
    def look_up() -> float:
        begun = time.perf_counter()
        found = demo_store.contributions("990100000001", Month(2023, 11), Month(2026, 10))
        demo_store.employers({c.employer_id for c in found})
        assert len(found) == 108
        return time.perf_counter() - begun

    assert min(look_up() for _ in range(10)) < 0.005


def test_rows_are_imported_at_least_as_fast_as_by_sqlite_utils(
    demo: DemoSummary, tmp_path: Path
) -> None:
    contributions = next(path for path in demo.files if path.name == "contributions.csv")
    tool = [sys.executable, "-m", "sqlite_utils", "insert", str(tmp_path / "tool.db"), "t"]
    begun = time.perf_counter()
    subprocess.run([*tool, str(contributions), "--csv", "--silent"], check=True)
    theirs = time.perf_counter() - begun
    with SqliteStore(tmp_path / "archive.db", now) as store:
        begun = time.perf_counter()
        import_files(store, demo.files, rejects=tmp_path / "rejects.csv")
        ours = time.perf_counter() - begun
    assert ours < theirs


def test_memory_stays_flat_however_long_the_file(demo: DemoSummary, tmp_path: Path) -> None:
    *others, contributions = sorted(demo.files, key=lambda path: path.name == "contributions.csv")
    head, *rows = contributions.read_text("utf-8").splitlines(keepends=True)

    def peak(times: int) -> int:
        long = tmp_path / f"{times}.csv"
        long.write_text(head + "".join(rows[:6000]) * times, "utf-8")
        with SqliteStore(tmp_path / f"{times}.db", now) as store:
            tracemalloc.start()
            summary = import_files(store, [*others, long], rejects=tmp_path / "rejects.csv")
            found = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert summary.rejected == 0
        assert 6000 * times in [file.rows for file in summary.files]
        return found

    small, large = peak(2), peak(8)
    assert large < small * 1.1, (small, large)


def test_importing_the_store_leaves_sqlite_utils_for_later() -> None:
    script = (
        "import sys, archive.sqlite.store, archive.importer, archive.codes\n"
        "assert not {'sqlite_utils', 'tomllib', 'click'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_store_of_this_schema_opens_without_sqlite_utils(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    SqliteStore(path, now).close()
    script = (
        "import datetime as dt, pathlib, sys\n"
        "from archive.sqlite.store import SqliteStore\n"
        "SqliteStore(pathlib.Path(sys.argv[1]), lambda: dt.datetime.now(dt.UTC)).close()\n"
        "assert 'sqlite_utils' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=True)
