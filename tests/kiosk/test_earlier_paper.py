"""Paper of an earlier holder that comes out, marked void, before the one that was asked for."""

import pytest

from kiosk.visit.events import Back, Chosen
from kiosk.visit.state import Idle, Menu, Printed, Printing
from tests.kiosk.conftest import SECONDS, Kiosk

pytestmark = pytest.mark.slow


def test_who_gets_an_earlier_paper_before_the_own_is_told_so(kiosk: Kiosk) -> None:
    generation = kiosk.to_preview(kiosk.cards[0])
    kiosk.hall.printer.jam_cutter()
    kiosk.print_receipt(generation)
    kiosk.until(lambda state: isinstance(state, Printing) and state.hold != "")
    kiosk.hall.slot.remove()
    kiosk.on(Idle)
    generation = kiosk.to_preview(kiosk.cards[1])
    kiosk.hall.printer.free_cutter()
    kiosk.measured(lambda papers: not papers.receipt_fault)
    kiosk.print_receipt(generation)
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    assert (printed.outcome, printed.earlier) == ("confirmed", True)
    assert kiosk.hall.line.wait_for_receipts(2, SECONDS)
    assert "作废" in kiosk.hall.line.receipts[0].transcript
    kiosk.service.post(Back(generation))
    kiosk.on(Menu)
    kiosk.service.post(Chosen(generation, "insured"))
    kiosk.measured()
    kiosk.print_receipt(generation)
    again = kiosk.on(Printed)
    assert isinstance(again, Printed)
    assert not again.earlier
