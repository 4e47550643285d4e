"""Kills (-9) during audit writes: `make crash-audit` for 200; some are in the suite.

A child writes rows as fast as it can and says each sequence once `append_audit` has returned. It
is killed at a moment of chance. Afterwards every row that it has said is there, none is there
twice, and the chain is intact.
"""

import os
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from archive.model import AuditEvent, AuditKind
from archive.store import AuditRow
from tests.crash.stores import Where, asked_for, template

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


def write_until_killed(where: Where, run: int) -> None:
    """The child's side."""
    with where.open() as store:
        for count in range(10**9):
            event = AuditEvent(
                kind=AuditKind.RECORDS_READ, kiosk="hall-01", count=count, reference=f"run-{run}"
            )
            os.write(1, b"%d\n" % store.append_audit(event).sequence)


def kill_and_check(where: Where, kills: int, seed: int = SEED) -> Ended:
    """Kill so many children that write to one store; AssertionError when a row is lost."""
    chance = random.Random(seed)
    said = 0
    checked = 0
    for run in range(kills):
        told = _killed(where, run, chance.uniform(0, LONGEST_SECONDS))
        with where.open(create=False) as store:
            with store.database.write():
                pass  # a server may be about to end what the killed child had asked for
            rows = list(store.audit_rows(after=checked))
            _check(rows, told, run, checked)
            assert store.verify_audit().intact, f"the chain is broken after kill {run}"
        said += len(told)
        checked += len(rows)
    return Ended(kills, said, checked - said)


def _killed(where: Where, run: int, seconds: float) -> list[int]:
    """The sequences that a child said before it was killed, so long after its first row."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.crash.audit", "child", where.at, where.key, str(run)],
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
    """`python -m tests.crash.audit [KILLS] [--store postgres]`."""
    if sys.argv[1:2] == ["child"]:
        write_until_killed(Where(*sys.argv[2:4]), int(sys.argv[4]))
        return
    with asked_for(sys.argv[1:], KILLS) as (kind, kills, folder), template(kind, folder) as one:
        ended = kill_and_check(one.where, kills)
    sys.stdout.write(
        f"{kind}: {ended.kills} kills, {ended.said} rows said and all there, {ended.unsaid} "
        "written while the kill struck, none twice, the chain intact\n"
    )


if __name__ == "__main__":
    main()
