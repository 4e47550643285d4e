"""Paper in English is a wish of one holder: on the screen and on both papers of that visit."""

import pytest

from kiosk.composed import Statement
from kiosk.headless import as_text
from kiosk.visit.events import Back, Chosen, LanguageAsked, PrintAsked
from kiosk.visit.state import Menu, Preview, Printed
from printing.statements.material import Asked
from tests.kiosk.conftest import SECONDS, Kiosk

pytestmark = pytest.mark.slow


def composed(kiosk: Kiosk) -> Statement:
    """The statement that is shown."""
    kiosk.on(Preview)
    memory = kiosk.desk.memory
    assert memory is not None
    assert memory.statement is not None
    return memory.statement


def in_english(kiosk: Kiosk, generation: int) -> Statement:
    """Ask for English and wait for the preview of it."""
    kiosk.service.post(LanguageAsked(generation, "en"))
    kiosk.until(lambda s: isinstance(s, Preview) and s.holder.language == "en")
    return composed(kiosk)


def choose(kiosk: Kiosk, generation: int, name: str) -> Statement:
    """Go back to the menu and choose another statement."""
    kiosk.service.post(Back(generation))
    kiosk.on(Menu)
    kiosk.service.post(Chosen(generation, name))
    return composed(kiosk)


def test_what_is_shown_in_english_is_what_is_printed_and_sealed_as_ever(kiosk: Kiosk) -> None:
    generation = kiosk.to_preview(kiosk.cards[0])
    assert composed(kiosk).shown.title_en == ""
    made = in_english(kiosk, generation)
    memory = kiosk.desk.memory
    assert memory is not None
    assert "Contribution statement" in memory.content
    assert made.receipt.title_en == made.report.title_en == "Contribution statement"
    kiosk.measured()
    kiosk.service.post(PrintAsked(generation, "receipt"))
    assert kiosk.until(lambda s: isinstance(s, Printed))
    assert kiosk.hall.line.wait_for_receipts(1, SECONDS)
    assert "Contribution statement" in kiosk.hall.line.receipts[0].transcript
    (seal,) = kiosk.machine.journal.seals.look_up(made.issue.code)
    assert seal.title == "社会保险缴费明细"
    assert seal.digest == made.receipt.digest()


def test_the_language_holds_for_the_visit_and_not_for_the_next(kiosk: Kiosk) -> None:
    generation = kiosk.to_preview(kiosk.cards[0])
    in_english(kiosk, generation)
    assert choose(kiosk, generation, "rights").shown.title_en == "Yearly statement of rights"
    kiosk.hall.slot.remove()
    kiosk.until(lambda state: not isinstance(state, Preview))
    kiosk.to_preview(kiosk.cards[1])
    assert composed(kiosk).shown.title_en == ""


def test_the_text_for_a_screen_reader_is_there_in_english(kiosk: Kiosk) -> None:
    card = kiosk.cards[0]
    kiosk.service.stop()  # a visit would read the card at the same time
    kiosk.hall.slot.insert(kiosk.hall.card(card.profile))
    text = as_text(kiosk.machine, "contributions", Asked(), lambda _: card.typed_pin(), 0.0, "en")
    assert "Name: 林*岚." in text
    assert card.holder not in text
