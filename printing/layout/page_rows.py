"""Which tables stand on a page, and which of their rows belong together."""

from collections.abc import Iterator, Sequence
from typing import Final

from printing.document import MonthCell, PartyCell, Row, Table, TextCell
from printing.layout.size import Size

_ROWS: Final = 2
"""So many rows of a table are together at least where it begins and where it ends."""
_FIRST_NOTES: Final = 2
_LAST_NOTES: Final = 3
"""So many notes are together at least on either side of a page's end."""


def shown_tables(tables: Sequence[Table], size: Size) -> list[Table]:
    """Those that stand on a page in that size: large print makes it as narrow as a roll."""
    return [
        table for table in tables if not (table.wide_only if size == "large" else table.narrow_only)
    ]


def kept_below(
    heights: Sequence[float], rows: Sequence[int], kept: float, after: float
) -> dict[int, float]:
    """What should have room below a band of a table, by its place, so that no page begins or ends
    with one row alone and `after` stands below the last ones.

    Bands of such heights have so many rows each; those that are together higher than `kept` do not
    look forgotten alone.
    """
    last = len(heights) - 1
    below = {last: after}
    tail = next((at for at in range(last, 0, -1) if sum(rows[at:]) >= _ROWS), 0)
    if tail < last and sum(heights[tail:]) <= kept:
        below[tail] = sum(heights[tail + 1 :]) + after
    head = next((at for at in range(last) if sum(rows[: at + 1]) >= _ROWS), last)
    if head > 0 and sum(heights[: head + 1]) <= kept:
        below[0] = sum(heights[1 : head + 1]) + below.get(head, 0)
    return below


def note_runs(count: int, *, parted: bool) -> list[range]:
    """Which of so many notes are together on a page: all, or where parted the first and the last
    ones, so that none looks forgotten.
    """
    if not parted or count < _FIRST_NOTES + _LAST_NOTES:
        return [range(count)]
    end = count - _LAST_NOTES
    alone = (range(at, at + 1) for at in range(_FIRST_NOTES, end))
    return [range(_FIRST_NOTES), *alone, range(end, count)]


def by_month(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows that belong together: those of one month, a row and its details; else each alone."""
    held: list[Row] = []
    for row in rows:
        month = next((cell for cell in row.cells if isinstance(cell, MonthCell)), None)
        if held and not row.detail and (month is None or month not in held[0].cells):
            yield held
            held = []
        held.append(row)
    if held:
        yield held


def of_symbols(table: Table, place: int) -> bool:
    """Whether a column holds nothing but marks of one character, which stand in its middle."""
    cells = [row.cells[place] for group in table.groups for row in group.rows]
    return bool(cells) and all(
        isinstance(cell, TextCell) and len(cell.text) == 1 and not cell.text.isalnum()
        for cell in cells
    )


def parties(rows: Sequence[Row]) -> Iterator[PartyCell | None]:
    """Whose each row is; a detail belongs to the party of the row that it explains."""
    party: PartyCell | None = None
    for row in rows:
        if not row.detail:
            party = party_of(row)
        yield party


def party_of(row: Row) -> PartyCell | None:
    """Who stands behind it."""
    return next((cell for cell in row.cells if isinstance(cell, PartyCell)), None)
