"""A document on the pages of a 24-pin printer: characters in columns, lines of a sixth of an inch.

The pages say what the A4 pages say. A page has as many lines as its form, whatever stands on it,
so that the perforation stays where it is. Beside the QR symbol lines stand closer, 24 dots apart:
its bands of 24 pins then join.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import segno

from devices.printer.models.page import EscpkModel
from printing.document import Document, Fact, Seal, Table
from printing.layout.pin_sheet import (
    CLOSE_DOTS,
    LINE_DOTS,
    Piece,
    PinLine,
    PinPage,
    PinQr,
    at_right,
    written,
)
from printing.layout.pin_table import PinTable
from printing.text import width, wrap

_MARGIN: Final = 3
"""Lines left blank above and below: no pin strikes on a perforation or a sheet's edge."""
_BESIDE: Final = 10
"""Close lines beside the QR symbol: 240 dots, as high as eight others."""
_QR_DOTS: Final = 5 * 45
"""As wide as the symbol may be."""
_MODULE_DOTS: Final = 5
"""Side of a module: 0.7 mm, a dot being 0.2 mm wide."""
_FOOT_LINES: Final = 3
_THREE_FACTS: Final = 100
"""From so many columns on three facts stand beside each other, else two."""
_FACT_SHARES: Final = {2: (0.5, 0.5), 3: (0.3, 0.4, 0.3)}
"""An identity number stands in the middle."""


def layout_pin_pages(document: Document, model: EscpkModel) -> tuple[PinPage, ...]:
    """Place `document` on as many of the printer's pages as it needs."""
    columns = model.columns
    flow = _Flow(document, columns, model.page_lines)
    qr = _qr(document.seal, columns, model.column_dots) if document.sealed else None
    flow.add(*_head(document, columns, qr))
    flow.add(*_facts(document.facts, columns), PinLine(rule="thin"))
    for table in document.tables:
        if not table.narrow_only:
            _table(flow, table, columns)
    hint = (f"{document.seal.hint}。",) if document.sealed else ()
    _notes(flow, (*document.notes, *hint), columns)
    return flow.finish(qr)


class _Flow:
    """Fills pages from top to bottom; each but the first begins by saying which paper it is."""

    def __init__(self, document: Document, columns: int, lines: int) -> None:
        self._document = document
        self._columns = columns
        self._bottom = (lines - _MARGIN - _FOOT_LINES) * LINE_DOTS
        self._pages: list[list[PinLine]] = [[PinLine()] * _MARGIN]
        self._dots = _MARGIN * LINE_DOTS

    def room(self, lines: int) -> bool:
        """Whether so many lines still fit on this page."""
        return self._dots + lines * LINE_DOTS <= self._bottom

    def add(self, *lines: PinLine) -> None:
        """Put lines on this page."""
        self._pages[-1] += lines
        self._dots += sum(line.dots for line in lines)

    def keep(self, *lines: PinLine) -> None:
        """Put lines on one page, the next one if this has no room for all."""
        if not self.room(len(lines)):
            self.turn()
        self.add(*lines)

    def turn(self) -> None:
        """Begin a new page."""
        self._pages.append([PinLine()] * _MARGIN)
        self._dots = _MARGIN * LINE_DOTS
        self.add(*_continued(self._document, self._columns))

    def finish(self, qr: PinQr | None) -> tuple[PinPage, ...]:
        """All pages, filled up to the foot; the symbol stands on the first."""
        count = len(self._pages)
        pages = []
        for number, body in enumerate(self._pages, 1):
            missing = (self._bottom - sum(line.dots for line in body)) // LINE_DOTS
            foot = _foot(self._document, number, count, self._columns)
            lines = (*body, *[PinLine()] * missing, *foot, *[PinLine()] * _MARGIN)
            pages.append(PinPage(lines, qr if number == 1 else None))
        return tuple(pages)


