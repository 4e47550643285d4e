"""The button that reads a screen aloud, in a real browser: it stops with its screen."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from playwright.sync_api import Page, expect

from kiosk.sections.speech import Speech
from kiosk.speech.aloud import ReadAloud
from kiosk.speech.tones import SAMPLE_RATE, wav_file
from kiosk.visit.look import Language, Look
from tests.e2e.browser import browser_page, on_screen
from tests.e2e.tabs import first_screen
from tests.kiosk.pages import own_page
from tests.stand import SECONDS, Stand, stand

__all__ = ["browser_page"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

READ = "[data-read]"
LOUDER = "[data-louder]"


@dataclass
class Hum:
    """A voice that hums for a minute, and keeps what it was to say."""

    heard: list[str] = field(default_factory=list)

    def wav(self, said: tuple[str, ...], language: Language) -> bytes:
        self.heard.append(f"{language}: {''.join(said)}")
        return wav_file(bytes(2 * 60 * SAMPLE_RATE), SAMPLE_RATE)


HUM = Hum()


@pytest.fixture(scope="module")
def standing() -> Iterator[Stand]:
    aloud = ReadAloud(Speech(), HUM)  # type: ignore[arg-type]
    with stand(replace(own_page(), aloud=aloud)) as standing:
        yield standing


@pytest.fixture
def page(standing: Stand, browser_page: Page) -> Iterator[Page]:
    with first_screen(standing, browser_page) as page:
        HUM.heard.clear()
        yield page


def test_a_touch_reads_the_screen_another_stops_and_a_new_screen_is_silent(
    standing: Stand, page: Page
) -> None:
    standing.put("menu")
    on_screen(page, "menu")
    page.click(READ)
    expect(page.locator(READ)).to_have_attribute("aria-pressed", "true")
    assert "您想办什么" in HUM.heard[-1]
    page.click(READ)
    expect(page.locator(READ)).to_have_attribute("aria-pressed", "false")
    page.click(READ)
    expect(page.locator(READ)).to_have_attribute("aria-pressed", "true")
    standing.put("choose_months")
    on_screen(page, "choose_months")
    expect(page.locator(READ)).to_have_attribute("aria-pressed", "false")


def test_what_is_read_speaks_the_language_of_the_screen_and_the_open_part(
    standing: Stand, page: Page
) -> None:
    standing.put("menu", Look("en"))
    on_screen(page, "menu")
    page.click("text=Benefits")
    page.evaluate(f"document.querySelector('{READ}').click()")
    expect(page.locator(READ)).to_have_attribute("aria-pressed", "true")
    assert HUM.heard[-1].startswith("en: ")
    assert "Personal pension account" in HUM.heard[-1]
    assert "What would you like" not in HUM.heard[-1]


def test_the_question_for_more_time_is_read_to_who_listens_only(
    standing: Stand, page: Page
) -> None:
    standing.put("menu")
    on_screen(page, "menu")
    standing.service.seconds = 20.0
    standing.put("menu")
    expect(page.locator(".more")).to_be_visible()
    assert HUM.heard == []
    standing.service.seconds, shown = SECONDS, standing.service.shown
    standing.service.put(shown.state, shown.look)
    expect(page.locator(".more")).to_have_count(0)
    page.click(READ)
    expect(page.locator(READ)).to_have_attribute("aria-pressed", "true")
    standing.service.seconds = 20.0
    with page.expect_response("**/speech"):
        standing.service.put(shown.state, shown.look)
    assert "还需要更多时间吗" in HUM.heard[-1]
    assert "您想办什么" not in HUM.heard[-1]


def test_the_loudness_that_was_chosen_ends_with_the_visit(standing: Stand, page: Page) -> None:
    standing.put("menu")
    on_screen(page, "menu")
    expect(page.locator(LOUDER)).to_be_hidden()
    with page.expect_response("**/touch"):  # it is this visit's
        page.click(READ)
    expect(page.locator(LOUDER)).to_have_attribute("data-level", "2")
    page.click(LOUDER)
    expect(page.locator(LOUDER)).to_have_attribute("data-level", "3")
    token = standing.put("menu")  # another visit
    expect(page.locator(f'[data-token="{token}"]')).to_be_visible()
    expect(page.locator(LOUDER)).to_be_hidden()
    page.click(READ)
    expect(page.locator(LOUDER)).to_have_attribute("data-level", "2")


def test_a_card_to_be_taken_is_called_for_by_a_sound(standing: Stand, page: Page) -> None:
    with page.expect_response("**/sounds/take-card") as answer:
        standing.put("take_card")
    assert answer.value.headers["content-type"] == "audio/wav"
