"""What the daemon costs while nobody is there."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from devices.card.simulated.pcscd import PrivatePcscd
from devices.printer.models import load_model
from devices.printer.simulated.printer import SimulatedPrinter
from devices.printer.simulated.pty import PtyPrinter
from kiosk.demo.data import prepare

KIOSK = Path(sys.executable).with_name("kiosk")
SETTLE_SECONDS = 5.0
SECONDS = 60.0


def idle(folder: Path) -> Iterator[str]:
    """Processor time of `kiosk run` with readers and printers there and no card."""
    if (reason := PrivatePcscd.available()) is not None:
        yield f"idle daemon: not measured ({reason})"
        return
    used, memory = _measure(folder)
    yield (
        f"idle daemon over {SECONDS:.0f} s: {used / SECONDS:.2%} of a core (aim <= 0.5 %), "
        f"{memory:.0f} MB resident; threads asleep cost a Python process 0.00 %"
    )


def _measure(folder: Path) -> tuple[float, float]:
    """Seconds of processor and megabytes of memory."""
    prepare(folder / "idle", lambda _: None)
    with contextlib.ExitStack() as parts:
        place = Path(parts.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-")))
        pcscd = parts.enter_context(PrivatePcscd(place))
        printer = parts.enter_context(PtyPrinter(SimulatedPrinter(load_model("escpos-80mm"))))
        config = folder / "idle.toml"
        config.write_text(
            '[card]\nvirtual_readers = true\n[sam]\nkind = "software"\n'
            f'keys = "{folder}/idle/data/test-keys.toml"\n'
            f'[receipt]\nport = "{printer.path}"\n[web]\nport = 0\n'
            f'[store]\nrecords = "{folder}/idle/records.db"\njournal = "{folder}/idle/journal.db"\n'
            f'[report]\nfolder = "{folder}"\n',
            "utf-8",
        )
        daemon = subprocess.Popen(
            [KIOSK, "run", "--config", config],
            env={**os.environ, **pcscd.environment},
            stderr=subprocess.DEVNULL,
        )
        parts.callback(daemon.wait)
        parts.callback(daemon.send_signal, signal.SIGTERM)
        time.sleep(SETTLE_SECONDS)
        before = _cpu_seconds(daemon.pid)
        time.sleep(SECONDS)
        assert daemon.poll() is None, "the daemon ended by itself"
        return _cpu_seconds(daemon.pid) - before, _resident_megabytes(daemon.pid)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    user, system = int(fields[11]), int(fields[12])
    return (user + system) / os.sysconf("SC_CLK_TCK")


def _resident_megabytes(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
