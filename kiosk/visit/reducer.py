"""The visit's rules as a pure function: `(state, event, now) -> (state, effects)`."""

from dataclasses import replace
from math import inf
from typing import assert_never

from kiosk.sections.visit import Visit
from kiosk.visit.closing import begin, close, end
from kiosk.visit.effects import (
    LEAVE,
    CancelPrint,
    Compose,
    LookUp,
    ReadCard,
    StartPrint,
    Step,
    VerifyPin,
)
from kiosk.visit.events import (
    Back,
    CancelAsked,
    CardIn,
    CardOut,
    CardRead,
    CardStays,
    CaseEntered,
    CaseFound,
    CaseRefused,
    Chosen,
    CodeEntered,
    CodeRefused,
    Composed,
    EndAsked,
    Event,
    Failed,
    GuestIn,
    GuestReady,
    GuideChosen,
    LanguageAsked,
    MaintenanceOff,
    MaintenanceOn,
    MonthsAsked,
    MonthsChosen,
    PapersSeen,
    PaperVerified,
    PinAccepted,
    PinEntered,
    PinRefused,
    PrintAsked,
    PrintEnded,
    Progressed,
    ReaderBack,
    ReaderLost,
    RecordsFound,
    RegionsAnswered,
    Searched,
    SizeAsked,
    Tick,
    Touched,
    VisitEvent,
)
from kiosk.visit.guest import (
    guest_back,
    lost,
    print_guide,
    serve_guest,
    tell_guest,
    welcome,
    without_card,
)
from kiosk.visit.state import (
    ChooseMonths,
    Composing,
    EnterPin,
    FaultData,
    Forgotten,
    GuideShown,
    Holder,
    Idle,
    InVisit,
    LookingUp,
    Maintenance,
    Menu,
    OutOfService,
    Papers,
    Preview,
    Printed,
    Printing,
    Problem,
    Reading,
    Resting,
    State,
    TakeCard,
    Touchable,
    Verifying,
    Working,
)
from kiosk.visit.waits import UNSET, deadline_of, give_time
from printing.statements.material import USUAL, Asked

TIMEOUT = FaultData("visit.timeout")
SLOW = FaultData("visit.slow")
MAINTENANCE = FaultData("kiosk.maintenance")
PULLED = FaultData("card.removed")
PULLED_PRINTING = FaultData("card.removed_printing")
PULLED_WAITING = FaultData("card.removed_waiting")
"""Held: no void slip came out, and none will before somebody has seen to the printer."""
AT_THE_ROLL = frozenset({"printer.paper_out", "printer.cover_open"})
"""What a receipt waits for while its roll is changed."""


def reduce(state: State, event: Event, now: float, rules: Visit) -> Step:
    """The next state and what is to be done. `now` is monotonic seconds."""
    after, effects = _reduce(state, event, now, rules)
    after, effects = close(state, event, without_card(after), effects)
    return give_time(state, event, after, now, rules), effects


def _reduce(state: State, event: Event, now: float, rules: Visit) -> Step:
    match event:
        case GuestIn(generation, wish):
            return welcome(state, generation, wish)
        case CardIn(reader, generation):
            return _card_in(state, reader, generation)
        case CardStays(generation, forgotten):
            return _card_stays(state, generation, forgotten=forgotten)
        case ReaderLost(fault) if isinstance(state, Maintenance):
            return Maintenance(fault), ()
        case ReaderLost(fault):
            return lost(state, fault)
        case ReaderBack():
            return _reader_back(state), ()
        case MaintenanceOn():
            return begin(state, now + rules.maintenance_seconds), ()
        case MaintenanceOff():
            return end(state), ()
        case Tick():
            return _tick(state, now, rules)
        case CardOut() if _interrupted(state, event):
            return Idle(_pulled(state), UNSET), LEAVE
        case CardOut(generation) if isinstance(state, OutOfService):
            return (replace(state, inside=0) if generation == state.inside else state), ()
        case _:
            if isinstance(state, Resting) or event.generation != state.generation:
                return state, ()
            return _within_visit(state, event)


def _reader_back(state: State) -> State:
    match state:
        case OutOfService():
            return Idle()
        case Maintenance():
            return Maintenance()
        case _:
            return state


