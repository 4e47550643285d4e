"""The simulated receipt printer behind a pseudo-terminal."""

from __future__ import annotations

import json
from pathlib import Path

from devices.printer.simulated.fonts import GlyphMemory
from devices.printer.simulated.paper import Receipt
from devices.printer.simulated.printer import SimulatedPrinter
from devices.printer.simulated.render import render
from devices.printer.simulated.saver import Saver
from devices.printer.simulated.terminal import PseudoTerminal


class PtyPrinter(PseudoTerminal[SimulatedPrinter, Receipt]):
    """Each piece of paper goes to `out` as `receipt-NNNN.bin`, `.txt` and `.png`; what the stream
    had wrong goes to `errors.jsonl`.
    """

    def __init__(
        self,
        simulated: SimulatedPrinter,
        *,
        link: Path | None = None,
        out: Path | None = None,
        memory: GlyphMemory | None = None,
    ) -> None:
        fonts = memory or GlyphMemory()
        saver = (
            Saver[Receipt](out, lambda receipt: save_receipt(receipt, out, fonts)) if out else None
        )
        super().__init__(simulated, link, saver)

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        """The paper that came out so far."""
        return self._came_out

    def wait_for_receipts(self, count: int, timeout: float) -> bool:
        """Wait until so many receipts came out, and are written if there is a folder."""
        return self._wait_for_pieces(count, timeout)

    def _take_pieces(self) -> list[Receipt]:
        return self.simulated.take_receipts()


def save_receipt(receipt: Receipt, out: Path, memory: GlyphMemory) -> None:
    """Write one receipt's bytes, text and picture, the picture last and whole."""
    stem = out / f"receipt-{receipt.number:04d}"
    stem.with_suffix(".bin").write_bytes(receipt.raw)
    stem.with_suffix(".txt").write_text(receipt.transcript, "utf-8")
    if receipt.errors:
        with (out / "errors.jsonl").open("a", encoding="utf-8") as file:
            for error in receipt.errors:
                row = {
                    "receipt": receipt.number,
                    "offset": error.offset,
                    "data": error.data.hex(" ").upper(),
                    "message": error.message,
                }
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    part = out / f".{stem.name}.part"
    render(receipt, memory).save(part, format="PNG")
    part.replace(stem.with_suffix(".png"))
