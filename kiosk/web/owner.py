"""Which of the pages that were loaded shows the visit: one, from its begin to its end.

Each load gets a key of its own, which alone gives no right to anything. The page that brings the
screen's secret makes its key the newest; between visits the newest page is the kiosk's, and the one
that first shows a visit keeps it. A technician's tab, a monitor that fetches the page, an older
page or a key that was copied out of either gets nothing and takes nothing away.
"""

import secrets
import threading
from base64 import urlsafe_b64encode
from hashlib import blake2b
from hmac import compare_digest
from typing import Final

_BYTES: Final = 18
"""Of a nonce and of its mark, each; 24 letters."""


class Owner:
    """The keys of the pages. Used by any thread."""

    def __init__(self, secret: str = "") -> None:
        """`secret` is the screen's; empty: any page may claim."""
        self._lock = threading.Lock()
        self._secret = secret
        self._process = secrets.token_bytes(32)
        """Marks the keys of this process: those of an earlier one are told without a memory."""
        self._newest = secrets.token_urlsafe(_BYTES)
        self._keeper = ""
        self._visit = ""
        """Token of the visit that the keeper shows; empty: none."""

    def load(self) -> str:
        """The key of a page that is being loaded."""
        nonce = secrets.token_urlsafe(_BYTES)
        return nonce + self._mark(nonce)

    def issued(self, key: str) -> bool:
        """Whether the page of this key was loaded from this process."""
        nonce = key[: len(key) // 2]
        return _same(key, nonce + self._mark(nonce))

    def claim(self, key: str, secret: str) -> bool:
        """Make an issued key the newest, where the secret is the screen's; whether it was."""
        if not self.issued(key) or (self._secret and not _same(secret, self._secret)):
            return False
        with self._lock:
            self._newest = key
        return True

    def shows(self, key: str, token: str, *, visiting: bool) -> bool:
        """Whether the page of this key shows what goes by that token."""
        with self._lock:
            newest = _same(key, self._newest)
            if not visiting:
                self._visit = ""
                return newest
            if self._visit != token and newest:
                self._visit, self._keeper = token, key
            return self._visit == token and _same(key, self._keeper)

    def keeps(self, key: str, token: str) -> bool:
        """Whether the page of this key is the one that has the visit of that token."""
        with self._lock:
            return bool(self._visit) and self._visit == token and _same(key, self._keeper)

    def knows(self, key: str) -> bool:
        """Whether a page may be told that something changed."""
        with self._lock:
            return _same(key, self._newest) or (bool(self._visit) and _same(key, self._keeper))

    def _mark(self, nonce: str) -> str:
        mark = blake2b(nonce.encode(), key=self._process, digest_size=_BYTES).digest()
        return urlsafe_b64encode(mark).decode("ascii")


def _same(given: str, own: str) -> bool:
    return compare_digest(given.encode(), own.encode())
