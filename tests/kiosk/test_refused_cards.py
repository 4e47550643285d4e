"""A card that is copied or blocked gives nothing away, and that it was there is on record."""

from dataclasses import replace

import pytest

from archive.model import AuditKind
from devices.card.simulated.profile import Faults
from kiosk.visit.state import EnterPin, Problem
from tests.kiosk.conftest import Kiosk

pytestmark = pytest.mark.slow


def rows(kiosk: Kiosk) -> list[tuple[str, str, str]]:
    return [(row.kind, row.result, row.subject) for row in kiosk.machine.store.audit_rows()]


@pytest.mark.parametrize(
    ("faults", "code"),
    [(Faults(clone=True), "card.not_genuine"), (Faults(blocked="card"), "card.blocked")],
)
def test_a_card_that_is_refused_leaves_a_row_that_names_nobody(
    kiosk: Kiosk, faults: Faults, code: str
) -> None:
    card = kiosk.cards[0]
    before = len(rows(kiosk))
    kiosk.insert(replace(card, profile=replace(card.profile, faults=faults)))
    shown = kiosk.on(Problem)
    assert isinstance(shown, Problem)
    assert shown.fault.code == code
    assert rows(kiosk)[before:] == [(AuditKind.CARD_REFUSED.value, code, "")]


def test_a_card_that_is_accepted_leaves_no_such_row(kiosk: Kiosk) -> None:
    before = len(rows(kiosk))
    kiosk.insert(kiosk.cards[0])
    kiosk.on(EnterPin)
    assert [kind for kind, _, _ in rows(kiosk)[before:]] == [AuditKind.VISIT_BEGUN.value]
