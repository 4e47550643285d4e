"""The rules of a visit under any order of events: what must hold after each of them."""

from dataclasses import fields, is_dataclass
from math import inf

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from archive.values import Month
from devices.card.pin import Pin
from kiosk.sections.visit import Visit
from kiosk.visit.closing import maintained
from kiosk.visit.effects import CancelPrint, Compose, Effect, Forget, LookUp, ReadCard, StartPrint
from kiosk.visit.events import (
    Back,
    CancelAsked,
    CardIn,
    CardOut,
    CardRead,
    CaseEntered,
    CaseRefused,
    Chosen,
    CodeEntered,
    CodeRefused,
    Composed,
    EndAsked,
    Event,
    Failed,
    GuestIn,
    GuestReady,
    GuideChosen,
    LanguageAsked,
    MaintenanceOff,
    MaintenanceOn,
    MonthsAsked,
    MonthsChosen,
    PapersSeen,
    PinAccepted,
    PinEntered,
    PinRefused,
    PrintAsked,
    PrintEnded,
    Progressed,
    ReaderBack,
    ReaderLost,
    RecordsFound,
    RegionsAnswered,
    Searched,
    SizeAsked,
    Tick,
    Touched,
    VisitEvent,
)
from kiosk.visit.reducer import reduce
from kiosk.visit.state import (
    FaultData,
    Forgotten,
    Holder,
    Idle,
    Maintenance,
    Menu,
    OutOfService,
    Papers,
    Preview,
    Printing,
    Problem,
    Resting,
    State,
    TakeCard,
)
from kiosk.visit.waits import deadline_of
from printing.statements.issue import Window

HOLDER = Holder("张*三", "D214*569X", "示例市")
FAULT = FaultData("card.mute")
WINDOW = Window(Month(2025, 1), Month(2025, 12))
RULES = (
    Visit(),
    Visit(extend_seconds=60, forgotten="stay", maintenance_seconds=0),
    Visit(extend_seconds=600, take_card_seconds=5, forgotten_seconds=5),
)
LONGEST = 5 * 180.0 + 600
"""No chain of waits without a touch is longer: a screen, its card, its sound."""


def of_visit(generation: int) -> tuple[VisitEvent, ...]:
    return (
        CardOut(generation),
        CardRead(generation, HOLDER, 6),
        CardRead(generation, HOLDER, None),
        PinEntered(generation, Pin.from_text("246810")),
        PinEntered(generation, None),
        PinAccepted(generation),
        PinRefused(generation, 5),
        RecordsFound(generation),
        Chosen(generation, "contributions"),
        Chosen(generation, "guide"),
        SizeAsked(generation, "large"),
        LanguageAsked(generation, "en"),
        Composed(generation),
        PapersSeen(generation, Papers(40, 2, "printer.paper_out")),
        RegionsAnswered(generation, 1, 2),
        MonthsAsked(generation),
        MonthsChosen(generation, WINDOW),
        PrintAsked(generation, "receipt"),
        Progressed(generation, 2, 3, ""),
        PrintEnded(generation, "confirmed", ""),
        Back(generation),
        CancelAsked(generation),
        EndAsked(generation),
        Touched(generation),
        Failed(generation, FAULT),
        GuestReady(generation),
        Searched(generation, "sbk"),
        GuideChosen(generation, "990100-KA-002"),
        CaseEntered(generation, "9901B0000000101"),
        CaseRefused(generation, FaultData("case.unknown")),
        CodeEntered(generation, "K7QD"),
        CodeRefused(generation, FaultData("seal.unknown")),
    )


KINDS = range(len(of_visit(1)))


def holders(value: object) -> list[Holder]:
    """All that a state knows of a holder, however deep."""
    if isinstance(value, Holder):
        return [value]
    if not is_dataclass(value):
        return []
    return [found for part in fields(value) for found in holders(getattr(value, part.name))]


