"""Pages that a job left behind a queue come out void before anybody else's, with one sheet."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from devices.printer.pages.ipp_message import Message
from devices.printer.pages.pdf import page_count, page_images
from devices.printer.report import FolderPrinter
from kiosk.leftover import REPORT, sheet_may_lie, void_behind, void_sheet
from kiosk.machine import Machine
from printing.encode.void_sheet import pdf_void
from printing.fonts import FontChain
from printing.job import PrintedJob, Ticket, names_open, print_report
from printing.journal import Journal
from tests.devices.printer.pages.documents import pdf
from tests.devices.printer.pages.test_ipp import PAGES, Office
from tests.devices.printer.pages.test_ipp_cancel import FOR_EVER, ends_after
from tests.printing.samples import FONTS

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
MARK_AT = (0, 0, 1240, 500)
"""Where the mark stands on the sheet, in dots of 150 per inch."""


class KilledError(BaseException):
    """The process is gone."""


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.db", lambda: NOW) as made:
        yield made


class Hall:
    """A queue, and as much of a machine as prints reports there."""

    def __init__(self, journal: Journal, model: str = "ipp-printer") -> None:
        self.office = Office(model)
        self.journal = journal
        self.machine = cast(
            "Machine",
            SimpleNamespace(
                journal=journal,
                report=self.office.printer,
                now=lambda: NOW,
                settings=SimpleNamespace(kiosk=SimpleNamespace(id="03")),
                rng=random.Random(1),
                fonts=FontChain.of(FONTS),
            ),
        )

    def start_again(self) -> None:
        """As the composition root does after a stop of the process."""
        self.journal.recover()
        self.office.printer = self.office.another_process()
        self.office.printer.expect(names_open(self.journal, REPORT))
        self.machine.report = self.office.printer  # type: ignore[misc]

    def print(self, serial: str, cancelled: Callable[[], bool] = lambda: False) -> PrintedJob | str:
        """A holder's report, as in a visit; why it was not begun."""
        if reason := void_behind(self.machine):
            return reason
        ticket = Ticket("insured", serial, REPORT, 1)
        printer = self.office.printer
        return print_report(self.journal, printer, pdf(PAGES), ticket, cancelled=cancelled)

    def tidy(self) -> bool:
        """What happens between two visits; whether there was anything to do."""
        due = sheet_may_lie(self.machine)
        if due:
            void_sheet(self.machine, lambda: False)
        return due

    def tray(self) -> str:
        """A letter for each sheet: of A, of B, or V for void."""
        names = [name for name, _ in self.office.ledger_later()]
        return "".join(name[0] if name[0] in "AB" else "V" for name in names)


@pytest.mark.parametrize("model", ["ipp-printer", "ipp-queue"])
def test_pages_that_came_out_before_a_cancel_are_void_as_soon_as_nobody_is_served(
    journal: Journal, model: str
) -> None:
    hall = Hall(journal, model)
    hall.print("A", ends_after(hall.office, 5))
    assert hall.tidy()
    assert not hall.tidy(), "once"
    hall.print("B")
    assert hall.tray() in ("AVBBB", "AAVBBB")
    b, void, a = journal.jobs()
    assert [job.order.statement for job in (b, void, a)] == ["insured", "void", "insured"]
    assert a.state == "unknown"
    assert void.state in ("confirmed", "sent")


def test_a_report_that_comes_before_that_begins_with_the_void_sheet(journal: Journal) -> None:
    hall = Hall(journal)
    hall.print("A", ends_after(hall.office, 5))
    hall.print("B")
    assert hall.tray() in ("AVBBB", "AAVBBB")


def test_a_job_that_never_began_needs_no_void_sheet(journal: Journal) -> None:
    hall = Hall(journal)
    hall.office.sim.occupied = True
    hall.print("A", ends_after(hall.office, 5))
    hall.office.sim.occupied = False
    assert not hall.tidy()
    hall.print("B")
    assert hall.tray() == "BBB"
    assert [job.state for job in journal.jobs()] == ["confirmed", "cancelled"]


def test_where_nobody_knows_what_came_out_a_void_sheet_follows(journal: Journal) -> None:
    hall = Hall(journal)
    hall.office.after(3, hall.office.sim.power_cycle)
    hall.print("A")
    hall.tidy()
    assert hall.tray() == "AV"


def test_nothing_is_voided_while_the_job_may_still_come_out(journal: Journal) -> None:
    """The sheet would lie before pages that it shall void."""
    hall = Hall(journal)
    hall.office.sim.refused_cancels = FOR_EVER
    hall.office.sim._page_seconds = 30.0
    hall.print("A", ends_after(hall.office, 40))
    assert hall.tidy()
    assert hall.print("B") == "printer.job_waits"
    assert hall.office.sim.ledger == (("A.pdf", 1),)
    assert hall.tray() == "AAA"
    assert hall.tidy()
    assert not hall.tidy()
    hall.print("B")
    assert hall.tray() == "AAAVBBB"


def test_of_a_void_sheet_whose_end_is_not_known_there_is_no_second(journal: Journal) -> None:
    hall = Hall(journal)
    hall.print("A", ends_after(hall.office, 5))
    hall.office.after(1, hall.office.sim.power_cycle)
    hall.tidy()
    assert journal.jobs()[0].state == "unknown"
    assert not hall.tidy()
    hall.print("B")
    assert hall.tray().count("V") <= 1
    assert hall.tray().endswith("BBB")


