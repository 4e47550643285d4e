"""What the journal says, against what came out of the printers."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.composition import utc_now
from printing.journal import Job, Journal
from tests.soak.hall import LEDGER

ALL = 10**9
VOID = "void"


@dataclass(frozen=True)
class Balance:
    """The account of all paper; every number but the first four must be 0."""

    jobs: dict[str, int]
    whole: int
    voided: int
    reports: int
    lost: int
    """Jobs that claim paper which never came, are still open, or were asked for and never begun."""
    doubled: int
    """Whole papers that the journal does not know of."""
    unexplained: int
    """Jobs of unknown fate although nothing was broken."""
    errors: int
    """Bytes that the receipt printer could not read."""

    @property
    def good(self) -> bool:
        """Whether nothing was lost, doubled or left unexplained."""
        return not (self.lost or self.doubled or self.unexplained or self.errors)


class Tray:
    """Where reports are fetched, as the print service would; their digests are kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.digests: Counter[str] = Counter()

    def empty(self) -> None:
        """Take everything out."""
        for file in self._folder.glob("[!.]*"):
            self.digests[hashlib.sha256(file.read_bytes()).hexdigest()] += 1
            file.unlink()


def balance(folder: Path, tray: Tray, asked: int, exposed: Sequence[range]) -> Balance:
    """Compare; the kiosk has ended. `exposed`: jobs that were made while something was broken."""
    with Journal(folder / "journal.db", utc_now, create=False) as journal:
        jobs = journal.jobs(ALL)
    papers, voided, errors = _receipts(folder / LEDGER)
    broken = {number for numbers in exposed for number in numbers}
    receipts = [
        job for job in jobs if job.order.medium == "receipt" and job.order.statement != VOID
    ]
    claimed = Counter(job.order.serial for job in receipts if job.state == "confirmed")
    open_to_doubt = Counter(job.order.serial for job in receipts if job.state == "unknown")
    sent = Counter(_digest(job) for job in jobs if job.order.medium == "report" and _out(job))
    unasked = asked - sum(job.order.statement != VOID for job in jobs if job.id not in broken)
    still_open = sum(job.state in ("queued", "sending") for job in jobs)
    return Balance(
        jobs=dict(Counter(job.state for job in jobs)),
        whole=papers.total(),
        voided=voided,
        reports=tray.digests.total(),
        lost=(claimed - papers).total() + (sent - tray.digests).total() + abs(unasked) + still_open,
        doubled=(papers - claimed - open_to_doubt).total() + (tray.digests - sent).total(),
        unexplained=sum(
            job.state in ("unknown", "failed") and job.id not in broken for job in jobs
        ),
        errors=errors,
    )


def _out(job: Job) -> bool:
    return job.state in ("sent", "confirmed")


def _digest(job: Job) -> str:
    return job.order.digest


def _receipts(ledger: Path) -> tuple[Counter[str], int, int]:
    """Whole papers by serial, how many were void, and how many errors the stream had."""
    whole: Counter[str] = Counter()
    voided = errors = 0
    for line in ledger.read_text("utf-8").splitlines():
        mark, wrong, serials = line.split("\t")
        errors += int(wrong)
        if mark == "void":
            voided += 1
        else:
            whole.update(serials.split() or ["?"])
    return whole, voided, errors
