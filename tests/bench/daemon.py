"""`kiosk run` in a process of its own, behind the real pcscd, with a receipt printer on a line."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from devices.card.simulated.pcscd import PrivatePcscd
from devices.printer.models import load_model
from devices.printer.simulated.printer import SimulatedPrinter
from devices.printer.simulated.pty import PtyPrinter
from kiosk.demo.data import DemoCard, prepare
from tests.soak.run import malloc_settings

KIOSK = Path(sys.executable).with_name("kiosk")


@dataclass(frozen=True)
class Daemon:
    """Where it is, and the cards whose holders it knows."""

    pid: int
    address: str
    cards: tuple[DemoCard, ...]


@contextlib.contextmanager
def daemon(folder: Path, pcscd: PrivatePcscd, months: int = 36) -> Iterator[Daemon]:
    """Run it with its data in `folder`; it is ready, and it must not end by itself.

    `months`: how many the statement of contributions covers.
    """
    cards = prepare(folder, lambda _: None)
    with contextlib.ExitStack() as parts:
        printer = parts.enter_context(PtyPrinter(SimulatedPrinter(load_model("escpos-80mm"))))
        config = folder / "kiosk.toml"
        config.write_text(
            '[card]\nvirtual_readers = true\n[sam]\nkind = "software"\n'
            f'keys = "{folder}/data/test-keys.toml"\n[statement]\nmonths = {months}\n'
            f'[receipt]\nport = "{printer.path}"\n[web]\nport = 0\n'
            f'[store]\nrecords = "{folder}/records.db"\njournal = "{folder}/journal.db"\n'
            f'[report]\nfolder = "{folder}/report"\n',
            "utf-8",
        )
        process = subprocess.Popen(
            [KIOSK, "run", "--config", config],
            env={**os.environ, **malloc_settings(), **pcscd.environment},
            stderr=subprocess.PIPE,
        )
        parts.callback(process.wait)
        parts.callback(process.send_signal, signal.SIGTERM)
        yield Daemon(process.pid, f"http://127.0.0.1:{_port(process)}/", cards)
        assert process.poll() is None, "the daemon ended by itself"


def _port(process: subprocess.Popen[bytes]) -> int:
    assert process.stderr is not None
    for line in process.stderr:
        said = json.loads(line)
        if said["event"] == "kiosk.ready":
            return int(said["port"])
    raise AssertionError("the daemon did not start")
