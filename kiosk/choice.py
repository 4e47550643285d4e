"""What a holder should know before choosing a paper: how long each takes, and what stops it."""

from dataclasses import dataclass
from typing import Final, Literal

from devices.printer.pages.escpk import EscpkPrinter
from devices.printer.pages.ipp import IppPrinter
from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.state import Ready, TellsNothing, Unknown
from kiosk.machine import Machine, PinPrinter

_BYTES_OF_CM: Final = 125
"""Text with its commands; measured on statements of 36 and of 540 rows."""
_PICTURE_BYTES_OF_CM: Final = 3840
"""80 rows of dots, 48 bytes each."""
_SETTLE_SECONDS: Final = 1
"""The cut, and the printer's word that all is out."""
_ASK_AGAIN_SECONDS: Final = 20.0
"""A report printer on the network may take seconds to say that it is silent."""


@dataclass(frozen=True, slots=True)
class PaperSeconds:
    """About how long each paper takes."""

    receipt: int
    report: int

    @property
    def quicker(self) -> Literal["receipt", "report"]:
        """The paper that is out first."""
        return "receipt" if self.receipt <= self.report else "report"


def paper_seconds(machine: Machine, receipt_cm: int, report_pages: int) -> PaperSeconds:
    """By the printers' speed and the line's."""
    model, report = machine.receipt_model, machine.settings.report
    dense = _PICTURE_BYTES_OF_CM if model.rom == "none" else _BYTES_OF_CM
    wire = receipt_cm * dense * 10 / model.baud
    paper = receipt_cm * 10 / model.speed_mm_s
    return PaperSeconds(
        receipt=round(max(wire, paper)) + _SETTLE_SECONDS,
        report=report.first_page_seconds + report.page_seconds * (report_pages - 1),
    )


class ReportWatch:
    """What stops the report printer, asked for now and then (worker only)."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._asked_at: float | None = None
        self._fault = ""

    def fault(self) -> str:
        """Code of what stops it; empty: nothing, or nobody can know."""
        now = self._machine.monotonic()
        if self._asked_at is None or now - self._asked_at >= _ASK_AGAIN_SECONDS:
            self._fault = _fault(self._machine)
            self._asked_at = self._machine.monotonic()
        return self._fault


def _fault(machine: Machine) -> str:
    report = machine.report
    printer = report.printer if isinstance(report, PinPrinter) else report
    if not isinstance(printer, EscpkPrinter | PjlPrinter | IppPrinter):
        return ""
    match printer.status():
        case Ready() | Unknown() | TellsNothing():
            return ""
        case stopped:
            return stopped.code
