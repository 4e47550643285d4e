"""Who is at the console now: in memory only, so that a restart ends every session."""

import hmac
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from kiosk.console.accounts import Account

_BYTES: Final = 24
_MOST: Final = 8
"""So many at once; the one that was quiet longest gives way."""


@dataclass(slots=True)
class Session:
    """One technician at one browser. Times are monotonic seconds."""

    account: Account
    csrf: str = field(repr=False)
    began: float
    acted: float


class Sessions:
    """Sessions by their id, which only the cookie knows besides."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        token: Callable[[int], str],
        stands: Callable[[Account], bool],
        *,
        idle_seconds: float,
        longest_seconds: float,
    ) -> None:
        """`token` makes a text of so many random bytes; who no longer `stands` is out at once."""
        self._monotonic = monotonic
        self._token = token
        self._stands = stands
        self._idle = idle_seconds
        self._longest = longest_seconds
        self._lock = threading.Lock()
        self._open: dict[str, Session] = {}

    def begin(self, account: Account) -> str:
        """A new session; its id is always a new one, whatever the browser brought."""
        now = self._monotonic()
        identifier = self._token(_BYTES)
        with self._lock:
            self._sweep(now)
            while len(self._open) >= _MOST:
                del self._open[min(self._open, key=lambda one: self._open[one].acted)]
            self._open[identifier] = Session(account, self._token(_BYTES), now, now)
        return identifier

    def find(self, identifier: str, *, act: bool) -> Session | None:
        """The session, if it has not ended. `act`: a hand did something, not the page by itself."""
        now = self._monotonic()
        with self._lock:
            self._sweep(now)
            session = self._open.get(identifier)
            if session is not None and not self._stands(session.account):
                del self._open[identifier]
                return None
            if session is not None and act:
                session.acted = now
            return session

    def seconds_left(self, session: Session) -> float:
        """Until it ends if nothing is done."""
        now = self._monotonic()
        return min(session.acted + self._idle, session.began + self._longest) - now

    def end(self, identifier: str) -> None:
        """Log out."""
        with self._lock:
            self._open.pop(identifier, None)

    def _sweep(self, now: float) -> None:
        over = [
            one
            for one, session in self._open.items()
            if now >= session.acted + self._idle or now >= session.began + self._longest
        ]
        for one in over:
            del self._open[one]


def same(given: str, expected: str) -> bool:
    """Whether two secrets are one, in a time that tells nothing of either."""
    return hmac.compare_digest(given.encode(), expected.encode())
