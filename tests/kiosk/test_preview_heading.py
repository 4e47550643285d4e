"""The preview is headed by what the paper is called, not by what was asked for."""

import re
from dataclasses import replace
from typing import Any

import pytest

from kiosk.visit.look import Language, Look
from kiosk.visit.shown import Shown
from kiosk.web.screens import render
from printing.statements import statement
from printing.statements.material import Material
from tests.kiosk.pages import SILENT, own_page
from tests.printing.samples import ISSUE
from tests.printing.statements.people import lent, nothing, own
from tests.stand import PREVIEW, memory


def heading(name: str, material: Material, language: Language) -> str:
    state = replace(PREVIEW, statement=name)
    known: Any = memory(state)
    known.statement.shown = statement(name).build(material, ISSUE, "screen")
    shown = Shown(state, "token", Look(language))
    page = render(shown, memory=known, settings=SILENT, seconds=60, page=own_page(SILENT))
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("name", "refused", "zh", "en"),
    [
        ("custody", lent(), "存档情况告知", "Notice of where the file is"),
        ("insured", nothing("insured"), "社会保险参保情况告知", "Notice of insurance status"),
    ],
)
def test_a_refused_certificate_is_not_called_one(
    name: str, refused: Material, zh: str, en: str
) -> None:
    assert [heading(name, refused, "zh"), heading(name, refused, "en")] == [zh, en]
    titles = statement(name).title
    assert [heading(name, own(name), "zh"), heading(name, own(name), "en")] == [*titles.values()]


def test_a_result_of_a_query_keeps_its_title() -> None:
    assert heading("rights", nothing("rights"), "zh") == "社会保险个人权益记录单"
