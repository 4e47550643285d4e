"""The menu's sections in a real browser: what lies behind an open one, and the question in it."""

import io
import re
from typing import Literal

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from kiosk.visit.events import EndAsked, Touched
from kiosk.visit.look import USUAL_LOOK, Look
from tests.e2e.browser import browser_page
from tests.e2e.looks import PORTRAIT, SMALL, WIDE, View
from tests.e2e.tabs import page, standing
from tests.e2e.test_every_screen import MEASURE, rules
from tests.stand import CARD, SECONDS, Stand

__all__ = ["browser_page", "page", "standing"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WINDOWS = (PORTRAIT, WIDE, SMALL)
GROUND = "part => getComputedStyle(part).backgroundColor.match(/\\d+/g).map(Number)"

LINES = """[...document.querySelectorAll(".sections .tile b")].map((name) => {
  const lines = new Map();
  const letters = document.createTreeWalker(name, NodeFilter.SHOW_TEXT);
  while (letters.nextNode()) {
    const text = letters.currentNode;
    [...text.data].forEach((letter, at) => {
      const range = document.createRange();
      range.setStart(text, at);
      range.setEnd(text, at + 1);
      const top = Math.round(range.getBoundingClientRect().top);
      lines.set(top, (lines.get(top) || "") + letter);
    });
  }
  return [...lines.values()];
})"""
"""The lines in which each name stands."""


def seen(page: Page, part: str) -> bool:
    """Whether the ground of it is on the glass in its own colour, not dimmed and not covered."""
    box = page.locator(part).bounding_box()
    assert box is not None
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    pixel = shot.getpixel((round(box["x"] + box["width"] / 2), round(box["y"] + 6)))
    own = page.locator(part).evaluate(GROUND)
    assert isinstance(pixel, tuple)
    return all(abs(one - two) < 4 for one, two in zip(pixel, own, strict=True))


@pytest.mark.parametrize("look", [USUAL_LOOK, Look("en", "elder"), Look(reach="low")], ids=str)
@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_the_question_for_more_time_is_not_dimmed_behind_an_open_section(
    standing: Stand, page: Page, window: tuple[int, int], look: Look
) -> None:
    page.set_viewport_size({"width": window[0], "height": window[1]})
    standing.show(page, "menu-section", look)
    standing.service.seconds, shown = 20.0, standing.service.shown
    standing.service.put(shown.state, shown.look, shown.token)
    expect(page.locator(".more")).to_be_visible()
    expect(page.locator(".more [data-left]")).to_have_text(re.compile("0:[12][0-9]"))
    assert [
        part
        for part in (".more .go", ".more .end", ".choices:popover-open .tile >> nth=0")
        if not seen(page, part)
    ] == []


def test_who_goes_on_keeps_the_open_section_and_the_question_goes_with_what_is_closed(
    standing: Stand, page: Page
) -> None:
    standing.show(page, "menu-section-ending")
    page.click(".choices:popover-open .button:text('返回')")
    expect(page.locator(".asked > .more")).to_be_visible()
    page.click(".sections .tile >> nth=1")
    expect(page.locator(".choices:popover-open .more")).to_be_visible()
    standing.service.posted.clear()
    with page.expect_response("**/api/visit/touch"):
        page.click(".more .go")
    assert standing.service.posted == [Touched(CARD)]
    standing.service.seconds, shown = SECONDS, standing.service.shown
    standing.service.put(shown.state, shown.look, shown.token)
    expect(page.locator(".more")).to_have_count(0)
    expect(page.locator(".choices:popover-open")).to_be_visible()


def test_a_touch_on_what_is_dimmed_only_closes_the_section(standing: Stand, page: Page) -> None:
    standing.show(page, "menu-section")
    first = page.locator(".menu .primary").bounding_box()
    assert first is not None
    page.mouse.click(10, first["y"] + 10)  # beside the section
    expect(page.locator(":popover-open")).to_have_count(0)
    assert page.locator(".menu .primary").is_enabled()  # it was not pressed
    assert not [one for one in standing.service.posted if not isinstance(one, Touched)]


def test_the_end_and_the_looks_are_not_behind_an_open_section(standing: Stand, page: Page) -> None:
    standing.show(page, "menu-section")
    with page.expect_response("**/api/visit/look"):
        page.click(".looks .look >> nth=0")
    expect(page.locator(":popover-open")).to_have_count(1)  # and it stays open in the other look
    with page.expect_response("**/api/visit/end"):
        page.click(".foot .end")
    assert EndAsked(CARD) in standing.service.posted


def test_by_keys_the_focus_goes_into_a_section_and_back(standing: Stand, page: Page) -> None:
    standing.show(page, "menu")
    page.focus(".sections .tile >> nth=1")
    page.keyboard.press("Enter")
    expect(page.locator(".choices:popover-open .tile >> nth=0")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(":popover-open")).to_have_count(0)
    expect(page.locator(".sections .tile >> nth=1")).to_be_focused()


@pytest.mark.parametrize("size", ["normal", "elder"])
@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_a_sections_name_breaks_between_its_words_only(
    standing: Stand, page: Page, window: tuple[int, int], size: Literal["normal", "elder"]
) -> None:
    page.set_viewport_size({"width": window[0], "height": window[1]})
    standing.show(page, "menu", Look(size=size))
    lines = [line for name in page.evaluate(LINES) for line in name]
    assert set(lines) <= {
        *("社保缴费和权益", "社保缴费", "和权益", "待遇和账户", "待遇", "和账户"),
        *("就业失业", "人事档案", "办事和进度", "办事", "和进度"),
    }
    assert page.evaluate(MEASURE, rules(View(window, Look(size=size))))["wrong"] == []


@pytest.mark.parametrize(("height", "more"), [(1920, True), (7000, False)])
def test_the_screen_asks_for_a_swipe_only_where_there_is_more_to_see(
    standing: Stand, page: Page, height: int, more: bool
) -> None:
    page.set_viewport_size({"width": PORTRAIT[0], "height": height})
    standing.show(page, "guide")
    expect(page.locator(".guide + .hint")).to_be_visible(visible=more)
