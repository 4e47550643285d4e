"""A holder chooses among the statements; a guide is for anyone."""

import pytest

from archive.model import AuditKind, Guide
from kiosk.composed import compose
from kiosk.errors import GuideUnknownError
from kiosk.identify import open_to_all
from kiosk.paper import print_receipt
from kiosk.visit.events import Back, Chosen
from kiosk.visit.state import Menu, Preview
from printing.statements import STATEMENTS, statement
from printing.statements.material import Asked
from tests.kiosk.conftest import Kiosk

pytestmark = pytest.mark.slow


def choose(kiosk: Kiosk, generation: int, name: str) -> None:
    """Back to the menu, and another statement up to its preview."""
    kiosk.service.post(Back(generation))
    kiosk.on(Menu)
    kiosk.service.post(Chosen(generation, name))
    preview = kiosk.on(Preview)
    assert isinstance(preview, Preview)
    assert preview.statement == name


def test_a_statement_is_read_once_a_visit_and_audited_under_its_name(kiosk: Kiosk) -> None:
    before = max((row.sequence for row in kiosk.machine.store.audit_rows()), default=0)
    generation = kiosk.to_preview(kiosk.cards[0])
    for name in ("rights", "rights", "contributions"):
        choose(kiosk, generation, name)
    looks = [
        row.statement
        for row in kiosk.machine.store.audit_rows(after=before)
        if row.kind == AuditKind.RECORDS_READ
    ]
    assert looks == ["contributions", "rights"]


def test_every_statement_for_holders_can_be_chosen(kiosk: Kiosk) -> None:
    generation = kiosk.to_preview(kiosk.cards[1])
    for name, entry in STATEMENTS.items():
        if entry.audience == "holder":
            choose(kiosk, generation, name)


def test_a_guide_is_printed_without_a_card_and_its_seal_names_nobody(kiosk: Kiosk) -> None:
    entry = statement("guide")
    with pytest.raises(GuideUnknownError):
        open_to_all(kiosk.machine, entry, Asked(number="no-such-service"))
    with pytest.raises(GuideUnknownError):
        open_to_all(kiosk.machine, entry, Asked())
    code = kiosk.machine.store.all(Guide)[0].task_code
    records = open_to_all(kiosk.machine, entry, Asked(number=code))
    made = compose(kiosk.machine, "guide", records)
    assert print_receipt(kiosk.machine, made, 0).result.outcome == "confirmed"
    (seal,) = kiosk.machine.journal.seals.look_up(made.issue.code)
    assert seal.masked_name == ""
