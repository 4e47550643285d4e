"""The readers of the visit: which one is served, which card is in it, and why none can be served.

Told by the card source's thread; what follows goes to the visit as its events.
"""

import logging
from collections.abc import Callable
from typing import assert_never

from devices.card.events import (
    CardEvent,
    CardInserted,
    CardRemoved,
    ReadersChanged,
    ServiceLost,
    ServiceRestored,
)
from devices.card.roles import ReaderRoles
from kiosk.logs import event as log
from kiosk.visit.events import CardIn, CardOut, Event, ReaderBack, ReaderLost
from kiosk.visit.state import STARTING, FaultData


class Readers:
    """Follows the readers and tells the visit of cards and of what stands in their way."""

    def __init__(
        self, roles: ReaderRoles, *, needs_sam: bool, post: Callable[[Event], None]
    ) -> None:
        self._roles = roles
        self._needs_sam = needs_sam
        self._post = post
        self._serving: str | None = None
        """The one reader whose cards are served; a card in another ends nobody's visit."""
        self._sam: str | None = None
        """The security module's slot."""
        self._readers: tuple[str, ...] = ()
        self._occupied: set[str] = set()
        """Readers with a card in them, holder's or module."""
        self._inside: CardIn | None = None
        self._service_fault: str | None = None
        """Why the card service tells of no reader."""
        self._usable = False
        self.lost: FaultData | None = STARTING
        """Why no card can be read now, also while a guest is served."""

    @property
    def inside(self) -> CardIn | None:
        """The card in the serving reader."""
        return self._inside

    def tell_waiting_card(self) -> None:
        """Tell again of a card that was put in while nobody could be served."""
        if self._usable and self._inside is not None:
            self._post(self._inside)

    def on_event(self, event: CardEvent) -> None:
        """What happened at a reader."""
        match event:
            case CardInserted(reader, _, generation, again):
                self._card_came(CardIn(reader, generation, again))
            case CardRemoved(reader, generation):
                self._card_went(reader, generation)
            case ReadersChanged(readers, occupied):
                self._occupied |= occupied
                if virtual := self._roles.findings(readers):
                    log(logging.WARNING, "reader.virtual", count=len(virtual))
                self._choose(readers)
            case ServiceLost(code):
                self._service_fault = code
                self._choose(())
            case ServiceRestored():
                self._service_fault = None  # the readers that are there are told next
            case _:
                assert_never(event)

    def _choose(self, readers: tuple[str, ...]) -> None:
        self._readers = readers
        if self._serving not in readers:
            self._serving = self._roles.holder(readers)
        self._sam = self._roles.sam(readers) if self._needs_sam else None
        self._judge()

    def _card_came(self, card: CardIn) -> None:
        """A card that cannot be served now is served as soon as it can, if it is still in."""
        self._occupied.add(card.reader)
        if card.reader == self._serving:
            self._inside = card
            self.tell_waiting_card()
        elif card.reader == self._sam:
            self._judge()

    def _card_went(self, reader: str, generation: int) -> None:
        self._occupied.discard(reader)
        if self._inside is not None and self._inside.generation == generation:
            self._inside = None
        if self._usable or reader in self._readers:  # else nobody saw it go: it may still be in
            self._post(CardOut(generation))
        if reader == self._sam:
            self._judge()

    def _judge(self) -> None:
        """A kiosk without a slot, or that cannot prove cards, says so before a card is put in."""
        missing = self._missing()
        self._log(missing)
        if missing is not None:
            self._usable = False
            self.lost = FaultData(missing)
            self._post(ReaderLost(self.lost))
            return
        self.lost = None
        self._post(ReaderBack())
        if not self._usable:
            self._usable = True
            self.tell_waiting_card()

    def _log(self, missing: str | None) -> None:
        """Once for each reason, whatever the screen shows meanwhile."""
        before = self.lost.code if self.lost else None
        if missing == before:
            return
        if missing is not None:
            log(logging.WARNING, "service.lost", fault=missing)
        else:
            log(logging.INFO, "service.back", fault=before)

    def _missing(self) -> str | None:
        if self._service_fault is not None:
            return self._service_fault
        if self._serving is None:
            virtual = self._roles.findings(self._readers)
            return "reader.virtual" if virtual else "reader.absent"
        if self._needs_sam and self._sam not in self._occupied:
            return "sam.absent"
        return None
