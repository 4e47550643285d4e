"""Who comes to the kiosk: what each does on a screen, and how each leaves."""

import random
from dataclasses import dataclass

from archive.values import Month
from devices.card.pin import Pin
from kiosk.demo.data import DemoCard
from kiosk.visit.events import (
    Back,
    CancelAsked,
    CaseEntered,
    Chosen,
    CodeEntered,
    EndAsked,
    Event,
    GuideChosen,
    MonthsAsked,
    MonthsChosen,
    PinEntered,
    PrintAsked,
    Searched,
    SizeAsked,
    Touched,
)
from kiosk.visit.state import (
    AskCase,
    AskCode,
    CaseShown,
    ChooseMonths,
    EnterPin,
    GuideShown,
    Menu,
    Preview,
    Printed,
    Printing,
    Search,
    State,
)
from printing.layout.size import Size
from printing.statements.issue import Window

STATEMENTS = ("contributions", "contributions", "insured", "rights", "account", "pension")
WINDOWS = (
    Window(Month(2025, 1), Month(2025, 12)),
    Window(Month(2024, 1), Month(2026, 10)),
)


@dataclass(frozen=True)
class Manners:
    """How somebody is; chances between 0 and 1."""

    name: str
    pause: tuple[float, float] = (1.0, 6.0)
    """Seconds between two touches."""
    walks_away: float = 0.0
    """For each touch."""
    pulls: float = 0.0
    """The card comes out in the middle, for each touch."""
    swaps: float = 0.0
    wrong_pins: int = 0
    prints: float = 0.8
    cancels: float = 0.0
    wants: float = 0.1
    """Other months, large print, a second statement."""
    forgets: float = 0.0
    """The card stays in."""
    guest: bool = False


MANNERS = (
    Manners("good"),
    Manners("good", pause=(0.2, 1.0)),
    Manners("hesitant", pause=(5.0, 100.0)),
    Manners("walks away", walks_away=0.3),
    Manners("pulls the card", pulls=0.2),
    Manners("swaps cards", swaps=0.15),
    Manners("mistypes", wrong_pins=2),
    Manners("locks the card", wrong_pins=9),
    Manners("cancels", cancels=0.7, prints=1.0),
    Manners("wants more", wants=0.6, prints=0.9),
    Manners("forgets the card", forgets=1.0),
    Manners("only looks", prints=0.0),
    Manners("guest", guest=True),
)


class Citizen:
    """One of them, with a card or without."""

    def __init__(self, manners: Manners, card: DemoCard, chance: random.Random) -> None:
        self.manners = manners
        self.card = card
        self._chance = chance
        self._wrong = manners.wrong_pins
        self._papers = 0
        self._turns = 0

    def pause(self) -> float:
        """Seconds until the next touch."""
        return self._chance.uniform(*self.manners.pause)

    def happens(self, what: float) -> bool:
        """Whether something of that chance happens now."""
        return self._chance.random() < what

    def answer(self, state: State, guide: str) -> Event | None:
        """What is touched on this screen; None: nothing, or there is nothing to touch."""
        self._turns += 1
        match state:
            case EnterPin(generation):
                return PinEntered(generation, self._pin())
            case Menu(generation):
                done = self._turns > 12 or (self._papers and not self.happens(self.manners.wants))
                return EndAsked(generation) if done else Chosen(generation, self._statement())
            case Preview(generation):
                return self._at_preview(state)
            case ChooseMonths(generation):
                window = self._chance.choice(WINDOWS)
                return MonthsChosen(generation, window) if self.happens(0.7) else Back(generation)
            case Printing(generation):
                return CancelAsked(generation) if self.happens(self.manners.cancels) else None
            case Printed(generation):
                more = self.happens(self.manners.wants)
                return Back(generation) if more else EndAsked(generation)
            case Search(generation, _, query):
                return GuideChosen(generation, guide) if query else Searched(generation, "sbk")
            case GuideShown(generation):
                prints = self._turns < 8 and self.happens(self.manners.prints)
                return Chosen(generation, "guide") if prints else EndAsked(generation)
            case AskCase(generation):
                number = "9901B0000000000" if self.happens(0.8) else "1234"
                return CaseEntered(generation, number) if self._turns < 8 else EndAsked(generation)
            case AskCode(generation):
                code = "".join(self._chance.choice("0123456789ABCDEFGHJK") for _ in range(28))
                return CodeEntered(generation, code) if self._turns < 8 else EndAsked(generation)
            case CaseShown(generation):
                return EndAsked(generation)
            case _:
                return None

    def _at_preview(self, state: Preview) -> Event:
        generation = state.generation
        if state.papers is None:  # nothing can be printed yet
            return Touched(generation)
        if self.happens(self.manners.wants):
            size: Size = "normal" if state.holder.size == "large" else "large"
            wish = self._chance.choice(("size", "months", "touch"))
            if wish == "touch":
                return Touched(generation)
            if generation > 0:
                return SizeAsked(generation, size) if wish == "size" else MonthsAsked(generation)
        if self._turns > 12 or not self.happens(self.manners.prints):
            return Back(generation) if self.happens(0.3) else EndAsked(generation)
        self._papers += 1
        return PrintAsked(generation, "report" if self.happens(0.2) else "receipt")

    def _statement(self) -> str:
        return self._chance.choice(STATEMENTS)

    def _pin(self) -> Pin | None:
        if self._wrong:
            self._wrong -= 1
            return self._chance.choice((Pin.from_text("000000"), None))
        return self.card.typed_pin()
