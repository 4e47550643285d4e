"""The visit at work: one thread that applies the reducer, one worker that touches the devices.

Device work never runs on the thread that takes events, so a card that is pulled ends its visit at
once, whatever the card or the printer is doing. Device work of two visits never overlaps: the
worker takes one task at a time, so a new visit finds the printer as the old one has left it.
"""

import contextlib
import logging
import queue
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from itertools import count
from math import inf
from typing import Self, TypeVar, assert_never

from devices.card.connection import CardSource, Watch
from devices.card.roles import ReaderRoles
from kiosk.faults import UNEXPECTED
from kiosk.logs import event as log
from kiosk.logs import where
from kiosk.progress import Progress
from kiosk.sections.visit import Visit
from kiosk.visit.closing import maintained
from kiosk.visit.desk import Desk
from kiosk.visit.effects import (
    BeginGuest,
    CancelPrint,
    Compose,
    Effect,
    FindCase,
    Forget,
    LookUp,
    ReadCard,
    StartPrint,
    VerifyCode,
    VerifyPin,
)
from kiosk.visit.events import (
    CardIn,
    CardStays,
    Event,
    GuestIn,
    MaintenanceOff,
    MaintenanceOn,
    ReaderLost,
    SizeAsked,
    Tick,
)
from kiosk.visit.facts import Traced, facts
from kiosk.visit.look import USUAL_LOOK, Look, LookAsked
from kiosk.visit.readers import Readers
from kiosk.visit.reducer import reduce
from kiosk.visit.shown import Shown
from kiosk.visit.state import (
    ROWS_LEFT,
    STARTING,
    FaultData,
    Forgotten,
    Idle,
    Maintenance,
    OutOfService,
    Preview,
    Problem,
    State,
    TakeCard,
    Wish,
)
from kiosk.visit.tasks import TASK_SECONDS, TIDY_SECONDS, Tasks
from kiosk.visit.waits import deadline_of

T = TypeVar("T")
STOP = None
LOOK_SECONDS = 2.0
"""How often the printers are asked how they are while a holder chooses a paper."""
MEASURE_SECONDS = 0.1
"""After so long a quiet the papers are measured: before, the page draws what can be read."""
TURN_SECONDS = 20.0
"""An event is applied in milliseconds; what takes so long hangs."""
REST_SECONDS = 5.0
"""How often the sign of maintenance is looked at, and at rest the printers are seen to."""


