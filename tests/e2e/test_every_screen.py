"""Every screen in a choice of looks and windows: nothing is cut off, too small or out of reach."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from kiosk.visit.events import Touched
from kiosk.visit.look import Look
from tests.e2e.axe import violations
from tests.e2e.browser import browser_page
from tests.e2e.looks import PORTRAIT, SMALL, WIDE, View, pairwise
from tests.e2e.tabs import page, standing
from tests.stand import CARD, Stand

__all__ = ["browser_page", "page", "standing"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MEASURE = Path(__file__).with_name("measure.js").read_text("utf-8")
CONTRAST = Path(__file__).with_name("contrast.js").read_text("utf-8")
REACH = 0.41
"""Above this share of a standing glass nothing is touched in reach mode, see docs/screens.md."""
TARGET, ELDER_TARGET = 104, 120
"""Pixels at 1080 x 1920; keys of a keyboard keep the first in large print too."""
TEXT, ELDER_TEXT = 24, 32
VIEWS = pairwise()
CUT = "(e => e.scrollHeight - e.clientHeight)(document.querySelector('.records'))"
BROKEN = """[...document.querySelectorAll('.look:not([hidden]) span')].filter(
  e => e.offsetHeight > 1.5 * parseFloat(getComputedStyle(e).lineHeight)).map(e => e.textContent)"""
"""Labels of the bar that stand in more than one line."""


def rules(view: View) -> dict[str, float]:
    elder, stands = view.look.size == "elder", view.window == PORTRAIT
    return {
        "target": TARGET,
        "main": ELDER_TARGET if elder and stands else TARGET,
        "text": ELDER_TEXT if elder else TEXT,
        "highest": REACH if view.look.reach == "low" and stands else 0,
    }


def contrasts(view: View) -> dict[str, float]:
    """WCAG 2.2, 1.4.3 and 1.4.11; 1.4.6 in high contrast. Large text has no less."""
    return {"text": 7 if view.look.contrast == "high" else 4.5, "shape": 3}


@pytest.fixture(params=VIEWS, ids=str)
def view(request: pytest.FixtureRequest, page: Page) -> Iterator[View]:
    view: View = request.param
    width, height = view.window
    page.set_viewport_size({"width": width, "height": height})
    yield view
    page.set_viewport_size({"width": PORTRAIT[0], "height": PORTRAIT[1]})


def test_every_screen_fits_and_can_be_touched_and_read_and_axe_finds_nothing(
    standing: Stand, page: Page, view: View
) -> None:
    """Both are asked of each screen while it is shown: showing one takes longer than judging it."""
    wrong: list[str] = []
    bars: dict[tuple[int, ...], str] = {}
    found = list[str]()
    for name in standing.states:
        standing.show(page, name, view.look)
        measured: dict[str, Any] = page.evaluate(MEASURE, rules(view))
        wrong += [f"{name}: {one}" for one in measured["wrong"]]
        stands_out: dict[str, Any] = page.evaluate(CONTRAST, contrasts(view))
        wrong += [f"{name}: {one}" for one in stands_out["wrong"]]
        if name != "enter_pin-ending":  # then the question for more time may stand in its place
            bars[tuple(measured["bar"])] = name
        found += violations(page, name)
    assert (wrong, found) == ([], [])
    assert len(bars) == 1, bars  # the bar of looks is at the same place on every screen


def test_large_print_keeps_the_sentence_that_says_which_pin_is_meant(
    standing: Stand, page: Page
) -> None:
    standing.show(page, "enter_pin", Look("zh", "elder"))
    expect(page.get_by_text("不是银行密码")).to_be_visible()


def test_the_last_try_leaves_all_keys_on_the_screen_in_large_english(
    standing: Stand, page: Page
) -> None:
    standing.show(page, "enter_pin-last", Look("en", "elder"))
    key, foot = (page.locator(part).last.bounding_box() for part in (".key", ".foot"))
    assert key is not None
    assert foot is not None
    assert key["y"] + key["height"] <= foot["y"]


@pytest.mark.parametrize("window", [PORTRAIT, WIDE, SMALL], ids=str)
def test_large_print_shows_all_of_the_menus_records_and_six_whole_buttons_of_looks(
    standing: Stand, page: Page, window: tuple[int, int]
) -> None:
    page.set_viewport_size({"width": window[0], "height": window[1]})
    for look in (Look("zh", "elder"), Look("en", "elder")):
        standing.show(page, "menu", look)
        page.evaluate("document.querySelector('[data-louder]').hidden = false")
        measured = page.evaluate(MEASURE, rules(View(window, look)))
        assert measured["wrong"] == []
        assert page.evaluate(CUT) <= 0
        if look.language == "zh":
            assert page.evaluate(BROKEN) == []
    page.set_viewport_size({"width": PORTRAIT[0], "height": PORTRAIT[1]})


def test_axe_finds_nothing_on_the_page_on_which_a_paper_is_verified(
    standing: Stand, page: Page
) -> None:
    page.goto(f"{standing.address}verify")
    found = violations(page, "verify")
    page.fill("#code", "K7QD")
    page.click("#ask button")
    expect(page.locator("#answer .good")).to_be_visible()
    assert [*found, *violations(page, "answer")] == []


def test_every_screen_has_a_state_here(standing: Stand) -> None:
    folder = Path(__file__).parents[2] / "kiosk/web/templates/screens"
    assert {path.stem for path in folder.glob("*.html")} == {
        name.split("-")[0] for name in standing.states
    }


def test_everything_can_be_reached_and_pressed_by_the_keyboard_in_the_order_of_the_screen(
    standing: Stand, page: Page
) -> None:
    standing.show(page, "enter_pin")
    reached = []
    for _ in range(20):
        page.keyboard.press("Tab")
        if not page.evaluate("document.activeElement.matches('button')"):
            break
        reached.append(page.evaluate("document.activeElement.dataset.key"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
    assert len(reached) > 15
    assert [key for key in reached if key] == [*"123456789", "clear", "0", "delete"]
    page.locator('[data-key="5"]').focus()
    for key in ("Enter", "Space"):
        page.keyboard.press(key)
    expect(page.locator(".dots i")).to_have_count(2)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator(".dots i")).to_have_count(0)
    assert set(standing.service.posted) == {Touched(CARD)}  # no PIN, and no end
    page.locator('.look[data-body*="contrast"]').focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-contrast=high]")).to_be_visible()
    expect(page.locator('.look[data-body*="contrast"]')).to_be_focused()


def test_the_verify_page_answers_for_the_code_that_was_scanned_last(
    standing: Stand, page: Page
) -> None:
    """The next paper is scanned into a tab that is open already."""

    def answer(route: Route) -> None:
        if (asked := route.request.post_data) is None:
            return route.continue_()
        said = f"<p>about {json.loads(asked)['code']}</p>"
        return route.fulfill(status=200, content_type="text/html", body=said)

    page.route("**/verify", answer)
    page.goto(f"{standing.address}verify#FIRST")
    expect(page.locator("#answer")).to_have_text("about FIRST")
    page.evaluate("location.hash = 'SECOND'")
    expect(page.locator("#answer")).to_have_text("about SECOND")
    page.evaluate("location.hash = '%zz'")  # no QR symbol of ours, and answered all the same
    expect(page.locator("#answer")).to_have_text("about %zz")
    assert page.url.endswith("/verify")
    page.unroute("**/verify")
