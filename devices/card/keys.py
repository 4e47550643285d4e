"""Key material as a secret, and the master keys of the software SAM: generated test keys."""

import os
import stat
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn, Self

from devices.card.errors import KeyFileError

KEY_LENGTH: Final = 16
_READABLE_BY_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class Key:
    """Sixteen bytes that cannot be printed, logged, compared, hashed, copied or serialised."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        if len(value) != KEY_LENGTH:
            message = f"a key has {KEY_LENGTH} bytes"
            raise ValueError(message)
        self._value = value

    def reveal(self) -> bytes:
        """The bytes, for a cipher and for nothing else."""
        return self._value

    def __repr__(self) -> str:
        return "Key(****)"

    def __str__(self) -> str:
        return "****"

    def __format__(self, spec: str) -> str:
        return "****"

    def __eq__(self, other: object) -> bool:
        return self is other  # without a __hash__ beside it, a key is unhashable

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        message = "a key is neither copied nor serialised"
        raise TypeError(message)


@dataclass(frozen=True, slots=True)
class MasterKeys:
    """The keys above all cards, from which each card's own are diversified.

    Real ones stay with the issuer: these are generated, for simulated cards and tests.
    """

    irk: Key
    """IRK: a card proves with its child that it is genuine."""
    read_ssse: Key
    """RKSSSE: opens the holder's file of 3.0 cards."""

    @classmethod
    def generate(cls, random_bytes: Callable[[int], bytes]) -> Self:
        """Fresh keys from a source of random bytes."""
        return cls(Key(random_bytes(KEY_LENGTH)), Key(random_bytes(KEY_LENGTH)))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a key file that only its owner can read; else `KeyFileError` says what is wrong."""
        try:
            with path.open("rb") as file:
                if os.fstat(file.fileno()).st_mode & _READABLE_BY_OTHERS:
                    raise KeyFileError(path, "others than its owner may read it (chmod 600)")
                table = tomllib.load(file).get("master")
        except OSError as error:
            raise KeyFileError(path, error.strerror or type(error).__name__) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            raise KeyFileError(path, "no TOML") from None  # a parser's message may quote a key
        if not isinstance(table, dict):
            raise KeyFileError(path, "[master] is missing")
        return cls(_key(path, table, "irk"), _key(path, table, "read_ssse"))

    def save(self, path: Path) -> None:
        """Write a new key file with mode 0600; an existing one is kept and is an error."""
        text = (
            "# Generated test keys for simulated cards. No issuer's key belongs here.\n"
            f'[master]\nirk = "{self.irk.reveal().hex().upper()}"\n'
            f'read_ssse = "{self.read_ssse.reveal().hex().upper()}"\n'
        )
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise KeyFileError(path, error.strerror or type(error).__name__) from None
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)


def _key(path: Path, table: dict[str, object], name: str) -> Key:
    text = table.get(name)
    try:
        return Key(bytes.fromhex(text if isinstance(text, str) else ""))
    except ValueError:
        raise KeyFileError(path, f"master.{name}: not {2 * KEY_LENGTH} hex digits") from None
