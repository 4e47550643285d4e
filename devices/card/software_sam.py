"""A security module in software, with generated test keys: for demo, simulated cards and tests."""

from devices.card import crypto
from devices.card.crypto import Factors
from devices.card.errors import SamWrongKeyError
from devices.card.fci import Algorithm
from devices.card.keys import MasterKeys
from devices.card.sam import KeyUse


class SoftwareSam:
    """A `Sam` that derives each card's key from master keys in memory."""

    def __init__(self, keys: MasterKeys) -> None:
        self._masters = {KeyUse.IRK: keys.irk, KeyUse.READ_SSSE: keys.read_ssse}
        self._distrusted: dict[KeyUse, int] = {}

    def authentication_data(
        self,
        usage: KeyUse,
        algorithm: Algorithm,
        factors: Factors,
        challenge: bytes,
        original: bytes,
    ) -> bytes:
        """See `Sam`; of its errors `sam.algorithm` occurs, for SSF33, and `sam.wrong_key`."""
        if usage in self._distrusted:
            raise SamWrongKeyError(usage.value, self._distrusted[usage])
        key = crypto.card_key(algorithm, self._masters[usage], factors)
        return crypto.authentication_data(algorithm, key, challenge, original)

    def distrust(self, usage: KeyUse, sw: int) -> None:
        """See `Sam`; the keys in memory do not change while the process runs."""
        self._distrusted[usage] = sw
