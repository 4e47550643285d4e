"""Tables in fewer letters, tried one after the other before a table becomes a list.

Marks of rows (备注) stand in words where there is room, else in one character each with a legend
(图例) below the table. Of a table that may have marks the other words may be brief too: it has a
row for each month, and another table names in full what they are of.
"""

from collections.abc import Iterator
from dataclasses import replace

from printing.document import Cell, Group, Kind, Mark, MarkCell, Row, Table, TextCell


def tersely(table: Table) -> Iterator[Table]:
    """The table as it is; if it may have marks also with short ones, and in as few letters as on a
    roll. Whole words come first: nobody has to look them up.
    """
    yield table
    if all(column.kind is not Kind.MARK for column in table.columns):
        return
    marked = with_short_marks(table)
    if marked != table:
        yield marked
    least = replace(
        _with_cells(table, brief=True),
        columns=tuple(
            replace(column, heading="", short="") if column.kind is Kind.MARK else column
            for column in table.columns
        ),
    )
    if least != marked:
        yield least


def with_short_marks(table: Table) -> Table:
    """Marks in one character each, whose legend is then due."""
    return _with_cells(table, brief=False)


def spelt_out(table: Table) -> bool:
    """Whether marks of its own column stand there in words."""
    places = [at for at, column in enumerate(table.columns) if column.kind is Kind.MARK]
    cells = (row.cells[at] for at in places for group in table.groups for row in group.rows)
    return any(isinstance(cell, MarkCell) and cell.text != cell.short for cell in cells)


def legend_of(table: Table) -> str:
    """What its marks mean, if there are any that do not say it themselves."""
    return "" if spelt_out(table) else table.legend


def _with_cells(table: Table, *, brief: bool) -> Table:
    """Marks in one character each, and words in their `brief` form; sums have no such words."""

    def row(of: Row) -> Row:
        return replace(of, cells=tuple(_cell(cell, brief=brief) for cell in of.cells))

    def group(of: Group) -> Group:
        return replace(of, rows=tuple(map(row, of.rows)))

    return replace(table, groups=tuple(map(group, table.groups)))


def _cell(cell: Cell | None, *, brief: bool) -> Cell | None:
    match cell:
        case MarkCell(marks=(_, *_)):  # all of them as one, so that nothing stands between them
            return MarkCell((Mark(cell.short, cell.short),))
        case TextCell() if brief:
            return TextCell(cell.brief)
        case _:
            return cell
