"""How long each screen waits, the forgotten card, and maintenance: rule by rule."""

from dataclasses import replace
from math import inf
from typing import Literal

import pytest

from archive.model import AuditKind
from kiosk.sections.visit import Visit, Wait
from kiosk.visit.effects import CancelPrint, Forget, ReadCard
from kiosk.visit.events import (
    CardIn,
    CardOut,
    CardStays,
    EndAsked,
    Failed,
    MaintenanceOff,
    MaintenanceOn,
    MonthsAsked,
    PrintEnded,
    ReaderBack,
    ReaderLost,
    Tick,
    Touched,
)
from kiosk.visit.facts import Counted, Timed, Traced, facts
from kiosk.visit.reducer import reduce
from kiosk.visit.state import (
    NOBODY,
    AskCase,
    AskCode,
    ChooseMonths,
    Composing,
    EnterPin,
    FaultData,
    Forgotten,
    GuideShown,
    Idle,
    InVisit,
    LookingUp,
    Maintenance,
    Menu,
    OutOfService,
    Papers,
    Preview,
    Printed,
    Printing,
    Problem,
    Reading,
    Search,
    State,
    TakeCard,
    Verifying,
    Waiting,
)
from kiosk.visit.waits import deadline_of, may_extend, wait_of
from tests.kiosk.conftest import Kiosk
from tests.kiosk.test_reducer import BAD, GEN, HOLDER, LATER, RULES, VISITING

TIMEOUT = FaultData("visit.timeout")
PREVIEW = Preview(GEN, HOLDER, LATER, "rights", papers=Papers(40, 2))
OWN_TIMES = Visit(
    identify=Wait(end=60),
    menu=Wait(end=70),
    preview=Wait(end=80),
    months=Wait(end=90),
    guest=Wait(end=100),
    take_paper=Wait(end=50),
)
named = pytest.mark.parametrize("state", VISITING, ids=lambda s: type(s).__name__)
running = pytest.mark.parametrize(
    "state",
    [state for state in VISITING if not isinstance(state, Forgotten)],
    ids=lambda s: type(s).__name__,
)


def _shown(state: State) -> bool:
    """Whether records can have been on the screen."""
    return not isinstance(state, Reading | EnterPin | Verifying | LookingUp)


@pytest.mark.parametrize(
    ("state", "name"),
    [
        (EnterPin(GEN, HOLDER, LATER, 6), "identify"),
        (Menu(GEN, HOLDER, LATER), "menu"),
        (PREVIEW, "preview"),
        (ChooseMonths(GEN, HOLDER, LATER, PREVIEW), "months"),
        (Printed(GEN, HOLDER, LATER, "receipt", "confirmed"), "take_paper"),
        (Search(-1, LATER), "guest"),
        (GuideShown(-1, LATER, "990100-KA-002"), "guest"),
        (AskCase(-1, LATER), "guest"),
        (AskCode(-1, LATER), "guest"),
    ],
)
def test_every_wait_has_its_own_time_and_a_touch_gives_all_of_it_again(
    state: InVisit, name: str
) -> None:
    own = getattr(OWN_TIMES, name)
    assert wait_of(state, OWN_TIMES) == own
    touched, _ = reduce(state, Touched(state.generation), 900.0, OWN_TIMES)
    assert deadline_of(touched) == 900.0 + own.end
    assert may_extend(touched)


def test_touches_alone_keep_a_screen_no_longer_than_the_hall_allows() -> None:
    rules = Visit(extend_seconds=100)
    shown, _ = reduce(LookingUp(GEN, HOLDER), Failed(GEN, BAD), 0.0, rules)
    assert not may_extend(shown)
    asked, _ = reduce(PREVIEW, MonthsAsked(GEN), 0.0, rules)
    assert (deadline_of(asked), asked.latest) == (180.0, 280.0)  # type: ignore[union-attr]
    for now in (50.0, 150.0, 170.0, 270.0):
        asked, _ = reduce(asked, Touched(GEN), now, rules)
    assert deadline_of(asked) == 280.0
    assert not may_extend(asked)
    assert reduce(asked, Tick(), 280.0, rules)[0] == Problem(GEN, TIMEOUT, 310.0)


@pytest.mark.parametrize(
    "state",
    [
        Reading(GEN, 60.0),
        Verifying(GEN, HOLDER, 60.0),
        LookingUp(GEN, HOLDER, 60.0),
        Composing(GEN, HOLDER, "rights", deadline=60.0),
    ],
    ids=lambda s: type(s).__name__,
)
def test_what_the_card_or_the_records_never_answer_ends_too(state: State) -> None:
    assert reduce(state, Tick(), 59.0, RULES) == (state, ())
    ended, effects = reduce(state, Tick(), 60.0, RULES)
    assert ended == Problem(GEN, FaultData("visit.slow"), 90.0, _shown(state))
    assert effects == (CancelPrint(), Forget())


