"""The long part of a screen is sent once to a page, and to each page once."""

import re
from typing import Any

from pytest_mock import MockerFixture

from kiosk.visit.look import Language, Look
from kiosk.visit.shown import Shown
from kiosk.visit.state import Printing
from kiosk.web import screens
from kiosk.web.screens import render
from tests.kiosk.pages import SILENT, own_page
from tests.stand import PREVIEW, memory


def screen(token: str = "one", held: str = "") -> str:
    known: Any = memory(PREVIEW)
    shown = Shown(PREVIEW, token)
    return render(
        shown, memory=known, settings=SILENT, seconds=60, page=own_page(SILENT), held=held
    )


def mark(html: str) -> str:
    found = re.search(r'data-mark="(\w+)"', html)
    assert found
    return found[1]


def test_what_the_page_holds_is_left_out_and_nothing_else() -> None:
    whole = screen()
    rest = screen(held=mark(whole))
    assert "statement" in whole
    assert re.sub("<!--long-->.*<!--/long-->", "", whole, flags=re.DOTALL) == rest
    assert len(rest) < len(whole) / 2


def test_a_receipt_is_drawn_once_in_each_language_however_many_blocks_it_has(
    mocker: MockerFixture,
) -> None:
    known: Any = memory(PREVIEW)
    drawn = mocker.spy(screens, "shown_lines")

    def printing(done: int, language: Language) -> str:
        shown = Shown(Printing(7, PREVIEW.holder, "receipt", done, 8), "one", Look(language))
        return render(shown, memory=known, settings=SILENT, seconds=60, page=own_page(SILENT))

    papers = {printing(done, "zh").partition("<!--long-->")[2] for done in range(8)}
    assert drawn.call_count == len(papers) == 1
    assert 'class="paper"' in papers.pop()
    assert "QR code" in printing(8, "en")
    assert drawn.call_count == 2
    assert "QR code" not in printing(8, "zh")


def test_a_mark_that_is_not_this_parts_or_of_another_visit_leaves_nothing_out() -> None:
    whole = screen()
    assert mark(screen("two")) != mark(whole)
    for held in ("", "guessed", mark(screen("two"))):
        assert screen(held=held) == whole
