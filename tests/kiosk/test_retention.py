"""A clock that leaps ahead for a moment, as one without a battery does, makes nothing old."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archive.model import AuditEvent, AuditKind
from archive.sqlite.store import SqliteStore
from kiosk.config import Settings
from kiosk.retention import Retention
from printing.errors import SealUnknownError
from printing.journal import Journal, Order
from tests.printing.samples import CODE
from tests.printing.test_seals import SEAL

NOW = datetime(2026, 11, 27, 1, tzinfo=UTC)
YEARS = timedelta(days=4 * 365)
ORDER = Order("insured", "20261127-01-000001", "receipt", "receipt", "0" * 64, 1, 2)


@dataclass
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Kept:
    """As much of a machine as keeps anything."""

    now: Clock
    settings: Settings
    store: SqliteStore
    journal: Journal

    def rows(self) -> tuple[int, int]:
        return len(list(self.store.audit_rows())), len(self.journal.jobs())

    def daily(self) -> None:
        Retention(self).daily()  # type: ignore[arg-type]  # a machine to it

    def leave_a_row(self) -> None:
        self.store.append_audit(AuditEvent(kind=AuditKind.VISIT_BEGUN, kiosk="01"))


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    clock = Clock()
    with (
        Journal(tmp_path / "journal.db", clock) as journal,
        SqliteStore(tmp_path / "records.db", clock, create=True) as store,
    ):
        made = Kept(clock, Settings(), store, journal)
        journal.seals.record(replace(SEAL, issued_at=NOW, expires_at=NOW + timedelta(days=30)))
        number = journal.queue(ORDER)
        journal.record(number, "sending")
        journal.record(number, "confirmed")
        made.leave_a_row()
        yield made


@pytest.mark.parametrize("served", [False, True])
def test_a_clock_that_leaps_ahead_for_a_moment_makes_no_paper_unknown(
    kept: Kept, served: bool
) -> None:
    kept.now.now = NOW + YEARS
    if served:
        kept.leave_a_row()
    before = kept.rows()
    kept.daily()
    kept.now.now = NOW + timedelta(minutes=1)
    assert kept.rows() == before
    (seal,) = kept.journal.seals.look_up(CODE)
    assert seal.serial == SEAL.serial


def test_what_is_old_by_the_days_of_a_kiosk_that_served_goes(kept: Kept) -> None:
    for _ in range(YEARS // timedelta(days=40)):
        kept.now.now += timedelta(days=40)
        kept.leave_a_row()
    kept.daily()
    assert len(kept.journal.jobs()) == 0
    with pytest.raises(SealUnknownError):
        kept.journal.seals.look_up(CODE)


def test_after_a_long_silence_nothing_goes_and_the_log_says_so(
    kept: Kept, caplog: pytest.LogCaptureFixture
) -> None:
    kept.now.now = NOW + YEARS
    kept.leave_a_row()
    before = kept.rows()
    kept.daily()
    assert kept.rows() == before
    assert [record.msg for record in caplog.records] == ["audit.time_in_doubt"]
