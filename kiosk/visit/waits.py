"""How long each state waits. Times are given here and nowhere else."""

from dataclasses import replace
from math import inf
from typing import Final

from kiosk.sections.visit import Visit, Wait
from kiosk.visit.events import (
    Event,
    GuideChosen,
    MaintenanceOn,
    MonthsAsked,
    PinEntered,
    Searched,
    Touched,
)
from kiosk.visit.state import (
    AskCase,
    AskCode,
    CaseShown,
    ChooseMonths,
    EnterPin,
    Forgotten,
    GuideShown,
    Idle,
    Maintenance,
    Menu,
    OutOfService,
    PaperShown,
    Preview,
    Printed,
    Printing,
    Problem,
    Search,
    State,
    TakeCard,
    Touchable,
    Working,
)

_GIVES_TIME = Touched | PinEntered | MonthsAsked | Searched | GuideChosen
"""What the holder does without leaving the screen."""
UNSET: Final = 0.0
"""The deadline of a state that is being made: `give_time` sets it before anybody sees it."""


def wait_of(state: State, rules: Visit) -> Wait | None:
    """What a state that waits for a touch may take; None: it waits for something else."""
    match state:
        case EnterPin():
            return rules.identify
        case Menu():
            return rules.menu
        case Preview():
            return rules.preview
        case ChooseMonths():
            return rules.months
        case Printed():
            return rules.take_paper
        case Search() | GuideShown() | AskCase() | CaseShown() | AskCode() | PaperShown():
            return rules.guest
        case _:
            return None


def deadline_of(state: State) -> float:
    """When the state ends by itself, in monotonic seconds; infinite: it does not."""
    match state:
        case Idle(None) | OutOfService() | Maintenance() | Printing():
            return inf  # a printer has limits of its own for each of its needs
        case _:
            return state.deadline


def may_extend(state: State) -> bool:
    """Whether a touch would still give a waiting state more time."""
    return isinstance(state, Touchable | Printed) and state.deadline < min(
        state.latest, state.closing
    )


def give_time(before: State, event: Event, after: State, now: float, rules: Visit) -> State:
    """Begin the wait of a state that is entered; give the whole time again for a touch."""
    if isinstance(after, Idle):
        begins = after.notice and not isinstance(before, Idle)
        return replace(after, deadline=now + rules.notice_seconds) if begins else after
    if isinstance(after, Printing | OutOfService | Maintenance):
        return after
    wait = wait_of(after, rules)
    if _entered(before, after):
        end = now + (wait.end if wait else _seconds(after, rules))
        if isinstance(after, Printed):
            end += after.coming
        if wait is None:
            return replace(after, deadline=end)
        most = rules.extend_seconds
        after = replace(after, deadline=end, latest=end + most if most else inf)
    elif wait and isinstance(event, _GIVES_TIME) and event.generation == after.generation:
        again = now + wait.end
        if isinstance(after, Printed):
            if after.coming:  # a touch takes no time from who waits
                again = max(again, after.deadline)
            # Its first wait is whole, or paper would be left; no touch outlasts the closing time.
            again = min(again, max(after.deadline, after.closing))
        after = replace(after, deadline=min(again, after.latest))
    elif not isinstance(event, MaintenanceOn):
        return after
    if isinstance(after, Touchable):
        return replace(after, deadline=min(after.deadline, after.closing))
    return after


def _entered(before: State, after: State) -> bool:
    generations = {getattr(state, "generation", 0) for state in (before, after)}
    return type(before) is not type(after) or len(generations) > 1


def _seconds(state: State, rules: Visit) -> float:
    """The time of a state that waits for no touch."""
    match state:
        case Problem() | TakeCard():
            return rules.take_card_seconds
        case Forgotten():
            return rules.forgotten_seconds
        case _ if isinstance(state, Working):
            return rules.work_seconds
        case _:
            return inf
