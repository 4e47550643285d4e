"""Who has no card with them: guides, how far a case has got, papers to be checked."""

import random
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.cards import OrderStatus
from archive.cases import CaseStatus
from archive.masking import mask_name
from archive.model import AuditKind, CardOrder, Case
from archive.store import AuditFilter
from devices.card.simulated.source import SimulatedSource
from kiosk.case_window import CaseWindow
from kiosk.composition import utc_now
from kiosk.config import load
from kiosk.errors import CaseThrottledError, CaseUnknownError, SettingError
from kiosk.sections.visit import Visit
from kiosk.trail import Trail
from kiosk.verifying import Verified
from kiosk.visit.effects import BeginGuest, CancelPrint, Compose, FindCase, Forget, VerifyCode
from kiosk.visit.events import (
    Back,
    CardIn,
    CardOut,
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
    PaperVerified,
    PrintAsked,
    PrintEnded,
    ReaderBack,
    ReaderLost,
    RecordsFound,
    Searched,
    Tick,
)
from kiosk.visit.reducer import reduce
from kiosk.visit.state import (
    NOBODY,
    AskCase,
    AskCode,
    CaseShown,
    Composing,
    FaultData,
    GuideShown,
    Idle,
    OutOfService,
    Papers,
    PaperShown,
    Preview,
    Printed,
    Printing,
    Reading,
    Search,
    State,
    Waiting,
)
from kiosk.web.guest import guest_screen
from kiosk.web.words import Both, Voice
from printing.errors import SealUnknownError
from printing.seal import new_code
from printing.statements import statement
from printing.statements.issue import CHINA
from printing.statements.material import Asked
from tests.faults.still import StillKiosk, still
from tests.kiosk.conftest import SECONDS, Kiosk, records

__all__ = ["records", "still"]

RULES = Visit()
ME = -3
CODE = "990100-KA-002"
CHECKED = datetime(2026, 11, 22, 9, 41, tzinfo=CHINA)
GUESTS: tuple[State, ...] = (
    Waiting(ME, "guides"),
    Search(ME, 180.0, "sbk"),
    GuideShown(ME, 180.0, CODE),
    AskCase(ME, 180.0),
    AskCode(ME, 180.0),
    PaperShown(ME, 180.0, Verified("张*三", "社会保险缴费明细", CHECKED, ("0" * 64,))),
    Preview(ME, NOBODY, 180.0, "guide", Asked(number=CODE), Papers(40, 1)),
    Printing(ME, NOBODY, "receipt"),
    Printed(ME, NOBODY, 20.0, "receipt", "confirmed"),
)
Row = TypeVar("Row")
guests = pytest.mark.parametrize("state", GUESTS, ids=lambda state: type(state).__name__)


def test_a_guide_is_found_read_and_printed_without_a_card() -> None:
    script: tuple[tuple[Event, type, tuple[object, ...]], ...] = (
        (GuestIn(ME, "guides"), Waiting, (BeginGuest(ME),)),
        (GuestReady(ME), Search, ()),
        (Searched(ME, "sbk"), Search, ()),
        (GuideChosen(ME, CODE), GuideShown, ()),
        (Chosen(ME, "guide"), Composing, (Compose(ME, "guide", Asked(number=CODE)),)),
        (Composed(ME), Preview, ()),
        (Back(ME), GuideShown, ()),
        (Back(ME), Search, ()),
        (Back(ME), Idle, (CancelPrint(), Forget())),
    )
    state: State = Idle()
    for event, kind, wanted in script:
        state, effects = reduce(state, event, 0.0, RULES)
        assert (type(state), effects[: len(wanted)]) == (kind, wanted), event


@guests
def test_there_is_no_card_to_take_at_any_end(state: State) -> None:
    for event in (EndAsked(ME), Failed(ME, FaultData("guide.unknown"))):
        after, effects = reduce(state, event, 5.0, RULES)
        assert isinstance(after, Idle)
        assert effects == (CancelPrint(), Forget())
    if not isinstance(state, Waiting | Printing | Printed):
        assert reduce(state, Tick(), 1000.0, RULES) == (Idle(), (CancelPrint(), Forget()))


@guests
def test_a_card_that_comes_in_begins_its_own_visit_at_once(state: State) -> None:
    after, effects = reduce(state, CardIn("reader", 1), 0.0, RULES)
    assert after == Reading(1, 60.0)
    assert effects[:2] == (CancelPrint(), Forget())


@guests
def test_what_belongs_to_a_card_changes_nothing_for_a_guest(state: State) -> None:
    for event in (CardOut(7), RecordsFound(7), RecordsFound(ME), PrintEnded(7, "confirmed", "")):
        assert reduce(state, event, 0.0, RULES) == (state, ())


@given(st.sampled_from(["contributions", "missing", "pension"]), st.sampled_from(GUESTS))
def test_a_guest_never_gets_a_holders_statement(name: str, state: State) -> None:
    _, effects = reduce(state, Chosen(ME, name), 0.0, RULES)
    assert all(not isinstance(e, Compose) or e.statement == "guide" for e in effects)


