"""The console's door: a password, a growing wait after wrong ones, and a row for each try."""

import hashlib
import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiosk.config import Settings
from kiosk.console.accounts import LONGEST, Account, Accounts, write_private
from kiosk.console.errors import LoginRefusedError, LoginThrottledError
from kiosk.logs import event
from kiosk.throttle import Throttle
from kiosk.trail import Trail

ENTERED: Final = "console.entered"
REFUSED: Final = "console.refused"
THROTTLED: Final = "console.throttled"
LEFT: Final = "console.left"
ACCOUNT_SET: Final = "technician.set"
ACCOUNT_REMOVED: Final = "technician.removed"


class Door:
    """Lets technicians in; from any thread, one at a time.

    The count of wrong passwords lies in a file beside the accounts: a restart clears nobody's wait.
    It is kept by wall-clock time, since the monotonic clock begins anew with the machine.
    """

    def __init__(
        self, settings: Settings, accounts: Accounts, trail: Trail, wall: Callable[[], float]
    ) -> None:
        rules = settings.technician
        self._accounts = accounts
        self._trail = trail
        self._lock = threading.Lock()
        self._kept = rules.accounts.with_name(f"{rules.accounts.name}.tries")
        self._throttle = Throttle(
            wall,
            tries=rules.tries,
            tries_in_all=rules.tries_in_all,
            most_seconds=rules.most_seconds,
        )
        self._throttle.recall(_read(self._kept))

    def enter(self, login: str, password: str) -> Account:
        """The account behind login and password.

        Raises LoginThrottledError without looking at the password while a wait runs,
        LoginRefusedError for a wrong one, TechnicianFileError where no account can be read.
        """
        place = hashlib.sha256(login.encode()).hexdigest()[:16]
        with self._lock:
            if seconds := self._throttle.wait(place):
                self._trace(login, THROTTLED)
                raise LoginThrottledError(seconds)
            account = self._accounts.check(login, password[: LONGEST + 1])
            if account is None:
                self._throttle.count(place)
                self._keep()
                self._trace(login, REFUSED)
                raise LoginRefusedError
            self._throttle.forgive(place)
            self._keep()
        self._trace(login, ENTERED)
        return account

    def leave(self, account: Account) -> None:
        """A technician logged out."""
        self._trace(account.login, LEFT)

    def _trace(self, login: str, result: str) -> None:
        """A login that nobody has may be anything, a password too: it is not written down."""
        known = login if self._accounts.known(login) else ""
        self._trail.staff(known, result)
        if result in (REFUSED, THROTTLED):
            event(logging.WARNING, "console.refused")

    def _keep(self) -> None:
        try:
            write_private(self._kept, json.dumps(self._throttle.remembered()))
        except OSError as error:
            event(logging.ERROR, "console.tries_not_kept", error=type(error).__name__)


def _read(path: Path) -> dict[str, tuple[int, float]]:
    """What was kept; nothing where it cannot be read."""
    try:
        kept = json.loads(path.read_text("utf-8"))
        return {str(place): (int(count), float(at)) for place, (count, at) in kept.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        event(logging.ERROR, "console.tries_not_kept", error=type(error).__name__)
        return {}
