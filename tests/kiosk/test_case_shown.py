"""What the screen says of a case or a card order to who knows its number alone."""

from dataclasses import replace
from datetime import date
from typing import cast

import pytest

from archive.cards import OrderStatus
from archive.cases import CaseStatus
from archive.codes import Language
from archive.store import AsOf
from kiosk.visit.state import CaseShown
from kiosk.web.guest import guest_screen
from kiosk.web.words import Both, Voice


def shown(status: CaseStatus | OrderStatus, language: Language = "en") -> dict[str, object]:
    name, values = guest_screen(CaseShown(-3, 180.0, status), None, {}, Voice(language))
    assert name == "case_shown"
    return dict(values)


def facts_of(values: dict[str, object]) -> dict[str, object]:
    return dict(cast("tuple[tuple[str, object], ...]", values["facts"]))


@pytest.mark.parametrize(
    ("language", "same", "one", "five"),
    [
        ("zh", "当日办结", "1 个工作日", "5 个工作日"),
        ("en", "The same day", "1 working day", "5 working days"),
    ],
)
def test_a_term_of_no_days_ends_on_the_same_day(
    language: Language, same: str, one: str, five: str
) -> None:
    day = date(2026, 10, 12)
    for promised, legal, said in ((0, 5, (same, five)), (1, 0, (one, same))):
        as_of = AsOf(day, "", whole=True)
        status = CaseStatus("1", day, None, None, legal, promised, as_of)
        facts = facts_of(shown(status, language))
        assert (facts["case.promised"], facts["case.legal"]) == said


def test_of_a_card_that_is_being_made_state_and_dates_are_shown_and_who_gives_more() -> None:
    day = date(2026, 10, 31)
    status = OrderStatus("3", date(2026, 10, 12), day, None, AsOf(day, "", whole=True))
    values = shown(status)
    assert values["case_state"] == Both("待领取", "ready to be fetched")
    assert values["facts"] == (
        ("case.ordered", date(2026, 10, 12)),
        ("case.since", day),
        ("case.ready_by", "Not known"),
        ("case.data", day),
    )
    assert values["details"] == "case.more_card"
    over = replace(status, state="5", ready_by=date(2026, 11, 5))
    assert "case.ready_by" not in facts_of(shown(over))


@pytest.mark.parametrize(
    ("state", "said"), [("2", "Not yet"), ("4", "Not known"), ("6", "Not known")]
)
def test_what_has_ended_on_an_unknown_day_is_not_called_open(state: str, said: str) -> None:
    day = date(2026, 10, 12)
    status = CaseStatus(state, day, None, None, 20, 15, AsOf(day, "", whole=True))
    assert facts_of(shown(status))["case.finished"] == said
