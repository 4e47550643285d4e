"""How numbers are found and kept: look-ups by keyed hash, and personal columns sealed.

A store is plain, or sealed with a key that lies outside of it: then the file alone yields no name
and no number. Sealing is AES-SIV (RFC 5297): the same value in the same place gives the same
text, so that loading a row again changes nothing, and a text moved to another person or column
does not open.
"""

import base64
import hashlib
from pathlib import Path
from typing import Final, Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from archive.errors import StoreKeyError, StoreSealError

KEY_BYTES: Final = 32
_POINTER_BITS: Final = (1 << 63) - 1
_SIV_BYTES: Final = 64


class Vault(Protocol):
    """Hashes for look-ups, and seals for personal columns."""

    @property
    def key_id(self) -> str:
        """Tells stores of different keys apart without telling the key; `plain` without one."""
        ...

    def pointer(self, field: str, value: str) -> int:
        """63 bits by which a row is found that has this value in this field."""
        ...

    def seal(self, column: str, person: int, text: str) -> str:
        """The text as the store keeps it in this column of this person's row."""
        ...

    def open(self, column: str, person: int, text: str) -> str:
        """The text again; StoreSealError where it was not sealed for this place by this key."""
        ...


def _pointer(key: bytes, field: str, value: str) -> int:
    digest = hashlib.blake2b(
        f"{field}\0{value}".encode(), key=key, digest_size=8, person=b"pointer"
    ).digest()
    return int.from_bytes(digest) & _POINTER_BITS


class PlainVault:
    """A store whose file is protected by its rights only."""

    key_id = "plain"

    def pointer(self, field: str, value: str) -> int:
        """A hash that anybody can make."""
        return _pointer(b"", field, value)

    def seal(self, column: str, person: int, text: str) -> str:
        """The text itself."""
        return text

    def open(self, column: str, person: int, text: str) -> str:
        """The text itself."""
        return text


class SealedVault:
    """A store whose personal columns open with one key only."""

    def __init__(self, key: bytes) -> None:
        self._pointer_key = _derived(key, "pointer", KEY_BYTES)
        self._siv = AESSIV(_derived(key, "seal", _SIV_BYTES))
        self._id = _derived(key, "id", 8).hex()

    @classmethod
    def load(cls, path: Path) -> Self:
        """The key of a file, 32 bytes; StoreKeyError where there is none."""
        try:
            key = path.read_bytes()
        except OSError as error:
            raise StoreKeyError(path, error.strerror or "") from None
        if len(key) != KEY_BYTES:
            raise StoreKeyError(path, f"a key has {KEY_BYTES} bytes")
        return cls(key)

    def __reduce__(self) -> str:
        raise TypeError("a key is not serialised")

    @property
    def key_id(self) -> str:
        """A name of the key, derived from it."""
        return self._id

    def pointer(self, field: str, value: str) -> int:
        """A hash that only the key's holder can make: a list of all numbers is of no use."""
        return _pointer(self._pointer_key, field, value)

    def seal(self, column: str, person: int, text: str) -> str:
        """The text, encrypted and bound to its place."""
        sealed = self._siv.encrypt(text.encode(), [column.encode(), str(person).encode()])
        return base64.b85encode(sealed).decode()

    def open(self, column: str, person: int, text: str) -> str:
        """The text again."""
        try:
            sealed = base64.b85decode(text)
            return self._siv.decrypt(sealed, [column.encode(), str(person).encode()]).decode()
        except (InvalidTag, ValueError):
            raise StoreSealError(column) from None


def _derived(key: bytes, purpose: str, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=None, info=f"hall-kiosk {purpose}".encode()).derive(key)
