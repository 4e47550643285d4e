"""Which rows of a table belong together on A4."""

from collections.abc import Iterator, Sequence

from printing.document import MonthCell, PartyCell, Row


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
