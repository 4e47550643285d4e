"""What a visit can be. Every state of a visit carries the generation of its card."""

from dataclasses import dataclass
from typing import Literal

from printing.layout.size import Size

Medium = Literal["receipt", "report"]
Outcome = Literal["confirmed", "sent", "unknown", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Holder:
    """The holder as the screen knows them: masked, see `archive.masking`."""

    name: str
    card_number: str
    area: str
    size: Size = "normal"
    """In which size of print this visit shows and prints."""


@dataclass(frozen=True, slots=True)
class FaultData:
    """A fault's code with the numbers its sentence needs; never personal data."""

    code: str
    data: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Idle:
    """No card; the screen invites. For a while it may say how the last visit ended."""

    notice: FaultData | None = None
    deadline: float = 0.0


@dataclass(frozen=True, slots=True)
class OutOfService:
    """The reader cannot be used; the screen says why until it can."""

    fault: FaultData


@dataclass(frozen=True, slots=True)
class Reading:
    """The card is being read."""

    generation: int


@dataclass(frozen=True, slots=True)
class EnterPin:
    """The holder is asked for the card's PIN; `tries_left` is the card's own word."""

    generation: int
    holder: Holder
    deadline: float
    tries_left: int
    hint: Literal["", "pin.wrong", "pin.format"] = ""


@dataclass(frozen=True, slots=True)
class LookingUp:
    """The PIN is being verified, or the records are being looked up."""

    generation: int
    holder: Holder


@dataclass(frozen=True, slots=True)
class Menu:
    """The holder chooses what to see."""

    generation: int
    holder: Holder
    deadline: float


@dataclass(frozen=True, slots=True)
class Composing:
    """The chosen statement is being composed."""

    generation: int
    holder: Holder
    statement: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The statement is shown before paper; lengths as the layouts say."""

    generation: int
    holder: Holder
    deadline: float
    statement: str
    receipt_cm: int
    report_pages: int
    receipt_fault: str = ""
    """Code of what stops the receipt printer; empty while it prints, and while nobody knows."""


@dataclass(frozen=True, slots=True)
class Printing:
    """The statement goes to paper, part by part; `hold` is the code of what it waits for."""

    generation: int
    holder: Holder
    medium: Medium
    done: int = 0
    total: int = 0
    hold: str = ""
    cancelling: bool = False


@dataclass(frozen=True, slots=True)
class Printed:
    """The end of a print job as far as it was observed."""

    generation: int
    holder: Holder
    deadline: float
    medium: Medium
    outcome: Outcome
    reason: str = ""
    cancelled_early: bool = False
    """The holder cancelled, and it is not sure that all of the paper is marked void."""
    data: tuple[tuple[str, object], ...] = ()
    """What the reason's sentence needs, as in `FaultData`."""


@dataclass(frozen=True, slots=True)
class Problem:
    """The visit ended by a fault; all that was read is forgotten. The card is still in."""

    generation: int
    fault: FaultData


@dataclass(frozen=True, slots=True)
class TakeCard:
    """The holder ended the visit; all that was read is forgotten. The card is still in."""

    generation: int


InVisit = (
    Reading
    | EnterPin
    | LookingUp
    | Menu
    | Composing
    | Preview
    | Printing
    | Printed
    | Problem
    | TakeCard
)
"""A card is in: each has its generation."""

State = Idle | OutOfService | InVisit
