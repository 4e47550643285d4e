"""A print job is a row of blocks."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Block:
    """A self-contained part of a job: it sends again whatever state it needs.

    The printer acknowledges a job block by block, so a block is also the smallest thing
    whose fate is known: keep it short (a few rows, about 1 KB).
    """

    data: bytes = field(repr=False)
    """The bytes for the wire. They carry a person's record, so they stay out of every repr."""
    label: str
    """What the block is, for logs: never text of the record."""
    rows: int = 0
    """Rows of print in it, blank ones and rules left out: a reader finds a place by them."""
