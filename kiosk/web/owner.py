"""Which of the pages that were loaded shows the visit: one, from its begin to its end.

Each load gets a secret of its own. Between visits the newest page is the kiosk's; the one that
first shows a visit keeps it, so that another tab, an older page or a key that was copied out of
either gets nothing of it.
"""

import secrets
import threading
from hmac import compare_digest


class Owner:
    """The keys of the pages. Used by any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._newest = secrets.token_urlsafe(24)
        self._keeper = ""
        self._visit = ""
        """Token of the visit that the keeper shows; empty: none."""

    def load(self) -> str:
        """The key of a page that is being loaded."""
        key = secrets.token_urlsafe(24)
        with self._lock:
            self._newest = key
        return key

    def shows(self, key: str, token: str, *, visiting: bool) -> bool:
        """Whether the page of this key shows what goes by that token."""
        with self._lock:
            if not visiting:
                self._visit = ""
            elif self._visit != token:
                self._visit, self._keeper = token, self._newest
            return _same(key, self._keeper if self._visit else self._newest)

    def knows(self, key: str) -> bool:
        """Whether a page may be told that something changed."""
        with self._lock:
            return _same(key, self._newest) or (bool(self._visit) and _same(key, self._keeper))


def _same(given: str, own: str) -> bool:
    return compare_digest(given.encode(), own.encode())
