"""The report printer as a holder meets it: which paper comes out, and what stops it."""

from typing import Final

from devices.printer.models.page import PagePaper
from devices.printer.report import NOT_FETCHED, FolderPrinter
from devices.printer.state import PrinterState, Ready, TellsNothing, Unknown
from kiosk.machine import Machine, PinPrinter

ASK_SECONDS: Final = 10.0
"""How often a printer on a network is asked: one that is silent takes its time to be so, and who
wants a receipt waits behind the question."""


class ReportWatch:
    """Remembers what a page printer said last.

    At a 24-pin printer, and into the folder of a print service, a look costs nothing.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._seen = ""
        self._ask_at = 0.0

    def seen(self) -> str:
        """Code of what stops the printer as far as is known without waiting; empty: nothing."""
        report = self._machine.report
        if isinstance(report, PinPrinter):
            self._seen = _fault(report.printer.status())
        elif isinstance(report, FolderPrinter):
            self._seen = _folder_fault(self._machine, report)
        return self._seen

    def look(self) -> str:
        """The same, asked anew where that is due."""
        report, now = self._machine.report, self._machine.monotonic()
        if not isinstance(report, PinPrinter | FolderPrinter) and now >= self._ask_at:
            self._seen = _fault(report.status())
            self._ask_at = self._machine.monotonic() + ASK_SECONDS
        return self.seen()


def report_paper(machine: Machine) -> PagePaper:
    """What the report printer prints on."""
    report = machine.report
    return report.model.paper if isinstance(report, PinPrinter) else "a4"


def _folder_fault(machine: Machine, folder: FolderPrinter) -> str:
    """A paper that nobody fetches is waited for in vain; of a demo nobody fetches any."""
    if machine.settings.card.virtual_readers:
        return ""
    try:
        waiting = folder.not_fetched()
    except OSError:
        return "printer.folder"
    return NOT_FETCHED if waiting else ""


def _fault(state: PrinterState) -> str:
    """A silence, or a printer that never tells anything, is no fault: the job finds out."""
    match state:
        case Ready() | Unknown() | TellsNothing():
            return ""
        case stopped:
            return stopped.code
