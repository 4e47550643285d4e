"""Code tables as data: what a code means, in Chinese and English."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final, Literal

from archive.errors import CodeTableError

Language = Literal["zh", "en"]
_COLUMN: Final = {"zh": 0, "en": 1}


class CodeTable:
    """One table; a code it does not hold is shown as it stands, never as something else."""

    def __init__(self, name: str, entries: Mapping[str, tuple[str, str]]) -> None:
        self.name = name
        self._entries = entries

    def __contains__(self, code: object) -> bool:
        return code in self._entries

    def codes(self) -> tuple[str, ...]:
        """All codes in the table's order."""
        return tuple(self._entries)

    def label(self, code: str, language: Language = "zh") -> str:
        """What the code means, or the code itself where the table does not know it."""
        entry = self._entries.get(code)
        return code if entry is None else entry[_COLUMN[language]]


def code_table(name: str) -> CodeTable:
    """The table of an element, such as `AAC031`; `AAE140.hrss` and `AAE140.nhsa` are two."""
    try:
        return _tables()[name]
    except KeyError:
        raise CodeTableError(name) from None


@cache
def _tables() -> dict[str, CodeTable]:
    import tomllib

    text = resources.files("archive").joinpath("codes.toml").read_text("utf-8")
    return {
        name: CodeTable(name, {code: (zh, en) for code, (zh, en) in entries.items()})
        for name, entries in tomllib.loads(text).items()
    }
