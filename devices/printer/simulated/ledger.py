"""Every row that came out, and whose it was: what a driver's claims are compared with."""

import re
from bisect import bisect_right
from collections import deque
from dataclasses import dataclass, field

VOID = "VOID"
"""A row with this word makes void what stands above it on the same piece of paper."""
_VOID_OF = re.compile(r"作废 VOID (\S+)$")
"""This one only what is of that number: of the job of that name, or what its name ends in behind a
colon."""
_VOID_FROM = re.compile(r"第 (\d+) 行起至此作废 VOID")
"""This one only from that row of the piece on, counted from 1 as people count: without rules."""
_RULE = "\u2500 "
_ROWS_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One row of text or image on paper."""

    job: str
    """Whose bytes made it: the name given to `begin`, empty before the first."""
    text: str = field(repr=False)
    piece: int
    """The piece of paper, counted from 1 since the printer was made."""
    void: bool
    """A void mark stands below it on the same piece."""


class Ledger:
    """Rows in the order in which they were printed.

    A row belongs to the job in whose stretch of the stream its bytes arrived, whatever its text
    says: what an old job left in the buffer stays that job's, however late it comes out.
    """

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._jobs: list[str] = []
        self._rows: deque[tuple[str, str, int]] = deque(maxlen=_ROWS_KEPT)

    def begin(self, job: str, offset: int) -> None:
        """Count the stream from this offset on as that job's."""
        self._starts.append(offset)
        self._jobs.append(job)

    def add(self, text: str, offset: int, piece: int) -> None:
        """Enter a row; `offset` is where the item that printed it starts."""
        at = bisect_right(self._starts, offset)
        self._rows.append((self._jobs[at - 1] if at else "", text, piece))

    def rows(self) -> tuple[LedgerRow, ...]:
        """Return all rows that have something on them."""
        rows = tuple(self._rows)
        void: set[int] = set()
        pieces: dict[int, list[int]] = {}
        for at, (_, text, piece) in enumerate(rows):
            above = pieces.setdefault(piece, [])
            if VOID in text:
                void.update(_taken_back(text, above, rows), (at,))
            if text.strip(_RULE):
                above.append(at)
        return tuple(LedgerRow(*row, void=at in void) for at, row in enumerate(rows))


def _taken_back(mark: str, above: list[int], rows: tuple[tuple[str, str, int], ...]) -> list[int]:
    """Which of the rows above it on the same piece a mark makes void."""
    if part := _VOID_FROM.search(mark):
        return above[int(part[1]) - 1 :]
    if of := _VOID_OF.search(mark):
        return [at for at in above if rows[at][0].rpartition(":")[2] == of[1]]
    return above
