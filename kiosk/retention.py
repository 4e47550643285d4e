"""What is kept for so long and no longer: seals that expired, and later the ledger of jobs."""

import logging
from datetime import timedelta

from kiosk.logs import event
from kiosk.machine import Machine


def purge(machine: Machine) -> None:
    """Delete what the configuration no longer wants kept; the daemon calls it once a day."""
    seals = machine.journal.seals.purge(timedelta(days=machine.settings.statement.seal_keep_days))
    if seals:
        event(logging.INFO, "journal.purged", seals=seals)
