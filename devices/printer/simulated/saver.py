"""Writes paper to a folder in a thread of its own: drawing must not delay a reply on the wire."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

Piece = TypeVar("Piece")
"""What comes out of a printer at once: a receipt, a sheet."""


class Saver(Generic[Piece]):
    """Saves one piece after the other."""

    def __init__(self, out: Path, write: Callable[[Piece], None]) -> None:
        self._out = out
        self._write = write
        self._queue: queue.SimpleQueue[Piece | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="paper-saver", daemon=True)
        self._done = threading.Condition()
        self._count = 0

    def start(self) -> None:
        """Make the folder and begin."""
        self._out.mkdir(parents=True, exist_ok=True)
        self._thread.start()

    def save(self, piece: Piece) -> None:
        """Have it written soon."""
        self._queue.put(piece)

    def wait_for(self, count: int, timeout: float) -> bool:
        """Wait until so many pieces are written."""
        with self._done:
            return self._done.wait_for(lambda: self._count >= count, timeout)

    def close(self) -> None:
        """Write what is left, and end."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        while (piece := self._queue.get()) is not None:
            self._write(piece)
            with self._done:
                self._count += 1
                self._done.notify_all()
