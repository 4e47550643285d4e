"""A security module in software, with generated test keys: for demo, simulated cards and tests."""

from devices.card import crypto
from devices.card.crypto import Factors
from devices.card.fci import Algorithm
from devices.card.keys import MasterKeys
from devices.card.sam import KeyUse


class SoftwareSam:
    """A `Sam` that derives each card's key from master keys in memory."""

    def __init__(self, keys: MasterKeys) -> None:
        self._masters = {KeyUse.IRK: keys.irk, KeyUse.READ_SSSE: keys.read_ssse}

    def authentication_data(
        self,
        usage: KeyUse,
        algorithm: Algorithm,
        factors: Factors,
        challenge: bytes,
        original: bytes,
    ) -> bytes:
        """See `Sam`; of its errors only `sam.algorithm` occurs, for SSF33."""
        key = crypto.card_key(algorithm, self._masters[usage], factors)
        return crypto.authentication_data(algorithm, key, challenge, original)