def test_a_guest_who_gets_no_answer_is_back_at_the_first_screen() -> None:
    ended, _ = reduce(Waiting(-1, "guides", 60.0), Tick(), 60.0, RULES)
    assert ended == Idle(FaultData("visit.slow"), 80.0)


# --- the forgotten card ---------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["stay", "staff"])
def test_a_card_that_is_not_taken_is_forgotten_then_a_sound_then_what_the_hall_does(
    policy: Literal["stay", "staff"],
) -> None:
    rules = Visit(forgotten=policy)
    ended, _ = reduce(Menu(GEN, HOLDER, LATER), EndAsked(GEN), 0.0, rules)
    assert ended == TakeCard(GEN, 30.0)
    forgotten, _ = reduce(ended, Tick(), 30.0, rules)
    assert forgotten == Forgotten(GEN, "sound", deadline=90.0)
    at_last, _ = reduce(forgotten, Tick(), 90.0, rules)
    assert at_last == Forgotten(GEN, policy, deadline=inf)
    assert reduce(at_last, Tick(), 9000.0, rules) == (at_last, ())
    assert reduce(at_last, CardOut(GEN), 9000.0, rules)[0] == Idle()


def test_a_second_touch_of_end_gives_the_card_no_more_time() -> None:
    ended, _ = reduce(Menu(GEN, HOLDER, LATER), EndAsked(GEN), 0.0, RULES)
    assert reduce(ended, EndAsked(GEN), 20.0, RULES) == (ended, ())


def test_a_forgotten_card_is_in_the_trail_and_counted_once() -> None:
    forgotten = Forgotten(GEN)
    assert facts(TakeCard(GEN), forgotten) == (
        Counted("faults", ("card.forgotten",)),
        Traced(AuditKind.CARD_FORGOTTEN),
    )
    assert facts(forgotten, replace(forgotten, alarm="staff")) == ()


@pytest.mark.parametrize(("forgotten", "shown"), [(True, Forgotten), (False, TakeCard)])
def test_a_card_that_stays_has_to_come_out_and_is_asked_for_no_pin(
    forgotten: bool, shown: type[State]
) -> None:
    for state in (Idle(), OutOfService(BAD)):
        after, effects = reduce(state, CardStays(GEN, forgotten), 0.0, RULES)
        assert type(after) is shown
        assert not any(isinstance(effect, ReadCard) for effect in effects)
        assert reduce(after, CardOut(GEN), 1.0, RULES)[0] == Idle()
    assert reduce(Maintenance(), CardStays(GEN, forgotten), 0.0, RULES) == (Maintenance(), ())
    later = Reading(GEN + 1)
    assert type(reduce(later, CardStays(GEN, forgotten), 0.0, RULES)[0]) is Reading


# --- a card that is swapped, a device that is lost, in any state -------------------------------


@named
def test_a_swap_between_two_waits_ends_the_old_visit_and_begins_the_new(state: InVisit) -> None:
    """The watcher tells the removal first; the new card's visit remembers nothing."""
    out, left = reduce(state, CardOut(GEN), 5.0, RULES)
    new, effects = reduce(out, CardIn("reader", GEN + 1), 5.0, RULES)
    assert (new, effects) == (Reading(GEN + 1, 65.0), (ReadCard(GEN + 1, "reader"),))
    assert left == (CancelPrint(), Forget())
    for old in (PrintEnded(GEN, "confirmed", ""), Failed(GEN, BAD), CardOut(GEN), EndAsked(GEN)):
        assert reduce(new, old, 6.0, RULES) == (new, ())


@named
def test_a_device_that_is_lost_leaves_nothing_of_the_visit_in_any_state(state: InVisit) -> None:
    lost, effects = reduce(state, ReaderLost(BAD), 0.0, RULES)
    assert (lost, effects) == (OutOfService(BAD, state.generation), (CancelPrint(), Forget()))
    assert reduce(lost, CardOut(GEN), 0.0, RULES) == (OutOfService(BAD), ())


@pytest.mark.parametrize("state", VISITING[:-3], ids=lambda s: type(s).__name__)
def test_a_device_that_fails_while_it_works_ends_the_visit_in_any_state(state: InVisit) -> None:
    after, effects = reduce(state, Failed(GEN, BAD), 0.0, RULES)
    assert after == Problem(GEN, BAD, 30.0, _shown(state))
    assert effects == (CancelPrint(), Forget())


