"""What the pages say: every sentence in Chinese and English, from the TOML files of this folder.

A key is `table.name`; `en_one` is said instead of `en` where the number in it is one. Faults,
statements and topics carry their two languages themselves; `Voice` says both kinds alike.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Protocol

from kiosk.visit.look import Language

LANGUAGE_TAGS: Final[Mapping[Language, str]] = {"zh": "zh-CN", "en": "en"}
OTHER: Final[Mapping[Language, Language]] = {"zh": "en", "en": "zh"}


class Said(Protocol):
    """What carries both languages: a fault, a statement's section, a caveat."""

    @property
    def zh(self) -> str:
        """In Chinese."""

    @property
    def en(self) -> str:
        """In English."""


@dataclass(frozen=True, slots=True)
class Both:
    """A text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Voice:
    """The language of a visit: `say` is what is read first, `also` the short line beside it."""

    language: Language

    def say(self, what: str | Said | Mapping[str, str], part: str = "", **data: object) -> str:
        """A key's text with its {names} filled, or what `what` carries; `part` "do" is a fault's
        next step. Raises KeyError for a key or a name that is not there: a bug, not a blank.
        """
        return _text(self.language, what, part, data)

    def also(self, what: str | Said | Mapping[str, str], part: str = "", **data: object) -> str:
        """The same in the other language; empty where both are alike."""
        other = _text(OTHER[self.language], what, part, data)
        return "" if other == self.say(what, part, **data) else other


def _text(
    language: Language, what: str | Said | Mapping[str, str], part: str, data: Mapping[str, object]
) -> str:
    match what:
        case str():
            said = words()[what]
            one = f"{language}_one" if 1 in data.values() else language
            return said.get(one, said[language]).format_map(data)
        case Mapping():
            return what[language]
        case _:
            text: str = getattr(what, f"{language}_{part}" if part else language)
            return text


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """Every key with its texts by language."""
    tables: dict[str, Mapping[str, Mapping[str, str]]] = {}
    for file in sorted(files(__name__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            tables |= tomllib.loads(file.read_text("utf-8"))
    return {f"{table}.{name}": both for table, own in tables.items() for name, both in own.items()}
