"""Tables of text for the terminal: columns as wide as what stands in them."""

from collections.abc import Iterator, Sequence

from printing.text import width

GAP = "  "


def columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The head and the rows, figures to the right; Chinese is two columns wide."""
    table = [head, *rows]
    widths = [max(width(row[at]) for row in table) for at in range(len(head))]
    for row in table:
        cells = map(_cell, row, widths)
        yield GAP.join(cells).rstrip()


def _cell(text: str, room: int) -> str:
    room -= width(text)
    is_figure = text[-1:].isdigit() and text.lstrip("-").replace(".", "").isdigit()
    return " " * room + text if is_figure else text + " " * room
