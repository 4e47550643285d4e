"""Reports on a laser printer: each page stands in the journal; none is drawn after the visit."""

import hashlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from devices.printer.pages.pjl_printer import PjlPrinter
from devices.printer.pages.xl import Ghostscript
from devices.printer.result import Progress
from kiosk.paper import confirms
from kiosk.visit.events import PrintAsked, Progressed
from kiosk.visit.state import Printed
from printing.job import Ticket, print_pages
from printing.journal import Journal
from tests.devices.printer.pages.conftest import MakeCable, make_cable
from tests.devices.printer.pages.documents import pdf
from tests.devices.printer.pages.laser import Desk, page, pcl
from tests.faults.bench_pages import LASER_VOIDS
from tests.kiosk.conftest import Kiosk

__all__ = ["make_cable"]

NOW = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
TICKET = Ticket("insured", "S", "report", 1)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.db", lambda: NOW) as made:
        yield made


@pytest.mark.parametrize("landed", [1, 2, 4])
def test_of_a_report_whose_power_fails_no_page_is_claimed_that_is_not_in_the_tray(
    make_cable: MakeCable, journal: Journal, landed: int
) -> None:
    desk = Desk(make_cable, pcl())

    def cut(step: Progress) -> None:
        if step.blocks_confirmed == landed and desk.cable.reachable:
            desk.cable.cut_power(1e6)

    pages = [page(number) for number in range(1, 6)]
    done = print_pages(journal, desk.printer, pages, TICKET, void=LASER_VOIDS, on_progress=cut)
    job, blocks = journal.job(done.job_id), journal.blocks(done.job_id)
    assert (job.state, job.order.blocks) == ("unknown", 5)
    assert [block.label for block in blocks] == [f"page {number}" for number in range(1, 6)]
    proven = [block for block in blocks if block.state == "confirmed"]
    assert [block.number for block in proven] == list(range(1, landed + 1))
    assert {block.evidence for block in proven} == {"pages"}
    assert len(desk.sim.tray) == landed
    desk.printer.close()


@pytest.mark.slow
def test_a_visit_prints_its_report_page_by_page_and_the_seal_keeps_the_files_digest(
    kiosk: Kiosk, make_cable: MakeCable, mocker: MockerFixture
) -> None:
    desk = Desk(make_cable, pcl())
    object.__setattr__(kiosk.machine, "report", desk.printer)
    assert confirms(kiosk.machine, "report")
    generation = kiosk.to_preview(kiosk.cards[0])
    told = mocker.patch("kiosk.visit.paper_order.Progressed", wraps=Progressed)
    kiosk.service.post(PrintAsked(generation, "report"))
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    assert printed.outcome == "confirmed"
    assert kiosk.desk.memory is not None
    statement = kiosk.desk.memory.statement
    assert statement is not None
    job = next(iter(kiosk.machine.journal.jobs()))
    blocks = kiosk.machine.journal.blocks(job.id)
    assert len(blocks) == job.order.blocks == len(desk.sim.tray) > 1
    assert {block.state for block in blocks} == {"confirmed"}
    (seal,) = kiosk.machine.journal.seals.look_up(statement.issue.code)
    assert seal.paper_digest == hashlib.sha256(statement.file).hexdigest() == job.order.digest
    assert seal.paper == "out"
    seen = [call.args[1:] for call in told.call_args_list]
    assert {(done, len(blocks), "") for done in range(1, len(blocks) + 1)} <= set(seen)
    desk.printer.close()


@pytest.mark.slow
def test_the_end_of_a_visit_is_seen_before_the_next_page_is_drawn(make_cable: MakeCable) -> None:
    desk = Desk(make_cable, pcl())
    asked: list[int] = []

    def cancelled() -> bool:
        asked.append(len(asked))
        return len(asked) > 2

    assert [block.label for block in desk.printer.make_pages(pdf(6), cancelled=cancelled)] == [
        "page 1",
        "page 2",
    ]
    assert len(asked) == 3
    desk.printer.close()


def test_ghostscript_is_killed_when_the_visit_ends(make_cable: MakeCable, tmp_path: Path) -> None:
    program, told = tmp_path / "gs", tmp_path / "pid"
    program.write_text(f"#!/bin/sh\necho $$ >{told}\nexec sleep 600\n", "ascii")
    program.chmod(0o755)
    made = Desk(make_cable, pcl("pcl6-network"))
    laser = PjlPrinter(
        made.cable.tcp(),
        made.model,
        monotonic=made.clock,
        ghostscript=Ghostscript(str(program), seconds=600.0),
    )
    assert laser.make_pages(pdf(3), cancelled=told.exists) == ()
    assert laser.xl_fault is None
    pid = int(told.read_text("ascii") or 0)
    assert not pid or not Path(f"/proc/{pid}").exists()
    made.printer.close()


def test_a_report_that_is_cancelled_while_it_is_drawn_is_journalled_and_sends_nothing(
    make_cable: MakeCable, journal: Journal
) -> None:
    desk, ended = Desk(make_cable, pcl()), threading.Event()
    ended.set()
    pages = desk.printer.make_pages(pdf(3), cancelled=ended.is_set)
    done = print_pages(
        journal, desk.printer, pages, TICKET, void=LASER_VOIDS, cancelled=ended.is_set
    )
    assert (journal.job(done.job_id).state, desk.sim.wire_bytes) == ("cancelled", 0)
    desk.printer.close()