def _card_in(state: State, reader: str, generation: int) -> Step:
    """A new card starts a new visit, whatever the old one was doing."""
    newest = getattr(state, "generation", 0)
    if generation <= newest or isinstance(state, Maintenance):
        return state, ()
    leave = () if isinstance(state, Idle) else LEAVE
    return Reading(generation), (*leave, ReadCard(generation, reader))


def _card_stays(state: State, generation: int, *, forgotten: bool) -> Step:
    """Nobody is asked for a PIN because of a card whose visit has ended: it has to come out."""
    if generation <= getattr(state, "generation", 0) or isinstance(state, Maintenance):
        return state, ()
    leave = () if isinstance(state, Idle) else LEAVE
    return (Forgotten(generation) if forgotten else TakeCard(generation)), leave


def _pulled(state: State) -> FaultData:
    """What is said of a card that came out too early: as much of the paper as is true."""
    match state:
        case Printing(hold=hold):
            return PULLED_WAITING if hold else PULLED_PRINTING
        case _:
            return PULLED


def _interrupted(state: State, event: CardOut) -> bool:
    """Whether a card that comes out was still needed; the reading may have noticed first."""
    match state:
        case Idle() | OutOfService() | Maintenance() | Printed() | TakeCard() | Forgotten():
            return False
        case Problem(generation, why):
            return generation == event.generation and why == PULLED
        case _:
            return state.generation == event.generation


def _tick(state: State, now: float, rules: Visit) -> Step:
    """What follows when nothing has happened until the deadline."""
    if now < deadline_of(state):
        return state, ()
    match state:
        case Idle():
            return Idle(), ()
        case Printed(generation):
            return TakeCard(generation, UNSET), LEAVE
        case TakeCard(generation) | Problem(generation):
            return Forgotten(generation), ()
        case Forgotten():
            return replace(state, alarm=rules.forgotten, deadline=inf), ()
        case _ if isinstance(state, Working):
            return _problem(state, SLOW), LEAVE
        case _ if isinstance(state, Touchable):
            why = MAINTENANCE if now >= state.closing else TIMEOUT
            return _problem(state, why), LEAVE
        case _:
            return state, ()


def _within_visit(state: InVisit, event: VisitEvent) -> Step:
    match event:
        case CardOut():
            return Idle(), LEAVE
        case EndAsked():
            ended = isinstance(state, Problem | TakeCard | Forgotten)
            return (state, ()) if ended else (TakeCard(state.generation), LEAVE)
        case Failed(_, fault):
            return _failed(state, fault)
        case Touched():
            return state, ()  # it gives time, see `waits`
        case CardRead() | PinEntered() | PinAccepted() | PinRefused() | RecordsFound():
            return _identify(state, event)
        case Back() if isinstance(state, ChooseMonths):
            return _months_back(state), ()
        case Back() if state.generation < 0:
            return guest_back(state)
        case MonthsAsked() | MonthsChosen():
            return _choose_months(state, event)
        case Chosen() if isinstance(state, GuideShown):
            return print_guide(state)
        case GuestReady() | Searched() | GuideChosen() | CaseEntered() | CodeEntered():
            return serve_guest(state, event)
        case CaseFound() | CaseRefused() | PaperVerified() | CodeRefused():
            return tell_guest(state, event), ()
        case (
            Chosen()
            | SizeAsked()
            | LanguageAsked()
            | RegionsAnswered()
            | Composed()
            | PapersSeen()
            | Back()
        ):
            return _choose(state, event)
        case PrintAsked() | Progressed() | PrintEnded() | CancelAsked():
            return _print(state, event)
        case _:
            assert_never(event)


def _failed(state: InVisit, fault: FaultData) -> Step:
    """A fault ends the visit, except where nothing of it is left."""
    if isinstance(state, TakeCard | Problem | Forgotten):
        return state, ()
    return _problem(state, fault), LEAVE


def _problem(state: InVisit, fault: FaultData) -> Problem:
    shown = not isinstance(state, Reading | EnterPin | Verifying | LookingUp)
    return Problem(state.generation, fault, shown=shown)