def test_nobody_is_served_without_a_card_while_a_visit_runs() -> None:
    for state in (Reading(7), Search(-2, 180.0)):
        assert reduce(state, GuestIn(ME, "guides"), 0.0, RULES) == (state, ())


def test_a_guest_is_served_while_no_card_can_be_and_goes_on_when_the_reader_goes() -> None:
    gone = FaultData("reader.absent")
    begun, effects = reduce(OutOfService(gone), GuestIn(ME, "guides"), 0.0, RULES)
    assert isinstance(begun, Waiting)
    assert effects == (BeginGuest(ME),)
    for state in GUESTS:
        for event in (ReaderLost(gone), ReaderBack()):
            after, effects = reduce(state, event, 0.0, RULES)
            assert (type(after), effects) == (type(state), ())


@pytest.mark.slow
def test_without_a_reader_guides_are_read_and_the_screen_comes_back(kiosk: Kiosk) -> None:
    source = kiosk.hall.source
    assert isinstance(source, SimulatedSource)
    reader = kiosk.hall.slot.reader
    source.unplug(reader)
    lost = kiosk.on(OutOfService)
    me = guest(kiosk, "guides")
    assert kiosk.service.lost == FaultData("reader.absent")
    kiosk.service.post(Back(me))
    assert kiosk.until(lambda state: not isinstance(state, Search)) == lost
    me = guest(kiosk, "case")
    source.plug(reader)
    kiosk.until(lambda _: kiosk.service.lost is None)
    assert isinstance(kiosk.service.state, AskCase)
    kiosk.service.post(Back(me))
    kiosk.on(Idle)


def test_a_restart_begins_no_new_tries_for_case_numbers(still: StillKiosk) -> None:
    place = still.machine.settings.kiosk.model_copy(update={"id": "77"})
    settings = still.machine.settings.model_copy(update={"kiosk": place})
    trail = Trail(still.machine.store, "77")
    machine = replace(still.machine, settings=settings, trail=trail)
    first = CaseWindow(machine)
    for number in range(5):
        with pytest.raises(CaseUnknownError):
            first.find(f"990{number}")
    with pytest.raises(CaseThrottledError) as waits:
        CaseWindow(machine).find("9909")
    assert 0 < waits.value.seconds <= 2
    elsewhere = place.model_copy(update={"id": "78"})
    settings = settings.model_copy(update={"kiosk": elsewhere})
    with pytest.raises(CaseUnknownError):
        CaseWindow(replace(machine, settings=settings)).find("9909")
    later = replace(machine, now=lambda: utc_now() + timedelta(hours=1))
    with pytest.raises(CaseUnknownError):
        CaseWindow(later).find("9909")


def test_the_topics_of_the_search_are_settings() -> None:
    topics = {"医保": "Medical"}
    shown = guest_screen(Search(ME, 180.0), None, topics, Voice("zh"))[1]
    assert shown["topics"] == (Both("医保", "Medical"),)
    with pytest.raises(SettingError) as refused:
        load(None, guides={"topics": {"医保": ""}})
    assert refused.value.name == "guides.topics.医保"


def test_a_case_number_is_in_no_repr() -> None:
    event = CaseEntered(ME, "9901B0000000101")
    after, effects = reduce(AskCase(ME, 180.0), event, 0.0, RULES)
    assert effects == (FindCase(ME, "9901B0000000101"),)
    assert "9901B" not in repr((event, after, effects))
    refused, _ = reduce(after, CaseRefused(ME, FaultData("case.unknown")), 0.0, RULES)
    assert refused == AskCase(ME, 180.0, FaultData("case.unknown"))


def test_the_code_of_a_paper_is_in_no_repr_and_one_that_is_refused_is_asked_for_again() -> None:
    event = CodeEntered(ME, "K7QD-93MX")
    after, effects = reduce(AskCode(ME, 180.0), event, 0.0, RULES)
    assert (after, effects) == (Waiting(ME, "verify", 60.0), (VerifyCode(ME, "K7QD-93MX"),))
    assert "K7QD" not in repr((event, after, effects))
    refused, _ = reduce(after, CodeRefused(ME, FaultData("seal.unknown")), 0.0, RULES)
    assert refused == AskCode(ME, 180.0, FaultData("seal.unknown"))
    shown, _ = reduce(after, PaperVerified(ME, GUESTS[5].paper), 0.0, RULES)  # type: ignore[union-attr]
    assert shown == GUESTS[5]
    assert reduce(shown, Back(ME), 0.0, RULES) == (AskCode(ME, 180.0), ())


def guest(kiosk: Kiosk, wish: str) -> int:
    kiosk.service.welcome(wish)  # type: ignore[arg-type]
    state = kiosk.until(lambda state: isinstance(state, Search | AskCase | AskCode))
    assert isinstance(state, Search | AskCase | AskCode)
    return state.generation


