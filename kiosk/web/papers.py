"""The choice of paper: how much of it, how long it takes, and what stops its printer."""

from dataclasses import dataclass
from typing import Literal

from devices.printer.models.page import PagePaper
from kiosk.choice import PaperSeconds
from kiosk.faults import Fault, fault
from kiosk.visit.state import Medium, Preview


@dataclass(frozen=True, slots=True)
class Paper:
    """One of the two papers, as the screen offers it."""

    medium: Medium
    name: Literal["receipt"] | PagePaper
    """What it is called by."""
    length: int
    """Centimetres of a receipt, pages of a report."""
    seconds: int | None
    """About how long it takes; None: not known."""
    quicker: bool
    """Whether it is out before the other one, which can be printed too."""
    stopped: Fault | None
    first: bool
    """Whether it is the one that most people want: the first that can be printed."""


def papers(
    state: Preview, seconds: PaperSeconds | None, report_paper: PagePaper
) -> tuple[Paper, Paper]:
    """Receipt and report."""
    receipt, report = (
        fault(code) if code else None for code in (state.receipt_fault, state.report_fault)
    )
    quicker = seconds.quicker if seconds and not (receipt or report) else None
    return (
        Paper(
            "receipt",
            "receipt",
            state.receipt_cm,
            seconds.receipt if seconds else None,
            quicker == "receipt",
            receipt,
            first=receipt is None,
        ),
        Paper(
            "report",
            report_paper,
            state.report_pages,
            seconds.report if seconds else None,
            quicker == "report",
            report,
            first=receipt is not None and report is None,
        ),
    )
