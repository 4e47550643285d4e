"""A screen read aloud is made once, and gone with its visit."""

from typing import Any

import pytest

from kiosk.daemon import keep_spoken
from kiosk.sections.speech import Speech
from kiosk.speech.aloud import ReadAloud
from kiosk.visit.events import EndAsked
from kiosk.visit.look import Language
from kiosk.visit.state import TakeCard
from tests.kiosk.conftest import Kiosk

PAGE = "<p>您的账户</p><p data-private>12,345.60</p>"


class Spy:
    """A voice that counts, and tells what it was given."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, ...]] = []

    def wav(self, said: tuple[str, ...], language: Language) -> bytes:
        self.heard.append(said)
        return "".join(said).encode()


def reading(spy: Spy, **settings: Any) -> ReadAloud:
    return ReadAloud(Speech(**settings), spy)  # type: ignore[arg-type]


def test_the_same_screen_is_spoken_once_in_a_visit_and_anew_in_the_next() -> None:
    spy = Spy()
    aloud = reading(spy)
    for token in ("first", "first", "second"):
        aloud.wav(PAGE, token=token, language="zh")
    assert len(spy.heard) == 2


def test_when_a_visit_ends_nothing_of_it_stays_in_memory() -> None:
    aloud = reading(Spy())
    aloud.wav(PAGE, token="first", language="zh")
    assert aloud._spoken
    aloud.keep_for("second")
    assert not aloud._spoken


@pytest.mark.slow
def test_what_was_read_aloud_goes_with_the_records_though_the_card_stays_in(kiosk: Kiosk) -> None:
    aloud = reading(Spy(), out="headphones")
    kiosk.service.subscribe(lambda: keep_spoken(aloud, kiosk.service, kiosk.desk))
    generation = kiosk.to_preview(kiosk.cards[0])
    aloud.wav(PAGE, token=kiosk.service.shown.token, language="zh")
    assert aloud._spoken
    kiosk.service.post(EndAsked(generation))
    kiosk.on(TakeCard)
    kiosk.until(lambda _: not aloud._spoken)


def test_a_speaker_is_the_default_and_hears_nothing_private() -> None:
    spy = Spy()
    reading(spy).wav(PAGE, token="t", language="zh")
    reading(spy, out="headphones").wav(PAGE, token="t", language="zh")
    assert spy.heard == [("您的账户。",), ("您的账户。", "12,345.60。")]


def test_without_a_voice_nothing_is_offered() -> None:
    aloud = ReadAloud(Speech(), None)
    assert not aloud.can_speak
    assert aloud.wav(PAGE, token="t", language="zh") is None
