"""Readers without hardware, in this process: cards are put in and taken out by call."""

import itertools
import threading
from collections.abc import Callable
from typing import Final

from devices.card.connection import CardListener
from devices.card.errors import (
    AccessDeniedError,
    CardAbsentError,
    CardBusyError,
    CardError,
    CardMuteError,
    CardRemovedError,
    CardResetError,
    ReaderAbsentError,
    ReaderFaultError,
    ServiceDownError,
)
from devices.card.hub import EventHub, HubWatch
from devices.card.simulated.chip import CardPulledError, CardSeizedError, SimulatedChip

_INTERNAL_ERROR: Final = 0x80100001
_UNKNOWN_ERROR: Final = 0x80100014
"""SCARD_F_INTERNAL_ERROR and SCARD_F_UNKNOWN_ERROR of pcsc-lite."""


class SimulatedSource:
    """A card source whose physical world is its verbs.

    `insert`, `remove`, `plug`, `unplug`, `stop_service`, `refuse_access`, `upset_service` and
    `start_service` tell the listeners before they return, in the caller's thread.
    """

    def __init__(self, readers: tuple[str, ...] = ("Simulated Reader 00 00",)) -> None:
        self._lock = threading.RLock()
        self._hub = EventHub(itertools.count(1))
        self._readers = readers
        self._cards: dict[str, SimulatedChip] = {}
        self._held: dict[str, SimulatedConnection] = {}
        self._trouble: Callable[[], CardError] | None = None
        self._broken: set[str] = set()
        self._hub.set_readers(readers)

    def readers(self) -> tuple[str, ...]:
        """The names of the readers that are there now."""
        with self._lock:
            self._check_service()
            return self._readers

    def connect(self, reader: str) -> "SimulatedConnection":
        """Power the card in that reader and hold it."""
        with self._lock:
            if reader not in self.readers():
                raise ReaderAbsentError(reader, self._readers)
            card = self._cards.get(reader)
            if card is None:
                raise CardAbsentError(reader)
            self._check_works(reader)
            if reader in self._held:
                raise CardBusyError
            if not (atr := card.power_on()):
                raise CardMuteError
            self._held[reader] = SimulatedConnection(self, reader, card, atr)
            return self._held[reader]

    def watch(self, listener: CardListener) -> HubWatch:
        """Tell the listener every event, beginning with the readers and cards that are there."""
        return self._hub.attach(listener, lambda: None)

    def insert(self, reader: str, card: SimulatedChip) -> None:
        """Put a card into a reader; one that is in it is taken out first."""
        with self._lock:
            if reader not in self._readers:
                raise ReaderAbsentError(reader, self._readers)
            self.remove(reader)
            self._cards[reader] = card
            if self._trouble is None:
                self._hub.inserted(reader, card.atr)

    def remove(self, reader: str) -> None:
        """Take the card out, if there is one."""
        with self._lock:
            card = self._cards.pop(reader, None)
            if card is not None:
                self._held.pop(reader, None)
                card.power_off()
                self._hub.removed(reader)

    def holds(self, reader: str) -> bool:
        """Whether a card is in that reader."""
        with self._lock:
            return reader in self._cards

    def plug(self, reader: str) -> None:
        """Connect another reader to the machine."""
        with self._lock:
            if reader not in self._readers:
                self._readers = (*self._readers, reader)
                self._tell_readers()

    def unplug(self, reader: str) -> None:
        """Pull a reader's cable; a card that was in it is out as well."""
        with self._lock:
            self.remove(reader)
            self._readers = tuple(name for name in self._readers if name != reader)
            self._tell_readers()

    def stop_service(self) -> None:
        """Let the smart-card service go down, as if pcscd had been killed."""
        self._take_service_away(ServiceDownError)

    def refuse_access(self) -> None:
        """Let the service refuse this user, as polkit may; `start_service` lets it in again."""
        self._take_service_away(AccessDeniedError)

    def upset_service(self) -> None:
        """Let the service answer every call with an error of its own, until `start_service`."""
        self._take_service_away(lambda: ReaderFaultError(_INTERNAL_ERROR))

    def break_reader(self, reader: str) -> None:
        """Let a reader see its cards come and go, and fail at everything else."""
        with self._lock:
            self._broken.add(reader)

    def mend_reader(self, reader: str) -> None:
        """Let it work again."""
        with self._lock:
            self._broken.discard(reader)

    def _take_service_away(self, reason: Callable[[], CardError]) -> None:
        with self._lock:
            self._trouble = reason
            for reader in tuple(self._held):
                self.seize(reader)
            self._hub.lost(reason().code)

    def start_service(self) -> None:
        """Bring the service back: readers and cards are found again."""
        with self._lock:
            if self._trouble is None:
                return
            self._trouble = None
            self._hub.restored()
            self._hub.set_readers(self._readers, frozenset(self._cards))
            for reader in self._readers:
                if card := self._cards.get(reader):
                    self._hub.inserted(reader, card.atr)
                else:
                    self._hub.removed(reader)

    def exchange(self, connection: "SimulatedConnection", command: bytes) -> bytes:
        """Pass one command from a connection to its card."""
        self._check_held(connection)
        self._check_works(connection.reader)
        try:
            answer = connection.card.process(command)
        except CardPulledError:
            self.remove(connection.reader)
            raise CardRemovedError from None
        except CardSeizedError:
            self.seize(connection.reader)
        self._check_held(connection)  # the card may have been pulled while it was answering
        self._check_works(connection.reader)
        if not answer:
            raise CardMuteError
        return answer

    def release(self, connection: "SimulatedConnection") -> None:
        """End a connection and take the power from its card."""
        with self._lock:
            if self._held.get(connection.reader) is connection:
                self._held.pop(connection.reader)
                connection.card.power_off()

    def seize(self, reader: str) -> None:
        """Reset the card as another program would: who holds it has lost its session."""
        with self._lock:
            connection = self._held.pop(reader, None)
            if connection is not None:
                connection.card.power_off()

    def _check_service(self) -> None:
        if self._trouble is not None:
            raise self._trouble()

    def _check_works(self, reader: str) -> None:
        with self._lock:
            if reader in self._broken:
                raise ReaderFaultError(_UNKNOWN_ERROR)

    def _check_held(self, connection: "SimulatedConnection") -> None:
        with self._lock:
            self._check_service()
            if self._held.get(connection.reader) is connection:
                return
            if self._cards.get(connection.reader) is connection.card:
                raise CardResetError
            raise CardRemovedError

    def _tell_readers(self) -> None:
        if self._trouble is None:
            self._hub.set_readers(self._readers)


class SimulatedConnection:
    """A powered card of a simulated reader."""

    def __init__(
        self, source: SimulatedSource, reader: str, card: SimulatedChip, atr: bytes
    ) -> None:
        self._source = source
        self._atr = atr
        self.reader = reader
        self.card = card

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        return self._atr

    def transmit(self, command: bytes) -> bytes:
        """Send one command APDU and return data, SW1 and SW2."""
        return self._source.exchange(self, command)

    def close(self) -> None:
        """Power the card off."""
        self._source.release(self)
