"""The one place that numbers insertions and tells listeners, for every kind of source."""

import logging
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

from devices.card.connection import CardListener
from devices.card.events import (
    CardEvent,
    CardInserted,
    CardRemoved,
    ReadersChanged,
    ServiceLost,
    ServiceRestored,
)

_log = logging.getLogger(__name__)


class EventHub:
    """Knows which card is where, gives each insertion its generation and tells every listener.

    Events are told one at a time, in the order in which they happened, under one lock: a listener
    must not wait for anybody who in turn waits for the hub.
    """

    def __init__(self, generations: Iterator[int]) -> None:
        self._generations = generations
        self._lock = threading.RLock()
        self._listeners: list[HubWatch] = []
        self._readers: tuple[str, ...] | None = None
        self._cards: dict[str, CardInserted] = {}
        self._unseen: dict[str, CardInserted] = {}
        """Cards that were in their readers when the service went."""
        self._lost: str | None = None

    def attach(self, listener: CardListener, on_stop: Callable[[], None]) -> "HubWatch":
        """Add a listener and tell it at once what is known now."""
        watch = HubWatch(self, listener, on_stop)
        with self._lock:
            self._listeners.append(watch)
            for event in self._known():
                watch.tell(event)
        return watch

    def detach(self, watch: "HubWatch") -> bool:
        """Remove a listener; True when it was there and was the last one."""
        with self._lock:
            if watch not in self._listeners:
                return False
            self._listeners.remove(watch)
            return not self._listeners

    @property
    def listening(self) -> bool:
        """Whether anybody listens."""
        with self._lock:
            return bool(self._listeners)

    def set_readers(self, readers: tuple[str, ...], occupied: frozenset[str] = frozenset()) -> None:
        """These readers are there now; the cards of those that went are gone with them.

        `occupied`: those of new ones in which a card is, told by `inserted` next. Readers are told
        first: who hears that a card is gone knows already why.
        """
        with self._lock:
            if readers == self._readers:
                return
            self._readers = readers
            self._tell(ReadersChanged(readers, occupied | self._cards.keys() & set(readers)))
            for reader in [name for name in self._cards if name not in readers]:
                self.removed(reader)

    def inserted(self, reader: str, atr: bytes) -> None:
        """A card is in that reader; one that was there before has been swapped for it."""
        with self._lock:
            before = self._unseen.get(reader)
            self.removed(reader)
            again = before.generation if before and atr and before.atr == atr else 0
            self._cards[reader] = CardInserted(reader, atr, next(self._generations), again)
            self._tell(self._cards[reader])

    def removed(self, reader: str) -> None:
        """No card is in that reader; says nothing when none was known there."""
        with self._lock:
            self._unseen.pop(reader, None)
            card = self._cards.pop(reader, None)
            if card is not None:
                self._tell(CardRemoved(reader, card.generation))

    def lost(self, code: str) -> bool:
        """The service is gone, and with it all that was known; False when that is no news.

        The loss is told first: who hears that a card is gone knows already why.
        """
        with self._lock:
            if self._lost == code:
                return False
            self._readers, self._lost = None, code
            self._tell(ServiceLost(code))
            unseen = dict(self._cards)
            for reader in unseen:
                self.removed(reader)
            self._unseen.update(unseen)
            return True

    def restored(self) -> None:
        """The service is back. Told only after it was lost."""
        with self._lock:
            if self._lost is None:
                return
            self._lost = None
            self._tell(ServiceRestored())

    def _known(self) -> tuple[CardEvent, ...]:
        if self._lost is not None:
            return (ServiceLost(self._lost),)
        if self._readers is None:
            return ()
        return (
            ReadersChanged(self._readers, frozenset(self._cards)),
            *self._cards.values(),
        )

    def _tell(self, event: CardEvent) -> None:
        for watch in tuple(self._listeners):
            watch.tell(event)


class HubWatch:
    """One listener's subscription."""

    def __init__(self, hub: EventHub, listener: CardListener, on_stop: Callable[[], None]) -> None:
        self._hub = hub
        self._listener = listener
        self._on_stop = on_stop
        self._stopped = False

    def tell(self, event: CardEvent) -> None:
        """Pass an event on; a listener's bug must not blind the others."""
        if self._stopped:
            return
        try:
            self._listener(event)
        except Exception as error:  # noqa: BLE001 - the fence between the source and its listeners
            _log.error("a card listener failed: %s", type(error).__name__)

    def stop(self) -> None:
        """End the subscription: no event is delivered after this returns."""
        self._stopped = True
        if self._hub.detach(self):
            self._on_stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
