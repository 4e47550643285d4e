"""Every screen in both languages: a sentence to a citizen has its line in the other one."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final, get_args

import pytest
from pytest_mock import MockerFixture

from kiosk.config import Settings
from kiosk.faults import Fault
from kiosk.visit.look import Language, Look
from kiosk.visit.shown import Shown
from kiosk.visit.state import Composing, FaultData, Idle, Printed, Printing, State, Waiting
from kiosk.web import screens
from kiosk.web.words import Said, Voice, words
from tests.stand import CARD, GUEST, HOLDER, every_state, memory, talkative

SETTINGS: Final = Settings()
NOBODY: Final = replace(HOLDER, name="", card_number="", area="")
ONE_LANGUAGE: Final = {"more.why"}
"""Beside the question for more time, which has both; the band has room for no fourth line."""


class Recorder(Voice):
    """Remembers which sentences it said, in the language of the visit and beside it."""

    said: Final = set[tuple[str, str]]()
    beside: Final = set[tuple[str, str]]()

    def say(self, what: str | Said | Mapping[str, str], part: str = "", **data: object) -> str:
        if name := _sentence(what):
            self.said.add((name, part))
        return super().say(what, part, **data)

    def also(self, what: str | Said | Mapping[str, str], part: str = "", **data: object) -> str:
        if name := _sentence(what):
            self.beside.add((name, part))
        return super().also(what, part, **data)


def _sentence(what: str | Said | Mapping[str, str]) -> str:
    """Its key; empty for a name, a label and what a drawing's own text says."""
    if isinstance(what, Fault):
        return what.code
    if not isinstance(what, str) or what.startswith("chart."):
        return ""
    return what if words()[what]["zh"].endswith(("。", "？")) else ""


def _more() -> Iterator[tuple[str, State]]:
    """What a screen says in cases that need no picture."""
    yield "printing-starting", Printing(CARD, HOLDER, "receipt")
    yield "printing-guest", Printing(GUEST, NOBODY, "receipt", 1, 2)
    yield "printing-cancelling", Printing(CARD, HOLDER, "receipt", 3, 8, cancelling=True)
    for outcome in ("cancelled", "failed", "sent"):
        yield f"printed-{outcome}", Printed(CARD, HOLDER, 0.0, "receipt", outcome)
    early = Printed(CARD, HOLDER, 0.0, "receipt", "unknown", cancelled_early=True)
    yield "printed-cancelled-early", early
    yield "printed-parted", Printed(CARD, HOLDER, 0.0, "receipt", "confirmed", parted=True)
    yield "printed-guest", Printed(GUEST, NOBODY, 0.0, "report", "confirmed")
    yield "composing-guest", Composing(GUEST, NOBODY, "guide")
    yield "idle-pulled", Idle(FaultData("card.removed"), 0.0)
    yield "waiting-case", Waiting(GUEST, "case")
    yield "waiting-verify", Waiting(GUEST, "verify")


@pytest.mark.slow
@pytest.mark.parametrize("language", get_args(Language))
def test_every_sentence_of_every_screen_has_its_line_in_the_other_language(
    mocker: MockerFixture, language: Language
) -> None:
    mocker.patch.object(screens, "Voice", Recorder)
    page, alone = talkative(SETTINGS), dict[str, set[tuple[str, str]]]()
    for name, state in (*every_state(), *_more()):
        Recorder.said.clear()
        Recorder.beside.clear()
        shown = Shown(state, "token", Look(language))
        known: Any = memory(state)
        screens.render(shown, memory=known, settings=SETTINGS, seconds=20.0, page=page)
        assert Recorder.said, name
        missing = {one for one in Recorder.said - Recorder.beside if one[0] not in ONE_LANGUAGE}
        if missing:
            alone[name] = missing
    assert alone == {}
