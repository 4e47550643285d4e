"""The page in a real browser: a visit from card in to card out, and the faults a citizen meets."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, Response, expect, sync_playwright

from kiosk.demo.data import DemoCard
from tests.e2e.conftest import KIOSK
from tests.leaks import note

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHROMIUM = shutil.which("chromium")
OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-quic"),
]


@dataclass
class Demo:
    """A running `kiosk demo`: its address, its process, and hands for its devices."""

    address: str
    process: subprocess.Popen[str]

    def do(self, what: str, name: str = "") -> None:
        answer = httpx2.post(f"{self.address}dock/do", json={"what": what, "name": name})
        assert answer.status_code == 204, answer.text


@pytest.fixture(scope="module")
def demo(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo on a free port, with its data in a folder of its own."""
    folder = tmp_path_factory.mktemp("page")
    shutil.copytree(demo_folder, folder, dirs_exist_ok=True)
    log = (folder / "log").open("w+")
    process = subprocess.Popen(
        [KIOSK, "demo", "--port", "0", "--data", folder],
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    assert process.stdout is not None
    address = ""
    while not address:
        line = process.stdout.readline()
        assert line, "the demo ended before it was ready"
        if "screen: " in line:
            address = line.split("screen: ")[1].split()[0]
    yield Demo(address, process)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) in (0, 130)
    process.stdout.close()
    log.seek(0)
    said = log.read()
    log.close()
    assert not re.search("Traceback|ERROR|CRITICAL", said), said
    note("log of kiosk demo", said)


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    """A page of the kiosk's own shape; an error in its script fails the test."""
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must not skip the browser tests: chromium is not installed")
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        page = browser.new_page(viewport={"width": 1080, "height": 1920})
        page.set_default_timeout(15_000)
        yield page
        browser.close()


@pytest.fixture
def page(demo: Demo, browser_page: Page) -> Iterator[Page]:
    """The idle screen, with every device in order."""
    for verb in ("switch_on", "load_paper", "close_cover"):
        demo.do("printer", verb)
    demo.do("start_service")
    demo.do("remove")
    errors: list[str] = []
    browser_page.on("pageerror", lambda error: errors.append(str(error)))
    browser_page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    browser_page.goto(demo.address)
    on_screen(browser_page, "idle")
    yield browser_page
    assert errors == []


def on_screen(page: Page, name: str) -> None:
    expect(page.locator(f"[data-screen={name}]")).to_be_visible()


def enter(page: Page, digits: str) -> None:
    on_screen(page, "enter_pin")
    for digit in digits:
        page.click(f'[data-key="{digit}"]')
    page.click("[data-confirm]")


def to_menu(demo: Demo, page: Page, card: DemoCard) -> None:
    demo.do("insert", card.name)
    enter(page, card.pin)
    on_screen(page, "menu")


def choose(page: Page, section: str, name: str) -> None:
    """A statement of one of the menu's sections."""
    page.click(f"text={section}")
    page.click(f'[data-body*="{name}"]:visible')
    on_screen(page, "preview")


def to_preview(demo: Demo, page: Page, card: DemoCard) -> None:
    to_menu(demo, page, card)
    page.click("[data-call=choose]")
    on_screen(page, "preview")


def test_a_visit_from_card_in_to_card_out(
    demo: Demo, page: Page, cards: tuple[DemoCard, ...]
) -> None:
    card = cards[0]
    to_preview(demo, page, card)
    shown = page.inner_text("#stage")
    assert card.holder not in shown
    assert "林*岚" in shown
    page.click('[data-body*="receipt"]')
    on_screen(page, "printed")
    assert "单据已全部打印" in page.inner_text("#stage")
    page.click(".foot [data-call=end]")
    on_screen(page, "take_card")
    assert "林" not in page.inner_text("#stage")
    demo.do("remove")
    on_screen(page, "idle")


def test_a_touch_makes_the_statement_large_and_another_makes_it_as_it_was(
    demo: Demo, page: Page, cards: tuple[DemoCard, ...]
) -> None:
    to_preview(demo, page, cards[0])
    caption = page.locator(".statement caption").first
    usual = caption.evaluate("it => parseFloat(getComputedStyle(it).fontSize)")
    assert page.locator('.statement th[scope="col"]').count() > 3
    page.click("[data-call=size]")
    page.wait_for_selector(".statement.large")
    assert caption.evaluate("it => parseFloat(getComputedStyle(it).fontSize)") > 1.3 * usual
    page.click("[data-call=size]")
    page.wait_for_selector(".statement:not(.large)")


