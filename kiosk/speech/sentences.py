"""From a drawn screen to what is said of it: one source for the eye and the ear.

The screen's own HTML is read in its order. A row of a table is a sentence of headings and values,
a long table only its sums; what can be touched is said last, as choices. Marks in the templates:
`aria-hidden` and `data-aloud="no"` are never said (drawings, the digits of a PIN pad),
`data-private` only to who listens with headphones.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final, Literal

from kiosk.visit.look import Language
from kiosk.web.words import Voice

Out = Literal["headphones", "speaker"]

LONGEST: Final = 900
"""Characters; some five minutes, after which nobody listens and the screen has the rest."""
NEWS: Final = "news"
"""The part of a screen that tells which one it is, and all that went wrong."""
_ROWS: Final = 14
"""A longer table is told by its sums."""
_VOID: Final = frozenset({"br", "hr", "img", "input", "meta", "link", "progress", "wbr"})
_BLOCKS: Final = frozenset(
    {"section", "header", "main", "footer", "div", "p", "h1", "h2", "h3", "ul", "ol", "li", "dl"}
    | {"article", "table", "caption", "thead", "tbody", "tfoot", "tr", "button", "dt", "dd", "nav"}
)
_SILENT: Final = frozenset({"svg", "script", "style", "template"})
_STOPS: Final = "。！？；：，、.!?;:,"


@dataclass(slots=True)
class Element:
    """An element of the screen, or a run of text in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parts: "list[Element | str]" = field(default_factory=list)

    def find(self, *tags: str) -> "Iterator[Element]":
        """Every element below with one of these tags, in order."""
        for part in self.parts:
            if isinstance(part, Element):
                if part.tag in tags:
                    yield part
                yield from part.find(*tags)

    def by_id(self, name: str) -> "Element | None":
        """The element of that id."""
        for part in self.parts:
            if isinstance(part, Element):
                if part.attributes.get("id") == name:
                    return part
                if (found := part.by_id(name)) is not None:
                    return found
        return None


