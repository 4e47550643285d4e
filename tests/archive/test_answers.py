"""What is told of cards, cases and personnel files, from records to words."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.cards import (
    CardState,
    card_state,
    held_cards,
    order_progress,
    order_status,
    order_steps,
)
from archive.cases import CaseProgress, case_status, cases_from
from archive.codes import code_table
from archive.demo.people import AS_OF
from archive.dossiers import (
    CertificateRefused,
    Committed,
    Dossier,
    Overdue,
    Supplied,
    Told,
    dossiers_from,
    follow_up,
    follow_up_label,
)
from archive.model import (
    Agency,
    ArchiveIndex,
    ArchiveState,
    CardOrder,
    CardRecord,
    Case,
    CaseStep,
    DossierMaterial,
    DossierTransfer,
    MissingMaterial,
    Person,
)
from archive.sqlite.store import SqliteStore
from archive.store import AsOf

DAY = dt.date(2026, 10, 31)
DATES = st.none() | st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1))


def portrait(place: int) -> str:
    return f"9901{place + 1:08d}"


# cards


def card(status: str, replaced_by: str = "") -> CardRecord:
    return CardRecord(
        person_id="1",
        identification_code="A" * 32,
        card_number="A12345678",
        issuing_area="990101",
        status=status,
        issued=DAY,
        expires=DAY,
        replaced_by=replaced_by,
    )


@pytest.mark.parametrize(
    ("status", "replaced_by", "state"),
    [
        ("1", "", CardState.NORMAL),
        ("2", "", CardState.LOST),
        ("4", "", CardState.LOST),
        ("9", "", CardState.CANCELLED),
        ("9", "B" * 32, CardState.REPLACED),
        ("2", "B" * 32, CardState.REPLACED),
        ("3", "", CardState.LOCKED),
        ("0", "", CardState.SEALED),
    ],
)
def test_the_state_of_a_card_follows_from_status_and_successor(
    status: str, replaced_by: str, state: CardState
) -> None:
    assert card_state(card(status, replaced_by)) is state


def test_a_card_whose_place_another_took_is_never_good_whatever_its_status() -> None:
    for status in (*code_table("AAZ502").codes(), "7"):
        assert card_state(card(status, "B" * 32)) is CardState.REPLACED


def test_every_status_of_the_table_has_a_state_and_others_are_unknown() -> None:
    states = {card_state(card(status)) for status in code_table("AAZ502").codes()}
    assert states == set(CardState) - {CardState.UNKNOWN, CardState.REPLACED}
    assert card_state(card("7")) is CardState.UNKNOWN


def test_every_state_of_a_card_has_words() -> None:
    assert {state.value for state in CardState} == set(code_table("card_state").codes())
    assert (CardState.LOST.label(), CardState.LOST.label("en")) == ("已挂失", "reported lost")


def test_a_person_sees_the_present_card_before_the_one_it_replaced(
    demo_store: SqliteStore,
) -> None:
    rows = demo_store.of(CardRecord, portrait(0)).rows
    cards = held_cards(rows, AS_OF)
    assert [one.state for one in cards] == [CardState.NORMAL, CardState.REPLACED]
    assert not cards[0].expired
    assert held_cards(rows, cards[0].card.expires + dt.timedelta(days=1))[0].expired


def order(state: str) -> CardOrder:
    since = dt.date(2026, 10, 20)
    return CardOrder(
        person_id="1",
        order_number="K1",
        kind="2",
        state=state,
        ordered_on=dt.date(2026, 10, 12),
        state_since=since,
    )


def test_progress_reaches_up_to_the_present_step() -> None:
    steps = order_steps(order("3"))
    assert [step.label() for step in steps] == ["已受理", "制卡中", "待领取", "已领取"]
    assert [step.reached for step in steps] == [True, True, True, False]
    assert [step.on for step in steps] == [
        dt.date(2026, 10, 12),
        None,
        dt.date(2026, 10, 20),
        None,
    ]


def test_an_order_that_was_sent_back_does_not_look_as_if_a_card_were_coming() -> None:
    assert [step.label("en") for step in order_steps(order("5"))] == ["accepted", "sent back"]


def test_the_first_step_keeps_the_day_of_the_order() -> None:
    assert order_steps(order("1"))[0].on == dt.date(2026, 10, 12)


def test_an_order_number_tells_state_and_dates_and_nothing_of_the_person(
    demo_store: SqliteStore,
) -> None:
    (progress,) = order_progress(demo_store.of(CardOrder, portrait(1)).rows)
    assert progress.under_way
    status = order_status(demo_store, f" {progress.order.order_number} ")
    assert status is not None
    assert (status.label(), status.ordered_on) == ("待领取", dt.date(2026, 10, 12))
    assert says_nothing_of(demo_store, portrait(1), status)
    assert order_status(demo_store, "9901K0") is None


def says_nothing_of(store: SqliteStore, person_id: str, status: object) -> bool:
    person = store.person(person_id)
    assert isinstance(person, Person)
    assert dataclasses.is_dataclass(status)
    shown = str([getattr(status, field.name) for field in dataclasses.fields(status)])
    return person.name not in shown and person_id not in shown


# cases


def case(state: str) -> Case:
    return Case(
        person_id="1",
        case_number="B1",
        task_code="T",
        task_name="事项",
        accepted_on=DAY,
        state=state,
    )


def steps(*done: bool) -> tuple[CaseStep, ...]:
    return tuple(
        CaseStep(
            person_id="1",
            case_number="B1",
            number=place,
            name=f"环节{place}",
            done_on=DAY if one else None,
        )
        for place, one in enumerate(done, start=1)
    )


def test_the_current_step_is_the_first_that_is_not_done() -> None:
    progress = CaseProgress(case("2"), steps(True, True, False, False))
    assert [step.number for step in progress.done] == [1, 2]
    assert progress.current is not None
    assert progress.current.number == 3
    assert (progress.label(), progress.label("en")) == ("办理中", "under way")


@pytest.mark.parametrize("state", ["4", "5", "6"])
def test_a_case_that_has_ended_has_no_current_step(state: str) -> None:
    progress = CaseProgress(case(state), steps(True, False))
    assert progress.ended
    assert progress.current is None


def cases(store: SqliteStore) -> tuple[CaseProgress, ...]:
    """Those of the first person."""
    return cases_from(store.of(Case, portrait(0)).rows, store.of(CaseStep, portrait(0)).rows)


def test_a_person_sees_all_cases_with_their_own_steps_the_latest_first(
    demo_store: SqliteStore,
) -> None:
    latest, first = cases(demo_store)
    assert latest.case.accepted_on > first.case.accepted_on
    assert latest.current is not None
    assert latest.current.name == "审批"
    assert (first.ended, len(first.done), first.current) == (True, 5, None)
    assert {step.case_number for step in latest.steps} == {latest.case.case_number}


def test_a_case_number_tells_state_and_dates_and_nothing_of_the_person_or_the_matter(
    demo_store: SqliteStore,
) -> None:
    latest, _ = cases(demo_store)
    status = case_status(demo_store, latest.case.case_number)
    assert status is not None
    assert (status.label(), status.accepted_on) == ("办理中", latest.case.accepted_on)
    assert status.last_step_on == latest.done[-1].done_on
    assert says_nothing_of(demo_store, portrait(0), status)
    assert latest.case.task_name not in repr(status)
    assert case_status(demo_store, "9901B0") is None


# personnel files


def missing(
    committed: dt.date | None, supply_by: dt.date | None, supplied: dt.date | None
) -> MissingMaterial:
    return MissingMaterial(
        person_id="1",
        dossier_number="D",
        material="材料",
        told_on=DAY,
        committed_on=committed,
        supply_by=supply_by,
        supplied_on=supplied,
    )


def test_a_promise_is_overdue_from_the_day_after_its_last_day() -> None:
    promise = missing(DAY, DAY, None)
    assert follow_up(promise, DAY) == Committed(DAY, DAY)
    assert follow_up(promise, DAY + dt.timedelta(days=1)) == Overdue(DAY)
    assert follow_up(missing(None, None, None), DAY) == Told(DAY)


@given(DATES, DATES, DATES, st.dates())
def test_what_has_come_is_never_called_missing_and_what_has_not_never_supplied(
    committed: dt.date | None, supply_by: dt.date | None, supplied: dt.date | None, day: dt.date
) -> None:
    state = follow_up(missing(committed, supply_by, supplied), day)
    assert isinstance(state, Supplied) == (supplied is not None)
    assert follow_up_label(state) != follow_up_label(state, "en")


def test_every_state_of_a_file_but_in_stock_refuses_a_certificate_with_a_reason() -> None:
    sentences = set()
    for state in set(ArchiveState) - {ArchiveState.IN_STOCK}:
        refused = CertificateRefused(state)
        sentences |= {refused.zh, refused.en}
    assert len(sentences) == 8


def dossiers(store: SqliteStore, person_id: str) -> tuple[Dossier, ...]:
    return dossiers_from(
        store.of(ArchiveIndex, person_id).rows,
        store.of(DossierTransfer, person_id).rows,
        store.of(DossierMaterial, person_id).rows,
        store.of(MissingMaterial, person_id).rows,
        agencies=store.all(Agency),
        day=AS_OF,
    )


def test_a_file_in_stock_has_a_place_an_agency_and_all_ten_classes(
    demo_store: SqliteStore,
) -> None:
    (dossier,) = dossiers(demo_store, portrait(0))
    assert dossier.certificate_refused is None
    assert (dossier.label(), dossier.label("en")) == ("在库", "in store")
    assert dossier.agency is not None
    assert dossier.agency.address
    assert [one.code for one in dossier.classes] == [str(n) for n in range(1, 11)]
    assert (dossier.classes[0].present, dossier.classes[9].present) == (True, None)
    assert dossier.classes[3].label("en") == "education, titles and training"
    assert len(dossier.incoming) == 1
    assert dossier.outgoing == ()


def test_flags_that_no_table_explains_are_neither_in_stock_nor_certified(
    demo_store: SqliteStore,
) -> None:
    found = dossiers(demo_store, portrait(5))
    by_state = {dossier.index.state: dossier for dossier in found}
    assert set(by_state) == {ArchiveState.UNKNOWN, ArchiveState.PENDING}
    for state, dossier in by_state.items():
        assert dossier.certificate_refused == CertificateRefused(state)
    pending, unknown = by_state[ArchiveState.PENDING], by_state[ArchiveState.UNKNOWN]
    assert {one.count for one in pending.classes} == {None}
    assert None not in {one.count for one in unknown.classes}
    assert (len(pending.incoming), len(unknown.incoming)) == (1, 0)


def test_missing_materials_come_with_effect_and_what_became_of_them(
    demo_store: SqliteStore,
) -> None:
    (dossier,) = dossiers(demo_store, portrait(2))
    assert all(lack.effect for lack in dossier.lacks)
    assert {follow_up_label(lack.state) for lack in dossier.lacks} == {
        "已告知",
        "已承诺补交",
        "已补交",
        "逾期未补交",
    }
    lacking = {one.code for one in dossier.classes if one.present is False}
    assert lacking == {"3", "6", "9"}


def test_who_has_no_file_gets_an_answer_with_its_date(demo_store: SqliteStore) -> None:
    assert dossiers(demo_store, portrait(3)) == ()
    assert demo_store.of(ArchiveIndex, portrait(3)).as_of.day == AS_OF


def test_an_answer_of_several_kinds_is_as_old_as_the_oldest_and_as_whole_as_the_least() -> None:
    new, old = AsOf(DAY, "a", whole=True), AsOf(DAY - dt.timedelta(days=9), "b", whole=False)
    assert new.together(old) == AsOf(old.day, "a", whole=False)
    assert new.together() == new
