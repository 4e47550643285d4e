"""A question on the line, and where it stands."""

from dataclasses import dataclass

_HELD_SECONDS = 0.08
"""A block's last byte may reach the printer so much later than the wire alone explains. A printer
that lost its power needs longer to start; a block fits its buffer, so nothing else holds it."""
LOOK_SECONDS = 0.01
"""Silence is counted in such steps, and only those from which we woke on time: on a machine that is
busy elsewhere an answer may have been there for long."""
_OVERSLEPT_SECONDS = 0.001


@dataclass(slots=True)
class Question:
    """One DLE EOT under way."""

    query: int
    place: int | None = None
    """Where it ends on the line, if it stands behind a block."""
    fences_before: int = 0
    """Fences sent ahead of that block's own."""
    outstanding: int = 0
    """Bytes on the line up to it that no fence had answered for when it was queued."""
    silence: float = 0.0
    """Seconds that were waited for the answer after the wire had brought the question over."""

    def note_silence(self, seconds: float) -> None:
        """Count a step of waiting, if we woke from it on time."""
        if 0 < seconds < LOOK_SECONDS + _OVERSLEPT_SECONDS:
            self.silence += seconds

    def is_late(self, round_trip: float) -> bool:
        """Whether the answer took longer than wire and printer explain."""
        return self.silence > _HELD_SECONDS + round_trip
