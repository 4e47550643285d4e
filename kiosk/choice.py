"""What a holder should know before choosing a paper: how long each takes, and what stops it."""

from dataclasses import dataclass
from typing import Final, Literal

from kiosk.machine import Machine

_BYTES_OF_CM: Final = 125
"""Text with its commands; measured on statements of 36 and of 540 rows."""
_PICTURE_BYTES_OF_CM: Final = 3840
"""80 rows of dots, 48 bytes each."""
_SETTLE_SECONDS: Final = 1
"""The cut, and the printer's word that all is out."""


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
