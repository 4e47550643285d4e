"""The visit at work: one thread that applies the reducer, one worker that touches the devices.

Device work never runs on the thread that takes events, so a card that is pulled ends its visit at
once, whatever the card or the printer is doing. Device work of two visits never overlaps: the
worker takes one task at a time, so a new visit finds the printer as the old one has left it.
"""

import logging
import queue
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeGuard, assert_never

from devices.card.connection import CardSource, Watch
from devices.card.events import (
    CardEvent,
    CardInserted,
    CardRemoved,
    ReadersChanged,
    ServiceLost,
    ServiceRestored,
)
from kiosk.identify import acceptable
from kiosk.logs import event as log
from kiosk.logs import where
from kiosk.visit.desk import Desk
from kiosk.visit.effects import (
    CancelPrint,
    Compose,
    Effect,
    Forget,
    LookUp,
    ReadCard,
    StartPrint,
    VerifyPin,
)
from kiosk.visit.events import CardIn, CardOut, Event, ReaderBack, ReaderLost, Tick
from kiosk.visit.reducer import Rules, reduce
from kiosk.visit.state import EnterPin, FaultData, Idle, Menu, Preview, Printed, State

STOP = None
TIDY_SECONDS = 5.0
"""How often the printer is asked whether an earlier holder's paper can be voided now."""


class VisitService:
    """The kiosk's one visit. Reads of `state` and `token` are safe from any thread."""

    def __init__(
        self,
        desk: Desk,
        source: CardSource,
        *,
        reader: str,
        virtual_readers: bool,
        rules: Rules,
        monotonic: Callable[[], float],
    ) -> None:
        self._desk = desk
        self._source = source
        self._reader = reader
        self._virtual = virtual_readers
        self._rules = rules
        self._monotonic = monotonic
        self._events: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._listeners: list[Callable[[], None]] = []
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="devices")
        self._thread = threading.Thread(target=self._run, name="visit", daemon=True)
        self._watch: Watch | None = None
        self._stopped = False
        self.state: State = Idle()
        self.token = secrets.token_urlsafe(24)

    # --- life ---------------------------------------------------------------------------------

    def start(self) -> Self:
        """Begin to serve: watch the readers and take events."""
        self._thread.start()
        self._watch = self._source.watch(self._on_card_event)
        return self

    def stop(self) -> None:
        """End the visit under way, void what is half printed, and give the devices back."""
        if self._stopped:
            return
        self._stopped = True
        if self._watch is not None:
            self._watch.stop()
        self._events.put(STOP)
        self._thread.join(timeout=5)
        self._desk.cancel_print()
        self._desk.forget()
        self._submit(self._desk.release_card)
        self._worker.shutdown(wait=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # --- events -------------------------------------------------------------------------------

    def post(self, event: Event) -> None:
        """Take an event, from any thread."""
        self._events.put(event)

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every change of state; the answer ends the subscription."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def seconds_left(self) -> float:
        """How long the present screen stays without a touch; 0 where it has no end of its own."""
        state = self.state
        if isinstance(state, EnterPin | Menu | Preview | Printed) or _has_notice(state):
            return max(0.001, state.deadline - self._monotonic())
        return 0.0

    def _on_card_event(self, event: CardEvent) -> None:
        match event:
            case CardInserted(reader, _, generation):
                if acceptable(reader, self._reader, virtual=self._virtual):
                    self.post(CardIn(reader, generation))
            case CardRemoved(_, generation):
                self.post(CardOut(generation))
            case ReadersChanged(readers):
                usable = any(acceptable(r, self._reader, virtual=self._virtual) for r in readers)
                lost = ReaderLost(FaultData("reader.absent"))
                self.post(ReaderBack() if usable else lost)
            case ServiceLost(code):
                self.post(ReaderLost(FaultData(code)))
            case ServiceRestored():
                pass  # the readers that are there are told next
            case _:
                assert_never(event)

    def _run(self) -> None:
        while True:
            try:
                event = self._events.get(timeout=self._patience())
            except queue.Empty:
                event = Tick()
                if self._desk.leftover and isinstance(self.state, Idle):
                    self._submit(self._desk.tidy)
            if event is STOP:
                return
            self.handle(event)

    def _patience(self) -> float | None:
        """How long nothing needs to happen, in seconds; None: until something does."""
        if self._desk.leftover:
            return min(self.seconds_left or TIDY_SECONDS, TIDY_SECONDS)
        return self.seconds_left or None

    def handle(self, event: Event) -> None:
        """Apply one event and carry its effects out; the visit's own thread calls this."""
        before = self.state
        after, effects = reduce(before, event, self._monotonic(), self._rules)
        for effect in effects:
            self._carry_out(effect)
        if _generation(after) != _generation(before):
            # A page of the earlier visit holds the earlier token and gets nothing any more.
            self.token = secrets.token_urlsafe(24)
        self.state = after
        if after != before:
            for listener in tuple(self._listeners):
                listener()

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case CancelPrint():
                self._desk.cancel_print()
            case Forget():
                self._desk.forget()
                self._submit(self._desk.release_card)
                self._submit(self._desk.tidy)
            case ReadCard(generation, reader):
                self._submit(self._desk.begin(generation, reader))
            case VerifyPin(generation, pin):
                self._submit(self._desk.verify(generation, pin))
            case LookUp(generation):
                self._submit(self._desk.look_up(generation))
            case Compose(generation, statement):
                self._submit(self._desk.compose(generation, statement))
            case StartPrint(generation, medium):
                self._submit(self._desk.print(generation, medium, self.post))
            case _:
                assert_never(effect)

    def _submit(self, task: Callable[[], Event | None]) -> None:
        def work() -> None:
            answer = task()
            if answer is not None:
                self.post(answer)

        self._worker.submit(work).add_done_callback(_say_if_it_failed)


def _say_if_it_failed(work: Future[None]) -> None:
    """Tasks have their own fence; what fails outside of it must not vanish in the worker."""
    if (error := work.exception()) is not None:
        log(logging.ERROR, "worker.failed", error=type(error).__name__, where=where(error))


def _has_notice(state: State) -> TypeGuard[Idle]:
    return isinstance(state, Idle) and state.notice is not None


def _generation(state: State) -> int:
    return getattr(state, "generation", 0)
