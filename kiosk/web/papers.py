"""The choice of paper: how much of it, how long it takes, and what stops its printer."""

from dataclasses import dataclass
from typing import Final, Literal

from devices.printer.models.page import PagePaper
from kiosk.choice import PaperSeconds
from kiosk.faults import Fault, fault
from kiosk.visit.state import Medium, Preview

_LONGEST_CM: Final = 100
"""Of a receipt whose length is told in centimetres."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One of the two papers, as the screen offers it."""

    medium: Medium
    name: Literal["receipt"] | PagePaper
    """What it is called by."""
    unit: str
    """Key of the words for its length."""
    length: int | str | None
    """Of a receipt or a report, in that unit; None: it is being measured."""
    seconds: int | None
    """About how long it takes; None: not known."""
    quicker: bool
    """Whether it is out before the other one, which can be printed too."""
    stopped: Fault | None
    first: bool
    """Whether it is the one that most people want: the first that can be printed now."""


def papers(
    state: Preview, seconds: PaperSeconds | None, report_paper: PagePaper
) -> tuple[Paper, Paper]:
    """Receipt and report."""
    known = state.papers
    receipt, report = (
        fault(code) if code else None
        for code in ((known.receipt_fault, known.report_fault) if known else ("", ""))
    )
    took = seconds if known else None
    quicker = took.quicker if took and not (receipt or report) else None
    unit, length = _receipt_length(known.receipt_cm) if known else ("", None)
    return (
        Paper(
            "receipt",
            "receipt",
            unit,
            length,
            took.receipt if took else None,
            quicker == "receipt",
            receipt,
            first=known is not None and receipt is None,
        ),
        Paper(
            "report",
            report_paper,
            "preview.length_report",
            known.report_pages if known else None,
            took.report if took else None,
            quicker == "report",
            report,
            first=receipt is not None and report is None,
        ),
    )


def _receipt_length(cm: int) -> tuple[str, int | str]:
    """A long roll in metres, to the tenth above: nobody measures a metre in centimetres."""
    if cm <= _LONGEST_CM:
        return "preview.length_receipt", cm
    tenths = -(-cm // 10)
    return "preview.length_receipt_m", f"{tenths // 10}.{tenths % 10}"
