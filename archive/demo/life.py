"""A person with everything that the blocks of the demonstration tell of them."""

import random
from dataclasses import dataclass

from archive.demo.careers import Career
from archive.demo.ledger import Ledger
from archive.demo.people import DemoPerson


@dataclass(frozen=True, slots=True)
class Life:
    """A person, their career, and the books about it."""

    seed: int
    person: DemoPerson
    career: Career
    ledger: Ledger

    def chance(self, purpose: str) -> random.Random:
        """Chance of its own for each block: one more draw in one changes no other."""
        return chance(self.seed, purpose, self.person)

    def number(self, letter: str, number: int = 1) -> str:
        """An invented number of a form or registration."""
        return f"9901{letter}{self.person.place + 1:08d}{number:02d}"


def chance(seed: int, purpose: str, person: DemoPerson) -> random.Random:
    """The same for a person whatever the size of the data."""
    return random.Random(f"{seed}/{purpose}/{person.place}")  # noqa: S311 - invented data
