"""What the choice of paper says: lengths in the unit in which people think of them."""

from dataclasses import replace
from typing import Any

import pytest

from kiosk.visit.shown import Shown
from kiosk.visit.state import Papers
from kiosk.web.screens import render
from tests.kiosk.pages import SILENT, own_page
from tests.stand import PREVIEW, memory


def page_with(papers: Papers | None) -> str:
    state = replace(PREVIEW, papers=papers)
    known: Any = memory(state)
    shown = Shown(state, "token")
    return render(shown, memory=known, settings=SILENT, seconds=60, page=own_page(SILENT))


@pytest.mark.parametrize(
    ("cm", "words"),
    [(38, "38 厘米"), (100, "100 厘米"), (101, "1.1 米"), (148, "1.5 米"), (2396, "24.0 米")],
)
def test_a_long_receipt_is_told_in_metres(cm: int, words: str) -> None:
    assert f"约需 {words}纸" in page_with(Papers(cm, 12))


def test_nothing_can_be_chosen_before_the_paper_is_measured() -> None:
    page = page_with(None)
    assert page.count('aria-disabled="true"') == 2
    assert 'data-call="print"' not in page
    assert "primary" not in page
