"""What hangs in the receipt printer hangs until it is void, whatever becomes of the void mark."""

import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from pytest_mock import MockerFixture

from kiosk.leftover import may_hang
from kiosk.machine import Machine
from printing.errors import JournalError
from printing.journal import Journal, Observed, Order, State

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def job(
    journal: Journal, serial: str, *states: State, sent: int = 90, printer: str = "receipt"
) -> None:
    number = journal.queue(Order("void", serial, "receipt", printer, "00", 0, 1))
    for state in states:
        journal.record(number, state, Observed(bytes_sent=sent))


@pytest.mark.parametrize(
    ("void_mark", "hangs"),
    [
        (("sending", "failed"), True),
        (("cancelled",), True),
        (("sending", "unknown"), True),
        (("sending", "confirmed"), False),
        (("sending", "sent"), False),
    ],
    ids=lambda value: str(value),
)
def test_a_void_mark_that_left_no_paper_makes_nobody_forget_what_hangs(
    tmp_path: Path, void_mark: tuple[State, ...], hangs: bool
) -> None:
    with Journal(tmp_path / "journal.db", lambda: NOW) as journal:
        job(journal, "J", "sending", "unknown")
        job(journal, "V", *void_mark, sent=0 if void_mark == ("cancelled",) else 90)
        machine = cast("Machine", SimpleNamespace(journal=journal))
        assert may_hang(machine) is hangs


def test_paper_whose_end_cannot_be_written_may_hang_until_it_is(tmp_path: Path) -> None:
    full = False

    def now() -> datetime:
        if full:
            raise sqlite3.OperationalError("database or disk is full")
        return NOW

    with Journal(tmp_path / "journal.db", now) as journal:
        machine = cast("Machine", SimpleNamespace(journal=journal))
        number = journal.queue(Order("rights", "J", "receipt", "receipt", "00", 0, 1))
        journal.record(number, "sending")
        full = True
        with suppress(JournalError):
            journal.conclude(number, "confirmed", Observed("marker", bytes_sent=90))
        assert may_hang(machine)
        full = False
        assert not may_hang(machine)
        assert journal.job(number).state == "confirmed"


def test_a_job_that_was_cancelled_and_marked_void_leaves_nothing(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.db", lambda: NOW) as journal:
        machine = cast("Machine", SimpleNamespace(journal=journal))
        assert not may_hang(machine)
        job(journal, "J", "sending", "cancelled")
        assert not may_hang(machine)


def test_a_hundred_jobs_of_another_printer_make_nobody_forget_what_hangs(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal.db", lambda: NOW) as journal:
        machine = cast("Machine", SimpleNamespace(journal=journal))
        job(journal, "J", "sending", "unknown")
        for number in range(101):
            job(journal, f"R{number}", "sending", "sent", printer="report")
        assert may_hang(machine)
        job(journal, "V", "sending", "confirmed")
        assert not may_hang(machine)


def test_a_journal_that_cannot_be_read_is_no_word_that_nothing_hangs(
    tmp_path: Path, mocker: MockerFixture
) -> None:
    with Journal(tmp_path / "journal.db", lambda: NOW) as journal:
        machine = cast("Machine", SimpleNamespace(journal=journal))
        assert not may_hang(machine)
        mocker.patch.object(journal, "last_on_paper", side_effect=JournalError("j", "locked"))
        assert may_hang(machine)
