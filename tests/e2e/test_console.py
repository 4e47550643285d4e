"""The technician's console in a real browser, at the kiosk's own screen."""

import pytest
from playwright.sync_api import Page, Route, expect

from kiosk.demo.data import DemoCard
from kiosk.demo.show import LOGIN
from tests.e2e.axe import violations
from tests.e2e.browser import Demo, browser_page, demo, on_screen, page

__all__ = ["browser_page", "demo", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def password(demo: Demo) -> str:
    """The demo says it when it is ready."""
    assert demo.process.stdout is not None
    return demo.process.stdout.readline().split("password: ")[1].strip()


def enter(page: Page, password: str) -> None:
    page.keyboard.press("Control+Alt+k")
    page.fill("[name=login]", LOGIN)
    page.fill("[name=password]", password)
    page.click(".door .go")
    expect(page.locator("nav")).to_be_visible()


def test_a_technician_finds_the_fault_tries_the_devices_and_gives_the_screen_back(
    demo: Demo, page: Page, password: str, cards: tuple[DemoCard, ...]
) -> None:
    demo.do("printer", "take_paper")
    enter(page, password)
    expect(page.locator("#found .finding")).to_contain_text("printer.paper_out", timeout=60_000)
    expect(page.locator("#live")).to_contain_text("printer.paper_out")
    demo.do("printer", "load_paper")
    page.click("text=开始维护")
    expect(page.locator(".banner")).to_contain_text("维护中")
    expect(page.locator("#live")).to_contain_text("无卡")
    demo.do("insert", cards[1].name)
    expect(page.locator("#live")).not_to_contain_text("无卡")  # pcscd takes its moment
    page.click("nav >> text=试验")
    page.click('[data-post="trials/card"]')
    expect(page.locator("#card")).to_contain_text("genuine")
    expect(page.locator("body")).not_to_contain_text(cards[1].holder)
    page.click("[data-body*='self-test'][data-body*='receipt']")
    page.click("text=纸已出来而且完整")
    expect(page.locator("#printed")).to_contain_text("已记录：纸完整")
    demo.do("remove")
    page.click("nav >> text=打印任务")
    expect(page.locator(".jobs .confirmed")).to_have_count(1)
    page.click("text=结束维护")
    expect(page.locator(".banner")).to_have_count(0)
    page.click("text=退出")
    on_screen(page, "idle")


def test_a_citizen_who_puts_a_card_in_finds_the_own_page_and_nobody_logged_in_behind_it(
    demo: Demo, page: Page, password: str, cards: tuple[DemoCard, ...]
) -> None:
    enter(page, password)
    demo.do("insert", cards[1].name)
    on_screen(page, "enter_pin")
    page.keyboard.press("Control+Alt+k")
    on_screen(page, "enter_pin")
    demo.do("remove")
    on_screen(page, "idle")
    page.keyboard.press("Control+Alt+k")
    expect(page.locator(".door")).to_be_visible()
    page.click("text=返回办事屏幕")
    on_screen(page, "idle")


def test_no_finger_finds_the_console_on_the_citizens_page(page: Page) -> None:
    assert page.locator("[href*=technician]").count() == 0
    assert "technician" not in page.content()


ANSWER = """<button data-post="jobs/settle" data-body='{"job": 7, "verdict": "confirmed"}'
data-into="#jobs" data-sure="再按一次">纸完整</button>"""


def test_a_job_is_settled_by_the_second_touch_only(page: Page, password: str) -> None:
    asked: list[str] = []

    def settle(route: Route) -> None:
        asked.append(route.request.post_data or "")
        route.fulfill(status=200, content_type="text/html", body="已记录")

    enter(page, password)
    page.click("nav >> text=打印任务")
    page.route("**/technician/jobs/settle", settle)
    page.evaluate("words => { document.getElementById('jobs').innerHTML = words; }", ANSWER)
    page.click("#jobs button")
    expect(page.locator("#jobs button")).to_have_text("再按一次")
    assert asked == []
    page.click("#jobs button")
    expect(page.locator("#jobs")).to_have_text("已记录")
    assert len(asked) == 1
    page.unroute("**/technician/jobs/settle")
    page.click("text=退出")
    on_screen(page, "idle")


def test_axe_finds_nothing_on_any_page_of_the_console(
    demo: Demo, page: Page, password: str
) -> None:
    found = list[str]()
    page.keyboard.press("Control+Alt+k")
    expect(page.locator(".door")).to_be_visible()
    found += violations(page, "door")
    page.click("text=返回办事屏幕")
    on_screen(page, "idle")
    enter(page, password)
    for name in page.locator("nav a").all_inner_texts():
        page.click(f"nav >> text={name}")
        expect(page.locator("nav [aria-current]")).to_have_text(name)
        found += violations(page, name)
    assert found == []
    page.click("text=退出")
    on_screen(page, "idle")