def _qr(seal: Seal, columns: int, column_dots: int) -> PinQr:
    matrix = segno.make_qr(seal.url, error="m", boost_error=False).matrix
    modules = tuple(tuple(bool(module) for module in row) for row in matrix)
    side = min(_MODULE_DOTS, _QR_DOTS // len(modules))
    across = -(-side * len(modules) // column_dots)
    return PinQr(_MARGIN, columns - across, seal.url, modules, side)


def _head(document: Document, columns: int, qr: PinQr | None) -> list[PinLine]:
    """Title and issuer at the left, the symbol at the right, its code below it."""
    room = qr.column - 3 if qr else columns
    large = 2 * width(document.title) <= room
    texts = [PinLine(dots=CLOSE_DOTS)]
    for text in wrap(document.title, room):
        texts.append(written(Piece(0, text, not large, large), dots=CLOSE_DOTS))
        texts += [PinLine(dots=CLOSE_DOTS)] * large
    texts.append(PinLine(dots=CLOSE_DOTS))
    for text in wrap(f"{document.subtitle}　·　{document.agency}", room):
        texts.append(written(Piece(0, text), dots=CLOSE_DOTS))
    if qr is None:
        return [*texts, PinLine(rule="strong")]
    texts += [PinLine(dots=CLOSE_DOTS)] * (_BESIDE - len(texts))
    code = written(at_right(f"核验码 {document.seal.code}", columns))
    below = [replace(line, dots=LINE_DOTS) for line in texts[_BESIDE:]]
    return [*texts[:_BESIDE], *below, code, PinLine(rule="strong")]


def _facts(facts: Sequence[Fact], columns: int) -> list[PinLine]:
    """A grid of labels and values."""
    shares = _FACT_SHARES[3 if columns >= _THREE_FACTS else 2]
    lines: list[PinLine] = []
    for start in range(0, len(facts), len(shares)):
        grid: list[list[Piece]] = []
        left = 0.0
        for fact, share in zip(facts[start : start + len(shares)], shares, strict=False):
            column = round(left)
            left += share * columns
            indent = width(fact.label) + 2
            values = wrap(fact.value, round(left) - column - indent - 2)
            grid += [[] for _ in range(len(values) - len(grid))]
            grid[0].append(Piece(column, fact.label))
            for row, value in zip(grid, values, strict=False):
                row.append(Piece(column + indent, value))
        lines += [written(*row) for row in grid]
    return lines


def _table(flow: _Flow, table: Table, columns: int) -> None:
    unit = f"（{table.unit}）" if table.unit else ""
    heading = [written(Piece(0, text, bold=True)) for text in wrap(table.heading + unit, columns)]
    if not table.groups:
        sentence = [written(Piece(0, text)) for text in wrap(table.empty, columns)]
        flow.keep(PinLine(), *heading, *sentence)
        return
    made = PinTable(table, columns)
    bands = list(made.bands())
    start = (PinLine(), *heading, *made.head)
    if not flow.room(len(start) + bands[0].height(None)):
        flow.turn()  # a heading never stands alone at the end of a page
    flow.add(*start)
    party = None
    for band in bands:
        if not flow.room(band.height(party)):
            flow.turn()
            flow.add(*made.head)
            party = None
        flow.add(*band.lines(party))
        party = band.last
    if made.legend:
        flow.keep(*made.legend)


def _notes(flow: _Flow, notes: Sequence[str], columns: int) -> None:
    indent = len(f"{len(notes)}. ")
    for number, note in enumerate(notes, 1):
        first, *more = wrap(note, columns - indent)
        lines = [written(Piece(0, f"{number}. ".ljust(indent) + first))]
        lines += [written(Piece(indent, part)) for part in more]
        flow.keep(*([] if number > 1 else [PinLine()]), *lines)


def _continued(document: Document, columns: int) -> list[PinLine]:
    """The head of every page but the first: which paper it belongs to, and whose it is."""
    title = Piece(0, f"{document.title}（续）", bold=True)
    owner = "　".join([fact.value for fact in document.facts if fact.sensitive][:2])
    code = at_right(document.seal.code if document.sealed else "", columns)
    if title.end + 2 + width(owner) + 2 <= code.column:
        lines = [written(title, Piece(title.end + 2, owner), code)]
    else:
        lines = [written(title, code), written(Piece(0, shorten(owner, columns)))]
    return [*lines, PinLine(rule="strong")]


def _foot(document: Document, number: int, count: int, columns: int) -> list[PinLine]:
    foot = document.foot
    page = f"第 {number} 页，共 {count} 页"
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
