"""The PIN as a secret, and what the card says about it."""

from dataclasses import dataclass
from typing import NoReturn, Self

from devices.card.errors import PinFormatError

SHORTEST = 4
LONGEST = 12


class Pin:
    """Digits that cannot be printed, logged, compared, hashed, copied or serialised.

    They are kept packed, as the card takes them, and `clear` overwrites them.
    """

    __slots__ = ("_packed",)

    def __init__(self, packed: bytearray) -> None:
        self._packed = packed

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Take what was typed: 4 to 12 ASCII digits, or `PinFormatError`."""
        if not (SHORTEST <= len(text) <= LONGEST and text.isascii() and text.isdigit()):
            raise PinFormatError
        return cls(bytearray.fromhex(text + "F" * (len(text) % 2)))

    def packed(self) -> bytes:
        """Packed BCD, an odd last nibble filled with F (LD/T 32-2015, VERIFY)."""
        if not self._packed:
            raise PinFormatError
        return bytes(self._packed)

    def clear(self) -> None:
        """Forget the digits."""
        for index in range(len(self._packed)):
            self._packed[index] = 0
        self._packed.clear()

    def __repr__(self) -> str:
        return "Pin(****)"

    def __str__(self) -> str:
        return "****"

    def __format__(self, spec: str) -> str:
        return "****"

    def __eq__(self, other: object) -> bool:
        return self is other  # without a __hash__ beside it, a PIN is unhashable

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        message = "a PIN is neither copied nor serialised"
        raise TypeError(message)


@dataclass(frozen=True, slots=True)
class NoPin:
    """The card asks for no PIN."""


@dataclass(frozen=True, slots=True)
class PinReady:
    """The card has a PIN and this many tries left."""

    tries_left: int


@dataclass(frozen=True, slots=True)
class PinLocked:
    """No try is left."""


PinState = NoPin | PinReady | PinLocked
