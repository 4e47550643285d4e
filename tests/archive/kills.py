"""Imports in a process of their own, killed (-9) at seeded random moments and begun again.

`make crash-import` runs it for two hundred kills; a few are in the suite.
"""

import json
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archive.demo_data import write_demo_data
from tests.crash.stores import Template, Where, asked_for, template

_CHILD = """
import json, sys
from pathlib import Path
from archive.importer import import_files
from archive.importing import file_import, named_rows
from archive.sql import incoming, pointing
from tests.crash.stores import Where

# Small steps, so that there are many places to be killed at.
file_import.ROWS_AT_ONCE = 150
incoming._SLICE = pointing._SLICE = 40
named_rows.BATCH_ROWS = 150
from archive.importing import encoding
encoding._CHUNK = 4096
at, key, rejects, mode, *files = sys.argv[1:]
with Where(at, key).open() as opened:
    print("go", flush=True)
    done = import_files(
        opened, list(map(Path, files)), rejects=Path(rejects), full=mode == "full"
    )
print(json.dumps([[f.file.name, f.rows, f.rejected, f.warned] for f in done.files]), flush=True)
"""
_NOT_COMPARED = {"imports", "loads", "audit", "audit_head", "_sqlite_migrations", "schema_steps"}
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Outcome:
    """What an import leaves."""

    tables: dict[str, list[tuple[Any, ...]]]
    rejects: bytes
    counted: list[list[Any]]


class Killer:
    """One set of files, imported over one older store, in one mode."""

    def __init__(self, folder: Path, template: Template, mode: str, seed: int) -> None:
        self.kills = 0
        self._folder = folder
        self._mode = mode
        self._rng = random.Random(seed)
        self._template = template
        self._files = _files(folder, self._rng)
        older = sorted((folder / "older").glob("*.csv"))
        self._complete(template.where, folder / "base.rejects", "delta", older)
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
        return Outcome(self._tables(store), rejects.read_bytes(), counted)

    def _uninterrupted(self) -> Outcome:
        import time

        store, rejects = self._fresh("whole")
        child = self._start(store, rejects, self._mode, self._files)
        began = time.perf_counter()
        said, _ = child.communicate()
        self._seconds = time.perf_counter() - began
        return Outcome(self._tables(store), rejects.read_bytes(), json.loads(said))

    def _fresh(self, name: str) -> tuple[Where, Path]:
        rejects = self._folder / f"{name}.rejects"
        rejects.unlink(missing_ok=True)
        return self._template.fresh(name), rejects

    def _tables(self, store: Where) -> dict[str, list[tuple[Any, ...]]]:
        names = sorted(set(self._template.tables(store)) - _NOT_COMPARED)
        found = {
            name: sorted(self._template.rows(store, f"SELECT * FROM {name}"), key=repr)
            for name in names
        }
        query = "SELECT kind, whole, rejected FROM loads ORDER BY kind"
        return found | {"loads": self._template.rows(store, query)}

    def _complete(
        self, store: Where, rejects: Path, mode: str, files: Sequence[Path]
    ) -> list[list[Any]]:
        child = self._start(store, rejects, mode, files)
        said, _ = child.communicate()
        assert child.returncode == 0
        found: list[list[Any]] = json.loads(said)
        return found

    def _start(
        self, store: Where, rejects: Path, mode: str, files: Sequence[Path]
    ) -> "subprocess.Popen[str]":
        child = subprocess.Popen(
            [sys.executable, "-c", _CHILD, store.at, store.key, rejects, mode, *files],
            stdout=subprocess.PIPE,
            cwd=_ROOT,
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


def main() -> None:
    """Kill as often as is asked for, and say what came of it."""
    kills = imports = 0
    for mode in ("delta", "full"):
        with asked_for(sys.argv[1:], 200) as (kind, wanted, folder), template(kind, folder) as one:
            killer = Killer(folder, one, mode, seed=20261126)
            while killer.kills < wanted // 2:
                assert killer.once() == killer.wanted, f"{mode}: not what it should be"
                imports += 1
            kills += killer.kills
    rows = sum(row[1] for row in killer.wanted.counted)
    sys.stdout.write(
        f"{kind}: {kills} kills (-9) in {imports} imports of {rows:,} rows each, delta and full: "
        "every store and every rejects file as without a kill\n"
    )


if __name__ == "__main__":
    main()
