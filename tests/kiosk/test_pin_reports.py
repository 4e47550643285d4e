"""Reports on a 24-pin printer: pages of its own language instead of a PDF."""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from devices.printer.link import LineSettings, SerialLink
from devices.printer.pages.escpk import EscpkPrinter
from devices.printer.pages.readiness import LineReadiness
from devices.printer.simulated.pages.escpk import SimulatedEscpk
from devices.printer.simulated.pages.pty import PtyPagePrinter
from kiosk.composition import simulated
from kiosk.config import load
from kiosk.demo.data import settings_for
from kiosk.diag.printing import PAPERS, print_paper
from kiosk.errors import OptionError, RowsLeftError, SettingError
from kiosk.headless import main_job
from kiosk.machine import PinPrinter
from kiosk.paper import form_printer
from kiosk.visit.desk import Desk
from kiosk.visit.events import CancelAsked, PrintAsked
from kiosk.visit.state import Printed, Printing
from printing.errors import JournalError
from printing.job import Ticket
from printing.layout.pin_page import layout_pin_pages
from printing.statements.material import Asked
from tests.kiosk.conftest import Kiosk
from tests.printing.pins import pins

pytestmark = pytest.mark.slow  # a port takes its time

MODEL = replace(
    pins("escpk-24pin"),
    baud=115_200,
    buffer_bytes=1024,
    settle_seconds=0.02,
    stall_seconds=0.05,
    cps=20_000,
)
"""Its buffer is full while it prints: so long the page is held."""