class _Reader(HTMLParser):
    """Our own templates, well formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].parts.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].parts.append(element)

    def handle_endtag(self, tag: str) -> None:
        if any(one.tag == tag for one in self._open[1:]):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._open[-1].parts.append(data)


def sentences(
    html: str, *, out: Out, language: Language, part: str = "", longest: int = LONGEST
) -> tuple[str, ...]:
    """What is said of a screen, or of the part of it with that id; figures stay figures.

    Nothing is said of a part that is not there.
    """
    reader = _Reader()
    reader.feed(html)
    voice = Voice(language)
    if part == NEWS:
        news = _Teller(out, voice, whole=True).news(reader.root)
        return _bounded(list(dict.fromkeys(news)), voice, longest)
    shown = reader.root.by_id(part) if part else reader.root
    if shown is None:
        return ()
    teller = _Teller(out, voice, whole=not part)
    # A part is asked for by its name: that it is not read with the rest does not matter then.
    asked = Element("div", {}, shown.parts) if part else shown
    said = [*teller.tell(asked), *teller.choices()]
    return _bounded(list(dict.fromkeys(said)), voice, longest)


def _bounded(said: list[str], voice: Voice, longest: int) -> tuple[str, ...]:
    """As many whole sentences as fit; what is left out is said to be."""
    kept: list[str] = []
    for sentence in said:
        if sum(map(len, kept)) + len(sentence) > longest:
            return (*kept, voice.say("aloud.rest"))
        kept.append(sentence)
    return tuple(kept)


def _disabled(button: Element) -> bool:
    return "disabled" in button.attributes or button.attributes.get("aria-disabled") == "true"


class _Teller:
    """Says a screen, and keeps its buttons for the end."""

    def __init__(self, out: Out, voice: Voice, *, whole: bool) -> None:
        self._out = out
        self._voice = voice
        self._whole = whole
        self._buttons: list[str] = []

    def choices(self) -> Iterator[str]:
        """What can be touched, in one sentence."""
        if self._buttons:
            named = self._voice.say("aloud.part").join(dict.fromkeys(self._buttons))
            yield _ended(self._voice.say("aloud.choices") + named, self._voice)

    def news(self, element: Element) -> Iterator[str]:
        """The heading of a screen, and what is marked as an alert."""
        if self._silent(element):
            return
        if element.tag == "h1" or element.attributes.get("role") == "alert":
            yield from self.tell(element)
            return
        for part in element.parts:
            if isinstance(part, Element):
                yield from self.news(part)

    def tell(self, element: Element) -> Iterator[str]:
        """The sentences of an element."""
        if self._silent(element):
            return
        if element.tag == "button":
            if not _disabled(element) and (words := self._words(element)):
                self._buttons.append(words)
        elif element.tag == "table":
            yield from self._table(element)
        elif any(True for _ in element.find(*_BLOCKS)):
            yield from self._blocks(element)
        elif words := self._words(element):
            yield _ended(words, self._voice)

    def _blocks(self, element: Element) -> Iterator[str]:
        """Blocks one after the other; text that stands between them is a sentence too."""
        run = Element("p")
        for part in (*element.parts, Element("p")):
            if isinstance(part, str) or (
                part.tag not in _BLOCKS and not any(True for _ in part.find(*_BLOCKS))
            ):
                run.parts.append(part)
                continue
            if words := self._words(run):
                yield _ended(words, self._voice)
            run = Element("p")
            yield from self.tell(part)

    def _silent(self, element: Element) -> bool:
        attributes = element.attributes
        return (
            element.tag in _SILENT
            or "hidden" in attributes
            or attributes.get("aria-hidden") == "true"
            or attributes.get("data-aloud") == "no"
            or "data-key" in attributes  # whoever stands near must not hear where a digit is
            or "data-letter" in attributes
            or ("popover" in attributes and self._whole)
            or ("data-private" in attributes and self._out == "speaker")
            or self._foreign(element)
        )

    def _foreign(self, element: Element) -> bool:
        """Whether it says the same in the other language."""
        return "under" in element.attributes.get("class", "").split()

    def _words(self, element: Element) -> str:
        """The text of an element without blocks: bold words and lines are parted by a comma."""
        said = ""
        for part in element.parts:
            if isinstance(part, str):
                said += re.sub(r"\s+", " ", part)
                continue
            if part.tag == "br":
                said = _joined(said, "", self._voice)
            elif not self._silent(part):
                said = _joined(said, self._words(part), self._voice)
        return said.strip()

    def _table(self, table: Element) -> Iterator[str]:
        """Each row by its headings; of a long table only the rows that are sums."""
        for caption in table.find("caption"):
            yield _ended(self._words(caption), self._voice)
        heads = [self._words(cell) for head in table.find("thead") for cell in head.find("th")]
        rows = [row for part in table.find("tbody", "tfoot") for row in part.find("tr")]
        plain = [row for row in rows if "sum" not in row.attributes.get("class", "").split()]
        if len(plain) > _ROWS:
            yield self._voice.say("aloud.rows", count=len(plain))
            rows = [row for row in rows if row not in plain]
        for row in rows:
            yield from self._row(row, heads)

    def _row(self, row: Element, heads: list[str]) -> Iterator[str]:
        cells = [self._words(cell) for cell in row.find("th", "td")]
        if len(cells) == len(heads) and len(cells) != 2:
            named = zip(["", *heads[1:]], cells, strict=True)
            cells = [f"{head} {cell}".lstrip() if cell else "" for head, cell in named]
        if said := self._voice.say("aloud.comma").join(filter(None, cells)):
            yield _ended(said, self._voice)


def _joined(said: str, more: str, voice: Voice) -> str:
    """Two pieces that stand apart on the screen; a space or a stop between them is enough."""
    if not said or said.endswith((" ", *_STOPS)) or more.startswith((" ", *_STOPS)):
        return said + more
    return said + voice.say("aloud.comma") + more


def _ended(sentence: str, voice: Voice) -> str:
    if sentence.endswith(tuple("。！？：.!?:")):
        return sentence
    return sentence.rstrip("，,、；;") + voice.say("aloud.end")
