"""What a visit can be. Every state of a visit carries the generation of its card."""

from dataclasses import dataclass
from math import inf
from typing import Literal

from archive.cards import OrderStatus
from archive.cases import CaseStatus
from archive.codes import Language
from kiosk.errors import RowsLeftError
from kiosk.verifying import Verified
from printing.layout.size import Size
from printing.statements.material import USUAL, Asked

Medium = Literal["receipt", "report"]
Wish = Literal["guides", "case", "verify"]
Outcome = Literal["confirmed", "sent", "unknown", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Holder:
    """The holder as the screen knows them: masked, see `archive.masking`."""

    name: str
    card_number: str
    area: str
    size: Size | None = None
    """The size of print that was chosen for this visit; None: the one that goes with the look."""
    language: Language = "zh"
    """Of paper; Chinese whatever the screen's, as that is what offices take."""


NOBODY = Holder("", "", "")
"""Of a paper for which no card is needed."""


@dataclass(frozen=True, slots=True)
class FaultData:
    """A fault's code with the numbers its sentence needs; never personal data."""

    code: str
    data: tuple[tuple[str, object], ...] = ()


def fault_data(error: BaseException, code: str) -> FaultData:
    """The numbers and short codes of an error that its sentence may need."""
    plain = {
        name: value
        for name, value in vars(error).items()
        if isinstance(value, int | float) or name in {"place", "status", "codepoints", "again"}
    }
    return FaultData(code, tuple(plain.items()))


ROWS_LEFT = FaultData(RowsLeftError.code)
"""A printer that cannot forget them still has rows of an earlier holder: nobody is served."""
STARTING = FaultData("kiosk.starting")
"""Until the card service has told which readers there are: one that hangs never does."""


@dataclass(frozen=True, slots=True)
class Idle:
    """No card; the screen invites. For a while it may say how the last visit ended."""

    notice: FaultData | None = None
    deadline: float = 0.0
    stopped: tuple[Medium, ...] = ()
    """Papers that cannot be had now, as far as their printers were asked."""


@dataclass(frozen=True, slots=True)
class OutOfService:
    """No card can be read or may be; the screen says why until one can."""

    fault: FaultData
    inside: int = 0
    """Generation of the card that was in when this began and has not been seen to go; 0: none."""

    @property
    def open_to_guests(self) -> bool:
        """Guests need no card; but an earlier holder's rows would come out before them, too."""
        return self.fault != ROWS_LEFT


@dataclass(frozen=True, slots=True)
class Maintenance:
    """A technician has the kiosk; whatever is put in, nobody is served."""

    missing: FaultData | None = None
    """Why the reader could not be used even without it."""
    fault: FaultData = FaultData("kiosk.maintenance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visiting:
    """What all states of a visit have. Times are monotonic seconds, given by `waits.give_time`."""

    latest: float = inf
    """Touches give no time beyond it."""
    closing: float = inf
    """Maintenance begins then: until then the visit may go on."""


@dataclass(frozen=True, slots=True)
class Reading(Visiting):
    """The card is being read."""

    generation: int
    deadline: float = inf


@dataclass(frozen=True, slots=True)
class EnterPin(Visiting):
    """The holder is asked for the card's PIN; `tries_left` is the card's own word."""

    generation: int
    holder: Holder
    deadline: float
    tries_left: int
    hint: Literal["", "pin.wrong", "pin.last_try", "pin.format"] = ""


@dataclass(frozen=True, slots=True)
class Verifying(Visiting):
    """The card is verifying the PIN: whose it is, is not yet known."""

    generation: int
    holder: Holder
    deadline: float = inf


@dataclass(frozen=True, slots=True)
class LookingUp(Visiting):
    """The holder is proven; the records are being looked up."""

    generation: int
    holder: Holder
    deadline: float = inf


@dataclass(frozen=True, slots=True)
class Menu(Visiting):
    """The holder chooses what to see."""

    generation: int
    holder: Holder
    deadline: float


@dataclass(frozen=True, slots=True)
class Composing(Visiting):
    """The chosen statement is being composed."""

    generation: int
    holder: Holder
    statement: str
    asked: Asked = USUAL
    answered: int = 0
    """Regions that have answered."""
    regions: int = 0
    """Regions that were asked; 0: none."""
    deadline: float = inf


@dataclass(frozen=True, slots=True)
class Papers:
    """What a holder should know before choosing a paper: lengths as the layouts say."""

    receipt_cm: int
    report_pages: int
    receipt_fault: str = ""
    """Code of what stops the receipt printer; empty while it prints, and while nobody knows."""
    report_fault: str = ""
    """The same of the report printer."""
    limit: FaultData | None = None
    """What refuses either paper: the card has had all of this statement."""


@dataclass(frozen=True, slots=True)
class Preview(Visiting):
    """The statement is shown before paper."""

    generation: int
    holder: Holder
    deadline: float
    statement: str
    asked: Asked = USUAL
    papers: Papers | None = None
    """None: the papers are being measured, and nothing can be printed before that is done."""


@dataclass(frozen=True, slots=True)
class ChooseMonths(Visiting):
    """The holder chooses which months a statement shall cover, one question a screen."""

    generation: int
    holder: Holder
    deadline: float
    preview: Preview
    """What was shown before, and is again when the holder goes back."""
    first_year: int | None = None
    """None: a usual range is chosen; 0: the first year is; else the last one is."""


@dataclass(frozen=True, slots=True)
class Printing(Visiting):
    """The statement goes to paper, part by part; `hold` is the code of what it waits for."""

    generation: int
    holder: Holder
    medium: Medium
    done: int = 0
    total: int = 0
    hold: str = ""
    cancelling: bool = False
    length: int = 0
    """Of the paper, as the preview said: cm of receipt, pages of report."""
    parted: bool = False
    """As in `Printed`."""


@dataclass(frozen=True, slots=True)
class Printed(Visiting):
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
    copies_out: int = 0
    """Copies of the order that ended well before the one that did not."""
    late: bool = False
    """The holder cancelled a paper that was out already."""
    parted: bool = False
    """Somebody was at the roll while the receipt was printed: it may lie there in two pieces."""
    coming: int = 0
    """Seconds in which pages that were only handed over should be out: a holder waits for them."""
    earlier: bool = False
    """Paper of an earlier holder came out before it, marked void."""


@dataclass(frozen=True, slots=True)
class Problem(Visiting):
    """The visit ended by a fault; all that was read is forgotten. The card is still in."""

    generation: int
    fault: FaultData
    deadline: float = inf
    shown: bool = True
    """Whether the holder's records had been on the screen."""


@dataclass(frozen=True, slots=True)
class TakeCard(Visiting):
    """The holder ended the visit; all that was read is forgotten. The card is still in."""

    generation: int
    deadline: float = inf


@dataclass(frozen=True, slots=True)
class Forgotten(Visiting):
    """The visit has ended long ago and its card is still in; nobody is served until it is out."""

    generation: int
    alarm: Literal["sound", "stay", "staff"] = "sound"
    """First the page plays a sound; then what `[visit] forgotten` says."""
    fault: FaultData = FaultData("card.forgotten")
    deadline: float = inf


@dataclass(frozen=True, slots=True)
class Waiting(Visiting):
    """Without a card: the guides are being read, or a case or a paper is being looked for."""

    generation: int
    wish: Wish
    deadline: float = inf


@dataclass(frozen=True, slots=True)
class Search(Visiting):
    """Without a card: guides are looked for by a topic or by letters."""

    generation: int
    deadline: float
    query: str = ""


@dataclass(frozen=True, slots=True)
class GuideShown(Visiting):
    """Without a card: a guide is read on the screen."""

    generation: int
    deadline: float
    task_code: str
    query: str = ""
    """What it was found by."""


@dataclass(frozen=True, slots=True)
class AskCase(Visiting):
    """Without a card: the number of a case, or of a card that is being made, is typed."""

    generation: int
    deadline: float
    hint: FaultData | None = None


@dataclass(frozen=True, slots=True)
class CaseShown(Visiting):
    """Without a card: how far a case, or a card in the making, has got; neither whose it is nor
    what it is about."""

    generation: int
    deadline: float
    status: CaseStatus | OrderStatus


@dataclass(frozen=True, slots=True)
class AskCode(Visiting):
    """Without a card: the code of a paper is typed, or comes from a scanner."""

    generation: int
    deadline: float
    hint: FaultData | None = None


@dataclass(frozen=True, slots=True)
class PaperShown(Visiting):
    """Without a card: what anyone may know of a genuine paper."""

    generation: int
    deadline: float
    paper: Verified


Guest = Waiting | Search | GuideShown | AskCase | CaseShown | AskCode | PaperShown
"""Nobody had to say who he is. Generations of guests are below 0: no card's event is one's."""

InVisit = (
    Reading
    | EnterPin
    | Verifying
    | LookingUp
    | Menu
    | Composing
    | Preview
    | ChooseMonths
    | Printing
    | Printed
    | Problem
    | TakeCard
    | Forgotten
    | Guest
)
"""A card is in, or a guest is served: each has its generation."""

Resting = Idle | OutOfService | Maintenance
"""Nobody is served."""

State = Resting | InVisit

Touchable = (
    EnterPin
    | Menu
    | Preview
    | ChooseMonths
    | Search
    | GuideShown
    | AskCase
    | CaseShown
    | AskCode
    | PaperShown
)
"""They wait for a touch, and end at their deadline without one."""

Working = Reading | Verifying | LookingUp | Composing | Waiting
"""They wait for the card, the records or the guides, and end at their deadline."""
