"""Which readers are there and whether a card is in, as the card service tells; never whose."""

import threading
from dataclasses import dataclass
from typing import assert_never

from devices.card.connection import CardSource
from devices.card.events import (
    CardEvent,
    CardInserted,
    CardRemoved,
    ReadersChanged,
    ServiceLost,
    ServiceRestored,
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A reader. `generation` is the number of the card that is in, None: no card is in."""

    reader: str
    generation: int | None


class Slots:
    """Follows the readers; the event's own ATR is left alone, since its tail names the chip."""

    def __init__(self, source: CardSource) -> None:
        self._lock = threading.Lock()
        self._readers: tuple[str, ...] = ()
        self._inside: dict[str, int] = {}
        self._lost: str | None = None
        self._watch = source.watch(self._on_event)

    def stop(self) -> None:
        """Follow no more."""
        self._watch.stop()

    @property
    def lost(self) -> str | None:
        """The code of what is wrong with the card service; None: it works."""
        return self._lost

    def seen(self) -> tuple[Slot, ...]:
        """Every reader, in the service's order."""
        with self._lock:
            return tuple(Slot(name, self._inside.get(name)) for name in self._readers)

    def _on_event(self, event: CardEvent) -> None:
        with self._lock:
            match event:
                case CardInserted(reader, _, generation):
                    self._inside[reader] = generation
                case CardRemoved(reader):
                    self._inside.pop(reader, None)
                case ReadersChanged(readers):
                    self._readers = readers
                    self._inside = {
                        name: card for name, card in self._inside.items() if name in readers
                    }
                case ServiceLost(code):
                    self._lost, self._readers, self._inside = code, (), {}
                case ServiceRestored():
                    self._lost = None
                case _:
                    assert_never(event)
