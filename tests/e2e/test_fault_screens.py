"""The matrix' faults as a citizen sees them in a real browser: all words in sight, a way on."""

import os

import pytest
from playwright.sync_api import Page

from kiosk.faults import fault
from kiosk.visit.look import USUAL_LOOK, Look
from kiosk.visit.state import (
    EnterPin,
    FaultData,
    Idle,
    OutOfService,
    Printed,
    Printing,
    Problem,
    State,
)
from tests.e2e.browser import browser_page
from tests.e2e.tabs import page, standing
from tests.faults.matrix import Strike, load
from tests.stand import CARD, HOLDER, Stand

__all__ = ["browser_page", "page", "standing"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOOKS = (USUAL_LOOK, Look("en"), Look("zh", "elder"))
EVERY = 1 if os.environ.get("EVERY_FAULT") else 4
"""A part of them in each run, beginning elsewhere for each look; EVERY_FAULT=1 walks all."""
CUT_OFF = """() => [...document.querySelectorAll(".main, .foot, .note, h2, .lead, .button")]
    .filter(it => it.scrollWidth > it.clientWidth + 1 || it.scrollHeight > it.clientHeight + 1)
    .map(it => it.className + ": " + it.textContent.trim().slice(0, 40))"""


def state_of(strike: Strike) -> State | None:
    """The screen that the fault leads to; None: it has none of its own."""
    why = FaultData(strike.code)
    match strike.end:
        case "problem":
            return Problem(CARD, why)
        case "notice":
            return Idle(why, 9.0)
        case "out_of_service":
            return OutOfService(why)
        case "try_again":
            return EnterPin(CARD, HOLDER, 9.0, 2, strike.code)  # type: ignore[arg-type]
        case "held":
            return Printing(CARD, HOLDER, "receipt", 3, 8, strike.code)
        case "refused":
            return Printed(CARD, HOLDER, 9.0, "receipt", "failed", strike.code)
        case "unknown":
            return Printed(CARD, HOLDER, 9.0, "receipt", "unknown", strike.code)
        case _:
            return None


def screens() -> dict[str, tuple[str, State]]:
    """Each code once for each kind of screen."""
    found: dict[str, tuple[str, State]] = {}
    for strike in load().strikes:
        if strike.code and (state := state_of(strike)) is not None:
            found.setdefault(f"{strike.end} {strike.code}", (strike.code, state))
    return found


def test_every_fault_of_the_matrix_that_shows_is_told_whole_and_leads_on(
    standing: Stand, page: Page
) -> None:
    wrong: list[str] = []
    for first, look in enumerate(LOOKS):
        for name, (code, state) in list(screens().items())[first::EVERY]:
            standing.service.put(state, look)
            said = fault(code, tries_left=2)
            words = said.en if look.language == "en" else said.zh
            page.get_by_text(words, exact=False).first.wait_for()
            ways = page.locator(
                "[data-call=end], [data-call=back], [data-call=guest], [data-call=cancel]"
            )
            if not ways.count() and "12333" not in page.inner_text(".main"):
                wrong.append(f"{name} in {look}: no way on")
            wrong += [f"{name} in {look}: {cut}" for cut in page.evaluate(CUT_OFF)]
    assert len(screens()) > 40
    assert wrong == []
