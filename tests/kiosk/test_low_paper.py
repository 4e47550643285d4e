"""A roll that comes to its end takes short receipts and refuses long ones, before any paper."""

import pytest
from pytest_mock import MockerFixture

from devices.printer.state import NeedsAttention, Offline, PrinterState, Ready, Unknown
from kiosk.config import Settings
from kiosk.paper import receipt_fault
from kiosk.visit.state import Printed
from tests.kiosk.conftest import Kiosk


@pytest.mark.parametrize(
    ("state", "cm", "fault"),
    [
        (Ready("ok"), 500, ""),
        (Ready("unknown"), 500, ""),
        (Ready("near_end"), 60, ""),
        (Ready("near_end"), 61, "print.roll_too_short"),
        (Unknown(), 500, ""),
        (Offline(), 1, "printer.offline"),
        (NeedsAttention("paper_out"), 1, "printer.paper_out"),
    ],
)
def test_only_a_long_receipt_on_the_end_of_a_roll_is_refused(
    mocker: MockerFixture, state: PrinterState, cm: int, fault: str
) -> None:
    machine = mocker.Mock(settings=Settings())
    machine.receipt.status.return_value = state
    assert receipt_fault(machine, cm) == fault


@pytest.mark.slow
def test_the_preview_says_so_and_a_job_that_is_asked_for_all_the_same_prints_nothing(
    kiosk: Kiosk,
) -> None:
    kiosk.hall.printer.low_paper()
    generation = kiosk.to_preview(kiosk.cards[0])
    papers = kiosk.measured()
    assert papers.receipt_cm > 60
    assert papers.receipt_fault == "print.roll_too_short"
    kiosk.print_receipt(generation)
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    assert (printed.outcome, printed.reason) == ("failed", "print.roll_too_short")
    assert kiosk.machine.journal.jobs() == ()
