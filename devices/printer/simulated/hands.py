"""What people and wear do to a printer's body: each verb works from any thread, at any time."""

import contextlib
import threading
from collections.abc import Callable, Iterator

from devices.printer.simulated.body import Body


class Hands:
    """The verbs that change the body and nothing else."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._body = Body()
        self._wake: Callable[[], None] = lambda: None

    def on_wake(self, wake: Callable[[], None]) -> None:
        """Have `wake` called whenever hands have changed something."""
        self._wake = wake

    @contextlib.contextmanager
    def _touch(self) -> Iterator[Body]:
        with self._lock:
            yield self._body
        self._wake()

    def take_paper(self, after_lines: int = 0) -> None:
        """Let the paper end, now or when so many more lines are printed."""
        with self._touch() as body:
            body.take_paper(after_lines)

    def load_paper(self) -> None:
        """Put in a full roll; the paper that was begun goes on: the same job, the same strip."""
        with self._touch() as body:
            body.load_paper()

    def low_paper(self) -> None:
        """Let the roll come to its near-end mark."""
        with self._touch() as body:
            body.paper_low = True

    def open_cover(self) -> None:
        """Open the cover; printing stops, the buffer stays."""
        with self._touch() as body:
            body.cover_open = True

    def close_cover(self) -> None:
        """Close the cover; printing goes on by itself."""
        with self._touch() as body:
            body.cover_open = False

    def jam_cutter(self) -> None:
        """Make the next cut fail."""
        with self._touch() as body:
            body.cutter_jammed = True

    def free_cutter(self) -> None:
        """Take out what jams the cutter; a printer that has stopped for it waits for DLE ENQ."""
        with self._touch() as body:
            body.cutter_jammed = False

    def heat_head(self) -> None:
        """Let the head be too hot to print."""
        with self._touch() as body:
            body.head_hot = True

    def cool_head(self) -> None:
        """Let the head cool down; printing goes on by itself."""
        with self._touch() as body:
            body.head_hot = False

    def break_down(self) -> None:
        """Cause an error that only switching off and on ends."""
        with self._touch() as body:
            body.broken = True

    def press_feed(self) -> None:
        """Press the feed button and hold it; the printer is offline meanwhile."""
        with self._touch() as body:
            body.feeding = True

    def release_feed(self) -> None:
        """Let go of the feed button."""
        with self._touch() as body:
            body.feeding = False

    def open_drawer(self, is_open: bool = True) -> None:
        """Open the cash drawer, or close it: a bit in the status that is no fault."""
        with self._touch() as body:
            body.drawer_open = is_open

    def mute(self, silent: bool = True) -> None:
        """Break the wire from printer to host, or mend it; the printer goes on printing."""
        with self._touch() as body:
            body.reply_wire_cut = silent
