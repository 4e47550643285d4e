"""The thread that follows the readers through PC/SC and comes back whatever happens to pcscd."""

import logging
import math
import threading
from collections.abc import Callable
from typing import Final

from devices.card import winscard
from devices.card.errors import CardError, ReaderAbsentError
from devices.card.hub import EventHub
from devices.card.winscard import ReaderState

FIRST_DELAY: Final = 0.1
LONGEST_DELAY: Final = 2.0
PATIENCE: Final = 3.0
"""How long a stop waits for the thread: it ends within milliseconds unless pcscd hangs."""

_WAIT_MILLISECONDS: Final = 10_000
"""pcscd wakes us on every change; this bounds what a lost wake-up could cost, and how late one that
hangs is noticed."""
_TURN_SECONDS: Final = 30.0
"""The bound above, and time for a busy machine."""
_REACH_SECONDS: Final = 0.05

_log = logging.getLogger(__name__)


class Watcher:
    """Follows every reader and every card and tells the hub.

    pcscd going away is told as the loss of the service and tried again with growing delays; an
    error nobody thought of is treated the same way, so that the thread never ends by itself.
    """

    def __init__(
        self,
        hub: EventHub,
        *,
        first_delay: float = FIRST_DELAY,
        longest_delay: float = LONGEST_DELAY,
        patience: float = PATIENCE,
        beat: Callable[[float], None] = lambda _: None,
    ) -> None:
        """`beat` is told at each turn within how many seconds the next one comes."""
        self._hub = hub
        self._first_delay = first_delay
        self._longest_delay = longest_delay
        self._patience = patience
        self._beat = beat
        self._delay = first_delay
        self._context: int | None = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="card-watcher", daemon=True)

    def start(self) -> None:
        """Begin to follow the readers."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread and wait for it, unless it is the one that asks.

        A pcscd that hangs answers neither the wait nor its cancellation: then the thread is left
        behind. It tells nothing more and ends as soon as pcscd answers or dies.
        """
        self._ending.set()
        if threading.current_thread() is self._thread or not self._thread.is_alive():
            return
        cancelling = threading.Thread(target=self._cancel, name="card-watcher-end", daemon=True)
        cancelling.start()
        cancelling.join(self._patience)
        if cancelling.is_alive():
            _log.error("card watcher: pcscd does not let it end")

    def _cancel(self) -> None:
        """Cancel the wait until it is heard: a cancel that comes just before it begins is lost."""
        while self._thread.is_alive():
            if (handle := self._context) is not None:
                winscard.cancel(handle)
            self._thread.join(_REACH_SECONDS)

    def _run(self) -> None:
        while not self._ending.is_set():
            self._beat(_TURN_SECONDS)
            code = self._follow_until_lost()
            if self._ending.is_set():
                break
            if self._hub.lost(code):
                _log.warning("card watcher: %s", code)
            self._ending.wait(self._delay)
            self._delay = min(self._delay * 2, self._longest_delay)
        self._beat(math.inf)

    def _follow_until_lost(self) -> str:
        """Follow the readers in a new context; returns the code of what ended it."""
        try:
            with winscard.context() as handle:
                self._context = handle
                self._follow(handle)
        except CardError as error:
            return error.code
        except Exception as error:  # noqa: BLE001 - the supervisor: no bug may end the watch
            _log.error("card watcher: %s", type(error).__name__)
            return CardError.code
        finally:
            self._context = None
        return CardError.code

    def _follow(self, handle: int) -> None:
        known: dict[str, int] = {}
        readers = winscard.list_readers(handle)
        self._hub.restored()
        self._delay = self._first_delay
        news = winscard.UNAWARE
        while not self._ending.is_set():
            self._beat(_TURN_SECONDS)
            fresh = not known.keys() >= set(readers)
            if not fresh:
                self._hub.set_readers(readers)
            asked = {reader: known.get(reader, winscard.UNAWARE) for reader in readers}
            states = self._wait(handle, [*asked.items(), (winscard.NEW_READERS, news)])
            if fresh and states and not self._ending.is_set():
                # A reader is told with what is in it: for a new one pcscd answers at once.
                inside = frozenset(state.reader for state in states if state.present)
                self._hub.set_readers(readers, inside & asked.keys())
            for state in states:
                if state.reader == winscard.NEW_READERS:
                    news = state.state
                    continue
                self._note(state, asked[state.reader])
                asked[state.reader] = state.state
            known = {reader: seen for reader, seen in asked.items() if seen != winscard.UNAWARE}
            readers = winscard.list_readers(handle)

    def _wait(self, handle: int, known: list[tuple[str, int]]) -> tuple[ReaderState, ...]:
        try:
            return winscard.status_change(handle, _WAIT_MILLISECONDS, known) or ()
        except ReaderAbsentError:
            self._ending.wait(_REACH_SECONDS)  # it went after we listed it: list again, in peace
            return ()

    def _note(self, now: ReaderState, before: int) -> None:
        if self._ending.is_set():
            return
        then = ReaderState(now.reader, before)
        if not now.present:
            self._hub.removed(now.reader)
        elif not then.present or then.movements != now.movements:
            self._hub.inserted(now.reader, now.atr)
