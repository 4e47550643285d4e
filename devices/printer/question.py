"""A question on the line, and where it stands."""

from dataclasses import dataclass


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
