"""What anyone with a number is told of the case, or of the card that is being made; guesses are
slowed down."""

from datetime import timedelta

from archive.cards import OrderStatus, order_status
from archive.cases import CaseStatus, case_status
from archive.model import AuditKind
from archive.records import RecordKind
from archive.store import AuditFilter
from kiosk.errors import CaseThrottledError, CaseUnknownError
from kiosk.identify import OK
from kiosk.machine import Machine
from kiosk.throttle import Throttle

_HERE = "screen"
"""The one place from which wrong numbers come."""


class CaseWindow:
    """Answers for the screen; used by the worker only."""

    def __init__(self, machine: Machine) -> None:
        rules = machine.settings.verify
        self._machine = machine
        self._throttle = Throttle(
            machine.monotonic,
            tries=rules.tries,
            tries_in_all=rules.tries_in_all,
            most_seconds=rules.most_seconds,
        )
        self._remembered = False

    def find(self, number: str) -> CaseStatus | OrderStatus:
        """The state of that case or card; the look is in the audit before it is told.

        Raises CaseThrottledError without looking where too many numbers were wrong,
        CaseUnknownError where there is neither, or a store's error.
        """
        self._remember()
        if seconds := self._throttle.wait(_HERE):
            raise CaseThrottledError(seconds)
        store, wanted = self._machine.store, number.upper()
        status = case_status(store, wanted) or order_status(store, wanted)
        card = isinstance(status, OrderStatus)
        self._machine.trail.must(
            AuditKind.RECORDS_READ,
            None,
            statement=(RecordKind.CARD_ORDERS if card else RecordKind.CASES).value,
            count=1 if status else 0,
            result=OK if status else CaseUnknownError.code,
        )
        if status is None:
            self._throttle.count(_HERE)
            raise CaseUnknownError
        return status

    def _remember(self) -> None:
        """Count what this kiosk's trail has of wrong numbers: a restart begins no new tries."""
        if self._remembered:
            return
        machine, now = self._machine, self._machine.now()
        wanted = AuditFilter(
            since=now - timedelta(seconds=self._throttle.memory_seconds),
            kind=AuditKind.RECORDS_READ.value,
            statement=RecordKind.CASES.value,
            result=CaseUnknownError.code,
        )
        for row in machine.store.audit_rows(wanted=wanted):
            if row.kiosk == machine.settings.kiosk.id:
                # A clock that was put back must not make a wait of hours.
                self._throttle.count(_HERE, max(0.0, (now - row.at).total_seconds()))
        self._remembered = True
