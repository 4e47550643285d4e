"""What is known about a job's paper, and never more than that."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Outcome: TypeAlias = Literal["confirmed", "sent", "unknown", "failed", "cancelled"]
Evidence: TypeAlias = Literal["marker", "drained", "pages", "impressions", "none"]
"""`marker`: the printer sent each block's id back (GS ( H). `drained`: it took everything, was
ready and stayed ready. `pages`: it told of each page that landed (PJL). `impressions`: the queue
counted them (IPP)."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job has come; told from the thread that prints."""

    blocks_sent: int
    """Blocks that the operating system has taken whole."""
    blocks_confirmed: int
    """Blocks whose marker came back: they are on paper."""
    blocks_total: int
    bytes_sent: int
    hold: str | None
    """The code of what the printer waits for, such as `printer.paper_out`; None while it runs."""


@dataclass(frozen=True, slots=True)
class PrintResult:
    """The end of a job. Times are seconds of the monotonic clock that the printer was given."""

    outcome: Outcome
    """`confirmed`: the printer said that the last block is printed. `sent`: it read everything
    and reports no fault, but cannot prove the paper. `unknown`: something was sent and its fate
    is not known. `failed`: proven that nothing was printed. `cancelled`: nothing was printed, or
    what came out carries the void mark."""
    bytes_sent: int
    """Bytes of the job that the operating system took, markers included, status questions not."""
    blocks_sent: int
    blocks_confirmed: int
    reason: str | None
    """The code of what went wrong; None when nothing did."""
    evidence: Evidence
    """What the outcome rests on."""
    first_byte_at: float | None = None
    last_byte_at: float | None = None
    confirmed_at: float | None = None
    """When the last block's marker (`marker`) or the last reply (`drained`) came."""


def ignore(_: Progress) -> None:
    """Tell nobody of the progress."""


def never() -> bool:
    """Let nobody cancel."""
    return False