def test_the_same_statement_as_a_report(
    demo: Demo, page: Page, cards: tuple[DemoCard, ...]
) -> None:
    to_preview(demo, page, cards[1])
    page.click('[data-body*="report"]')
    on_screen(page, "printed")
    assert httpx2.get(f"{demo.address}dock/report.png").content.startswith(b"\x89PNG")


def test_a_wrong_pin_shows_the_tries_left_and_the_right_one_goes_on(
    demo: Demo, page: Page, cards: tuple[DemoCard, ...]
) -> None:
    demo.do("insert", cards[2].name)
    enter(page, "0000")
    expect(page.locator(".main [role=alert]")).to_contain_text("还可以试 5 次")
    enter(page, cards[2].pin)
    on_screen(page, "menu")
    assert page.locator(".chart .month-short").count() > 0


def test_a_touch_gives_more_time_and_keeps_what_was_typed(
    demo: Demo, page: Page, cards: tuple[DemoCard, ...]
) -> None:
    demo.do("insert", cards[0].name)
    on_screen(page, "enter_pin")
    told: list[str] = []

    def screen_after_touch(answer: Response) -> bool:
        told.append(answer.url)
        return answer.url.endswith("/screen") and any(url.endswith("/touch") for url in told)

    with page.expect_event("response", screen_after_touch):
        page.click('[data-key="1"]')
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.click('[data-key="2"]')
    assert page.locator(".dots i").count() == 2


def test_a_card_pulled_in_the_middle_leaves_nothing_on_the_screen(
    demo: Demo, page: Page, cards: tuple[DemoCard, ...]
) -> None:
    to_preview(demo, page, cards[0])
    demo.do("remove")
    on_screen(page, "idle")
    assert "林*岚" not in page.content()


def test_a_printer_that_stops_is_said_before_it_is_chosen_and_offered_again_once_it_can(
    demo: Demo, page: Page, cards: tuple[DemoCard, ...]
) -> None:
    to_preview(demo, page, cards[0])
    receipt = page.locator('[data-body*="receipt"]')
    demo.do("printer", "open_cover")
    expect(receipt).to_have_count(0)
    expect(page.locator("#stage")).to_contain_text("打印机的盖子没有关好")
    expect(page.locator('[data-body*="report"]')).to_be_visible()
    demo.do("printer", "close_cover")
    expect(receipt).to_be_visible()


def test_paper_out_while_printing_is_said_and_the_job_goes_on_with_new_paper(
    demo: Demo, page: Page, cards: tuple[DemoCard, ...]
) -> None:
    to_preview(demo, page, cards[0])
    demo.do("printer", "end_of_roll")
    page.click('[data-body*="receipt"]')
    expect(page.locator(".main [role=alert]")).to_contain_text("打印机缺纸")
    demo.do("printer", "load_paper")
    on_screen(page, "printed")
    assert "单据已全部打印" in page.inner_text("#stage")


def test_cancelling_a_job_voids_it(demo: Demo, page: Page, cards: tuple[DemoCard, ...]) -> None:
    to_preview(demo, page, cards[0])
    demo.do("printer", "end_of_roll")
    page.click('[data-body*="receipt"]')
    expect(page.locator(".main [role=alert]")).to_contain_text("打印机缺纸")
    page.click("[data-call=cancel]")
    demo.do("printer", "load_paper")
    on_screen(page, "printed")
    assert "打印完成" not in page.inner_text("#stage")


def test_a_button_that_is_held_down_outlives_what_changes_beside_it(
    demo: Demo, page: Page, cards: tuple[DemoCard, ...]
) -> None:
    to_preview(demo, page, cards[0])
    demo.do("printer", "end_of_roll")
    page.click('[data-body*="receipt"]')
    alert = page.locator(".main [role=alert]")
    expect(alert).to_contain_text("打印机缺纸")
    page.hover("[data-call=cancel]")
    page.mouse.down()
    demo.do("printer", "open_cover")
    expect(alert).to_contain_text("盖子")
    page.mouse.up()
    demo.do("printer", "close_cover")
    demo.do("printer", "load_paper")
    on_screen(page, "printed")
    assert "打印完成" not in page.inner_text("#stage")


