"""Where the key that signs lies: a PKCS#12 file, or a token behind a PKCS#11 module.

pyHanko is an extra (`sign`) and is imported only here and beside, when a key is configured.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from printing.errors import SignError, SignKeyError

if TYPE_CHECKING:
    from pkcs11 import Session
    from pyhanko.sign.signers.pdf_cms import Signer


class Key(ABC):
    """A key and its certificate; whoever signs opens it for as long as that takes."""

    @abstractmethod
    def opened(self) -> AbstractContextManager["Signer"]:
        """The key for one signature. Raises SignKeyError when it cannot be reached."""


class FileKey(Key):
    """A PKCS#12 file (RFC 7292), read once."""

    def __init__(self, file: Path, password: str) -> None:
        """Raises SignKeyError when it is not there, not PKCS#12 or not of that password."""
        from pyhanko.sign.signers.pdf_cms import SimpleSigner

        try:
            data = file.read_bytes()
            self._signer = SimpleSigner.load_pkcs12_data(data, (), password.encode() or None)
        except (OSError, ValueError) as error:
            raise SignKeyError(str(file), type(error).__name__) from None

    @contextmanager
    def opened(self) -> Iterator["Signer"]:
        """The key, which is in memory."""
        yield self._signer


@dataclass(frozen=True, slots=True)
class TokenKey(Key):
    """A key that never leaves its token; a token that was pulled serves again when it is back."""

    module: Path
    """The PKCS#11 library of the token's maker."""
    token: str
    """Label of the token."""
    label: str
    """Label of the key and of its certificate."""
    pin: str = field(repr=False)

    @contextmanager
    def opened(self) -> Iterator["Signer"]:
        """A session with the token, for one signature."""
        from pkcs11 import PKCS11Error
        from pyhanko.sign.pkcs11 import PKCS11Signer

        session = self._session()
        try:
            yield PKCS11Signer(session, cert_label=self.label, key_label=self.label)
        except PKCS11Error as error:
            raise SignError(type(error).__name__) from None
        finally:
            session.close()

    def _session(self) -> "Session":
        from pkcs11 import PKCS11Error
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.pdf_utils.misc import PdfError
        from pyhanko.sign.pkcs11 import open_pkcs11_session

        try:
            return open_pkcs11_session(
                str(self.module), token_criteria=TokenCriteria(label=self.token), user_pin=self.pin
            )
        except (PKCS11Error, PdfError, OSError, RuntimeError) as error:
            raise SignKeyError(str(self.module), type(error).__name__) from None
