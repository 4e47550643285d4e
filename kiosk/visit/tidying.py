"""Paper of an earlier holder: voided as soon as can be; nobody is served while it may come out.

A printer that stopped with a part of a job in its memory prints that part by itself once somebody
has put paper in. Where the memory cannot be cleared, that must not happen in another's visit.
"""

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from devices.printer.report import NOT_FETCHED_SECONDS
from kiosk.errors import RowsLeftError
from kiosk.leftover import (
    RECEIPT,
    REPORT,
    may_hang,
    records_left,
    rows_may_come,
    sheet_may_lie,
    void_leftover,
    void_sheet,
    withdraw_records,
)
from kiosk.logs import event as log
from kiosk.machine import Machine
from kiosk.report_watch import ReportWatch
from kiosk.visit.events import Event, Tick
from printing.errors import JournalError
from printing.journal import Job, Medium


@dataclass
class Earlier:
    """Paper of another's visit, marked void, in front of somebody who asked for their own."""

    is_out: bool = False


class Tidying:
    """Knows what may lie in the printers; all but the properties is for the devices' worker.

    Kept beside journal and folder, which the visit's own thread does not read.
    """

    def __init__(self, machine: Machine, report: ReportWatch, served: Callable[[], bool]) -> None:
        """`served`: whether somebody is there, who is not to wait for a sheet elsewhere."""
        self._machine = machine
        self._report = report
        self._served = served
        self._in_front = machine.settings.report.place == "kiosk"
        self._reports = False
        """Whether such reports were seen."""
        self._withdraw_at = 0.0
        """From when on reports that nobody fetches are seen to."""
        self._receipt = may_hang(machine)
        self._sheet = sheet_may_lie(machine)
        self._rows_left = self._receipt or (self._sheet and self._in_front)

    @property
    def leftover(self) -> bool:
        """Whether paper of an earlier holder may still lie, or the end of a job is not written.

        The visit's own thread asks: no disk is looked at.
        """
        if self._receipt or self._sheet or self._machine.journal.behind:
            return True
        return self._reports and self._machine.monotonic() >= self._withdraw_at

    @property
    def rows_left(self) -> bool:
        """Whether such paper may still come out by itself, in front of whoever is there."""
        return self._rows_left

    @contextmanager
    def watch(self, medium: Medium, serials: Collection[str]) -> Iterator[Earlier]:
        """While paper is printed, and see what it leaves behind: did another's come out before it?

        What hung is marked void and comes out first; with one of these serials it is no other's.
        """
        lies = self._receipt if medium == "receipt" else self._sheet and self._in_front
        before = self._last(medium) if lies else None
        earlier = Earlier()
        try:
            yield earlier
        finally:
            self.look()
            if before is not None and before.order.serial not in serials:
                after = self._last(medium)
                earlier.is_out = after is not None and after.id != before.id

    def _last(self, medium: Medium) -> Job | None:
        with suppress(JournalError):
            return self._machine.journal.last_on_paper(RECEIPT if medium == "receipt" else REPORT)
        return None

    def see_folder(self) -> None:
        """See whether reports lie that nobody fetches."""
        self._reports = bool(records_left(self._machine))

    def look(self) -> None:
        """See what a paper has left behind."""
        self._receipt = may_hang(self._machine)
        self._sheet = sheet_may_lie(self._machine)

    def tidy(self) -> Event | None:
        """Void such paper if its printer can now; an event where the screen has to change."""
        before = self._rows_left
        with suppress(JournalError):  # it is tried again, and nothing is printed meanwhile
            if may_hang(self._machine) and void_leftover(self._machine) is None:
                log(logging.WARNING, "paper.leftover_voided")
        self._receipt = may_hang(self._machine)
        self._sheet = self._sheet and sheet_may_lie(self._machine)
        if self._sheet and not self._report.look():
            with suppress(JournalError):
                self._sheet = not void_sheet(self._machine, self._hurries)
        self._withdraw()
        left = self._receipt and rows_may_come(self._machine)
        self._rows_left = left or (self._sheet and self._in_front)
        if self._rows_left == before:
            return None
        if self._rows_left:
            log(logging.WARNING, "paper.rows_left")
        else:
            log(logging.INFO, "paper.rows_gone")
        return Tick()

    def _withdraw(self) -> None:
        """What cannot be withdrawn is tried again later: the printers want to be looked at, too."""
        try:
            for serial in withdraw_records(self._machine):
                log(logging.WARNING, "paper.withdrawn", serial=serial)
            self._reports = False
        except (OSError, JournalError) as error:
            self._withdraw_at = self._machine.monotonic() + NOT_FETCHED_SECONDS
            log(logging.ERROR, "paper.not_withdrawn", error=type(error).__name__)

    def admit(self) -> None:
        """Let somebody in; raises RowsLeftError while rows may come out in front of them."""
        if self._rows_left:
            self.tidy()
        if self._rows_left:
            raise RowsLeftError

    def _hurries(self) -> bool:
        """Whether a sheet is given up for who has come: not where it would come out before them."""
        return self._served() and not self._in_front
