"""What a security module does for the kiosk, whichever it is."""

from enum import Enum
from typing import Protocol

from devices.card.crypto import Factors
from devices.card.fci import Algorithm


class KeyUse(Enum):
    """Which of the issuer's keys: by the names of the standard."""

    IRK = "IRK"
    """内部认证密钥: a card proves with it that it is genuine."""
    READ_SSSE = "RKSSSE"
    """Opens the holder's file of 3.0 cards."""


class Sam(Protocol):
    """Holds the issuer's keys and computes with them; a key never comes out."""

    def authentication_data(
        self,
        usage: KeyUse,
        algorithm: Algorithm,
        factors: Factors,
        challenge: bytes,
        original: bytes,
    ) -> bytes:
        """The eight bytes that a card with that key has for this challenge and original.

        Raises the errors `sam.*`: absent, without the cipher, without the key, at no fitting
        level, refusing, not trusted.
        """
        ...

    def distrust(self, usage: KeyUse, sw: int) -> None:
        """A card answered `sw` to a proof by that key: it is another one, and cost a try.

        From now on `authentication_data` raises `SamWrongKeyError` for that use, so that the next
        holder's card loses no try, until another module is there or the process begins anew.
        """
        ...
