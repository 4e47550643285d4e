"""The arithmetic of card keys: diversification, session key, authentication data and MAC.

Pure functions over 3DES and SM4 after LD/T 32-2015. SSF33 is not public: whatever needs it raises
`SamAlgorithmError`, and only a PSAM that holds the cipher can answer.
"""

from dataclasses import dataclass, field
from typing import Final, Self

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, CipherAlgorithm
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import ECB

from devices.card.errors import CardDataError, SamAlgorithmError
from devices.card.fci import Algorithm
from devices.card.keys import Key

FACTOR_LENGTH: Final = 8
CHALLENGE_LENGTH: Final = 8
PROOF_LENGTH: Final = 8
_DES_BLOCK: Final = 8
_SM4_BLOCK: Final = 16
_PROVINCE_TAIL: Final = b"0000sh"
_CITY_TAIL: Final = b"sx"


@dataclass(frozen=True, slots=True)
class Factors:
    """What makes a card's keys its own, one factor of eight bytes for each level."""

    area: str
    """The issuing area: six digits of GB/T 2260 with the ministry's extensions."""
    card: bytes = field(repr=False)
    """The last eight historical bytes of the answer to reset."""

    def __post_init__(self) -> None:
        if not (len(self.area) == 6 and self.area.isascii() and self.area.isdigit()):
            raise CardDataError("issuing area: not six digits")
        if len(self.card) != FACTOR_LENGTH:
            raise CardDataError("key factor: not eight bytes")

    @property
    def province(self) -> bytes:
        """Level 1: the first two digits of the area in ASCII, filled with `0000sh`."""
        return self.area[:2].encode("ascii") + _PROVINCE_TAIL

    @property
    def city(self) -> bytes:
        """Level 2: the area in ASCII and `sx`."""
        return self.area.encode("ascii") + _CITY_TAIL

    @classmethod
    def of(cls, area: str, historical_bytes: bytes) -> Self:
        """The factors of a card with these historical bytes."""
        return cls(area, historical_bytes[-FACTOR_LENGTH:])


def diversify(algorithm: Algorithm, key: Key, factor: bytes) -> Key:
    """The child key for one factor of eight bytes.

    3DES enciphers the factor and its complement block by block; SM4 takes both as its one block,
    as SSF33 does. (No published source fixes SM4: it is taken to follow SSF33.)
    """
    if len(factor) != FACTOR_LENGTH:
        raise CardDataError("key factor: not eight bytes")
    block = factor + bytes(byte ^ 0xFF for byte in factor)
    return Key(_encrypt(algorithm, key.reveal(), block))


def card_key(algorithm: Algorithm, master: Key, factors: Factors) -> Key:
    """The card's own key, three levels below the nation's: province, city, card."""
    key = master
    for factor in (factors.province, factors.city, factors.card):
        key = diversify(algorithm, key, factor)
    return key


def session_key(algorithm: Algorithm, key: Key, challenge: bytes) -> bytes:
    """The key of one authentication: 8 bytes for a 3DES card, 16 for one with SM4."""
    _check_block(challenge, "challenge")
    return _encrypt(algorithm, key.reveal(), _one_block(algorithm, challenge))


def authentication_data(algorithm: Algorithm, key: Key, challenge: bytes, original: bytes) -> bytes:
    """The eight bytes that prove knowledge of `key` for this challenge and original data."""
    _check_block(original, "original data")
    session = session_key(algorithm, key, challenge)
    return fold(_encrypt(algorithm, session, _one_block(algorithm, original)))


def fold(block: bytes) -> bytes:
    """Eight bytes of a cipher's block: of sixteen the left half XOR the right one."""
    match len(block):
        case 8:
            return block
        case 16:
            return _xor(block[:8], block[8:])
        case _:
            raise CardDataError("cipher block: neither 8 nor 16 bytes")


def mac(algorithm: Algorithm, session: bytes, start: bytes, data: bytes) -> bytes:
    """The MAC of four bytes over `data`, padded with 80 00..., chained from the block `start`.

    A 3DES card takes the left four bytes of the last block, a 16-byte-block card the XOR of its
    four quarters.
    """
    size = _block_size(algorithm)
    if len(start) != size:
        raise CardDataError("MAC: the first block has another length")
    padded = data + b"\x80"
    padded += bytes(-len(padded) % size)
    block = start
    for offset in range(0, len(padded), size):
        block = _encrypt(algorithm, session, _xor(block, padded[offset : offset + size]))
    if algorithm is Algorithm.DES:
        return block[:4]
    half = fold(block)
    return _xor(half[:4], half[4:])


def _check_block(value: bytes, name: str) -> None:
    if len(value) != CHALLENGE_LENGTH:
        raise CardDataError(f"{name}: not eight bytes")


def _one_block(algorithm: Algorithm, value: bytes) -> bytes:
    return value.ljust(_block_size(algorithm), b"\0")


def _block_size(algorithm: Algorithm) -> int:
    return _DES_BLOCK if algorithm is Algorithm.DES else _SM4_BLOCK


def _encrypt(algorithm: Algorithm, key: bytes, data: bytes) -> bytes:
    encryptor = Cipher(_cipher(algorithm, key), ECB()).encryptor()  # noqa: S305 - one block each
    return encryptor.update(data) + encryptor.finalize()


def _cipher(algorithm: Algorithm, key: bytes) -> CipherAlgorithm:
    """The cipher under a key of 16 bytes, or under a session key of 8: then all of 3DES is DES."""
    match algorithm:
        case Algorithm.DES:
            return TripleDES(key * 3 if len(key) == _DES_BLOCK else key + key[:_DES_BLOCK])
        case Algorithm.SM4:
            return SM4(key)
        case Algorithm.SSF33:
            raise SamAlgorithmError(algorithm.name)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
