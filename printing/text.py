"""Text on its way to paper: what may pass, how wide it is, where it may break.

On a receipt a character takes one column if it is ASCII and two if it is anything else: the
printer's ROM holds every two-byte character in a 24-dot cell, and what the ROM lacks is sent as an
image of the same cell. So the East Asian width needs no table here, ambiguous ones included.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from printing.errors import LayoutError, TextRefusedError

Rom = Literal["gb2312", "gbk", "gb18030-2byte"]
"""What a printer's font ROM holds; all are addressed by the two-byte codes of GB18030."""

# A yen sign would leave as the four bytes 81 30 84 36 and print as "0 6"; the other look-alikes
# have no two-byte code or a different one in each table.
_REPLACED = str.maketrans(
    {
        "\u00a5": "\uffe5",
        "\u00a0": " ",
        "\u2002": " ",
        "\u2007": " ",
        "\u2009": " ",
        "\u202f": " ",
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2212": "-",
        "\u2015": "\u2014",
        "\u2022": "\u00b7",
        "\u2027": "\u00b7",
        "\u30fb": "\u00b7",
        # Without a font that has the variant a selector is ignorable: the base form is shown.
        **dict.fromkeys(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))),
    }
)
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Mc", "Me"})
_NOT_FIRST = frozenset("、。，；：？！）》〉」』】〕”’％…—,.;:?!)]}%")
_NOT_LAST = frozenset("（《〈「『【〔“‘￥([{")
_UNITS = (
    *("个工作日", "工作日", "个月", "月份", "年度", "分钟", "周岁", "厘米", "小时"),
    *(
        "年",
        "月",
        "日",
        "元",
        "分",
        "页",
        "行",
        "条",
        "次",
        "份",
        "天",
        "周",
        "岁",
        "米",
        "户",
        "人",
    ),
)
"""What is counted in statements; longer ones first."""
_WORD = re.compile(r"[\x21-\x7e]+|[ \u3000]+|.", re.DOTALL)
_NUMBER = r"[\x21-\x7e]*[0-9] ?"
_AMOUNT = rf"{_NUMBER}(?:{'|'.join(_UNITS)})|{_WORD.pattern}"
_DATE = rf"{_NUMBER}年 ?[0-9]+ ?月(?: ?[0-9]+ ?日)?|{_NUMBER}月 ?[0-9]+ ?日|{_AMOUNT}"
_TOKENS = (re.compile(_DATE, re.DOTALL), re.compile(_AMOUNT, re.DOTALL), _WORD)
"""Dates, numbers with their units, words; where a line cannot hold one, what comes next."""
_COUNTED = re.compile(r"(?:[0-9]|GB/T) ?\Z")
"""What a unit, or the number of a standard, follows behind a blank."""
_JOINT = re.compile(r"(?<=[/-])(?![/-])|(?=\.)")
"""Where an address or a path may be parted: behind a slash or a hyphen, before a full stop."""
_FIGURE = re.compile(r"[+-]?[0-9][0-9,.:/-]*\Z")


def gate(text: str, place: str) -> str:
    """Make `text` printable or refuse it, naming `place`.

    Composes (NFC) and replaces look-alikes without a two-byte code. Control, format, private-use,
    unassigned and combining characters raise TextRefusedError: they could hide or reorder what the
    paper shows, or reach the printer as a command.
    """
    if text.isascii() and text.isprintable():
        return text
    clean = unicodedata.normalize("NFC", text).translate(_REPLACED)
    for offset, character in enumerate(clean):
        if unicodedata.category(character) in _REFUSED:
            raise TextRefusedError(place, offset, ord(character))
    return clean


def width(text: str) -> int:
    """Columns that `text` takes on a receipt."""
    return 2 * len(text) - len(text.encode("ascii", "ignore"))


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """Fill `text` with spaces to `columns`; at the left if it is to stand `right`."""
    fill = " " * (columns - width(text))
    return fill + text if right else text + fill


def longest_word(text: str) -> int:
    """Columns of the longest run of ASCII, which had better not be broken."""
    return round(widest_word(text, width))


def widest_word(text: str, measure: Callable[[str], float]) -> float:
    """As `measure` counts: how wide the widest run of ASCII, or character, is."""
    return max(map(measure, _WORD.findall(text)), default=0)


def rom_bytes(character: str, rom: Rom) -> bytes | None:
    """The bytes that print `character` from a ROM, or None if the ROM has no such glyph."""
    if character < "\x80":
        return character.encode("ascii")
    code = character.encode("gb18030")
    if len(code) != 2:
        return None
    match rom:
        case "gb18030-2byte":
            return code
        case "gbk" | "gb2312":
            try:
                code.decode(rom)
            except UnicodeDecodeError:
                return None
            return code


