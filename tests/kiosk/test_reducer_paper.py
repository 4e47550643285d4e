"""The rules of a visit from the preview to the paper."""

from dataclasses import replace

import pytest

from archive.values import Month
from kiosk.visit.effects import CancelPrint, Compose, Forget, StartPrint
from kiosk.visit.events import (
    Back,
    Chosen,
    Composed,
    LanguageAsked,
    MonthsAsked,
    MonthsChosen,
    PapersSeen,
    PrintAsked,
    SizeAsked,
    Tick,
)
from kiosk.visit.reducer import reduce
from kiosk.visit.state import (
    ChooseMonths,
    Composing,
    Medium,
    Menu,
    Papers,
    Preview,
    Printing,
    Problem,
    State,
)
from printing.statements.issue import Window
from printing.statements.material import Asked
from tests.kiosk.test_reducer import GEN, HOLDER, LATER, RULES

MEASURED = Preview(GEN, HOLDER, LATER, "contributions", papers=Papers(40, 2))


def test_the_preview_knows_what_stops_either_printer_and_that_it_prints_again() -> None:
    shown, _ = reduce(Composing(GEN, HOLDER, "contributions"), Composed(GEN), 0.0, RULES)
    assert shown == Preview(GEN, HOLDER, 180.0, "contributions")
    for fault in ("printer.paper_out", ""):
        seen = Papers(40, 2, fault, "printer.offline")
        after, effects = reduce(shown, PapersSeen(GEN, seen), 99.0, RULES)
        assert (after, effects) == (replace(shown, papers=seen), ())


def test_nothing_is_printed_before_its_paper_is_measured() -> None:
    shown = Preview(GEN, HOLDER, LATER, "contributions")
    measured, _ = reduce(shown, PapersSeen(GEN, Papers(40, 2)), 0.0, RULES)
    lengths: dict[Medium, int] = {"receipt": 40, "report": 2}
    for medium, length in lengths.items():
        assert reduce(shown, PrintAsked(GEN, medium), 0.0, RULES) == (shown, ())
        printing, effects = reduce(measured, PrintAsked(GEN, medium), 0.0, RULES)
        assert isinstance(printing, Printing)
        assert (printing.length, effects) == (length, (StartPrint(GEN, medium),))


def test_who_asks_for_other_months_and_comes_back_finds_what_was_measured() -> None:
    for papers in (None, Papers(40, 2)):
        shown = Preview(GEN, HOLDER, 180.0, "contributions", papers=papers)
        asking, _ = reduce(shown, MonthsAsked(GEN), 0.0, RULES)
        asking, _ = reduce(asking, PapersSeen(GEN, Papers(80, 4)), 0.0, RULES)
        assert reduce(asking, Back(GEN), 0.0, RULES) == (shown, ())


def test_another_size_composes_the_same_statement_anew() -> None:
    composing, effects = reduce(MEASURED, SizeAsked(GEN, "large"), 0.0, RULES)
    large = replace(HOLDER, size="large")
    assert composing == Composing(GEN, large, "contributions", deadline=60.0)
    assert effects == (Compose(GEN, "contributions", size="large"),)
    shown, _ = reduce(composing, Composed(GEN), 0.0, RULES)
    assert shown == Preview(GEN, large, 180.0, "contributions")


def test_another_language_of_paper_composes_the_same_statement_anew() -> None:
    large = replace(MEASURED, holder=replace(HOLDER, size="large"))
    composing, effects = reduce(large, LanguageAsked(GEN, "en"), 0.0, RULES)
    english = replace(HOLDER, size="large", language="en")
    assert composing == Composing(GEN, english, "contributions", deadline=60.0)
    assert effects == (Compose(GEN, "contributions", size="large", language="en"),)
    _, effects = reduce(Menu(GEN, english, LATER), Chosen(GEN, "rights"), 0.0, RULES)
    assert effects == (Compose(GEN, "rights", size="large", language="en"),)


def test_size_and_months_do_not_forget_each_other() -> None:
    window = Window(Month(2025, 1), Month(2025, 12))
    large = replace(HOLDER, size="large")
    preview = Preview(GEN, large, LATER, "contributions", Asked(window), Papers(40, 2))
    _, effects = reduce(preview, SizeAsked(GEN, "normal"), 0.0, RULES)
    assert effects == (Compose(GEN, "contributions", Asked(window), "normal"),)
    choosing = ChooseMonths(GEN, large, LATER, replace(preview, asked=Asked()))
    _, effects = reduce(choosing, MonthsChosen(GEN, window), 0.0, RULES)
    assert effects == (Compose(GEN, "contributions", Asked(window), "large"),)


@pytest.mark.parametrize("medium", ["receipt", "report"])
def test_a_stopped_receipt_printer_keeps_nobody_from_asking(medium: Medium) -> None:
    """What was seen may be over by now; the job looks again before its first byte."""
    stopped = Preview(
        GEN, HOLDER, LATER, "contributions", papers=Papers(40, 2, "printer.paper_out")
    )
    printing, effects = reduce(stopped, PrintAsked(GEN, medium), 0.0, RULES)
    assert isinstance(printing, Printing)
    assert effects == (StartPrint(GEN, medium),)


def test_a_second_touch_of_print_prints_nothing_more() -> None:
    printing, first = reduce(MEASURED, PrintAsked(GEN, "receipt"), 0.0, RULES)
    again, second = reduce(printing, PrintAsked(GEN, "receipt"), 0.0, RULES)
    assert len(first) == 1
    assert (again, second) == (printing, ())


def test_the_months_are_chosen_one_question_a_screen_and_back_leads_to_the_paper() -> None:
    shown = Preview(GEN, HOLDER, LATER, "contributions", papers=Papers(40, 2))
    asked, _ = reduce(shown, MonthsAsked(GEN), 0.0, RULES)
    first, _ = reduce(asked, MonthsAsked(GEN, 0), 0.0, RULES)
    last, _ = reduce(first, MonthsAsked(GEN, 1990), 0.0, RULES)
    assert [state.first_year for state in (asked, first, last)] == [None, 0, 1990]  # type: ignore[union-attr]
    window = Window(Month(1990, 1), Month(2025, 12))
    chosen, effects = reduce(last, MonthsChosen(GEN, window), 0.0, RULES)
    assert effects == (Compose(GEN, "contributions", Asked(window)),)
    again, _ = reduce(chosen, Composed(GEN), 0.0, RULES)
    assert again == Preview(GEN, HOLDER, 180.0, "contributions", Asked(window))
    state: State = last
    for wanted in (first, asked, replace(shown, deadline=180.0)):
        state, _ = reduce(state, Back(GEN), 0.0, RULES)
        assert state == wanted


def test_who_chooses_months_and_goes_away_is_forgotten_in_time() -> None:
    asking = ChooseMonths(
        GEN, HOLDER, 180.0, Preview(GEN, HOLDER, 180.0, "rights", papers=Papers(40, 2))
    )
    ended, effects = reduce(asking, Tick(), 180.0, RULES)
    assert (type(ended), effects) == (Problem, (CancelPrint(), Forget()))
