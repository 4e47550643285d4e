"""The card proves that it is genuine, and the kiosk proves that it may read the holder's file.

Order after LD/T 32-2015: EF05 first (free, it names the area), then internal authentication with
IRK, then for 3.0 cards external authentication with RKSSSE, then EF06.
"""

import hmac
from collections.abc import Callable
from typing import Final

from devices.card.apdu import StatusWord
from devices.card.crypto import CHALLENGE_LENGTH
from devices.card.errors import CardNotGenuineError, CardRefusedError, SamWrongKeyError
from devices.card.sam import KeyUse, Sam
from devices.card.ssc import SocialSecurityCard

RKSSSE: Final = 0x0A
"""Number of the key on the card that opens the holder's file."""

_CANNOT_PROVE: Final = (
    StatusWord.KEY_NOT_FOUND,
    StatusWord.FILE_NOT_FOUND,
    StatusWord.RECORD_NOT_FOUND,
    StatusWord.NOT_SUPPORTED,
    StatusWord.WRONG_P1P2,
    StatusWord.INS_UNKNOWN,
    StatusWord.CLA_UNKNOWN,
)
"""A card that says so has no key: copied files on another chip."""

_FAILED: Final = 0x63
"""First byte of a status word that refuses a proof: 63Cx counts the tries left, 6300 does not."""

RandomBytes = Callable[[int], bytes]


def prove_genuine(card: SocialSecurityCard, sam: Sam, random_bytes: RandomBytes) -> None:
    """Internal authentication: the card's answer must be the one that the SAM computes.

    Raises `CardNotGenuineError` for a wrong answer and for a card without the key, the SAM's own
    errors, and `CardRefusedError` where the card answers with another fault.
    """
    algorithm, factors = card.algorithm, card.factors
    process, original = random_bytes(CHALLENGE_LENGTH), random_bytes(CHALLENGE_LENGTH)
    expected = sam.authentication_data(KeyUse.IRK, algorithm, factors, process, original)
    try:
        answer = card.internal_authenticate(process, original)
    except CardRefusedError as refusal:
        if refusal.sw in _CANNOT_PROVE:
            raise CardNotGenuineError from None
        raise
    if not hmac.compare_digest(answer, expected):
        raise CardNotGenuineError


def unlock_holder_file(card: SocialSecurityCard, sam: Sam, random_bytes: RandomBytes) -> None:
    """External authentication for EF06 of a 3.0 card; nothing to do for an older one.

    A wrong key uses up a try of the card's key, and `prove_genuine` does not protect from that: it
    proves IRK, while RKSSSE is another key at another number of the module. So the first refusal
    ends the module's trust (`Sam.distrust`): `SamWrongKeyError` for this card, and for the next
    ones before a proof is sent. A card whose key was locked before tells nothing of the module's.
    """
    if card.read_issuer().has_free_holder:
        return
    algorithm, factors = card.algorithm, card.factors
    original = random_bytes(CHALLENGE_LENGTH)
    challenge = card.challenge()
    proof = sam.authentication_data(KeyUse.READ_SSSE, algorithm, factors, challenge, original)
    try:
        card.external_authenticate(RKSSSE, proof, original)
    except CardRefusedError as refusal:
        cost_a_try = refusal.sw >> 8 == _FAILED
        if cost_a_try:
            sam.distrust(KeyUse.READ_SSSE, refusal.sw)
        elif refusal.sw != StatusWord.LOCKED:
            raise
        raise SamWrongKeyError(KeyUse.READ_SSSE.value, refusal.sw) from None
