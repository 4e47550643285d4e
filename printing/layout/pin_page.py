"""A document on the pages of a 24-pin printer: characters in columns, lines of a sixth of an inch.

The pages say what the A4 pages say. A page has as many lines as its form, whatever stands on it,
so that the perforation stays where it is. Beside the QR symbol lines stand closer, 24 dots apart:
its bands of 24 pins then join.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from devices.printer.models.page import EscpkModel
from printing.document import Document, Fact, Table
from printing.layout.fact_grid import fact_shares
from printing.layout.page_fill import Closeness, fullest, stands
from printing.layout.page_heading import subtitle_lines
from printing.layout.page_rows import kept_below, note_runs, shown_tables
from printing.layout.pin_sheet import (
    CLOSE_DOTS,
    LARGE,
    LINE_DOTS,
    PIN_TYPES,
    Piece,
    PinLine,
    PinPage,
    PinQr,
    PinType,
    at_right,
    height,
    written,
)
from printing.layout.pin_table import PinTable
from printing.layout.size import Size
from printing.layout.words import continued, hint, named, with_unit, words_of
from printing.qr import Modules, modules
from printing.text import longest_word, width, wrap

_MARGIN: Final = 3
"""Lines left blank above and below: no pin strikes on a perforation or a sheet's edge."""
_BESIDE: Final = 10
"""Close lines beside the QR symbol: 240 dots, as high as eight others."""
_QR_DOTS: Final = 5 * 45
"""As wide as the symbol may be."""
_MODULE_DOTS: Final = 5
"""Side of a module: 0.7 mm, a dot being 0.2 mm wide."""
_FOOT_LINES: Final = 3
_KEPT: Final = 540
"""What is no higher, in 1/180 inch, is not parted: a row of a table."""
_NOTES_KEPT: Final = 1000
"""All notes together, to about half of a page: parted they leave a page of a few lines."""
_THREE_FACTS: Final = 100
"""From so many columns on three facts stand beside each other, else two."""
_FACT_SHARES: Final = {1: (1.0,), 2: (0.5, 0.5), 3: (0.3, 0.4, 0.3)}
"""An identity number stands in the middle."""
_GAP: Final = PinLine()
_NARROW_GAP: Final = PinLine(dots=10)
"""Between the parts of a paper, and where that saves a page."""


def layout_pin_pages(
    document: Document, model: EscpkModel, size: Size = "normal"
) -> tuple[PinPage, ...]:
    """Place `document` on as many of the printer's pages as it needs, as `page_fill` says."""

    symbol = modules(document.seal.url) if document.sealed else ()

    def placed(close: Closeness, *, loose: bool = False, trial: bool = False) -> _Flow:
        del trial  # its lines are what tells how full a page is
        of = PIN_TYPES[size]
        gap = _GAP if close == "usual" else _NARROW_GAP
        return _placed(document, _Flow(document, symbol, model, of, gap, loose=loose), size)

    return fullest(placed).finish()


def _placed(document: Document, flow: "_Flow", size: Size) -> "_Flow":
    """All but the feet."""
    of, gap = flow.type, flow.gap
    flow.add(*_head(document, flow.paper_columns, flow.qr, of))
    flow.add(*_facts(document.facts, flow.columns, of), PinLine(rule="thin"))
    notes = _note_runs(flow, (*document.notes, *hint(document)))
    tables = shown_tables(document.tables, size)
    for number, table in enumerate(tables, 1):
        _table(flow, table, gap.dots + height(notes[0]) if number == len(tables) else 0)
    flow.begin(height(notes[0]))
    for run in notes:
        flow.keep(*run)
    return flow


