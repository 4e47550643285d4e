"""What a job is to print, and under which conditions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from devices.printer.blocks import Block
from devices.printer.result import Progress


@dataclass(frozen=True, slots=True)
class JobPlan:
    """One job; times are seconds."""

    blocks: Sequence[Block]
    void: Sequence[Block]
    """What marks the paper as void, and last what cuts it; printed after a cancel."""
    continued: Callable[[int], bytes] | None
    """What voids all behind so many blocks on the same paper and says that the job goes on there;
    None where a job that lost data is given up instead."""
    first_marker: int
    on_progress: Callable[[Progress], None]
    cancelled: Callable[[], bool]
    hold_seconds: float
