"""What makes a paper one of its own."""

import random
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from kiosk.config import Settings
from kiosk.issuing import new_serial
from kiosk.machine import Machine
from printing.journal import Journal, Order

NOW = datetime(2026, 11, 22, 1, 43, tzinfo=UTC)


class Narrow(random.Random):
    """Chance that soon says again what it said before."""

    def randrange(self, *_: object) -> int:
        return super().randrange(8)


def test_a_serial_that_was_given_is_drawn_again(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.db", lambda: NOW) as journal:
        machine = cast(
            "Machine",
            SimpleNamespace(journal=journal, rng=Narrow(1), now=lambda: NOW, settings=Settings()),
        )
        given = []
        for _ in range(8):
            given.append(new_serial(machine))
            journal.queue(Order("startup", given[-1], "receipt", "receipt", "ab", 0, 1))
    assert len(set(given)) == 8