class _Flow:
    """Fills pages from top to bottom; each but the first begins by saying which paper it is."""

    def __init__(
        self,
        document: Document,
        symbol: Modules,
        model: EscpkModel,
        of: PinType,
        gap: PinLine,
        *,
        loose: bool,
    ) -> None:
        """`loose`: what belongs together may be parted to leave less white."""
        self.loose = loose
        self.type = of
        self.column_dots = of.column_dots(model)
        self.paper_columns = model.columns * model.column_dots // self.column_dots
        self.columns = of.columns(self.paper_columns)
        """Of running text."""
        self.gap = gap
        url = document.seal.url
        self.qr = _qr(url, symbol, self.paper_columns, self.column_dots) if symbol else None
        self._document = document
        self._bottom = (model.page_lines - _MARGIN - _FOOT_LINES) * LINE_DOTS
        self._pages: list[list[PinLine]] = [[PinLine()] * _MARGIN]
        self._dots = _MARGIN * LINE_DOTS

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self._pages)

    @property
    def white(self) -> float:
        """How much of the last page is still white, as a share."""
        return 1 - self._dots / self._bottom

    @property
    def emptiest(self) -> float:
        """How much of a page is left white at most, as a share; of the last it is no fault."""
        return max((1 - height(page) / self._bottom for page in self._pages[:-1]), default=0.0)

    def room(self, dots: float) -> bool:
        """Whether so much still fits on this page."""
        return self._dots + dots <= self._bottom

    def add(self, *lines: PinLine) -> None:
        """Put lines on this page."""
        self._pages[-1] += lines
        self._dots += height(lines)

    def keep(self, *lines: PinLine) -> None:
        """Put lines on one page, the next one if this has no room for all."""
        if not self.room(height(lines)):
            self.turn()
        self.add(*lines)

    def begin(self, dots: int, below: float = 0) -> None:
        """Begin a part of the paper of which so much stands together: below a gap or on a page."""
        if stands(self, self.gap.dots + dots, below):
            self.add(self.gap)
        else:
            self.turn()

    def turn(self) -> None:
        """Begin a new page."""
        self._pages.append([PinLine()] * _MARGIN)
        self._dots = _MARGIN * LINE_DOTS
        self.add(*_continued(self._document, self.paper_columns, self.type))

    def finish(self) -> tuple[PinPage, ...]:
        """All pages, filled up to the foot; the symbol stands on the first."""
        count = len(self._pages)
        pages = []
        for number, body in enumerate(self._pages, 1):
            foot = _foot(self._document, number, count, self.paper_columns)
            missing = _blank(self._bottom - height(body))
            lines = (*body, *missing, *foot, *[PinLine()] * _MARGIN)
            pages.append(PinPage(lines, self.column_dots, self.qr if number == 1 else None))
        return tuple(pages)


def _blank(dots: int) -> Iterable[PinLine]:
    whole, rest = divmod(dots, LINE_DOTS)
    return (*[PinLine()] * whole, *[PinLine(dots=rest)] * bool(rest))


