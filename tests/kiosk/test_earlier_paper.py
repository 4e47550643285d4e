"""Paper of an earlier holder that comes out, marked void, before the one that was asked for."""

import random

import pytest
from pytest_mock import MockerFixture

from kiosk.demo.data import DemoCard
from kiosk.paper import TOO_LONG
from kiosk.visit.events import Back, CancelAsked, Chosen
from kiosk.visit.state import Idle, Menu, Printed, Printing
from kiosk.web.own_page import OwnPage
from kiosk.web.screens import render
from kiosk.web.words import words
from tests.kiosk.conftest import SECONDS, Kiosk

pytestmark = pytest.mark.slow


def jammed(kiosk: Kiosk, card: DemoCard) -> int:
    """A receipt hangs in the printer; the generation of its visit."""
    generation = kiosk.to_preview(card)
    kiosk.hall.printer.jam_cutter()
    kiosk.print_receipt(generation)
    kiosk.until(lambda state: isinstance(state, Printing) and state.hold != "")
    return generation


def behind_another(kiosk: Kiosk) -> int:
    """The next holder may ask for paper, with the earlier one's still in the printer."""
    jammed(kiosk, kiosk.cards[0])
    kiosk.hall.slot.remove()
    kiosk.on(Idle)
    generation = kiosk.to_preview(kiosk.cards[1])
    kiosk.hall.printer.free_cutter()
    kiosk.measured(lambda papers: not papers.receipt_fault)
    return generation


def told(kiosk: Kiosk) -> bool:
    """Whether the screen says that the first piece is another's."""
    settings = kiosk.machine.settings
    page = OwnPage.of(settings, random.Random(1))
    shown = render(
        kiosk.service.shown, memory=kiosk.desk.memory, settings=settings, seconds=30, page=page
    )
    return words()["printed.earlier"]["zh"] in shown


def test_who_gets_an_earlier_paper_before_the_own_is_told_so(kiosk: Kiosk) -> None:
    generation = behind_another(kiosk)
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


def test_so_is_who_gets_nothing_of_the_own_behind_it(kiosk: Kiosk) -> None:
    generation = behind_another(kiosk)
    kiosk.print_receipt(generation)
    kiosk.on(Printing)
    kiosk.service.post(CancelAsked(generation))
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    assert printed.outcome not in ("confirmed", "sent")
    assert kiosk.hall.line.wait_for_receipts(1, SECONDS)
    assert "作废" in kiosk.hall.line.receipts[0].transcript
    assert told(kiosk)


def test_and_who_asks_for_more_than_the_printer_takes(kiosk: Kiosk, mocker: MockerFixture) -> None:
    generation = behind_another(kiosk)
    mocker.patch("kiosk.paper.receipt_fault", return_value=TOO_LONG)
    kiosk.print_receipt(generation)
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    assert (printed.outcome, printed.reason) == ("failed", TOO_LONG)
    assert told(kiosk)


def test_the_own_paper_of_this_visit_is_not_called_anothers(kiosk: Kiosk) -> None:
    generation = jammed(kiosk, kiosk.cards[0])
    kiosk.service.post(CancelAsked(generation))
    first = kiosk.on(Printed)
    assert isinstance(first, Printed)
    assert first.outcome == "unknown"
    kiosk.hall.printer.free_cutter()
    kiosk.service.post(Back(generation))
    kiosk.on(Menu)
    kiosk.service.post(Chosen(generation, "insured"))
    kiosk.measured(lambda papers: not papers.receipt_fault)
    kiosk.print_receipt(generation)
    again = kiosk.on(Printed)
    assert isinstance(again, Printed)
    assert (again.outcome, again.earlier) == ("confirmed", False)
    assert not told(kiosk)
