"""How long each stage of a visit took, for `timeline.json` and the benchmark."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """A named stretch of time in milliseconds since the line began; a moment lasts 0."""

    name: str
    start_ms: float
    duration_ms: float


class Timeline:
    """Stages in the order in which they ended. `monotonic` is in seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._origin = monotonic()
        self.stages: list[Stage] = []

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Measure what happens inside; a stage that raises is not recorded."""
        start = self._monotonic()
        yield
        self.add(name, start, self._monotonic())

    def add(self, name: str, start: float, end: float) -> None:
        """Record a stage by its two moments of the same clock."""
        self.stages.append(
            Stage(name, round((start - self._origin) * 1000, 3), round((end - start) * 1000, 3))
        )

    def moment(self, name: str, at: float | None) -> None:
        """Record a moment; None, a moment that never came, is left out."""
        if at is not None:
            self.add(name, at, at)

    @property
    def total_ms(self) -> float:
        """From the beginning to the end of the last stage."""
        return round(max((s.start_ms + s.duration_ms for s in self.stages), default=0.0), 3)