# --- maintenance ------------------------------------------------------------------------------


def test_a_kiosk_in_maintenance_serves_nobody_until_it_is_over() -> None:
    state, _ = reduce(Idle(), MaintenanceOn(), 0.0, RULES)
    assert state == Maintenance()
    for event in (CardIn("reader", GEN), ReaderBack(), MaintenanceOn(), CardOut(GEN), Tick()):
        assert reduce(state, event, 1.0, RULES) == (state, ())
    assert reduce(state, MaintenanceOff(), 2.0, RULES) == (Idle(), ())


def test_what_is_missing_when_maintenance_ends_is_said_then() -> None:
    state, _ = reduce(Maintenance(), ReaderLost(BAD), 0.0, RULES)
    assert reduce(state, MaintenanceOff(), 0.0, RULES)[0] == OutOfService(BAD)
    back, _ = reduce(state, ReaderBack(), 0.0, RULES)
    assert reduce(back, MaintenanceOff(), 0.0, RULES)[0] == Idle()


@running
def test_a_visit_that_runs_comes_to_its_end_before_maintenance(state: InVisit) -> None:
    closing, effects = reduce(state, MaintenanceOn(), 100.0, RULES)
    assert type(closing) is type(state)
    assert effects == ()
    assert reduce(closing, CardOut(GEN), 110.0, RULES)[0] == Maintenance()
    assert reduce(closing, CardIn("r", GEN + 1), 110.0, RULES) == (
        Maintenance(),
        (CancelPrint(), Forget()),
    )
    assert reduce(closing, ReaderLost(BAD), 110.0, RULES)[0] == Maintenance(BAD)
    open_again, _ = reduce(closing, MaintenanceOff(), 110.0, RULES)
    assert reduce(open_again, CardOut(GEN), 110.0, RULES)[0] in (
        Idle(),
        Idle(FaultData("card.removed"), 130.0),
        Idle(FaultData("card.removed_printing"), 130.0),
    )


def test_a_forgotten_card_keeps_no_technician_waiting() -> None:
    assert reduce(Forgotten(GEN, "staff"), MaintenanceOn(), 100.0, RULES) == (Maintenance(), ())
    taken, _ = reduce(TakeCard(GEN, 130.0), MaintenanceOn(), 100.0, RULES)
    assert reduce(taken, Tick(), 130.0, RULES)[0] == Maintenance()


def test_a_holder_who_goes_on_and_on_has_the_time_of_the_configuration_and_no_more() -> None:
    menu, _ = reduce(Menu(GEN, HOLDER, LATER), MaintenanceOn(), 100.0, RULES)
    assert deadline_of(menu) == 160.0
    assert not may_extend(menu)
    touched, _ = reduce(menu, Touched(GEN), 150.0, RULES)
    assert deadline_of(touched) == 160.0
    ended, effects = reduce(touched, Tick(), 160.0, RULES)
    assert isinstance(ended, Problem)
    assert ended.fault == FaultData("kiosk.maintenance")
    assert effects == (CancelPrint(), Forget())


def test_paper_that_is_being_printed_is_finished_and_can_be_taken() -> None:
    printing, _ = reduce(Printing(GEN, HOLDER, "receipt"), MaintenanceOn(), 0.0, RULES)
    assert reduce(printing, Tick(), 900.0, RULES) == (printing, ())
    printed, _ = reduce(printing, PrintEnded(GEN, "confirmed", ""), 900.0, RULES)
    assert deadline_of(printed) == 930.0
    taken, _ = reduce(printed, Tick(), 930.0, RULES)
    assert isinstance(taken, TakeCard)
    assert reduce(taken, CardOut(GEN), 940.0, RULES)[0] == Maintenance()


def test_touches_keep_paper_no_longer_than_until_maintenance_begins() -> None:
    printing, _ = reduce(Printing(GEN, HOLDER, "receipt"), MaintenanceOn(), 0.0, RULES)
    late, _ = reduce(printing, PrintEnded(GEN, "confirmed", ""), 900.0, RULES)
    assert deadline_of(reduce(late, Touched(GEN), 920.0, RULES)[0]) == 930.0
    ended = PrintEnded(GEN, "confirmed", "")
    printed, _ = reduce(Printing(GEN, HOLDER, "receipt"), ended, 100.0, RULES)
    printed, _ = reduce(printed, MaintenanceOn(), 110.0, RULES)
    for at, until in ((125.0, 155.0), (150.0, 170.0), (169.0, 170.0)):
        printed, _ = reduce(printed, Touched(GEN), at, RULES)
        assert deadline_of(printed) == until


