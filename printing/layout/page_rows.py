"""Which tables stand on a page, and which of their rows belong together."""

from collections.abc import Iterator, Sequence
from typing import Final

from printing.document import MonthCell, PartyCell, Row, Table
from printing.layout.size import Size

_SHORT: Final = 12
"""Rows of a table that may begin a page for the sake of the notes below it."""
FEW_LINES: Final = 10
"""Lines of notes that alone on a page look forgotten; more of them make a page of their own."""


def shown_tables(tables: Sequence[Table], size: Size) -> list[Table]:
    """Those that stand on a page in that size: large print makes it as narrow as a roll."""
    return [
        table for table in tables if not (table.wide_only if size == "large" else table.narrow_only)
    ]


def short_end(tables: Sequence[Table], size: Size) -> bool:
    """Whether the last of several tables may go to a page with the notes below it.

    A sentence may not: it belongs to what stands above it, as the date of a certificate does.
    """
    *others, last = shown_tables(tables, size)
    return bool(others and last.groups) and sum(1 for _ in last.rows()) <= _SHORT


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
