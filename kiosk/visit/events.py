"""What can happen to a visit.

Each event of a visit carries its card's generation; the reducer refuses one of another generation,
so that an answer or a page of an earlier holder never reaches the present one.
"""

from dataclasses import dataclass, field

from archive.cards import OrderStatus
from archive.cases import CaseStatus
from archive.codes import Language
from devices.card.pin import Pin
from kiosk.verifying import Verified
from kiosk.visit.state import FaultData, Holder, Medium, Outcome, Papers, Wish
from printing.layout.size import Size
from printing.statements.issue import Window


@dataclass(frozen=True, slots=True)
class CardIn:
    """A card was inserted; each insertion has the next generation."""

    reader: str
    generation: int
    again: int = 0
    """As in `CardInserted`: of the earlier insertion that this card most likely is."""


@dataclass(frozen=True, slots=True)
class CardStays:
    """The card of a visit that has ended is still in; the reader was away meanwhile."""

    generation: int
    forgotten: bool


@dataclass(frozen=True, slots=True)
class CardOut:
    """The card of this generation left the slot."""

    generation: int


@dataclass(frozen=True, slots=True)
class ReaderLost:
    """The card service or the reader went away."""

    fault: FaultData


@dataclass(frozen=True, slots=True)
class ReaderBack:
    """The reader can be used again."""


@dataclass(frozen=True, slots=True)
class MaintenanceOn:
    """A technician takes the kiosk; a visit that runs may come to its end before."""


@dataclass(frozen=True, slots=True)
class MaintenanceOff:
    """The technician gives the kiosk back."""


@dataclass(frozen=True, slots=True)
class CardRead:
    """The card was read; `tries_left` is None where it has no PIN."""

    generation: int
    holder: Holder
    tries_left: int | None


@dataclass(frozen=True, slots=True)
class PinEntered:
    """The holder typed a PIN."""

    generation: int
    pin: Pin | None = field(repr=False)
    """None: what was typed cannot be a PIN; nothing is sent to the card."""


@dataclass(frozen=True, slots=True)
class PinAccepted:
    """The card accepted the PIN."""

    generation: int


@dataclass(frozen=True, slots=True)
class PinRefused:
    """The card refused the PIN and has tries left."""

    generation: int
    tries_left: int


@dataclass(frozen=True, slots=True)
class RecordsFound:
    """The holder's records are at hand, and the look is in the audit."""

    generation: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """The holder chose a statement."""

    generation: int
    statement: str


@dataclass(frozen=True, slots=True)
class SizeAsked:
    """The holder wants the other size of print, for all that follows in this visit."""

    generation: int
    size: Size | None
    """None: the one that goes with the look, which has changed."""


@dataclass(frozen=True, slots=True)
class LanguageAsked:
    """The holder wants paper in the other language, for all that follows in this visit."""

    generation: int
    language: Language


@dataclass(frozen=True, slots=True)
class Composed:
    """The statement is ready to be shown; its papers are measured afterwards."""

    generation: int


@dataclass(frozen=True, slots=True)
class RegionsAnswered:
    """So many of the regions that were asked have answered."""

    generation: int
    answered: int
    regions: int


@dataclass(frozen=True, slots=True)
class PapersSeen:
    """The papers were measured or their printers asked, while the holder chooses one."""

    generation: int
    papers: Papers


@dataclass(frozen=True, slots=True)
class MonthsAsked:
    """The holder wants other months than those that are shown."""

    generation: int
    first_year: int | None = None
    """As in `ChooseMonths`."""


@dataclass(frozen=True, slots=True)
class MonthsChosen:
    """The holder chose the months."""

    generation: int
    window: Window


@dataclass(frozen=True, slots=True)
class PrintAsked:
    """The holder wants the statement on paper."""

    generation: int
    medium: Medium


@dataclass(frozen=True, slots=True)
class Progressed:
    """The printer took or confirmed another part, or waits for something."""

    generation: int
    done: int
    total: int
    hold: str


@dataclass(frozen=True, slots=True)
class PrintEnded:
    """The print job ended."""

    generation: int
    outcome: Outcome
    reason: str
    data: tuple[tuple[str, object], ...] = ()
    """What the reason's sentence needs, as in `FaultData`."""
    copies_out: int = 0
    """As in `Printed`."""
    coming: int = 0
    """As in `Printed`."""
    earlier: bool = False
    """As in `Printed`."""


@dataclass(frozen=True, slots=True)
class Back:
    """The holder goes one step back."""

    generation: int


@dataclass(frozen=True, slots=True)
class CancelAsked:
    """The holder cancels the print job."""

    generation: int


@dataclass(frozen=True, slots=True)
class EndAsked:
    """The holder ends the visit."""

    generation: int


@dataclass(frozen=True, slots=True)
class Touched:
    """The holder is still there."""

    generation: int


@dataclass(frozen=True, slots=True)
class Failed:
    """Something the visit needs did not work."""

    generation: int
    fault: FaultData


@dataclass(frozen=True, slots=True)
class Tick:
    """Time went on."""


@dataclass(frozen=True, slots=True)
class GuestIn:
    """Somebody without a card wants something; each has the next generation below 0."""

    generation: int
    wish: Wish


@dataclass(frozen=True, slots=True)
class GuestReady:
    """What a guest may see is at hand."""

    generation: int


@dataclass(frozen=True, slots=True)
class Searched:
    """A guest looks for guides."""

    generation: int
    query: str


@dataclass(frozen=True, slots=True)
class GuideChosen:
    """A guest opens a guide."""

    generation: int
    task_code: str


@dataclass(frozen=True, slots=True)
class CaseEntered:
    """A guest typed the number of a case, or of a card that is being made."""

    generation: int
    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CaseFound:
    """There is such a case or card, and the look is in the audit."""

    generation: int
    status: CaseStatus | OrderStatus


@dataclass(frozen=True, slots=True)
class CaseRefused:
    """There is neither such a case nor such a card, or too many wrong numbers came."""

    generation: int
    why: FaultData


@dataclass(frozen=True, slots=True)
class CodeEntered:
    """A guest typed or scanned the code of a paper."""

    generation: int
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PaperVerified:
    """The paper of that code is genuine."""

    generation: int
    paper: Verified


@dataclass(frozen=True, slots=True)
class CodeRefused:
    """No paper in use has that code, or too many wrong codes came."""

    generation: int
    why: FaultData


GuestEvent = (
    GuestReady
    | Searched
    | GuideChosen
    | CaseEntered
    | CaseFound
    | CaseRefused
    | CodeEntered
    | PaperVerified
    | CodeRefused
)
"""Of a guest."""

VisitEvent = (
    CardOut
    | CardRead
    | PinEntered
    | PinAccepted
    | PinRefused
    | RecordsFound
    | Chosen
    | SizeAsked
    | LanguageAsked
    | Composed
    | PapersSeen
    | RegionsAnswered
    | MonthsAsked
    | MonthsChosen
    | PrintAsked
    | Progressed
    | PrintEnded
    | Back
    | CancelAsked
    | EndAsked
    | Touched
    | Failed
    | GuestEvent
)
"""Of one visit: each has the generation of its card."""

Event = (
    CardIn
    | CardStays
    | GuestIn
    | ReaderLost
    | ReaderBack
    | MaintenanceOn
    | MaintenanceOff
    | Tick
    | VisitEvent
)
