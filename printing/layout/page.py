"""A document on A4 pages.

One strong rule under the head and above the foot, hairlines between months, no boxes; figures end
at the right edge of their column, units stand once in the heading. The head of a table is repeated
on every page, rows of one month stay together, a sum stays with its last rows.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from printing.document import Document, Fact, Table
from printing.layout.fact_grid import fact_shares
from printing.layout.page_fill import Closeness, fullest, stands
from printing.layout.page_heading import draw_heading, heading_lines, subtitle_lines
from printing.layout.page_list import PageList
from printing.layout.page_notes import PageNotes
from printing.layout.page_rows import of_symbols, shown_tables
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
from printing.layout.size import PAGE_TYPES, PageType, Size
from printing.layout.terse import tersely
from printing.layout.words import continued, hint, named, words_of
from printing.text import widest_word, wrap

_QR_SIDE: Final = 24 * MM
_FOOT: Final = PAGE_HEIGHT - 18 * MM
_BLANK: Final = 12 * MM
"""As high as a line to write on is, with the white above it."""


def layout_pages(document: Document, measure: Measure, size: Size = "normal") -> Sheets:
    """Place `document` on as many A4 pages as it needs, as `page_fill` says."""
    of = PAGE_TYPES[size]
    tables = shown_tables(document.tables, size)

    def placed(close: Closeness, *, loose: bool = False, trial: bool = False) -> Flow:
        head = partial(_continued, document=document, measure=measure, of=of.placed(close))
        flow = Flow(_FOOT - 4 * MM, head, loose=loose, trial=trial)
        return _placed(flow, document, tables, measure, of.placed(close))

    flow = fullest(placed)
    pages = (
        Page((*items, *_foot(document, number, flow.count, measure, of)))
        for number, items in enumerate(flow.pages, 1)
    )
    return Sheets(tuple(pages), flow.structure)


def _placed(
    flow: Flow, document: Document, tables: Sequence[Table], measure: Measure, of: PageType
) -> Flow:
    """All but the feet."""
    notes = PageNotes((*document.notes, *hint(document)), measure, of, parted=flow.loose)
    _head(flow, document, measure, of)
    _facts(flow, document.facts, measure, of)
    for number, table in enumerate(tables, 1):
        flow.y += of.gap
        after = of.gap + notes.first if number == len(tables) else 0
        if table.groups:
            _table(table, measure, of).draw(flow, after)
        else:
            _sentence(flow, table, measure, of, after)
    flow.y += of.gap
    notes.draw(flow)
    return flow


def _table(table: Table, measure: Measure, of: PageType) -> PageTable | PageList:
    """With all columns, without those that follow from others, under short names, or as a list.

    The names above symbols, which stand for a whole line of insurance, are the last to be short;
    then what stands in the cells, as a list takes four times as many pages.
    """
    symbols = [place for place in table.places() if of_symbols(table, place)]
    for marked in tersely(table):
        narrower = (marked.narrowed(kept=symbols), marked.narrowed())
        for headed, derived in ((marked, True), *((one, False) for one in (marked, *narrower))):
            made = PageTable(headed, measure, of, derived=derived)
            if made.fits:
                return made
    return PageList(table, measure, of)


def _head(flow: Flow, document: Document, measure: Measure, of: PageType) -> None:
    top, whole = flow.y, flow.structure
    room = RIGHT - LEFT - (_QR_SIDE + 12 * MM if document.sealed else 0)
    y = top + 0.95 * of.title
    node = whole.add("H1")
    for text in wrap(document.title, room, lambda t: measure(t, of.title)):
        flow.add(Text(LEFT, y, text, of.title, bold=True, node=node))
        y += 1.15 * of.title
    for text in document.title_en and wrap(
        document.title_en, room, lambda t: measure(t, of.heading)
    ):
        flow.add(Text(LEFT, y, text, of.heading, bold=True, node=node))
        y += of.subtitle_line
    node = whole.add("P")
    for text in subtitle_lines(document, room, lambda t: measure(t, of.subtitle)):
        flow.add(Text(LEFT, y, text, of.subtitle, soft=True, node=node))
        y += of.subtitle_line
    if document.sealed:
        y = max(y, top + _QR_SIDE + 1.4 * of.small)
        _seal(flow, (top, y), document, measure, of)
    flow.y = y + 4 * MM
    flow.rule(STRONG)


def _seal(
    flow: Flow, at: tuple[float, float], document: Document, measure: Measure, of: PageType
) -> None:
    """At the right edge the QR symbol, at its height, and the code, at that of the head's end."""
    (top, y), whole = at, flow.structure
    seal, words = document.seal, words_of(document)
    node = whole.add("Figure", alt=words.symbol.format(url=seal.url))
    flow.add(QrBox(RIGHT - _QR_SIDE, top, _QR_SIDE, seal.url, node))
    code = f"{words.code} {seal.code}"
    x, node = RIGHT - measure(code, of.small), whole.add("P")
    flow.add(Text(x, y, code, of.small, node=node))


