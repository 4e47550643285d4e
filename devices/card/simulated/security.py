"""What is proven to a simulated card: its PIN, its keys, their tries, the challenge."""

import hmac
from collections.abc import Callable
from typing import Final

from devices.card.apdu import Command, Response, StatusWord
from devices.card.crypto import CHALLENGE_LENGTH, Factors, authentication_data, card_key
from devices.card.errors import CardDataError
from devices.card.fci import Algorithm
from devices.card.keys import Key, MasterKeys
from devices.card.simulated.chip import status, tries
from devices.card.simulated.profile import CardProfile

RKSSSE_KID: Final = 0x0A

_CHALLENGES: Final = (4, 8, 16)
_AUTHENTICATION: Final = (16, 17)
"""Two blocks of eight bytes; one more is the version of the key."""
_PIN_LENGTHS: Final = range(2, 9)
_KEY_TRIES: Final = 3
"""The driver's error table knows 63C0 to 63C2 for external authentication."""
_SEPARATOR: Final = b"\xff"


class Security:
    """PIN and keys of one card. Tries and the PIN itself outlast a reset, what was proven does not.

    Without master keys the card has none of its own: a clone. SSF33 is not public: a card that
    names it answers with random bytes, which only a real SAM could tell from the right ones.
    """

    def __init__(
        self,
        profile: CardProfile,
        keys: MasterKeys | None,
        random_bytes: Callable[[int], bytes],
    ) -> None:
        pin = profile.pin
        self._packed = pin.packed if pin else b""
        self._tries = pin.tries if pin else 0
        self._tries_left = pin.tries_left if pin else 0
        self._key_tries_left = _KEY_TRIES
        self._random_bytes = random_bytes
        self._algorithm = profile.algorithm
        self._genuine = keys is not None and not profile.faults.clone
        self._irk, self._rkssse = _own_keys(profile, keys) if keys else (None, None)
        self.forget()

    @property
    def tries_left(self) -> int:
        """How many wrong PINs the card still takes."""
        return self._tries_left

    @property
    def pin_satisfied(self) -> bool:
        """Whether files behind the PIN are open."""
        return self._pin_proven or not self._packed

    @property
    def rkssse_proven(self) -> bool:
        """Whether the terminal has proven the key of the holder's file."""
        return self._rkssse_proven

    def forget(self) -> None:
        """Lose everything proven, as a reset does."""
        self._pin_proven = False
        self._challenge = b""
        self.leave_application()

    def leave_application(self) -> None:
        """Lose what was proven by key: another application was selected."""
        self._rkssse_proven = False

    # PIN

    def verify(self, command: Command) -> Response:
        """VERIFY; without data it tells the tries left and spends none."""
        if command.p1 or command.p2:
            return status(StatusWord.WRONG_P1P2)
        if not self._packed:
            return status(StatusWord.KEY_NOT_FOUND if command.data else StatusWord.OK)
        if not self._tries_left:
            return status(StatusWord.LOCKED)
        if not command.data:
            return tries(self._tries_left)
        if len(command.data) not in _PIN_LENGTHS:
            return status(StatusWord.WRONG_LENGTH)
        self._pin_proven = self._is_pin(command.data)
        return status(StatusWord.OK) if self._pin_proven else tries(self._tries_left)

    def change_pin(self, command: Command) -> Response:
        """CHANGE PIN: the old one, FF, the new one."""
        if command.p1 != 1 or command.p2:
            return status(StatusWord.WRONG_P1P2)
        if not self._packed:
            return status(StatusWord.KEY_NOT_FOUND)
        if not self._tries_left:
            return status(StatusWord.LOCKED)
        old, separator, new = command.data.partition(_SEPARATOR)
        if not separator or len(old) not in _PIN_LENGTHS or len(new) not in _PIN_LENGTHS:
            return status(StatusWord.WRONG_DATA)
        if not self._is_pin(old):
            self._pin_proven = False
            return tries(self._tries_left)
        self._packed = new
        return status(StatusWord.OK)

    def _is_pin(self, packed: bytes) -> bool:
        """Compare with the PIN; the wrong one uses up a try."""
        right = hmac.compare_digest(packed, self._packed)
        self._tries_left = self._tries if right else self._tries_left - 1
        return right

    # keys

    def get_challenge(self, command: Command) -> Response:
        """GET CHALLENGE: random bytes, good for the one authentication that follows."""
        if command.p1 or command.p2:
            return status(StatusWord.WRONG_P1P2)
        if command.data or command.le not in _CHALLENGES:
            return status(StatusWord.WRONG_LENGTH)
        self._challenge = self._random_bytes(command.le)
        return Response(self._challenge, StatusWord.OK)

    def internal_authenticate(self, command: Command) -> bytes | StatusWord:
        """INTERNAL AUTHENTICATE with IRK: the card's proof, or why it gives none."""
        if len(command.data) not in _AUTHENTICATION:
            return StatusWord.WRONG_LENGTH
        if command.p1 or command.p2 or not self._genuine:
            return StatusWord.KEY_NOT_FOUND
        factor, original = command.data[:8], command.data[8:16]
        return self._proof(self._irk, factor, original)

    def external_authenticate(self, command: Command) -> Response:
        """EXTERNAL AUTHENTICATE with RKSSSE: the terminal's proof for the last challenge."""
        if len(command.data) not in _AUTHENTICATION:
            return status(StatusWord.WRONG_LENGTH)
        challenge, self._challenge = self._challenge, b""
        if len(challenge) != CHALLENGE_LENGTH:
            return status(StatusWord.NO_CHALLENGE)
        if command.p1 or command.p2 != RKSSSE_KID or not self._genuine:
            return status(StatusWord.KEY_NOT_FOUND)
        if not self._key_tries_left:
            return status(StatusWord.LOCKED)
        proof, original = command.data[:8], command.data[8:16]
        right = hmac.compare_digest(proof, self._proof(self._rkssse, challenge, original))
        self._rkssse_proven = right
        self._key_tries_left = _KEY_TRIES if right else self._key_tries_left - 1
        return status(StatusWord.OK) if right else tries(self._key_tries_left)

    def _proof(self, key: Key | None, challenge: bytes, original: bytes) -> bytes:
        if key is None:
            return self._random_bytes(CHALLENGE_LENGTH)
        return authentication_data(self._algorithm, key, challenge, original)


def _own_keys(profile: CardProfile, keys: MasterKeys) -> tuple[Key | None, Key | None]:
    """IRK and RKSSSE of this very card; a foreign card has no environment they could lie in."""
    if profile.algorithm is Algorithm.SSF33:
        return None, None
    try:
        factors = Factors.of(profile.area, profile.historical_bytes)
    except CardDataError:
        return None, None  # an area or an answer to reset from which no key can be made
    algorithm = profile.algorithm
    return card_key(algorithm, keys.irk, factors), card_key(algorithm, keys.read_ssse, factors)