class VisitService:
    """The kiosk's one visit. Reads of `shown` are safe from any thread."""

    def __init__(
        self,
        desk: Desk,
        source: CardSource,
        *,
        roles: ReaderRoles,
        needs_sam: bool,
        rules: Visit,
        worker: Executor,
        monotonic: Callable[[], float],
        progress: Progress,
        observe: Callable[[State], None],
    ) -> None:
        self._desk = desk
        self._source = source
        self._rules = rules
        self._monotonic = monotonic
        self._progress = progress
        self._observe = observe
        """Told every state, by the visit's thread."""
        self._events: queue.SimpleQueue[Event | LookAsked | None] = queue.SimpleQueue()
        self._listeners: list[Callable[[], None]] = []
        self._worker = worker
        self._tasks = Tasks(worker, progress, self.post)
        self._thread = threading.Thread(target=self._run, name="visit", daemon=True)
        self._watch: Watch | None = None
        self._stopped = False
        self._readers = Readers(roles, needs_sam=needs_sam, post=self.post)
        self._left: TakeCard | Forgotten | None = None
        """The last that was shown to a holder whose card was to be taken."""
        self._look: Future[None] | None = None
        """The last look at a printer, or tidying; a busy worker is not asked again meanwhile."""
        self._guests = count(-1, -1)
        first = Maintenance(STARTING) if desk.maintenance.on else OutOfService(STARTING)
        self.shown = Shown(first, secrets.token_urlsafe(24))
        observe(first)
        self._look_until = 0.0
        """Until when the first screen keeps the look that was chosen."""

    # --- life ---------------------------------------------------------------------------------

    def start(self) -> Self:
        """Begin to serve: watch the readers and take events."""
        self._thread.start()
        self.watch()
        return self

    def watch(self) -> None:
        """Watch the readers; what an earlier process left in a printer is voided before."""
        if self._desk.tidying.leftover:
            self._tidy()
        self._watch = self._source.watch(self._readers.on_event)

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
        self._tasks.submit(self._desk.release_card)
        self._worker.shutdown(wait=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- events -------------------------------------------------------------------------------

    def welcome(self, wish: Wish) -> None:
        """Somebody without a card touched the first screen, from any thread."""
        self.post(GuestIn(next(self._guests), wish))

    def maintain(self, on: bool) -> None:
        """Begin or end maintenance, over restarts; MaintenanceSignError where it cannot be kept."""
        self._desk.maintenance.set(on)
        self.post(Tick())

    def show_as(self, asked: LookAsked) -> None:
        """Somebody wants the screens to look otherwise, from any thread."""
        self._events.put(asked)

    def post(self, event: Event) -> None:
        """Take an event, from any thread."""
        self._events.put(event)

    def at_devices(self, task: Callable[[], T], seconds: float = TASK_SECONDS) -> Future[T]:
        """Have a task done by the worker, after those that wait there; from any thread."""
        return self._tasks.run(task, seconds)

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every change of state; the answer ends the subscription."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def state(self) -> State:
        """The present state."""
        return self.shown.state

    @property
    def lost(self) -> FaultData | None:
        """Why no card can be read now, or none may be, also while a guest is served."""
        rows_left = ROWS_LEFT if self._desk.tidying.rows_left else None
        return self._readers.lost or rows_left

    def seconds_left(self, state: State) -> float:
        """How long a screen stays if nothing happens; 0 where it has no end of its own."""
        deadline = deadline_of(state)
        return max(0.001, deadline - self._monotonic()) if deadline < inf else 0.0

    def _run(self) -> None:
        while self.turn(self.patience()):
            pass

    def turn(self, seconds: float) -> bool:
        """Apply the next event, or what follows when none came within so many seconds.

        False: it was the last one. The visit's own thread calls this.
        """
        self._progress.rest("visit")
        try:
            event = self._events.get(timeout=seconds)
        except queue.Empty:
            event = Tick()
        if event is STOP:
            return False
        self._progress.expect("visit", TURN_SECONDS)
        try:
            if isinstance(event, Tick):
                self._use_the_time()
            self.handle(event)
            self._see_the_sign()
        except Exception as error:  # noqa: BLE001 - without this thread no card is seen again
            self._give_up(error)
        return True

    @property
    def waiting(self) -> bool:
        """Whether events wait to be applied."""
        return not self._events.empty()

    def _see_the_sign(self) -> None:
        """Maintenance is set by a technician here, or by a command of another process."""
        wanted = self._desk.maintenance.on
        if wanted == maintained(self.state):
            return
        self.handle(MaintenanceOn() if wanted else MaintenanceOff())
        if not wanted:
            self._readers.tell_waiting_card()

    def _use_the_time(self) -> None:
        """Nothing happens: see to the printer."""
        if self._look is not None and not self._look.done():
            return
        match self.state:
            case Idle() | OutOfService() if self._desk.tidying.leftover:
                self._tidy()
            case Idle():
                self._look = self._tasks.submit(self._desk.look_about)
            case OutOfService():
                self._look = self._tasks.submit(self._desk.tidying.see_folder)
            case Preview(generation, papers=known):
                look = self._desk.look(generation, anew=known is not None)
                self._look = self._tasks.submit(look)

    def _give_up(self, error: Exception) -> None:
        """End a visit that met a bug. Nobody is there to help: what is shown ends by itself."""
        log(logging.ERROR, "visit.bug", error=type(error).__name__, where=where(error))
        self._desk.cancel_print()
        self._desk.forget()
        self._tasks.submit(self._desk.release_card)
        self._tidy()
        self.shown = Shown(self._given_up(FaultData(UNEXPECTED)), secrets.token_urlsafe(24))
        self._observe(self.shown.state)
        for listener in tuple(self._listeners):
            with contextlib.suppress(Exception):  # it may be what failed
                listener()

    def _given_up(self, fault: FaultData) -> State:
        """Made without the reducer: it may be what failed."""
        now, card = self._monotonic(), self._readers.inside
        if card is not None:
            return Problem(card.generation, fault, now + self._rules.take_card_seconds)
        if self.lost is not None:
            return OutOfService(self.lost)
        return Idle(fault, now + self._rules.notice_seconds)

    def patience(self) -> float:
        """How long nothing needs to happen, in seconds."""
        match self.state:
            case Preview(papers=known):
                most = LOOK_SECONDS if known else MEASURE_SECONDS
            case _:
                most = REST_SECONDS
        return min(self.seconds_left(self.state) or most, most)

    def handle(self, event: Event | LookAsked) -> None:
        """Apply one event and carry its effects out; the visit's own thread calls this."""
        if isinstance(event, LookAsked):
            self._look_until = self._monotonic() + self._rules.look_seconds
            self._show(self.state, event.on(self.shown.look))
            self._print_as_shown()
            return
        if isinstance(event, CardIn):
            event = self._unless_it_stays(event)
        after, effects = reduce(self.state, event, self._monotonic(), self._rules)
        after = self._in_service(after)
        for effect in effects:
            self._carry_out(effect)
        self._show(after, self._look_after(after))
        self._print_as_shown()

    def _print_as_shown(self) -> None:
        """The paper that is shown follows the large screen, unless its size was chosen apart."""
        state, memory = self.state, self._desk.memory
        if not isinstance(state, Preview) or state.holder.size or memory is None:
            return
        if memory.statement and memory.statement.size != self.shown.look.print_size:
            self.post(SizeAsked(state.generation, None))

    def _in_service(self, after: State) -> State:
        """Nobody is invited while no reader is there, or rows of an earlier holder may come."""
        lost = self.lost
        if after == OutOfService(ROWS_LEFT) and lost is None:
            after = Idle()
        elif isinstance(after, Idle) and lost is not None:  # a guest left, or a holder did
            after, _ = reduce(after, ReaderLost(lost), self._monotonic(), self._rules)
        return self._desk.papers.on(after)

    def _tidy(self) -> None:
        self._look = self._tasks.submit(self._desk.tidying.tidy, TIDY_SECONDS)

    def _unless_it_stays(self, card: CardIn) -> CardIn | CardStays:
        """A reader that was away does not make a new visit of a card whose visit has ended."""
        if self._left is None or self._left.generation not in (card.generation, card.again):
            return card
        return CardStays(card.generation, isinstance(self._left, Forgotten))

    def _show(self, after: State, look: Look) -> None:
        """A page of an earlier visit holds an earlier token and gets nothing any more."""
        before = self.shown
        same = _generation(after) == _generation(before.state)
        token = before.token if same else secrets.token_urlsafe(24)
        self.shown = Shown(after, token, look)
        if isinstance(after, TakeCard | Forgotten):
            self._left = after
        self._observe(after)
        for fact in facts(before.state, after):
            if isinstance(fact, Traced):
                self._tasks.submit(partial(self._desk.trace, fact.kind))
        if (after, look) != (before.state, before.look):
            for listener in tuple(self._listeners):
                listener()

    def _look_after(self, after: State) -> Look:
        """A look is its visit's: the next holder finds the usual one, and so does who comes later.

        Who chose it before putting the card in, or as a guest, keeps it with the card.
        """
        before, now = _generation(self.state), _generation(after)
        if now == 0:
            over = before != 0 or self._monotonic() >= self._look_until
        else:
            over = 0 < before != now
        return USUAL_LOOK if over else self.shown.look

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case CancelPrint():
                self._desk.cancel_print()
            case Forget():
                self._desk.forget()
                self._tasks.submit(self._desk.release_card)
                self._tidy()
            case ReadCard(generation, reader):
                self._tasks.submit(self._desk.begin(generation, reader))
            case VerifyPin(generation, pin):
                self._tasks.submit(self._desk.verify(generation, pin))
            case LookUp(generation):
                self._tasks.submit(self._desk.look_up(generation))
            case Compose(generation, statement, asked, size, language):
                size = size or self.shown.look.print_size
                made = self._desk.compose(generation, statement, asked, size, language, self.post)
                self._tasks.submit(made)
            case BeginGuest(generation):
                self._tasks.submit(self._desk.begin_guest(generation))
            case FindCase(generation, number):
                self._tasks.submit(self._desk.find_case(generation, number))
            case VerifyCode(generation, code):
                self._tasks.submit(self._desk.verify_code(generation, code))
            case StartPrint(generation, medium):
                self._tasks.submit(self._desk.print(generation, medium, self.post))
            case _:
                assert_never(effect)


def _generation(state: State) -> int:
    return getattr(state, "generation", 0)
