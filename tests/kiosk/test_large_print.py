"""Large print is a wish of one holder: for the screen and for all papers of that visit."""

import pytest

from archive.model import AuditKind
from kiosk.headless import as_text
from kiosk.visit.events import Back, Chosen, MonthsAsked, PrintAsked, SizeAsked
from kiosk.visit.look import LookAsked
from kiosk.visit.state import ChooseMonths, Menu, Preview, Printed
from printing.layout.estimate import DOTS_PER_CM
from printing.layout.size import Size
from printing.statements.material import Asked
from tests.kiosk.conftest import SECONDS, Kiosk

pytestmark = pytest.mark.slow


def preview(kiosk: Kiosk) -> Preview:
    state = kiosk.on(Preview)
    assert isinstance(state, Preview)
    return state


def composed(kiosk: Kiosk) -> Size:
    """In which size the statement is that is shown."""
    memory = kiosk.desk.memory
    assert memory is not None
    assert memory.statement is not None
    return memory.statement.size


def larger(kiosk: Kiosk, generation: int) -> Preview:
    """Ask for large print and wait for the preview of it."""
    kiosk.service.post(SizeAsked(generation, "large"))
    state = kiosk.until(lambda s: isinstance(s, Preview) and s.holder.size == "large")
    assert isinstance(state, Preview)
    return state


def test_large_print_says_how_much_more_paper_it_takes_and_prints_it(kiosk: Kiosk) -> None:
    generation = kiosk.to_preview(kiosk.cards[0])
    before = kiosk.measured()
    statement = preview(kiosk).statement
    assert larger(kiosk, generation).statement == statement
    after = kiosk.measured()
    assert after.receipt_cm > 1.5 * before.receipt_cm
    assert after.report_pages > before.report_pages
    kiosk.service.post(PrintAsked(generation, "receipt"))
    printed = kiosk.on(Printed)
    assert isinstance(printed, Printed)
    assert printed.outcome == "confirmed"
    assert kiosk.hall.line.wait_for_receipts(1, SECONDS)
    length = kiosk.hall.line.receipts[0].length / DOTS_PER_CM
    assert abs(length - after.receipt_cm) <= 1.5


def test_the_wish_holds_for_the_visit_and_not_for_the_next(kiosk: Kiosk) -> None:
    generation = kiosk.to_preview(kiosk.cards[0])
    larger(kiosk, generation)
    kiosk.service.post(Back(generation))
    kiosk.on(Menu)
    kiosk.service.post(Chosen(generation, "rights"))
    assert preview(kiosk).holder.size == "large"
    kiosk.hall.slot.remove()
    kiosk.until(lambda state: not isinstance(state, Preview))
    kiosk.to_preview(kiosk.cards[1])
    assert preview(kiosk).holder.size is None
    assert composed(kiosk) == "normal"


def test_who_reads_a_large_screen_gets_large_print_and_may_choose_otherwise(kiosk: Kiosk) -> None:
    kiosk.service.show_as(LookAsked(size="elder"))
    generation = kiosk.to_preview(kiosk.cards[0])
    assert composed(kiosk) == "large"
    kiosk.service.post(SizeAsked(generation, "normal"))
    kiosk.until(lambda s: isinstance(s, Preview) and s.holder.size == "normal")
    assert composed(kiosk) == "normal"
    kiosk.service.post(Back(generation))
    kiosk.on(Menu)
    kiosk.service.post(Chosen(generation, "rights"))
    preview(kiosk)
    assert composed(kiosk) == "normal"


def test_a_large_screen_that_is_turned_on_before_a_paper_makes_that_paper_large(
    kiosk: Kiosk,
) -> None:
    generation = kiosk.to_preview(kiosk.cards[0])
    before = kiosk.measured().receipt_cm
    kiosk.service.show_as(LookAsked(size="elder"))
    kiosk.measured(lambda papers: papers.receipt_cm > 1.5 * before)
    assert composed(kiosk) == "large"
    kiosk.service.show_as(LookAsked(size="normal"))
    kiosk.measured(lambda papers: papers.receipt_cm == before)
    assert composed(kiosk) == "normal"
    kiosk.service.post(MonthsAsked(generation))
    kiosk.on(ChooseMonths)
    kiosk.service.show_as(LookAsked(size="elder"))
    kiosk.service.post(Back(generation))
    kiosk.measured(lambda papers: papers.receipt_cm > 1.5 * before)
    assert composed(kiosk) == "large"


def test_who_has_chosen_the_size_of_print_keeps_it_whatever_the_screen(kiosk: Kiosk) -> None:
    larger(kiosk, kiosk.to_preview(kiosk.cards[0]))
    for asked in (LookAsked(size="elder"), LookAsked(size="normal")):
        kiosk.service.show_as(asked)
        kiosk.until(lambda _: kiosk.service.shown.look.size == asked.size)  # noqa: B023 - at once
        assert preview(kiosk).holder.size == "large"
        assert composed(kiosk) == "large"


def test_changing_the_size_is_no_new_look_at_the_records(kiosk: Kiosk) -> None:
    def looks() -> int:
        rows = kiosk.machine.store.audit_rows()
        return sum(row.kind == AuditKind.RECORDS_READ for row in rows)

    generation = kiosk.to_preview(kiosk.cards[0])
    before = looks()
    larger(kiosk, generation)
    assert looks() == before


def test_the_text_for_a_screen_reader_is_masked_and_audited(kiosk: Kiosk) -> None:
    card = kiosk.cards[0]
    kiosk.insert(card)
    text = as_text(kiosk.machine, "contributions", Asked(), lambda _: card.typed_pin(), 0.0)
    assert "姓名：林*岚。" in text
    assert card.holder not in text
    assert not any(word in text for word in ("核验码", "流水号", "制单时间", "第 1 份"))
