"""The rules for who has no card with them: guides, how far a case has got, papers to be checked."""

from dataclasses import replace

from kiosk.visit.effects import LEAVE, BeginGuest, Compose, FindCase, Step, VerifyCode
from kiosk.visit.events import (
    CaseEntered,
    CaseFound,
    CaseRefused,
    CodeEntered,
    CodeRefused,
    GuestReady,
    GuideChosen,
    PaperVerified,
    Searched,
)
from kiosk.visit.state import (
    NOBODY,
    AskCase,
    AskCode,
    CaseShown,
    Composing,
    FaultData,
    GuideShown,
    Idle,
    InVisit,
    OutOfService,
    PaperShown,
    Preview,
    Printed,
    Problem,
    Search,
    State,
    TakeCard,
    Waiting,
    Wish,
)
from kiosk.visit.waits import UNSET
from printing.statements.material import Asked


def welcome(state: State, generation: int, wish: Wish) -> Step:
    """Only the first screen offers it, and the one that says that no card can be read."""
    if isinstance(state, Idle) or (isinstance(state, OutOfService) and state.open_to_guests):
        return Waiting(generation, wish), (BeginGuest(generation),)
    return state, ()


def lost(state: State, fault: FaultData) -> Step:
    """Without a reader nobody's card is served; a guest needs none and goes on."""
    inside = state.inside if isinstance(state, OutOfService) else getattr(state, "generation", 0)
    if inside < 0:
        return state, ()
    return OutOfService(fault, inside), LEAVE


def without_card(state: State) -> State:
    """There is no card to take: what would ask for it is the first screen."""
    match state:
        case TakeCard(generation) | Problem(generation, FaultData("visit.timeout")) if (
            generation < 0
        ):
            return Idle()
        case Problem(generation, fault) if generation < 0:
            return Idle(fault, UNSET)
        case _:
            return state


def serve_guest(
    state: InVisit, event: GuestReady | Searched | GuideChosen | CaseEntered | CodeEntered
) -> Step:
    """What a guest asks for."""
    match state, event:
        case Waiting(generation, "guides"), GuestReady():
            return Search(generation, UNSET), ()
        case Waiting(generation, "case"), GuestReady():
            return AskCase(generation, UNSET), ()
        case Waiting(generation, "verify"), GuestReady():
            return AskCode(generation, UNSET), ()
        case Search(), Searched(_, query):
            return replace(state, query=query), ()
        case Search(generation, _, query), GuideChosen(_, task_code):
            return GuideShown(generation, UNSET, task_code, query), ()
        case AskCase(generation), CaseEntered(_, number):
            return Waiting(generation, "case"), (FindCase(generation, number),)
        case AskCode(generation), CodeEntered(_, code):
            return Waiting(generation, "verify"), (VerifyCode(generation, code),)
        case _:
            return state, ()


def tell_guest(
    state: InVisit, event: CaseFound | CaseRefused | PaperVerified | CodeRefused
) -> State:
    """The answer about a case or a paper."""
    match state, event:
        case Waiting(generation), CaseFound(_, status):
            return CaseShown(generation, UNSET, status)
        case Waiting(generation), CaseRefused(_, why):
            return AskCase(generation, UNSET, why)
        case Waiting(generation), PaperVerified(_, paper):
            return PaperShown(generation, UNSET, paper)
        case Waiting(generation), CodeRefused(_, why):
            return AskCode(generation, UNSET, why)
        case _:
            return state


def print_guide(state: GuideShown) -> Step:
    """The guide that is read, as paper."""
    asked = Asked(number=state.task_code)
    return (
        Composing(state.generation, NOBODY, "guide", asked),
        (Compose(state.generation, "guide", asked),),
    )


def guest_back(state: InVisit) -> Step:
    """One step back; from the first one to the first screen."""
    match state:
        case Preview(generation, asked=asked):
            return GuideShown(generation, UNSET, asked.number), ()
        case GuideShown(generation, _, _, query):
            return Search(generation, UNSET, query), ()
        case Search(query=query) if query:
            return replace(state, query=""), ()
        case Printed(generation):
            return Search(generation, UNSET), ()
        case CaseShown(generation):
            return AskCase(generation, UNSET), ()
        case PaperShown(generation):
            return AskCode(generation, UNSET), ()
        case Search() | AskCase() | AskCode():
            return Idle(), LEAVE
        case _:
            return state, ()
