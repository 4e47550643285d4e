"""The report printer: from the configuration to its paper, and what a holder is told of it."""

import os
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from pytest_mock import MockerFixture

from devices.printer.link import Lines, SerialLink
from devices.printer.pages.escpk import EscpkPrinter
from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.report import NOT_FETCHED, NOT_FETCHED_SECONDS, FolderPrinter
from devices.printer.simulated.pages.escpk import SimulatedEscpk
from devices.printer.simulated.pages.pty import PtyPagePrinter
from devices.printer.state import NeedsAttention, Offline, PrinterState, Ready, TellsNothing
from kiosk.composition import simulated
from kiosk.config import load
from kiosk.demo.data import DemoCard, prepare, settings_for
from kiosk.faults import fault
from kiosk.headless import main_job
from kiosk.machine import Machine, PinPrinter
from kiosk.report_watch import ASK_SECONDS, ReportWatch
from kiosk.visit.tidying import Tidying
from kiosk.web.own_page import OwnPage
from kiosk.web.screens import render
from printing.encode.void_sheet import pdf_void
from printing.glyphs import Pen
from printing.job import Ticket, print_report
from printing.layout.size import Size
from printing.statements.material import Asked
from printing.text import rom_bytes
from tests.kiosk.conftest import Kiosk
from tests.printing.papers import CHAIN
from tests.printing.pins import pins

pytestmark = pytest.mark.slow

MODEL = replace(pins("escpk-24pin-a4"), baud=115_200, settle_seconds=0.02)
"""As shipped, but for its speed and for how long it is watched behind the last byte."""
TOML = """
[report]
port = "{port}"
model = "escpk-24pin-a4"
"""


@pytest.fixture
def pty(tmp_path: Path, mocker: MockerFixture) -> Iterator[PtyPagePrinter]:
    """The printer behind its port; a pseudo-terminal's modem lines are the printer's here."""
    made = PtyPagePrinter(
        SimulatedEscpk(MODEL, baud_timing=False, print_timing=False),
        link=tmp_path / "tty",
        out=tmp_path / "pages",
    )
    made.start()
    own = SerialLink.lines

    def lines(link: SerialLink) -> Lines:
        return made.simulated.lines() if link.port == str(made.path) else own(link)

    mocker.patch.object(SerialLink, "lines", lines)
    mocker.patch("devices.printer.factory.load_page_model", return_value=MODEL)
    yield made
    made.close()


@pytest.fixture
def rare(records: Path) -> DemoCard:
    """The card of a holder whose name the printer's memory lacks."""
    return next(card for card in prepare(records, lambda _: None) if lacking(card.holder))


@pytest.fixture
def machine(
    records: Path, tmp_path: Path, pty: PtyPagePrinter, rare: DemoCard
) -> Iterator[Machine]:
    (tmp_path / "kiosk.toml").write_text(TOML.format(port=pty.path), "utf-8")
    settings = settings_for(records, load(tmp_path / "kiosk.toml"), tmp_path / "journal.db")
    made, hall = simulated(settings, tmp_path / "hall", real_time=False, in_process=True)
    with made:
        hall.slot.insert(hall.card(rare.profile))
        yield made


def lacking(text: str) -> str:
    """The characters that have to be drawn."""
    return "".join(char for char in text if not rom_bytes(char, "gb18030-2byte"))


@pytest.mark.parametrize(("size", "cell", "column"), [("normal", 24, 15), ("large", 48, 24)])
def test_the_configured_printer_prints_a_rare_name_in_both_sizes(
    machine: Machine,
    pty: PtyPagePrinter,
    rare: DemoCard,
    tmp_path: Path,
    size: Size,
    cell: int,
    column: int,
) -> None:
    printed = main_job(machine, "insured", Asked(), lambda _: rare.typed_pin(), 0, "report", size)
    assert printed.result.outcome == "sent"
    job = next(iter(machine.journal.jobs()))
    assert pty.wait_for_sheets(job.order.blocks, 10)
    assert pty.simulated.errors == []
    text = (tmp_path / "pages/page-0001.txt").read_text("utf-8").replace(" ", "")
    assert "社会保险参保证明" in text
    assert f"第1页，共{job.order.blocks}页" in text
    with Image.open(tmp_path / "pages/page-0001.png") as picture:
        assert picture.size == (80 * 15, 70 * 30)
        ink = picture.convert("L").point([255] * 128 + [0] * 128)
    for character in lacking(rare.holder):
        assert _stands_on(ink, Pen(CHAIN).cell(character, cell, cell), column)


