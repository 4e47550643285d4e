"""Cards, clocks, limits and old data through the visit: what a holder is told, and what is not."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from pytest_mock import MockerFixture

from archive.errors import PrintLimitError
from archive.model import AuditEvent, AuditKind, CardRecord
from archive.prints import NO_PAPER, taken_back
from archive.store import AsOf
from kiosk.config import Settings
from kiosk.headless import main_job
from kiosk.sections.records import Limits
from kiosk.start import check_clock, trace_left_open
from kiosk.visit.events import Back, Chosen, PrintAsked
from kiosk.visit.state import EnterPin, Menu, Printed, Problem, State
from kiosk.web.screens import render
from printing.errors import JournalError
from printing.journal import Order
from printing.statements import STATEMENTS
from printing.statements.caveats import Freshness, caveats
from printing.statements.material import Asked
from tests.kiosk.conftest import Kiosk
from tests.kiosk.pages import own_page

pytestmark = pytest.mark.slow


def screen(kiosk: Kiosk) -> str:
    return render(
        kiosk.service.shown,
        memory=kiosk.desk.memory,
        settings=kiosk.machine.settings,
        seconds=60,
        page=own_page(),
    )


def code_of(kiosk: Kiosk, place: int) -> str:
    return kiosk.cards[place].profile.identification_code.hex().upper()


def printed_again(kiosk: Kiosk, generation: int, medium: str = "receipt") -> Printed:
    kiosk.service.post(PrintAsked(generation, medium))  # type: ignore[arg-type]
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    return printed


def limit(kiosk: Kiosk, most: int) -> None:
    """So many prints a month beside those that this card has had in the tests before."""
    subject = kiosk.machine.store.audit_subject(code_of(kiosk, 0))
    rows = tuple(kiosk.machine.store.audit_rows())
    asked = [
        (row.sequence, row.reference)
        for row in rows
        if row.subject == subject and row.kind == AuditKind.PAPER_REQUESTED
    ]
    void = [(row.sequence, row.reference) for row in rows if row.result in NO_PAPER]
    had = len(asked) - len(taken_back(asked, void))
    settings = kiosk.machine.settings.model_copy(
        update={"limits": Limits(contributions=most + had)}
    )
    object.__setattr__(kiosk.machine, "settings", settings)


def test_the_last_print_of_the_month_prints_and_the_next_is_refused_with_the_day_it_is_possible(
    kiosk: Kiosk,
) -> None:
    limit(kiosk, 2)
    generation = kiosk.to_preview(kiosk.cards[0])
    assert printed_again(kiosk, generation).outcome == "confirmed"
    kiosk.service.post(Back(generation))
    kiosk.on(Menu)
    kiosk.hall.slot.remove()
    generation = kiosk.to_preview(kiosk.cards[0])
    assert printed_again(kiosk, generation, "report").outcome in ("confirmed", "sent")
    kiosk.hall.slot.remove()
    generation = kiosk.to_preview(kiosk.cards[0])
    told = kiosk.measured().limit
    assert told is not None
    assert told.code == "print.limit"
    refused = printed_again(kiosk, generation)
    assert (refused.outcome, refused.reason) == ("failed", "print.limit")
    shown = screen(kiosk)
    again = dict(refused.data)["again"]
    assert isinstance(again, date)
    assert again.day == 1
    assert f"{again.isoformat()} 起可以再打印" in shown
    assert f"possible again from {again.isoformat()}" in shown
    assert len(kiosk.hall.line.receipts) <= 1
    kiosk.service.post(Back(generation))
    kiosk.on(Menu)  # the records can be looked at as before


def test_a_print_without_a_screen_is_refused_as_well(kiosk: Kiosk) -> None:
    limit(kiosk, 1)
    kiosk.service.stop()
    kiosk.hall.slot.insert(kiosk.hall.card(kiosk.cards[0].profile))
    printed = partial(
        main_job,
        kiosk.machine,
        "contributions",
        Asked(),
        lambda _: kiosk.cards[0].typed_pin(),
        0,
        "receipt",
    )
    assert printed().result.outcome == "confirmed"
    with pytest.raises(PrintLimitError):
        printed()
    assert len(kiosk.machine.journal.jobs()) == 1


def test_each_statement_has_a_limit_in_the_configuration() -> None:
    by_card = {one.name for one in STATEMENTS.values() if one.audience == "holder"}
    assert len(by_card) >= 14
    for number, name in enumerate(by_card, 1):
        assert Settings().limits.most(name) is None
        assert Limits({name: 0}).most(name) is None
        assert Limits({name: number}).most(name) == number
    assert {name for name, *_ in Settings().limits.lines()} == by_card


def test_another_statement_has_its_own_limit(kiosk: Kiosk) -> None:
    settings = kiosk.machine.settings.model_copy(update={"limits": Limits({"insured": 1})})
    object.__setattr__(kiosk.machine, "settings", settings)
    generation = kiosk.to_preview(kiosk.cards[1])
    ends = []
    for name in ("insured", "rights", "insured", "rights"):
        kiosk.service.post(Back(generation))
        kiosk.on(Menu)
        kiosk.service.post(Chosen(generation, name))
        kiosk.measured()
        printed = printed_again(kiosk, generation, "report")
        ends.append(printed.reason or "")
    assert ends == ["", "", "print.limit", ""]


def test_a_job_that_a_stop_left_unsent_does_not_count(kiosk: Kiosk) -> None:
    limit(kiosk, 1)
    card, machine = code_of(kiosk, 0), kiosk.machine
    asked = AuditEvent(
        kind=AuditKind.PAPER_REQUESTED,
        kiosk="01",
        identification_code=card,
        statement="contributions",
        count=1,
        reference="20261125-01-000009",
    )
    most = machine.settings.limits.most("contributions")
    machine.store.append_audit(asked, most)
    with pytest.raises(PrintLimitError):
        machine.store.append_audit(replace(asked, reference="R-2"), most)
    order = Order("contributions", "20261125-01-000009", "receipt", "receipt", "00", 1, 1)
    machine.journal.queue(order)
    (left,) = machine.journal.recover()
    trace_left_open(machine.store, "01", left)
    machine.store.append_audit(replace(asked, reference="R-2"), most)
    machine.store.append_audit(
        replace(asked, kind=AuditKind.PAPER_OUTCOME, result="failed", reference="R-2")
    )


@pytest.mark.parametrize("broken", ["seals.record", "queue", "record"])
def test_a_print_that_the_journal_kept_from_its_first_byte_does_not_count(
    kiosk: Kiosk, mocker: MockerFixture, broken: str
) -> None:
    limit(kiosk, 1)
    machine = kiosk.machine
    generation = kiosk.to_preview(kiosk.cards[0])
    *parts, name = broken.split(".")
    owner = machine.journal.seals if parts else machine.journal
    full = mocker.patch.object(owner, name, side_effect=JournalError("j", "full"))
    kiosk.print_receipt(generation)
    kiosk.on(Problem)
    mocker.stop(full)
    for left in machine.journal.recover():  # as after a restart
        trace_left_open(machine.store, "01", left)
    kiosk.hall.slot.remove()
    generation = kiosk.to_preview(kiosk.cards[0])
    assert printed_again(kiosk, generation).outcome == "confirmed"
    kiosk.hall.slot.remove()
    generation = kiosk.to_preview(kiosk.cards[0])
    assert printed_again(kiosk, generation).reason == "print.limit"


def test_a_print_of_which_the_journal_does_not_know_the_end_is_handed_over_and_counts(
    kiosk: Kiosk, mocker: MockerFixture
) -> None:
    limit(kiosk, 1)
    record, ends = kiosk.machine.journal.record, ("confirmed", "sent", "unknown")

    def fail_at_the_end(job_id: int, state: Any, *more: Any) -> None:
        if state in ends:
            raise JournalError("j", "full")
        record(job_id, state, *more)

    generation = kiosk.to_preview(kiosk.cards[0])
    full = mocker.patch.object(kiosk.machine.journal, "record", side_effect=fail_at_the_end)
    assert printed_again(kiosk, generation).outcome == "confirmed"
    assert "打印完成" in screen(kiosk)
    assert kiosk.machine.journal.jobs()[0].state == "sending"
    assert kiosk.desk.tidying.leftover, "nobody is served before it is written"
    mocker.stop(full)
    kiosk.hall.slot.remove()
    generation = kiosk.to_preview(kiosk.cards[0])
    assert printed_again(kiosk, generation).reason == "print.limit"


def with_card(kiosk: Kiosk, mocker: MockerFixture, **changes: Any) -> None:
    """Let the records say something else of the first card; without changes: not know it."""
    known = kiosk.machine.store.card(code_of(kiosk, 0))
    assert isinstance(known, CardRecord)
    told = replace(known, **changes) if changes else None
    mocker.patch.object(kiosk.machine.store, "card", return_value=told)


@pytest.mark.parametrize(
    ("changes", "code", "says"),
    [
        ({"status": "2"}, "card.lost", "已挂失"),
        ({"status": "4"}, "card.lost", "已挂失"),
        ({"status": "9"}, "card.cancelled", "已注销"),
        ({"status": "9", "replaced_by": "9" * 32}, "card.replaced", "已有新卡"),
        ({"replaced_by": "9" * 32}, "card.replaced", "newer card"),
        ({"status": "0"}, "card.not_accepted", "目前不能使用"),
    ],
)
def test_a_void_card_is_refused_with_its_own_sentence(
    kiosk: Kiosk, mocker: MockerFixture, changes: dict[str, str], code: str, says: str
) -> None:
    with_card(kiosk, mocker, **changes)
    kiosk.insert(kiosk.cards[0])
    kiosk.enter_pin(kiosk.cards[0])
    problem = kiosk.on(Problem)
    assert isinstance(problem, Problem)
    assert problem.fault.code == code
    assert says in screen(kiosk)
    assert kiosk.desk.memory is None


@pytest.mark.parametrize(("area", "shown"), [("990101", "示例市"), ("990299", "990299")])
def test_a_card_of_any_city_is_served_and_its_issuing_area_is_shown(
    kiosk: Kiosk, mocker: MockerFixture, area: str, shown: str
) -> None:
    with_card(kiosk, mocker)
    card = kiosk.cards[0]
    code = bytes.fromhex(area + code_of(kiosk, 0)[6:])
    profile = replace(card.profile, identification_code=code)
    kiosk.insert(replace(card, profile=profile))
    asked = kiosk.on(EnterPin)
    assert isinstance(asked, EnterPin)
    assert asked.holder.area == shown
    assert f"发卡地 {shown}" in screen(kiosk)
    kiosk.enter_pin(card)
    kiosk.on(Menu)
    assert f"发卡地 {shown}" in screen(kiosk)


def at(kiosk: Kiosk, now: Callable[[], datetime]) -> None:
    object.__setattr__(kiosk.machine, "now", now)


def test_a_clock_set_back_before_the_card_was_issued_is_told_as_the_clocks_fault(
    kiosk: Kiosk,
) -> None:
    issued = kiosk.cards[0].profile.issued
    kiosk.machine.store.append_audit(AuditEvent(kind=AuditKind.VISIT_BEGUN, kiosk="01"))
    at(kiosk, lambda: datetime(issued.year - 1, 1, 1, tzinfo=UTC))
    kiosk.insert(kiosk.cards[0])
    problem = kiosk.on(Problem)
    assert isinstance(problem, Problem)
    assert problem.fault.code == "clock.back"
    assert "时钟不准" in screen(kiosk)


@pytest.mark.parametrize(("synchronised", "shown"), [(True, EnterPin), (False, Problem)])
def test_after_a_clock_that_ran_ahead_a_time_service_is_believed(
    kiosk: Kiosk, mocker: MockerFixture, synchronised: bool, shown: type[State]
) -> None:
    """Else one row of a year to come keeps cards out until then, or until a person comes."""
    expires = kiosk.cards[0].profile.expires
    ahead = datetime(expires.year + 1, 1, 1, tzinfo=UTC)
    mocker.patch.object(type(kiosk.machine.store), "latest", return_value=ahead)
    object.__setattr__(kiosk.machine, "synchronised", lambda: synchronised)
    kiosk.insert(kiosk.cards[0])
    kiosk.on(shown)


def test_a_clock_that_is_behind_by_what_changes_nothing_serves_on(kiosk: Kiosk) -> None:
    kiosk.machine.store.append_audit(AuditEvent(kind=AuditKind.VISIT_BEGUN, kiosk="01"))
    at(kiosk, lambda: datetime.now(UTC) - timedelta(hours=2))
    kiosk.insert(kiosk.cards[0])
    kiosk.enter_pin(kiosk.cards[0])
    kiosk.on(Menu)


def test_at_the_start_a_clock_behind_the_trail_or_the_data_is_a_finding(
    kiosk: Kiosk, caplog: pytest.LogCaptureFixture
) -> None:
    store = kiosk.machine.store
    now = datetime.now(UTC)
    store.append_audit(AuditEvent(kind=AuditKind.VISIT_BEGUN, kiosk="01"))
    with caplog.at_level(logging.WARNING, "kiosk"):
        assert check_clock(store, now + timedelta(minutes=1)) == 0
        assert not caplog.records
        assert check_clock(store, now - timedelta(hours=1)) >= 3600
        assert [record.msg for record in caplog.records] == ["clock.back"]
        assert check_clock(store, datetime(2020, 1, 1, tzinfo=UTC)) > 6 * 365 * 86400


def test_old_data_say_so_on_the_screen_and_on_paper(kiosk: Kiosk) -> None:
    at(kiosk, lambda: datetime.now(UTC) + timedelta(days=200))
    kiosk.to_preview(kiosk.cards[0])
    memory = kiosk.desk.memory
    assert memory is not None
    assert memory.statement is not None
    days = kiosk.machine.settings.store.stale_days
    for paper in (memory.statement.receipt, memory.statement.report):
        assert f"已超过 {days} 天没有更新" in paper.notes[0]
        assert ("数据来源", "示例数据（虚构人员）") in [(f.label, f.value) for f in paper.facts]
    kiosk.service.post(Back(memory.generation))
    kiosk.on(Menu)
    shown = screen(kiosk)
    assert f"已超过 {days} 天没有更新" in shown
    assert f"older than {days} days" in shown
    assert "数据来源 示例数据" in shown


def test_what_is_said_of_data_by_their_age_and_whether_they_are_whole() -> None:
    fresh = Freshness(date(2026, 11, 22), 62)
    whole = AsOf(date(2026, 9, 21), "", whole=True)
    assert caveats(whole, fresh) == ()
    (old,) = caveats(replace(whole, day=date(2026, 9, 20)), fresh)
    assert "截至2026年9月20日" in old.zh
    (partial,) = caveats(replace(whole, whole=False), fresh)
    assert "不完整" in partial.zh
    assert "incomplete" in partial.en
    assert len(caveats(AsOf(date(2020, 1, 1), "", whole=False), fresh)) == 2
