"""A document on a roll: lines of text by columns, 48 or 32 to a line.

Facts stand left, amounts right; a rule stands only between parts. A month is printed once, an
employer's name once for each run of its rows, as a line of its own that may wrap. Amounts, months
and numbers never do: where a table is too wide for the paper, derived columns go first, then the
month moves to a line of its own, and at last each amount gets a line.

Large print is twice as high and, wherever half the columns suffice, twice as wide. The title is the
largest text in both: on narrow paper it is parted between words, not made smaller.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from printing.document import Document, Fact, Kind, Table
from printing.layout.page_rows import of_symbols
from printing.layout.roll_table import Fitted
from printing.layout.size import Size
from printing.layout.words import named, words_of
from printing.text import longest_word, pad, width, wrap, wrap_parts


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
    tall: bool = False
    """One higher than wide."""

    @property
    def text(self) -> str:
        """The characters, without leading space for centring."""
        return "".join(run.text for run in self.runs)

    @property
    def height(self) -> int:
        """1 to 3: of how many letters of size 1."""
        return self.size + self.tall


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
    size: Size = "normal"


def layout_roll(document: Document, columns: int, size: Size = "normal") -> Roll:
    """Place `document` on a roll of so many columns (ASCII characters of 12 dots)."""
    hand = _Hand(columns, large=size == "large")
    parts = [
        list(_head(document, hand)),
        list(_facts(document.facts, hand)),
        *(list(_table(table, hand)) for table in document.tables if not table.wide_only),
        list(_notes(document.notes, hand)),
        list(_foot(document, hand)),
    ]
    lines: list[RollLine] = []
    for part in parts:
        lines += [*part, Rule()]
    lines[-1:] = [_BLANK, *_seal(document, hand)] if document.sealed else []
    return Roll(columns, tuple(lines), size)


_BLANK: Final = Line()
_STARRED: Final = re.compile(r"([!-~]*\*[*!-~]*?)([，。；：,.;:]?(?![!-~]))")
"""A number of which the middle is not shown, and the mark behind it."""
_SECOND: Final = ("和", "个人", "信息", "参保情况")
"""Words that begin the second line of a title which is too long for one."""


@dataclass(frozen=True, slots=True)
class _Hand:
    """How running text is set on a roll of so many columns."""

    columns: int
    large: bool

    @property
    def room(self) -> int:
        """Columns of running text."""
        return self.columns // 2 if self.large else self.columns

    def line(self, text: str, *, bold: bool = False, centred: bool = False) -> Line:
        """A line of running text."""
        return self.runs((Run(text, bold),), centred=centred)

    def runs(self, runs: tuple[Run, ...], *, centred: bool = False) -> Line:
        """A line of running text in parts."""
        return Line(runs, size=2 if self.large else 1, centred=centred)

    def narrow(self, text: str, *, bold: bool = False) -> Line:
        """A line that needs all columns: only its height can grow."""
        return Line((Run(text, bold),), tall=self.large)


def _head(document: Document, hand: _Hand) -> Iterator[Line]:
    for text in _title(document.title, hand.columns // 2):
        yield Line((Run(text, bold=hand.large),), size=2, centred=True, tall=hand.large)
    if document.title_en:
        yield _BLANK
        title = _even(document.title_en, hand.room)
        yield from (hand.line(part, bold=True, centred=True) for part in title)
    yield _BLANK
    for text in (document.agency, document.subtitle):
        yield from (hand.line(part, centred=True) for part in _even(text, hand.room))


def _even(text: str, room: int) -> tuple[str, ...]:
    """In as few lines as there is room for, none of them much shorter than the others."""
    lines, least = wrap(text, room), longest_word(text)
    while (less := max(map(width, lines)) - 1) >= least:
        closer = wrap(text, less)
        if len(closer) > len(lines):
            break
        lines = closer
    return lines


def _title(title: str, room: int) -> tuple[str, ...]:
    """In one line, or in two that are parted before a word of `_SECOND`."""
    if width(title) > room:
        for word in _SECOND:
            first, found, rest = title.partition(word)
            if first and found and max(width(first), width(found + rest)) <= room:
                return first, found + rest
    return wrap(title, room)


def _facts(facts: tuple[Fact, ...], hand: _Hand) -> Iterator[Line]:
    if hand.large:
        for fact in facts:
            yield from _own_line(fact, hand)
        return
    apart = [fact for fact in facts if not _fits(fact, width(fact.label) + 2, hand)]
    indent = max(width(fact.label) + 2 for fact in facts if fact not in apart)
    for fact in facts:
        if fact in apart or not _fits(fact, indent, hand):
            yield from _own_line(fact, hand)
            continue
        first, *more = wrap(fact.value, hand.columns - indent)
        yield hand.line(pad(fact.label, indent) + first)
        yield from (hand.line(" " * indent + part) for part in more)


def _fits(fact: Fact, indent: int, hand: _Hand) -> bool:
    """Whether no number in the value is broken beside a label of that width."""
    return indent + longest_word(fact.value) <= hand.columns


def _own_line(fact: Fact, hand: _Hand) -> Iterator[Line]:
    """Label and value in one line, or each on its own; a number is not broken."""
    whole = named(fact.label, fact.value)
    if width(whole) <= hand.room:
        yield hand.line(whole)
        return
    yield from (hand.line(part) for part in wrap(named(fact.label), hand.room))
    if longest_word(fact.value) > hand.room - 2:
        yield from (hand.narrow(f"  {part}") for part in wrap(fact.value, hand.columns - 2))
    else:
        yield from (hand.line(f"  {part}") for part in wrap(fact.value, hand.room - 2))


def _table(table: Table, hand: _Hand) -> Iterator[Line]:
    *above, heading = wrap(table.heading, hand.room)
    yield from (hand.line(part, bold=True) for part in above)
    unit = table.unit and named("Unit" if table.unit.isascii() else "单位", table.unit)
    if unit and width(heading) + 1 + width(unit) > hand.room:
        yield hand.line(heading, bold=True)
        heading = ""
    room = hand.room - width(heading)
    runs = (Run(heading, bold=True), Run(pad(unit, room, right=True) if unit else ""))
    yield hand.runs(tuple(run for run in runs if run.text))
    if not table.groups:
        if table.empty:
            yield from _sentence(table.empty, hand)
        yield from _blanks(table.blanks, hand)
        return
    yield from _rows(table, hand)


def _sentence(text: str, hand: _Hand) -> Iterator[Line]:
    """A number with stars that is longer than a line has one in narrow letters: parted it would
    read as two.
    """
    for found in _STARRED.finditer(text):
        number, end = found.groups()
        if hand.room < width(number) <= hand.columns - width(end):
            before, after = text[: found.start()].rstrip(), text[found.end() :].lstrip()
            if before:
                yield from (hand.line(part) for part in wrap(before, hand.room))
            yield hand.narrow(number + end)
            if after:
                yield from _sentence(after, hand)
            return
    yield from (hand.line(part) for part in wrap(text, hand.room))


def _blanks(blanks: tuple[str, ...], hand: _Hand) -> Iterator[Line]:
    """Each on a line of its own that goes to the edge, below a centimetre of white."""
    for blank in blanks:
        yield from [_BLANK] * (1 if hand.large else 2)
        label = named(blank)
        yield hand.line(label + "_" * (hand.room - width(label)))


def _rows(table: Table, hand: _Hand) -> Iterator[Line]:
    fitted = Fitted.to(table, hand.room)
    narrow = hand.large and fitted.grid is None and _is_compared(table)
    if narrow:  # half of the columns would part what is read down its column
        wide = Fitted.to(table, hand.columns)
        narrow = wide.grid is not None
        fitted = wide if narrow else fitted
    for row in fitted.lines(large=hand.large and not narrow):
        make = hand.narrow if narrow or row.narrow else hand.line
        yield make(row.text, bold=row.bold) if row.text else _BLANK
    if table.legend and not fitted.spells_marks:
        yield _BLANK
        yield from (hand.line(part) for part in wrap_parts(table.legend, hand.room))


def _is_compared(table: Table) -> bool:
    """Whether something is read down its column: figures or marks."""
    return any(
        column.kind in (Kind.AMOUNT, Kind.COUNT) or of_symbols(table, place)
        for place, column in enumerate(table.columns)
    )


def _notes(notes: tuple[str, ...], hand: _Hand) -> Iterator[Line]:
    indent = width(f"{len(notes)}. ")
    for number, note in enumerate(notes, 1):
        first, *more = wrap(note, hand.room - indent)
        yield hand.line(pad(f"{number}. ", indent) + first)
        yield from (hand.line(" " * indent + part) for part in more)


def _foot(document: Document, hand: _Hand) -> Iterator[Line]:
    foot = document.foot
    for pair in ((foot.serial, foot.copy), (foot.printed, foot.kiosk)):
        joined = "　".join(pair)
        for text in (joined,) if width(joined) <= hand.columns else pair:
            yield from (hand.narrow(part) for part in wrap(text, hand.columns))


def _seal(document: Document, hand: _Hand) -> Iterator[RollLine]:
    seal = document.seal
    yield Qr(seal.url)
    yield _BLANK
    for part in _code(words_of(document).code, seal.code, hand.room):
        yield hand.line(part, bold=True, centred=True)
    for part in _even(seal.hint, hand.room):
        yield hand.line(part, centred=True)


def _code(name: str, code: str, room: int) -> tuple[str, ...]:
    """The code in one line, or where that is too long in more, parted between its groups."""
    whole = f"{name} {code}"
    if width(whole) <= room:
        return (whole,)
    groups = code.split("-")
    for count in range(2, len(groups) + 1):
        each = -(-len(groups) // count)
        parts = ["-".join(groups[at : at + each]) for at in range(0, len(groups), each)]
        lines = [f"{part}-" for part in parts[:-1]] + parts[-1:]
        if max(map(width, lines)) <= room:
            break
    return name, *lines
