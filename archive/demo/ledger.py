"""What the agency's books add up while the contributions of a person are written."""

from collections import defaultdict
from typing import Final

from archive.demo.people import AS_OF
from archive.values import Month

PENSION: Final = "110"


class Ledger:
    """The months paid in full of each line, and what the personal account was credited with."""

    def __init__(self) -> None:
        self.full: dict[str, set[Month]] = defaultdict(set)
        self.credits: dict[int, list[int]] = defaultdict(lambda: [0] * 12)
        """Fen credited to the account, by year and month of settlement."""

    def paid(self, line: str, month: Month) -> None:
        """A month was paid in full."""
        self.full[line].add(month)

    def returned(self, line: str, month: Month) -> None:
        """All that was paid for a month was refunded."""
        self.full[line].discard(month)

    def credit(self, settled: Month, fen: int) -> None:
        """The personal account was credited, or debited by a refund."""
        if settled <= Month.of(AS_OF):
            self.credits[settled.year][settled.number - 1] += fen
