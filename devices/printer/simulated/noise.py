"""What a bad line makes of the bytes that cross it."""

from collections import deque
from collections.abc import Callable


class NoisyLine:
    """One direction of a line; each disturbance is spent on the next bytes that cross."""

    def __init__(self) -> None:
        self._strikes: deque[Callable[[int], bytes]] = deque()
        self.wrong_speed = False
        """The two ends disagree on the baud rate: no byte arrives as it was sent."""

    @property
    def struck(self) -> bool:
        """Whether the next byte will not arrive as it was sent."""
        return self.wrong_speed or bool(self._strikes)

    def flip(self, mask: int) -> None:
        """Flip these bits of the next byte that is not struck yet."""
        self._strikes.append(lambda byte: bytes((byte ^ mask,)))

    def drop(self, count: int) -> None:
        """Lose so many bytes."""
        self._strikes.extend([lambda _: b""] * count)

    def insert(self, garbage: bytes) -> None:
        """Bring bytes before the next one that nobody sent."""
        self._strikes.append(lambda byte: garbage + bytes((byte,)))

    def carry(self, data: bytes) -> bytes:
        """Return what arrives."""
        if not data or not self.struck:
            return data
        out = bytearray()
        for byte in data:
            carried = self._strikes.popleft()(byte) if self._strikes else bytes((byte,))
            out += carried
        if self.wrong_speed:
            return bytes(byte << 1 & 0xFF | 0x80 for byte in out)
        return bytes(out)
