"""The heading of a table or of a sentence on A4."""

from printing.document import Table
from printing.layout.sheet import LEFT, RIGHT, Flow, Measure, Text, baseline
from printing.layout.size import PageType
from printing.text import wrap


def heading_lines(table: Table, of: PageType, measure: Measure) -> tuple[str, ...]:
    """The heading with its unit, in as many lines as it needs."""
    unit = f"（{table.unit}）" if table.unit else ""
    return wrap(table.heading + unit, RIGHT - LEFT, lambda text: measure(text, of.heading))


def draw_heading(flow: Flow, lines: tuple[str, ...], of: PageType) -> None:
    """Put it on the page; whoever calls has made room for it and what it stands above."""
    node = flow.structure.add("H2")
    for text in lines:
        line = baseline(flow.y, of.heading_line, of.heading)
        flow.add(Text(LEFT, line, text, of.heading, bold=True, node=node))
        flow.y += of.heading_line
