"""Which reader is for what, told by the names that PC/SC gives the readers."""

from enum import Enum, unique
from fnmatch import fnmatchcase
from typing import Final

VIRTUAL_READER: Final = "Virtual PCD"
"""Name of the readers of vpcd's driver: it listens on every address, so no hall may use them."""

_WILDCARDS: Final = frozenset("*?[")


@unique
class Role(Enum):
    """What a reader is for."""

    HOLDER = "holder"
    SAM = "sam"
    CONTACTLESS = "contactless"
    VIRTUAL_REFUSED = "virtual_refused"
    """A virtual reader on a kiosk in service: a finding, and never used."""
    NONE = "none"
    """A reader that nobody has given a task."""


class ReaderRoles:
    """The patterns by which readers get their roles.

    A pattern is looked for in a reader's name, in any case; with `*`, `?` or `[` in it, it is
    shell-style and must match the whole name. Several stand side by side with `|` between them.
    An empty pattern matches nothing, but an empty `holder` is any reader without another role.
    A reader that fits several patterns is the SAM's before it is contactless or the holder's.
    """

    __slots__ = ("_contactless", "_holder", "_sam", "_virtual")

    def __init__(
        self,
        holder: str = "",
        sam: str = "*SAM*",
        contactless: str = "*contactless*|*PICC*|*CL *",
        *,
        virtual: bool = False,
    ) -> None:
        self._holder = _patterns(holder)
        self._sam = _patterns(sam)
        self._contactless = _patterns(contactless)
        self._virtual = virtual

    def role_of(self, name: str) -> Role:
        """What the reader of that name is for."""
        if VIRTUAL_READER in name and not self._virtual:
            return Role.VIRTUAL_REFUSED
        if _fits(name, self._sam):
            return Role.SAM
        if _fits(name, self._contactless):
            return Role.CONTACTLESS
        if not self._holder or _fits(name, self._holder):
            return Role.HOLDER
        return Role.NONE

    def holder(self, readers: tuple[str, ...]) -> str | None:
        """The first reader for the holder's card."""
        return self._first(readers, Role.HOLDER)

    def sam(self, readers: tuple[str, ...]) -> str | None:
        """The first reader for the security module."""
        return self._first(readers, Role.SAM)

    def contactless(self, readers: tuple[str, ...]) -> str | None:
        """The first contactless reader."""
        return self._first(readers, Role.CONTACTLESS)

    def findings(self, readers: tuple[str, ...]) -> tuple[str, ...]:
        """The virtual readers that are present and must not be on a kiosk in service."""
        return tuple(name for name in readers if self.role_of(name) is Role.VIRTUAL_REFUSED)

    def _first(self, readers: tuple[str, ...], role: Role) -> str | None:
        return next((name for name in readers if self.role_of(name) is role), None)


def _patterns(text: str) -> tuple[str, ...]:
    """The patterns of a `|`-separated list, ready for `fnmatchcase`; spaces at an end count."""
    parts = (part.casefold() for part in text.split("|") if part.strip())
    return tuple(part if _WILDCARDS & set(part) else f"*{part}*" for part in parts)


def _fits(name: str, patterns: tuple[str, ...]) -> bool:
    folded = name.casefold()
    return any(fnmatchcase(folded, pattern) for pattern in patterns)