def wrap(text: str, limit: float, measure: Callable[[str], float] = width) -> tuple[str, ...]:
    """Break `text` into lines of at most `limit`, as `measure` counts.

    Chinese breaks between any two characters, except that closing marks do not start a line and
    opening ones do not end it, where a line can hold them and their neighbour. Runs of ASCII stay
    whole unless a line cannot hold them, and are then parted at their joints (/ - .); figures
    (amounts, dates, months) stay whole always and raise LayoutError if they do not fit. A number
    and its unit, a date and its parts, stay together where a line holds them.
    """
    if measure(text) <= limit:
        return (text.rstrip(),)
    lines: list[list[str]] = [[]]
    taken = 0.0
    for unit in _units(text, limit, measure):
        # Spaces go with the line that they end.
        if lines[-1] and not unit.isspace() and taken + measure(unit.rstrip()) > limit:
            lines.append([])
            taken = 0.0
        if lines[-1] or len(lines) == 1 or not unit.isspace():
            lines[-1].append(unit)
            taken += measure(unit)
    _leave_no_orphan(lines, limit, measure)
    return tuple("".join(units).rstrip() for units in lines if units or len(lines) == 1)


def wrap_parts(text: str, room: float, measure: Callable[[str], float] = width) -> tuple[str, ...]:
    """Break `text` at its wide spaces, so that what stands between two of them stays together.

    Nothing makes no line.
    """
    lines: list[str] = []
    for part in text.split("　") if text else ():
        if lines and measure(f"{lines[-1]}　{part}") <= room:
            lines[-1] += f"　{part}"
        else:
            lines.append(part)
    return tuple(piece for line in lines for piece in wrap(line, room, measure))


def _leave_no_orphan(lines: list[list[str]], limit: float, measure: Callable[[str], float]) -> None:
    """Give a last line of a single character another one, where the line above can spare it."""
    if len(lines) < 2 or len("".join(lines[-1])) > 1 or len(lines[-2]) < 3:
        return
    if not lines[-2][-1].isspace() and measure(lines[-2][-1] + "".join(lines[-1])) <= limit:
        lines[-1].insert(0, lines[-2].pop())


def _units(text: str, limit: float, measure: Callable[[str], float]) -> Iterator[str]:
    """The pieces of `text` that no line break may part, each no longer than `limit`."""
    held = ""
    for token in _tokens(text, limit, measure):
        if measure(token) > limit:
            if _FIGURE.match(token):
                raise LayoutError("figure", round(measure(token)), round(limit))
            if held:
                yield held
            *whole, held = _pieces(token, limit, measure)
            yield from whole
            continue
        opened = held.rstrip()[-1:] in _NOT_LAST
        # Spaces that end a line are dropped: a mark before them would end it.
        if opened and measure(held + token) > limit:
            held = held.rstrip()
        if held and token[0] in _NOT_FIRST and measure(held + token) > limit:
            loose, held = _loosened(held)
            if loose:
                yield loose
        clings = opened or token[0] in _NOT_FIRST or _belongs(held, token)
        if held and not (clings and measure(held + token) <= limit):
            yield held
            held = ""
        held += token
    if held:
        yield held


def _tokens(
    text: str,
    limit: float,
    measure: Callable[[str], float],
    patterns: Sequence[re.Pattern[str]] = _TOKENS,
) -> Iterator[str]:
    """Dates, numbers with their units, and words; parts of those that are longer than `limit`."""
    first, *finer = patterns
    for token in first.findall(text):
        if finer and len(token) > 1 and measure(token) > limit:
            yield from _tokens(token, limit, measure, finer)
        else:
            yield token


def _belongs(held: str, part: str) -> bool:
    """Whether `part` is the unit of a number that `held` ends with, or the blank between them."""
    if part != " " and not held.endswith(" "):  # nearly all: no pattern is searched for them
        return False
    if not _COUNTED.search(held) or part in _NOT_LAST:
        return False
    return part == " " or part > "\x7f" or held.endswith("GB/T ")


def _loosened(held: str) -> tuple[str, str]:
    """What a line may end with after all, so that its last word has room for the mark behind it."""
    head, blank, last = held.rstrip().rpartition(" ")
    if not blank or last[0] in _NOT_FIRST:
        return "", held
    return head + blank, held[len(head + blank) :]


def _pieces(token: str, limit: float, measure: Callable[[str], float]) -> list[str]:
    """A word longer than a line, parted at its joints; within a part only where that is longer."""
    pieces = [""]
    for part in _JOINT.split(token):
        for atom in (part,) if measure(part) <= limit else part:
            if pieces[-1] and measure(pieces[-1] + atom) > limit:
                pieces.append("")
            pieces[-1] += atom
    return pieces
