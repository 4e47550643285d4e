"""The watched process and its files, as the system sees them."""

import os
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

MB = 1e6


@dataclass(frozen=True)
class Sample:
    """What was measured between two visits."""

    visits: int
    seconds: float
    figures: dict[str, float]


class Probe:
    """Looks at one process and at the folder in which all its files are."""

    def __init__(self, pid: int, folder: Path) -> None:
        self._process = Path(f"/proc/{pid}")
        self._folder = folder
        self._begun = time.monotonic()

    def sample(self, visits: int) -> Sample:
        """Everything, now."""
        return Sample(visits, time.monotonic() - self._begun, self._of_process() | self._of_files())

    def _of_process(self) -> dict[str, float]:
        status = dict(
            line.split(":", 1) for line in (self._process / "status").read_text().splitlines()
        )
        return {
            "resident memory, MB": int(status["VmRSS"].split()[0]) * 1024 / MB,
            "threads": int(status["Threads"]),
            "descriptors": len(os.listdir(self._process / "fd")),  # noqa: PTH208 - names of no files
            "processor, s": _cpu_seconds(self._process),
        }

    def _of_files(self) -> dict[str, float]:
        size = {
            name: _size(self._folder / name)
            for name in ("records.db", "records.db-wal", "journal.db", "journal.db-wal", "log")
        }
        return {
            "records' log (WAL), MB": size["records.db-wal"] / MB,
            "journal's log (WAL), MB": size["journal.db-wal"] / MB,
            "temporary files": sum(1 for _ in (self._folder / "tmp").rglob("*")),
            "records with audit, MB": size["records.db"] / MB,
            "audit rows": rows(self._folder / "records.db", "audit"),
            "journal, MB": size["journal.db"] / MB,
            "print jobs": rows(self._folder / "journal.db", "jobs"),
            "log, MB": size["log"] / MB,
        }


def rows(path: Path, table: str) -> int:
    """How many rows a table has."""
    return int(_number(path, f"SELECT count(*) FROM {table}"))


def last_job(folder: Path) -> int:
    """The number of the last job in the journal; 0: none yet."""
    return int(_number(folder / "journal.db", "SELECT coalesce(max(id), 0) FROM jobs"))


def free_share(path: Path) -> float:
    """The share of a database's pages that hold nothing and are used again."""
    return _number(
        path,
        "SELECT 1.0 * f.freelist_count / p.page_count "
        "FROM pragma_freelist_count f, pragma_page_count p",
    )


def _number(path: Path, question: str) -> float:
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
        return float(database.execute(question).fetchone()[0])


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _cpu_seconds(process: Path) -> float:
    fields = (process / "stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
