"""What a card and a source of cards look like, real or simulated."""

from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from devices.card.events import CardEvent

CardListener = Callable[[CardEvent], None]


class CardConnection(Protocol):
    """One powered card, held for one caller; every method may raise `CardError`."""

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        ...

    def transmit(self, command: bytes) -> bytes:
        """Send one command APDU and return data, SW1 and SW2."""
        ...

    def close(self) -> None:
        """Power the card off, so that a proven PIN is forgotten; never raises."""
        ...


class Watch(Protocol):
    """A running subscription to the events of a source; as a context it stops at the end."""

    def stop(self) -> None:
        """End the subscription: no event is delivered after this returns."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class CardSource(Protocol):
    """Where cards come from."""

    def readers(self) -> tuple[str, ...]:
        """The names of the readers that are there now."""
        ...

    def connect(self, reader: str) -> CardConnection:
        """Power the card in that reader and hold it."""
        ...

    def watch(self, listener: CardListener) -> Watch:
        """Tell the listener every event, beginning with the readers and cards that are there.

        The listener is called from the source's thread, one event at a time, and must be quick:
        put the event into a queue and return.
        """
        ...
