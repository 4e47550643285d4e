"""The page in a real browser before a keyboard: a hardware PIN pad, or a scanner."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from kiosk.visit.events import PinEntered
from kiosk.visit.look import Look
from tests.e2e.browser import browser_page, on_screen
from tests.e2e.tabs import first_screen
from tests.stand import Stand, stand

__all__ = ["browser_page"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HAND = 60
"""Milliseconds for which a hand holds a key."""


@pytest.fixture(scope="module")
def standing() -> Iterator[Stand]:
    with stand() as standing:
        yield standing


@pytest.fixture
def page(standing: Stand, browser_page: Page) -> Iterator[Page]:
    with first_screen(standing, browser_page) as page:
        yield page


def to_pin(standing: Stand, page: Page) -> None:
    standing.put("enter_pin")
    on_screen(page, "enter_pin")


def by_hand(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key, delay=HAND)


def pins(standing: Stand) -> list[str]:
    """Every PIN that was sent."""
    posted = [one.pin for one in standing.service.posted if isinstance(one, PinEntered)]
    return [pin.packed().hex() for pin in posted if pin is not None]


@pytest.mark.parametrize("part", ["language", "size", "contrast", "reach"])
def test_enter_sends_the_pin_and_leaves_the_look_that_a_finger_chose(
    standing: Stand, page: Page, part: str
) -> None:
    to_pin(standing, page)
    with page.expect_response("**/api/visit/look"):
        page.click(f'.look[data-body*="{part}"]')
    page.wait_for_function(
        "part => document.querySelector('.stage').lang === 'en'"
        " || document.querySelector(`.look[data-body*='${part}'][aria-pressed=true]`)",
        arg=part,
    )
    chosen = standing.service.shown.look
    assert chosen != Look()
    by_hand(page, *"246813")
    with page.expect_response("**/api/visit/pin"):
        page.keyboard.press("Enter")
    assert pins(standing) == ["246813"]
    assert standing.service.shown.look == chosen


def test_who_comes_to_a_look_by_tab_keeps_the_focus_there(standing: Stand, page: Page) -> None:
    to_pin(standing, page)
    contrast = page.locator('.look[data-body*="contrast"]')
    for _ in range(20):
        page.keyboard.press("Tab")
        if contrast.evaluate("it => it === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("[data-contrast=high]")).to_be_visible()
    expect(contrast).to_be_focused()
    page.click('.look[data-body*="reach"]')  # nor does a finger take it away
    expect(page.locator("[data-reach=low]")).to_be_visible()
    expect(contrast).to_be_focused()
