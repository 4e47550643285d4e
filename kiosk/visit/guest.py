"""The rules for who has no card with them: guides, and how far a case has got."""

from kiosk.visit.effects import (
    BeginGuest,
    CancelPrint,
    Compose,
    Effect,
    FindCase,
    Forget,
    Step,
)
from kiosk.visit.events import (
    CaseEntered,
    CaseFound,
    CaseRefused,
    GuestReady,
    GuideChosen,
    Searched,
)
from kiosk.visit.state import (
    NOBODY,
    AskCase,
    CaseShown,
    Composing,
    FaultData,
    GuideShown,
    Idle,
    InVisit,
    OutOfService,
    Preview,
    Printed,
    Problem,
    Search,
    State,
    TakeCard,
    Waiting,
    Wish,
)
from printing.statements.material import Asked

_LEAVE: tuple[Effect, ...] = (CancelPrint(), Forget())


def welcome(state: State, generation: int, wish: Wish) -> Step:
    """Only the first screen offers it, and the one that says that no card can be read."""
    if not isinstance(state, Idle | OutOfService):
        return state, ()
    return Waiting(generation, wish), (BeginGuest(generation),)


def lost(state: State, fault: FaultData) -> Step:
    """Without a reader nobody's card is served; a guest needs none and goes on."""
    if not isinstance(state, Idle | OutOfService) and state.generation < 0:
        return state, ()
    return OutOfService(fault), _LEAVE


def without_card(state: State, deadline: float) -> State:
    """There is no card to take: what would ask for it is the first screen."""
    match state:
        case TakeCard(generation) | Problem(generation, FaultData("visit.timeout")) if (
            generation < 0
        ):
            return Idle()
        case Problem(generation, fault) if generation < 0:
            return Idle(fault, deadline)
        case _:
            return state


def serve_guest(
    state: InVisit, event: GuestReady | Searched | GuideChosen | CaseEntered, deadline: float
) -> Step:
    """What a guest asks for."""
    match state, event:
        case Waiting(generation, "guides"), GuestReady():
            return Search(generation, deadline), ()
        case Waiting(generation, "case"), GuestReady():
            return AskCase(generation, deadline), ()
        case Search(generation), Searched(_, query):
            return Search(generation, deadline, query), ()
        case Search(generation, _, query), GuideChosen(_, task_code):
            return GuideShown(generation, deadline, task_code, query), ()
        case AskCase(generation), CaseEntered(_, number):
            return Waiting(generation, "case"), (FindCase(generation, number),)
        case _:
            return state, ()


def tell_case(state: InVisit, event: CaseFound | CaseRefused, deadline: float) -> State:
    """The answer about a case."""
    match state, event:
        case Waiting(generation), CaseFound(_, status):
            return CaseShown(generation, deadline, status)
        case Waiting(generation), CaseRefused(_, why):
            return AskCase(generation, deadline, why)
        case _:
            return state


def print_guide(state: GuideShown) -> Step:
    """The guide that is read, as paper."""
    asked = Asked(number=state.task_code)
    return (
        Composing(state.generation, NOBODY, "guide", asked),
        (Compose(state.generation, "guide", asked),),
    )


def guest_back(state: InVisit, deadline: float) -> Step:
    """One step back; from the first one to the first screen."""
    match state:
        case Preview(generation, asked=asked):
            return GuideShown(generation, deadline, asked.number), ()
        case GuideShown(generation, _, _, query):
            return Search(generation, deadline, query), ()
        case Search(generation, _, query) if query:
            return Search(generation, deadline), ()
        case Printed(generation):
            return Search(generation, deadline), ()
        case CaseShown(generation):
            return AskCase(generation, deadline), ()
        case Search() | AskCase():
            return Idle(), _LEAVE
        case _:
            return state, ()
