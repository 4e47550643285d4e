"""Cards in real readers, through the machine's PC/SC service."""

import itertools
import threading
import time
from collections.abc import Callable
from typing import Final

from devices.card import winscard
from devices.card.connection import CardListener
from devices.card.errors import (
    CardBusyError,
    CardMuteError,
    CardRemovedError,
    CardResetError,
    ReaderAbsentError,
)
from devices.card.holders import Holders, find_holders
from devices.card.hub import EventHub, HubWatch
from devices.card.watcher import Watcher

_ATTEMPTS: Final = 3
_RETRY_SECONDS: Final = 0.1
_STATUS_WORD: Final = 2
_NOTICE_MILLISECONDS: Final = 1000
"""How long pcscd may take to see that a card is gone: it looks about twice a second."""


class PcscSource:
    """The readers that pcscd knows. One thread follows them while anybody watches."""

    def __init__(
        self,
        *,
        attempts: int = _ATTEMPTS,
        retry_seconds: float = _RETRY_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
        find_holders: Callable[[], Holders] = find_holders,
        beat: Callable[[float], None] = lambda _: None,
    ) -> None:
        """`beat` is told at each turn of the watch within how many seconds the next one comes."""
        self._attempts = attempts
        self._retry_seconds = retry_seconds
        self._sleep = sleep
        self._find_holders = find_holders
        self._beat = beat
        self._lock = threading.RLock()
        self._generations = itertools.count(1)
        self._watched: tuple[EventHub, Watcher] | None = None

    def readers(self) -> tuple[str, ...]:
        """The names of the readers that are there now."""
        with winscard.context() as handle:
            return winscard.list_readers(handle)

    def connect(self, reader: str) -> "PcscConnection":
        """Power the card and hold it: alone if possible, else shared, else try again shortly."""
        for attempt in range(self._attempts):
            if attempt:
                self._sleep(self._retry_seconds)
            for mode in (winscard.EXCLUSIVE, winscard.SHARED):
                try:
                    return self._connect(reader, mode)
                except CardBusyError:
                    continue
        raise CardBusyError(tuple(str(holder) for holder in self._find_holders().found))

    def _connect(self, reader: str, mode: int) -> "PcscConnection":
        handle = winscard.establish()
        try:
            return self._power(handle, reader, mode)
        except BaseException:
            winscard.release(handle)
            raise

    def _power(self, handle: int, reader: str, mode: int) -> "PcscConnection":
        try:
            card, protocol = winscard.connect(handle, reader, mode)
        except ReaderAbsentError:
            raise ReaderAbsentError(reader, winscard.list_readers(handle)) from None
        atr = winscard.answer_to_reset(card, reader)
        return PcscConnection(handle, card, protocol, reader, atr)

    def watch(self, listener: CardListener) -> HubWatch:
        """Tell the listener every event, beginning with the readers and cards that are there."""
        with self._lock:
            started = self._watched is None
            if self._watched is None:
                hub = EventHub(self._generations)
                self._watched = hub, Watcher(hub, beat=self._beat)
            hub, watcher = self._watched
            watch = hub.attach(listener, self._last_stopped)
            if started:
                watcher.start()
            return watch

    def _last_stopped(self) -> None:
        with self._lock:
            if self._watched is None or self._watched[0].listening:
                return  # somebody else began to watch, or stopped as well, at the same moment
            _, watcher = self._watched
            self._watched = None
        watcher.stop()


class PcscConnection:
    """One powered card, in a PC/SC context of its own."""

    def __init__(self, context: int, card: int, protocol: int, reader: str, atr: bytes) -> None:
        self._context = context
        self._card = card
        self._protocol = protocol
        self._reader = reader
        self._atr = atr
        self._closed = False

    @property
    def atr(self) -> bytes:
        """The answer to reset."""
        return self._atr

    def transmit(self, command: bytes) -> bytes:
        """Send one command APDU, exactly once, and return data, SW1 and SW2."""
        if self._closed:
            raise CardResetError
        try:
            return self._exchange(command)
        except CardRemovedError:
            self.close()  # pcscd would keep the empty reader for us and refuse the next card
            raise

    def _exchange(self, command: bytes) -> bytes:
        result, answer = winscard.transmit(self._card, self._protocol, command)
        if result not in (winscard.OK, winscard.NOT_TRANSACTED):
            raise winscard.transmit_error(result, self._reader)
        if len(answer) < _STATUS_WORD:  # some drivers call an exchange with a pulled card a success
            raise CardRemovedError if self._is_gone() else CardMuteError
        return answer

    def close(self) -> None:
        """Power the card off, so that a proven PIN is forgotten."""
        if not self._closed:
            self._closed = True
            winscard.disconnect(self._card)
            winscard.release(self._context)

    def _is_gone(self) -> bool:
        """Whether the card that gave no answer was pulled; pcscd needs a moment to see that."""
        known = ((self._reader, winscard.UNAWARE),)
        first = winscard.status_change(self._context, 0, known)
        if first is None or not first[0].present:
            return True
        known = ((self._reader, first[0].state),)
        later = winscard.status_change(self._context, _NOTICE_MILLISECONDS, known)
        if later is None:
            return False
        return not later[0].present or later[0].movements != first[0].movements
