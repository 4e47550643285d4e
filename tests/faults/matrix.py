"""The fault matrix as values: `matrix.toml`, checked."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("matrix.toml")
DEVICES = ("reader", "sam", "card", "pin", "receipt", "laser", "queue", "pins", "memory")
"""What can break; each has its tests and its part of the technician's page."""


@dataclass(frozen=True, slots=True)
class Strike:
    """One fault in one state, and what has to come of it."""

    fault: str
    device: str
    what: str
    """The physical fact, as a technician would say it."""
    state: str
    code: str
    """Of the fault catalogue; empty where nobody needs to be told."""
    end: str
    recovery: str

    def __str__(self) -> str:
        return f"{self.device}-{self.fault}-{self.state}"


@dataclass(frozen=True, slots=True)
class Matrix:
    """All strikes, and the words for their columns."""

    strikes: tuple[Strike, ...]
    states: dict[str, str]
    ends: dict[str, str]
    recoveries: dict[str, str]

    def of(self, *devices: str) -> tuple[Strike, ...]:
        """The strikes at these devices."""
        return tuple(strike for strike in self.strikes if strike.device in devices)


def load() -> Matrix:
    """Read the table; a word that it does not explain is an error."""
    table = tomllib.loads(FILE.read_text("utf-8"))
    matrix = Matrix(
        tuple(
            Strike(row["id"], row["device"], row["what"], state, *told)
            for row in table["fault"]
            for state, told in row["in"].items()
        ),
        table["states"],
        table["ends"],
        table["recoveries"],
    )
    for strike in matrix.strikes:
        known = {
            strike.device: DEVICES,
            strike.state: matrix.states,
            strike.end: matrix.ends,
            strike.recovery: matrix.recoveries,
        }
        for word, words in known.items():
            if word not in words:
                raise ValueError(f"{strike}: {word!r} is none of {', '.join(words)}")
    return matrix
