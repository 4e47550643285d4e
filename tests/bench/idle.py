"""What the daemon costs while nobody is there."""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from devices.card.simulated.pcscd import PrivatePcscd
from tests.bench.daemon import daemon

SETTLE_SECONDS = 5.0
SECONDS = 30.0


def idle(folder: Path) -> Iterator[str]:
    """Processor time of `kiosk run` with readers and printers there and no card."""
    if (reason := PrivatePcscd.available()) is not None:
        yield f"idle daemon: not measured ({reason})"
        return
    used, memory = _measure(folder)
    yield (
        f"idle daemon over {SECONDS:.0f} s: {used / SECONDS:.2%} of a core (aim <= 1 %), "
        f"{memory:.0f} MB resident (aim <= 120); threads asleep cost a Python process 0.00 %"
    )


def _measure(folder: Path) -> tuple[float, float]:
    """Seconds of processor and megabytes of memory."""
    with (
        tempfile.TemporaryDirectory(prefix="kiosk-") as place,
        PrivatePcscd(Path(place)) as pcscd,
        daemon(folder / "idle", pcscd) as kiosk,
    ):
        time.sleep(SETTLE_SECONDS)
        before = _cpu_seconds(kiosk.pid)
        time.sleep(SECONDS)
        return _cpu_seconds(kiosk.pid) - before, resident_megabytes(kiosk.pid)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    user, system = int(fields[11]), int(fields[12])
    return (user + system) / os.sysconf("SC_CLK_TCK")


def resident_megabytes(pid: int) -> float:
    """What a process holds in memory now, its shared pages with it."""
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
