"""The import with all validation on, beside what loads the same file without any."""

import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from archive.demo_data import write_demo_data
from archive.importer import import_files
from archive.sqlite.store import SqliteStore
from kiosk.composition import utc_now

BIN = Path(sys.executable).parent
PERSONS = 400
ROUNDS = 3
# The columns of the file, the key and the storage of our table. Amounts are text: they have points.
_TABLE = """
CREATE TABLE contributions (
    AAC001 TEXT NOT NULL, AAE140 INTEGER NOT NULL, AAE003 INTEGER NOT NULL, AAA115 INTEGER NOT NULL,
    AAE002 INTEGER NOT NULL, AAB001 TEXT NOT NULL, AAE180 TEXT, AAE020 TEXT, AAE022 TEXT,
    AAE080 TEXT, AAE082 TEXT, AAE021 TEXT, EAD131 TEXT, AAE078 INTEGER, AAB301 TEXT,
    PRIMARY KEY (AAC001, AAE140, AAE003, AAA115, AAE002, AAB001)
) STRICT, WITHOUT ROWID;
"""


def imports(folder: Path) -> Iterator[str]:
    """Taken in turns, so that a busy moment of the machine meets all of them."""
    write_demo_data(folder / "data", PERSONS, 1)
    file = folder / "data/contributions.csv"
    rows = sum(1 for _ in file.open("rb")) - 1
    base = folder / "base.db"
    with SqliteStore(base, utc_now) as store:
        others = [path for path in file.parent.glob("*.csv") if path != file]
        import_files(store, others, rejects=folder / "rejects.csv")
    names: dict[str, Callable[[Path], float]] = {
        "ours": lambda at: _ours(base, at, file),
        "sqlite3 .import": lambda at: _shell(at, file),
        "sqlite-utils insert --csv": lambda at: _sqlite_utils(at, file),
    }
    taken: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(ROUNDS):
        for place, (name, run) in enumerate(names.items()):
            taken[name].append(run(folder / f"{turn}-{place}.db"))
    seconds = {name: statistics.median(times) for name, times in taken.items()}
    ours = seconds.pop("ours")
    yield (
        f"import of {rows:,} contributions into an empty table, all validation on, median of "
        f"{ROUNDS}: {rows / ours:,.0f} rows/s"
    )
    aims = {"sqlite3 .import": 0.5, "sqlite-utils insert --csv": 1.0}
    for name, other in seconds.items():
        yield (
            f"  {name} of the same file, the same key: {rows / other:,.0f} rows/s; "
            f"ours to it {other / ours:.2f} (aim >= {aims[name]})"
        )


def _ours(base: Path, store: Path, file: Path) -> float:
    for suffix in ("", ".audit-key"):
        shutil.copyfile(f"{base}{suffix}", f"{store}{suffix}")
    with SqliteStore(store, utc_now) as opened:
        began = time.perf_counter()
        summary = import_files(opened, [file], rejects=store.with_suffix(".rejects"))
        taken = time.perf_counter() - began
    assert summary.changed == summary.rows
    return taken


def _shell(database: Path, file: Path) -> float:
    began = time.perf_counter()
    subprocess.run(
        ["sqlite3", database],
        input=f"{_TABLE}.mode csv\n.import --skip 1 {file} contributions\n",
        text=True,
        check=True,
        capture_output=True,
    )
    return time.perf_counter() - began


def _sqlite_utils(database: Path, file: Path) -> float:
    command: list[str | Path] = [BIN / "sqlite-utils", "insert", database, "contributions", file]
    began = time.perf_counter()
    subprocess.run([*command, "--csv", "--silent"], check=True, capture_output=True)
    return time.perf_counter() - began
