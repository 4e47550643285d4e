"""What stands on an A4 sheet: text, rules and one QR symbol, in points from the top left corner."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

from printing.layout.structure import Node

MM: Final = 72 / 25.4
PAGE_WIDTH: Final = 210 * MM
PAGE_HEIGHT: Final = 297 * MM
MARGIN: Final = 16 * MM
LEFT: Final = MARGIN
RIGHT: Final = PAGE_WIDTH - MARGIN
KEPT: Final = 300.0
"""What belongs together and is not higher is not parted by the end of a page."""

STRONG: Final = 1.0
MEDIUM: Final = 0.6
THIN: Final = 0.4
HAIR: Final = 0.25

Measure = Callable[[str, float], float]
"""How wide a text of a size in points is, in points."""


@dataclass(frozen=True, slots=True)
class Text:
    """Text from `x` on, standing on the line `y`."""

    x: float
    y: float
    text: str = field(repr=False)
    size: float
    bold: bool = False
    soft: bool = False
    """Grey: labels and headings, so that the data stand out."""
    node: Node | None = field(default=None, repr=False, compare=False)
    """What it is part of; None for what a screen reader skips."""


@dataclass(frozen=True, slots=True)
class HLine:
    """A horizontal rule."""

    x: float
    y: float
    length: float
    weight: float
    pale: bool = False


@dataclass(frozen=True, slots=True)
class QrBox:
    """A QR symbol that fills a square, its quiet zone not included."""

    x: float
    y: float
    side: float
    content: str = field(repr=False)
    node: Node | None = field(default=None, repr=False, compare=False)


Item = Text | HLine | QrBox


@dataclass(frozen=True, slots=True)
class Page:
    """All that stands on one page."""

    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Sheets:
    """All pages of a document, and what their texts are."""

    pages: tuple[Page, ...]
    structure: Node = field(repr=False)


class Flow:
    """Fills pages from top to bottom; a new one starts with what `head` puts on it."""

    def __init__(
        self,
        bottom: float,
        head: Callable[["Flow"], None],
        *,
        loose: bool = False,
        trial: bool = False,
    ) -> None:
        """`loose`: what belongs together may be parted to leave less white; `trial`: only how full
        the pages get is asked, and nothing is put on them.
        """
        self.loose = loose
        self._trial = trial
        self.y = MARGIN
        self.structure = Node("Document")
        self.pages: list[list[Item]] = [[]]
        self._bottom = bottom
        self._head = head
        self._ends: list[float] = []

    @property
    def count(self) -> int:
        """How many pages there are."""
        return len(self.pages)

    @property
    def white(self) -> float:
        """How much of the last page is still white, as a share."""
        return 1 - self.y / self._bottom

    @property
    def emptiest(self) -> float:
        """How much of a page is left white at most, as a share; of the last it is no fault."""
        return max((1 - end / self._bottom for end in self._ends), default=0.0)

    def room(self, height: float) -> bool:
        """Whether so much still fits on this page."""
        return self.y + height <= self._bottom

    def turn(self) -> None:
        """Start a new page."""
        self.pages.append([])
        self._ends.append(self.y)
        self.y = MARGIN
        self._head(self)

    def add(self, *items: Item) -> None:
        """Put items on this page."""
        self.extend(items)

    def extend(self, items: Iterable[Item]) -> None:
        """Put items on this page; in a trial they are not even made."""
        if not self._trial:
            self.pages[-1].extend(items)

    def rule(self, weight: float, *, pale: bool = False) -> None:
        """Rule the page from margin to margin at the present height."""
        self.add(HLine(LEFT, self.y, RIGHT - LEFT, weight, pale))


def baseline(top: float, height: float, size: float) -> float:
    """Where text of `size` stands to look centred in a row: a hanzi's middle is 0.37 em up."""
    return top + height / 2 + 0.37 * size


def shorten(text: str, room: float, size: float, measure: Measure) -> str:
    """`text`, or as much of it as fits with an ellipsis."""
    if measure(text, size) <= room:
        return text
    while text and measure(text + "…", size) > room:
        text = text[:-1]
    return text + "…"
