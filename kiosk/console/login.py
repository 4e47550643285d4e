"""The console's door: a password, a growing wait after wrong ones, and a row for each try."""

import hashlib
import logging
import threading
from datetime import timedelta
from math import inf
from typing import Final

from archive.errors import ArchiveError
from archive.model import AuditKind
from archive.store import AuditFilter
from kiosk.console.accounts import LONGEST, Account, Accounts
from kiosk.console.errors import LoginRefusedError, LoginThrottledError
from kiosk.logs import event
from kiosk.machine import Machine
from kiosk.throttle import Throttle

ENTERED: Final = "console.entered"
REFUSED: Final = "console.refused"
THROTTLED: Final = "console.throttled"
LEFT: Final = "console.left"
_TOLD_SECONDS: Final = 30
ACCOUNT_SET: Final = "technician.set"
ACCOUNT_REMOVED: Final = "technician.removed"


class Door:
    """Lets technicians in; from any thread, one at a time."""

    def __init__(self, machine: Machine, accounts: Accounts) -> None:
        rules = machine.settings.technician
        self._machine = machine
        self._accounts = accounts
        self._lock = threading.Lock()
        self._throttle = Throttle(
            machine.monotonic,
            tries=rules.tries,
            tries_in_all=rules.tries_in_all,
            most_seconds=rules.most_seconds,
        )
        self._remembered = False
        self._told_until = -inf

    def enter(self, login: str, password: str) -> Account:
        """The account behind login and password.

        Raises LoginThrottledError without looking at the password while a wait runs,
        LoginRefusedError for a wrong one, TechnicianFileError where no account can be read.
        """
        place = _place(login)
        with self._lock:
            self._remember()
            if seconds := self._throttle.wait(place):
                self._trace_wait(login, seconds)
                raise LoginThrottledError(seconds)
            account = self._accounts.check(login, password[: LONGEST + 1])
            if account is None:
                self._throttle.count(place)
                self._trace(login, REFUSED)
                raise LoginRefusedError
            self._throttle.forgive(place)
        self._trace(login, ENTERED)
        return account

    def _trace_wait(self, login: str, seconds: int) -> None:
        """A row for the first try in a wait: a script that asks on must not fill the trail."""
        now = self._machine.monotonic()
        if now >= self._told_until:
            self._told_until = now + min(seconds, _TOLD_SECONDS)
            self._trace(login, THROTTLED)

    def leave(self, account: Account) -> None:
        """A technician logged out."""
        self._trace(account.login, LEFT)

    def _trace(self, login: str, result: str) -> None:
        """A login that nobody has may be anything, a password too: it is not written down."""
        known = login if self._accounts.known(login) else ""
        self._machine.trail.should(AuditKind.STAFF_ACTION, None, result=result, operator=known)
        if result in (REFUSED, THROTTLED):
            event(logging.WARNING, "console.refused")

    def _remember(self) -> None:
        """Count what the trail has of wrong passwords: a restart clears nobody's wait.

        Those for logins that nobody has are one place then, since the trail does not name them.
        """
        if self._remembered:
            return
        machine, now = self._machine, self._machine.now()
        since = now - timedelta(seconds=self._throttle.memory_seconds)
        wanted = AuditFilter(since=since, kind=AuditKind.STAFF_ACTION.value)
        try:
            for row in machine.store.audit_rows(wanted=wanted):
                if row.kiosk == machine.settings.kiosk.id:
                    # A clock that was put back must not make a wait of hours.
                    self._recall(row.result, row.operator, max(0.0, (now - row.at).total_seconds()))
        except ArchiveError as error:  # a technician is needed then more than ever
            event(logging.ERROR, "console.tries_not_recalled", error=error.code)
            return
        self._remembered = True

    def _recall(self, result: str, login: str, ago: float) -> None:
        if result == REFUSED:
            self._throttle.count(_place(login), ago)
        elif result == ENTERED:
            self._throttle.forgive(_place(login))


def _place(login: str) -> str:
    """What is typed as a login may be a secret: only a hash of it is kept."""
    return hashlib.sha256(login.encode()).hexdigest()[:16]
