"""A document on A4 pages.

One strong rule under the head and above the foot, hairlines between months, no boxes; figures end
at the right edge of their column, units stand once in the heading. The head of a table is repeated
on every page, rows of one month stay together, a sum stays with its last rows.
"""

from collections.abc import Sequence
from itertools import zip_longest
from typing import Final

from printing.document import Document, Fact
from printing.layout.page_table import PageTable
from printing.layout.sheet import (
    LEFT,
    MEDIUM,
    MM,
    PAGE_HEIGHT,
    RIGHT,
    STRONG,
    THIN,
    Flow,
    HLine,
    Item,
    Measure,
    Page,
    QrBox,
    Sheets,
    Text,
    baseline,
    shorten,
)
from printing.text import wrap

_TITLE: Final = 18.0
_SUBTITLE: Final = 10.0
_FACT: Final = 9.5
_FACT_LINE: Final = 17.0
_FACT_COLUMNS: Final = (0.3, 0.4, 0.3)
"""Shares of the width; an identity number stands in the middle."""
_SMALL: Final = 8.0
_NOTE: Final = 8.2
_NOTE_LINE: Final = 12.6
_QR_SIDE: Final = 24 * MM
_FOOT: Final = PAGE_HEIGHT - 18 * MM
_GAP: Final = 5 * MM


def layout_pages(document: Document, measure: Measure) -> Sheets:
    """Place `document` on as many A4 pages as it needs."""
    flow = Flow(_FOOT - 4 * MM, lambda flow: _continued(flow, document, measure))
    _head(flow, document, measure)
    _facts(flow, document.facts, measure)
    for table in document.tables:
        if table.narrow_only:
            continue
        flow.y += _GAP
        if table.groups:
            PageTable(table, measure).draw(flow)
        else:
            _sentence(flow, table.heading, table.empty, measure)
    _notes(flow, (*document.notes, f"{document.seal.hint}。"), measure)
    count = len(flow.pages)
    pages = (
        Page((*items, *_foot(document, number, count, measure)))
        for number, items in enumerate(flow.pages, 1)
    )
    return Sheets(tuple(pages), flow.structure)


def _head(flow: Flow, document: Document, measure: Measure) -> None:
    top, whole, seal = flow.y, flow.structure, document.seal
    node = whole.add("H1")
    flow.add(Text(LEFT, top + 0.95 * _TITLE, document.title, _TITLE, bold=True, node=node))
    node = whole.add("P")
    subtitle = f"{document.subtitle}　·　{document.agency}"
    room = RIGHT - LEFT - _QR_SIDE - 12 * MM
    for number, text in enumerate(wrap(subtitle, room, lambda t: measure(t, _SUBTITLE))):
        flow.add(Text(LEFT, top + 38 + 15 * number, text, _SUBTITLE, soft=True, node=node))
    node = whole.add("Figure", alt=f"二维码，内容为核验网址 {seal.url}")
    flow.add(QrBox(RIGHT - _QR_SIDE, top, _QR_SIDE, seal.url, node))
    code = f"核验码 {seal.code}"
    x, node = RIGHT - measure(code, _SMALL), whole.add("P")
    flow.add(Text(x, top + _QR_SIDE + 11, code, _SMALL, node=node))
    flow.y = top + _QR_SIDE + 11 + 4 * MM
    flow.rule(STRONG)


