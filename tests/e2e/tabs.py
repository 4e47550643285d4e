"""A browser tab with nothing in it from before; an error in the page's script fails the test."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page

from tests.e2e.browser import on_screen
from tests.stand import SECONDS, Stand, stand


@contextmanager
def first_screen(standing: Stand, browser_page: Page) -> Iterator[Page]:
    """The kiosk's page in a profile of its own, on the first screen."""
    browser = browser_page.context.browser
    assert browser is not None
    context = browser.new_context(viewport={"width": 1080, "height": 1920})
    errors: list[str] = []
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    standing.service.seconds = SECONDS
    standing.service.posted.clear()
    standing.put("idle")
    page.goto(standing.address)
    on_screen(page, "idle")
    yield page
    context.close()
    assert errors == [], errors


@pytest.fixture(scope="module")
def standing() -> Iterator[Stand]:
    """A kiosk that a test puts before any screen."""
    with stand() as standing:
        yield standing


@pytest.fixture
def page(standing: Stand, browser_page: Page) -> Iterator[Page]:
    """Its page, on the first screen as it usually looks."""
    with first_screen(standing, browser_page) as page:
        yield page