def _qr(url: str, symbol: Modules, columns: int, column_dots: int) -> PinQr:
    side = min(_MODULE_DOTS, _QR_DOTS // len(symbol))
    across = -(-side * len(symbol) // column_dots)
    return PinQr(_MARGIN, columns - across, url, symbol, side)


def _head(document: Document, columns: int, qr: PinQr | None, of: PinType) -> list[PinLine]:
    """Title and issuer at the left, the symbol at the right, its code below it."""
    room = qr.column - 3 if qr else columns
    texts = [PinLine(dots=CLOSE_DOTS), *_title(document.title, room, of)]
    for text in document.title_en and wrap(document.title_en, of.columns(room)):
        texts += _close(of.line(Piece(0, text, bold=True)), of.close_lines)
    for text in subtitle_lines(document, of.columns(room), width):
        texts += _close(of.line(Piece(0, text)), of.close_lines)
    if qr is None:
        return [*texts, PinLine(rule="strong")]
    texts += [PinLine(dots=CLOSE_DOTS)] * (_BESIDE - len(texts))
    under = [replace(line, dots=of.line_dots) for line in texts[_BESIDE:] if line.pieces]
    code = of.line(at_right(f"{words_of(document).code} {document.seal.code}", of.columns(columns)))
    return [*texts[:_BESIDE], *under, code, PinLine(rule="strong")]


def _title(title: str, room: int, of: PinType) -> list[PinLine]:
    """In large characters where it fits or all are large, else bold; a gap below."""
    large = LARGE * width(title) <= room or of.scale == LARGE
    lines: list[PinLine] = []
    for text in wrap(title, room // LARGE if large else room):
        bold = of.scale == LARGE or not large
        line = written(Piece(0, text, bold, large))
        lines += _close(line, max(of.close_lines, 1 + large))
    return [*lines, *[PinLine(dots=CLOSE_DOTS)] * (of.close_lines == 1)]


def _close(line: PinLine, count: int) -> list[PinLine]:
    """A line of text in the place of so many close ones."""
    return [replace(line, dots=CLOSE_DOTS), *[PinLine(dots=CLOSE_DOTS)] * (count - 1)]


def _facts(facts: Sequence[Fact], columns: int, of: PinType) -> list[PinLine]:
    """A grid of labels and values; in large print a list, its values below each other."""
    usual = 1 if of.scale == LARGE else 3 if columns >= _THREE_FACTS else 2

    def need(fact: Fact) -> float:
        return (width(fact.label) + longest_word(fact.value) + 4) / columns

    shares = fact_shares(facts, _FACT_SHARES[usual], need)
    beside = len(shares)
    widest = max(width(fact.label) for fact in facts)
    lines: list[PinLine] = []
    for start in range(0, len(facts), beside):
        grid: list[list[Piece]] = []
        left = 0.0
        for fact, share in zip(facts[start : start + beside], shares, strict=False):
            column = round(left)
            left += share * columns
            indent = (widest if beside == 1 else width(fact.label)) + 2
            values = wrap(fact.value, round(left) - column - indent - (2 if beside > 1 else 0))
            grid += [[] for _ in range(len(values) - len(grid))]
            grid[0].append(Piece(column, fact.label))
            for row, value in zip(grid, values, strict=False):
                row.append(Piece(column + indent, value))
        lines += [of.line(*row) for row in grid]
    return lines


def _table(flow: _Flow, table: Table, after: int) -> None:
    """On as many pages as it needs; `after` has room below it."""
    of, columns = flow.type, flow.columns
    title = with_unit(table.heading, table.unit)
    heading = [of.line(Piece(0, text, bold=True)) for text in wrap(title, columns)]
    if not table.groups:
        sentence = [of.line(Piece(0, text)) for text in wrap(table.empty, columns) if text]
        sentence += _blanks(table.blanks, columns, of)
        flow.begin(height((*heading, *sentence)), after)
        flow.add(*heading, *sentence)
        return
    made = PinTable(table, columns, of)
    bands = list(made.bands())
    start = (*heading, *made.head)
    # What the marks mean stands below the last of them.
    legends = [0] * (len(bands) - 1) + [height(made.legend)]
    heights = [
        min(band.height(None), _KEPT) + legend for band, legend in zip(bands, legends, strict=True)
    ]
    below = kept_below(heights, [band.rows for band in bands], _KEPT, after)
    flow.begin(min(height(start) + heights[0], _KEPT), below.get(0, 0))
    flow.add(*start)
    party = None
    for number, band in enumerate(bands):
        whole = band.height(party)
        own = min(whole, _KEPT) + legends[number]
        if number and not stands(flow, own, below.get(number, 0)):
            flow.turn()
            flow.add(*made.repeated)
            party = None
        for at, row in enumerate(band.parts(party)):
            _row(flow, row, made.repeated, first=number == at == 0)
        party = band.last
    if made.legend:
        flow.keep(*made.legend)


def _row(flow: _Flow, row: Sequence[PinLine], repeated: Sequence[PinLine], *, first: bool) -> None:
    """On one page if it is not too high; the first of a table stands below its heading."""
    if not first and not flow.room(min(height(row), _KEPT)):
        flow.turn()
        flow.add(*repeated)
    for line in row:
        if not flow.room(line.dots):
            flow.turn()
            flow.add(*repeated)
        flow.add(line)


def _blanks(blanks: Sequence[str], columns: int, of: PinType) -> list[PinLine]:
    """What is filled in by hand, beside each other below a line of white."""
    room = columns // max(len(blanks), 1)
    pieces = []
    for at, blank in enumerate(blanks):
        line = "_" * (room - width(named(blank)) - 2)
        pieces.append(Piece(at * room, named(blank, line)))
    return [_GAP, of.line(*pieces)] if pieces else []


def _note_runs(flow: _Flow, notes: Sequence[str]) -> list[list[PinLine]]:
    """Numbered, in runs that no page's end parts; many are parted in any case."""
    indent = len(f"{len(notes)}. ")
    made = []
    for number, note in enumerate(notes, 1):
        first, *more = wrap(note, flow.columns - indent)
        head = Piece(0, f"{number}. ".ljust(indent) + first)
        made.append([flow.type.line(piece) for piece in (head, *(Piece(indent, m) for m in more))])
    parted = flow.loose or height(chain.from_iterable(made)) > _NOTES_KEPT
    return [[*chain(*made[run.start : run.stop])] for run in note_runs(len(made), parted=parted)]


def _continued(document: Document, columns: int, of: PinType) -> list[PinLine]:
    """The head of every page but the first: which paper it belongs to, and whose it is."""
    (title,) = of.line(Piece(0, continued(document), bold=True)).pieces
    whose = [fact.value for fact in document.facts if fact.sensitive][:2]
    owner = "　".join(whose)
    code = at_right(document.seal.code if document.sealed else "", columns)
    beside = Piece(title.end + 2, owner, large=title.large)
    if beside.end + 2 <= code.column:
        lines = [[title, beside, code]]
    else:
        name, rest = "".join(whose[:1]), "".join(f"　{one}" for one in whose[1:])
        owner = shorten(name, of.columns(columns) - width(rest)) + rest  # a number stays whole
        own = of.line(Piece(0, owner)).pieces
        lines = [[title, code], [*own]]
        if title.end + 2 > code.column:
            lines = [[title], [*own], [code]]
    return [*(written(*line, dots=of.line_dots) for line in lines), PinLine(rule="strong")]


def _foot(document: Document, number: int, count: int, columns: int) -> list[PinLine]:
    foot = document.foot
    page = words_of(document).page.format(number=number, count=count)
    room = columns - width(foot.printed) - 2
    return [
        PinLine(rule="thin"),
        written(Piece(0, f"{foot.serial}　{foot.copy}"), at_right(page, columns)),
        written(Piece(0, foot.printed), at_right(shorten(foot.kiosk, room), columns)),
    ]


def shorten(text: str, room: int) -> str:
    """`text`, or as much of it as fits with an ellipsis."""
    if width(text) <= room:
        return text
    while text and width(text + "…") > room:
        text = text[:-1]
    return text + "…"