def _stands_on(paper: Image.Image, cell: Image.Image, column: int) -> bool:
    """Whether just these dots are somewhere below the head, where a column begins."""
    side, wanted = cell.width, cell.tobytes()
    return any(
        paper.crop((x, y, x + side, y + side)).tobytes() == wanted
        for y in range(300, 560)
        for x in range(0, 700, column)
        if paper.getpixel((x + side // 2, y + side // 2)) == cell.getpixel((side // 2,) * 2)
    )


def test_a_stopped_24_pin_printer_and_its_paper_are_told_before_the_choice(
    kiosk: Kiosk, mocker: MockerFixture
) -> None:
    mocker.patch("kiosk.visit.service.LOOK_SECONDS", 0.02)
    state: list[PrinterState] = [Offline()]
    printer = mocker.create_autospec(EscpkPrinter, instance=True)
    printer.status.side_effect = lambda: state[0]
    object.__setattr__(kiosk.machine, "report", PinPrinter(printer, pins("escpk-24pin-136")))
    kiosk.to_preview(kiosk.cards[0])
    first = kiosk.measured()
    assert first.report_fault == "printer.offline"
    html = _screen(kiosk)
    assert "报表暂时不能打印" in html
    assert fault("printer.offline").zh in html
    assert html.count('data-call="print"') == 1
    for state[0], code in (
        (NeedsAttention("paper_out"), "printer.paper_out"),
        (TellsNothing(), ""),
        (Ready("unknown"), ""),
    ):
        kiosk.measured(lambda papers, code=code: papers.report_fault == code)  # type: ignore[misc]
    html = _screen(kiosk)
    assert "<b>连续纸报表</b>" in html
    assert f"<span>{first.report_pages} 页</span>" in html
    assert not re.search(r"A4 (报表|report)", html)  # in a code chance may write an A and a 4
    assert html.count('data-call="print"') == 2


def test_a_silent_page_printer_is_asked_now_and_then_and_never_while_paper_is_composed(
    kiosk: Kiosk, mocker: MockerFixture
) -> None:
    now = [1000.0]
    printer = mocker.create_autospec(PjlPrinter, instance=True)
    printer.status.return_value = Offline()
    object.__setattr__(kiosk.machine, "report", printer)
    object.__setattr__(kiosk.machine, "monotonic", lambda: now[0])
    watch = ReportWatch(kiosk.machine)
    assert (watch.seen(), printer.status.call_count) == ("", 0)
    assert (watch.look(), watch.look(), watch.seen()) == ("printer.offline",) * 3
    assert printer.status.call_count == 1
    now[0] += ASK_SECONDS
    printer.status.return_value = Ready("ok")
    assert (watch.look(), watch.seen()) == ("", "")
    assert printer.status.call_count == 2


def in_service(kiosk: Kiosk, folder: Path) -> None:
    """The kiosk with that folder, of which a print service is to take its reports."""
    settings = kiosk.machine.settings
    card = settings.card.model_copy(update={"virtual_readers": False})
    settings = settings.model_copy(update={"card": card})
    object.__setattr__(kiosk.machine, "settings", settings)
    printer = FolderPrinter(folder, monotonic=kiosk.clock)
    object.__setattr__(kiosk.machine, "report", printer)


def lay(kiosk: Kiosk, file: Path, age: float) -> None:
    """A report that has waited so long already when the folder is looked into."""
    made = file.with_name(".made")
    made.touch()
    at = kiosk.machine.now().timestamp() - age
    os.utime(made, (at, at))
    made.rename(file)


def test_no_report_is_offered_while_nobody_fetches_the_ones_before(
    kiosk: Kiosk, tmp_path: Path, mocker: MockerFixture
) -> None:
    """Its holder would be asked to wait for a paper that does not come."""
    mocker.patch("kiosk.visit.service.LOOK_SECONDS", 0.02)
    folder = tmp_path / "reports"
    folder.mkdir()
    in_service(kiosk, folder)
    kiosk.to_preview(kiosk.cards[0])
    assert kiosk.measured().report_fault == ""
    file = folder / "20261126-01-000001.pdf"
    lay(kiosk, file, NOT_FETCHED_SECONDS + 5)
    kiosk.measured(lambda papers: papers.report_fault == "printer.folder_waits")
    html = _screen(kiosk)
    assert fault("printer.folder_waits").zh in html
    assert html.count('data-call="print"') == 1
    file.unlink()
    kiosk.measured(lambda papers: papers.report_fault == "")


def test_a_report_that_nobody_fetches_does_not_outlive_the_next_look(
    kiosk: Kiosk, tmp_path: Path, mocker: MockerFixture, caplog: pytest.LogCaptureFixture
) -> None:
    """A print service that comes back would print it in front of somebody else."""
    mocker.patch("kiosk.visit.service.LOOK_SECONDS", 0.02)
    folder = tmp_path / "reports"
    folder.mkdir()
    in_service(kiosk, folder)
    serial, journal = "20261126-01-000001", kiosk.machine.journal
    for content in (b"%PDF of a person", b"%PDF of a person, again"):
        ticket = Ticket("insured", serial, "report", 1)
        assert isinstance(kiosk.machine.report, FolderPrinter)
        print_report(journal, kiosk.machine.report, content, ticket)
    fetched, waits = folder / f"{serial}.pdf", folder / f"{serial}-2.pdf"
    fetched.unlink()
    kiosk.clock.ahead += NOT_FETCHED_SECONDS + 5
    kiosk.until(lambda _: "paper.withdrawn" in caplog.text)
    assert [path.name for path in folder.iterdir()] == [waits.name]
    assert waits.read_bytes() == pdf_void(kiosk.machine.fonts, serial)
    last, first = journal.jobs(serial=serial)
    assert (last.state, last.observed.reason, first.state) == ("unknown", NOT_FETCHED, "sent")
    assert [block.state for block in journal.blocks(last.id)] == ["unknown"]
    assert ReportWatch(kiosk.machine).seen() == NOT_FETCHED
    assert not kiosk.leftover()


def test_a_report_that_cannot_be_withdrawn_keeps_nobody_from_looking_at_the_printers(
    kiosk: Kiosk, tmp_path: Path, mocker: MockerFixture, caplog: pytest.LogCaptureFixture
) -> None:
    folder, now = tmp_path / "reports", [1000.0]
    folder.mkdir()
    in_service(kiosk, folder)
    object.__setattr__(kiosk.machine, "monotonic", lambda: now[0])
    withdraw = mocker.patch.object(FolderPrinter, "withdraw", side_effect=OSError)
    lay(kiosk, folder / "20261126-01-000001.pdf", NOT_FETCHED_SECONDS + 5)
    tidying = Tidying(kiosk.machine, ReportWatch(kiosk.machine), lambda: False)
    tidying.see_folder()
    assert tidying.leftover
    tidying.tidy()
    assert (tidying.leftover, withdraw.call_count) == (False, 1)
    assert "paper.not_withdrawn" in caplog.text
    now[0] += NOT_FETCHED_SECONDS
    assert tidying.leftover, "it is tried again"


def test_a_folder_is_looked_into_before_the_first_card_and_not_in_a_demo(
    kiosk: Kiosk, tmp_path: Path
) -> None:
    folder = tmp_path / "reports"
    object.__setattr__(kiosk.machine, "report", FolderPrinter(folder))
    watch = ReportWatch(kiosk.machine)
    assert (watch.seen(), watch.look()) == ("", ""), "of a demo nobody fetches anything"
    in_service(kiosk, folder)
    assert watch.seen() == "printer.folder"
    folder.mkdir()
    for name, age in (("new.pdf", 60), (".old.pdf.part", 3600), ("old.txt", 3600)):
        lay(kiosk, folder / name, age)
    assert watch.seen() == ""
    kiosk.clock.ahead += NOT_FETCHED_SECONDS
    assert watch.seen() == "printer.folder_waits"


def test_a_page_printer_prints_on_a4(kiosk: Kiosk) -> None:
    kiosk.to_preview(kiosk.cards[0])
    assert "<b>A4 报表</b>" in _screen(kiosk)


def _screen(kiosk: Kiosk) -> str:
    return render(
        kiosk.service.shown,
        memory=kiosk.desk.memory,
        settings=kiosk.machine.settings,
        seconds=9.0,
        page=OwnPage.of(kiosk.machine.settings, random.Random(1)),
    )
