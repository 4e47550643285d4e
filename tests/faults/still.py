"""A kiosk that stands still: its devices and files, and no daemon that answers to what happens."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from devices.card.roles import ReaderRoles
from kiosk.composition import simulated
from kiosk.config import load
from kiosk.demo.data import DemoCard, prepare, settings_for
from kiosk.demo.hall import SimulatedHall
from kiosk.machine import Machine
from tests.kiosk.conftest import Clock


@dataclass
class StillKiosk:
    """As much of a kiosk as the matrix' hands touch before a visit."""

    machine: Machine
    hall: SimulatedHall
    cards: tuple[DemoCard, ...]
    clock: Clock = field(default_factory=Clock)

    def __post_init__(self) -> None:
        readers = SimpleNamespace(_roles=self.machine.roles)
        self.service = SimpleNamespace(_readers=readers, post=lambda _: None)
        self.desk = SimpleNamespace(_machine=self.machine)

    @property
    def struck(self) -> Machine:
        """The machine with what the hands put into the places of a daemon."""
        machine: Machine = self.desk._machine
        roles: ReaderRoles = self.service._readers._roles
        return replace(machine, roles=roles)

    def on(self, _: object) -> SimpleNamespace:
        """Nothing has to be waited for."""
        return SimpleNamespace(generation=1)

    def until(self, wanted: Callable[..., bool]) -> SimpleNamespace:
        """Nothing has to be waited for."""
        return SimpleNamespace(generation=1)


@pytest.fixture
def still(records: Path, tmp_path: Path) -> Iterator[StillKiosk]:
    settings = settings_for(records, load())
    journal = settings.store.model_copy(update={"journal": tmp_path / "journal.db"})
    settings = settings.model_copy(update={"store": journal})
    machine, hall = simulated(settings, tmp_path, real_time=False, in_process=True)
    with machine:
        yield StillKiosk(machine, hall, prepare(records, lambda _: None))
