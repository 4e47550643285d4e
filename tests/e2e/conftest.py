"""The whole line at the wire: demo data, cards behind the real pcscd, a printer behind a pty."""

import os
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.card.keys import MasterKeys
from devices.card.simulated.card import SimulatedCard
from devices.card.simulated.pcscd import PrivatePcscd
from devices.card.simulated.profile import CardProfile
from kiosk.demo.data import KEYS, SEED, DemoCard, prepare
from tests.demo import CopyDemo
from tests.e2e.commands import Ended, run_command
from tests.e2e.printer import PrinterRoom, ReceiptPrinter
from tests.leaks import note
from tests.pcscd import events, pcscd, put_in

__all__ = ["events", "pcscd", "put_in"]

KIOSK = Path(sys.executable).with_name("kiosk")


def genuine(profile: CardProfile) -> SimulatedCard:
    """A card with the keys of the demo's data."""
    return SimulatedCard(profile, keys=MasterKeys.generate(random.Random(SEED).randbytes))


Run = Callable[..., Ended]


@pytest.fixture(scope="session")
def demo_folder(copy_demo: CopyDemo) -> Path:
    """A folder with the demo's records, for all tests here."""
    return copy_demo("demo")


@pytest.fixture(scope="session")
def cards(demo_folder: Path) -> tuple[DemoCard, ...]:
    """The demo's six cards."""
    return prepare(demo_folder, lambda _: None)


@pytest.fixture(scope="session")
def printer_room() -> Iterator[PrinterRoom]:
    """The process of the printers, started once."""
    with PrinterRoom() as room:
        yield room


@pytest.fixture
def printer(tmp_path: Path, printer_room: PrinterRoom) -> Iterator[ReceiptPrinter]:
    """A receipt printer on a pseudo-terminal; its paper in `paper`."""
    made = printer_room.printer(tmp_path / "printer", tmp_path / "paper")
    yield made
    made.close()


@pytest.fixture
def config(tmp_path: Path, demo_folder: Path, printer: ReceiptPrinter) -> Path:
    """A configuration for that printer and those records."""
    path = tmp_path / "kiosk.toml"
    path.write_text(
        f'[card]\nvirtual_readers = true\n[sam]\nkind = "software"\n'
        f'keys = "{demo_folder}/data/{KEYS}"\n'
        f'[receipt]\nport = "{printer.path()}"\nhold_seconds = 0\n'
        f'[store]\nrecords = "{demo_folder}/records.db"\njournal = "{tmp_path}/journal.db"\n'
        f'[report]\nfolder = "{tmp_path}"\n',
        "utf-8",
    )
    return path


@pytest.fixture
def kiosk(pcscd: PrivatePcscd, tmp_path: Path) -> Run:
    """Run a `kiosk` command against the private pcscd, in an empty folder."""

    def run(*arguments: str | Path, stdin: str = "", **environment: str) -> Ended:
        everything = {**os.environ, **pcscd.environment, **environment}
        ended = run_command([*map(str, arguments)], stdin, everything, tmp_path)
        note(f"kiosk {arguments[0]}, standard error", ended.err)
        return ended

    return run
