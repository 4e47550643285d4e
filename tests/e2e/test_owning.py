"""Whose the screen is, in a real browser: the hall's page, whoever else loads it."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.sync_api import Page, expect

from kiosk.browser import first_page, with_key
from kiosk.page_key import key_of_boot
from kiosk.web.own_page import OwnPage
from tests.e2e.browser import browser_page, on_screen
from tests.kiosk.pages import SILENT
from tests.stand import HOLDER, Stand, stand

__all__ = ["browser_page"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[tuple[Stand, str]]:
    """A kiosk whose page has a secret; what its browser opens."""
    folder = tmp_path / "page"
    folder.mkdir()
    page = OwnPage.of(SILENT, random.Random(1), key_of_boot(folder))
    with stand(page) as standing:
        standing.put("idle")
        yield standing, first_page(tmp_path, with_key(standing.address, folder))


@contextmanager
def another(page: Page) -> Iterator[Page]:
    """A page of another browser."""
    browser = page.context.browser
    assert browser is not None
    with browser.new_context() as context:
        context.set_default_timeout(15_000)
        yield context.new_page()


def shows_nothing(page: Page) -> None:
    expect(page.locator("#stage h2")).to_have_text("请取出卡，重新开始")
    assert HOLDER.name not in page.content()


def test_a_screen_without_a_daemon_says_so_and_goes_to_its_page_by_itself(
    tmp_path: Path, browser_page: Page
) -> None:
    folder = tmp_path / "page"
    folder.mkdir()
    with another(browser_page) as page:
        page.goto(first_page(tmp_path))
        expect(page.locator("h1")).to_have_text("暂停服务")
        own = OwnPage.of(SILENT, random.Random(1), key_of_boot(folder))
        with stand(own) as standing:
            standing.put("idle")
            first_page(tmp_path, with_key(standing.address, folder))
            on_screen(page, "idle")
            assert page.url == standing.address


def test_a_foreign_tab_and_a_monitor_change_nothing_for_the_halls_page(
    hall: tuple[Stand, str], browser_page: Page
) -> None:
    standing, first = hall
    with another(browser_page) as page, another(browser_page) as foreign:
        page.goto(first)
        on_screen(page, "idle")
        assert page.url == standing.address  # the secret is in no address any more
        foreign.goto(standing.address)
        shows_nothing(foreign)
        httpx2.get(standing.address)
        standing.show(page, "menu")
        shows_nothing(foreign)
        standing.show(page, "idle")
        page.reload()  # it is the screen's still
        on_screen(page, "idle")


def test_a_browser_that_is_started_anew_in_a_visit_gets_the_next_one_at_once(
    hall: tuple[Stand, str], browser_page: Page
) -> None:
    standing, first = hall
    with another(browser_page) as old:
        old.goto(first)
        standing.show(old, "menu")
    with another(browser_page) as page:
        page.goto(first)
        shows_nothing(page)
        standing.put("idle")
        expect(page.locator("[data-screen=idle]")).to_be_visible(timeout=4000)


def test_a_page_is_back_by_itself_when_the_daemon_was_started_anew(browser_page: Page) -> None:
    with another(browser_page) as page:
        with stand() as standing:
            page.goto(standing.address)
            on_screen(page, "idle")
        expect(page.locator("#stage h2")).to_contain_text("终端正在恢复")
        with stand(port=urlsplit(standing.address).port or 0):
            expect(page.locator("[data-screen=idle]")).to_be_visible(timeout=10_000)
