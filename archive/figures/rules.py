"""The rules of the figures in words; they stand in `rules.toml`."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """Who says so, and where: the article is this law's own."""

    zh: str
    en: str
    article_zh: str = ""
    """Its articles (第十四条), or of a standard the table (表 6)."""
    article_en: str = ""
    elements: str = ""
    """Codes of the standard that define it; for staff."""
    date: dt.date | None = None
    """From which day the law holds, or when the standard was published."""

    @property
    def cited_zh(self) -> str:
        """社会保险法第十四条; GB/T 40217-2021 表 6."""
        return f"{self.zh}{' ' if self.zh.isascii() else ''}{self.article_zh}".rstrip()

    @property
    def cited_en(self) -> str:
        """Social Insurance Law, Art. 14."""
        return ", ".join(filter(None, (self.en, self.article_en)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How a figure comes about, in Chinese and English, and who says so."""

    zh: str
    """What the figure is called."""
    en: str
    how_zh: str
    how_en: str
    laws: tuple[Law, ...]


class _Words(dict[str, object]):
    """A word that no table gives reads as a dash."""

    def __missing__(self, _: str) -> str:
        return "—"


def rule(name: str, words: Mapping[str, object]) -> Rule:
    """The rule of this name, its {words} filled in."""
    own, filled = rules()[name], _Words(words)
    return replace(own, how_zh=own.how_zh.format_map(filled), how_en=own.how_en.format_map(filled))


@cache
def rules() -> dict[str, Rule]:
    """All rules by name."""
    text = resources.files("archive.figures").joinpath("rules.toml").read_text("utf-8")
    return {name: _rule(**entry) for name, entry in tomllib.loads(text).items()}


def _rule(*, laws: list[dict[str, Any]], **words: str) -> Rule:
    return Rule(laws=tuple(Law(**law) for law in laws), **words)
