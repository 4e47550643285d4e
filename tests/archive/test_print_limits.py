"""So many prints a month, counted in the trail: whatever stops, fails, or sets the clock."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from pytest_mock import MockerFixture

from archive.audit_counts import print_counts
from archive.errors import AuditEventError, PrintLimitError
from archive.model import AuditEvent, AuditKind
from archive.sql import limits
from archive.sql.store import SqlStore
from archive.store import AuditFilter
from archive.values import CHINA
from tests.archive.clocks import Clock
from tests.archive.conftest import OpenStore

CARD = "990101D1560000050000000126472510"
OTHER = "990202D1560000050000000126472510"
Print = Callable[..., None]


@pytest.fixture
def clock() -> Clock:
    clock = Clock(dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    clock.set("2026-11-22 09:30")
    return clock


@pytest.fixture
def store(open_store: OpenStore, clock: Clock) -> SqlStore:
    return open_store(now=clock)


def asked(reference: str, card: str | None = CARD, statement: str = "contributions") -> AuditEvent:
    return AuditEvent(
        kind=AuditKind.PAPER_REQUESTED,
        kiosk="hall-01",
        identification_code=card,
        statement=statement,
        count=1,
        reference=reference,
    )


def ask(
    store: SqlStore, reference: str, card: str | None = CARD, statement: str = "contributions"
) -> None:
    """Ask for a print where three a month are allowed."""
    store.append_audit(asked(reference, card, statement), 3)


def end(
    store: SqlStore, reference: str, result: str, kind: AuditKind = AuditKind.PAPER_OUTCOME
) -> None:
    store.append_audit(AuditEvent(kind=kind, kiosk="hall-01", result=result, reference=reference))


def refused(store: SqlStore, reference: str = "X") -> PrintLimitError:
    with pytest.raises(PrintLimitError) as error:
        ask(store, reference)
    return error.value


def test_the_third_prints_and_the_fourth_is_refused_until_the_next_month(
    store: SqlStore,
) -> None:
    for reference in ("A", "B", "C"):
        ask(store, reference)
        end(store, reference, "confirmed")
    limit = refused(store)
    assert (limit.most, limit.again) == (3, dt.date(2026, 12, 1))
    assert "X" not in [row.reference for row in store.audit_rows()]


def test_the_limit_can_be_looked_at_before_and_nothing_is_written(store: SqlStore) -> None:
    for reference in ("A", "B", "C"):
        store.check_limit(asked("X"), 3)
        ask(store, reference)
    before = tuple(store.audit_rows())
    with pytest.raises(PrintLimitError) as error:
        store.check_limit(asked("X"), 3)
    assert (error.value.most, error.value.again) == (3, dt.date(2026, 12, 1))
    assert tuple(store.audit_rows()) == before
    end(store, "B", "failed")
    store.check_limit(asked("X"), 3)


def test_another_card_and_another_statement_have_their_own_count(store: SqlStore) -> None:
    for reference in ("A", "B", "C"):
        ask(store, reference)
    ask(store, "D", card=OTHER)
    ask(store, "E", statement="dossier")
    refused(store)


def test_a_month_begins_at_midnight_in_china(store: SqlStore, clock: Clock) -> None:
    for reference in ("A", "B", "C"):
        ask(store, reference)
    clock.set("2026-11-30 23:59:59")
    refused(store)
    clock.set("2026-12-01 00:00:00")
    ask(store, "D")
    clock.set("2027-01-01 00:00:00")
    ask(store, "E")


@pytest.mark.parametrize("result", ["failed", "cancelled"])
def test_paper_that_never_came_out_does_not_count(store: SqlStore, result: str) -> None:
    for reference in ("A", "B", "C"):
        ask(store, reference)
    end(store, "B", result)
    ask(store, "D")
    refused(store)


@pytest.mark.parametrize("result", ["unknown", "sent", "confirmed"])
def test_paper_that_may_be_out_counts(store: SqlStore, result: str) -> None:
    for reference in ("A", "B", "C"):
        ask(store, reference)
        end(store, reference, result)
    refused(store)


def test_a_job_that_a_person_settled_as_failed_does_not_count(store: SqlStore) -> None:
    for reference in ("A", "B", "C"):
        ask(store, reference)
        end(store, reference, "unknown")
    end(store, "C", "failed", AuditKind.JOB_RESOLVED)
    ask(store, "D")
    refused(store)


def test_a_failure_takes_back_one_of_two_prints_under_the_same_reference(
    store: SqlStore,
) -> None:
    for reference, result in (("A", "confirmed"), ("A", "cancelled"), ("B", "confirmed")):
        ask(store, reference)
        end(store, reference, result)
    ask(store, "C")
    refused(store)


def test_a_failure_of_last_month_takes_nothing_back_of_this_one(
    store: SqlStore, clock: Clock
) -> None:
    clock.set("2026-11-30 23:59:59")
    ask(store, "A")
    end(store, "A", "failed")
    clock.set("2026-12-01 00:00:00")
    for reference in ("A", "B", "C"):
        ask(store, reference)
        end(store, reference, "confirmed")
    refused(store)
    (november, december) = (by_day(store, day) for day in ("2026-11-30", "2026-12-01"))
    assert (november, december) == (0, 3)


def by_day(store: SqlStore, day: str) -> int:
    """What the figures say of a day of China."""
    begins = dt.datetime.fromisoformat(day).replace(tzinfo=CHINA)
    wanted = AuditFilter(begins, begins + dt.timedelta(days=1))
    counts = print_counts(store, wanted, by_kiosk=True)
    assert {str(one.day) for one in counts} <= {day}
    return sum(one.prints or 0 for one in counts)


def test_a_clock_that_goes_back_by_a_second_at_midnight_counts_as_it_says(
    store: SqlStore, clock: Clock
) -> None:
    clock.set("2026-12-01 00:00:00")
    ask(store, "A")
    clock.set("2026-11-30 23:59:59")
    for reference in ("B", "C", "D"):
        ask(store, reference)
    refused(store)
    assert [by_day(store, day) for day in ("2026-11-30", "2026-12-01")] == [3, 1]


@pytest.mark.parametrize("back_to", ["2026-11-30 12:00", "2026-11-15 12:00", "2025-01-01 00:00"])
def test_figures_and_limits_count_a_print_in_the_same_month_whatever_the_clock_said(
    store: SqlStore, clock: Clock, back_to: str
) -> None:
    clock.set("2026-11-30 23:59:59")  # still the afternoon of that day in UTC
    ask(store, "A")
    clock.set("2026-12-01 00:00:00")
    ask(store, "B")
    clock.set(back_to)
    for reference in ("C", "D"):
        ask(store, reference)
    refused(store)
    assert [by_day(store, day) for day in ("2026-11-30", "2026-12-01")] == [1, 3]
    clock.set("2026-12-31 23:59:59")
    refused(store)
    clock.set("2027-01-01 00:00:00")
    ask(store, "E")
    assert by_day(store, "2027-01-01") == 1


def test_the_count_survives_a_restart(store: SqlStore, open_store: OpenStore, clock: Clock) -> None:
    for reference in ("A", "B", "C"):
        ask(store, reference)
    store.close()
    refused(open_store(now=clock))


@pytest.mark.parametrize("back_to", ["2026-10-31 12:00", "2025-01-01 00:00", "1970-01-01 08:00"])
def test_a_clock_set_back_gives_no_new_prints(store: SqlStore, clock: Clock, back_to: str) -> None:
    for reference in ("A", "B", "C"):
        ask(store, reference)
    clock.set(back_to)
    assert refused(store).again == dt.date(2026, 12, 1)
    store.append_audit(AuditEvent(kind=AuditKind.VISIT_BEGUN, kiosk="hall-01"))
    refused(store)  # the row that was just written changes nothing


def test_prints_made_while_the_clock_was_behind_count_in_the_month_in_which_they_were_made(
    store: SqlStore, clock: Clock
) -> None:
    ask(store, "A")
    clock.set("2026-10-01 10:00")
    ask(store, "B")
    ask(store, "C")
    clock.set("2026-11-23 10:00")
    refused(store)


def test_a_clock_that_ran_ahead_stops_nobody_once_a_person_has_settled_it(
    store: SqlStore, clock: Clock
) -> None:
    ask(store, "A")
    clock.set("2027-11-22 09:30")
    for reference in ("B", "C", "D"):
        ask(store, reference)
    clock.set("2026-11-22 09:40")
    assert refused(store).again == dt.date(2027, 12, 1)
    store.append_audit(AuditEvent(kind=AuditKind.CLOCK_SETTLED, kiosk="hall-01", operator="lin"))
    ask(store, "E")
    ask(store, "F")
    assert refused(store).again == dt.date(2026, 12, 1), "A of this month still counts"


def test_a_card_that_names_no_code_cannot_be_counted_and_is_refused(store: SqlStore) -> None:
    with pytest.raises(AuditEventError):
        ask(store, "A", card=None)


def test_two_that_ask_at_once_never_both_get_the_last_one(
    store: SqlStore, open_store: OpenStore, clock: Clock
) -> None:
    kiosks = [open_store(now=clock, wait=20.0) for _ in range(2)]
    granted: list[str] = []
    ready = threading.Barrier(6)

    def one(kiosk: SqlStore, reference: str) -> None:
        ready.wait()
        try:
            ask(kiosk, reference)
        except PrintLimitError:
            return
        granted.append(reference)

    threads = [
        threading.Thread(target=one, args=(kiosks[place % 2], f"R{place}")) for place in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(granted) == 3
    assert sorted(row.reference for row in store.audit_rows()) == sorted(granted)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_counting_reads_the_rows_of_the_card_and_not_the_trail(store: SqlStore) -> None:
    card = "card", "contributions"
    with store.database.read() as session:
        for query, values in (
            (limits._ALL, card),
            (limits._BETWEEN, (*card, "2026", "2027")),
            (limits._BEHIND, card),
            (limits._IN_DOUBT, card),
            (limits._VOID, ("A",)),
        ):
            plan = session.execute(f"EXPLAIN QUERY PLAN {query}", values).fetchall()
            assert all("SCAN" not in row[3] for row in plan), plan


def test_of_many_papers_only_those_in_doubt_are_read(
    store: SqlStore, mocker: MockerFixture
) -> None:
    for number in range(3):
        ask(store, f"F{number}")
        end(store, f"F{number}", "failed")
    for reference in ("A", "B"):
        ask(store, reference)
    seen = mocker.spy(limits, "taken_back")
    assert store.copies(CARD, "contributions") == 2
    assert len(seen.call_args.args[0]) == 3
    ask(store, "C")
    refused(store)
    assert store.copies(CARD, "contributions") == 3
