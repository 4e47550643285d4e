"""A statement of which two copies are needed: one order, two papers, each with its number."""

import pytest
from pytest_mock import MockerFixture

from archive.model import AuditKind
from archive.store import AuditFilter
from kiosk.paper import encode
from kiosk.visit.events import Chosen, PrintAsked
from kiosk.visit.state import Menu, Printed, Printing
from printing.errors import JournalError
from printing.journal import Observed, State
from tests.kiosk.conftest import SECONDS, Kiosk

pytestmark = pytest.mark.slow


def to_notice(kiosk: Kiosk) -> int:
    kiosk.insert(kiosk.cards[2])
    kiosk.enter_pin(kiosk.cards[2])
    menu = kiosk.on(Menu)
    assert isinstance(menu, Menu)
    kiosk.service.post(Chosen(menu.generation, "missing"))
    kiosk.measured()
    return menu.generation


def requested(kiosk: Kiosk) -> list[tuple[str, int]]:
    wanted = AuditFilter(None, None, AuditKind.PAPER_REQUESTED.value, statement="missing")
    rows = list(kiosk.machine.store.audit_rows(wanted=wanted))
    return [(row.reference, row.count) for row in rows]


def test_two_copies_come_out_of_one_touch_each_with_its_number_and_code(kiosk: Kiosk) -> None:
    generation = to_notice(kiosk)
    before = requested(kiosk)
    kiosk.service.post(PrintAsked(generation, "receipt"))
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    assert (printed.outcome, printed.copies_out) == ("confirmed", 2)
    assert kiosk.hall.line.wait_for_receipts(2, SECONDS)
    first, second = (one.transcript for one in kiosk.hall.line.receipts[:2])
    assert "份之一" in first
    assert "份之二" in second
    codes = [
        next(line for line in text.splitlines() if "-" in line and "核验码" in line)
        for text in (first, second)
    ]
    assert codes[0] != codes[1]
    assert [count for _, count in requested(kiosk)[len(before) :]] == [2]


def test_a_disk_that_is_full_behind_the_first_copy_hides_it_from_nobody(
    kiosk: Kiosk, mocker: MockerFixture
) -> None:
    journal = kiosk.machine.journal
    record = journal.record

    def fail_at_the_end(job_id: int, state: State, *more: Observed) -> None:
        if state != "sending":
            raise JournalError("j", "full")
        record(job_id, state, *more)

    mocker.patch.object(journal, "record", side_effect=fail_at_the_end)
    generation = to_notice(kiosk)
    kiosk.service.post(PrintAsked(generation, "receipt"))
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    assert (printed.outcome, printed.reason) == ("failed", "journal.unavailable")
    assert printed.copies_out == 1


def test_a_fault_in_the_second_copy_takes_the_first_not_back(kiosk: Kiosk) -> None:
    generation = to_notice(kiosk)
    memory = kiosk.desk.memory
    assert memory is not None
    assert memory.statement is not None
    serial = memory.statement.issue.serial
    encode(kiosk.machine, memory.statement)
    rows = sum(block.rows for block in memory.statement.blocks)
    kiosk.hall.printer.take_paper(after_lines=rows * 3 // 2)
    kiosk.service.post(PrintAsked(generation, "receipt"))
    kiosk.until(lambda state: isinstance(state, Printing) and state.hold == "printer.paper_out")
    kiosk.desk.cancel_print()
    kiosk.hall.printer.load_paper()
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    assert printed.outcome in ("cancelled", "unknown")
    assert printed.copies_out == 1
    store = kiosk.machine.store
    results = {
        row.reference: row.result
        for row in store.audit_rows(
            wanted=AuditFilter(None, None, AuditKind.PAPER_OUTCOME.value, statement="missing")
        )
    }
    assert results[serial] == "confirmed"
    assert results[f"{serial}-2"] == printed.outcome
    identity = memory.statement.holder.identity
    assert identity is not None
    assert store.copies(identity.identification_code or "", "missing") >= 1