@pytest.fixture
def paper(kiosk: Kiosk, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[PtyPagePrinter]:
    """Behind a port; paper takes its time if the parameter is true."""
    made = SimulatedEscpk(MODEL, baud_timing=False, print_timing=request.param)
    pty = PtyPagePrinter(made, link=tmp_path / "port", out=tmp_path / "pages")
    pty.start()
    link = SerialLink(
        pty.path, LineSettings(MODEL.baud, MODEL.flow), time.monotonic, pty.wait, lines=made.lines
    )
    printer = EscpkPrinter(link, LineReadiness(link, MODEL), MODEL, monotonic=time.monotonic)
    object.__setattr__(kiosk.machine, "report", PinPrinter(printer, MODEL))
    with printer:
        yield pty
    pty.close()


@pytest.mark.parametrize("paper", [False], indirect=True)
def test_a_visit_prints_its_report_page_by_page(
    kiosk: Kiosk, paper: PtyPagePrinter, tmp_path: Path
) -> None:
    generation = kiosk.to_preview(kiosk.cards[0])
    papers = kiosk.measured()
    assert kiosk.desk.memory is not None
    statement = kiosk.desk.memory.statement
    assert statement is not None
    assert not statement.pages, "to count them no byte is made"
    kiosk.service.post(PrintAsked(generation, "report"))
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    assert printed.outcome == "sent"
    pages = layout_pin_pages(statement.report, MODEL)
    assert papers.report_pages == len(pages) > 1
    assert paper.wait_for_sheets(len(pages), 10)
    assert paper.simulated.errors == []
    written = (tmp_path / "pages/page-0001.txt").read_text("utf-8")
    assert statement.report.seal.code in written
    job = next(iter(kiosk.machine.journal.jobs()))
    assert (job.order.medium, job.order.blocks, job.state) == ("report", len(pages), "sent")
    sent = b"".join(page.data for page in statement.pages)
    (seal,) = kiosk.machine.journal.seals.look_up(statement.issue.code)
    assert seal.paper_digest == hashlib.sha256(sent).hexdigest() == job.order.digest


@pytest.mark.parametrize("paper", [True], indirect=True)
def test_a_report_that_is_held_is_cancelled_and_voided_before_the_next_visit(
    kiosk: Kiosk, paper: PtyPagePrinter
) -> None:
    generation = kiosk.to_preview(kiosk.cards[0])
    kiosk.service.post(PrintAsked(generation, "report"))
    kiosk.until(lambda state: isinstance(state, Printing) and state.hold == "printer.buffer")
    kiosk.service.post(CancelAsked(generation))
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    assert printed.outcome == "cancelled"
    assert paper.wait_for_sheets(2, 10)
    *_, last = paper.sheets
    job = next(iter(kiosk.machine.journal.jobs()))
    assert last.transcript.replace(" ", "").startswith(f"流水号{job.order.serial}\n此流水号")
    assert paper.simulated.errors == []
    assert job.state == "cancelled"


@pytest.mark.parametrize("paper", [False], indirect=True)
def test_a_sheet_that_a_killed_process_left_is_void_before_anybody_comes(
    kiosk: Kiosk, paper: PtyPagePrinter
) -> None:
    kiosk.service.stop()
    journal = kiosk.machine.journal
    job_id = journal.queue(Ticket("insured", "S", "report", 1).order("report", b"", 2))
    journal.record(job_id, "sending")
    journal.recover()
    desk = Desk(kiosk.machine)
    before = desk.tidying.leftover
    desk.tidying.tidy()
    assert (before, desk.tidying.leftover) == (True, False)
    assert paper.wait_for_sheets(1, 10)
    assert "作废" in paper.sheets[0].transcript
    desk.tidying.tidy()
    assert [job.order.statement for job in journal.jobs(2)] == ["void", "insured"]


@pytest.mark.parametrize("paper", [False], indirect=True)
def test_a_sheet_that_a_full_disk_hid_is_void_once_there_is_room(
    kiosk: Kiosk, paper: PtyPagePrinter, mocker: MockerFixture
) -> None:
    kiosk.service.stop()
    journal = kiosk.machine.journal
    job_id = journal.queue(Ticket("insured", "S", "report", 1).order("report", b"", 2))
    journal.record(job_id, "sending")
    journal.recover()
    full = mocker.patch.object(journal, "catch_up", side_effect=JournalError("journal", "full"))
    desk = Desk(kiosk.machine)
    desk.tidying.tidy()
    assert desk.tidying.leftover
    printed = len(paper.sheets)
    assert printed == 0, "nothing is printed that cannot be written down"
    mocker.stop(full)
    desk.tidying.tidy()
    assert paper.wait_for_sheets(1, 10)
    assert "作废" in paper.sheets[0].transcript
    assert not desk.tidying.leftover


@pytest.mark.parametrize("paper", [False], indirect=True)
@pytest.mark.parametrize("place", ["kiosk", "counter"])
def test_while_a_stopped_printer_may_hold_a_sheet_nobody_is_served_in_front_of_it(
    kiosk: Kiosk, paper: PtyPagePrinter, place: str
) -> None:
    kiosk.service.stop()
    machine = kiosk.machine
    report = machine.settings.report.model_copy(update={"place": place})
    settings = machine.settings.model_copy(update={"report": report})
    object.__setattr__(machine, "settings", settings)
    job_id = machine.journal.queue(Ticket("insured", "S", "report", 1).order("report", b"", 2))
    machine.journal.record(job_id, "sending")
    machine.journal.recover()
    paper.simulated.take_paper()
    tidying = Desk(machine).tidying
    tidying.tidy()
    assert tidying.leftover
    assert tidying.rows_left is (place == "kiosk")
    if tidying.rows_left:
        with pytest.raises(RowsLeftError):
            tidying.admit()
    paper.simulated.load_paper()
    tidying.admit()
    tidying.tidy()
    assert (tidying.leftover, tidying.rows_left) == (False, False)


def test_a_receipt_printer_is_no_report_printer(records: Path, tmp_path: Path) -> None:
    settings = settings_for(records, load())
    report = settings.report.model_copy(update={"port": "/dev/ttyX", "model": "escpos-80mm"})
    wrong = settings.model_copy(update={"report": report})
    with pytest.raises(SettingError) as caught:
        simulated(wrong, tmp_path, real_time=False, in_process=True)
    assert caught.value.name == "report.model"


@pytest.mark.parametrize("paper", [False], indirect=True)
def test_without_a_screen_a_statement_goes_to_pages_or_to_its_pre_printed_form(
    kiosk: Kiosk, paper: PtyPagePrinter
) -> None:
    kiosk.service.stop()
    kiosk.hall.slot.insert(kiosk.hall.card(kiosk.cards[0].profile))
    pin = kiosk.cards[0].typed_pin
    printed = partial(main_job, kiosk.machine, "transfer", Asked(), lambda _: pin(), 0)
    assert printed("report").result.outcome == "sent"
    pages = len(paper.sheets)
    assert "参保缴费凭证" in paper.sheets[0].transcript.replace(" ", "")
    assert printed("form").result.outcome == "sent"
    assert paper.wait_for_sheets(pages + 1, 10)
    form = paper.sheets[-1].transcript
    assert "参保缴费凭证" not in form.replace(" ", "")  # that is printed on the form
    assert kiosk.machine.settings.kiosk.agency in form.replace(" ", "")
    assert paper.simulated.errors == []


def test_a_form_needs_a_24_pin_printer(kiosk: Kiosk) -> None:
    with pytest.raises(OptionError):
        form_printer(kiosk.machine)


@pytest.mark.parametrize("paper", [False], indirect=True)
@pytest.mark.parametrize("name", PAPERS)
def test_technicians_papers_come_out_there_and_carry_no_seal(
    kiosk: Kiosk, paper: PtyPagePrinter, tmp_path: Path, name: str
) -> None:
    printed = print_paper(kiosk.machine, name, "report", "li.wei")
    assert printed.result.outcome == "sent"
    assert paper.wait_for_sheets(1, 10)
    assert paper.simulated.errors == []
    written = (tmp_path / "pages/page-0001.txt").read_text("utf-8")
    assert "核验码" not in written
    assert PAPERS[name][0] in written
