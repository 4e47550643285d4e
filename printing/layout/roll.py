"""A document on a roll: lines of text by columns, 48 or 32 to a line.

Facts stand left, amounts right; a rule stands only between parts. A month is printed once, an
employer's name once for each run of its rows, as a line of its own that may wrap. Amounts, months
and numbers never do: where a table is too wide for the paper, derived columns go first, then the
month moves to a line of its own, and at last each amount gets a line.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from printing.document import Document, Fact, Seal, Table
from printing.layout.roll_table import table_lines
from printing.text import pad, width, wrap


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one weight."""

    text: str = field(repr=False)
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line; without runs, a blank one."""

    runs: tuple[Run, ...] = ()
    size: int = 1
    """1, or 2 for double width and height."""
    centred: bool = False

    @property
    def text(self) -> str:
        """The characters, without leading space for centring."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR symbol in the middle of the paper."""

    content: str = field(repr=False)


RollLine = Line | Rule | Qr


@dataclass(frozen=True, slots=True)
class Roll:
    """What goes on the roll, from top to bottom."""

    columns: int
    lines: tuple[RollLine, ...]


def layout_roll(document: Document, columns: int) -> Roll:
    """Place `document` on a roll of so many columns (ASCII characters of 12 dots)."""
    parts = [
        list(_head(document, columns)),
        list(_facts(document.facts, columns)),
        *(list(_table(t, columns)) for t in document.tables if not t.wide_only),
        list(_notes(document.notes, columns)),
        list(_foot(document, columns)),
    ]
    lines: list[RollLine] = []
    for part in parts:
        lines += [*part, Rule()]
    lines[-1:] = [_BLANK, *_seal(document.seal, columns)]
    return Roll(columns, tuple(lines))


_BLANK = Line()


def _line(text: str, *, bold: bool = False, centred: bool = False) -> Line:
    return Line((Run(text, bold),), centred=centred)


def _head(document: Document, columns: int) -> Iterator[Line]:
    double = 2 * width(document.title) <= columns
    for text in wrap(document.title, columns):
        yield Line((Run(text, not double),), size=2 if double else 1, centred=True)
    yield _BLANK
    for text in (document.agency, document.subtitle):
        yield from (_line(part, centred=True) for part in wrap(text, columns))


def _facts(facts: tuple[Fact, ...], columns: int) -> Iterator[Line]:
    label_width = max(width(fact.label) for fact in facts) + 2
    for fact in facts:
        first, *more = wrap(fact.value, columns - label_width)
        yield _line(pad(fact.label, label_width) + first)
        yield from (_line(" " * label_width + part) for part in more)


def _table(table: Table, columns: int) -> Iterator[Line]:
    *above, heading = wrap(table.heading, columns)
    yield from (_line(part, bold=True) for part in above)
    unit = f"单位：{table.unit}" if table.unit else ""
    if width(heading) + width(unit) > columns:
        yield _line(heading, bold=True)
        heading = ""
    room = columns - width(heading)
    runs = (Run(heading, bold=True), Run(pad(unit, room, right=True) if unit else ""))
    yield Line(tuple(run for run in runs if run.text))
    if table.empty and not table.groups:
        yield from (_line(part) for part in wrap(table.empty, columns))
        return
    for row in table_lines(table, columns):
        yield _line(row.text, bold=row.bold) if row.text else _BLANK
    if table.legend:
        yield _BLANK
        yield from _legend(table.legend, columns)


def _legend(legend: str, columns: int) -> Iterator[Line]:
    """A mark stays with its words."""
    line = ""
    for part in legend.split("　"):
        joined = f"{line}　{part}" if line else part
        if line and width(joined) > columns:
            yield _line(line)
            joined = part
        line = joined
    yield from (_line(part) for part in wrap(line, columns))


def _notes(notes: tuple[str, ...], columns: int) -> Iterator[Line]:
    indent = len(f"{len(notes)}. ")
    for number, note in enumerate(notes, 1):
        first, *more = wrap(note, columns - indent)
        yield _line(f"{number}. ".ljust(indent) + first)
        yield from (_line(" " * indent + part) for part in more)


def _foot(document: Document, columns: int) -> Iterator[Line]:
    foot = document.foot
    for pair in ((foot.serial, foot.copy), (foot.printed, foot.kiosk)):
        joined = "　".join(pair)
        for text in (joined,) if width(joined) <= columns else pair:
            yield from (_line(part) for part in wrap(text, columns))


def _seal(seal: Seal, columns: int) -> Iterator[RollLine]:
    yield Qr(seal.url)
    yield _BLANK
    for part in _code(seal.code, columns):
        yield _line(part, bold=True, centred=True)
    for part in wrap(seal.hint, columns):
        yield _line(part, centred=True)


def _code(code: str, columns: int) -> tuple[str, ...]:
    """The code in one line, or where that is too long in two, parted between its groups."""
    whole = f"核验码 {code}"
    if width(whole) <= columns:
        return (whole,)
    middle = code.find("-", len(code) // 2) + 1
    return "核验码", code[:middle], code[middle:]
