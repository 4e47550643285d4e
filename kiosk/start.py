"""What is looked at when a kiosk starts: whole pages, and a clock that can be right."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from archive.audit import behind
from archive.errors import StoreEmptyError
from archive.model import AuditEvent, AuditKind
from archive.sql.store import SqlStore
from archive.sqlite.store import SqliteStore
from archive.store import AuditFilter, Store
from archive.values import CHINA
from kiosk.logs import event
from kiosk.trail import CLOCK_BACK
from printing.journal import Job


def check_store(store: SqlStore, seconds: float, monotonic: Callable[[], float]) -> None:
    """Refuse a file whose pages contradict each other (StoreDamagedError).

    A database server looks after its own pages, with checksums.
    """
    if isinstance(store, SqliteStore) and not store.check(seconds, monotonic):
        event(logging.INFO, "store.partly_checked", seconds=seconds)


def check_clock(store: Store, now: datetime) -> int:
    """Log when the clock is behind the trail or the day of the data; by how many seconds."""
    late = seconds_late(store, now, store.latest())
    if late:
        event(logging.WARNING, CLOCK_BACK, seconds=late)
    return late


def seconds_late(store: Store, now: datetime, latest: datetime | None) -> int:
    """By how much the clock is behind what has been: `latest`, if that is known, and the data."""
    return max(behind(now, latest), behind(now, _begin_of_data(store)))


def trace_left_open(store: Store, kiosk: str, job: Job) -> None:
    """Tell the trail what became of a job that a stop of the program left open.

    Not once more of one that the journal kept from its first byte: its end is told already.
    """
    event(logging.WARNING, "job.left_open", job=job.id, state=job.state)
    ended = _rows(store, job, AuditKind.PAPER_OUTCOME)
    if ended and ended >= _rows(store, job, AuditKind.PAPER_REQUESTED):
        return
    store.append_audit(
        AuditEvent(
            kind=AuditKind.PAPER_OUTCOME,
            kiosk=kiosk,
            statement=job.order.statement,
            result=job.state,
            reference=job.order.serial,
        )
    )


def _rows(store: Store, job: Job, kind: AuditKind) -> int:
    """How many rows of a kind the trail has of the job's paper."""
    wanted = AuditFilter(kind=kind.value, reference=job.order.serial)
    return sum(1 for _ in store.audit_rows(wanted=wanted))


def _begin_of_data(store: Store) -> datetime | None:
    """When the last day of the data began; a file may be made on the day before."""
    try:
        day = store.as_of().day
    except StoreEmptyError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=CHINA) - timedelta(days=1)
