"""What a transition of the visit tells the audit trail and the figures: one pure function.

Nothing else counts visits, faults or paper. Rows that must be on disk before something happens
(a look, a PIN, a print) are written where it happens, by `kiosk.trail`.
"""

from dataclasses import dataclass
from typing import Literal

from archive.model import AuditKind
from kiosk.visit.state import (
    Composing,
    FaultData,
    Forgotten,
    Idle,
    LookingUp,
    Maintenance,
    Menu,
    OutOfService,
    Preview,
    Printed,
    Printing,
    Problem,
    Reading,
    State,
)


@dataclass(frozen=True, slots=True)
class Counted:
    """Something happened `amount` times. Labels are media and codes only."""

    what: Literal["visits", "faults", "paper"]
    labels: tuple[str, ...] = ()
    amount: int = 1


@dataclass(frozen=True, slots=True)
class Timed:
    """A stage has ended: it took as long as the state before was shown."""

    what: Literal["card", "records", "print"]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Traced:
    """The audit trail and the log are told."""

    kind: AuditKind


Fact = Counted | Timed | Traced


def facts(before: State, after: State) -> tuple[Fact, ...]:
    """What follows from going from one state to the next."""
    shown = _faults(before)
    counted = tuple(Counted("faults", (code,)) for code in _faults(after) if code not in shown)
    if type(before) is type(after) and _generation(before) == _generation(after):
        return counted
    return (*counted, *_visit(after), *_left(before, after), *_traces(before, after))


def _visit(after: State) -> tuple[Fact, ...]:
    return (Counted("visits"),) if isinstance(after, Reading) else ()


def _left(before: State, after: State) -> tuple[Fact, ...]:
    match before, after:
        case Reading(), Problem() | Idle() | OutOfService() | Maintenance() | Reading():
            return ()
        case Reading(), _:
            return (Timed("card"),)
        case (LookingUp(), Menu()) | (Composing(), Preview()):
            return (Timed("records"),)
        case Printing(medium=medium), Printed(outcome=outcome):
            good = outcome in ("confirmed", "sent")
            paper = (Counted("paper", (medium,), before.length),) if good else ()
            return (Timed("print", (medium, outcome)), *paper)
        case _:
            return ()


def _traces(before: State, after: State) -> tuple[Fact, ...]:
    match before, after:
        case _, Forgotten():
            return (Traced(AuditKind.CARD_FORGOTTEN),)
        case _, Maintenance():
            return (Traced(AuditKind.MAINTENANCE_BEGUN),)
        case Maintenance(), _:
            return (Traced(AuditKind.MAINTENANCE_ENDED),)
        case _:
            return ()


def _faults(state: State) -> tuple[str, ...]:
    match state:
        case Problem(fault=FaultData(code)) | OutOfService(fault=FaultData(code)):
            return (code,)
        case Forgotten(fault=FaultData(code)) | Idle(notice=FaultData(code)):
            return (code,)
        case Printing(hold=code) | Printed(reason=code) if code:
            return (code,)
        case _:
            return ()


def _generation(state: State) -> int:
    return getattr(state, "generation", 0)
