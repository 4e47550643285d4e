"""Rows whose time is over are taken away from the oldest on, and the rest stays provable."""

import datetime as dt

import pytest
from pytest_mock import MockerFixture

from archive.errors import AuditTamperedError
from archive.model import AuditEvent, AuditKind
from archive.sql.store import SqlStore
from archive.store import AuditFinding
from tests.archive.clocks import Clock
from tests.archive.conftest import OpenStore
from tests.archive.places import Place

KEEP = 200
EVENT = AuditEvent(kind=AuditKind.RECORDS_READ, kiosk="hall-01", result="ok")


@pytest.fixture
def clock() -> Clock:
    return Clock(dt.datetime(2026, 1, 1, 4, tzinfo=dt.UTC))


@pytest.fixture
def store(open_store: OpenStore, clock: Clock) -> SqlStore:
    """Ten rows, one every thirty days; the clock stands at the last."""
    store = open_store(now=clock)
    for _ in range(9):
        store.append_audit(EVENT)
        clock.on(days=30)
    store.append_audit(EVENT)
    return store


def test_rows_are_taken_away_when_their_time_is_over_and_the_rest_stays_intact(
    store: SqlStore,
) -> None:
    assert store.prune_audit("hall-01", KEEP) == 3
    rows = list(store.audit_rows())
    assert [row.sequence for row in rows] == list(range(4, 12))
    assert (rows[-1].kind, rows[-1].count) == (AuditKind.TRAIL_PRUNED, 3)
    assert store.verify_audit().intact
    assert store.prune_audit("hall-01", KEEP) == 0, "and nothing is written where nothing is old"
    assert store.append_audit(EVENT).sequence == 12
    assert store.verify_audit().intact


def test_it_can_be_done_again_and_again(store: SqlStore, clock: Clock) -> None:
    for _ in range(12):
        clock.on(days=30)
        store.append_audit(EVENT)
        store.prune_audit("hall-01", KEEP)
        assert store.verify_audit().intact
    first = next(store.audit_rows())
    assert clock() - first.at <= dt.timedelta(days=KEEP)


def test_what_was_written_last_stays_however_old_it_is(store: SqlStore, clock: Clock) -> None:
    clock.on(days=5000)
    assert store.prune_audit("hall-01", KEEP) == 3, "counted to the last row: the clock may err"
    assert store.verify_audit().intact


def test_a_row_of_a_clock_that_was_behind_stays_as_long_as_those_before_it(
    store: SqlStore, clock: Clock
) -> None:
    clock.on(days=-1000)
    store.append_audit(EVENT)
    clock.on(days=1000)
    assert store.prune_audit("hall-01", KEEP) == 3
    assert [row.behind > 0 for row in store.audit_rows()].count(True) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET result = 'no' WHERE sequence = 2",
        "DELETE FROM audit WHERE sequence = 2",
        "DELETE FROM audit WHERE sequence <= 3",
    ],
)
def test_rows_that_somebody_has_touched_are_not_taken_away(
    store: SqlStore, place: Place, statement: str
) -> None:
    place.run(statement)
    before = store.verify_audit()
    with pytest.raises(AuditTamperedError):
        store.prune_audit("hall-01", KEEP)
    assert store.verify_audit() == before
    assert not before.intact


def test_what_is_cut_off_by_hand_after_a_pruning_is_found(store: SqlStore, place: Place) -> None:
    store.prune_audit("hall-01", KEEP)
    place.run("DELETE FROM audit WHERE sequence = 4")
    assert store.verify_audit().findings == (AuditFinding("gap", 4),)


def test_the_anchor_cannot_be_moved_without_the_key(store: SqlStore, place: Place) -> None:
    store.prune_audit("hall-01", KEEP)
    place.run("UPDATE audit_head SET pruned = 5")
    assert not store.verify_audit().intact
    with pytest.raises(AuditTamperedError):
        store.append_audit(EVENT)


def test_many_rows_go_a_few_at_a_time_and_each_time_the_rest_is_intact(
    store: SqlStore, mocker: MockerFixture
) -> None:
    mocker.patch("archive.sql.trail._MOST_PRUNED", 2)
    assert store.prune_audit("hall-01", KEEP) == 3
    pruned = [row.count for row in store.audit_rows() if row.kind == AuditKind.TRAIL_PRUNED]
    assert pruned == [2, 1]
    assert store.verify_audit().intact


def test_a_clock_that_leapt_takes_nothing_away_though_rows_were_written_by_it(
    store: SqlStore, clock: Clock
) -> None:
    clock.on(days=3650)
    for _ in range(3):
        store.append_audit(EVENT)
        clock.on(days=1)
    assert store.prune_audit("hall-01", KEEP) == 0
    assert len(list(store.audit_rows())) == 13


def test_after_a_long_silence_a_person_vouches_for_the_clock(store: SqlStore, clock: Clock) -> None:
    clock.on(days=100)
    assert store.prune_audit("hall-01", KEEP) == 3, "until something is written nothing leapt"
    store.append_audit(EVENT)
    assert store.prune_audit("hall-01", KEEP) == 0
    store.append_audit(AuditEvent(kind=AuditKind.CLOCK_SETTLED, kiosk="hall-01", operator="lin"))
    assert store.prune_audit("hall-01", KEEP) > 0
    assert store.verify_audit().intact