def test_whoever_comes_does_not_wait_for_the_sheet_and_the_next_report_begins_with_it(
    journal: Journal,
) -> None:
    hall = Hall(journal)
    hall.print("A", ends_after(hall.office, 5))
    assert not void_sheet(hall.machine, lambda: True)
    assert sheet_may_lie(hall.machine)
    hall.print("B")
    assert hall.tray() in ("AVBBB", "AAVBBB")


def test_a_sheet_that_was_taken_back_before_it_began_is_still_due(journal: Journal) -> None:
    hall = Hall(journal)
    hall.print("A", ends_after(hall.office, 5))
    hall.office.sim.occupied = True
    assert not void_sheet(hall.machine, ends_after(hall.office, 5))
    assert journal.jobs()[0].state == "cancelled"
    hall.office.sim.occupied = False
    assert sheet_may_lie(hall.machine)
    hall.print("B")
    assert hall.tray() in ("AVBBB", "AAVBBB")


def test_a_void_sheet_that_may_still_come_out_is_cancelled_between_visits(
    journal: Journal,
) -> None:
    hall = Hall(journal)
    hall.print("A", ends_after(hall.office, 5))
    hall.office.after(1, lambda: hall.office.sim.fault("media-empty-error"))
    hall.office.sim.refused_cancels = FOR_EVER
    assert not void_sheet(hall.machine, lambda: False)
    assert sheet_may_lie(hall.machine)
    hall.office.sim.refused_cancels = 0
    assert not void_sheet(hall.machine, lambda: False), "there is still no paper"
    assert not sheet_may_lie(hall.machine)
    hall.office.sim.cure()
    assert hall.tray() in ("A", "AA")


def test_a_queue_that_takes_no_sheet_keeps_the_next_report_away(journal: Journal) -> None:
    hall = Hall(journal)
    hall.print("A", ends_after(hall.office, 5))
    hall.office.spoil = lambda _, answer: (
        b"\x02\x00\x04\x0a" + answer[4:] if hall.office.sim.requests[-1].code == 4 else answer
    )
    assert hall.print("B") == "printer.refused"
    assert "B" not in hall.tray()


@pytest.mark.parametrize("exchange", range(4, 17))
@pytest.mark.parametrize("when", ["request", "answer"])
def test_of_a_killed_process_no_page_comes_out_behind_the_void_sheet(
    journal: Journal, exchange: int, when: str
) -> None:
    """Killed at every exchange of a job, before the request left or before its answer came."""
    hall = Hall(journal)
    hall.office.sim.refused_cancels = 3

    def lose(request: Message) -> bool:
        if when == "request" and hall.office.exchanges + 1 == exchange:
            raise KilledError
        return False

    def spoil(number: int, answer: bytes) -> bytes:
        if when == "answer" and number == exchange:
            raise KilledError
        return answer

    hall.office.exchanges, hall.office.lose, hall.office.spoil = 0, lose, spoil
    with suppress(KilledError):
        hall.print("A", ends_after(hall.office, 5))
    hall.office.lose, hall.office.spoil = lambda _: False, lambda _, answer: answer
    hall.start_again()
    for _ in range(4):  # the queue refuses to cancel at first
        hall.tidy()
    hall.print("B")
    tray = hall.tray()
    assert tray.lstrip("A") in ("VBBB", "BBB"), tray
    out_void = tray.startswith("A") and journal.jobs()[-1].state != "confirmed"
    assert "V" in tray or not out_void


def test_the_sheet_says_the_same_as_that_of_a_laser_printer_on_one_page_of_a4() -> None:
    sheet = pdf_void(FontChain.of(FONTS), "20261122-03-123456")
    assert page_count(sheet) == 1
    (page,) = page_images(sheet, 150)
    assert (abs(page.width - 1240), abs(page.height - 1754)) <= (1, 1)
    box = page.crop(MARK_AT).point([255] + [0] * 255).getbbox()
    assert box is not None
    left, top, right, bottom = box
    assert abs(left - (page.width - right)) < 60, "the mark stands in the middle"
    assert bottom - top > 100, "and is large"


def test_a_folder_holds_no_paper(journal: Journal, tmp_path: Path) -> None:
    hall = Hall(journal)
    hall.machine.report = FolderPrinter(tmp_path)  # type: ignore[misc]
    number = journal.queue(Ticket("insured", "A", REPORT, 1).order("report", b"", 1))
    journal.record(number, "sending")
    journal.recover()
    assert not sheet_may_lie(hall.machine)
    assert void_sheet(hall.machine, lambda: False)
    assert void_behind(hall.machine) is None


def test_a_kiosk_that_starts_while_its_queue_is_silent_waits_for_no_job_that_ended(
    journal: Journal,
) -> None:
    hall = Hall(journal)
    hall.print("B")
    assert [job.state for job in journal.jobs()] == ["confirmed"]
    hall.office.lose = lambda _: True
    hall.start_again()
    assert not sheet_may_lie(hall.machine)


def test_at_a_silent_queue_a_persons_word_for_a_job_is_the_end_of_waiting(
    journal: Journal,
) -> None:
    hall = Hall(journal)
    hall.print("A", ends_after(hall.office, 5))
    hall.office.lose = lambda _: True
    hall.start_again()
    assert sheet_may_lie(hall.machine)
    hall.tidy()
    assert sheet_may_lie(hall.machine), "nobody knows yet"
    (unknown,) = journal.unknown_jobs()
    journal.resolve(unknown.id, "li", "cancelled")
    assert not sheet_may_lie(hall.machine)
