"""What importing and opening cost, counted in bytes and modules; times are for the benchmark."""

import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from archive.demo_data import DemoSummary
from archive.importer import import_files
from archive.sqlite.store import SqliteStore
from tests.archive.conftest import now


@pytest.mark.slow
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

    small, large = peak(7), peak(21)
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
