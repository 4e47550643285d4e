"""The receipt printer on a port, in a process of its own as a real one is.

What the watched process needs of memory and processor is then the kiosk's alone.
"""

import re
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from multiprocessing import get_context
from multiprocessing.managers import BaseManager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from devices.printer.descriptor import wait_for_descriptor
from devices.printer.models import PrinterModel
from devices.printer.simulated.ledger import VOID
from devices.printer.simulated.paper import Receipt
from devices.printer.simulated.printer import SimulatedPrinter
from devices.printer.simulated.pty import PtyPrinter

LEDGER = "ledger.tsv"
"""What came out of the receipt printer: a line a piece, with the serials on it."""
SERIAL = re.compile(r"\d{8}-01-\d{6}")
ROWS_KEPT = 200


class CountedLine(PtyPrinter):
    """The printer's port; of each piece of paper only its serials are kept, in a file."""

    def __init__(self, simulated: SimulatedPrinter, ledger: Path) -> None:
        super().__init__(simulated)
        self._ledger = ledger.open("a", buffering=1, encoding="utf-8")
        # Nobody asks the simulation for its rows: they must not make it slow.
        rows: deque[Any] = deque(maxlen=ROWS_KEPT)
        simulated._controller.ledger._rows = rows

    def _take_pieces(self) -> list[Receipt]:
        for piece in super()._take_pieces():
            serials = " ".join(sorted(set(SERIAL.findall(piece.transcript))))
            mark = "void" if VOID in piece.transcript else "whole"
            self._ledger.write(f"{mark}\t{len(piece.errors)}\t{serials}\n")
        self.simulated.errors.clear()
        return []


class Table:
    """What stands in the printer's process: the printer and its port, and who works them."""

    def __init__(self, model: PrinterModel, glyphs: Mapping[bytes, str], ledger: Path) -> None:
        self._line = CountedLine(SimulatedPrinter(model, known_glyphs=glyphs), ledger)
        self._line.start()

    def path(self) -> str:
        """The port's name."""
        return self._line.path

    def do(self, verb: str, **how: int) -> None:
        """What a hand does to the printer."""
        getattr(self._line.simulated, verb)(**how)

    def close(self) -> None:
        """Tear off what is uncut, and end."""
        self._line.close()


class _Process(BaseManager):
    """The process."""


_Process.register("table", Table)


class FarPrinter:
    """In the place of the simulated printer: its hands reach into the other process."""

    def __init__(
        self, model: PrinterModel, *, known_glyphs: Mapping[bytes, str], **_: object
    ) -> None:
        self._what = model, dict(known_glyphs)
        # Not by a socket in the folder for temporary files: its path would often be too long.
        self._process = _Process(("127.0.0.1", 0), ctx=get_context("spawn"))
        self.table: Any = None

    def __getattr__(self, verb: str) -> Callable[..., None]:
        return partial(self.table.do, verb)

    def start(self, ledger: Path) -> None:
        """Start the process and put the printer on its port."""
        self._process.start()
        self.table = self._process.table(*self._what, ledger)  # type: ignore[attr-defined]

    def close(self) -> None:
        """End both."""
        self.table.close()
        self._process.shutdown()


class FarLine:
    """In the place of its port."""

    wait = staticmethod(wait_for_descriptor)

    def __init__(self, printer: FarPrinter, *, out: Path, **_: object) -> None:
        self._printer = printer
        self._ledger = out.parent / LEDGER

    def __enter__(self) -> Self:
        self._printer.start(self._ledger)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._printer.close()

    @property
    def path(self) -> str:
        """The port's name."""
        return str(self._printer.table.path())
