"""Imports in a process of their own, killed (-9) at seeded random moments and begun again.

`make crash-import` runs it for two hundred kills; a few are in the suite.
"""

import json
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.demo_data import write_demo_data
from archive.sqlite.store import SqliteStore
from tests.archive.conftest import now

_CHILD = """
import datetime as dt, json, sys
from pathlib import Path
from archive.importer import import_files
from archive.importing import file_import, named_rows
from archive.sql import incoming, pointing
from archive.sqlite.store import SqliteStore

# Small steps, so that there are many places to be killed at.
file_import.ROWS_AT_ONCE = 150
incoming._SLICE = pointing._SLICE = 40
named_rows.BATCH_ROWS = 150
from archive.importing import encoding
encoding._CHUNK = 4096
store, rejects, mode, *files = sys.argv[1:]
with SqliteStore(Path(store), lambda: dt.datetime.now(dt.UTC)) as opened:
    print("go", flush=True)
    done = import_files(
        opened, list(map(Path, files)), rejects=Path(rejects), full=mode == "full"
    )
print(json.dumps([[f.file.name, f.rows, f.rejected, f.warned] for f in done.files]), flush=True)
"""
_NOT_COMPARED = {"imports", "loads", "audit", "audit_head", "_sqlite_migrations"}


@dataclass(frozen=True)
class Outcome:
    """What an import leaves."""

    tables: dict[str, list[tuple[Any, ...]]]
    rejects: bytes
    counted: list[list[Any]]


class Killer:
    """One set of files, imported over one older store, in one mode."""

    def __init__(self, folder: Path, mode: str, seed: int) -> None:
        self.kills = 0
        self._folder = folder
        self._mode = mode
        self._rng = random.Random(seed)
        self._base = folder / "base.db"
        self._files = _files(folder, self._rng)
        with SqliteStore(self._base, now):
            pass
        older = sorted((folder / "older").glob("*.csv"))
        self._complete(self._base, folder / "base.rejects", "delta", older)
        self._seconds = 0.0
        self.wanted = self._uninterrupted()

    def once(self) -> Outcome:
        """Killed some times, and then left to end."""
        store, rejects = self._fresh("killed")
        for _ in range(self._rng.randint(1, 4)):
            child = self._start(store, rejects, self._mode, self._files)
            try:
                child.communicate(timeout=self._rng.random() * self._seconds)
            except subprocess.TimeoutExpired:
                child.kill()
                child.communicate()
                self.kills += 1
        counted = self._complete(store, rejects, self._mode, self._files)
        return Outcome(_tables(store), rejects.read_bytes(), counted)

    def _uninterrupted(self) -> Outcome:
        import time

        store, rejects = self._fresh("whole")
        child = self._start(store, rejects, self._mode, self._files)
        began = time.perf_counter()
        said, _ = child.communicate()
        self._seconds = time.perf_counter() - began
        return Outcome(_tables(store), rejects.read_bytes(), json.loads(said))

    def _fresh(self, name: str) -> tuple[Path, Path]:
        store, rejects = self._folder / f"{name}.db", self._folder / f"{name}.rejects"
        for old in self._folder.glob(f"{name}.*"):
            old.unlink()
        for suffix in ("", ".audit-key"):
            shutil.copyfile(f"{self._base}{suffix}", f"{store}{suffix}")
        return store, rejects

    def _complete(
        self, store: Path, rejects: Path, mode: str, files: Sequence[Path]
    ) -> list[list[Any]]:
        child = self._start(store, rejects, mode, files)
        said, _ = child.communicate()
        assert child.returncode == 0
        found: list[list[Any]] = json.loads(said)
        return found

    def _start(
        self, store: Path, rejects: Path, mode: str, files: Sequence[Path]
    ) -> "subprocess.Popen[str]":
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, store, rejects, mode, *files],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        assert child.stdout.readline() == "go\n"
        return child


def _files(folder: Path, rng: random.Random) -> list[Path]:
    """An older state, and a newer one with all formats, bad rows and rows that are void."""
    write_demo_data(folder / "older", 5, 1)
    demo = write_demo_data(folder / "newer", 6, 1)
    found = []
    for path in demo.files:
        head, *rows = path.read_text("utf-8").splitlines()
        if path.name != "employers.csv":
            rows = [row for row in rows if rng.random() > 0.05]
        if path.name == "contributions.csv":
            head += ",AAE100"
            rows = [f"{row},{rng.choices('10', (9, 1))[0]}" for row in rows]
            # the same key again, to the letter and with another base
            rows += rows[:40]
            rows += [row.replace(".00,", ".01,", 1) for row in rows[80:120]]
        if path.name != "meta.csv":
            rows += [f"bad{n},row" for n in range(3)] + [",".join("x" * len(head.split(",")))] * 3
            rng.shuffle(rows)
        found.append(_written(path, head, rows))
    return found


def _written(path: Path, head: str, rows: Sequence[str]) -> Path:
    names = head.split(",")
    if path.name == "cards.csv":
        path = path.with_suffix(".jsonl")
        lines = [json.dumps(dict(zip(names, row.split(","), strict=False))) for row in rows]
        path.write_text("\n".join(lines), "utf-8")
    elif path.name == "registrations.csv":
        path = path.with_suffix(".xml")
        records = "\n".join(
            "<row>"
            + "".join(f"<{n}>{v}</{n}>" for n, v in zip(names, row.split(","), strict=False))
            + "</row>"
            for row in rows
        )
        path.write_text(f"<rows>{records}</rows>", "utf-8")
    else:
        path.write_text("\n".join((head, *rows)) + "\n", "gb18030")
    return path


def _tables(store: Path) -> dict[str, list[tuple[Any, ...]]]:
    connection = sqlite3.connect(store)
    try:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if name not in _NOT_COMPARED
        ]
        found = {
            name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr)
            for name in sorted(names)
        }
        query = "SELECT kind, whole, rejected FROM loads ORDER BY kind"
        return found | {"loads": connection.execute(query).fetchall()}
    finally:
        connection.close()


def main() -> None:
    """Kill as often as is asked for, and say what came of it."""
    import tempfile

    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    kills = imports = 0
    for mode in ("delta", "full"):
        with tempfile.TemporaryDirectory(prefix="kills-") as name:
            killer = Killer(Path(name), mode, seed=20261126)
            while killer.kills < wanted // 2:
                assert killer.once() == killer.wanted, f"{mode}: not what it should be"
                imports += 1
            kills += killer.kills
    rows = sum(row[1] for row in killer.wanted.counted)
    sys.stdout.write(
        f"{kills} kills (-9) in {imports} imports of {rows:,} rows each, delta and full: every "
        "store and every rejects file as without a kill\n"
    )


if __name__ == "__main__":
    main()