def test_who_waits_for_pages_that_were_only_handed_over_has_the_time_that_they_take() -> None:
    ended = PrintEnded(GEN, "sent", "", coming=60)
    printed, _ = reduce(Printing(GEN, HOLDER, "report", length=24), ended, 100.0, RULES)
    assert deadline_of(printed) == 190.0
    touched, _ = reduce(printed, Touched(GEN), 110.0, RULES)
    assert deadline_of(touched) == 190.0, "a touch takes nothing away"
    touched, _ = reduce(touched, Touched(GEN), 180.0, RULES)
    assert deadline_of(touched) == 210.0


def test_maintenance_is_in_the_trail_and_paper_is_counted_by_its_preview() -> None:
    assert facts(Idle(), Maintenance()) == (Traced(AuditKind.MAINTENANCE_BEGUN),)
    assert facts(Maintenance(), Idle()) == (Traced(AuditKind.MAINTENANCE_ENDED),)
    printing = Printing(GEN, HOLDER, "receipt", length=40)
    assert facts(printing, Printed(GEN, HOLDER, 1.0, "receipt", "confirmed")) == (
        Timed("print", ("receipt", "confirmed")),
        Counted("paper", ("receipt",), 40),
    )


def test_a_guest_is_no_reason_to_wait_for_long() -> None:
    reading, _ = reduce(GuideShown(-1, LATER, "990100-KA-002"), MaintenanceOn(), 0.0, RULES)
    assert reduce(reading, Tick(), 60.0, RULES)[0] == Maintenance()
    preview = Preview(-1, NOBODY, LATER, "guide", papers=Papers(40, 1))
    assert reduce(replace(preview, closing=5.0), EndAsked(-1), 1.0, RULES)[0] == Maintenance()


# --- at work ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_technician_takes_the_kiosk_and_gives_it_back_with_a_card_still_in(kiosk: Kiosk) -> None:
    kiosk.service.maintain(True)
    kiosk.on(Maintenance)
    kiosk.insert(kiosk.cards[0])
    kiosk.rest()
    assert isinstance(kiosk.service.state, Maintenance)
    assert kiosk.desk.memory is None
    kiosk.service.maintain(False)
    kiosk.on(EnterPin)
    kiosk.rest()
    kinds = [row.kind for row in kiosk.machine.store.audit_rows()]
    assert AuditKind.MAINTENANCE_BEGUN in kinds
    assert AuditKind.MAINTENANCE_ENDED in kinds


@pytest.mark.slow
def test_a_forgotten_card_is_told_to_the_trail_and_the_kiosk_serves_again_without_it(
    kiosk: Kiosk,
) -> None:
    kiosk.insert(kiosk.cards[0])
    pin = kiosk.on(EnterPin)
    assert isinstance(pin, EnterPin)
    kiosk.service.post(EndAsked(pin.generation))
    kiosk.on(TakeCard)
    kiosk.clock.ahead += 31
    kiosk.service.post(Tick())
    kiosk.on(Forgotten)
    kiosk.clock.ahead += 61
    kiosk.service.post(Tick())
    kiosk.until(lambda state: isinstance(state, Forgotten) and state.alarm == "staff")
    kiosk.rest()
    assert [row.kind for row in kiosk.machine.store.audit_rows()][-1] == AuditKind.CARD_FORGOTTEN
    kiosk.service.maintain(True)
    kiosk.on(Maintenance)
    kiosk.service.maintain(False)
    kiosk.on(Forgotten)  # it is still in
    kiosk.hall.slot.remove()
    kiosk.on(Idle)


@pytest.mark.slow
def test_a_forgotten_card_gets_no_new_visit_when_the_reader_service_comes_back(
    kiosk: Kiosk,
) -> None:
    kiosk.insert(kiosk.cards[0])
    pin = kiosk.on(EnterPin)
    assert isinstance(pin, EnterPin)
    kiosk.service.post(EndAsked(pin.generation))
    kiosk.on(TakeCard)
    for kind in (TakeCard, Forgotten):
        kiosk.on(kind)
        kiosk.hall.slot.stop_service()
        kiosk.on(OutOfService)
        kiosk.hall.slot.start_service()
        kiosk.on(kind)
        assert kiosk.desk.memory is None
        kiosk.clock.ahead += 31
        kiosk.service.post(Tick())
    kiosk.hall.slot.remove()
    kiosk.on(Idle)
    kiosk.insert(kiosk.cards[0])
    kiosk.on(EnterPin)
