"""Every look of every screen in a real browser, with the worst names and amounts there may be."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from kiosk.visit.look import Look
from kiosk.web.words import Voice
from tests.e2e.browser import browser_page
from tests.e2e.looks import PORTRAIT, SMALL
from tests.e2e.tabs import page, standing
from tests.stand import PREVIEW, Stand

__all__ = ["browser_page", "page", "standing"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def switch(page: Page, part: str) -> None:
    page.click(f'.look[data-body*="{part}"]')


def test_a_switch_of_the_language_keeps_what_was_typed(standing: Stand, page: Page) -> None:
    standing.show(page, "enter_pin")
    for digit in "12":
        page.click(f'[data-key="{digit}"]')
    switch(page, "language")
    expect(page.locator(".main h2")).to_have_text("Please enter your card PIN")
    assert page.locator(".dots i").count() == 2
    assert page.evaluate("document.documentElement.lang") == "en"
    page.click('[data-key="3"]')
    assert page.locator(".dots i").count() == 3
    switch(page, "language")
    expect(page.locator(".main h2")).to_have_text("请输入社会保障卡密码")
    assert page.locator(".dots i").count() == 3


def test_the_date_goes_on_at_midnight_by_itself_in_both_languages(
    standing: Stand, page: Page
) -> None:
    page.clock.install(time="2026-11-26T23:59:00+08:00")
    for language, before, after in (
        ("zh", "11月26日星期四", "11月27日星期五"),
        ("en", "Thursday 26 Nov", "Friday 27 Nov"),
    ):
        page.clock.set_system_time("2026-11-26T23:59:00+08:00")
        standing.show(page, "idle", Look(language))  # type: ignore[arg-type]
        expect(page.locator("[data-day]")).to_have_text(before)
        page.clock.set_system_time("2026-11-27T00:01:00+08:00")
        page.clock.run_for(1000)
        expect(page.locator("[data-day]")).to_have_text(after)


def test_a_long_press_opens_no_menu_of_the_browser(standing: Stand, page: Page) -> None:
    standing.show(page, "preview")
    ask = "new MouseEvent('contextmenu', { bubbles: true, cancelable: true })"
    for where in (".papers", ".chart svg", ".foot button"):
        part = page.locator(where).first
        assert not part.evaluate(f"part => part.dispatchEvent({ask})"), where


def test_large_print_too_says_that_the_statement_can_be_swiped(standing: Stand, page: Page) -> None:
    standing.show(page, "preview", Look(size="elder"))
    expect(page.get_by_text("上下滑动可看全部。")).to_be_visible()


@pytest.mark.parametrize("name", ["insured", "rights", "contributions", "transfer"])
def test_no_statement_has_to_be_moved_sideways_whatever_the_window_and_the_print(
    standing: Stand, page: Page, name: str
) -> None:
    """Large print on a usual screen, usual print on a large one: who looks may have chosen so."""
    standing.states = {**standing.states, name: replace(PREVIEW, statement=name)}
    for window, look, size in (
        (SMALL, Look("en"), "large"),
        (SMALL, Look(size="elder"), "normal"),
        (PORTRAIT, Look(size="elder"), "normal"),
    ):
        page.set_viewport_size({"width": window[0], "height": window[1]})
        standing.show(page, name, look)
        standing.desk.memory.statement.size = size
        standing.service.put(standing.states[name], look, f"{name}-{size}-{window}")
        page.wait_for_selector(f'[data-token="{name}-{size}-{window}"]')
        wide = page.locator(".papers").evaluate("part => part.scrollWidth - part.clientWidth")
        assert wide == 0, (window, look, size)
    lists = page.locator(".statement table.list")
    if name == "insured":  # on the widest window it fits as a table
        assert lists.count() == 0
        return
    table = lists.first
    heads = table.locator("thead th").all_text_contents()
    named = table.locator("tbody tr:not(.whose) td").evaluate_all(
        "cells => cells.map((cell) => cell.dataset.name)"
    )
    assert set(named) <= set(heads)
    assert len(set(named)) > 2


def test_a_switch_keeps_the_place_that_was_scrolled_to(standing: Stand, page: Page) -> None:
    standing.show(page, "preview")
    page.locator(".papers").evaluate("part => part.scrollTop = part.scrollHeight / 2")
    switch(page, "contrast")
    expect(page.locator("[data-contrast=high]")).to_be_visible()
    middle = page.locator(".papers").evaluate("part => part.scrollTop / part.scrollHeight")
    assert 0.4 < middle < 0.6


def test_the_length_of_a_paper_moves_nothing_that_is_read_and_takes_no_focus(
    standing: Stand, page: Page
) -> None:
    token = standing.put("preview-measuring")
    page.wait_for_selector(f'[data-token="{token}"]')
    papers = page.locator(".papers")
    papers.evaluate("part => { window.kept = part; part.scrollTop = 333; part.focus(); }")
    waiting = page.locator(".pair .tile[aria-disabled=true]")
    expect(waiting).to_have_count(2)
    expect(waiting.first).to_contain_text("算好后可选")
    ground = waiting.first.evaluate("tile => getComputedStyle(tile).backgroundColor")
    assert ground == page.locator(".stage").evaluate("e => getComputedStyle(e).backgroundColor")
    standing.service.put(standing.states["preview"], Look(), token)
    expect(page.locator("[data-call=print]")).to_have_count(2)
    expect(waiting).to_have_count(0)
    expect(page.get_by_text("约需 1.5 米纸")).to_be_visible()
    for kept in ("part === window.kept", "part.scrollTop === 333", "part.matches(':focus')"):
        assert papers.evaluate(f"part => {kept}"), kept


def test_a_statement_is_sent_once_however_often_what_stands_beside_it_changes(
    standing: Stand, page: Page
) -> None:
    token = standing.put("preview-measuring")
    page.wait_for_selector(f'[data-token="{token}"]')
    sent: list[int] = []
    page.on("response", lambda it: sent.append(len(it.body())) if "/screen" in it.url else None)
    text = page.locator(".papers").inner_text()
    for name in ("preview", "preview-stopped", "preview"):
        with page.expect_response("**/screen"):
            standing.service.put(standing.states[name], Look(), token)
        stopped = page.locator(".tile.still")
        expect(stopped).to_have_count(int(name == "preview-stopped"))
        assert page.locator(".papers").inner_text() == text
    assert len(text) > 2000
    assert max(sent) < 20_000
    page.evaluate("document.getElementById('stage').replaceChildren()")  # as a page that is left is
    standing.service.put(standing.states["preview"], Look(), token)
    expect(page.locator(".papers")).to_contain_text("核验码")


def test_a_switch_of_the_language_reaches_the_question_for_more_time(
    standing: Stand, page: Page
) -> None:
    standing.show(page, "enter_pin-ending")
    expect(page.locator(".more h2")).to_have_text(Voice("zh").say("more.ask"))
    switch(page, "language")
    expect(page.locator(".more h2")).to_have_text(Voice("en").say("more.ask"))


def test_a_switch_says_that_it_is_on_and_turns_it_off_again(standing: Stand, page: Page) -> None:
    for part in ("size", "contrast", "reach"):
        button = page.locator(f'.look[data-body*="{part}"]')
        expect(button).to_have_attribute("aria-pressed", "false")
        switch(page, part)
        expect(button).to_have_attribute("aria-pressed", "true")
    assert standing.service.shown.look == Look("zh", "elder", "high", "low")
    for part in ("size", "contrast", "reach"):
        switch(page, part)
    expect(page.locator("[aria-pressed=true]")).to_have_count(0)
