"""A trembling hand before the page in a real browser: its second stroke is none."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from kiosk.config import load
from kiosk.visit.events import Back
from kiosk.visit.look import Look
from tests.e2e.browser import browser_page, on_screen
from tests.e2e.tabs import first_screen, standing
from tests.kiosk.pages import own_page
from tests.stand import CARD, Stand, stand

__all__ = ["browser_page", "standing"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LARGE = Look(size="elder")
DOTS = ".dots i"
PRESSED = "key => getComputedStyle(key).filter"


@pytest.fixture
def page(standing: Stand, browser_page: Page) -> Iterator[Page]:
    with first_screen(standing, browser_page) as page:
        stop_clock(standing, page)
        yield page


def stop_clock(standing: Stand, page: Page) -> None:
    """From now on time goes by as the test says."""
    page.clock.install(time=0)
    standing.put("idle")
    page.goto(standing.address)
    on_screen(page, "idle")
    page.clock.pause_at(100)


def to(standing: Stand, page: Page, name: str, look: Look = LARGE) -> None:
    standing.show(page, name, look)


def digit(page: Page, which: str, after: int) -> None:
    """Strike a key of the pad so many milliseconds after the last one."""
    page.clock.run_for(after)
    page.click(f'[data-key="{which}"]')


def test_a_second_stroke_on_a_key_is_not_taken_and_a_later_one_and_another_key_are(
    standing: Stand, page: Page
) -> None:
    to(standing, page, "enter_pin")
    for which, after, count in (
        ("1", 0, 1),
        ("1", 120, 1),
        ("1", 379, 1),
        ("1", 1, 2),  # half a second after the one that was taken
        ("2", 10, 3),
        ("1", 10, 4),
        ("delete", 10, 3),
        ("delete", 10, 3),
        ("delete", 500, 2),
    ):
        digit(page, which, after)
        expect(page.locator(DOTS)).to_have_count(count)


def test_a_stroke_that_is_not_taken_shows_no_press(standing: Stand, page: Page) -> None:
    to(standing, page, "enter_pin")
    key = page.locator('[data-key="5"]')
    shown = list[str]()
    for after in (0, 100, 400):
        page.clock.run_for(after)
        key.hover()
        page.mouse.down()
        shown.append(key.evaluate(PRESSED))
        page.mouse.up()
    assert shown == ["brightness(0.9)", "none", "brightness(0.9)"]
    expect(page.locator(DOTS)).to_have_count(2)


def test_a_finger_is_as_a_mouse(standing: Stand, browser_page: Page) -> None:
    browser = browser_page.context.browser
    assert browser is not None
    context = browser.new_context(viewport={"width": 1080, "height": 1920}, has_touch=True)
    page = context.new_page()
    stop_clock(standing, page)
    to(standing, page, "enter_pin")
    for after, count in ((0, 1), (100, 1), (400, 2)):
        page.clock.run_for(after)
        page.tap('[data-key="7"]')
        expect(page.locator(DOTS)).to_have_count(count)
    context.close()


def test_the_usual_screen_and_a_hardware_pad_take_11_as_fast_as_it_is_typed(
    standing: Stand, page: Page
) -> None:
    to(standing, page, "enter_pin", Look())
    for _ in "11":
        digit(page, "1", 50)
    expect(page.locator(DOTS)).to_have_count(2)
    to(standing, page, "enter_pin")
    for _ in "11":
        page.clock.run_for(50)
        page.keyboard.press("1")
    expect(page.locator(DOTS)).to_have_count(2)


def test_a_key_that_lies_on_a_hardware_pad_is_one_digit(standing: Stand, page: Page) -> None:
    to(standing, page, "enter_pin")
    for _ in range(3):
        page.keyboard.down("1")  # without an "up": the second and third repeat
    expect(page.locator(DOTS)).to_have_count(1)
    page.keyboard.up("1")
    page.locator('[data-key="2"]').focus()
    for _ in range(3):
        page.keyboard.down("Enter")
    expect(page.locator(DOTS)).to_have_count(2)


def test_a_second_stroke_turns_no_look_back_and_reaches_no_button_of_the_next_screen(
    standing: Stand, page: Page
) -> None:
    to(standing, page, "choose_months")
    contrast = page.locator('.look[data-body*="contrast"]')
    contrast.click()
    expect(page.locator("[data-contrast=high]")).to_be_visible()
    contrast.click()
    standing.service.posted.clear()
    with page.expect_response("**/api/visit/back"):
        page.click("[data-call=back]")
    shown = standing.service.shown
    standing.service.put(standing.states["preview"], shown.look, shown.token)
    on_screen(page, "preview")
    page.click("[data-call=back]")
    page.clock.run_for(500)
    with page.expect_response("**/api/visit/back"):
        page.click("[data-call=back]")
    assert standing.service.posted == [Back(CARD)] * 2
    assert standing.service.shown.look == replace(LARGE, contrast="high")


def test_the_time_is_a_setting_and_0_takes_every_stroke(browser_page: Page) -> None:
    settings = load(visit={"double_strike_seconds": 0}, speech={"use": "off"})
    with (
        stand(own_page(settings), settings=settings) as standing,
        first_screen(standing, browser_page) as page,
    ):
        stop_clock(standing, page)
        to(standing, page, "enter_pin")
        for count in (1, 2):
            digit(page, "1", 50)
            expect(page.locator(DOTS)).to_have_count(count)
