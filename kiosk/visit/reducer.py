"""The visit's rules as a pure function: `(state, event, now) -> (state, effects)`."""

from dataclasses import dataclass, replace
from typing import assert_never

from kiosk.visit.effects import (
    CancelPrint,
    Compose,
    Effect,
    Forget,
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
    CaseEntered,
    CaseFound,
    CaseRefused,
    Chosen,
    Composed,
    EndAsked,
    Event,
    Failed,
    GuestIn,
    GuestReady,
    GuideChosen,
    MonthsAsked,
    MonthsChosen,
    PinAccepted,
    PinEntered,
    PinRefused,
    PrintAsked,
    PrintEnded,
    PrinterSeen,
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
    print_guide,
    serve_guest,
    tell_case,
    welcome,
    without_card,
)
from kiosk.visit.state import (
    WITH_TIMEOUT,
    ChooseMonths,
    Composing,
    EnterPin,
    FaultData,
    GuideShown,
    Idle,
    InVisit,
    LookingUp,
    Menu,
    OutOfService,
    Preview,
    Printed,
    Printing,
    Problem,
    Reading,
    State,
    TakeCard,
)
from printing.statements.material import Asked

LEAVE: tuple[Effect, ...] = (CancelPrint(), Forget())
TIMEOUT = FaultData("visit.timeout")
PULLED = FaultData("card.removed")
PULLED_PRINTING = FaultData("card.removed_printing")
PULLED_WAITING = FaultData("card.removed_waiting")
"""Held: no void slip came out, and none will before somebody has seen to the printer."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How long a visit waits for a touch, and how long its last screen stays, in seconds."""

    timeout_seconds: float = 180.0
    result_seconds: float = 20.0


def reduce(state: State, event: Event, now: float, rules: Rules) -> Step:
    """The next state and what is to be done. `now` is monotonic seconds."""
    after, effects = _reduce(state, event, now, rules)
    return without_card(after, now + rules.result_seconds), effects


def _reduce(state: State, event: Event, now: float, rules: Rules) -> Step:
    match event:
        case GuestIn(generation, wish):
            return welcome(state, generation, wish)
        case CardIn(reader, generation):
            return _card_in(state, reader, generation)
        case ReaderLost(fault):
            return OutOfService(fault), LEAVE
        case ReaderBack():
            return (Idle(), ()) if isinstance(state, OutOfService) else (state, ())
        case Tick():
            return _tick(state, now)
        case CardOut() if _interrupted(state, event):
            return Idle(_pulled(state), now + rules.result_seconds), LEAVE
        case _:
            if isinstance(state, Idle | OutOfService) or event.generation != state.generation:
                return state, ()
            return _within_visit(state, event, now, rules)


def _card_in(state: State, reader: str, generation: int) -> Step:
    """A new card starts a new visit, whatever the old one was doing."""
    newest = getattr(state, "generation", 0)
    if generation <= newest:
        return state, ()
    leave = () if isinstance(state, Idle) else LEAVE
    return Reading(generation), (*leave, ReadCard(generation, reader))


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
        case Idle() | OutOfService() | Printed() | TakeCard():
            return False
        case Problem(generation, why):
            return generation == event.generation and why == PULLED
        case _:
            return state.generation == event.generation


def _tick(state: State, now: float) -> Step:
    match state:
        case _ if isinstance(state, WITH_TIMEOUT) and now >= state.deadline:
            return Problem(state.generation, TIMEOUT), LEAVE
        case Idle(FaultData()) if now >= state.deadline:
            return Idle(), ()
        case Printed() if now >= state.deadline:
            return TakeCard(state.generation), LEAVE
        case _:
            return state, ()


def _within_visit(state: InVisit, event: VisitEvent, now: float, rules: Rules) -> Step:
    deadline = now + rules.timeout_seconds
    match event:
        case CardOut():
            return Idle(), LEAVE
        case EndAsked():
            return (
                (state, ()) if isinstance(state, Problem) else (TakeCard(state.generation), LEAVE)
            )
        case Failed(_, fault):
            return _failed(state, fault)
        case Touched():
            return _touched(state, now, rules), ()
        case CardRead() | PinEntered() | PinAccepted() | PinRefused() | RecordsFound():
            return _identify(state, event, now, rules)
        case Back() if isinstance(state, ChooseMonths):
            return _months_back(state, deadline), ()
        case Back() if state.generation < 0:
            return guest_back(state, deadline)
        case MonthsAsked() | MonthsChosen():
            return _choose_months(state, event, deadline)
        case Chosen() if isinstance(state, GuideShown):
            return print_guide(state)
        case GuestReady() | Searched() | GuideChosen() | CaseEntered():
            return serve_guest(state, event, deadline)
        case CaseFound() | CaseRefused():
            return tell_case(state, event, deadline), ()
        case Chosen() | SizeAsked() | RegionsAnswered() | Composed() | PrinterSeen() | Back():
            return _choose(state, event, now, rules)
        case PrintAsked() | Progressed() | PrintEnded() | CancelAsked():
            return _print(state, event, now, rules)
        case _:
            assert_never(event)