def _facts(flow: Flow, facts: Sequence[Fact], measure: Measure, of: PageType) -> None:
    """A grid of labels and values between the strong rule and a thin one."""
    flow.y += 2 * MM
    grid = flow.structure.add("L")

    def width(text: str) -> float:
        return measure(text, of.fact)

    def need(fact: Fact) -> float:
        words = width(fact.label) + widest_word(fact.value, width)
        return (words + 4 * MM) / (RIGHT - LEFT)

    shares = fact_shares(facts, of.fact_columns, need)
    widest = max(width(fact.label) for fact in facts)
    for start in range(0, len(facts), len(shares)):
        tallest, x = 1, LEFT
        line = baseline(flow.y, of.fact_line, of.fact)
        row = facts[start : start + len(shares)]
        for fact, share in zip(row, shares, strict=False):
            room = share * (RIGHT - LEFT)
            indent = widest if len(shares) == 1 else width(fact.label)
            indent += 2 * MM
            item = grid.add("LI")
            flow.add(Text(x, line, fact.label, of.fact, soft=True, node=item.add("Lbl")))
            body = item.add("LBody")
            values = wrap(fact.value, room - indent - 2 * MM, width)
            for number, value in enumerate(values):
                y = line + number * of.fact_line
                flow.add(Text(x + indent, y, value, of.fact, node=body))
            tallest = max(tallest, len(values))
            x += room
        flow.y += tallest * of.fact_line
    flow.y += 2 * MM
    flow.rule(THIN)


def _continued(flow: Flow, document: Document, measure: Measure, of: PageType) -> None:
    """The head of every page but the first: which paper it belongs to, and whose it is."""
    line = baseline(flow.y, 14, of.fact)
    title, code = continued(document), document.seal.code
    whose = [fact.value for fact in document.facts if fact.sensitive][:2]
    owner = "　".join(whose)
    flow.add(Text(LEFT, line, title, of.fact, bold=True))
    end = RIGHT - measure(code, of.small)
    x = LEFT + measure(title, of.fact) + 4 * MM
    if x > end:
        flow.y += of.fact_line
        x, line = LEFT, line + of.fact_line
    flow.add(Text(end, line, code, of.small))
    if x + measure(owner, of.fact) + 4 * MM > end:
        flow.y += of.fact_line
        x, line = LEFT, line + of.fact_line
        name, rest = "".join(whose[:1]), "".join(f"　{one}" for one in whose[1:])
        room = RIGHT - LEFT - measure(rest, of.fact)
        owner = shorten(name, room, of.fact, measure) + rest  # a number is whole or useless
    flow.add(Text(x, line, owner, of.fact))
    flow.y += 18
    flow.rule(STRONG)
    flow.y += 3 * MM


def _sentence(flow: Flow, table: Table, measure: Measure, of: PageType, after: float) -> None:
    heading = heading_lines(table, of, measure)
    lines = wrap(table.empty, RIGHT - LEFT, lambda part: measure(part, of.fact))
    lines = lines if table.empty else ()
    own = of.heading_line * len(heading) + of.fact_line * len(lines) + _BLANK * bool(table.blanks)
    if not stands(flow, own, after):
        flow.turn()
    draw_heading(flow, heading, of)
    node = flow.structure.add("P")
    for line in lines:
        y = baseline(flow.y, of.fact_line, of.fact)
        flow.add(Text(LEFT, y, line, of.fact, node=node))
        flow.y += of.fact_line
    _blanks(flow, table.blanks, measure, of)


def _blanks(flow: Flow, blanks: Sequence[str], measure: Measure, of: PageType) -> None:
    """Beside each other, each with a line to write on."""
    if not blanks:
        return
    flow.y += _BLANK
    node, room = flow.structure.add("P"), (RIGHT - LEFT) / len(blanks)
    for at, blank in enumerate(blanks):
        x, text = LEFT + at * room, named(blank)
        flow.add(Text(x, flow.y - 2 * MM, text, of.fact, node=node))
        start = x + measure(text, of.fact)
        flow.add(HLine(start, flow.y - MM, x + room - 8 * MM - start, THIN))


def _foot(
    document: Document, number: int, count: int, measure: Measure, of: PageType
) -> tuple[Item, ...]:
    """In one line, or where that is too long in two."""
    foot, size = document.foot, of.small
    left = f"{foot.serial}　{foot.copy}"
    middle = f"{foot.printed}　{foot.kiosk}"
    right = words_of(document).page.format(number=number, count=count)
    line = below = _FOOT + 1.8 * size
    start = LEFT + measure(left, size) + 4 * MM
    end = RIGHT - measure(right, size) - 4 * MM
    x = (start + end - measure(middle, size)) / 2
    if x < start:
        x, below = LEFT, line + 1.4 * size
        middle = shorten(middle, RIGHT - LEFT, size, measure)
    return (
        HLine(LEFT, _FOOT, RIGHT - LEFT, MEDIUM),
        Text(LEFT, line, left, size, soft=True),
        Text(x, below, middle, size, soft=True),
        Text(RIGHT - measure(right, size), line, right, size, soft=True),
    )
