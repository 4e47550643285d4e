"""The visit at work on simulated devices, in process: the promises about card, memory and paper."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_mock import MockerFixture

from archive.errors import StoreFullError
from archive.model import AuditEvent, AuditKind
from archive.store import AuditRow
from devices.card.events import ReadersChanged
from devices.card.simulated.source import SimulatedSource
from devices.printer.state import Unknown
from kiosk.visit.events import CancelAsked, GuestIn, PinEntered, PrintAsked, Tick
from kiosk.visit.service import VisitService
from kiosk.visit.state import (
    STARTING,
    EnterPin,
    FaultData,
    Idle,
    LookingUp,
    Menu,
    OutOfService,
    Printed,
    Printing,
    Problem,
    State,
    Waiting,
)
from printing.statements.material import USUAL
from tests.kiosk.conftest import SECONDS, Kiosk

pytestmark = pytest.mark.slow


def test_a_visit_prints_what_was_chosen_and_the_journal_says_confirmed(kiosk: Kiosk) -> None:
    generation = kiosk.to_preview(kiosk.cards[1])
    kiosk.print_receipt(generation)
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    assert printed.outcome == "confirmed"
    assert kiosk.hall.line.wait_for_receipts(1, SECONDS)
    assert "欧阳" in kiosk.hall.line.receipts[0].transcript
    (job,) = kiosk.machine.journal.jobs()
    assert (job.state, job.order.generation) == ("confirmed", generation)


def test_card_out_blanks_the_visit_drops_its_memory_and_voids_its_paper_within_a_second(
    kiosk: Kiosk,
) -> None:
    generation = kiosk.to_preview(kiosk.cards[0])
    kiosk.hall.printer.take_paper(after_lines=12)
    kiosk.print_receipt(generation)
    kiosk.until(lambda state: isinstance(state, Printing) and state.hold == "printer.paper_out")
    token = kiosk.service.shown.token
    start = time.monotonic()
    kiosk.hall.slot.remove()
    kiosk.on(Idle)
    assert time.monotonic() - start < 1.0
    assert kiosk.desk.memory is None
    assert kiosk.service.shown.token != token
    # What the printer still held is gone: new paper brings nothing of the first holder.
    kiosk.service.stop()
    kiosk.hall.printer.load_paper()
    (job,) = kiosk.machine.journal.jobs()
    assert job.state in ("unknown", "cancelled")


def test_no_paper_of_one_holder_comes_out_in_the_visit_of_the_next(kiosk: Kiosk) -> None:
    first, second = kiosk.cards[0], kiosk.cards[1]
    generation = kiosk.to_preview(first)
    kiosk.hall.printer.take_paper(after_lines=12)
    kiosk.print_receipt(generation)
    kiosk.until(lambda state: isinstance(state, Printing) and state.hold == "printer.paper_out")
    kiosk.hall.slot.remove()
    kiosk.on(Idle)
    kiosk.hall.printer.load_paper()
    generation = kiosk.to_preview(second)
    kiosk.print_receipt(generation)
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    assert printed.outcome == "confirmed"
    kiosk.hall.line.wait_for_receipts(1, SECONDS)
    last = kiosk.hall.line.receipts[-1].transcript
    assert "欧阳" in last
    assert first.holder not in last


def test_what_hangs_in_the_printer_is_voided_between_the_visits(kiosk: Kiosk) -> None:
    generation = kiosk.to_preview(kiosk.cards[0])
    kiosk.hall.printer.take_paper(after_lines=12)
    kiosk.print_receipt(generation)
    kiosk.until(lambda state: isinstance(state, Printing) and state.hold == "printer.paper_out")
    kiosk.hall.slot.remove()
    kiosk.on(Idle)
    kiosk.rest()
    assert kiosk.leftover()
    kiosk.hall.printer.load_paper()
    kiosk.to_preview(kiosk.cards[1])
    kiosk.hall.slot.remove()  # the end of any visit tries again
    assert kiosk.hall.line.wait_for_receipts(1, SECONDS)
    assert "作废" in kiosk.hall.line.receipts[0].transcript
    kiosk.service.stop()
    assert not kiosk.leftover()
    # A person still has to say what became of the job; the void mark is a job of its own.
    void, job = kiosk.machine.journal.jobs()
    assert (void.order.statement, void.state) == ("void", "confirmed")
    assert job.state == "unknown"


def test_an_earlier_holders_paper_never_joins_the_next_ones_whatever_fails_in_between(
    kiosk: Kiosk,
) -> None:
    generation = kiosk.to_preview(kiosk.cards[0])
    kiosk.hall.printer.take_paper(after_lines=12)
    kiosk.print_receipt(generation)
    kiosk.until(lambda state: isinstance(state, Printing) and state.hold == "printer.paper_out")
    kiosk.hall.slot.remove()
    kiosk.on(Idle)
    kiosk.rest()
    # The second holder's print fails: there is still no paper.
    generation = kiosk.to_preview(kiosk.cards[1])
    kiosk.print_receipt(generation)
    failed = kiosk.on(Printed)
    assert isinstance(failed, Printed)
    assert (failed.outcome, failed.reason) == ("failed", "printer.paper_out")
    assert kiosk.leftover()
    kiosk.hall.slot.remove()
    kiosk.on(Idle)
    kiosk.hall.printer.load_paper()
    generation = kiosk.to_preview(kiosk.cards[2])
    kiosk.print_receipt(generation)
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    assert printed.outcome == "confirmed"
    assert kiosk.hall.line.wait_for_receipts(2, SECONDS)
    void, *_, last = kiosk.hall.line.receipts
    assert "作废" in void.transcript
    assert kiosk.cards[2].holder in last.transcript
    for earlier in kiosk.cards[:2]:
        assert earlier.holder not in last.transcript


def test_a_cancelled_job_ends_void(kiosk: Kiosk) -> None:
    generation = kiosk.to_preview(kiosk.cards[0])
    kiosk.print_receipt(generation)
    kiosk.until(lambda state: isinstance(state, Printing) and state.done >= 2)
    kiosk.service.post(CancelAsked(generation))
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    assert printed.outcome == "cancelled"
    assert kiosk.hall.line.wait_for_receipts(1, SECONDS)
    assert "作废" in kiosk.hall.line.receipts[0].transcript
    # A cancel that comes early leaves a paper that ends before the table by months.
    _, _, by_month = kiosk.hall.line.receipts[0].transcript.partition("按月明细")
    assert "合计" not in by_month


def test_a_stopped_receipt_printer_shows_before_anybody_asks_for_paper(kiosk: Kiosk) -> None:
    kiosk.hall.printer.open_cover()
    generation = kiosk.to_preview(kiosk.cards[0])
    assert kiosk.measured().receipt_fault == "printer.cover_open"
    kiosk.service.post(PrintAsked(generation, "report"))
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    assert (printed.medium, printed.outcome) == ("report", "sent")
    assert printed.coming >= 10, "its holder waits for the pages"


def test_a_printer_that_stops_and_goes_on_is_followed_while_the_holder_chooses(
    kiosk: Kiosk, mocker: MockerFixture
) -> None:
    mocker.patch("kiosk.visit.service.LOOK_SECONDS", 0.02)
    kiosk.to_preview(kiosk.cards[0])

    def shows(code: str) -> None:
        kiosk.measured(lambda papers: papers.receipt_fault == code)

    shows("")
    kiosk.hall.printer.take_paper()
    shows("printer.paper_out")
    kiosk.hall.printer.load_paper()
    shows("")


def test_a_printer_of_which_nothing_is_known_is_still_offered(
    kiosk: Kiosk, mocker: MockerFixture
) -> None:
    mocker.patch.object(kiosk.machine.receipt, "status", return_value=Unknown())
    generation = kiosk.to_preview(kiosk.cards[0])
    assert kiosk.measured().receipt_fault == ""
    kiosk.print_receipt(generation)
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    assert printed.outcome == "confirmed"


def test_a_look_is_in_the_audit_before_the_first_record_is_shown(kiosk: Kiosk) -> None:
    before = max((row.sequence for row in kiosk.machine.store.audit_rows()), default=0)
    kiosk.insert(kiosk.cards[0])
    kiosk.enter_pin(kiosk.cards[0])
    kiosk.on(Menu)
    kinds = [row.kind for row in kiosk.machine.store.audit_rows(after=before)]
    assert kinds == [AuditKind.VISIT_BEGUN, AuditKind.PIN_ACCEPTED, AuditKind.RECORDS_READ]
    assert kiosk.machine.store.verify_audit().intact


def test_when_the_audit_cannot_be_written_nothing_is_shown(
    kiosk: Kiosk, mocker: MockerFixture
) -> None:
    broken = mocker.patch.object(kiosk.machine.store, "append_audit")
    broken.side_effect = StoreFullError(Path("records.db"))
    kiosk.insert(kiosk.cards[0])
    kiosk.enter_pin(kiosk.cards[0])
    problem = kiosk.on(Problem)
    assert isinstance(problem, Problem)
    assert problem.fault.code == "store.full"
    assert kiosk.desk.memory is None


def test_paper_that_is_out_is_shown_as_it_is_even_when_the_audit_fails_afterwards(
    kiosk: Kiosk, mocker: MockerFixture
) -> None:
    generation = kiosk.to_preview(kiosk.cards[0])
    append = kiosk.machine.store.append_audit

    def fails_after_the_print(event: AuditEvent, most: int | None = None) -> AuditRow:
        if event.kind is AuditKind.PAPER_OUTCOME:
            raise StoreFullError(Path("records.db"))
        return append(event, most)

    mocker.patch.object(kiosk.machine.store, "append_audit", side_effect=fails_after_the_print)
    kiosk.print_receipt(generation)
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    assert printed.outcome == "confirmed"


def test_a_card_in_another_reader_does_not_end_the_holders_visit(kiosk: Kiosk) -> None:
    source = kiosk.hall.source
    assert isinstance(source, SimulatedSource)
    kiosk.insert(kiosk.cards[0])
    before = kiosk.on(EnterPin)
    source.plug("Simulated Reader 00 01")
    source.insert("Simulated Reader 00 01", kiosk.hall.card(kiosk.cards[1].profile))
    source.unplug("Simulated Reader 00 01")
    kiosk.rest()
    assert kiosk.service.state == before


def test_a_fast_swap_of_two_cards_never_mixes_their_holders(kiosk: Kiosk) -> None:
    kiosk.insert(kiosk.cards[0])
    kiosk.insert(kiosk.cards[1])
    kiosk.until(lambda state: isinstance(state, EnterPin) and state.generation == 3)
    kiosk.enter_pin(kiosk.cards[1])
    menu = kiosk.on(Menu)
    assert isinstance(menu, Menu)
    assert menu.holder.name.startswith("欧")
    memory = kiosk.desk.memory
    assert memory is not None
    assert memory.records is not None
    assert memory.records["contributions", USUAL].material.holder.name == kiosk.cards[1].holder


def test_a_visit_without_a_touch_ends_and_is_forgotten(kiosk: Kiosk) -> None:
    kiosk.insert(kiosk.cards[0])
    kiosk.enter_pin(kiosk.cards[0])
    kiosk.on(Menu)
    kiosk.clock.ahead = 181.0
    kiosk.service.post(Tick())
    problem = kiosk.on(Problem)
    assert isinstance(problem, Problem)
    assert problem.fault.code == "visit.timeout"
    assert kiosk.desk.memory is None


def test_the_reader_service_goes_and_comes_back_without_a_restart(kiosk: Kiosk) -> None:
    kiosk.hall.slot.stop_service()
    lost = kiosk.on(OutOfService)
    assert isinstance(lost, OutOfService)
    assert lost.fault.code == "reader.service_down"
    kiosk.hall.slot.start_service()
    kiosk.on(Idle)
    kiosk.insert(kiosk.cards[0])
    kiosk.on(EnterPin)


def test_a_pin_is_sent_once_and_overwritten_afterwards(kiosk: Kiosk) -> None:
    card = kiosk.insert(kiosk.cards[0])
    state = kiosk.on(EnterPin)
    assert isinstance(state, EnterPin)
    wrong = replace(kiosk.cards[0], pin="000000").typed_pin()
    kiosk.service.post(PinEntered(state.generation, wrong))
    kiosk.until(lambda s: isinstance(s, EnterPin) and s.hint == "pin.wrong")
    assert card.tries_left == 5
    with pytest.raises(Exception, match="4 to 12 digits"):
        wrong.packed()


def test_states_in_between_are_told_to_whoever_listens(kiosk: Kiosk) -> None:
    seen: list[type[State]] = []
    stop = kiosk.service.subscribe(lambda: seen.append(type(kiosk.service.state)))
    kiosk.insert(kiosk.cards[0])
    kiosk.enter_pin(kiosk.cards[0])
    kiosk.on(Menu)
    stop()
    assert LookingUp in seen
    assert seen[-1] is Menu


def test_a_missing_module_stays_on_the_screen_whatever_is_put_in(kiosk: Kiosk) -> None:
    kiosk.hall.sam_slot.remove()
    missing = kiosk.on(OutOfService)
    kiosk.insert(kiosk.cards[0])
    kiosk.hall.slot.remove()
    kiosk.rest()
    assert kiosk.service.state == missing
    assert isinstance(missing, OutOfService)
    assert missing.fault.code == "sam.absent"


def test_a_card_that_is_in_is_served_when_the_module_comes_back(kiosk: Kiosk) -> None:
    kiosk.insert(kiosk.cards[0])
    kiosk.enter_pin(kiosk.cards[0])
    kiosk.on(Menu)
    kiosk.hall.sam_slot.remove()
    kiosk.on(OutOfService)
    kiosk.rest()
    assert kiosk.desk.memory is None
    kiosk.hall.sam_slot.insert(kiosk.hall.sam)
    kiosk.enter_pin(kiosk.cards[0])
    kiosk.on(Menu)


def test_the_module_is_given_back_after_each_visit(kiosk: Kiosk) -> None:
    kiosk.insert(kiosk.cards[0])
    kiosk.enter_pin(kiosk.cards[0])
    kiosk.on(Menu)
    kiosk.hall.slot.remove()
    kiosk.on(Idle)
    kiosk.rest()
    reader = kiosk.hall.sam_slot.reader
    kiosk.machine.source.connect(reader).close()  # another program of the hall may have it now


def test_nobody_is_invited_before_the_card_service_has_told_of_a_reader(
    kiosk: Kiosk, mocker: MockerFixture
) -> None:
    hung = mocker.Mock()
    service = VisitService(
        kiosk.desk,
        hung,
        roles=kiosk.machine.roles,
        needs_sam=True,
        rules=kiosk.machine.settings.visit,
        worker=mocker.Mock(),
        monotonic=kiosk.clock,
        progress=kiosk.machine.progress,
        observe=lambda _: None,
    )
    service.watch()
    service.handle(Tick())
    seen: list[State] = [service.state]
    service.handle(GuestIn(-1, "guides"))
    assert [*seen, type(service.state)] == [OutOfService(STARTING), Waiting], "guides need no card"
    (tell,) = hung.watch.call_args.args
    tell(ReadersChanged((kiosk.hall.slot.reader, kiosk.hall.sam_slot.reader), frozenset()))
    assert service.lost == FaultData("sam.absent")
