"""The page in a real browser: a visit from card in to card out, and the faults a citizen meets."""

import os
import random
import re
import signal

import httpx2
import pytest
from playwright.sync_api import Page, Response, expect

from kiosk.demo.data import DemoCard
from printing.seal import new_code
from tests.e2e.browser import Demo, browser_page, demo, on_screen, page

__all__ = ["browser_page", "demo", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


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


def test_a_guide_is_found_by_its_first_letters_read_and_printed_without_a_card(
    demo: Demo, page: Page
) -> None:
    see(page, "idle")
    page.click('[data-body*="guides"]')
    on_screen(page, "search")
    see(page, "topics")
    for letter in "sbk":
        page.click(f".letters >> text=/^{letter}$/")
    expect(page.locator(".typed")).to_have_text("sbk")
    see(page, "found")
    page.click(".found .tile >> nth=0")
    on_screen(page, "guide")
    said = page.inner_text(".guide")
    elements = ("办理依据", "受理单位", "基本流程", "申请材料", "收费依据及标准", "办理时限")
    more = ("责任追究", "咨询方式", "监督投诉方式", "办公时间与地址", "乘车线路", "要带的材料")
    assert [name for name in (*elements, *more) if name not in said] == []
    see(page, "guide")
    page.click("[data-call=choose]")
    on_screen(page, "preview")
    see(page, "guide-preview")
    page.click('[data-body*="receipt"]')
    on_screen(page, "printed")
    assert "取卡" not in page.inner_text("#stage")
    see(page, "guide-printed")
    page.click(".foot [data-call=end]")
    on_screen(page, "idle")


def test_a_guests_page_that_is_loaded_anew_blocks_the_screen_for_seconds_only(
    demo: Demo, page: Page
) -> None:
    page.click('[data-body*="guides"]')
    on_screen(page, "search")
    page.reload()
    expect(page.locator("[data-screen=search]")).to_have_count(0)
    expect(page.locator("[data-screen=idle]")).to_be_visible(timeout=8000)


def test_a_case_number_that_is_unknown_is_said_and_the_number_stays_nowhere(
    demo: Demo, page: Page
) -> None:
    page.click('[data-body*="case"]')
    on_screen(page, "ask_case")
    for key in "9901B7":
        page.click(f'[data-key="{key}"]')
    expect(page.locator("[data-typed]")).to_have_text("9901B7")
    see(page, "case-typed")
    page.click("[data-confirm]")
    expect(page.locator(".main [role=alert]")).to_contain_text("没有查到这个受理编号")
    see(page, "case-unknown")
    assert "9901B7" not in page.content()
    page.click("[data-call=back]")
    on_screen(page, "idle")


def test_a_scanner_types_the_address_of_a_paper_and_its_code_alone_is_looked_for(
    demo: Demo, page: Page
) -> None:
    page.click('[data-body*="verify"]')
    on_screen(page, "ask_code")
    code = new_code(random.Random(7))
    page.keyboard.type(f"https://verify.example:8443/#{code}")
    expect(page.locator("[data-typed]")).to_have_text(code)
    see(page, "code-scanned")
    page.keyboard.press("Enter")
    expect(page.locator(".main [role=alert]")).to_contain_text("没有查到这个核验码")
    assert code not in page.content()
    for key in code.replace("-", ""):
        page.click(f'[data-key="{key}"]')
    expect(page.locator("[data-typed]")).to_have_text(code)
    page.click("[data-call=back]")
    on_screen(page, "idle")


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


def test_a_touch_that_the_server_refuses_is_said_and_the_next_one_that_it_takes_ends_that(
    demo: Demo, browser_page: Page, cards: tuple[DemoCard, ...]
) -> None:
    page = browser_page  # of whose log the browser itself makes an error of each refusal
    demo.do("remove")
    page.goto(demo.address)
    on_screen(page, "idle")
    to_menu(demo, page, cards[0])
    page.route("**/api/visit/choose", lambda route: route.fulfill(status=422, body="{}"), times=1)
    page.click("[data-call=choose]")
    said = page.locator("#stage [role=alert]")
    expect(said).to_contain_text("刚才的操作没有成功")
    expect(said).to_contain_text("That did not work")
    see(page, "refused")
    page.click("[data-call=choose]")
    on_screen(page, "preview")
    expect(said).to_have_count(0)
