"""Paper that a holder asked for: every copy of it, and how the last one ended."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from archive.errors import PrintLimitError
from devices.printer.result import PrintResult, Progress
from kiosk.composed import Statement
from kiosk.errors import PrinterNotReadyError
from kiosk.leftover import GOOD
from kiosk.logs import event as log
from kiosk.machine import Machine
from kiosk.paper import confirms, print_receipt, print_report
from kiosk.visit.events import Event, PrintEnded, Progressed
from kiosk.visit.state import Medium, fault_data
from kiosk.visit.tasks import TASK_SECONDS, WORKER
from printing.errors import EndNotWrittenError, JournalError, SignError


@dataclass(frozen=True)
class PaperOrder:
    """What is to be printed on which printer, and who hears of it (worker only)."""

    machine: Machine
    generation: int
    medium: Medium
    tell: Callable[[Event], None]
    cancelled: Callable[[], bool]

    def carry_out(self, copies: tuple[Statement, ...]) -> PrintEnded:
        """Print one copy after another. Raises what ends a visit, as long as nothing is out."""
        out = 0
        try:
            for copy in copies:
                paper = self._print(copy)
                if paper.outcome not in GOOD:
                    break
                out += 1
        except (PrinterNotReadyError, SignError) as error:
            return PrintEnded(self.generation, "failed", error.code, copies_out=out)
        except PrintLimitError as error:
            limit = fault_data(error, error.code)
            return PrintEnded(self.generation, "failed", limit.code, limit.data)
        except JournalError as error:
            if not out:
                raise
            return PrintEnded(self.generation, "failed", error.code, copies_out=out)
        return PrintEnded(self.generation, paper.outcome, paper.reason or "", copies_out=out)

    def _print(self, statement: Statement) -> PrintResult:
        """Print one copy; what was observed of it is told though its end cannot be written now."""
        send = print_report if self.medium == "report" else print_receipt
        try:
            return send(
                self.machine, statement, self.generation, self._progress, self._asked
            ).result
        except EndNotWrittenError as error:
            log(
                logging.ERROR,
                "paper.end_not_written",
                job=error.job_id,
                outcome=error.result.outcome,
            )
            return error.result

    def _progress(self, step: Progress) -> None:
        # Some printers confirm nothing: then what they took has to do.
        proven = confirms(self.machine, self.medium)
        done = step.blocks_confirmed if proven else step.blocks_sent
        self.tell(Progressed(self.generation, done, step.blocks_total, step.hold or ""))

    def _asked(self) -> bool:
        # Drivers ask all the time, and last before a mark that may have to wait for paper: one
        # that is silent for longer hangs, however long a paper takes.
        settings = self.machine.settings
        hold = (settings.report if self.medium == "report" else settings.receipt).hold_seconds
        self.machine.progress.expect(WORKER, hold + TASK_SECONDS)
        return self.cancelled()
