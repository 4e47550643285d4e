"""A kiosk that stands still: its devices and files, and no daemon that answers to what happens."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import SimpleNamespace

from devices.card.roles import ReaderRoles
from kiosk.demo.data import DemoCard
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
        self.service = SimpleNamespace(_roles=self.machine.roles, post=lambda _: None)
        self.desk = SimpleNamespace(_machine=self.machine)

    @property
    def struck(self) -> Machine:
        """The machine with what the hands put into the places of a daemon."""
        machine: Machine = self.desk._machine
        roles: ReaderRoles = self.service._roles
        return replace(machine, roles=roles)

    def on(self, _: object) -> SimpleNamespace:
        """Nothing has to be waited for."""
        return SimpleNamespace(generation=1)

    def until(self, wanted: Callable[..., bool]) -> SimpleNamespace:
        """Nothing has to be waited for."""
        return SimpleNamespace(generation=1)
