"""Blocks on their way to the printer: piece by piece, each with a fence that proves it."""

import re
from bisect import bisect_right
from collections.abc import Sequence

from devices.printer.blocks import Block
from devices.printer.dialog import Dialog
from devices.printer.pieces import Piece, chunks, cut_blocks

WINDOW = 2
"""Blocks that may be under way unacknowledged: at most so many are ever of unknown fate."""
_STATUS_INSIDE = re.compile(rb"\x10\x04([\x01-\x04])")


class BlockStream:
    """Sends blocks once, the last of them only when all before it is proven: it cuts."""

    def __init__(self, blocks: Sequence[Block], dialog: Dialog, first_marker: int) -> None:
        self._blocks = blocks
        self._dialog = dialog
        self._link = dialog.link
        self._model = dialog.model
        self._pieces = list(cut_blocks(blocks, dialog.model))
        self._queued = 0  # pieces given to the link
        self._ends: list[int] = []  # job bytes at the end of each whole block, fence included
        self._fences: list[int] = []  # fences sent up to there
        self.next_marker = first_marker
        """The first number that no marker had."""

    @property
    def all_proven(self) -> bool:
        """Whether everything was sent and answered for."""
        return self._queued == len(self._pieces) and self._dialog.settled

    @property
    def cut_is_out(self) -> bool:
        """Whether a cut may have been made: a void mark would stand on a piece of its own."""
        return self._model.cut and any(piece.needs_proof for piece in self._pieces[: self._queued])

    @property
    def cut_is_due(self) -> bool:
        """Whether all before the cut is proven as far as replies can, and the cut comes next."""
        if self._queued == len(self._pieces) or self.cut_is_out or not self._model.cut:
            return False
        return self._pieces[self._queued].needs_proof and self._dialog.settled

    def blocks_done(self) -> tuple[int, int]:
        """Return the blocks that the kernel took whole and those proven to be on paper."""
        sent = bisect_right(self._ends, self._dialog.job_bytes)
        if not self._model.marker:
            return sent, 0
        return sent, bisect_right(self._fences, self._dialog.fences_proven)

    def send_next(self) -> bool:
        """Queue the next piece if it may go now; whether one was queued."""
        if not self._may_queue():
            return False
        piece = self._pieces[self._queued]
        for part in chunks(piece.data, self._model):
            self._link.queue(part, job=True)
        self._dialog.expect_statuses(b"".join(_STATUS_INSIDE.findall(piece.data)))
        self._dialog.send_fence(self.next_marker)
        self.next_marker = (self.next_marker + 1) % 10_000
        if piece.ends_block:
            self._ends.append(self._dialog.job_bytes + self._link.queued)
            self._fences.append(self._dialog.fences_sent)
        self._dialog.ask_in_stream()
        if self._queued == 0:
            self._dialog.watch()
        self._queued += 1
        return True

    def _may_queue(self) -> bool:
        if self._queued == len(self._pieces):
            return False
        piece = self._pieces[self._queued]
        if piece.needs_proof:
            return self._dialog.settled  # it cuts: a piece that is not proven must stay uncut
        return not self._link.queued and self._dialog.fences_open < WINDOW

    def go_on_behind(self, confirmed: int, mark: bytes) -> None:
        """Send a mark and all behind so many proven blocks; what else was sent is lost."""
        rest = cut_blocks(self._blocks[confirmed:], self._model)
        self._pieces = [Piece(mark, ends_block=False, needs_proof=False), *rest]
        self._queued = 0
        del self._ends[confirmed:], self._fences[confirmed:]
