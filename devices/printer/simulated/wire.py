"""The time that bytes need on a serial wire."""

from collections.abc import Callable

_FIFO_BYTES = 64  # flow control gets its chance after so many
_SLICE_SECONDS = 0.005  # bytes under way are looked at this often; the last one on time


class Wire:
    """Bytes between the host's port and the printer's, 10 bits each; 0 baud takes no time."""

    def __init__(self, baud: int, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._under_way = bytearray()
        self._busy_until = 0.0
        self._paused = False
        self._byte_seconds = 10 / baud if baud else 0.0
        self._began_at = monotonic()

    @property
    def paused(self) -> bool:
        """Flow control: the host's port keeps its bytes."""
        return self._paused

    @paused.setter
    def paused(self, paused: bool) -> None:
        if self._paused and not paused:
            self._began_at = self._monotonic()  # nothing went over in the meantime
        self._paused = paused

    @property
    def busy_until(self) -> float:
        """When the last byte that arrived had crossed the wire."""
        return self._busy_until

    @property
    def length(self) -> int:
        """Bytes under way."""
        return len(self._under_way)

    def send(self, data: bytes) -> None:
        """Start sending, behind what is already under way."""
        if not self._under_way:
            self._began_at = max(self._monotonic(), self._busy_until)
        self._under_way += data

    def clear(self) -> None:
        """Lose what is under way."""
        self._under_way.clear()

    def arrived(self, most: float | None = None) -> bytes:
        """Take bytes that have arrived by now, a port chip's worth at a time, at most `most`."""
        if self._paused or not self._under_way:
            return b""
        count = min(len(self._under_way), _FIFO_BYTES)
        if most is not None:
            count = min(count, max(1, int(most)))
        if self._byte_seconds:
            passed = (self._monotonic() - self._began_at) / self._byte_seconds
            count = min(count, max(0, int(passed + 1e-6)))
            self._began_at += count * self._byte_seconds
            self._busy_until = self._began_at
        data = bytes(self._under_way[:count])
        del self._under_way[:count]
        return data

    def due_in(self) -> float | None:
        """Return the seconds until it is worth looking again; None when nothing is under way."""
        if not self._under_way or self.paused:
            return None
        left = self._began_at + len(self._under_way) * self._byte_seconds - self._monotonic()
        return max(0.0, min(left, max(_SLICE_SECONDS, self._nuls() * self._byte_seconds)))

    def _nuls(self) -> int:
        """How many come next that mean nothing by themselves: thousands end an open picture.

        All but the last: the host fills the wire again before it is empty.
        """
        following = self._under_way[:_FIFO_BYTES]
        return len(following) - len(following.lstrip(b"\0")) - 1