def _facts(flow: Flow, facts: Sequence[Fact], measure: Measure) -> None:
    """A grid of labels and values between the strong rule and a thin one."""
    flow.y += 2 * MM
    grid = flow.structure.add("L")
    for start in range(0, len(facts), len(_FACT_COLUMNS)):
        tallest, x = 1, LEFT
        line = baseline(flow.y, _FACT_LINE, _FACT)
        row = facts[start : start + len(_FACT_COLUMNS)]
        for fact, share in zip(row, _FACT_COLUMNS, strict=False):
            room = share * (RIGHT - LEFT)
            indent = measure(fact.label, _FACT) + 2 * MM
            item = grid.add("LI")
            flow.add(Text(x, line, fact.label, _FACT, soft=True, node=item.add("Lbl")))
            body = item.add("LBody")
            values = wrap(fact.value, room - indent - 2 * MM, lambda t: measure(t, _FACT))
            for number, value in enumerate(values):
                flow.add(Text(x + indent, line + number * _FACT_LINE, value, _FACT, node=body))
            tallest = max(tallest, len(values))
            x += room
        flow.y += tallest * _FACT_LINE
    flow.y += 2 * MM
    flow.rule(THIN)


def _continued(flow: Flow, document: Document, measure: Measure) -> None:
    """The head of every page but the first: which paper it belongs to, and whose it is."""
    line = baseline(flow.y, 14, _FACT)
    title = f"{document.title}（续）"
    flow.add(Text(LEFT, line, title, _FACT, bold=True))
    owner = "　".join([fact.value for fact in document.facts if fact.sensitive][:2])
    flow.add(Text(LEFT + measure(title, _FACT) + 4 * MM, line, owner, _FACT))
    code = document.seal.code
    flow.add(Text(RIGHT - measure(code, _SMALL), line, code, _SMALL))
    flow.y += 18
    flow.rule(STRONG)
    flow.y += 3 * MM


def _sentence(flow: Flow, heading: str, text: str, measure: Measure) -> None:
    lines = wrap(text, RIGHT - LEFT, lambda part: measure(part, _FACT))
    if not flow.room(21 + _FACT_LINE * len(lines)):
        flow.turn()
    node = flow.structure.add("H2")
    flow.add(Text(LEFT, baseline(flow.y, 21, 11), heading, 11, bold=True, node=node))
    flow.y += 21
    node = flow.structure.add("P")
    for line in lines:
        flow.add(Text(LEFT, baseline(flow.y, _FACT_LINE, _FACT), line, _FACT, node=node))
        flow.y += _FACT_LINE


def _notes(flow: Flow, notes: Sequence[str], measure: Measure) -> None:
    indent = measure(f"{len(notes)}. ", _NOTE)
    room = RIGHT - LEFT - indent
    wrapped = [wrap(note, room, lambda text: measure(text, _NOTE)) for note in notes]
    flow.y += _GAP
    if not flow.room(_NOTE_LINE * sum(map(len, wrapped))):
        flow.turn()
    listed = flow.structure.add("L")
    for number, lines in enumerate(wrapped, 1):
        item = listed.add("LI")
        mark, body = item.add("Lbl"), item.add("LBody")
        for label, text in zip_longest((f"{number}. ",), lines, fillvalue=""):
            line = baseline(flow.y, _NOTE_LINE, _NOTE)
            if label:
                flow.add(Text(LEFT, line, label, _NOTE, soft=True, node=mark))
            flow.add(Text(LEFT + indent, line, text, _NOTE, soft=True, node=body))
            flow.y += _NOTE_LINE


def _foot(document: Document, number: int, count: int, measure: Measure) -> tuple[Item, ...]:
    foot = document.foot
    left = f"{foot.serial}　{foot.copy}"
    middle = f"{foot.printed}　{foot.kiosk}"
    right = f"第 {number} 页，共 {count} 页"
    line = _FOOT + 5 * MM
    start = LEFT + measure(left, _SMALL) + 4 * MM
    end = RIGHT - measure(right, _SMALL) - 4 * MM
    middle = shorten(middle, end - start, _SMALL, measure)
    centre = (start + end) / 2
    return (
        HLine(LEFT, _FOOT, RIGHT - LEFT, MEDIUM),
        Text(LEFT, line, left, _SMALL, soft=True),
        Text(centre - measure(middle, _SMALL) / 2, line, middle, _SMALL, soft=True),
        Text(RIGHT - measure(right, _SMALL), line, right, _SMALL, soft=True),
    )
