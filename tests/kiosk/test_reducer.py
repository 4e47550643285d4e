"""The rules of a visit, event by event."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.values import Month
from devices.card.pin import Pin
from devices.printer.result import Outcome
from kiosk.sections.visit import Visit
from kiosk.visit.effects import (
    CancelPrint,
    Compose,
    Forget,
    LookUp,
    ReadCard,
    StartPrint,
    VerifyPin,
)
from kiosk.visit.events import (
    Back,
    CancelAsked,
    CardIn,
    CardOut,
    CardRead,
    Chosen,
    Composed,
    EndAsked,
    Event,
    Failed,
    LanguageAsked,
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
    SizeAsked,
    Tick,
    Touched,
)
from kiosk.visit.reducer import reduce
from kiosk.visit.state import (
    ChooseMonths,
    Composing,
    EnterPin,
    FaultData,
    Forgotten,
    Holder,
    Idle,
    LookingUp,
    Maintenance,
    Medium,
    Menu,
    OutOfService,
    Papers,
    Preview,
    Printed,
    Printing,
    Problem,
    Reading,
    State,
    TakeCard,
    Verifying,
)
from printing.statements.issue import Window

RULES = Visit()
HOLDER = Holder("张*三", "D214*569X", "示例市")
PIN = Pin.from_text("246810")
BAD = FaultData("card.mute")
GEN = 7
LATER = 1000.0

STATES: tuple[State, ...] = (
    Idle(),
    OutOfService(BAD),
    Reading(GEN),
    EnterPin(GEN, HOLDER, LATER, 6),
    Verifying(GEN, HOLDER),
    LookingUp(GEN, HOLDER),
    Menu(GEN, HOLDER, LATER),
    Composing(GEN, HOLDER, "contributions"),
    Preview(GEN, HOLDER, LATER, "contributions", papers=Papers(40, 2)),
    ChooseMonths(GEN, HOLDER, LATER, Preview(GEN, HOLDER, LATER, "rights", papers=Papers(40, 2))),
    Printing(GEN, HOLDER, "receipt", 1, 3),
    Printed(GEN, HOLDER, LATER, "receipt", "confirmed"),
    Problem(GEN, BAD),
    TakeCard(GEN),
    Forgotten(GEN),
    Maintenance(),
)
SERVING = STATES[:-1]
WAITING = tuple(state for state in STATES if isinstance(state, EnterPin | Menu | Preview))
VISITING = tuple(state for state in STATES if hasattr(state, "generation"))


def events(generation: int) -> tuple[Event, ...]:
    return (
        CardOut(generation),
        CardRead(generation, HOLDER, 6),
        PinEntered(generation, PIN),
        PinAccepted(generation),
        PinRefused(generation, 5),
        RecordsFound(generation),
        Chosen(generation, "contributions"),
        SizeAsked(generation, "large"),
        LanguageAsked(generation, "en"),
        Composed(generation),
        PapersSeen(generation, Papers(40, 2, "printer.paper_out")),
        MonthsAsked(generation),
        MonthsChosen(generation, Window(Month(2025, 1), Month(2025, 12))),
        PrintAsked(generation, "receipt"),
        Progressed(generation, 2, 3, ""),
        PrintEnded(generation, "confirmed", ""),
        Back(generation),
        CancelAsked(generation),
        EndAsked(generation),
        Touched(generation),
        Failed(generation, BAD),
    )


def test_a_whole_visit_goes_from_card_in_to_card_out() -> None:
    script: tuple[tuple[Event, type[State], tuple[type, ...]], ...] = (
        (CardIn("reader", GEN), Reading, (ReadCard,)),
        (CardRead(GEN, HOLDER, 6), EnterPin, ()),
        (PinEntered(GEN, PIN), Verifying, (VerifyPin,)),
        (PinAccepted(GEN), LookingUp, (LookUp,)),
        (RecordsFound(GEN), Menu, ()),
        (Chosen(GEN, "contributions"), Composing, (Compose,)),
        (Composed(GEN), Preview, ()),
        (PapersSeen(GEN, Papers(40, 2)), Preview, ()),
        (PrintAsked(GEN, "receipt"), Printing, (StartPrint,)),
        (Progressed(GEN, 1, 3, ""), Printing, ()),
        (PrintEnded(GEN, "confirmed", ""), Printed, ()),
        (EndAsked(GEN), TakeCard, (CancelPrint, Forget)),
        (CardOut(GEN), Idle, (CancelPrint, Forget)),
    )
    state: State = Idle()
    for event, kind, asked in script:
        state, effects = reduce(state, event, 0.0, RULES)
        assert isinstance(state, kind)
        assert tuple(type(effect) for effect in effects) == asked


@pytest.mark.parametrize("state", STATES, ids=lambda s: type(s).__name__)
@pytest.mark.parametrize("event", events(GEN - 1) + events(GEN + 1), ids=lambda e: type(e).__name__)
def test_an_event_of_another_generation_changes_nothing(state: State, event: Event) -> None:
    assert reduce(state, event, 0.0, RULES) == (state, ())


@pytest.mark.parametrize("state", VISITING, ids=lambda s: type(s).__name__)
def test_card_out_ends_the_visit_from_every_state_and_forgets_it(state: State) -> None:
    after, effects = reduce(state, CardOut(GEN), 0.0, RULES)
    assert isinstance(after, Idle)
    assert effects == (CancelPrint(), Forget())


@pytest.mark.parametrize(
    ("hold", "code"), [("", "card.removed_printing"), ("printer.paper_out", "card.removed_waiting")]
)
def test_a_void_slip_is_spoken_of_only_where_one_comes_out(hold: str, code: str) -> None:
    printing = Printing(GEN, HOLDER, "receipt", 0, 9, hold)
    after, _ = reduce(printing, CardOut(GEN), 0.0, RULES)
    assert isinstance(after, Idle)
    assert after.notice == FaultData(code)


@pytest.mark.parametrize(
    ("medium", "hold", "parted"),
    [
        ("receipt", "", False),
        ("receipt", "printer.overheated", False),
        ("receipt", "printer.paper_out", True),
        ("receipt", "printer.cover_open", True),
        ("report", "printer.paper_out", False),
    ],
)
def test_a_receipt_whose_roll_was_touched_may_lie_in_two_pieces(
    medium: Medium, hold: str, parted: bool
) -> None:
    state: State = Printing(GEN, HOLDER, medium)
    for event in (
        Progressed(GEN, 1, 9, ""),
        Progressed(GEN, 2, 9, hold),
        Progressed(GEN, 3, 9, ""),
        PrintEnded(GEN, "confirmed", ""),
    ):
        state, _ = reduce(state, event, 0.0, RULES)
    assert isinstance(state, Printed)
    assert state.parted == parted


@pytest.mark.parametrize("state", VISITING[:6], ids=lambda s: type(s).__name__)
@pytest.mark.parametrize("event", [Failed(GEN, BAD), Tick()], ids=lambda e: type(e).__name__)
def test_a_visit_that_ends_knows_whether_records_had_been_on_the_screen(
    state: State, event: Event
) -> None:
    state = replace(state, deadline=LATER)  # type: ignore[arg-type]
    after, _ = reduce(state, event, 2 * LATER, RULES)
    assert isinstance(after, Problem)
    assert after.shown == isinstance(state, Menu | Composing | Preview)


def test_however_long_a_paper_takes_the_times_of_the_visit_begin_behind_it() -> None:
    slow = Printing(GEN, HOLDER, "receipt", 3, 9)
    hours_later = 10_000.0
    assert reduce(slow, Tick(), hours_later, RULES) == (slow, ())
    printed, _ = reduce(slow, PrintEnded(GEN, "confirmed", ""), hours_later, RULES)
    assert isinstance(printed, Printed)
    assert printed.deadline == hours_later + RULES.take_paper.end
    menu, _ = reduce(printed, Back(GEN), hours_later, RULES)
    assert isinstance(menu, Menu)
    assert menu.deadline == hours_later + RULES.menu.end


def test_a_card_pulled_too_early_is_said_for_a_while_and_then_the_screen_invites_again() -> None:
    pulled, _ = reduce(Menu(GEN, HOLDER, LATER), CardOut(GEN), 100.0, RULES)
    assert pulled == Idle(FaultData("card.removed"), 120.0)
    assert reduce(pulled, Tick(), 119.0, RULES) == (pulled, ())
    assert reduce(pulled, Tick(), 120.0, RULES) == (Idle(), ())


@pytest.mark.parametrize("state", VISITING[-4:], ids=lambda s: type(s).__name__)
def test_a_card_taken_at_the_end_needs_no_word(state: State) -> None:
    assert reduce(state, CardOut(GEN), 0.0, RULES)[0] == Idle()


@pytest.mark.parametrize("state", SERVING, ids=lambda s: type(s).__name__)
def test_a_new_card_starts_its_own_visit_and_the_old_one_is_forgotten_first(state: State) -> None:
    after, effects = reduce(state, CardIn("reader", GEN + 1), 0.0, RULES)
    assert after == Reading(GEN + 1, 60.0)
    assert effects[-1] == ReadCard(GEN + 1, "reader")
    if state != Idle():
        assert effects[:2] == (CancelPrint(), Forget())


@pytest.mark.parametrize("state", SERVING, ids=lambda s: type(s).__name__)
def test_a_lost_reader_takes_the_kiosk_out_of_service_and_comes_back(state: State) -> None:
    lost, effects = reduce(state, ReaderLost(BAD), 0.0, RULES)
    assert lost == OutOfService(BAD, getattr(state, "generation", 0))
    assert Forget() in effects
    assert reduce(lost, ReaderBack(), 0.0, RULES) == (Idle(), ())


def test_the_card_of_a_visit_that_lost_its_reader_is_asked_for_until_it_is_seen_to_go() -> None:
    lost = OutOfService(BAD, GEN)
    worse = FaultData("reader.service_down")
    assert reduce(lost, ReaderLost(worse), 0.0, RULES)[0] == OutOfService(worse, GEN)
    assert reduce(lost, CardOut(GEN - 1), 0.0, RULES) == (lost, ())  # the module's
    assert reduce(lost, CardOut(GEN), 0.0, RULES) == (OutOfService(BAD), ())


def test_a_card_without_a_pin_goes_straight_to_the_records() -> None:
    after, effects = reduce(Reading(GEN), CardRead(GEN, HOLDER, None), 0.0, RULES)
    assert after == LookingUp(GEN, HOLDER, 60.0)
    assert effects == (LookUp(GEN),)


def test_a_wrong_pin_shows_the_tries_left_and_sends_nothing_by_itself() -> None:
    after, effects = reduce(Verifying(GEN, HOLDER), PinRefused(GEN, 2), 0.0, RULES)
    assert after == EnterPin(GEN, HOLDER, 180.0, 2, "pin.wrong")
    assert effects == ()


def test_records_that_arrive_before_the_pin_is_proven_open_nothing() -> None:
    verifying = Verifying(GEN, HOLDER, 60.0)
    assert reduce(verifying, RecordsFound(GEN), 0.0, RULES) == (verifying, ())


def test_a_wrong_pin_that_leaves_one_try_is_answered_with_what_the_next_one_does() -> None:
    after, _ = reduce(Verifying(GEN, HOLDER), PinRefused(GEN, 1), 0.0, RULES)
    assert isinstance(after, EnterPin)
    assert after.hint == "pin.last_try"


def test_what_cannot_be_a_pin_never_reaches_the_card() -> None:
    state = EnterPin(GEN, HOLDER, LATER, 6)
    after, effects = reduce(state, PinEntered(GEN, None), 0.0, RULES)
    assert isinstance(after, EnterPin)
    assert after.hint == "pin.format"
    assert effects == ()


@pytest.mark.parametrize(
    "state", [s for s in STATES if not isinstance(s, Preview)], ids=lambda s: type(s).__name__
)
def test_what_the_printer_says_changes_no_other_screen(state: State) -> None:
    assert reduce(state, PapersSeen(GEN, Papers(40, 2)), 0.0, RULES) == (state, ())


@pytest.mark.parametrize("state", WAITING, ids=lambda s: type(s).__name__)
def test_a_visit_without_a_touch_ends_and_forgets(state: State) -> None:
    assert reduce(state, Tick(), LATER - 1, RULES) == (state, ())
    after, effects = reduce(state, Tick(), LATER, RULES)
    shown = not isinstance(state, EnterPin)
    assert after == Problem(GEN, FaultData("visit.timeout"), LATER + 30, shown)
    assert effects == (CancelPrint(), Forget())


@pytest.mark.parametrize("state", WAITING, ids=lambda s: type(s).__name__)
def test_a_touch_gives_the_whole_time_again(state: State) -> None:
    after, _ = reduce(state, Touched(GEN), 900.0, RULES)
    assert isinstance(state, EnterPin | Menu | Preview)
    assert after == replace(state, deadline=1080.0)


@given(st.lists(st.sampled_from((*events(GEN), CardIn("r", GEN), Tick(), ReaderBack()))))
def test_no_order_of_events_raises_or_prints_before_the_records_were_found(
    order: list[Event],
) -> None:
    state: State = Idle()
    found = False
    for event in order:
        before = state
        state, effects = reduce(state, event, 0.0, RULES)
        found = found or isinstance(state, Menu)
        if any(isinstance(effect, StartPrint) for effect in effects):
            assert isinstance(before, Preview)
            assert found


@pytest.mark.parametrize("outcome", ["confirmed", "sent", "cancelled", "unknown"])
def test_a_cancel_that_came_too_late_is_said(outcome: Outcome) -> None:
    printing, _ = reduce(Printing(GEN, HOLDER, "receipt", 8, 9), CancelAsked(GEN), 0.0, RULES)
    ended, _ = reduce(printing, PrintEnded(GEN, outcome, ""), 0.0, RULES)
    assert isinstance(ended, Printed)
    assert ended.late == (outcome in ("confirmed", "sent"))
