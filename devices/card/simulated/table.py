"""Reading a description in TOML key by key: what is wrong is named by its place, not its value."""

import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

from devices.card.errors import ProfileError

_T = TypeVar("_T")


class Table:
    """A TOML table that is read key by key; what nobody asked for is an error."""

    def __init__(self, place: str, content: Mapping[str, object]) -> None:
        self._place = place
        self._left = dict(content)

    def left(self) -> tuple[str, ...]:
        """The keys that nobody has asked for yet."""
        return tuple(self._left)

    def table(self, key: str) -> "Table | None":
        """The table under a key, or `None` where there is none."""
        content = self._left.pop(key, None)
        if content is None:
            return None
        if not isinstance(content, dict):
            raise self.error(key, "not a table")
        return Table(f"{self._place}{key}.", content)

    def get(self, key: str, read: Callable[[object], _T], default: object = None) -> _T:
        """The value of a key as `read` takes it; its `ValueError` becomes a `ProfileError`."""
        value = self._left.pop(key, default)
        if value is None:
            raise self.error(key, "missing")
        try:
            return read(value)
        except ValueError as error:
            raise self.error(key, str(error)) from None

    def error(self, key: str, problem: str) -> ProfileError:
        """What is wrong with a key of this table."""
        return ProfileError(f"{self._place}{key}: {problem}")

    def finish(self) -> None:
        """Refuse keys that nobody has asked for."""
        for key in self._left:
            raise self.error(key, "unknown key")


def read_text(path: Path) -> str:
    """The text of a description; `ProfileError` names the file."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(f"{path}: {type(error).__name__}") from None


def parse_toml(document: str) -> Table:
    """The outermost table of a description."""
    try:
        return Table("", tomllib.loads(document))
    except tomllib.TOMLDecodeError as error:
        raise ProfileError(f"TOML: {error}") from None


def text(value: object) -> str:
    """Any text."""
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def flag(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("not true or false")
    return value


def day(value: object) -> date:
    """A date without a time."""
    if type(value) is not date:
        raise ValueError("not a date as 2029-06-01")
    return value


def one_of(*words: str) -> Callable[[object], str]:
    """One of these words."""

    def read(value: object) -> str:
        if text(value) not in words:
            raise ValueError(f"not {', '.join(words[:-1])} or {words[-1]}")
        return str(value)

    return read


def hex_up_to(most: int) -> Callable[[object], bytes]:
    """Bytes in hex, at most so many."""

    def read(value: object) -> bytes:
        try:
            raw = bytes.fromhex(text(value))
        except ValueError:
            raise ValueError("not hex") from None
        if len(raw) > most:
            raise ValueError(f"more than {most} bytes")
        return raw

    return read


def hex_of(length: int) -> Callable[[object], bytes]:
    """Exactly so many bytes in hex."""

    def read(value: object) -> bytes:
        raw = hex_up_to(length)(value)
        if len(raw) != length:
            raise ValueError(f"not {2 * length} hex digits")
        return raw

    return read


def status_word(value: object) -> int:
    """A status word in hex."""
    return int.from_bytes(hex_of(2)(value), "big")


def ascii_of(length: int) -> Callable[[object], str]:
    """Exactly so many printable ASCII characters."""

    def read(value: object) -> str:
        found = text(value)
        if not (found.isascii() and found.isprintable() and len(found) == length):
            raise ValueError(f"not {length} ASCII characters")
        return found

    return read


def digits_of(length: int) -> Callable[[object], str]:
    """Exactly so many decimal digits."""

    def read(value: object) -> str:
        found = ascii_of(length)(value)
        if not found.isdigit():
            raise ValueError(f"not {length} digits")
        return found

    return read


def whole(least: int, most: int) -> Callable[[object], int]:
    """A whole number within two bounds."""

    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"not a whole number from {least} to {most}")
        return value

    return read
