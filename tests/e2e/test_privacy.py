"""The page in a real browser: nothing of a visit stays, goes elsewhere, or is seen twice."""

import pytest
from playwright.sync_api import Page, expect

from kiosk.visit.events import EndAsked, PinEntered, Touched
from tests.e2e.browser import browser_page, on_screen
from tests.e2e.tabs import page, standing
from tests.stand import CARD, HOLDER, SECONDS, Stand

__all__ = ["browser_page", "page", "standing"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HAND = 60
"""Milliseconds for which a hand holds a key; what comes faster is a scanner's."""


def to_menu(standing: Stand, page: Page) -> None:
    standing.show(page, "menu")
    expect(page.locator(".who [data-private] b")).to_have_text(HOLDER.name)


def test_a_second_tab_gets_nothing_and_the_first_goes_on(standing: Stand, page: Page) -> None:
    to_menu(standing, page)
    other = page.context.new_page()
    other.goto(standing.address)
    expect(other.locator("#stage h2", has_text="请取出卡，重新开始")).to_be_visible()
    assert HOLDER.name not in other.content()
    shown = standing.service.shown
    standing.service.put(standing.states["choose_months"], shown.look, shown.token)
    on_screen(page, "choose_months")  # the visit goes on where it began
    assert HOLDER.name not in other.content()
    standing.put("idle")
    expect(
        page.locator("#stage h2", has_text="请取出卡，重新开始")
    ).to_be_visible()  # the newer page has it now
    on_screen(other, "idle")  # by itself
    other.close()


def test_who_leaves_the_page_finds_nothing_behind_the_back_button(
    standing: Stand, page: Page
) -> None:
    to_menu(standing, page)
    page.goto("about:blank")
    page.go_back()
    expect(page.locator("#stage h2", has_text="请取出卡，重新开始")).to_be_visible()
    assert HOLDER.name not in page.content()


def test_a_page_that_is_hidden_shows_nothing_and_comes_back_when_it_is_seen(
    standing: Stand, page: Page
) -> None:
    to_menu(standing, page)
    hide = """hidden => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.evaluate(hide, True)
    assert page.inner_html("#stage") == ""
    standing.put("preview")  # what changes meanwhile is not drawn either
    assert page.inner_html("#stage") == ""
    page.evaluate(hide, False)
    on_screen(page, "preview")


def test_a_visit_leaves_no_cookie_no_history_and_nothing_in_any_store(
    standing: Stand, page: Page
) -> None:
    kept: list[str] = []
    page.on(
        "response",
        lambda answer: (
            kept.append(answer.url) if answer.headers.get("cache-control") != "no-store" else None
        ),
    )
    length = page.evaluate("history.length")
    for name in ("enter_pin", "menu", "preview", "printing", "take_card", "idle"):
        standing.show(page, name)
    assert kept == []
    assert page.context.cookies() == []
    assert page.evaluate("history.length") == length
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert page.evaluate("indexedDB.databases()") == []
    assert page.evaluate("caches.keys()") == []


def test_a_hardware_pin_pad_types_clears_and_sends_and_only_dots_are_shown(
    standing: Stand, page: Page
) -> None:
    standing.show(page, "enter_pin")
    for key in ("Numpad7", "Digit7", "Numpad4", "Backspace", "Numpad9", "Numpad1"):
        page.keyboard.press(key, delay=HAND)
    assert page.locator(".dots i").count() == 4
    assert page.inner_text(".dots") == ""
    assert "7791" not in page.content()
    page.keyboard.press("Escape")
    assert page.locator(".dots i").count() == 0
    page.click('[data-key="2"]')  # both pads at the same time
    for key in ("Numpad4", "Numpad6", "Numpad8"):
        page.keyboard.press(key, delay=HAND)
    with page.expect_response("**/api/visit/pin"):
        page.keyboard.press("Enter")
    (sent,) = (one for one in standing.service.posted if isinstance(one, PinEntered))
    assert sent.pin is not None
    assert sent.pin.packed() == bytes.fromhex("2468")
    assert page.locator(".dots i").count() == 0


def test_cancel_on_the_hardware_pad_ends_the_visit_when_nothing_is_typed(
    standing: Stand, page: Page
) -> None:
    standing.show(page, "enter_pin")
    with page.expect_response("**/api/visit/touch"):
        page.keyboard.press("Escape")  # clears only
    assert standing.service.posted == [Touched(CARD)]
    cancel = 'document.dispatchEvent(new KeyboardEvent("keydown", {key: "Cancel", bubbles: true}))'
    with page.expect_response("**/api/visit/end"):
        page.evaluate(cancel)
    assert standing.service.posted == [Touched(CARD), EndAsked(CARD)]


def test_when_time_runs_out_the_screen_itself_asks_and_both_answers_count(
    standing: Stand, page: Page
) -> None:
    standing.show(page, "menu")
    expect(page.locator(".more")).to_have_count(0)
    before = page.locator(".tile.primary").bounding_box()
    standing.service.seconds = 20.0
    standing.put("menu")
    expect(page.locator(".more h2")).to_have_text("还需要更多时间吗？")
    after = page.locator(".tile.primary").bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 20  # nothing moves from under a finger
    with page.expect_response("**/api/visit/touch"):
        page.click(".more [data-call=touch]")
    assert standing.service.posted == [Touched(CARD)]
    expect(page.locator(".more [data-call=touch]")).to_be_enabled()
    with page.expect_response("**/api/visit/end"):
        page.click(".more [data-call=end]")
    assert standing.service.posted[-1] == EndAsked(CARD)
    standing.service.seconds = SECONDS
    standing.put("menu")
    expect(page.locator(".more")).to_have_count(0)


def test_a_screen_goes_when_its_time_is_over_though_nobody_ends_it_and_the_next_one_is_shown(
    standing: Stand, page: Page
) -> None:
    page.clock.install()
    page.reload()
    on_screen(page, "idle")
    standing.service.seconds = 5.0
    standing.put("menu")
    on_screen(page, "menu")
    page.clock.fast_forward(5500)
    on_screen(page, "menu")  # whoever ends it may be a little late
    page.clock.fast_forward(3000)
    expect(page.locator("[data-screen]")).to_have_count(0)
    for _ in range(2):  # the page asks again, and gets the same screen without time
        with page.expect_response("**/screen"):
            pass
    assert HOLDER.name not in page.content()
    standing.show(page, "idle")
