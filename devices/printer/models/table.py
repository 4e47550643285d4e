"""A model's TOML table, read key by key, so that a missing, wrong or leftover key is named."""

import tomllib
from importlib import resources
from typing import Any

from devices.printer.errors import PrinterConfigError

_FOLDER = "devices.printer.models"
_SUFFIX = ".toml"


class Table:
    """One table and its place, such as `escpos-80mm: status[2]`."""

    def __init__(self, table: dict[str, Any], place: str) -> None:
        self._rest = dict(table)
        self._place = place

    def _take(self, key: str) -> Any:  # noqa: ANN401 - whatever TOML holds; the callers narrow it
        if key not in self._rest:
            raise PrinterConfigError(f"{self._place}: {key}", "missing")
        return self._rest.pop(key)

    def text(self, key: str) -> str:
        """Take a text that is not empty."""
        value = self._take(key)
        if not isinstance(value, str) or not value:
            raise PrinterConfigError(f"{self._place}: {key}", "must be a text")
        return value

    def number(self, key: str, least: int) -> int:
        """Take a whole number from `least` up."""
        value = self._take(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise PrinterConfigError(f"{self._place}: {key}", f"must be a number from {least} up")
        return value

    def truth(self, key: str) -> bool:
        """Take true or false."""
        value = self._take(key)
        if not isinstance(value, bool):
            raise PrinterConfigError(f"{self._place}: {key}", "must be true or false")
        return value

    def choice(self, key: str, allowed: tuple[Any, ...]) -> Any:  # noqa: ANN401 - one of `allowed`
        """Take one of the values allowed."""
        value = self._take(key)
        if value not in allowed or isinstance(value, bool):
            names = ", ".join(str(item) for item in allowed)
            raise PrinterConfigError(f"{self._place}: {key}", f"must be one of {names}")
        return value

    def choices(self, key: str, allowed: tuple[int, ...]) -> tuple[int, ...]:
        """Take a list of numbers, each one of those allowed; it may be empty."""
        value = self._take(key)
        good = isinstance(value, list) and all(
            item in allowed and not isinstance(item, bool) for item in value
        )
        if not good:
            names = ", ".join(str(item) for item in allowed)
            raise PrinterConfigError(f"{self._place}: {key}", f"must be a list of {names}")
        return tuple(value)

    def rows(self, key: str) -> "list[Table]":
        """Take a list of tables."""
        value = self._take(key)
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise PrinterConfigError(f"{self._place}: {key}", "must be a list of tables")
        return [Table(row, f"{self._place}: {key}[{i}]") for i, row in enumerate(value)]

    def expect_nothing_else(self) -> None:
        """Refuse a key that nobody took."""
        for key in self._rest:
            raise PrinterConfigError(f"{self._place}: {key}", "unknown setting")


def parse_table(text: str, name: str) -> Table:
    """Return a TOML text as a table; `name` is its place in errors."""
    try:
        return Table(tomllib.loads(text), name)
    except tomllib.TOMLDecodeError as error:
        raise PrinterConfigError(name, str(error)) from error


def shipped_names() -> tuple[str, ...]:
    """Return the names of all models that come with the package."""
    files = resources.files(_FOLDER).iterdir()
    return tuple(sorted(f.name.removesuffix(_SUFFIX) for f in files if f.name.endswith(_SUFFIX)))


def names_by_language(*languages: str) -> tuple[str, ...]:
    """Return the names of the models that speak one of these languages."""
    return tuple(
        name for name in shipped_names() if shipped_table(name).text("language") in languages
    )


def shipped_table(name: str) -> Table:
    """Return a shipped model's table."""
    return parse_table(shipped_text(name), name)


def shipped_text(name: str) -> str:
    """Return a shipped model's TOML text; raise PrinterConfigError when there is none."""
    known = shipped_names()
    if name not in known:
        raise PrinterConfigError(name, f"no such printer model; known: {', '.join(known)}")
    return resources.files(_FOLDER).joinpath(f"{name}{_SUFFIX}").read_text("utf-8")
