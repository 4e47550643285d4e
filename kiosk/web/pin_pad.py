"""The order of the digits on the PIN pad: plain, or shuffled anew for every try.

Who looks over a shoulder learns nothing from where a finger went. A hardware pad with its raised
dot stays plain; both work at the same time.
"""

import random
import threading
from typing import Final, Literal

Order = Literal["plain", "shuffled"]
PLAIN: Final = "1234567890"


class PinPad:
    """The order that is shown now. Used by any thread."""

    def __init__(self, order: Order, rng: random.Random) -> None:
        self._order = order
        self._rng = rng
        self._lock = threading.Lock()
        self._generation = 0
        self._digits = PLAIN

    def digits(self, generation: int) -> str:
        """Ten digits from the upper left to the lowest; the same until a PIN was sent."""
        with self._lock:
            if generation != self._generation:
                self._generation = generation
                self._shuffle()
            return self._digits

    def used(self) -> None:
        """A PIN was sent: the next try has another order."""
        with self._lock:
            self._shuffle()

    def _shuffle(self) -> None:
        if self._order == "shuffled":
            self._digits = "".join(self._rng.sample(PLAIN, len(PLAIN)))
