import hashlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from devices.printer.blocks import Block
from devices.printer.report import FolderPrinter
from devices.printer.result import Outcome, PrintResult
from printing.encode.escpos import void_blocks
from printing.errors import EndNotWrittenError, JournalError
from printing.job import Ticket, print_receipt, print_report
from printing.journal import Journal

BLOCKS = (Block(b"one", "rows 1-8"), Block(b"two", "cut"))
VOID = void_blocks("20261122-03-000417", columns=48, cut=True)
TICKET = Ticket("contributions", "20261122-03-000417", "front", 7)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.db", lambda: datetime(2026, 11, 22, tzinfo=UTC)) as journal:
        yield journal


@pytest.mark.parametrize(
    ("outcome", "evidence"),
    [
        ("confirmed", "marker"),
        ("sent", "drained"),
        ("unknown", "none"),
        ("failed", "none"),
        ("cancelled", "none"),
    ],
)
def test_the_journal_says_what_the_printer_observed_and_no_more(
    journal: Journal, mocker: MockerFixture, outcome: Outcome, evidence: str
) -> None:
    printer = mocker.Mock()
    result = PrintResult(outcome, 6, 2, 1, "printer.paper_out", evidence)  # type: ignore[arg-type]
    printer.print_blocks.return_value = result
    printed = print_receipt(journal, printer, BLOCKS, TICKET, void=VOID)
    job = journal.job(printed.job_id)
    assert (job.state, job.observed.evidence, job.observed.bytes_sent) == (outcome, evidence, 6)
    assert job.observed.reason == "printer.paper_out"
    assert job.order.digest == hashlib.sha256(b"onetwo").hexdigest()
    assert printed.result is result


def test_the_job_is_in_the_journal_as_sending_before_the_printer_is_asked(
    journal: Journal, mocker: MockerFixture
) -> None:
    seen: list[str] = []

    def look(*_: object, **__: object) -> PrintResult:
        seen.extend(job.state for job in journal.jobs())
        return PrintResult("confirmed", 6, 2, 2, None, "marker")

    printer = mocker.Mock()
    printer.print_blocks.side_effect = look
    print_receipt(journal, printer, BLOCKS, TICKET, void=VOID)
    assert seen == ["sending"]


def test_a_job_whose_visit_has_ended_is_never_sent(journal: Journal, mocker: MockerFixture) -> None:
    printer = mocker.Mock()
    printed = print_receipt(journal, printer, BLOCKS, TICKET, void=VOID, cancelled=lambda: True)
    assert printer.print_blocks.call_count == 0
    assert journal.job(printed.job_id).state == "cancelled"
    assert (printed.result.outcome, printed.result.bytes_sent) == ("cancelled", 0)


@pytest.mark.parametrize("error", [RuntimeError("bug"), KeyboardInterrupt()])
def test_when_the_driver_breaks_the_paper_is_unknown_and_the_error_goes_on(
    journal: Journal, mocker: MockerFixture, error: BaseException
) -> None:
    printer = mocker.Mock()
    printer.print_blocks.side_effect = error
    with pytest.raises(type(error)):
        print_receipt(journal, printer, BLOCKS, TICKET, void=VOID)
    (job,) = journal.unknown_jobs()
    assert job.observed.reason == f"bug.{type(error).__name__}"


class Disk:
    """The time of a row that is written, unless the disk is full."""

    full = False

    def __call__(self) -> datetime:
        """As SQLite says it, where a row is written."""
        if self.full:
            raise sqlite3.OperationalError("database or disk is full")
        return datetime(2026, 11, 22, tzinfo=UTC)


@pytest.mark.parametrize("outcome", ["confirmed", "unknown", "cancelled"])
def test_an_end_that_meets_a_full_disk_is_written_before_the_next_job(
    tmp_path: Path, mocker: MockerFixture, outcome: Outcome
) -> None:
    disk = Disk()

    def fill(*_: object, **__: object) -> PrintResult:
        disk.full = True
        return PrintResult(outcome, 6, 2, 1, None, "none")

    printer = mocker.Mock()
    printer.print_blocks.side_effect = fill
    with Journal(tmp_path / "journal.db", disk) as journal:
        with pytest.raises(EndNotWrittenError) as refused:
            print_receipt(journal, printer, BLOCKS, TICKET, void=VOID)
        assert not refused.value.nothing_sent
        assert refused.value.result.outcome == outcome
        assert journal.behind
        with pytest.raises(JournalError):
            journal.queue(TICKET.order("receipt", b"next", 1))
        disk.full = False
        journal.queue(TICKET.order("receipt", b"next", 1))
        first = journal.jobs()[-1]
        assert (first.state, first.observed.bytes_sent) == (outcome, 6)
        assert not journal.behind


def test_a_job_that_cannot_be_called_sending_is_failed_once_the_disk_has_room(
    tmp_path: Path, mocker: MockerFixture
) -> None:
    disk, printer = Disk(), mocker.Mock()

    def fill() -> bool:
        disk.full = True
        return False

    with Journal(tmp_path / "journal.db", disk) as journal:
        with pytest.raises(JournalError) as refused:
            print_receipt(journal, printer, BLOCKS, TICKET, void=VOID, cancelled=fill)
        assert refused.value.nothing_sent
        assert printer.print_blocks.call_count == 0
        disk.full = False
        journal.catch_up()
        assert [job.state for job in journal.jobs()] == ["failed"]


def test_without_a_journal_nothing_is_printed(journal: Journal, mocker: MockerFixture) -> None:
    journal.close()
    printer = mocker.Mock()
    with pytest.raises(JournalError):
        print_receipt(journal, printer, BLOCKS, TICKET, void=VOID)
    assert printer.print_blocks.call_count == 0


def test_the_void_mark_goes_with_every_job(journal: Journal, mocker: MockerFixture) -> None:
    printer = mocker.Mock()
    printer.print_blocks.return_value = PrintResult("cancelled", 6, 1, 0, None, "none")
    print_receipt(journal, printer, BLOCKS, TICKET, void=VOID)
    mark, cut = printer.print_blocks.call_args.kwargs["void"]
    assert "作废".encode("gb18030") in mark.data
    assert b"\x1dV" in cut.data


def test_a_report_is_handed_over_under_its_serial(journal: Journal, tmp_path: Path) -> None:
    printed = print_report(journal, FolderPrinter(tmp_path), b"%PDF-1.4", TICKET)
    assert (tmp_path / "20261122-03-000417.pdf").read_bytes() == b"%PDF-1.4"
    job = journal.job(printed.job_id)
    assert (job.state, job.order.medium) == ("sent", "report")
    assert job.order.digest == hashlib.sha256(b"%PDF-1.4").hexdigest()
