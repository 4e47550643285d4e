"""Rows of the audit trail go when their time is over: once a day, between two visits."""

import logging
from datetime import date

from archive.errors import ArchiveError
from kiosk.logs import event
from kiosk.machine import Machine
from printing.statements.issue import CHINA


class Retention:
    """Prunes the trail of a machine, at most once on a day of China."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._done: date | None = None

    def daily(self) -> None:
        """Prune if it is due. A failure is logged: it must not keep a kiosk from serving."""
        machine = self._machine
        today = machine.now().astimezone(CHINA).date()
        if self._done == today:
            return
        self._done = today
        settings = machine.settings
        try:
            count = machine.store.prune_audit(settings.kiosk.id, settings.audit.keep_days)
        except ArchiveError as error:
            event(logging.ERROR, "audit.not_pruned", error=error.code)
            return
        if count:
            event(logging.INFO, "audit.pruned", count=count)
