"""The rules of the figures in words; they stand in `rules.toml`."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How a figure comes about, in Chinese and English, and who says so."""

    zh: str
    """What the figure is called."""
    en: str
    how_zh: str
    how_en: str
    law: str
    article: str = ""
    elements: str = ""
    """Codes of the standard that define it; for staff."""
    date: dt.date | None = None
    """From which day the law holds, or when the standard was published."""


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
    return {name: Rule(**entry) for name, entry in tomllib.loads(text).items()}
