"""What is kept for so long and no longer: seals that expired, print jobs that ended."""

import logging
from datetime import timedelta

from kiosk.logs import event
from kiosk.machine import Machine


def purge(machine: Machine) -> None:
    """Delete what the configuration no longer wants kept; the daemon calls it once a day."""
    settings = machine.settings
    seals = machine.journal.seals.purge(timedelta(days=settings.statement.seal_keep_days))
    jobs = machine.journal.purge(timedelta(days=settings.store.journal_days))
    if seals or jobs:
        event(logging.INFO, "journal.purged", seals=seals, jobs=jobs)
