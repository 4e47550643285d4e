"""A receipt printer in a process of its own, with hands that reach it from the tests.

In the tests' process it would stand still whenever their garbage is looked through or another
thread has the interpreter. The driver, in a third process, counts that silence and rightly doubts
what became of its bytes: a real printer has a processor to itself.
"""

from multiprocessing import get_context
from multiprocessing.managers import BaseManager
from pathlib import Path
from typing import Any, cast

from devices.printer.models import load_model
from devices.printer.simulated.escpos import StreamError
from devices.printer.simulated.faults import FAULTS
from devices.printer.simulated.paper import Receipt
from devices.printer.simulated.printer import SimulatedPrinter
from devices.printer.simulated.pty import PtyPrinter


class ReceiptPrinter:
    """A simulated printer on a pseudo-terminal; its paper in a folder.

    Only methods, no attributes: they are what a proxy in another process has.
    """

    def __init__(self, link: Path, out: Path) -> None:
        self._simulated = SimulatedPrinter(load_model("escpos-80mm"))
        self._line = PtyPrinter(self._simulated, link=link, out=out)
        self._line.start()

    def path(self) -> str:
        """The port's name."""
        return self._line.path

    def receipts(self) -> tuple[Receipt, ...]:
        """The paper that came out so far."""
        return self._line.receipts

    def wait_for_receipts(self, count: int, timeout: float) -> bool:
        """Wait until so many receipts came out and are written."""
        return self._line.wait_for_receipts(count, timeout)

    def errors(self) -> list[StreamError]:
        """Everything that the stream had wrong."""
        return self._simulated.errors

    def wire_bytes(self) -> int:
        """Bytes that arrived from the host."""
        return self._simulated.wire_bytes

    def strike(self, fault: str) -> None:
        """Do one of `FAULTS` to it."""
        FAULTS[fault].strike(self._simulated)
        self._line.wait_until_done()

    def take_paper(self, after_lines: int) -> None:
        """Let the paper end when so many more lines are printed."""
        self._simulated.take_paper(after_lines)

    def close(self) -> None:
        """Tear off what is uncut, and take the printer away."""
        self._line.close()


class PrinterRoom(BaseManager):
    """The process in which the printers of a test run stand, one after another."""

    def __init__(self) -> None:
        super().__init__(ctx=get_context("spawn"))  # a fork would inherit the tests' garbage

    def printer(self, link: Path, out: Path) -> ReceiptPrinter:
        """Set up a new printer; what is returned speaks to it."""
        made: Any = self.make(link, out)  # type: ignore[attr-defined]  # registered below
        return cast("ReceiptPrinter", made)


PrinterRoom.register("make", ReceiptPrinter)