class VisitModel(RuleBasedStateMachine):
    """A visit beside a plain note of what has happened to it."""

    def __init__(self) -> None:
        super().__init__()
        self.state: State = Idle()
        self.now = 0.0
        self.times = RULES[0]
        self.cards = 0
        self.guests = 0
        self.read: set[int] = set()
        """Generations whose memory has begun and was not forgotten."""
        self.found: set[int] = set()
        self.wanted = False

    @initialize(rules=st.sampled_from(RULES))
    def choose_rules(self, rules: Visit) -> None:
        self.times = rules

    def happens(self, event: Event) -> tuple[Effect, ...]:
        before = self.state
        self.state, effects = reduce(before, event, self.now, self.times)
        for effect in effects:
            match effect:
                case Forget():
                    self.read.clear()
                case ReadCard(generation):
                    assert not self.read, "a card is read while another is remembered"
                    assert not self.wanted, "a visit began in maintenance"
                    self.read.add(generation)
                case LookUp(generation):
                    self.found.add(generation)
                case StartPrint(generation):
                    assert isinstance(before, Preview)
                    assert before.papers, "its length and its printer are not known"
                    assert generation == before.generation
                    assert generation < 0 or generation in self.found
                case Compose(generation, statement):
                    assert generation > 0 or statement == "guide"
                case _:
                    pass
        if isinstance(before, Printing) and not isinstance(self.state, Printing):
            ended = isinstance(event, PrintEnded)
            assert ended or CancelPrint() in effects, "paper goes on without its visit"
        return effects

    @property
    def generation(self) -> int:
        return getattr(self.state, "generation", 0)

    @rule()
    def card_in(self) -> None:
        self.cards += 1
        self.happens(CardIn("reader", self.cards))

    @rule(wish=st.sampled_from(["guides", "case", "verify"]))
    def guest_in(self, wish: str) -> None:
        self.guests -= 1
        self.happens(GuestIn(self.guests, wish))  # type: ignore[arg-type]

    @rule(kind=st.sampled_from(KINDS))
    def own_event(self, kind: int) -> None:
        self.happens(of_visit(self.generation)[kind])

    @rule()
    def what_leads_on(self) -> None:
        """The event that brings a visit forward: chance alone seldom gets to the paper."""
        unmeasured = isinstance(self.state, Preview) and self.state.papers is None
        event = MEASURED if unmeasured else AHEAD.get(type(self.state).__name__)
        if event is not None:
            self.happens(of_visit(self.generation)[event])

    @precondition(lambda self: self.cards > 0)
    @rule(older=st.integers(1, 3))
    def events_of_an_older_generation(self, older: int) -> None:
        generation = self.generation - older if self.generation > 0 else self.cards + older
        before = self.state
        self.now += 1.0  # an event that gave time would show
        for event in of_visit(generation):
            assert self.happens(event) == ()
            assert self.state == before

    @rule(fault=st.sampled_from(["reader.absent", "pcsc.no_service", "sam.absent"]))
    def reader_lost(self, fault: str) -> None:
        guest = getattr(self.state, "generation", 0) < 0
        self.happens(ReaderLost(FaultData(fault)))
        if not guest:  # a guest needs no reader
            assert isinstance(self.state, OutOfService | Maintenance)
            assert not self.read

    @rule()
    def reader_back(self) -> None:
        self.happens(ReaderBack())
        assert not isinstance(self.state, OutOfService)

    @rule(on=st.booleans())
    def maintenance(self, on: bool) -> None:
        self.wanted = on
        self.happens(MaintenanceOn() if on else MaintenanceOff())

    @rule(seconds=st.sampled_from([0.0, 1.0, 4.0, 31.0, 181.0]))
    def time(self, seconds: float) -> None:
        self.now += seconds
        self.happens(Tick())

    @rule()
    def card_out_ends_all(self) -> None:
        generation = self.generation
        self.happens(CardOut(generation))
        if generation > 0:
            assert isinstance(self.state, Idle | Maintenance)
            assert not self.read

    @rule()
    def nothing_happens_any_more(self) -> None:
        """Ticks alone end every wait, and what then stays knows nobody."""
        start = self.now
        while (deadline := deadline_of(self.state)) < inf:
            assert deadline - start <= LONGEST, "no end"
            self.now = max(self.now, deadline)
            before = self.state
            self.happens(Tick())
            assert self.state != before, "its deadline has passed and it stays"
        if not isinstance(self.state, Printing):  # the printer's link has its own limits
            assert isinstance(self.state, Resting | Forgotten)

    @invariant()
    def who_is_not_served_is_not_known(self) -> None:
        if isinstance(self.state, Resting | Problem | TakeCard | Forgotten):
            assert holders(self.state) == []
            assert not self.read
        assert len(self.read) <= 1
        assert self.read <= {self.generation}

    @invariant()
    def maintenance_is_not_forgotten(self) -> None:
        assert maintained(self.state) == self.wanted

    @invariant()
    def a_guest_is_shown_no_menu(self) -> None:
        assert not (isinstance(self.state, Menu) and self.generation < 0)


MEASURED = 12
AHEAD = {
    "Reading": 1,
    "EnterPin": 3,
    "Verifying": 5,
    "LookingUp": 7,
    "Menu": 8,
    "Composing": 11,
    "Preview": 16,
    "ChooseMonths": 15,
    "Printing": 18,
    "Waiting": 24,
    "Search": 26,
    "GuideShown": 9,
}

TestVisitModel = pytest.mark.slow(VisitModel.TestCase)
TestVisitModel.settings = settings(
    max_examples=150,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
