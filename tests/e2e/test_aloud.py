"""Reading aloud in a real browser: what is read stops with its screen, what goes wrong is told."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from playwright.sync_api import Page, expect

from kiosk.faults import fault
from kiosk.sections.speech import Speech
from kiosk.speech.aloud import ReadAloud
from kiosk.speech.tones import SAMPLE_RATE, wav_file
from kiosk.visit.look import USUAL_LOOK, Language, Look
from kiosk.visit.state import Printing
from kiosk.web.words import Voice, words
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


def next_screen(standing: Stand, name: str, look: Look = USUAL_LOOK) -> None:
    """Another screen of the same visit."""
    standing.service.put(standing.states[name], look)


def speech_asked(page: Page) -> list[str]:
    """What the page asks to be spoken from now on."""
    asked = list[str]()
    page.on("request", lambda one: asked.append(one.url) if one.url.endswith("/speech") else None)
    return asked


def listen(standing: Stand, page: Page, name: str) -> None:
    standing.show(page, name)
    page.click(READ)
    expect(page.locator(READ)).to_have_attribute("aria-pressed", "true")


def told(standing: Stand, page: Page, name: str) -> str:
    """What is said of another screen of the visit without another touch."""
    with page.expect_response("**/speech"):
        next_screen(standing, name)
    return HUM.heard[-1]


def test_a_touch_reads_the_screen_another_stops_and_a_new_screen_ends_it(
    standing: Stand, page: Page
) -> None:
    standing.show(page, "menu")
    page.click(READ)
    expect(page.locator(READ)).to_have_attribute("aria-pressed", "true")
    assert "您想办什么" in HUM.heard[-1]
    page.click(READ)
    expect(page.locator(READ)).to_have_attribute("aria-pressed", "false")
    page.click(READ)
    expect(page.locator(READ)).to_have_attribute("aria-pressed", "true")
    standing.show(page, "choose_months")
    expect(page.locator(READ)).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("enter_pin-wrong", "密码不对"),
        ("printing-hold", "printer.paper_out"),
        ("printed-bad", "printer.paper_out"),
        ("problem", "pin.locked"),
        ("out_of_service-inside", "sam.absent"),
        ("forgotten-staff", "有一张卡留在读卡器里"),
    ],
)
def test_what_goes_wrong_is_told_to_who_listens_without_another_touch(
    standing: Stand, page: Page, name: str, words: str
) -> None:
    listen(standing, page, "menu")
    heard = told(standing, page, name)
    said = Voice("zh").say(fault(words)) if "." in words else words
    assert said.rstrip("。") in heard
    assert "您可以选择" not in heard  # who wants the rest touches the button


def test_what_comes_later_on_a_screen_is_told_once(standing: Stand, page: Page) -> None:
    listen(standing, page, "printing")
    asked = speech_asked(page)
    assert "缺纸" in told(standing, page, "printing-hold")
    held = standing.states["printing-hold"]
    assert isinstance(held, Printing)
    standing.service.put(replace(held, done=4), USUAL_LOOK)
    expect(page.locator("progress")).to_have_attribute("value", "4")
    assert len(asked) == 1


def test_each_new_screen_is_named_to_who_listens_and_a_touch_reads_all_of_it(
    standing: Stand, page: Page
) -> None:
    listen(standing, page, "menu")
    assert told(standing, page, "enter_pin") == "zh: 输入密码。"
    expect(page.locator(READ)).to_have_attribute("aria-pressed", "false")
    page.click(READ)
    expect(page.locator(READ)).to_have_attribute("aria-pressed", "true")
    assert "请输入社会保障卡密码" in HUM.heard[-1]


def test_what_the_page_itself_warns_of_is_told_too(standing: Stand, page: Page) -> None:
    listen(standing, page, "enter_pin")
    with page.expect_response("**/speech"):
        page.keyboard.type("https://verify.example/")
    assert words()["pin.misread"]["zh"] in HUM.heard[-1]


def test_the_next_citizen_begins_in_silence(standing: Stand, page: Page) -> None:
    listen(standing, page, "menu")
    asked = speech_asked(page)
    token = standing.put("enter_pin-wrong")
    expect(page.locator(f'[data-token="{token}"]')).to_be_visible()
    next_screen(standing, "problem")
    on_screen(page, "problem")
    assert asked == []


def test_who_listened_hears_how_the_visit_ended_and_nobody_after_that(
    standing: Stand, page: Page
) -> None:
    listen(standing, page, "search")
    with page.expect_response("**/speech"):
        standing.put("idle-notice")
    assert Voice("zh").say(fault("card.removed_printing")) in HUM.heard[-1]
    asked = speech_asked(page)
    standing.show(page, "enter_pin-wrong")
    assert asked == []


def test_who_asked_on_the_first_screen_and_puts_a_card_in_listens_on(
    standing: Stand, page: Page
) -> None:
    page.clock.install()
    page.reload()
    listen(standing, page, "idle")
    with page.expect_response("**/speech"):
        standing.put("reading")
    assert HUM.heard[-1] == "zh: 正在读卡。"
    listen(standing, page, "idle")
    page.clock.fast_forward(60_001)  # whoever asked has gone
    on_screen(page, "idle")
    asked = speech_asked(page)
    standing.show(page, "reading")
    assert asked == []


def test_a_page_that_waits_for_the_server_goes_on_for_who_listens(
    standing: Stand, page: Page
) -> None:
    page.clock.install()
    page.reload()
    listen(standing, page, "printing")
    page.clock.fast_forward(int(1000 * SECONDS) + 4000)  # nobody ends the screen: it goes
    expect(page.locator("[data-screen]")).to_have_count(0)
    assert Voice("zh").say(fault("printer.paper_out")).rstrip("。") in told(
        standing, page, "printed-bad"
    )
    expect(page.locator(LOUDER)).to_be_visible()


def test_what_is_read_speaks_the_language_of_the_screen_and_the_open_part(
    standing: Stand, page: Page
) -> None:
    standing.show(page, "menu", Look("en"))
    page.click("text=Benefits")
    page.evaluate(f"document.querySelector('{READ}').click()")
    expect(page.locator(READ)).to_have_attribute("aria-pressed", "true")
    assert HUM.heard[-1].startswith("en: ")
    assert "Personal pension account" in HUM.heard[-1]
    assert "What would you like" not in HUM.heard[-1]


def test_the_question_for_more_time_is_read_to_who_listens_only(
    standing: Stand, page: Page
) -> None:
    standing.show(page, "menu")
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
    standing.show(page, "menu")
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
