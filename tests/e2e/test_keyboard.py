"""The page in a real browser before a keyboard: a hardware PIN pad, or a scanner."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.visit.events import PinEntered, Touched
from kiosk.visit.look import Look
from tests.e2e.browser import browser_page
from tests.e2e.tabs import page, standing
from tests.stand import CARD, Stand

__all__ = ["browser_page", "page", "standing"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HAND = 60
"""Milliseconds for which a hand holds a key."""


def to_pin(standing: Stand, page: Page) -> None:
    standing.show(page, "enter_pin")


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


TYPE = """([keys, step]) => {
  const start = performance.now() - keys.length * step;
  keys.forEach((key, at) => {
    const down = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    Object.defineProperty(down, "timeStamp", { value: start + at * step });
    document.body.dispatchEvent(down);
  });
}"""
"""Keys that come with so many milliseconds between them."""
MISREAD = "#stage .misread"


def scan(page: Page, text: str, step: float = 2) -> None:
    """Type it as a scanner does, with its Enter."""
    page.evaluate(TYPE, [[*text, "Enter"], step])


def test_a_papers_address_that_is_scanned_before_the_pin_costs_no_try_and_is_said(
    standing: Stand, page: Page
) -> None:
    to_pin(standing, page)
    page.click('[data-key="1"]')
    page.keyboard.type("https://verify.example:8443/#K7QD-1234-5678", delay=HAND)  # a slow one
    expect(page.locator(MISREAD)).to_contain_text("刚才输入的不是密码")
    expect(page.locator(MISREAD)).to_contain_text("not a PIN")
    page.keyboard.press("Enter")
    expect(page.locator(".dots i")).to_have_count(0)
    assert pins(standing) == []
    by_hand(page, *"246813")
    expect(page.locator(MISREAD)).to_have_count(0)
    with page.expect_response("**/api/visit/pin"):
        page.keyboard.press("Enter")
    assert pins(standing) == ["246813"]


@pytest.mark.parametrize(
    ("code", "step"),
    [("246813", 2), ("246813", 18), ("6901234567892", 2), ("6901234567892", 60), ("24Q6813", 60)],
)
def test_a_bar_code_is_no_pin_be_it_too_fast_too_long_or_with_a_letter(
    standing: Stand, page: Page, code: str, step: float
) -> None:
    to_pin(standing, page)
    scan(page, code, step)
    expect(page.locator(MISREAD)).to_be_visible()
    expect(page.locator(".dots i")).to_have_count(0)
    for digit in "1357":
        page.click(f'[data-key="{digit}"]')
    with page.expect_response("**/api/visit/pin"):
        page.click("[data-confirm]")
    assert pins(standing) == ["1357"]


@pytest.mark.parametrize("pin", ["2468", "246813246813"])
def test_the_fastest_hand_still_types_its_pin(standing: Stand, page: Page, pin: str) -> None:
    to_pin(standing, page)
    with page.expect_response("**/api/visit/pin"):
        scan(page, pin, 45)
    assert pins(standing) == [pin]
    expect(page.locator(MISREAD)).to_have_count(0)


def test_a_letter_that_was_hit_is_forgotten_after_a_pause(standing: Stand, page: Page) -> None:
    """A scanner that sends no Enter must not swallow that of the holder."""
    to_pin(standing, page)
    page.evaluate(TYPE, [["q"], 1500])
    expect(page.locator(MISREAD)).to_be_visible()
    with page.expect_response("**/api/visit/pin"):
        scan(page, "2468", 80)
    assert pins(standing) == ["2468"]


LATER = "now => { now = performance.now(); performance.now = () => now + 6000; }"
"""Six seconds have gone by."""


@pytest.mark.parametrize("key", ["7", "Tab", "ArrowDown", "Backspace"])
def test_a_key_gives_more_time_as_a_touch_does(standing: Stand, page: Page, key: str) -> None:
    to_pin(standing, page)
    with page.expect_response("**/api/visit/touch"):
        page.keyboard.press(key)
    page.keyboard.press(key, delay=HAND)  # once in five seconds
    held = "new KeyboardEvent('keydown', { key: '7', repeat: true, bubbles: true })"
    page.evaluate(LATER)
    page.evaluate(f"document.body.dispatchEvent({held})")  # what lies on a keyboard is nobody
    assert standing.service.posted == [Touched(CARD)]
    with page.expect_response("**/api/visit/touch"):
        page.keyboard.press(key)
    assert standing.service.posted == [Touched(CARD)] * 2


def test_a_key_in_the_band_for_more_time_leaves_it_there(standing: Stand, page: Page) -> None:
    """Its own buttons say what they do: a key on them is no answer by itself."""
    standing.show(page, "enter_pin-ending")
    page.locator(".more [data-call=touch]").focus()
    page.keyboard.press("Tab")
    expect(page.locator(".more [data-call=end]")).to_be_focused()
    assert standing.service.posted == []