@pytest.mark.parametrize(
    ("act", "words"),
    [
        ("foreign", "这不是社会保障卡"),
        ("mute", "卡没有应答"),
        ("expired", "这张卡已过有效期"),
        ("pulled", "办理中卡被取出"),
    ],
)
def test_a_card_that_cannot_be_used_gets_its_own_sentence(
    demo: Demo, page: Page, act: str, words: str
) -> None:
    demo.do(act)
    if act != "pulled":  # a card that is out again leads back to the first screen
        on_screen(page, "problem")
    expect(page.locator("#stage")).to_contain_text(words)


def test_a_holder_without_contributions_is_told_so_and_may_still_choose(
    demo: Demo, page: Page, cards: tuple[DemoCard, ...]
) -> None:
    to_preview(demo, page, cards[3])
    expect(page.locator("#stage")).to_contain_text("查询时段内没有缴费记录")


def test_a_daemon_that_hangs_leaves_no_record_on_the_glass_and_one_that_goes_on_shows_it_again(
    demo: Demo, page: Page, cards: tuple[DemoCard, ...]
) -> None:
    to_preview(demo, page, cards[0])
    demo.process.send_signal(signal.SIGSTOP)
    try:
        expect(page.locator("[data-screen]")).to_have_count(0, timeout=7000)
        assert "林*岚" not in page.content()
        assert "终端正在恢复" in page.inner_text("#stage")
    finally:
        demo.process.send_signal(signal.SIGCONT)
    on_screen(page, "preview")
    demo.do("remove")
    on_screen(page, "idle")


def test_pcscd_killed_and_started_again_takes_the_kiosk_out_of_service_and_back(
    demo: Demo, page: Page
) -> None:
    demo.do("stop_service")
    on_screen(page, "out_of_service")
    demo.do("start_service")
    on_screen(page, "idle")


def see(page: Page, name: str) -> None:
    """A picture for who looks, where the folder PICTURES asks for them."""
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_other_months_are_chosen_by_large_buttons_and_the_paper_shows_them(
    demo: Demo, page: Page, cards: tuple[DemoCard, ...]
) -> None:
    to_preview(demo, page, cards[0])
    see(page, "preview")
    page.click('[data-call="months/ask"]')
    on_screen(page, "choose_months")
    see(page, "months")
    page.click("text=去年")
    on_screen(page, "preview")
    expect(page.locator(".statement")).to_contain_text(re.compile(r"2025-01\s*至\s*2025-12"))
    page.click('[data-call="months/ask"]')
    page.click("text=自选起止年份")
    expect(page.locator(".main h2")).to_contain_text("从哪一年开始查")
    see(page, "first-year")
    page.click(".years >> text=2019")
    expect(page.locator(".main h2")).to_contain_text("从 2019 年查到哪一年")
    page.click(".years >> text=2020")
    expect(page.locator(".statement")).to_contain_text(re.compile(r"2019-01\s*至\s*2020-12"))


def test_the_notice_to_be_signed_comes_out_twice_by_one_touch(
    demo: Demo, page: Page, cards: tuple[DemoCard, ...]
) -> None:
    to_menu(demo, page, cards[2])
    choose(page, "人事档案", "missing")
    expect(page.locator("#stage")).to_contain_text("一式 2 份")
    see(page, "copies-preview")
    page.click('[data-body*="receipt"]')
    on_screen(page, "printed")
    assert "单据已全部打印" in page.inner_text("#stage")
    see(page, "copies-printed")


def test_what_cannot_be_certified_is_said_with_its_reason(
    demo: Demo, page: Page, cards: tuple[DemoCard, ...]
) -> None:
    to_menu(demo, page, cards[1])
    choose(page, "人事档案", "custody")
    expect(page.locator(".statement")).to_contain_text(re.compile(r"未\s*能\s*开\s*具"))
    see(page, "custody-refused")
    demo.do("remove")
    to_menu(demo, page, cards[3])
    choose(page, "社保缴费和权益", "insured")
    expect(page.locator(".statement")).to_contain_text(re.compile(r"未\s*参\s*保"))
    see(page, "not-insured")
