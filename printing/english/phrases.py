"""What a Chinese text of a paper is in English, by the catalogue `phrases.toml`.

The key is the Chinese text itself, as in gettext. A sentence with values is found by its pattern,
several sentences one by one, a list item by item. What is not found stays as it is: that is what
names and other data do.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final, Literal, cast

from archive.codes import code_table
from archive.dossiers import CertificateRefused
from archive.figures.figure import Missing
from archive.figures.rules import rules
from archive.guides.elements import ELEMENTS, NOT_PUBLISHED
from archive.model import ArchiveState
from printing.kinds import KIND_NAMES

Narrow = Literal["heads", "cells", "marks"]
_CODES: Final = (
    *("AAC004", "AAC008", "AAC031", "AAE140.hrss", "AAE140.nhsa", "AAB301", "EAC071", "aae170"),
    *("psn_insu_stas", "benefit", "injury_result", "card_order_kind", "card_order_state"),
    *("card_state", "archive_state", "follow_up", "transfer_state", "dossier_direction"),
    *("dossier_method", "material_class", "yes_no", "case_state"),
)
"""Tables whose labels stand on papers; names of agencies stay Chinese."""
_HANZI: Final = re.compile(r"[\u3400-\u9fff]")
_SENTENCE: Final = re.compile(r"[^。]+。?")
_PLACE: Final = re.compile(r"\{(\w+)\}")
_NUMBER: Final = re.compile(r"[0-9]+")
_FIGURES: Final = {
    "n": "[0-9]+",
    "m": "[0-9]+",
    "day": "[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}日",
    "month": "[0-9]{4} ?年 ?[0-9]{1,2} ?月",
}
"""Places of a pattern that hold figures."""
_WORDS: Final = {"inside": "[^。（）]+"}
"""Places that hold words, which are looked up in turn; others hold any of one sentence."""
_LISTS: Final = {"　": "　", "；": "; ", "，": ", ", "、": ", "}
"""What stands between the items of a list, in both languages; the widest first."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A sentence with values."""

    zh: re.Pattern[str]
    one: str
    """In English, where {n} is 1."""
    many: str
    own_words: int
    """How many characters of its own are Chinese; without any its values must all be known."""


@dataclass(frozen=True, slots=True)
class _Catalogue:
    """All that can be said in English."""

    texts: Mapping[str, str]
    narrow: Mapping[Narrow, Mapping[str, str]]
    patterns: tuple[_Pattern, ...]
    """Those with the most words of their own first."""


class Phrases:
    """The catalogue in use for one document; what was looked up is remembered no longer."""

    def __init__(self) -> None:
        self._catalogue = _catalogue()
        self._looked_up: dict[str, str | None] = {}

    def text(self, text: str) -> str:
        """A line or a cell: what is found begins with a capital. Without Chinese it is as it is."""
        found = self._find(text) if _HANZI.search(text) else None
        return text if found is None else _capital(found)

    def term(self, text: str) -> str:
        """What stands within a line."""
        return self._find(text) or text

    def narrow(self, text: str, what: Narrow) -> str:
        """A head, a cell or a mark in the room of narrow paper."""
        return self._catalogue.narrow[what].get(text) or self.text(text)

    def _find(self, text: str) -> str | None:
        """In small letters where it may stand within a sentence; None: nothing is found."""
        if text not in self._looked_up:
            self._looked_up[text] = self._search(text)
        return self._looked_up[text]

    def _search(self, text: str) -> str | None:
        if not _HANZI.search(text):
            return text if text.isascii() else self._items(text) or text
        return (
            self._catalogue.texts.get(text)
            or self._items(text)
            or self._matching(text)
            or self._sentences(text)
        )

    def _items(self, text: str) -> str | None:
        """A list of which every item is known."""
        for mark, between in _LISTS.items():
            if mark in text and not text.endswith("。"):
                found = [self._find(item) for item in text.split(mark)]
                if all(found):
                    return between.join(filter(None, found))
        return None

    def _matching(self, text: str) -> str | None:
        for pattern in self._catalogue.patterns:
            if match := pattern.zh.fullmatch(text):
                own = match.groupdict()
                words = (value for name, value in own.items() if name not in _FIGURES)
                if pattern.own_words or all(map(self._find, words)):
                    values = {name: self._value(name, value) for name, value in own.items()}
                    said = pattern.one if own.get("n") == "1" else pattern.many
                    return said.format_map(values)
        return None

    def _value(self, name: str, value: str) -> str:
        if name in ("day", "month"):
            year, *rest = _NUMBER.findall(value)
            return "-".join((year, *(f"{int(part):02}" for part in rest)))
        return self._find(value) or value

    def _sentences(self, text: str) -> str | None:
        """Several sentences of which one at least is known."""
        sentences = _SENTENCE.findall(text)
        if len(sentences) < 2 or not any(map(self._find, sentences)):
            return None
        return " ".join(map(self.text, sentences))


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def _catalogue() -> _Catalogue:
    """The names that the archive has in both languages, and over them the words of papers."""
    file = resources.files("printing.english").joinpath("phrases.toml").read_text("utf-8")
    sections: dict[str, dict[str, str | list[str]]] = tomllib.loads(file)
    narrow = cast("dict[Narrow, dict[str, str]]", sections.pop("narrow"))
    said = {zh: en for section in sections.values() for zh, en in section.items()}
    texts = dict(_archive_names()) | {zh: en for zh, en in said.items() if isinstance(en, str)}
    patterns = (_pattern(zh, en) for zh, en in said.items() if "{" in zh)
    return _Catalogue(
        {zh: en for zh, en in texts.items() if "{" not in zh},
        narrow,
        tuple(sorted(patterns, key=lambda one: one.own_words, reverse=True)),
    )


def _archive_names() -> Iterator[tuple[str, str]]:
    for table in map(code_table, _CODES):
        yield from ((table.label(code), table.label(code, "en")) for code in table.codes())
    for rule in rules().values():
        yield rule.zh, rule.en
        yield f"{rule.zh}：{rule.how_zh}", f"{rule.en}: {_small(rule.how_en)}"
        yield from ((law.cited_zh, law.cited_en) for law in rule.laws)
    yield from ((kind_zh, kind.value.replace("_", " ")) for kind, kind_zh in KIND_NAMES.items())
    yield from ((reason.zh, reason.en) for reason in Missing)
    away = (
        CertificateRefused(state) for state in ArchiveState if state is not ArchiveState.IN_STOCK
    )
    yield from ((refused.zh, refused.en) for refused in away)
    yield from ((zh, en) for _, zh, en in ELEMENTS)
    yield NOT_PUBLISHED


def _pattern(zh: str, en: str | list[str]) -> _Pattern:
    """Of a sentence with places in braces."""
    one, many = (en, en) if isinstance(en, str) else en
    own, *rest = _PLACE.split(zh)
    filled = re.escape(own)
    for place, words in zip(rest[::2], rest[1::2], strict=True):
        filled += f"(?P<{place}>{(_FIGURES | _WORDS).get(place, '[^。]+?')})" + re.escape(words)
    own_words = len(_HANZI.findall("".join((own, *rest[1::2]))))
    return _Pattern(re.compile(filled), one, many, own_words)
