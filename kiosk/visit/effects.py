"""What a visit asks for. The service carries effects out and answers with events."""

from dataclasses import dataclass, field

from archive.codes import Language
from devices.card.pin import Pin
from kiosk.visit.state import Medium, State
from printing.layout.size import Size
from printing.statements.material import USUAL, Asked


@dataclass(frozen=True, slots=True)
class ReadCard:
    """Read the card's identity and ask for its PIN's state."""

    generation: int
    reader: str


@dataclass(frozen=True, slots=True)
class VerifyPin:
    """Send the PIN to the card, once."""

    generation: int
    pin: Pin = field(repr=False)


@dataclass(frozen=True, slots=True)
class LookUp:
    """Write the audit row, then read the records."""

    generation: int


@dataclass(frozen=True, slots=True)
class Compose:
    """Make the statement's document and layouts."""

    generation: int
    statement: str
    asked: Asked = USUAL
    size: Size | None = None
    """As in `Holder`."""
    language: Language = "zh"


@dataclass(frozen=True, slots=True)
class StartPrint:
    """Journal the job and send it."""

    generation: int
    medium: Medium


@dataclass(frozen=True, slots=True)
class CancelPrint:
    """Stop the job under way, void what came out, destroy what did not."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Drop everything that was read in this visit."""


@dataclass(frozen=True, slots=True)
class BeginGuest:
    """Get what a guest may see."""

    generation: int


@dataclass(frozen=True, slots=True)
class FindCase:
    """Look for the case of that number, unless too many wrong ones came."""

    generation: int
    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class VerifyCode:
    """Look for the paper of that code, unless too many wrong ones came."""

    generation: int
    code: str = field(repr=False)


Step = tuple[State, tuple["Effect", ...]]
"""What follows from an event."""

Effect = (
    ReadCard
    | VerifyPin
    | LookUp
    | Compose
    | StartPrint
    | CancelPrint
    | Forget
    | BeginGuest
    | FindCase
    | VerifyCode
)

LEAVE: tuple[Effect, ...] = (CancelPrint(), Forget())
"""Whatever ends a visit."""
