"""What a probe saw, in words for technicians: from the catalogue `evidence.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final


@dataclass(frozen=True, slots=True)
class Told:
    """In Chinese and in English; nothing of any person."""

    zh: str
    en: str = ""
    """Empty: it is no sentence of ours (an error's own text, a name) and stands alone."""

    def __str__(self) -> str:
        return f"{self.zh} {self.en}".rstrip()


NOTHING: Final = Told("")


def told(key: str, **data: object) -> Told:
    """The catalogue's texts for `table.name`, their {names} filled from `data`.

    Raises KeyError for a key or a name that is not there: a bug, not a blank.
    """
    table, _, name = key.partition(".")
    texts = _catalogue()[table][name]
    return Told(texts["zh"].format_map(data), texts["en"].format_map(data))


@cache
def _catalogue() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads(files("kiosk.diag").joinpath("evidence.toml").read_text("utf-8"))
