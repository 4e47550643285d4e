"""The heading of a table or of a sentence on A4, and what stands below every title."""

from collections.abc import Callable

from printing.document import Document, Table
from printing.layout.sheet import LEFT, RIGHT, Flow, Measure, Text, baseline
from printing.layout.size import PageType
from printing.layout.words import with_unit
from printing.text import wrap


def subtitle_lines(
    document: Document, room: float, width: Callable[[str], float]
) -> tuple[str, ...]:
    """What the paper is about and who issues it: in one line, or each in lines of its own."""
    whole = f"{document.subtitle}　·　{document.agency}"
    if width(whole) <= room:
        return (whole,)
    return (*wrap(document.subtitle, room, width), *wrap(document.agency, room, width))


def heading_lines(table: Table, of: PageType, measure: Measure) -> tuple[str, ...]:
    """The heading with its unit, in as many lines as it needs."""
    text = with_unit(table.heading, table.unit)
    return wrap(text, RIGHT - LEFT, lambda text: measure(text, of.heading))


def draw_heading(flow: Flow, lines: tuple[str, ...], of: PageType) -> None:
    """Put it on the page; whoever calls has made room for it and what it stands above."""
    node = flow.structure.add("H2")
    for text in lines:
        line = baseline(flow.y, of.heading_line, of.heading)
        flow.add(Text(LEFT, line, text, of.heading, bold=True, node=node))
        flow.y += of.heading_line
