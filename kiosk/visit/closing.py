"""Maintenance: a visit that runs comes to its end first, and then nobody is served."""

from dataclasses import replace
from math import inf

from kiosk.visit.effects import LEAVE, Effect, Step
from kiosk.visit.events import Event, MaintenanceOff
from kiosk.visit.state import Forgotten, Idle, Maintenance, OutOfService, State


def begin(state: State, closing: float) -> State:
    """Maintenance begins; a visit that runs has until `closing`, in monotonic seconds."""
    match state:
        case Idle():
            return Maintenance()
        case OutOfService(fault):
            return Maintenance(fault)
        case Maintenance():
            return state
        case Forgotten():  # nobody is there to wait for; its card is told of again when it is over
            return Maintenance()
        case _:
            return replace(state, closing=min(closing, state.closing))


def end(state: State) -> State:
    """Maintenance is over, or not to begin with the end of this visit."""
    match state:
        case Maintenance(missing):
            return OutOfService(missing) if missing else Idle()
        case Idle() | OutOfService():
            return state
        case _:
            return replace(state, closing=inf)


def maintained(state: State) -> bool:
    """Whether maintenance has begun, or begins with the end of this visit."""
    match state:
        case Idle() | OutOfService():
            return False
        case Maintenance():
            return True
        case _:
            return state.closing < inf


def close(before: State, event: Event, after: State, effects: tuple[Effect, ...]) -> Step:
    """The visit that runs when maintenance begins is the last one."""
    if isinstance(event, MaintenanceOff) or isinstance(before, Idle | OutOfService | Maintenance):
        return after, effects
    if before.closing == inf:
        return after, effects
    match after:
        case Idle() | Forgotten():
            return Maintenance(), effects
        case OutOfService(fault):
            return Maintenance(fault), effects
        case Maintenance():
            return after, effects
        case _ if after.generation != before.generation:
            return Maintenance(), LEAVE
        case _:
            return replace(after, closing=before.closing), effects
