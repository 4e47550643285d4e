"""The simulated 24-pin printer behind a pseudo-terminal."""

from __future__ import annotations

from pathlib import Path

from devices.printer.simulated.fonts import GlyphMemory
from devices.printer.simulated.pages.escpk import SimulatedEscpk
from devices.printer.simulated.pages.sheet import Sheet, save_sheet
from devices.printer.simulated.saver import Saver
from devices.printer.simulated.terminal import PseudoTerminal


class PtyPagePrinter(PseudoTerminal[SimulatedEscpk, Sheet]):
    """Each sheet goes to `out` as `page-NNNN.txt` and `.png`."""

    def __init__(
        self, simulated: SimulatedEscpk, *, link: Path | None = None, out: Path | None = None
    ) -> None:
        memory = GlyphMemory()
        saver = Saver[Sheet](out, lambda sheet: save_sheet(sheet, out, memory)) if out else None
        super().__init__(simulated, link, saver)
        self._taken = 0

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets that came out so far."""
        return self._came_out

    def wait_for_sheets(self, count: int, timeout: float) -> bool:
        """Wait until so many sheets came out, and are written if there is a folder."""
        return self._wait_for_pieces(count, timeout)

    def _take_pieces(self) -> list[Sheet]:
        fresh = self.simulated.tray[self._taken :]
        self._taken += len(fresh)
        return fresh