@pytest.mark.slow
def test_a_guide_is_printed_for_somebody_without_a_card(kiosk: Kiosk) -> None:
    me = guest(kiosk, "guides")
    memory = kiosk.desk.memory
    assert memory is not None
    assert memory.catalogue is not None
    found = memory.catalogue.search("sbk")[0]
    kiosk.service.post(GuideChosen(me, found.task_code))
    kiosk.service.post(Chosen(me, "guide"))
    kiosk.measured()
    kiosk.service.post(PrintAsked(me, "receipt"))
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    assert printed.outcome == "confirmed"
    assert kiosk.hall.line.wait_for_receipts(1, SECONDS)
    assert "要带的材料" in kiosk.hall.line.receipts[0].transcript


def first_of(kiosk: Kiosk, kind: type[Row]) -> Row:
    """The first row of that kind that a holder of the demo's cards has."""
    store = kiosk.machine.store
    numbers = (
        one.profile.holder.social_security_number for one in kiosk.cards if one.profile.holder
    )
    persons = filter(None, map(store.person_by_number, numbers))
    return next(row for one in persons for row in store.of(kind, one.person_id).rows)


def last_look(kiosk: Kiosk) -> tuple[str, int, str, str]:
    wanted = AuditFilter(None, None, AuditKind.RECORDS_READ.value)
    last = list(kiosk.machine.store.audit_rows(wanted=wanted))[-1]
    return last.statement, last.count, last.result, last.subject


@pytest.mark.slow
def test_a_case_is_told_by_its_number_and_the_look_is_in_the_audit(kiosk: Kiosk) -> None:
    me = guest(kiosk, "case")
    case = first_of(kiosk, Case)
    kiosk.service.post(CaseEntered(me, case.case_number.lower()))
    shown = kiosk.on(CaseShown)
    assert isinstance(shown, CaseShown)
    assert isinstance(shown.status, CaseStatus)
    assert (shown.status.accepted_on, shown.status.state) == (case.accepted_on, case.state)
    assert last_look(kiosk) == ("cases", 1, "ok", "")


@pytest.mark.slow
def test_who_waits_for_a_card_is_told_without_one_how_far_it_is(kiosk: Kiosk) -> None:
    me = guest(kiosk, "case")
    order = first_of(kiosk, CardOrder)
    kiosk.service.post(CaseEntered(me, order.order_number.lower()))
    shown = kiosk.on(CaseShown)
    assert isinstance(shown, CaseShown)
    assert isinstance(shown.status, OrderStatus)
    assert (shown.status.ordered_on, shown.status.state) == (order.ordered_on, order.state)
    assert last_look(kiosk) == ("card_orders", 1, "ok", "")


@pytest.mark.slow
def test_who_guesses_case_numbers_has_to_wait(kiosk: Kiosk) -> None:
    me = guest(kiosk, "case")
    for number in range(5):
        kiosk.service.post(CaseEntered(me, f"990{number}"))
        refused = kiosk.until(lambda s: isinstance(s, AskCase) and s.hint is not None)
        assert isinstance(refused, AskCase)
        assert refused.hint == FaultData("case.unknown")
        kiosk.service.post(Back(me))
        kiosk.on(Idle)
        me = guest(kiosk, "case")
    kiosk.service.post(CaseEntered(me, "9909"))
    waiting = kiosk.until(lambda s: isinstance(s, AskCase) and s.hint is not None)
    assert isinstance(waiting, AskCase)
    assert waiting.hint is not None
    assert waiting.hint.code == "case.throttled"


@pytest.mark.slow
def test_anyone_may_check_a_paper_by_its_code_and_learns_nothing_else(kiosk: Kiosk) -> None:
    card = kiosk.cards[0]
    visit = kiosk.to_preview(card)
    kiosk.service.post(PrintAsked(visit, "receipt"))
    kiosk.on(Printed)
    assert kiosk.hall.line.wait_for_receipts(1, SECONDS)
    paper = kiosk.hall.line.receipts[0].transcript
    code = re.search(r"(\w{4}-){6}\w{4}", paper)
    assert code is not None
    kiosk.hall.slot.remove()
    kiosk.on(Idle)
    me = guest(kiosk, "verify")
    kiosk.service.post(CodeEntered(me, code[0].replace("-", "").lower()))
    shown = kiosk.on(PaperShown)
    assert isinstance(shown, PaperShown)
    assert shown.paper.name == mask_name(card.holder)
    assert shown.paper.kind == statement("contributions").title["zh"]
    assert card.holder not in repr(shown)
    assert kiosk.machine.journal.seals.look_ups(code[0]) == 1


@pytest.mark.slow
def test_who_guesses_codes_at_the_screen_has_to_wait_and_the_verify_page_has_not(
    kiosk: Kiosk,
) -> None:
    chance = random.Random(5)
    codes = [new_code(chance) for _ in range(6)]
    said = []
    for code in codes:
        me = guest(kiosk, "verify")
        kiosk.service.post(CodeEntered(me, code))
        refused = kiosk.until(lambda s: isinstance(s, AskCode) and s.hint is not None)
        assert isinstance(refused, AskCode)
        assert refused.hint is not None
        said.append(refused.hint.code)
        kiosk.service.post(Back(me))
        kiosk.on(Idle)
    assert said == ["seal.unknown"] * 5 + ["seal.throttled"]
    with pytest.raises(SealUnknownError):
        kiosk.desk.verifier.verify(codes[0], "127.0.0.1")