def _identify(
    state: InVisit, event: CardRead | PinEntered | PinAccepted | PinRefused | RecordsFound
) -> Step:
    match state, event:
        case Reading(generation), CardRead(_, holder, None):
            return LookingUp(generation, holder), (LookUp(generation),)
        case Reading(generation), CardRead(_, holder, int(tries_left)):
            return EnterPin(generation, holder, UNSET, tries_left), ()
        case EnterPin(), PinEntered(_, None):
            return replace(state, hint="pin.format"), ()
        case EnterPin(generation, holder), PinEntered(_, pin) if pin is not None:
            return Verifying(generation, holder), (VerifyPin(generation, pin),)
        case Verifying(generation, holder), PinRefused(_, tries_left):
            return replace(
                EnterPin(generation, holder, UNSET, tries_left),
                hint="pin.last_try" if tries_left == 1 else "pin.wrong",
            ), ()
        case Verifying(generation, holder), PinAccepted():
            return LookingUp(generation, holder), (LookUp(generation),)
        case LookingUp(generation, holder), RecordsFound():
            return Menu(generation, holder, UNSET), ()
        case _:
            return state, ()


def _compose(generation: int, holder: Holder, statement: str, asked: Asked = USUAL) -> Step:
    compose = Compose(generation, statement, asked, holder.size, holder.language)
    return Composing(generation, holder, statement, asked), (compose,)


def _choose(
    state: InVisit,
    event: Chosen | SizeAsked | LanguageAsked | RegionsAnswered | Composed | PapersSeen | Back,
) -> Step:
    match state, event:
        case Menu(generation, holder), Chosen(_, statement):
            return _compose(generation, holder, statement)
        case Preview(generation, holder, _, statement), SizeAsked(_, size):
            return _compose(generation, replace(holder, size=size), statement, state.asked)
        case Preview(generation, holder, _, statement), LanguageAsked(_, language):
            return _compose(generation, replace(holder, language=language), statement, state.asked)
        case Composing(generation, holder, statement, asked), Composed():
            return Preview(generation, holder, UNSET, statement, asked), ()
        case Composing(), RegionsAnswered(_, answered, regions):
            return replace(state, answered=answered, regions=regions), ()
        case Preview(), PapersSeen(_, papers):
            return replace(state, papers=papers), ()
        case Preview(generation, holder) | Printed(generation, holder), Back():
            return Menu(generation, holder, UNSET), ()
        case _:
            return state, ()


def _choose_months(state: InVisit, event: MonthsAsked | MonthsChosen) -> Step:
    match state, event:
        case Preview(generation, holder), MonthsAsked(_, year):
            return ChooseMonths(generation, holder, UNSET, state, year), ()
        case ChooseMonths(), MonthsAsked(_, year):
            return replace(state, first_year=year), ()
        case ChooseMonths(generation, holder, _, preview), MonthsChosen(_, window):
            return _compose(generation, holder, preview.statement, Asked(window))
        case _:
            return state, ()


def _months_back(state: ChooseMonths) -> State:
    """One question back: from the last year to the first, to the usual ranges, to the paper."""
    if state.first_year is None:
        return state.preview
    return replace(state, first_year=0 if state.first_year else None)


def _print(
    state: InVisit,
    event: PrintAsked | Progressed | PrintEnded | CancelAsked,
) -> Step:
    match state, event:
        case Preview(generation, holder, papers=Papers() as papers), PrintAsked(_, medium):
            length = papers.receipt_cm if medium == "receipt" else papers.report_pages
            printing = Printing(generation, holder, medium, length=length)
            return printing, (StartPrint(generation, medium),)
        case Printing(), Progressed(_, done, total, hold):
            parted = state.parted or (state.medium == "receipt" and hold in AT_THE_ROLL)
            return replace(state, done=done, total=total, hold=hold, parted=parted), ()
        case Printing(), CancelAsked():
            return replace(state, cancelling=True), (CancelPrint(),)
        case Printing(generation, holder, medium), PrintEnded(
            _, outcome, reason, data, out, coming, earlier
        ):
            early = state.cancelling and outcome == "unknown"
            ended = Printed(generation, holder, UNSET, medium, outcome, reason, early, data, out)
            late = state.cancelling and outcome in ("confirmed", "sent")
            ended = replace(ended, late=late, parted=state.parted, coming=coming)
            return replace(ended, earlier=earlier), ()
        case _:
            return state, ()
