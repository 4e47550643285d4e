"""The process that is watched: `python -m tests.soak.hall FOLDER DAYS_AHEAD`.

The daemon as it ships, on simulated cards in the same process and a simulated printer in another,
with the dev dock as the hands.
Its clock is so many days ahead, so that what is past its term can be seen to go.
"""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from fastapi import FastAPI

from kiosk import composition, logs
from kiosk.config import Settings, load
from kiosk.daemon import serve_machine
from kiosk.demo.data import prepare, settings_for
from kiosk.demo.dock import Dock, router
from kiosk.sections.records import Audit
from tests.soak.printer import FarLine, FarPrinter

AUDIT_DAYS = 184
JOURNAL_DAYS = 30
QUIET_SECONDS = 0.01
"""Papers are measured sooner than a reader needs: waiting is no work."""
BAUD = 4_000_000
"""The driver counts the time that its bytes need on the wire: the fastest wire that can be set."""


def settings_of(folder: Path) -> Settings:
    """Terms as short as they may be, so that what follows them needs no years."""
    chosen = settings_for(folder, load(web={"port": 0}))
    return chosen.model_copy(
        update={
            "audit": Audit(keep_days=AUDIT_DAYS),
            "receipt": chosen.receipt.model_copy(update={"baud": BAUD}),
            "statement": chosen.statement.model_copy(update={"seal_keep_days": 0}),
            "store": chosen.store.model_copy(update={"journal_days": JOURNAL_DAYS}),
        }
    )


def _ahead(days: int) -> Callable[[], datetime]:
    now = composition.utc_now
    return lambda: now() + timedelta(days=days)


def main() -> None:
    """Serve until SIGTERM; the page's address is the one line on standard output."""
    folder, days = Path(sys.argv[1]), int(sys.argv[2])
    settings = settings_of(folder)
    logs.start(settings.log.level)
    cards = prepare(folder, lambda _: None)
    with (
        patch("kiosk.demo.hall.SimulatedPrinter", FarPrinter),
        patch("kiosk.demo.hall.PtyPrinter", FarLine),
        patch("kiosk.composition.utc_now", _ahead(days)),
    ):
        machine, hall = composition.simulated(settings, folder, real_time=False, in_process=True)

    def extend(app: FastAPI) -> None:
        app.include_router(router(Dock(hall, cards, machine.receipt, settings.report.folder)))

    with machine, patch("kiosk.visit.service.MEASURE_SECONDS", QUIET_SECONDS):
        serve_machine(machine, extend=extend, ready=lambda address: print(address, flush=True))  # noqa: T201


if __name__ == "__main__":
    main()
