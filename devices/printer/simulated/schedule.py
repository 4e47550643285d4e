"""When something is to happen to a printer: at a byte, a line, a marker or a second."""

from collections.abc import Callable
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["byte", "line", "marker", "second"]


class Schedule:
    """What is still to happen; each once."""

    def __init__(self) -> None:
        self._entries: list[tuple[Kind, float, Callable[[], object]]] = []

    def add(self, kind: Kind, at: float, act: Callable[[], object]) -> None:
        """Have `act` called when the count of that kind has come to `at`."""
        self._entries.append((kind, at, act))

    def clear(self) -> None:
        """Forget everything."""
        self._entries.clear()

    def next_in(self, kind: Kind, now: float) -> float | None:
        """Return how far the next entry of that kind is away, at least 0; None if there is none."""
        if not self._entries:
            return None
        due = [at for entry, at, _ in self._entries if entry == kind]
        return max(0.0, min(due) - now) if due else None

    def happened(self, kind: Kind, count: float) -> None:
        """Do what was to happen at that count, or before it."""
        if not self._entries:
            return
        due = [entry for entry in self._entries if entry[0] == kind and entry[1] <= count]
        for entry in sorted(due, key=lambda entry: entry[1]):
            if entry in self._entries:
                self._entries.remove(entry)
                entry[2]()