def _failed(state: InVisit, fault: FaultData) -> Step:
    """A fault ends the visit, except where nothing of it is left."""
    if isinstance(state, TakeCard | Problem):
        return state, ()
    return Problem(state.generation, fault), LEAVE


def _touched(state: InVisit, now: float, rules: Rules) -> State:
    match state:
        case _ if isinstance(state, WITH_TIMEOUT):
            return replace(state, deadline=now + rules.timeout_seconds)
        case _:
            return state


def _identify(
    state: InVisit,
    event: CardRead | PinEntered | PinAccepted | PinRefused | RecordsFound,
    now: float,
    rules: Rules,
) -> Step:
    deadline = now + rules.timeout_seconds
    match state, event:
        case Reading(generation), CardRead(_, holder, None):
            return LookingUp(generation, holder), (LookUp(generation),)
        case Reading(generation), CardRead(_, holder, int(tries_left)):
            return EnterPin(generation, holder, deadline, tries_left), ()
        case EnterPin(), PinEntered(_, None):
            return replace(state, deadline=deadline, hint="pin.format"), ()
        case EnterPin(generation, holder), PinEntered(_, pin) if pin is not None:
            return LookingUp(generation, holder), (VerifyPin(generation, pin),)
        case LookingUp(generation, holder), PinRefused(_, tries_left):
            return EnterPin(generation, holder, deadline, tries_left, "pin.wrong"), ()
        case LookingUp(generation), PinAccepted():
            return state, (LookUp(generation),)
        case LookingUp(generation, holder), RecordsFound():
            return Menu(generation, holder, deadline), ()
        case _:
            return state, ()


def _choose(
    state: InVisit,
    event: Chosen | SizeAsked | RegionsAnswered | Composed | PrinterSeen | Back,
    now: float,
    rules: Rules,
) -> Step:
    deadline = now + rules.timeout_seconds
    match state, event:
        case Menu(generation, holder), Chosen(_, statement):
            compose = Compose(generation, statement, size=holder.size)
            return Composing(generation, holder, statement), (compose,)
        case Preview(generation, holder, _, statement), SizeAsked(_, size):
            compose = Compose(generation, statement, state.asked, size)
            larger = replace(holder, size=size)
            return Composing(generation, larger, statement, state.asked), (compose,)
        case Composing(generation, holder, statement, asked), Composed(_, cm, pages):
            shown = Preview(generation, holder, deadline, statement, cm, pages, asked=asked)
            return replace(
                shown, receipt_fault=event.receipt_fault, report_fault=event.report_fault
            ), ()
        case Composing(), RegionsAnswered(_, answered, regions):
            return replace(state, answered=answered, regions=regions), ()
        case Preview(), PrinterSeen(_, receipt, report):
            return replace(state, receipt_fault=receipt, report_fault=report), ()
        case Preview(generation, holder) | Printed(generation, holder), Back():
            return Menu(generation, holder, deadline), ()
        case _:
            return state, ()


def _choose_months(state: InVisit, event: MonthsAsked | MonthsChosen, deadline: float) -> Step:
    match state, event:
        case Preview(generation, holder), MonthsAsked(_, year):
            return ChooseMonths(generation, holder, deadline, state, year), ()
        case ChooseMonths(), MonthsAsked(_, year):
            return replace(state, deadline=deadline, first_year=year), ()
        case ChooseMonths(generation, holder, _, preview), MonthsChosen(_, window):
            asked, name = Asked(window), preview.statement
            return Composing(generation, holder, name, asked), (
                Compose(generation, name, asked, holder.size),
            )
        case _:
            return state, ()


def _months_back(state: ChooseMonths, deadline: float) -> State:
    """One question back: from the last year to the first, to the usual ranges, to the paper."""
    if state.first_year is None:
        return replace(state.preview, deadline=deadline)
    return replace(state, deadline=deadline, first_year=0 if state.first_year else None)


def _print(
    state: InVisit,
    event: PrintAsked | Progressed | PrintEnded | CancelAsked,
    now: float,
    rules: Rules,
) -> Step:
    match state, event:
        case Preview(generation, holder), PrintAsked(_, medium):
            return Printing(generation, holder, medium), (StartPrint(generation, medium),)
        case Printing(), Progressed(_, done, total, hold):
            return replace(state, done=done, total=total, hold=hold), ()
        case Printing(), CancelAsked():
            return replace(state, cancelling=True), (CancelPrint(),)
        case Printing(generation, holder, medium), PrintEnded(_, outcome, reason, data, out):
            deadline = now + rules.result_seconds
            early = state.cancelling and outcome == "unknown"
            ended = Printed(generation, holder, deadline, medium, outcome, reason, early, data, out)
            return ended, ()
        case _:
            return state, ()
