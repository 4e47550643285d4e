"""The preview of every statement in a browser: it is read from top to bottom, never sideways."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from playwright.sync_api import Page, sync_playwright

from printing.english.document import english
from printing.layout.html import layout_html
from printing.layout.size import Size
from printing.statements import STATEMENTS, statement
from tests.printing.samples import ISSUE
from tests.printing.statements.people import own, worst

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STYLE = Path("kiosk/web/static/kiosk.css").read_text("utf-8")
CHROMIUM = shutil.which("chromium")
BROKEN = "[...document.querySelectorAll('time')].filter(e => e.getClientRects().length > 1).length"
SIDEWAYS = "(e => e.scrollWidth - e.clientWidth)(document.querySelector('.papers'))"


FIGURES = """[...document.querySelectorAll('table')].flatMap(table =>
  [...table.classList].filter(name => name.startsWith('figure-')).flatMap(name =>
    [...table.querySelectorAll(`tr:not(.whose) > :nth-last-child(${name.split('-')[1]})`)]))
  .map(cell => getComputedStyle(cell).textAlign)"""


@pytest.fixture(scope="module")
def sheet() -> Iterator[Page]:
    """The portrait screen."""
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must not skip the browser tests: chromium is not installed")
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": 1080, "height": 1920})
        browser.close()


def show(sheet: Page, content: str, look: str, size: Size) -> None:
    kind = "statement large" if size == "large" else "statement"
    sheet.set_content(
        f"<!doctype html><style>{STYLE}</style>"
        f"<div class=stage data-size={look}><main class=main>"
        f'<div class=papers><div class="{kind}">{content}</div></div></main></div>'
    )


@pytest.mark.parametrize(
    ("look", "size"), [*(("normal", size) for size in get_args(Size)), ("elder", "large")]
)
def test_no_preview_is_wider_than_the_screen_and_no_date_breaks(
    sheet: Page, look: str, size: Size
) -> None:
    too_wide = []
    for name in STATEMENTS:
        usual, longest = (statement(name).build(who(name), ISSUE, "screen") for who in (own, worst))
        for document in (usual, longest, english(usual), english(longest)):
            show(sheet, layout_html(document, size), look, size)
            wide = sheet.evaluate(SIDEWAYS)
            too_wide += [(name, document.titles, wide)] * (wide > 0)
            assert sheet.evaluate(BROKEN) == 0, document.titles
    assert too_wide == []


@pytest.mark.parametrize("size", get_args(Size))
def test_figures_stand_below_each_other_also_where_a_party_stands_beside_many_rows(
    sheet: Page, size: Size
) -> None:
    for name in STATEMENTS:
        content = layout_html(statement(name).build(own(name), ISSUE, "screen"), size)
        show(sheet, content, "normal", size)
        assert set(sheet.evaluate(FIGURES)) == ({"right"} if "figure-" in content else set()), name
