"""The process that is watched: `python -m tests.soak.hall FOLDER DAYS_AHEAD`.

The daemon as it ships, on simulated devices in the same process, with the dev dock as the hands.
Its clock is so many days ahead, so that what is past its term can be seen to go.
"""

import re
import sys
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from fastapi import FastAPI

from devices.printer.simulated.ledger import VOID
from devices.printer.simulated.paper import Receipt
from devices.printer.simulated.printer import SimulatedPrinter
from devices.printer.simulated.pty import PtyPrinter
from kiosk import composition, logs
from kiosk.config import Settings, load
from kiosk.daemon import serve_machine
from kiosk.demo.data import prepare, settings_for
from kiosk.demo.dock import Dock, router
from kiosk.sections.records import Audit

LEDGER = "ledger.tsv"
"""What came out of the receipt printer: a line a piece, with the serials on it."""
SERIAL = re.compile(r"\d{8}-01-\d{6}")
AUDIT_DAYS = 184
JOURNAL_DAYS = 30
ROWS_KEPT = 200
QUIET_SECONDS = 0.01
"""Papers are measured sooner than a reader needs: waiting is no work."""
BAUD = 4_000_000
"""The driver counts the time that its bytes need on the wire: the fastest wire that can be set."""


class CountedLine(PtyPrinter):
    """The printer's port; of each piece of paper only its serials are kept, in a file."""

    def __init__(self, simulated: SimulatedPrinter, *, out: Path, **_: object) -> None:
        super().__init__(simulated)
        self._ledger = (out.parent / LEDGER).open("a", buffering=1, encoding="utf-8")
        # The simulation's own memory of paper must not be taken for the kiosk's.
        rows: deque[Any] = deque(maxlen=ROWS_KEPT)
        simulated._controller.ledger._rows = rows

    def _take_pieces(self) -> list[Receipt]:
        for piece in super()._take_pieces():
            serials = " ".join(sorted(set(SERIAL.findall(piece.transcript))))
            mark = "void" if VOID in piece.transcript else "whole"
            self._ledger.write(f"{mark}\t{len(piece.errors)}\t{serials}\n")
        self.simulated.errors.clear()
        return []


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
        patch("kiosk.demo.hall.PtyPrinter", CountedLine),
        patch("kiosk.composition.utc_now", _ahead(days)),
    ):
        machine, hall = composition.simulated(settings, folder, real_time=False, in_process=True)

    def extend(app: FastAPI) -> None:
        app.include_router(router(Dock(hall, cards, machine.receipt, settings.report.folder)))

    with machine, patch("kiosk.visit.service.MEASURE_SECONDS", QUIET_SECONDS):
        serve_machine(machine, extend=extend, ready=lambda address: print(address, flush=True))  # noqa: T201


if __name__ == "__main__":
    main()
