"""Who is served can end the visit on every screen, also while the kiosk is busy."""

import re
from typing import Any, Final, get_args

import pytest

from kiosk.config import Settings
from kiosk.sections.visit import Visit
from kiosk.visit.effects import CancelPrint, Forget
from kiosk.visit.events import EndAsked
from kiosk.visit.look import Language, Look
from kiosk.visit.reducer import reduce
from kiosk.visit.shown import Shown
from kiosk.visit.state import (
    Composing,
    Forgotten,
    Idle,
    InVisit,
    Printing,
    Problem,
    TakeCard,
    Verifying,
    Waiting,
)
from kiosk.web.screens import render
from kiosk.web.words import Voice
from tests.stand import CARD, GUEST, HOLDER, every_state, memory, talkative

SETTINGS: Final = Settings()
NOBODY: Final = type(HOLDER)("", "", "")
OVER: Final = Problem | TakeCard | Forgotten
"""The visit has ended: they say what to do with the card."""
BUSY: Final = (
    ("verifying", Verifying(CARD, HOLDER)),
    ("composing-guest", Composing(GUEST, NOBODY, "guide")),
    ("waiting-case", Waiting(GUEST, "case")),
    ("waiting-verify", Waiting(GUEST, "verify")),
)
SERVED: Final[tuple[tuple[str, InVisit], ...]] = tuple(
    (name, state)
    for name, state in (*every_state(), *BUSY)
    if isinstance(state, InVisit) and not isinstance(state, OVER)
)
served = pytest.mark.parametrize(("name", "state"), SERVED, ids=[name for name, _ in SERVED])


def foot(state: InVisit, language: Language) -> str:
    known: Any = memory(state)
    shown, page = Shown(state, "token", Look(language)), talkative(SETTINGS)
    html = render(shown, memory=known, settings=SETTINGS, seconds=20.0, page=page)
    found = re.search('<footer class="foot".*</footer>', html, re.DOTALL)
    assert found
    return found[0]


@served
def test_every_screen_of_a_visit_has_its_end_at_its_foot(name: str, state: InVisit) -> None:
    for language in get_args(Language):
        end = re.search(
            '<button class="button end" data-call="(.*?)" ?>(.*?)<', foot(state, language)
        )
        assert end, name
        words = "frame.end" if state.generation < 0 else "frame.end_card"
        if isinstance(state, Printing):  # its paper becomes void
            assert end[1] == "cancel"
        else:
            assert (end[1], end[2]) == ("end", Voice(language).say(words))


@served
def test_the_end_is_taken_in_every_state_and_forgets_what_was_read(
    name: str, state: InVisit
) -> None:
    after, effects = reduce(state, EndAsked(state.generation), 5.0, Visit())
    assert isinstance(after, Idle if state.generation < 0 else TakeCard), name
    assert effects == (CancelPrint(), Forget())
