"""Kills (-9) during audit writes: `make crash-audit` for 200; some are in the suite.

A child writes rows as fast as it can and says each sequence once `append_audit` has returned. It
is killed at a moment of chance. Afterwards every row that it has said is there, none is there
twice, and the chain is intact.
"""

import os
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from archive.model import AuditEvent, AuditKind
from archive.sqlite.store import SqliteStore
from archive.store import AuditRow

KILLS: Final = 200
SEED: Final = 20261122
LONGEST_SECONDS: Final = 0.1
"""A child lives at most so long after its first row."""
ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Ended:
    """What the kills have come to."""

    kills: int
    said: int
    """Rows of which the child could say that they are written."""
    unsaid: int
    """Rows that were written and not said any more."""


def write_until_killed(path: Path, run: int) -> None:
    """The child's side."""
    with SqliteStore(path, lambda: datetime.now(UTC)) as store:
        for count in range(10**9):
            event = AuditEvent(
                kind=AuditKind.RECORDS_READ, kiosk="hall-01", count=count, reference=f"run-{run}"
            )
            os.write(1, b"%d\n" % store.append_audit(event).sequence)


def kill_and_check(folder: Path, kills: int, seed: int = SEED) -> Ended:
    """Kill so many children that write to one store; AssertionError when a row is lost."""
    chance = random.Random(seed)
    path = folder / "archive.db"
    said = 0
    checked = 0
    for run in range(kills):
        told = _killed(path, run, chance.uniform(0, LONGEST_SECONDS))
        with SqliteStore(path, lambda: datetime.now(UTC), create=False) as store:
            rows = list(store.audit_rows(after=checked))
            _check(rows, told, run, checked)
            assert store.verify_audit().intact, f"the chain is broken after kill {run}"
        said += len(told)
        checked += len(rows)
    return Ended(kills, said, checked - said)


def _killed(path: Path, run: int, seconds: float) -> list[int]:
    """The sequences that a child said before it was killed, so long after its first row."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.audit", "child", str(path), str(run)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
    )
    assert child.stdout is not None
    first = child.stdout.readline()
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.kill()
    rest, _ = child.communicate()
    assert child.returncode == -9, f"the child of run {run} ended by itself"
    return [int(line) for line in (first + rest).split(b"\n")[:-1]]


def _check(rows: list[AuditRow], told: list[int], run: int, before: int) -> None:
    """At most the row under way when the child died was written without having been said."""
    there = [row.sequence for row in rows]
    assert there == list(range(before + 1, before + 1 + len(there))), "a gap, or a row twice"
    assert told == there[: len(told)], f"a row is lost after kill {run}"
    assert len(there) - len(told) <= 1, "more than the row under way"
    assert [(row.count, row.reference) for row in rows] == [
        (place, f"run-{run}") for place in range(len(rows))
    ]


def main() -> None:
    """`python -m tests.crash.audit [KILLS]`."""
    if sys.argv[1:2] == ["child"]:
        write_until_killed(Path(sys.argv[2]), int(sys.argv[3]))
        return
    kills = int(sys.argv[1]) if sys.argv[1:] else KILLS
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        ended = kill_and_check(Path(folder), kills)
    sys.stdout.write(
        f"{ended.kills} kills, {ended.said} rows said and all there, {ended.unsaid} written while "
        "the kill struck, none twice, the chain intact\n"
    )


if __name__ == "__main__":
    main()
