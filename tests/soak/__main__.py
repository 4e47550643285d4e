"""`make soak`: 50,000 visits, or as many as VISITS says. 1 where anything grows or is lost."""

import os
import signal
import sys
import tempfile
import threading
from pathlib import Path

from tests.soak.probes import Sample
from tests.soak.report import good, lines
from tests.soak.run import age, soak

VISITS = int(os.environ.get("VISITS", "50000"))
PEOPLE = 600
"""Of so many with a card, nobody comes hundreds of times."""
FAULT_EVERY = 250
MEMORY = Path("/dev/shm")
"""Where there is one, the files are in memory: a week is compressed, and a disk's waits with it."""


def main() -> int:
    """Run, tell how it goes, and report; Ctrl-C ends the run early and reports all the same."""
    enough = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: enough.set())
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="soak-", dir=place) as name:
        soaked = soak(
            Path(name),
            VISITS,
            _progress,
            people=PEOPLE,
            fault_every=FAULT_EVERY,
            go_on=lambda: not enough.is_set(),
        )
        aged = age(Path(name), soaked, max(1, soaked.tally.visits // 20))
    for line in lines(soaked, aged):
        _say(line)
    return 0 if good(soaked) else 1


def _progress(sample: Sample) -> None:
    memory = sample.figures["resident memory, MB"]
    _say(f"{sample.visits:6} visits, {sample.seconds:7.0f} s, {memory:6.1f} MB resident")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
