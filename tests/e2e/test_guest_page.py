"""Who has no card with them, in a real browser: guides, cases, papers to be checked."""

import random

import pytest
from playwright.sync_api import Page, expect

from printing.seal import new_code
from tests.e2e.test_page import Demo, browser_page, demo, on_screen, page, see

__all__ = ["browser_page", "demo", "page"]
pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
