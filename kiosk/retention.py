"""What is kept for so long and no longer: audit rows, seals that expired, print jobs that ended."""

import logging
from datetime import date, timedelta

from archive.errors import ArchiveError
from kiosk.logs import event
from kiosk.machine import Machine
from printing.errors import JournalError
from printing.statements.issue import CHINA


class Retention:
    """Deletes what the configuration no longer wants kept, at most once on a day of China."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._done: date | None = None

    def daily(self) -> None:
        """Delete if it is due. A failure is logged: it must not keep a kiosk from serving."""
        today = self._machine.now().astimezone(CHINA).date()
        if self._done == today:
            return
        self._done = today
        self._prune_trail()
        self._purge_journal()

    def _prune_trail(self) -> None:
        machine, settings = self._machine, self._machine.settings
        try:
            if machine.store.past(timedelta(days=settings.audit.keep_days)) is None:
                event(logging.WARNING, "audit.time_in_doubt")
                return
            count = machine.store.prune_audit(settings.kiosk.id, settings.audit.keep_days)
        except ArchiveError as error:
            event(logging.ERROR, "audit.not_pruned", error=error.code)
            return
        if count:
            event(logging.INFO, "audit.pruned", count=count)

    def _purge_journal(self) -> None:
        """By the trail's time: a clock that leapt ahead for a moment must not make papers void."""
        settings, journal = self._machine.settings, self._machine.journal
        past = self._machine.store.past
        try:
            expired = past(timedelta(days=settings.statement.seal_keep_days))
            ended = past(timedelta(days=settings.store.journal_days))
            seals = journal.seals.purge(expired) if expired else 0
            jobs = journal.purge(ended) if ended else 0
        except (ArchiveError, JournalError) as error:
            event(logging.ERROR, "journal.not_purged", error=error.code)
            return
        if seals or jobs:
            event(logging.INFO, "journal.purged", seals=seals, jobs=jobs)
