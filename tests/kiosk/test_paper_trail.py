"""What outlives a visit: copies that count on, and old rows that go, once a day."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from pytest_mock import MockerFixture

from devices.printer.result import PrintResult
from kiosk.retention import Retention
from kiosk.visit.events import Back, Chosen
from kiosk.visit.state import Menu, Printed
from printing.job import PrintedJob
from tests.kiosk.conftest import Kiosk

pytestmark = pytest.mark.slow


def copy_shown(kiosk: Kiosk) -> str:
    memory = kiosk.desk.memory
    assert memory is not None
    assert memory.statement is not None
    copies = {memory.statement.receipt.foot.copy, memory.statement.report.foot.copy}
    (copy,) = copies
    return copy


def test_each_paper_of_a_statement_says_which_copy_it_is(kiosk: Kiosk) -> None:
    generation = kiosk.to_preview(kiosk.cards[1])
    shown = copy_shown(kiosk)
    kiosk.print_receipt(generation)
    kiosk.on(Printed)
    kiosk.service.post(Back(generation))
    kiosk.on(Menu)
    kiosk.service.post(Chosen(generation, "contributions"))
    kiosk.measured()
    first, second = (int(copy.split()[1]) for copy in (shown, copy_shown(kiosk)))
    assert second == first + 1


def test_a_paper_of_which_nobody_knows_stands_in_the_log_with_its_number_and_reason(
    kiosk: Kiosk, mocker: MockerFixture, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "kiosk")
    unknown = PrintResult("unknown", 90, 2, 1, "printer.offline", "none")
    mocker.patch("kiosk.paper.job.print_receipt", return_value=PrintedJob(1, unknown))
    kiosk.print_receipt(kiosk.to_preview(kiosk.cards[1]))
    kiosk.on(Printed)
    (line,) = [one for one in caplog.records if one.getMessage() == "paper.unknown"]
    data = vars(line)["data"]
    assert data["reason"] == "printer.offline"
    assert data["serial"]


def test_what_is_kept_and_how_long_is_configured(kiosk: Kiosk, mocker: MockerFixture) -> None:
    journal = mocker.Mock()
    journal.purge.return_value = journal.seals.purge.return_value = 0
    object.__setattr__(kiosk.machine, "journal", journal)
    last = datetime(2026, 11, 27, 1, tzinfo=UTC)
    mocker.patch.object(kiosk.machine.store, "past", side_effect=lambda keep: last - keep)
    Retention(kiosk.machine).daily()
    journal.purge.assert_called_once_with(last - timedelta(days=1096))
    journal.seals.purge.assert_called_once_with(last - timedelta(days=365))
