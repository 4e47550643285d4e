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
    length: int | None
    """Centimetres of a receipt, pages of a report; None: it is being measured."""
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
    known = state.papers
    receipt, report = (
        fault(code) if code else None
        for code in ((known.receipt_fault, known.report_fault) if known else ("", ""))
    )
    took = seconds if known else None
    quicker = took.quicker if took and not (receipt or report) else None
    return (
        Paper(
            "receipt",
            "receipt",
            known.receipt_cm if known else None,
            took.receipt if took else None,
            quicker == "receipt",
            receipt,
            first=receipt is None,
        ),
        Paper(
            "report",
            report_paper,
            known.report_pages if known else None,
            took.report if took else None,
            quicker == "report",
            report,
            first=receipt is not None and report is None,
        ),
    )
